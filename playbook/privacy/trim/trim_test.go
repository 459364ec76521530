package trim_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/playbook/privacy/table"
	"custode/playbook/privacy/trim"
)

var (
	today  = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	before = time.Date(2024, 11, 28, 0, 0, 0, 0, time.UTC)
)

func purge(name string) trim.Options { return trim.Options{Column: name, Before: before, Today: today} }

func coarsen(name string, to trim.Step) trim.Options {
	return trim.Options{Column: name, Today: today, To: to}
}

// done reads and writes.
func done(in string, o trim.Options) (*trim.Plan, string, error) {
	p, err := o.Read(strings.NewReader(in))
	if err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	err = p.Write(strings.NewReader(in), &out)
	return p, out.String(), err
}

// rows makes a table of one column beside another.
func rows(dates ...string) string {
	b := strings.Builder{}
	b.WriteString("id;date\r\n")
	for i, d := range dates {
		fmt.Fprintf(&b, "%d;%s\r\n", i, d)
	}
	return b.String()
}

func TestPurgeMust(t *testing.T) {
	for name, c := range map[string]struct{ gone, stay []string }{
		"day first":       {[]string{"31/12/2019", "1/2/2020", "27/11/2024"}, []string{"28/11/2024", "3/12/2024"}},
		"full stops":      {[]string{"31.12.19", "1.2.20", "27.11.2024"}, []string{"28.11.24", "01.12.2024"}},
		"ISO":             {[]string{"2019-12-31", "2024-11-27", "2019-12-31T10:11:12Z", "2019-12-31 10:11:12.123+01:00", "2019/12/31"}, []string{"2024-11-28", "2025-01-02 00:00"}},
		"compact":         {[]string{"20191231", "20191231T101112Z"}, []string{"20251231"}},
		"month first":     {[]string{"12/31/2019", "2/1/2020", "12/31/2019 5:04 PM"}, []string{"11/28/2024"}},
		"names":           {[]string{"31 dic 2019", "31 dicembre 2019", "Dec 31, 2019", "31-Dec-2019", "31-dic-19"}, []string{"1 gennaio 2025", "Jan 1, 2025"}},
		"parts":           {[]string{"2019", "2023-12", "10/2024", "October 2024"}, []string{"2024", "11/2024", "2024-11"}},
		"quotes":          {[]string{`"31/12/2019"`, `" 31/12/2019 "`}, []string{`"31/12/2025"`}},
		"no matter which": {[]string{"1/2/2019", "3/4/2020"}, []string{"1/2/2026"}},
		"still to come":   {[]string{"31/12/99"}, []string{"31/12/27", "31/12/45"}},
		"29 February":     {[]string{"29/02/2024", "29.2.24"}, []string{"29/02/2028"}},
	} {
		in := rows(append(slices.Clone(c.gone), c.stay...)...)
		p, out, err := done(in, purge("date"))
		if err != nil || p.Hit != len(c.gone) || p.Fine != len(c.stay) || p.Unread+p.Blank > 0 {
			t.Errorf("%s: %+v, %v", name, p, err)
			continue
		}
		want := strings.Split(in, "\r\n")
		want = append(want[:1], want[1+len(c.gone):]...)
		if out != strings.Join(want, "\r\n") {
			t.Errorf("%s: %q", name, out)
		}
	}
}

// TestPurgeMustNot: what is no date stays, and is counted.
func TestPurgeMustNot(t *testing.T) {
	for _, s := range []string{
		"43830", "1", "12", "n/a", "31/02/2019", "32/01/2019", "13/13/2019", "2019-13-01", "31/12/1819", "31-12-19", "19-12-31", "1900-01-01", "01/01/1970",
		"31/12/2019 and more", "2019-12-31x", "from 2019", "31/12-2019", "20191332", "00/00/0000", "0000-00-00", "€ 2019", "+39 2019", "2019-12-31 25", "12/05",
		"maggio", "31 dic", "99999999999999999999",
	} {
		p, out, err := done(rows(s, "2019-01-01"), purge("date"))
		if err != nil || p.Hit != 1 || p.Unread != 1 || !strings.Contains(out, s) || !slices.Equal(p.Left, []int{2}) {
			t.Errorf("%q: %+v, %v", s, p, err)
		}
	}
	in := "id,date\n1,2019-01-01\n\n2,\n3,2019-01-01,x\n4\n\"5\"x,2019-01-01\n6,\"  \"\n"
	p, out, err := done(in, purge("date"))
	if err != nil || p.Counts != (trim.Counts{Rows: 6, Hit: 1, Blank: 2, Unread: 3}) || out != strings.Replace(in, "1,2019-01-01\n", "", 1) || p.All() {
		t.Errorf("%+v, %q, %v", p, out, err)
	}
}

func TestRefused(t *testing.T) {
	choose := &trim.ChooseError{}
	for name, c := range map[string]struct {
		in   string
		o    trim.Options
		want error
	}{
		"either way":        {rows("12/11/2024", "11/12/2024"), purge("date"), trim.ErrOrder},
		"both ways":         {rows("12/11/2024", "31/12/2019", "12/31/2019"), purge("date"), trim.ErrMixed},
		"month, either way": {rows("1/2/2019"), coarsen("date", trim.Month), trim.ErrOrder},
		"no such column":    {rows("2019-01-01"), purge("data"), trim.ErrColumn},
		"two of the name":   {"date,Date\n2019-01-01,2019-01-01\n", purge("DATE"), trim.ErrTwice},
		"no dates":          {rows("1", "2"), purge(""), trim.ErrNoDates},
		"birth alone":       {"name,Data di nascita\nx,31/12/1980\n", purge(""), trim.ErrBirth},
		"birth, by name":    {"name,Data di nascita\nx,31/12/1980\n", purge("data di nascita"), trim.ErrBirth},
		"several":           {"made,sold\n2019-01-01,2020-01-01\n", purge(""), choose},
		"UTF-16":            {"\xff\xfea", purge("a"), table.ErrEncoding},
		"no end":            {"id,date\n\"1,2019-01-01\n", purge("date"), table.ErrRow},
		"nothing":           {"", purge("date"), table.ErrHeader},
	} {
		_, _, err := done(c.in, c.o)
		if several := (*trim.ChooseError)(nil); name == "several" && errors.As(err, &several) {
			choose = several
			continue
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if !slices.Equal(choose.Columns, []string{"made", "sold"}) {
		t.Errorf("%q", choose.Columns)
	}
}

// TestOrder: it is decided where it matters, by the column or by who asks.
func TestOrder(t *testing.T) {
	told := purge("date")
	told.Order = trim.MonthFirst
	for name, c := range map[string]struct {
		in    string
		o     trim.Options
		order trim.Order
		hit   int
	}{
		"by another row, day":   {rows("12/11/2024", "31/12/2025"), purge("date"), trim.DayFirst, 1},
		"by another row, month": {rows("12/11/2024", "12/31/2025"), purge("date"), trim.MonthFirst, 0},
		"told":                  {rows("12/11/2024", "31/12/2025"), told, trim.MonthFirst, 0},
		"it does not matter":    {rows("12/11/2019", "12/31/2019", "31/12/2019"), purge("date"), trim.Unsure, 3},
		"the same":              {rows("11/11/2024"), purge("date"), trim.Unsure, 1},
		"to the year":           {rows("12/11/2019"), coarsen("date", trim.Year), trim.Unsure, 1},
	} {
		p, _, err := done(c.in, c.o)
		if err != nil || p.Order != c.order || p.Hit != c.hit {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// TestFound: the only column of dates is found; a column of birth dates never is.
func TestFound(t *testing.T) {
	in := "name,Data di nascita,Ultima visita,n\nx,31/12/1980,5/6/2019,1\ny,30/11/1990,6/7/2026,2\nz,,,3\n"
	p, out, err := done(in, purge(""))
	if err != nil || p.Column != "Ultima visita" || p.Hit != 1 || p.Oldest != "2019-06-05" || p.Latest != p.Oldest || p.Newest != "2026-07-06" {
		t.Errorf("%+v, %v", p, err)
	}
	if out != strings.Replace(in, "x,31/12/1980,5/6/2019,1\n", "", 1) {
		t.Errorf("%q", out)
	}
	if p, _, err := done(in, purge("ultima-VISITA")); err != nil || p.Hit != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if p, _, err := done("id,date\n1,2019-01-01\n2,2019-01-02", purge("")); err != nil || !p.All() {
		t.Errorf("%+v, %v", p, err)
	}
	for name, is := range map[string]bool{"DOB": true, "Date of birth": true, "Geburtsdatum": true, "adobe": false, "Data": false, "Data ordine": false, "ordinata il": false} {
		if trim.Birth(name) != is {
			t.Errorf("%q is taken for the opposite", name)
		}
	}
}

func TestCoarsen(t *testing.T) {
	for in, want := range map[string][2]string{
		"31/12/1985":           {"1985", "12/1985"},
		"31.12.85":             {"85", "12.85"},
		"1985-12-31":           {"1985", "1985-12"},
		"1985-12-31T10:00:00Z": {"1985", "1985-12"},
		"19851231":             {"1985", "198512"},
		"31 dicembre 1985":     {"1985", "dicembre 1985"},
		"December 31, 1985":    {"1985", "December 1985"},
		"Dec 31 1985":          {"1985", "Dec 1985"},
		"31-Dec-85":            {"85", "Dec-85"},
		"05/1985":              {"1985", "05/1985"},
		"1985":                 {"1985", "1985"},
		"1/1/1900":             {"1900", "1/1900"},
		"":                     {"", ""},
		"unknown":              {"unknown", "unknown"},
		"43830":                {"43830", "43830"},
		"  31/12/1985  ":       {"  1985  ", "  12/1985  "},
		"31/12/1985 00:00:00":  {"1985", "12/1985"},
	} {
		for i, to := range []trim.Step{trim.Year, trim.Month} {
			for _, around := range []string{"%s", `"%s"`} {
				table := rows(fmt.Sprintf(around, in))
				_, out, err := done(table, coarsen("date", to))
				if wanted := rows(fmt.Sprintf(around, want[i])); err != nil || out != wanted {
					t.Errorf("%q to the %s: %q, want %q, %v", in, to, out, wanted, err)
				}
			}
		}
	}
	for in, want := range map[string]string{"5/12/1985\r\n1;31/12/1985": "12/1985\r\n1;12/1985", "5/12/1985\r\n1;12/31/1985": "5/1985\r\n1;12/1985"} {
		if _, out, err := done(rows(in), coarsen("date", trim.Month)); err != nil || out != rows(want) {
			t.Errorf("%q: %q, %v", in, out, err)
		}
	}
}

// TestBytes: whatever is not asked for stays as it is.
func TestBytes(t *testing.T) {
	in := "\xef\xbb\xbf\"Nome\"\t\"Data\"\r\n\"Z\"\"oë\"\t\"31/12/1985\"\r\"a\nb\"\t30/11/1985\n\r\n\tx\n \t 1/1/1980 \n\"end\"\t\"2/2/1980\""
	_, out, err := done(in, coarsen("Data", trim.Year))
	want := "\xef\xbb\xbf\"Nome\"\t\"Data\"\r\n\"Z\"\"oë\"\t\"1985\"\r\"a\nb\"\t1985\n\r\n\tx\n \t 1980 \n\"end\"\t\"1980\""
	if err != nil || out != want {
		t.Errorf("%q, %v", out, err)
	}
	latin := "citt\xe0;data\n\xe8;31/12/1985\n"
	if _, out, err := done(latin, coarsen("data", trim.Year)); err != nil || out != "citt\xe0;data\n\xe8;1985\n" {
		t.Errorf("%q, %v", out, err)
	}
	if _, _, err := done(latin, coarsen("CITTÀ", trim.Year)); err != nil {
		t.Error(err)
	}
}

// TestChanged: a table that is not the one that was counted is not written for good.
func TestChanged(t *testing.T) {
	p, err := purge("date").Read(strings.NewReader(rows("2019-01-01", "2026-01-01")))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{rows("2019-01-01"), rows("2019-01-01", "2019-01-01"), "date\n", "id,date\n\"", ""} {
		if err := p.Write(strings.NewReader(in), &bytes.Buffer{}); err == nil {
			t.Errorf("%q passes", in)
		}
	}
}

// FuzzPurge: no row is lost but those counted, and what stays is as it was.
func FuzzPurge(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, in []byte, order uint8) {
		o := purge("")
		o.Order = trim.Order(order % 3)
		p, out, err := done(string(in), o)
		if err != nil {
			return
		}
		if p.Hit+p.Fine+p.Blank+p.Unread != p.Rows {
			t.Fatalf("%+v", p)
		}
		was, is := cutUp(t, in), cutUp(t, []byte(out))
		at := 0
		for _, row := range is {
			for at < len(was) && was[at] != row {
				at++
			}
			if at++; at > len(was) {
				t.Fatalf("%q is not a row of %q", row, in)
			}
		}
		if len(was)-len(is) != p.Hit {
			t.Fatalf("%d of %d rows are left, %d were to go", len(is), len(was), p.Hit)
		}
	})
}

// FuzzCoarsen: twice changes nothing, and all other cells are as they were.
func FuzzCoarsen(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, in []byte, how uint8) {
		o := coarsen("date", []trim.Step{trim.Year, trim.Month}[how%2])
		o.Order = trim.Order(how / 2 % 3)
		p, once, err := done(string(in), o)
		if err != nil {
			return
		}
		if len(in)-len(once) < p.Hit {
			t.Fatalf("%q became %q: a day takes a byte at least", in, once)
		}
		p2, twice, err := done(once, o)
		if err != nil || twice != once || p2.Hit != 0 || p2.Rows != p.Rows {
			t.Fatalf("%q became %q, then %q, %+v, %v", in, once, twice, p2, err)
		}
		if o.To == trim.Month { // and by steps it comes to the same
			year := coarsen("date", trim.Year)
			year.Order = o.Order
			_, direct, err := done(string(in), year)
			_, steps, err2 := done(once, year)
			if (err == nil) != (err2 == nil) {
				t.Fatalf("%v, %v", err, err2)
			}
			if n := strings.Count(direct, "\n"); n != strings.Count(steps, "\n") {
				t.Fatalf("%q, by steps %q", direct, steps)
			}
		}
	})
}

func seeds(f *testing.F) {
	f.Helper()
	for i, s := range []string{
		rows("31/12/2019", "1/2/2020"), rows("2019-12-31T10:00:00Z", `"x"`), "\xef\xbb\xbfdate,n\r\n\"12/31/2019\",1\r\n,\n", "date\n20191231\n\nMay 12, 1985\n5.6.85",
		"date;x\r12/05/85;\"a\r\n\"\r", "x\tdate\n1\t31 dic 2019 10:00\n",
	} {
		f.Add([]byte(s), uint8(i))
	}
}

// cutUp gives the rows that are not empty, and the header.
func cutUp(t *testing.T, in []byte) (out []string) {
	t.Helper()
	r := table.New(bytes.NewReader(in), 0)
	_, row, err := r.Head()
	for err == nil {
		if !row.Empty() {
			out = append(out, string(row.Raw))
		}
		row, err = r.Next()
	}
	return out
}

// BenchmarkRead prints the rows a second.
func BenchmarkRead(b *testing.B) {
	in := strings.Repeat("12345;Anna Esempio;anna@example.com;31/12/2019;2026-01-02 10:11:12;98,50\r\n", 100_000)
	in = "id;name;mail;Data di nascita;Ultima visita;total\r\n" + in
	for b.Loop() {
		p, err := purge("").Read(strings.NewReader(in))
		if err != nil || p.Rows != 100_000 {
			b.Fatal(p, err)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
