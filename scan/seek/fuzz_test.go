package seek_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"custode/scan/seek"
)

// FuzzText: the search never panics, whatever stands in a text; what is planted in
// it, between line ends, is found; and a text in two pieces has the same number of
// matches that are sure.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		"", "Anna Rossi", "anna@", "@example.com", "\xff\xfe@\"\"@x", "+39 (0) 399-", "Nome: Anna\nCognome: Rossi", "'Anna', '\u0300\u0300Rossi", "٣９９ 1234567", "D'", "((((((",
		"INSERT INTO x VALUES ('a','b'),(", "\u202eanna@example.com", "a%40example.com%40", "\"\\\"@example.com", "Anna\x00Rossi", "Annа\u00ad Rossi",
	} {
		f.Add(text, uint8(0), uint16(3))
	}
	planted := []string{"Anna Rossi", "Rossi Anna", "anna@example.com", "+39 399 123 4567", "399-1234567", "RSSMRA85T50A562S", "d’angelo niccolò"}
	s, err := seek.New([]seek.Term{
		{Kind: seek.Name, Text: "Anna Rossi"},
		{Kind: seek.Name, Text: "Niccolò D'Angelo"},
		{Kind: seek.Email, Text: "anna@example.com"},
		{Kind: seek.Phone, Text: "399 1234567"},
		{Kind: seek.Code, Text: "RSSMRA85T50A562S"},
		{Kind: seek.Other, Text: "Via Roma 1"},
	}, "IT")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, which uint8, cut uint16) {
		without := inText(s, text)
		with := inText(s, text+"\n\n"+planted[int(which)%len(planted)]+"\n\n"+text)
		if with.All() <= without.All() && len(text) < 1<<20 {
			t.Errorf("%q is not found behind %q", planted[int(which)%len(planted)], text)
		}
		show := s.Finder(func(seek.Record) {})
		b := []byte(text)
		show.Text(b, 0, len(b), 1)
		c := show.Column(b, false)
		show.Cell(c, b, 2)
		show.Cell(show.Column(nil, true), b, 3)
		show.EndRecord()
		show.Result()
		at := min(int(cut), len(b))
		for at < len(b) && b[at]&0xc0 == 0x80 {
			at++
		}
		if whole := inText(s, text); at > 0 && at < len(b) && len(b) < 512 && (b[at-1] == '\n' || b[at-1] == ',') {
			parts := s.Finder(nil)
			parts.Text(b, 0, at, 1)
			parts.Text(b, at, len(b), 1+int64(bytes.Count(b[:at], []byte("\n"))))
			if got := parts.Result(); got.Sure != whole.Sure {
				t.Errorf("in pieces at %d %+v, whole %+v: %q", at, got, whole, text)
			}
		}
	})
}

// FuzzTerms: no text of a term makes New or the search panic, and a term that is
// taken finds itself, if it is written as people write it.
func FuzzTerms(f *testing.F) {
	for _, text := range []string{"Anna Rossi", "anna@example.com", "+39 399 1234567", "C-1042", "O'Neill-Smith De", "\"a b\"@x.y", "d' d'", "ß Æ", "a@xn--.b", "0", "Via Roma 1", "ﬁ ﬁ", "Ω Å"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []seek.Kind{seek.Name, seek.Email, seek.Phone, seek.Code, seek.Other} {
			term := seek.Term{Kind: kind, Text: text}
			if got := fmt.Sprintf("%v %+v %#v", term, term, &term); len(text) > 6 && strings.Contains(got, text) {
				t.Errorf("it prints %q", got)
			}
			s, err := seek.New([]seek.Term{term}, "IT")
			if err != nil {
				continue
			}
			inText(s, text)
			inText(s, "x "+text+" "+strings.ToUpper(text))
		}
	})
}
