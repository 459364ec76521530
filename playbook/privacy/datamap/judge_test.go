package datamap

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var today = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func use(id string, months int, from From, categories ...string) Use {
	return Use{ID: id, Categories: categories, Keep: Keep{months, from}}
}

// problems lists what Judge finds: "not-needed birth Clienti".
func problems(m *Map) []string {
	out := []string{}
	for _, f := range m.Findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Problem, f.Holding.Category.ID, f.Holding.Folder))
	}
	return out
}

// Each problem at its border: where it must be found, and where it must not.
func TestJudge(t *testing.T) {
	at := func(path, kind, newest string) Found {
		return Found{Path: "/d/" + path, Root: "/d", Kind: kind, Count: 1, Newest: newest}
	}
	column := func(path, kind, name string) Found {
		f := at(path, kind, "2026-11")
		f.Column = name
		return f
	}
	only := func(u Use, folders ...string) Use {
		u.Folders = folders
		return u
	}
	visits := use("visits", 24, LastContact, "contact")
	for name, c := range map[string]struct {
		uses  []Use
		found []Found
		want  []string
	}{
		"nothing":                        {nil, nil, nil},
		"no use":                         {nil, []Found{at("Clienti/a.csv", "email", "2026-11")}, []string{"not-needed contact Clienti"}},
		"a use for it":                   {[]Use{visits}, []Found{at("Clienti/a.csv", "email", "2026-11")}, nil},
		"a use for another kind":         {[]Use{visits}, []Found{at("Clienti/a.csv", "date_of_birth", "2026-11")}, []string{"not-needed birth Clienti"}},
		"a use in another folder":        {[]Use{only(visits, "Posta")}, []Found{at("Clienti/a.csv", "email", "2026-11")}, []string{"not-needed contact Clienti"}},
		"a use in this folder":           {[]Use{only(visits, "Posta", "Clienti")}, []Found{at("Clienti/a.csv", "email", "2026-11")}, nil},
		"a folder further down":          {[]Use{only(visits, "Clienti")}, []Found{at("Clienti/2024/a.csv", "email", "2026-11")}, nil},
		"the data folder itself":         {[]Use{only(visits, ".")}, []Found{at("a.csv", "email", "2026-11")}, nil},
		"not the data folder itself":     {[]Use{only(visits, "Clienti")}, []Found{at("a.csv", "email", "2026-11")}, []string{"not-needed contact "}},
		"in its last month":              {[]Use{visits}, []Found{at("Clienti/a.csv", "email", "2024-11")}, nil},
		"a month too long":               {[]Use{visits}, []Found{at("Clienti/a.csv", "email", "2024-10")}, []string{"kept-too-long contact Clienti"}},
		"one file of two":                {[]Use{visits}, []Found{at("Clienti/a.csv", "email", "2024-10"), at("Clienti/b.csv", "email", "2026-01")}, []string{"kept-too-long contact Clienti"}},
		"newer records in the same file": {[]Use{visits}, []Found{at("Clienti/a.csv", "email", "2024-10"), at("Clienti/a.csv", "phone", "2026-01")}, nil},
		"its age is not known":           {[]Use{visits}, []Found{at("Clienti/a.csv", "email", "")}, nil},
		"its age is nonsense":            {[]Use{visits}, []Found{at("Clienti/a.csv", "email", "yesterday")}, nil},
		"another use keeps it longer":    {[]Use{visits, use("books", 120, Invoice, "contact")}, []Found{at("Clienti/a.csv", "email", "2024-10")}, nil},
		"past the longest":               {[]Use{visits, use("books", 36, LastContact, "contact")}, []Found{at("Clienti/a.csv", "email", "2023-10")}, []string{"kept-too-long contact Clienti"}},
		"the longer use is elsewhere":    {[]Use{visits, only(use("books", 120, Invoice, "contact"), "Fatture")}, []Found{at("Clienti/a.csv", "email", "2024-10")}, []string{"kept-too-long contact Clienti"}},
		"the folder's own use counts":    {[]Use{use("books", 120, Invoice, "contact"), only(visits, "Clienti")}, []Found{at("Clienti/a.csv", "email", "2024-10")}, []string{"kept-too-long contact Clienti"}},
		"invoices, last year of ten":     {[]Use{use("books", 120, Invoice, "tax")}, []Found{at("Fatture/a.csv", "it_vat", "2016-01")}, nil},
		"invoices, the year before":      {[]Use{use("books", 119, Invoice, "tax")}, []Found{at("Fatture/a.csv", "it_vat", "2016-01")}, nil},
		"invoices, past it":              {[]Use{use("books", 118, Invoice, "tax")}, []Found{at("Fatture/a.csv", "it_vat", "2016-01")}, []string{"kept-too-long tax Fatture"}},
		"invoices, long past":            {[]Use{use("books", 120, Invoice, "tax")}, []Found{at("Fatture/a.csv", "it_vat", "2015-12")}, []string{"kept-too-long tax Fatture"}},
		"until withdrawn":                {[]Use{use("news", 0, Withdrawal, "contact")}, []Found{at("Clienti/a.csv", "email", "2001-01")}, nil},
		"until withdrawn, and a use":     {[]Use{use("news", 0, Withdrawal, "contact"), visits}, []Found{at("Clienti/a.csv", "email", "2001-01")}, nil},
		"health":                         {[]Use{use("care", 24, LastContact, "health")}, []Found{at("Clienti/a.csv", "health", "2026-11")}, []string{"sensitive health Clienti"}},
		"an identity card":               {[]Use{use("check", 24, LastContact, "identity")}, []Found{at("a.csv", "it_identity_card", "2026-11")}, []string{"sensitive identity "}},
		"a bank account is not":          {[]Use{use("pay", 24, LastContact, "bank")}, []Found{at("a.csv", "iban", "2026-11")}, nil},
		"a folder of children":           {[]Use{visits}, []Found{at("Corso Bambini/a.csv", "email", "2026-11")}, []string{"sensitive contact Corso Bambini"}},
		"a file of children":             {[]Use{visits}, []Found{at("Corsi/bambini.csv", "email", "2026-11"), at("Corsi/adulti.csv", "email", "2026-11")}, []string{"sensitive contact Corsi"}},
		"a column of children":           {[]Use{visits}, []Found{column("Corsi/a.csv", "name", "Nome del figlio")}, []string{"sensitive contact Corsi"}},
		"a column of others":             {[]Use{visits}, []Found{column("Corsi/a.csv", "name", "Profilo")}, nil},
		"above the data folder":          {[]Use{visits}, []Found{{Path: "/home/bambini/d/a.csv", Root: "/home/bambini/d", Kind: "email", Newest: "2026-11"}}, nil},
		"all at once": {
			nil,
			[]Found{at("Kids/a.csv", "health", "2010-01"), at("Kids/a.csv", "email", "2010-01")},
			[]string{"not-needed contact Kids", "not-needed health Kids", "sensitive contact Kids", "sensitive health Kids"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := Judge(Declaration{Uses: c.uses}, c.found, today, today)
			want := c.want
			if want == nil {
				want = []string{}
			}
			if d := cmp.Diff(want, problems(m)); d != "" {
				t.Error(d)
			}
			for _, f := range m.Findings {
				if len(f.Files) == 0 || f.Holding == nil || !slices.ContainsFunc(m.Holdings, func(h Holding) bool { return h.Category.ID == f.Holding.Category.ID && h.Folder == f.Holding.Folder }) {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// Past against a count of days: what is kept for n months from the last day of its month.
func TestPast(t *testing.T) {
	for _, from := range []From{LastContact, Invoice, Withdrawal} {
		for months := 1; months <= 40; months++ {
			for back := range 60 {
				newest := time.Date(2026, time.Month(11-back), 1, 0, 0, 0, 0, time.UTC)
				end := newest.AddDate(0, 1, -1) // the last day of its month
				if from == Invoice {
					end = time.Date(newest.Year(), 12, 31, 0, 0, 0, 0, time.UTC)
				}
				last := time.Date(end.Year(), end.Month()+1+time.Month(months), 1, 0, 0, 0, 0, time.UTC) // the first day on which it is too long
				if got, want := (Keep{months, from}).Past(newest, today), !today.Before(last); got != want {
					t.Fatalf("%s, %d months, %s: %v", from, months, newest.Format("2006-01"), got)
				}
			}
		}
	}
}

// The map of a small shop, whole: what is grouped, counted and in which order.
func TestMap(t *testing.T) {
	decl := Declaration{Uses: []Use{use("visits", 24, LastContact, "contact")}, Elsewhere: []Elsewhere{{Category: "health", Where: "paper"}}}
	found := []Found{
		{Path: "/d/B/x.csv", Root: "/d", Kind: "iban", Count: 5, Newest: "2026-01"},
		{Path: "/d/B/y.csv.age", Root: "/d", Kind: "email", Column: "E-mail", Count: 7, Newest: "2025-01", Sealed: true},
		{Path: "/d/B/y.csv.age", Root: "/d", Kind: "phone", Column: "Tel", Count: 3, Newest: "2025-01", Sealed: true},
		{Path: "/d/A/x.csv", Root: "/d", Kind: "email", Count: 2, Newest: "2026-02"},
		{Path: "/d/B/a.csv", Root: "/d", Kind: "name", Column: "Nome", Count: 9, Newest: "2026-03", Dated: true},
	}
	m := Judge(decl, found, today, today)
	contact, _ := Find("contact")
	bank, _ := Find("bank")
	want := []Holding{
		{Category: contact, Folder: "A", Root: "/d", Files: []HeldFile{{"/d/A/x.csv", nil, 2, "2026-02", false, false}}, Count: 2, Newest: "2026-02", Uses: []string{"visits"}},
		{
			Category: contact, Folder: "B", Root: "/d", Files: []HeldFile{{"/d/B/a.csv", []string{"Nome"}, 9, "2026-03", false, true}, {"/d/B/y.csv.age", []string{"E-mail", "Tel"}, 10, "2025-01", true, false}},
			Count: 19, Newest: "2026-03", Sealed: 1, Uses: []string{"visits"},
		},
		{Category: bank, Folder: "B", Root: "/d", Files: []HeldFile{{"/d/B/x.csv", nil, 5, "2026-01", false, false}}, Count: 5, Newest: "2026-01"},
	}
	if d := cmp.Diff(want, m.Holdings); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"not-needed bank B"}, problems(m)); d != "" {
		t.Error(d)
	}
	for id, want := range map[string]bool{"contact": true, "bank": true, "health": true, "identity": false} {
		if m.Holds(id) != want {
			t.Errorf("holds %s: %v", id, !want)
		}
	}
}

// Adding a use never makes something not needed that was needed, whatever use it is.
func TestMoreUses(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 8))
	kindList := []string{"email", "iban", "health", "date_of_birth", "it_vat"}
	categoryList := []string{"contact", "bank", "health", "birth", "tax"}
	folders := []string{"A", "B", "C"}
	some := func(list []string) (out []string) {
		for _, s := range list {
			if rnd.IntN(2) == 0 {
				out = append(out, s)
			}
		}
		return out
	}
	for range 600 {
		var found []Found
		for i := range rnd.IntN(8) {
			f := folders[rnd.IntN(3)]
			found = append(found, Found{Path: fmt.Sprintf("/d/%s/%d", f, i), Root: "/d", Kind: kindList[rnd.IntN(5)], Count: 1, Newest: "2020-01"})
		}
		var uses []Use
		before := len(found) + 1
		for i := range 5 {
			m := Judge(Declaration{Uses: uses}, found, today, today)
			n := 0
			for _, f := range m.Findings {
				if f.Problem == NotNeeded {
					n++
				}
			}
			if n > before {
				t.Fatalf("%d, then %d not needed: %+v %+v", before, n, uses, found)
			}
			before = n
			u := use(fmt.Sprint("u", i), rnd.IntN(100), LastContact, some(categoryList)...)
			u.Folders = some(folders)
			uses = append(uses, u)
		}
	}
}
