package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/internal/secret"
)

// TestServeKeys goes from no keys to a proven sheet as the page does: the proposed words stay the same
// until they are taken, keys are made once, what is printed can be typed back, a line that was right
// need not be typed again, and no line of the sheet comes to lie on the disk.
func TestServeKeys(t *testing.T) {
	shop, home, temp := t.TempDir(), filepath.Join(t.TempDir(), "home"), t.TempDir()
	t.Setenv("TMPDIR", temp)
	custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", shop)
	o := vaultOf(t, home)
	words, which := o.Propose()
	if again, still := o.Propose(); !again.Equal(words) || still != which {
		t.Fatal("other words while they are written down")
	}
	if err := o.MakeKeys(t.Context(), web.KeyWish{Name: "Ada", Passphrase: secret.FromString("1234567890")}); err != web.ErrWeak { //nolint:errorlint // it is that one
		t.Fatal(err)
	}
	if err := o.MakeKeys(t.Context(), web.KeyWish{Name: "Ada", Passphrase: words}); err != nil {
		t.Fatal(err)
	}
	if err := o.MakeKeys(t.Context(), web.KeyWish{Name: "Eve", Passphrase: secret.FromString("another good one")}); !isFault(err, "fault.keys.exists") {
		t.Fatalf("made twice: %v", err)
	}
	if _, now := o.Propose(); now == which {
		t.Error("words that open files are proposed")
	}
	if held, err := o.Held(t.Context()); !held || err != nil {
		t.Fatalf("not unlocked after they were made: %v", err)
	}
	r, err := o.sh.ring()
	if err != nil {
		t.Fatal(err)
	}
	u, _, err := o.atHand(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.Sheet(u)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := keys.SheetLines(id)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := o.PrintSheet(t.Context(), &page, web.SheetFrame{Style: "/static/sheet.css", Next: "On"}); err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if line := string(l.Reveal()); !strings.Contains(page.String(), line[:len(line)-3]) {
			t.Errorf("a line is not on the sheet")
		}
	}
	if strings.Contains(page.String(), "<style") || !strings.Contains(page.String(), `href="/static/sheet.css"`) {
		t.Error("the page brings a style of its own, which the browser refuses")
	}
	typed := [web.SheetLines]secret.Bytes{secret.FromString("1. " + strings.ToLower(string(lines[0].Reveal()))), lines[2], {}, {}}
	p, prove, err := o.TypeSheet(t.Context(), typed, false)
	if err != nil || prove != nil || !p.Lines[0].Right || p.Lines[1].Right || p.Lines[1].Wrong == "" || p.Lines[3].Wrong == "" {
		t.Fatalf("%+v, %v", p, err)
	}
	_, prove, err = o.TypeSheet(t.Context(), [web.SheetLines]secret.Bytes{{}, lines[1], lines[2], lines[3]}, false)
	if err != nil || prove == nil {
		t.Fatalf("not whole: %v", err)
	}
	if o.typed.all() || o.typed[0].Len() > 0 {
		t.Error("lines are kept after the sheet was whole")
	}
	if out, err := prove(t.Context()); err != nil || out.Title != o.sh.words.T("web.paper.proven") {
		t.Fatalf("%+v, %v", out, err)
	}
	if p, err := o.Paper(t.Context()); err != nil || !p.Proven {
		t.Errorf("%+v, %v", p, err)
	}
	if err := o.PrintSheet(t.Context(), &page, web.SheetFrame{}); !isFault(err, "fault.keys.on-paper") {
		t.Errorf("printed again: %v", err)
	}
	written := map[string]string{}
	collect(t, written, home, temp)
	for path, text := range written {
		for _, l := range lines {
			if strings.Contains(text, string(l.Reveal())[:11]) {
				t.Errorf("%s holds a line of the sheet", path)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(home, "keys", "ring.json")); err != nil || len(written) < 4 {
		t.Errorf("looked into %d files, %v", len(written), err)
	}
}

// TestServeSheetWhole: all of the sheet in one field, as a camera reads it, is enough; a sheet that
// is mixed of two is begun anew, and that of another shop proves nothing.
func TestServeSheetWhole(t *testing.T) {
	o, _, _ := vaultShop(t)
	other := make([][]secret.Bytes, 2)
	for i := range other {
		id, err := keys.Generate(keys.Hybrid)
		if err != nil {
			t.Fatal(err)
		}
		if other[i], err = keys.SheetLines(id); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			_, prove, err := o.TypeSheet(t.Context(), [web.SheetLines]secret.Bytes{id.Text()}, false)
			if err != nil || prove == nil {
				t.Fatalf("not taken in one: %v", err)
			}
			if _, err := prove(t.Context()); !isFault(err, "fault.keys.foreign-sheet") {
				t.Errorf("a sheet of another shop: %v", err)
			}
		}
	}
	p, prove, err := o.TypeSheet(t.Context(), [web.SheetLines]secret.Bytes{other[0][0], other[1][1], other[1][2], other[1][3]}, false)
	if err != nil || prove != nil || p.Mixed == "" || p.AnyRight() {
		t.Errorf("%+v, %v", p, err)
	}
	if p, _, err = o.TypeSheet(t.Context(), [web.SheetLines]secret.Bytes{other[0][0]}, false); err != nil || !p.Lines[0].Right {
		t.Fatalf("%+v, %v", p, err)
	}
	if o.Lock(); o.typed[0].Len() > 0 {
		t.Error("a line is kept while the page is locked")
	}
}
