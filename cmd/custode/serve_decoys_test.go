package main

import (
	"os"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestDecoysOfTheOffice lays decoys, says which is gone, lays that again, and takes out what nobody changed. No
// sentence of it names a command.
func TestDecoysOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	stands := func() web.Decoys {
		t.Helper()
		w, err := o.Watch(t.Context(), web.WatchWish{Most: 9})
		if err != nil {
			t.Fatal(err)
		}
		return w.Decoys
	}
	does := func(do func() (web.Outcome, error), says string) {
		t.Helper()
		out, err := do()
		if all := strings.Join(out.Lines, "\n"); err != nil || !strings.Contains(all, says) || strings.Contains(all, "custode ") || out.Next != "/watch#decoys" {
			t.Errorf("no %q in %+v, %v", says, out, err)
		}
	}
	nothing := func(web.Progress) {}
	lay := func() (web.Outcome, error) { return o.LayDecoys(t.Context(), nothing) }
	remove := func() (web.Outcome, error) { return o.RemoveDecoys(t.Context(), nothing) }
	if d := stands(); d.Laid {
		t.Errorf("%+v", d)
	}
	does(remove, "There are no decoys here.")
	does(func() (web.Outcome, error) {
		out, err := lay()
		if len(out.Lines) > 4 || strings.Contains(strings.Join(out.Lines, ""), ".csv") || len(out.Parts) != 1 || out.Parts[0].Fold == "" || len(out.Parts[0].List) < 2 {
			t.Errorf("where they lie is not folded: %+v", out)
		}
		return out, err
	}, "decoys were placed")
	does(lay, "The decoys are all there.")
	if d := stands(); !d.Laid || d.Status != "ok" || len(d.Missing) > 0 {
		t.Errorf("%+v", d)
	}
	st, err := o.sh.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := st.Decoys(t.Context())
	_ = st.Close() // only read
	if err != nil || len(list) < 2 {
		t.Fatal(list, err)
	}
	if err := os.Remove(list[0].Path); err != nil {
		t.Fatal(err)
	}
	if d := stands(); d.Status == "ok" || len(d.Missing) != 1 {
		t.Errorf("%+v", d)
	}
	does(lay, "1 decoy was placed")
	if err := os.WriteFile(list[1].Path, []byte("ours now"), 0o600); err != nil {
		t.Fatal(err)
	}
	does(remove, "somebody changed it")
	if raw, err := os.ReadFile(list[1].Path); err != nil || string(raw) != "ours now" {
		t.Errorf("%q %v", raw, err)
	}
	if exists(list[0].Path) || stands().Laid {
		t.Error("some are left")
	}
	release, err := o.sh.lock("scan")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if _, err := lay(); !isFault(err, "fault.web.busy") {
		t.Errorf("while a scan runs: %v", err)
	}
}
