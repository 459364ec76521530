package keys_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"custode/encrypt/keys"
	"custode/internal/secret"
)

const keyLetters = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

func generate(tb testing.TB, k keys.Kind) keys.Identity {
	tb.Helper()
	id, err := keys.Generate(k)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// sheet is what a person reads from the paper, a line each.
func sheet(tb testing.TB, id keys.Identity) []string {
	tb.Helper()
	lines, err := keys.SheetLines(id)
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = string(l.Reveal())
	}
	return out
}

func from(typed string) (keys.Identity, error) { return keys.FromSheet(secret.FromString(typed)) }

func same(a, b keys.Identity) bool { return a.Text().Len() > 0 && a.Text().Equal(b.Text()) }

func TestSheetForm(t *testing.T) {
	for _, k := range []keys.Kind{keys.Hybrid, keys.Classic} {
		id := generate(t, k)
		lines := sheet(t, id)
		var key strings.Builder
		key.WriteString(keys.SheetPrefix(k))
		for i, l := range lines {
			groups := strings.Fields(l)
			want := []int{5, 5, 5, 2}
			if i == 3 {
				want[2] = 3
			}
			for j, g := range groups {
				if len(g) != want[j] {
					t.Errorf("line %d: groups of other sizes", i+1)
				}
			}
			key.WriteString(strings.Join(groups[:3], ""))
		}
		if len(lines) != 4 || key.String() != string(id.Text().Reveal()) {
			t.Error("prefix and groups are not the key of a stock age")
		}
	}
	var none keys.Identity
	if _, err := keys.SheetLines(none); !errors.Is(err, keys.ErrWiped) {
		t.Errorf("of no identity: %v", err)
	}
}

// TestSheetAccepts: the ways in which people type what is right.
func TestSheetAccepts(t *testing.T) {
	for _, k := range []keys.Kind{keys.Hybrid, keys.Classic} {
		id := generate(t, k)
		lines := sheet(t, id)
		text := strings.Join(lines, "\n")
		for name, typed := range map[string]string{
			"as printed": text, "small letters": strings.ToLower(text), "one line": strings.Join(lines, " "), "no blanks": strings.ReplaceAll(text, " ", ""),
			"one line, no blanks": strings.ReplaceAll(strings.Join(lines, ""), " ", ""), "hyphens": strings.ReplaceAll(text, " ", "-"), "Windows": strings.Join(lines, "\r\n") + "\r\n",
			"empty lines, tabs": "\n\n  " + strings.Join(lines, "\t\n \n") + "\n", "with the prefix": keys.SheetPrefix(k) + "\n" + text, "prefix and key in a line": keys.SheetPrefix(k) + text,
			"prefix without its 1": strings.TrimSuffix(keys.SheetPrefix(k), "1") + "\n" + text, "the QR code": string(id.Text().Reveal()), "the QR code, small, blanks": " " + strings.ToLower(string(id.Text().Reveal())) + "\n",
			"O for 0": strings.ReplaceAll(text, "0", "O"), "I for L": strings.ReplaceAll(text, "L", "i"), "1 for L": strings.ReplaceAll(text, "L", "1"), "B for 8": strings.ReplaceAll(text, "8", "B"),
		} {
			if got, err := from(typed); err != nil || !same(got, id) || got.Kind() != k {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// asked is the error of a sheet, which must be one.
func asked(t *testing.T, typed string) *keys.SheetError {
	t.Helper()
	_, err := from(typed)
	var bad *keys.SheetError
	if !errors.As(err, &bad) {
		t.Fatalf("accepted, or another error: %v", err)
	}
	return bad
}

// TestSheetTypos puts every letter and digit, and other signs, at every place of
// the sheet, swaps every two neighbours, drops and doubles every character: each
// error is found and its line is named, or it is read as what it must have meant.
func TestSheetTypos(t *testing.T) {
	const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?,;*+"
	meant := map[rune]rune{'O': '0', 'I': 'L', '1': 'L', 'B': '8'}
	changed, swapped, sized := 0, 0, 0
	for round := range 6 {
		id := generate(t, keys.Kind(round%2))
		lines := sheet(t, id)
		check := func(what string, i int, line string, reasons ...keys.Reason) {
			t.Helper()
			typed := append([]string{}, lines...)
			typed[i] = line
			for _, sep := range []string{"\n", "\r\n\n"} {
				bad := asked(t, strings.Join(typed, sep))
				ok := len(reasons) == 0
				for _, r := range reasons {
					ok = ok || bad.Reason == r
				}
				if bad.Line != i+1 || !ok {
					t.Fatalf("%s in line %d: %v", what, i+1, bad)
				}
			}
		}
		for i, line := range lines {
			for at, was := range line {
				if was == ' ' {
					continue
				}
				for _, c := range all {
					typo := line[:at] + string(c) + line[at+1:]
					switch {
					case c == was:
					case meant[c] == was:
						typed := append([]string{}, lines...)
						typed[i] = typo
						if got, err := from(strings.Join(typed, "\n")); err != nil || !same(got, id) {
							t.Fatalf("%c for %c: %v", c, was, err)
						}
					case strings.ContainsRune(keyLetters, c) || meant[c] != 0:
						changed++
						check("a typo", i, typo, keys.Mistyped)
					default:
						changed++
						check("a foreign character", i, typo, keys.Foreign)
					}
				}
				sized += 2
				check("a character missing", i, line[:at]+line[at+1:], keys.TooShort)
				check("a character twice", i, line[:at]+line[at:at+1]+line[at:], keys.TooLong)
			}
			flat := strings.ReplaceAll(line, " ", "")
			for at := 0; at+1 < len(flat); at++ {
				if flat[at] == flat[at+1] {
					continue
				}
				swapped++
				check("a swap", i, flat[:at]+flat[at+1:at+2]+flat[at:at+1]+flat[at+2:], keys.Mistyped)
			}
		}
		// Neighbours at the end of one line and the beginning of the next, and
		// everything typed in one line.
		whole := strings.ReplaceAll(strings.Join(lines, ""), " ", "")
		for at := 0; at+1 < len(whole); at++ {
			if whole[at] == whole[at+1] {
				continue
			}
			swapped++
			bad := asked(t, whole[:at]+whole[at+1:at+2]+whole[at:at+1]+whole[at+2:])
			if bad.Line != at/17+1 {
				t.Fatalf("a swap at %d in one line: %v", at, bad)
			}
		}
	}
	t.Logf("%d typos, %d swaps, %d characters too few or too many: all found", changed, swapped, sized)
}

// TestSheetDoubleTypos: two wrong characters in a line are found too.
func TestSheetDoubleTypos(t *testing.T) {
	lines := sheet(t, generate(t, keys.Hybrid))
	flat := strings.ReplaceAll(lines[2], " ", "")
	n := 0
	for a := range flat {
		for b := a + 1; b < len(flat); b++ {
			for i := range keyLetters {
				for _, j := range []int{i, (i + 7) % 32, (i + 19) % 32} {
					if keyLetters[i] == flat[a] && keyLetters[j] == flat[b] {
						continue
					}
					typo := []byte(flat)
					typo[a], typo[b] = keyLetters[i], keyLetters[j]
					n++
					if bad := asked(t, strings.Join([]string{lines[0], lines[1], string(typo), lines[3]}, "\n")); bad.Line != 3 {
						t.Fatalf("two typos: %v", bad)
					}
				}
			}
		}
	}
	t.Logf("%d pairs of typos: all found", n)
}

func TestSheetLinesInDisorder(t *testing.T) {
	l, other := sheet(t, generate(t, keys.Hybrid)), sheet(t, generate(t, keys.Hybrid))
	for name, c := range map[string]struct {
		typed []string
		want  keys.SheetError
	}{
		"nothing":             {nil, keys.SheetError{Line: 1, Reason: keys.Missing}},
		"one line only":       {l[:1], keys.SheetError{Line: 2, Reason: keys.Missing}},
		"the last is missing": {l[:3], keys.SheetError{Line: 4, Reason: keys.Missing}},
		"the second is":       {[]string{l[0], l[2], l[3]}, keys.SheetError{Line: 2, Reason: keys.Misplaced}},
		"two exchanged":       {[]string{l[0], l[2], l[1], l[3]}, keys.SheetError{Line: 2, Reason: keys.Misplaced}},
		"one twice":           {[]string{l[0], l[0], l[1], l[2], l[3]}, keys.SheetError{Line: 2, Reason: keys.Misplaced}},
		"one too many":        {[]string{l[0], l[1], l[2], l[3], l[0]}, keys.SheetError{Line: 5, Reason: keys.TooLong}},
		"of two sheets":       {[]string{l[0], other[1], l[2], l[3]}, keys.SheetError{Reason: keys.Mixed}},
		"a letter to us":      {[]string{"Dear Sirs"}, keys.SheetError{Line: 1, Reason: keys.TooShort}},
		"accents":             {[]string{l[0], l[1][:3] + "è" + l[1][4:], l[2], l[3]}, keys.SheetError{Line: 2, Reason: keys.Foreign, Column: 4}},
	} {
		bad := asked(t, strings.Join(c.typed, "\n"))
		if *bad != c.want && (name != "a letter to us" || bad.Line != 1) {
			t.Errorf("%s: %+v, want %+v", name, *bad, c.want)
		}
		if text := fmt.Sprint(bad); len(c.typed) > 0 && strings.Contains(text, strings.Fields(c.typed[0])[0]) {
			t.Errorf("%s: the error shows what was typed: %s", name, text)
		}
	}
}

func FuzzFromSheet(f *testing.F) {
	id := generate(f, keys.Hybrid)
	text := strings.Join(sheet(f, id), "\n")
	f.Add(text)
	f.Add(strings.ToLower(text) + "\n\n")
	f.Add(string(id.Text().Reveal()))
	f.Add("AGE-SECRET-KEY-PQ-1 è 1 O\n\x00\xff")
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := from(typed)
		var bad *keys.SheetError
		if err != nil && !errors.As(err, &bad) {
			t.Fatalf("another error: %v", err)
		}
		if err != nil {
			return
		}
		again, err := from(strings.Join(sheet(t, got), " "))
		if err != nil || !same(got, again) {
			t.Fatalf("what was read does not print to the same: %v", err)
		}
	})
}

// TestCheckSheetLine types a sheet line by line.
func TestCheckSheetLine(t *testing.T) {
	lines, err := keys.SheetLines(generate(t, keys.Hybrid))
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range lines {
		right := strings.ToLower(string(l.Reveal()))
		for typed, want := range map[string]keys.Reason{
			right: -1, "  " + strings.ReplaceAll(right, " ", "-"): -1, "": keys.Missing, right[:len(right)-4]: keys.TooShort, right + "qq": keys.TooLong,
			right[1:2] + right[:1] + right[2:]: keys.Mistyped, "?" + right[1:]: keys.Foreign, string(lines[(i+1)%4].Reveal()): keys.Misplaced, right + "\n" + right: keys.TooLong,
		} {
			err := keys.CheckSheetLine(secret.FromString(typed), i+1)
			var s *keys.SheetError
			if want < 0 && err == nil || errors.As(err, &s) && s.Reason == want && s.Line == i+1 || right[0] == right[1] && want == keys.Mistyped {
				continue
			}
			t.Errorf("line %d, %q: %v, want %d", i+1, typed, err, want)
		}
	}
}
