package table_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/playbook/privacy/table"
)

// all reads a file to its end: what it is made of, the texts of its cells, and
// the numbers of the broken rows.
func all(in string, comma byte) (joined string, cells [][]string, broken []int, err error) {
	r := table.New(strings.NewReader(in), comma)
	mark, row, err := r.Head()
	joined = mark
	for err == nil {
		joined += string(row.Raw)
		r.Charset.Learn(row.Raw)
		texts := []string{}
		for _, s := range row.Cells {
			texts = append(texts, r.Charset.Text(row.Text(s)))
		}
		cells = append(cells, texts)
		if row.Broken {
			broken = append(broken, r.Number())
		}
		row, err = r.Next()
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return joined, cells, broken, err
}

func TestMust(t *testing.T) {
	for name, c := range map[string]struct {
		in     string
		cells  [][]string
		broken []int
	}{
		"comma":               {"a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}, nil},
		"semicolon":           {"a;b,c\n1;2\n", nil, nil},
		"semicolons":          {"a;b;c,d\n1;2;3\n", [][]string{{"a", "b", "c,d"}, {"1", "2", "3"}}, nil},
		"tab, no last end":    {"a\tb\n1\t2", [][]string{{"a", "b"}, {"1", "2"}}, nil},
		"CR LF":               {"a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}, nil},
		"CR alone":            {"a,b\r1,2\r", [][]string{{"a", "b"}, {"1", "2"}}, nil},
		"quotes":              {"a,b\n\"1,\n2\",\"say \"\"no\"\"\"\n", [][]string{{"a", "b"}, {"1,\n2", `say "no"`}}, nil},
		"a sign within":       {"a,b\n1\",2\n", [][]string{{"a", "b"}, {`1"`, "2"}}, nil},
		"after a quote":       {"a,b\n\"1\"x,2\n", [][]string{{"a", "b"}, {"1", "2"}}, []int{2}},
		"mark":                {"\xef\xbb\xbfà,b\n", [][]string{{"à", "b"}}, nil},
		"Windows-1252":        {"citt\xe0,b\n\x80,2\n", [][]string{{"città", "b"}, {"€", "2"}}, nil},
		"empty lines":         {"a,b\n\n1,2\n\n", [][]string{{"a", "b"}, {""}, {"1", "2"}, {""}}, nil},
		"fewer and more":      {"a,b\n1\n1,2,3\n", [][]string{{"a", "b"}, {"1"}, {"1", "2", "3"}}, nil},
		"one column":          {"a\n1\n", [][]string{{"a"}, {"1"}}, nil},
		"empty cells":         {"a,b,c\n,,\n", [][]string{{"a", "b", "c"}, {"", "", ""}}, nil},
		"separator in quotes": {"\"a;;\",b\n", [][]string{{"a;;", "b"}}, nil},
	} {
		joined, cells, broken, err := all(c.in, 0)
		if c.cells == nil { // two separators, equally often
			if !errors.Is(err, table.ErrComma) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || joined != c.in {
			t.Errorf("%s: %q, %v", name, joined, err)
		}
		if d := cmp.Diff(c.cells, cells) + cmp.Diff(c.broken, broken); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

func TestMustNot(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		in    string
		comma byte
		want  error
	}{
		"nothing":              {"", 0, table.ErrHeader},
		"mark alone":           {"\xef\xbb\xbf", 0, table.ErrHeader},
		"an empty first line":  {"\na,b\n", 0, table.ErrHeader},
		"a broken first line":  {"\"a\"x,b\n", 0, table.ErrHeader},
		"UTF-16":               {"\xff\xfea\x00,\x00", 0, table.ErrEncoding},
		"UTF-16, high first":   {"\xfe\xff\x00a", 0, table.ErrEncoding},
		"UTF-16 without mark":  {"a\x00,\x00b\x00\n\x00", 0, table.ErrEncoding},
		"equally often":        {"a,b;c\n", 0, table.ErrComma},
		"a letter":             {"a,b\n", 'a', table.ErrComma},
		"a quote":              {"a,b\n", '"', table.ErrComma},
		"half a character":     {"a,b\n", 0xe0, table.ErrComma},
		"a quote never closed": {"a,b\n\"1,2\n3,4\n", 0, table.ErrRow},
		"a row too long":       {"a,b\n" + long + "\n", 0, table.ErrRow},
		"a header too long":    {long + ",b\n", 0, table.ErrRow},
	} {
		if _, _, _, err := all(c.in, c.comma); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	failing := io.MultiReader(strings.NewReader("a,b\n1"), failed{})
	r := table.New(failing, 0)
	if _, _, err := r.Head(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, errDisk) {
		t.Errorf("%v: half a row passes for a whole one", err)
	}
}

var errDisk = errors.New("the disk")

type failed struct{}

func (failed) Read([]byte) (int, error) { return 0, errDisk }

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{"E-mail 1 - Value": "emailvalue", "Data di nascita": "datadinascita", "CITTÀ": "città", "12": ""} {
		if got := table.Plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzRows: no panic, all rows joined are the file, and the cells of a row lie
// in it, in order.
func FuzzRows(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\xef\xbb\xbfa;b\r\n\"x\"\"y\";\r\n\r\n", "a\tb\r\"\r\"\t2", "\"a\"\"", "a,b\n\"1\"x,\"2"} {
		f.Add([]byte(s), byte(0))
		f.Add([]byte(s), byte(';'))
	}
	f.Fuzz(func(t *testing.T, in []byte, comma byte) {
		r := table.New(bytes.NewReader(in), comma)
		mark, row, err := r.Head()
		joined := []byte(mark)
		for err == nil {
			joined = append(joined, row.Raw...)
			end := 0
			for _, s := range row.Cells {
				if s.From < end || s.To < s.From || s.To > len(row.Raw) {
					t.Fatalf("%q has a cell from %d to %d after %d", row.Raw, s.From, s.To, end)
				}
				end = s.To
				_ = r.Charset.Text(row.Text(s))
			}
			row, err = r.Next()
		}
		if errors.Is(err, io.EOF) && !bytes.Equal(joined, in) || !bytes.HasPrefix(in, joined) {
			t.Fatalf("%q was cut into %q", in, joined)
		}
	})
}
