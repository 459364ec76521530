package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/desk"
	"custode/internal/host"
)

// leaves leaves a readable copy of a sealed file, as a custode that was killed does.
func leaves(t *testing.T, o *office, sealed, text string) (dir string) {
	t.Helper()
	base, err := host.Private(o.sh.env)
	if err != nil {
		t.Fatal(err)
	}
	was, err := desk.Mark(t.Context(), sealed)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(sealed), ".age")
	c, err := desk.New(base.Path, desk.Note{Home: o.sh.home, Sealed: sealed, Name: name, OpenedAt: o.sh.now(), Was: was, Bytes: 3})
	if err == nil {
		err = os.WriteFile(c.Path(), []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.Leave()
	return c.Dir
}

// TestServeLeft: copies that were left are listed while the page is locked too; one becomes the new version, one is
// sealed beside, one is thrown away; each is gone then, and none is seen to twice.
func TestServeLeft(t *testing.T) {
	o, shop, _ := vaultShop(t)
	ctx := t.Context()
	sealed := filepath.Join(shop, "rossi.csv.age")
	before, err := os.ReadFile(sealed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		do      web.LeftEnd
		changes bool // the sealed file
		more    int  // sealed files
	}{{web.ThrowAway, false, 0}, {web.SealBeside, false, 1}, {web.SealLeft, true, 0}} {
		dir := leaves(t, o, sealed, "name\nBea Verdi\n")
		files, err := filepath.Glob(filepath.Join(shop, "*.age"))
		if err != nil {
			t.Fatal(err)
		}
		left, err := o.Left(ctx)
		if err != nil || len(left) != 1 || left[0].Name != "rossi.csv.age" || !left[0].Known {
			t.Fatalf("%s: %+v, %v", c.do, left, err)
		}
		out, err := o.EndLeft(ctx, left[0].ID, c.do)
		if err != nil || exists(dir) {
			t.Fatalf("%s: %+v, %v; the copy is there: %v", c.do, out, err, exists(dir))
		}
		after, err := os.ReadFile(sealed)
		now, _ := filepath.Glob(filepath.Join(shop, "*.age"))
		if err != nil || (string(after) != string(before)) != c.changes || len(now) != len(files)+c.more {
			t.Errorf("%s: %q, %v, changed: %v", c.do, now, err, string(after) != string(before))
		}
		if _, err := o.EndLeft(ctx, left[0].ID, c.do); !isFault(err, "fault.serve.left") {
			t.Errorf("%s twice: %v", c.do, err)
		}
	}
}
