package datamap

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/internal/source"
)

// kinds are the scanner's (scan/detect), as rooms do not know each other.
const kinds = `email phone card iban it_fiscal_code it_vat name address date_of_birth password secret ip_address health bank_account
	card_verification it_identity_card us_ssn uk_nino uk_nhs es_nif es_nie fr_nir de_tax_id pl_pesel passport own`

// Every kind of the scanner's stands in one category, and every category is whole.
func TestCategories(t *testing.T) {
	list, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, c := range Categories() {
		got = append(got, c.Kinds...)
		if !goodID.MatchString(c.ID) || !c.Name.Whole() || len(c.Source) == 0 || len(c.Kinds) == 0 {
			t.Errorf("%s is not whole", c.ID)
		}
		if slices.ContainsFunc(Categories()[:i], func(o Category) bool { return o.ID == c.ID }) {
			t.Errorf("%s is there twice", c.ID)
		}
		for _, ref := range c.Source {
			if !cited(list, ref) {
				t.Errorf("%s: no source %s", c.ID, ref)
			}
		}
		for _, k := range c.Kinds {
			if Of(k).ID != c.ID {
				t.Errorf("%s is of %s, not of %s", k, Of(k).ID, c.ID)
			}
		}
	}
	want := strings.Fields(kinds)
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if Of("new-kind").ID != "other" {
		t.Error("a new kind is not other")
	}
	for _, id := range []string{"identity", "health"} {
		if c, ok := Find(id); !ok || !c.Sensitive {
			t.Errorf("%s is not sensitive", id)
		}
	}
}

// Each trade has four to six uses that are whole and pass Parse, in every country.
func TestPresets(t *testing.T) {
	var ids []string
	for _, trade := range Trades() {
		ids = append(ids, trade.ID)
		if !trade.Name.Whole() {
			t.Errorf("%s has no name", trade.ID)
		}
		for _, country := range []string{"IT", "GB", "DE", ""} {
			d, err := Preset(trade.ID, country)
			if err != nil {
				t.Fatal(err)
			}
			if path, id, args := d.wrong(); id != "" {
				t.Errorf("%s %s: %s: %s %v", trade.ID, country, path, id, args)
			}
			if len(d.Uses) < 4 || len(d.Uses) > 6 {
				t.Errorf("%s: %d uses", trade.ID, len(d.Uses))
			}
			for _, u := range d.Uses {
				if !strings.HasPrefix(u.Why.EN, "to ") || !strings.HasPrefix(u.Why.IT, "per ") || !u.Name.Whole() || strings.HasSuffix(u.Why.EN+u.Why.IT, ".") {
					t.Errorf("%s: %s: why %q", trade.ID, u.ID, u.Why)
				}
			}
			for _, r := range d.Recipients {
				if !r.Name.Whole() {
					t.Errorf("%s has no name", r.ID)
				}
			}
			raw, err := Encode(d, "a comment\nof two lines")
			if err != nil {
				t.Fatal(err)
			}
			back, err := Parse(raw)
			if err != nil {
				t.Fatalf("%v in\n%s", err, raw)
			}
			if diff := cmp.Diff(d, back); diff != "" {
				t.Error(diff)
			}
		}
	}
	if d := cmp.Diff([]string{"hairdresser", "restaurant", "web-shop", "repair-shop", "professional", "other"}, ids); d != "" {
		t.Error(d)
	}
	if _, err := Preset("pirate", "IT"); err != ErrTrade { //nolint:errorlint // it is never wrapped
		t.Errorf("a trade that there is not: %v", err)
	}
}

// Invoices are kept as long as the country's law says; where it is not known, the longest.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		country string
		months  int
		law     string
	}{{"IT", 120, "IT-CC:2220"}, {"GB", 72, "HMRC-CH15300"}, {"DE", 120, ""}} {
		d, err := Preset("restaurant", c.country)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(d.Uses, func(u Use) bool { return u.ID == "invoices" })
		if u := d.Uses[i]; u.Keep != (Keep{c.months, Invoice}) || u.Law != c.law || LawKnown(c.country) != (c.law != "") {
			t.Errorf("%s: %v %q", c.country, u.Keep, u.Law)
		}
	}
	list, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range content().trades.Limits {
		for country, l := range of {
			if !cited(list, l.Law) || l.Months <= 0 {
				t.Errorf("%s %s: %v", name, country, l)
			}
		}
	}
}

// A use is tied to the folder that is called after it, and to no other.
func TestFit(t *testing.T) {
	d, err := Preset("restaurant", "IT")
	if err != nil {
		t.Fatal(err)
	}
	found := []Found{
		{Path: "/d/Fornitori 2024/a.csv", Root: "/d", Kind: "iban"},
		{Path: "/d/Fornitori 2024/b.csv", Root: "/d", Kind: "email"},
		{Path: "/d/Clienti/fornitori.csv", Root: "/d", Kind: "email"},
		{Path: "/d/Marketing/x.csv", Root: "/d", Kind: "health"},
		{Path: "/d/newsletter.csv", Root: "/d", Kind: "email"},
	}
	for _, u := range Fit(d, found).Uses {
		var want []string
		if u.ID == "suppliers" {
			want = []string{"Fornitori 2024"}
		}
		if diff := cmp.Diff(want, u.Folders); diff != "" {
			t.Errorf("%s: %s", u.ID, diff)
		}
	}
	if slices.ContainsFunc(d.Uses, func(u Use) bool { return u.Folders != nil }) {
		t.Error("what was given is changed")
	}
}

func TestSpeaks(t *testing.T) {
	for name, want := range map[string]bool{
		"bambini.csv": true, "Gruppo Bambini 2024": true, "ListaBambini": true, "età_figli": true, "kids-club": true, "KIDS": true, "Data nascita bambino": true,
		"": false, "bambinaia": false, "Clienti": false, "kidney": false, "minor repairs": false, "figliolo": false, "Parentesi": false, "babysitter": false,
	} {
		if got := speaks(name, content().children); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
