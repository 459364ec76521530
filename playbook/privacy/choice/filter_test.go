package choice_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"custode/playbook/privacy/choice"
)

// asked is a list in which the contacts of the map stand as it says.
func asked(tb testing.TB, kind choice.Kind, standing map[string]choice.Reason) choice.List {
	tb.Helper()
	ids := map[choice.ID]choice.Reason{}
	for text, reason := range standing {
		ids[id(tb, kind, text)] = reason
	}
	return choice.List{Kind: kind, Country: "IT", Key: key(tb), Allowed: func(id choice.ID) (choice.Reason, bool) {
		reason, ok := ids[id]
		if !ok {
			return choice.NeverAsked, false
		}
		return reason, reason == choice.Yes
	}}
}

var mails = map[string]choice.Reason{
	"anna@example.com": choice.Yes, "bruno@example.com": choice.Yes, "dora@müller.example": choice.Yes, "niccolò@example.com": choice.Yes,
	"carla@example.com": choice.HasWithdrawn, "dino@example.com": choice.SaidNo, "elsa@example.com": choice.BasisNotValid,
}

func TestFilter(t *testing.T) {
	windows := func(s string) string {
		out, err := charmap.Windows1252.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, c := range map[string]struct {
		in, want, removed string
	}{
		"comma": {
			"name,Email\nAnna,Anna@Example.com\nX,x@example.com\nCarla,carla@example.com\nDino,dino@example.com\nElsa,elsa@example.com\n",
			"name,Email\nAnna,Anna@Example.com\n", "3,never-asked\n4,withdrawn\n5,said-no\n6,basis-not-valid\n",
		},
		"semicolon, CRLF, BOM, no end": {
			"\xef\xbb\xbfIndirizzo e-mail;Nome\r\nanna@example.com;\"Rossi; \"\"Anna\"\"\"\r\nx@example.com;X\r\n\"bruno@example.com\";B",
			"\xef\xbb\xbfIndirizzo e-mail;Nome\r\nanna@example.com;\"Rossi; \"\"Anna\"\"\"\r\n\"bruno@example.com\";B", "3,never-asked\n",
		},
		"tab, CR alone": {"posta elettronica\tn\ranna@example.com\t1\rx@example.com\t2\r", "posta elettronica\tn\ranna@example.com\t1\r", "3,never-asked\n"},
		"UTF-8":         {"Nome,email\nNiccolò,NICCOLÒ@example.com\nD,dora@MÜLLER.example\n", "Nome,email\nNiccolò,NICCOLÒ@example.com\nD,dora@MÜLLER.example\n", ""},
		"Windows-1252":  {windows("Città,email\nForlì,NICCOLÒ@example.com\nx,x@müller.example\n"), windows("Città,email\nForlì,NICCOLÒ@example.com\n"), "3,never-asked\n"},
		"two encodings": {"email,città\nanna@example.com,Forlì\n" + windows("niccolò@example.com,Forlì\n"), "email,città\nanna@example.com,Forlì\n", "3,not-readable\n"},
		"duplicates": {
			"email\nanna@example.com\nbruno@example.com\nAnna <ANNA@example.com>\nx@example.com\nx@example.com\n",
			"email\nanna@example.com\nbruno@example.com\n", "4,duplicate\n5,never-asked\n6,never-asked\n",
		},
		"several": {
			"email;n\n\"anna@example.com, bruno@example.com\";1\n\"anna@example.com,x@example.com\";2\nanna@example.com carla@example.com;3\n",
			"email;n\n\"anna@example.com, bruno@example.com\";1\n", "3,never-asked\n4,withdrawn\n",
		},
		"one more elsewhere": {
			"email,note,mail\nanna@example.com,see @anna,\nbruno@example.com,his wife: <x@example.com>,\ndora@müller.example,,x@example.com\n,,niccolò@example.com\n",
			"email,note,mail\nanna@example.com,see @anna,\n,,niccolò@example.com\n", "3,never-asked\n4,never-asked\n",
		},
		"a note is no contact": {"email,note\n,anna@example.com\n", "email,note\n", "2,not-readable\n"},
		"hidden in a note":     {"email,note\nanna@example.com,\"a \"\"b c\"\"@example.com\"\n", "email,note\n", "2,not-readable\n"},
		"cells that do not match": {
			"email,n\nanna@example.com\nanna@example.com,1,2\nx,anna@example.com\n\"anna@example.com\"x,1\n", "email,n\n",
			"2,not-readable\n3,not-readable\n4,not-readable\n5,not-readable\n",
		},
		"empty lines":  {"email\n\n\nanna@example.com\n\nx\n", "email\nanna@example.com\n", "6,not-readable\n"},
		"a line break": {"email,n\nanna@example.com,\"1\n2\"\nbruno@example.com,\"1\nx@example.com,2\"\n", "email,n\nanna@example.com,\"1\n2\"\n", "3,never-asked\n"},
		"nobody":       {"email\n", "email\n", ""},
	} {
		out, removed := strings.Builder{}, strings.Builder{}
		tally, err := asked(t, choice.MailKind, mails).Filter(strings.NewReader(c.in), &out, &removed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff("row,reason\n"+c.removed, removed.String()); diff != "" {
			t.Errorf("%s: removed: %s", name, diff)
		}
		counted := tally.Let
		for reason, n := range tally.Removed {
			counted += n
			if strings.Count(c.removed, ","+string(reason)+"\n") != n {
				t.Errorf("%s: %d %s", name, n, reason)
			}
		}
		if counted != tally.Rows {
			t.Errorf("%s: %+v", name, tally)
		}
	}
}

func TestFilterPhone(t *testing.T) {
	list := asked(t, choice.PhoneKind, map[string]choice.Reason{"333 1234567": choice.Yes, "0541 123456": choice.Yes, "333 7654321": choice.SaidNo})
	in := "nome;cellulare;telefono\nA;+39 333 123 4567;\nB;333/7654321;\nC;333 1234567 / 333 7654321;\nD;;0541/123456\nE;0541 123456 int. 3;\nF;3331234567;333 7654321\nG;12;\n"
	out, removed := strings.Builder{}, strings.Builder{}
	if _, err := list.Filter(strings.NewReader(in), &out, &removed); err != nil {
		t.Fatal(err)
	}
	if want := "nome;cellulare;telefono\nA;+39 333 123 4567;\nD;;0541/123456\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
	if want := "row,reason\n3,said-no\n4,said-no\n6,not-readable\n7,said-no\n8,not-readable\n"; removed.String() != want {
		t.Errorf("%q", removed.String())
	}
}

// TestFilterRefuses: files that are not filtered at all, and nothing but a
// header has been written by then.
func TestFilterRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in     string
		change func(*choice.List)
		want   error
	}{
		"nothing":             {"", nil, choice.ErrHeader},
		"an empty line":       {"\nemail\n", nil, choice.ErrHeader},
		"no header":           {"anna@example.com,x\n", nil, choice.ErrHeader},
		"a contact as header": {"email,x@example.com\n", nil, choice.ErrHeader},
		"no column":           {"name,city\n", nil, choice.ErrColumn},
		"no such column":      {"email,city\n", func(l *choice.List) { l.Column = "kontakt" }, choice.ErrColumn},
		"which separator":     {"email,a;b\n", nil, choice.ErrComma},
		"an odd separator":    {"email,a\n", func(l *choice.List) { l.Comma = '@' }, choice.ErrComma},
		"UTF-16":              {"\xff\xfee\x00m\x00a\x00i\x00l\x00\n\x00", nil, choice.ErrEncoding},
		"UTF-16, no mark":     {"e\x00m\x00a\x00i\x00l\x00\n\x00", nil, choice.ErrEncoding},
		"an open quote":       {"email,n\n\"x@example.com,1\nanna@example.com,2\n", nil, choice.ErrRow},
		"an endless row":      {"email\n" + strings.Repeat("x", 2<<20), nil, choice.ErrRow},
		"no key":              {"email\n", func(l *choice.List) { l.Key = choice.Key{} }, choice.ErrKey},
		"nobody to ask":       {"email\n", func(l *choice.List) { l.Allowed = nil }, choice.ErrKind},
		"no country":          {"phone\n", func(l *choice.List) { l.Kind, l.Country = choice.PhoneKind, "" }, choice.ErrCountry},
	} {
		list := asked(t, choice.MailKind, mails)
		if c.change != nil {
			c.change(&list)
		}
		out := strings.Builder{}
		if _, err := list.Filter(strings.NewReader(c.in), &out, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		} else if strings.Contains(err.Error(), "@") || strings.Contains(out.String(), "@") {
			t.Errorf("%s: %v, %q", name, err, out.String())
		}
	}
}

// TestFilterDoubt: no answer but (Yes, true) lets through.
func TestFilterDoubt(t *testing.T) {
	for _, c := range []struct {
		reason choice.Reason
		ok     bool
		want   choice.Reason
	}{
		{choice.Yes, false, choice.Unsure},
		{"", true, choice.Unsure},
		{choice.HasWithdrawn, true, choice.HasWithdrawn},
		{"anna@example.com", false, choice.Unsure},
	} {
		list := asked(t, choice.MailKind, nil)
		list.Allowed = func(choice.ID) (choice.Reason, bool) { return c.reason, c.ok }
		tally, err := list.Filter(strings.NewReader("email\nanna@example.com\n"), io.Discard, nil)
		if err != nil || tally.Let != 0 || tally.Removed[c.want] != 1 {
			t.Errorf("%q, %v: %+v, %v", c.reason, c.ok, tally, err)
		}
	}
}

// TestFilterColumn: the column that is named has to be filled.
func TestFilterColumn(t *testing.T) {
	list := asked(t, choice.MailKind, mails)
	list.Column = "Kontakt"
	out := strings.Builder{}
	in := "kontakt,email\nanna@example.com,\n,bruno@example.com\nbruno@example.com,x@example.com\n"
	if _, err := list.Filter(strings.NewReader(in), &out, nil); err != nil || out.String() != "kontakt,email\nanna@example.com,\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// FuzzFilter: no panic; what comes out are rows of the file as they were; and
// no address passes that has no yes, as somebody sees who looks for addresses
// in the output without knowing what a CSV file is.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{
		"email,n\nanna@example.com,1\nx@example.com,2\n", "email;n\r\n\"anna@example.com\";\"a\"\"b\"\r\n", "\xef\xbb\xbfemail\tn\ranna@example.com\tx\r",
		"email,n\n\"anna@example.com\"x@example.com,1\n", "email,n\nanna@example.com,\"x\nx@example.com,\"\n", "email\n\"x@example.com\"\" <anna@example.com>\"\n",
		"mail\rx\ranna@example.com", "email,n\n\xe0anna@example.com,\"\n\"\n", "email,mail\nanna@example.com,\"\"\"x\"\" <bruno@example.com>\"\n", "email\nx@example.com <anna@example.com>\n",
	} {
		f.Add(s)
	}
	list := asked(f, choice.MailKind, map[string]choice.Reason{"anna@example.com": choice.Yes, "bruno@example.com": choice.Yes})
	f.Fuzz(func(t *testing.T, in string) {
		out, removed := strings.Builder{}, strings.Builder{}
		tally, err := list.Filter(strings.NewReader(in), &out, &removed)
		if strings.ContainsRune(removed.String(), '@') {
			t.Fatal("a contact among the removed")
		}
		if err != nil {
			return
		}
		rest := in
		for part := range strings.SplitAfterSeq(strings.ReplaceAll(out.String(), "\r", "\r\n"), "\n") {
			part = strings.Replace(part, "\r\n", "\r", 1)
			i := strings.Index(rest, part)
			if i < 0 {
				t.Fatalf("%q: %q is not of the file", in, part)
			}
			rest = rest[i+len(part):]
		}
		for _, address := range plainAddresses(out.String()) {
			if address != "anna@example.com" && address != "bruno@example.com" {
				t.Fatalf("%q: %q passes", in, address)
			}
		}
		if strings.Count(strings.ToLower(out.String()), "anna@example.com") > 1 && tally.Let < 1 {
			t.Fatalf("%q: %+v", in, tally)
		}
	})
}

// plainAddresses are the runs of letters, digits and what addresses hold
// between, around each @ that has a dot behind it.
func plainAddresses(s string) (out []string) {
	all := []rune(norm.NFKC.String(s))
	of := func(r rune) bool {
		return r != utf8.RuneError && (unicode.In(r, unicode.L, unicode.M, unicode.Nd) || strings.ContainsRune(".-+_", r))
	}
	for i, r := range all {
		if r != '@' {
			continue
		}
		from, to := i, i+1
		for from > 0 && of(all[from-1]) {
			from--
		}
		for to < len(all) && of(all[to]) {
			to++
		}
		if from < i && strings.Contains(strings.Trim(string(all[i+1:to]), "."), ".") {
			out = append(out, strings.ToLower(strings.TrimRight(string(all[from:to]), ".")))
		}
	}
	return out
}

// manyRows is a list that is made while it is read.
type manyRows struct {
	n, rows int
	rest    []byte
}

func (m *manyRows) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		if m.n > m.rows {
			return 0, io.EOF
		}
		if m.n == 0 {
			m.rest = []byte("nome;email;città\n")
		} else {
			m.rest = fmt.Appendf(m.rest[:0], "Cliente %d;Cliente.%d@Example.com;\"Forlì\"\n", m.n, m.n)
		}
		m.n++
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// BenchmarkFilter prints the rows a second and the memory at its end.
func BenchmarkFilter(b *testing.B) {
	const rows = 1_000_000
	for b.Loop() {
		list := asked(b, choice.MailKind, nil)
		list.Allowed = func(id choice.ID) (choice.Reason, bool) {
			if id[0]%5 == 0 {
				return choice.NeverAsked, false
			}
			return choice.Yes, true
		}
		peak := heapPeak(b)
		tally, err := list.Filter(&manyRows{rows: rows}, io.Discard, nil)
		if err != nil || tally.Rows != rows {
			b.Fatal(tally, err)
		}
		b.ReportMetric(float64(peak())/(1<<20), "peakMiB")
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
