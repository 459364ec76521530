package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/inplace"
	"custode/internal/fault"
)

// TestBrokenOff: a work that was noted and did not end is told of, with what is left of it alone; one that goes on
// is not; whoever leaves it as it is leaves no temporary file either; and what has nothing left is forgotten.
func TestBrokenOff(t *testing.T) {
	o, shop, home := vaultShop(t)
	rossi, verdi := filepath.Join(shop, "rossi.csv.age"), filepath.Join(shop, "verdi.csv.age")
	tmp := filepath.Join(shop, inplace.Temporary("abcdefgh"))
	if err := os.WriteFile(tmp, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	note := begun{Does: doesUnseal, Since: time.Now(), Files: []string{rossi, verdi, filepath.Join(shop, "gone.csv.age")}}
	end, err := o.begins(note, "")
	if err != nil {
		t.Fatal(err)
	}
	told := func() []web.BrokenOff {
		t.Helper()
		list, err := o.BrokenOff(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := told(); len(list) != 0 {
		t.Errorf("it goes on: %+v", list)
	}
	end(fault.New(fault.Busy, "fault.busy", "seal", int64(1)))
	if list := told(); len(list) != 0 {
		t.Errorf("nothing was done: %+v", list)
	}
	if end, err = o.begins(note, ""); err != nil {
		t.Fatal(err)
	}
	end(errors.New("broken off"))
	o = vaultOf(t, home) // another custode
	list := told()
	if len(list) != 1 || !strings.Contains(list[0].Left, "2 are still sealed") {
		t.Fatalf("%+v", list)
	}
	if needs, err := o.NeedsKeys(t.Context(), list[0].ID); !needs || err != nil {
		t.Errorf("needs keys: %v %v", needs, err)
	}
	free, err := o.sh.lock("seal")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Leave(t.Context(), list[0].ID); !isFault(err, "fault.web.busy") || !exists(tmp) {
		t.Errorf("while somebody is at work: %v", err)
	}
	free()
	if err := o.Leave(t.Context(), list[0].ID); err != nil || exists(tmp) || !exists(rossi) {
		t.Errorf("left: %v", err)
	}
	if err := o.Leave(t.Context(), list[0].ID); !isFault(err, "fault.serve.begun.none") {
		t.Errorf("twice: %v", err)
	}
	if end, err = o.begins(begun{Does: doesSeal, Kept: true, Since: time.Now(), Files: []string{rossi}}, ""); err != nil {
		t.Fatal(err)
	}
	end(errors.New("broken off"))
	if err := os.WriteFile(rossi+".age", nil, 0o600); err != nil { // sealed, and kept
		t.Fatal(err)
	}
	if list := told(); len(list) != 0 {
		t.Errorf("nothing is left of it: %+v", list)
	}
	if _, err := os.Stat(filepath.Join(home, begunFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("and it is noted: %v", err)
	}
}

// TestBrokenOffUnseen: a file that cannot be looked at is not taken for done, nor is one whose name is not UTF-8 lost.
func TestBrokenOffUnseen(t *testing.T) {
	dir := t.TempDir()
	odd := filepath.Join(dir, "caff\xe8.csv")
	if raw, err := json.Marshal(begun{Files: []string{odd, "plain.csv"}}); err != nil {
		t.Error(err)
	} else {
		var b begun
		if err := json.Unmarshal(raw, &b); err != nil || !slices.Equal(b.Files, []string{odd, "plain.csv"}) {
			t.Errorf("%s became %q: %v", raw, b.Files, err)
		}
	}
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Skip("no links here:", err)
	}
	unseen := filepath.Join(loop, "rossi.csv")
	if _, err := os.Lstat(unseen); err == nil || os.IsNotExist(err) {
		t.Skip("it is seen here:", err)
	}
	for _, kept := range []bool{false, true} {
		if left := (begun{Kept: kept, Files: []string{unseen}}).left(); len(left) != 1 {
			t.Errorf("kept %v: it is taken for done", kept)
		}
	}
}
