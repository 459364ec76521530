package journal_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"custode/internal/journal"
)

// chain makes a sound journal of n entries.
func chain(t *testing.T, n int) []journal.Entry {
	t.Helper()
	var head journal.Head
	var out []journal.Entry
	for i := range n {
		at := time.Date(2026, 11, 23, 9, 0, i, 0, time.UTC)
		e, err := journal.Next(head, at, "scan.finished", map[string]any{"files": i})
		if err != nil {
			t.Fatal(err)
		}
		out, head = append(out, e), e.Head()
	}
	return out
}

func verify(t *testing.T, es []journal.Entry, receipt *journal.Head) (journal.Head, string) {
	t.Helper()
	i := 0
	head, f, err := journal.Verify(func() (journal.Entry, bool, error) {
		if i == len(es) {
			return journal.Entry{}, false, nil
		}
		i++
		return es[i-1], true, nil
	}, receipt)
	if err != nil {
		t.Fatal(err)
	}
	if f == nil {
		return head, ""
	}
	return head, fmt.Sprintf("%s %d", f.Trouble, f.Seq)
}

func resum(e journal.Entry) journal.Entry { e.Hash = e.Sum(); return e }

func TestVerifyNamesTheFirstWrongEntry(t *testing.T) {
	full := chain(t, 9)
	last := full[8].Head()
	forged := func(seq int64, prev journal.Hash) journal.Entry {
		return resum(journal.Entry{Seq: seq, At: full[0].At, Kind: "forged", Body: json.RawMessage(`{}`), Prev: prev})
	}
	for name, c := range map[string]struct {
		tamper  func(es []journal.Entry) []journal.Entry
		receipt *journal.Head
		want    string
	}{
		"untouched":              {func(es []journal.Entry) []journal.Entry { return es }, &last, ""},
		"empty":                  {func([]journal.Entry) []journal.Entry { return nil }, nil, ""},
		"body changed":           {func(es []journal.Entry) []journal.Entry { es[3].Body = json.RawMessage(`{"files":0}`); return es }, nil, "changed 4"},
		"kind changed":           {func(es []journal.Entry) []journal.Entry { es[0].Kind = "x"; return es }, nil, "changed 1"},
		"time changed, last":     {func(es []journal.Entry) []journal.Entry { es[8].At = es[0].At; return es }, nil, "changed 9"},
		"hash changed":           {func(es []journal.Entry) []journal.Entry { es[4].Hash[0]++; return es }, nil, "changed 5"},
		"changed and summed":     {func(es []journal.Entry) []journal.Entry { es[3].Kind = "x"; es[3] = resum(es[3]); return es }, nil, "changed 4"},
		"first removed":          {func(es []journal.Entry) []journal.Entry { return es[1:] }, nil, "removed 1"},
		"one removed":            {func(es []journal.Entry) []journal.Entry { return append(es[:4], es[5:]...) }, nil, "removed 5"},
		"three removed":          {func(es []journal.Entry) []journal.Entry { return append(es[:4], es[7:]...) }, nil, "removed 5"},
		"removed and renumbered": {func(es []journal.Entry) []journal.Entry { es[5].Seq = 5; return append(es[:4], es[5]) }, nil, "removed 5"},
		"one inserted": {func(es []journal.Entry) []journal.Entry {
			ins := forged(5, es[3].Hash)
			for i := range es[4:] {
				es[4+i].Seq++
			}
			return append(es[:4:4], append([]journal.Entry{ins}, es[4:]...)...)
		}, nil, "inserted 5"},
		"garbage inserted": {func(es []journal.Entry) []journal.Entry {
			return append(es[:4:4], append([]journal.Entry{{Seq: 5, Kind: "x"}}, es[4:]...)...)
		}, nil, "inserted 5"},
		"one appended":         {func(es []journal.Entry) []journal.Entry { return append(es, forged(10, journal.Hash{1})) }, nil, "changed 9"},
		"garbage appended":     {func(es []journal.Entry) []journal.Entry { return append(es, journal.Entry{Seq: 10, Kind: "x"}) }, nil, "inserted 10"},
		"tail cut, no receipt": {func(es []journal.Entry) []journal.Entry { return es[:6] }, nil, ""},
		"tail cut, receipt":    {func(es []journal.Entry) []journal.Entry { return es[:6] }, &last, "cut 7"},
		"all cut, receipt":     {func([]journal.Entry) []journal.Entry { return nil }, &last, "cut 1"},
		"made anew, receipt": {func(es []journal.Entry) []journal.Entry {
			var head journal.Head
			for i := range es {
				es[i].Kind, es[i].Prev = "other", head.Hash
				es[i] = resum(es[i])
				head = es[i].Head()
			}
			return es
		}, &last, "rewritten 9"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := verify(t, c.tamper(append([]journal.Entry(nil), full...)), c.receipt); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestEveryBitCounts changes each part of each entry in turn: none goes unseen.
func TestEveryBitCounts(t *testing.T) {
	full := chain(t, 4)
	for i := range full {
		for part := range 5 {
			es := append([]journal.Entry(nil), full...)
			switch part {
			case 0:
				es[i].Seq += 7
			case 1:
				es[i].At += "0"
			case 2:
				es[i].Body = append(json.RawMessage(" "), es[i].Body...)
			case 3:
				es[i].Prev[31] ^= 1
			case 4:
				es[i].Hash[31] ^= 1
			}
			if _, got := verify(t, es, nil); got == "" {
				t.Errorf("entry %d, part %d: not seen", i+1, part)
			}
		}
	}
}

func TestReceipt(t *testing.T) {
	head := chain(t, 42)[41].Head()
	code := head.Receipt()
	for _, s := range []string{code, strings.ToLower(code), " " + code + "\n", "42-" + strings.ReplaceAll(code[3:], "-", ""), strings.ReplaceAll(code, "0", "O"), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "-", "\u2013"), strings.ReplaceAll(code, "-", " - ")} {
		got, err := journal.ParseReceipt(s)
		if err != nil || got.Seq != 42 || got.Receipt() != code {
			t.Errorf("%q: %v %v", s, got.Receipt(), err)
		}
	}
	for _, s := range []string{"", "42", "-", "x-AAAA", code[:len(code)-1], code + "A", "-1" + code[2:], "43" + code[2:], strings.Repeat("9", 40) + code[2:]} {
		if _, err := journal.ParseReceipt(s); err == nil {
			t.Errorf("%q was taken for a receipt", s)
		}
	}
	missed := 0
	for i := 3; i < len(code); i++ {
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if wrong := code[:i] + string(c) + code[i+1:]; wrong != code && code[i] != '-' {
				if _, err := journal.ParseReceipt(wrong); err == nil {
					missed++
				}
			}
		}
	}
	if missed > 17 { // at most the one twin of each letter
		t.Errorf("%d miscopied letters were not noticed", missed)
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("42-7KQ2-M9XR-40ZD-B1TN-C")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := journal.ParseReceipt(s)
		if err != nil {
			return
		}
		if again, err := journal.ParseReceipt(h.Receipt()); err != nil || again != h {
			t.Errorf("%q does not come back", s)
		}
	})
}
