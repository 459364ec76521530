package sheet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"custode/encrypt/keys"
	"custode/encrypt/sheet"
	"custode/internal/secret"
)

// page is a text page around the lines, with numbered lines that are no key.
func page(lines []string) []string {
	out := []string{"RECOVERY SHEET", "Bottega Esempio, 28 Nov 2026", "1 copia nella cassa", "    AGE-SECRET-KEY-PQ-1"}
	for _, l := range lines {
		out = append(out, "     "+l)
	}
	return append(out, "1. custode keys recover", "2. custode decrypt FILE.age", "Signature ____", "1 safe, 2 accountant", "The last two characters of a line check it.")
}

// wide is a text as Windows PowerShell writes it into a file.
func wide(text string) string {
	out := []byte{0xff, 0xfe}
	for _, c := range []byte(text) {
		out = append(out, c, 0)
	}
	return string(out)
}

func TestReadTakes(t *testing.T) {
	for name, k := range kinds {
		id, s := newSheet(t, k)
		lines := onPaper(s)
		var bare []string
		for _, l := range lines {
			bare = append(bare, l[1:])
		}
		key := string(id.Text().Reveal())
		for what, rows := range map[string][]string{
			"lines":                 bare,
			"lower case":            {strings.ToLower(strings.Join(bare, "\n"))},
			"numbered":              lines,
			"numbered, lower case":  {strings.ToLower(strings.Join(lines, "\n"))},
			"numbered with points":  {strings.ReplaceAll(strings.Join(lines, "\n"), "  ", ". ")},
			"prefix, numbered":      append([]string{s.Prefix}, lines...),
			"what a camera reads":   {key},
			"key file":              {"# created: 2026-11-28", "# public key: age1pq1example", key},
			"page":                  page(lines),
			"page of Windows":       {"\ufeff" + strings.Join(page(lines), "\r\n")},
			"page of PowerShell":    {wide(strings.Join(page(lines), "\r\n"))},
			"key file, UTF-16":      {wide("# created: 2026-11-28\r\n" + key + "\r\n")},
			"page, indented by tab": {strings.ReplaceAll(strings.Join(page(lines), "\n"), "     ", "\t")},
		} {
			got, err := sheet.Read(sealedText(rows...))
			if err != nil {
				t.Errorf("%s, %s: %v", name, what, err)
			} else if !got.Text().Equal(id.Text()) {
				t.Errorf("%s, %s: another key", name, what)
			}
		}
	}
}

func TestReadNamesTheLine(t *testing.T) {
	_, s := newSheet(t, keys.Hybrid)
	_, other := newSheet(t, keys.Hybrid)
	lines := onPaper(s)
	change := func(at int, to string) []string {
		out := slices.Clone(lines)
		out[at] = to
		return out
	}
	typo := func(l string) string {
		c := byte('Q')
		if l[4] == c {
			c = 'P'
		}
		return l[:4] + string(c) + l[5:]
	}
	swapped := slices.Clone(lines)
	swapped[0], swapped[1] = lines[1], lines[0]
	for name, c := range map[string]struct {
		rows   []string
		line   int
		reason keys.Reason
	}{
		"typo":             {change(2, typo(lines[2])), 3, keys.Mistyped},
		"character gone":   {change(1, lines[1][:4]+lines[1][5:]), 2, keys.TooShort},
		"character more":   {change(0, lines[0]+"Q"), 1, keys.TooLong},
		"line gone":        {lines[:3], 4, keys.Missing},
		"lines swapped":    {swapped, 1, keys.Misplaced},
		"of another sheet": {change(3, onPaper(other)[3]), 0, keys.Mixed},
	} {
		for where, rows := range map[string][]string{"lines": c.rows, "page": page(c.rows)} {
			_, err := sheet.Read(sealedText(rows...))
			var got *keys.SheetError
			if !errors.As(err, &got) || got.Line != c.line || got.Reason != c.reason {
				t.Errorf("%s in a %s: %v, want line %d, reason %d", name, where, err, c.line, c.reason)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "blank": "\n \n", "a letter": "Dear Anna,\nplease find the list.\n", "a long text": strings.Repeat("name,phone\nRossi,1\n", 50),
		"a lot": strings.Repeat("QPZRY 9X8GF 2TVDW S0\n", 60000),
	} {
		if _, err := sheet.Read(secret.FromString(text)); !errors.Is(err, sheet.ErrNoSheet) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzRead wants an answer to everything, and no key from what is none.
func FuzzRead(f *testing.F) {
	f.Add("1 QPZRY 9X8GF 2TVDW S0\n2 QPZRY 9X8GF 2TVDW S0")
	f.Add("AGE-SECRET-KEY-PQ-1")
	f.Add(strings.Join(page([]string{"1  A", "2  B"}), "\n"))
	f.Fuzz(func(t *testing.T, text string) {
		id, err := sheet.Read(secret.FromString(text))
		var wrong *keys.SheetError
		switch {
		case err == nil && id.Text().Len() == 0:
			t.Fatal("neither a key nor an error")
		case err != nil && !errors.Is(err, sheet.ErrNoSheet) && !errors.As(err, &wrong):
			t.Fatalf("an error of another kind: %T", err)
		}
	})
}
