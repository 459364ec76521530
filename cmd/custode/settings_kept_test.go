package main

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"custode/internal/journal"
)

// witness tells what the settings were when something was noted in the journal.
type witness struct {
	state

	sh      *shell
	noted   []string
	folders [][]string
}

func (w *witness) Record(ctx context.Context, kind string, body any) (journal.Head, error) {
	set, _ := w.sh.settings() // none: no folders
	w.noted, w.folders = append(w.noted, kind), append(w.folders, set.Folders)
	return w.state.Record(ctx, kind, body)
}

// TestSettingsAndJournal: a journal begins before there are settings, a change is noted once it is made, and where
// custode was ended between the two, who does it again finds both as one, noted once.
func TestSettingsAndJournal(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	set, err := o.sh.settings()
	if err != nil {
		t.Fatal(err)
	}
	fresh := officeOf(t, t.TempDir()).sh
	st, err := fresh.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	more := set
	more.Folders = append(slices.Clone(set.Folders), t.TempDir())
	w := &witness{state: st, sh: fresh}
	for _, next := range []settings{set, more, more} {
		now, err := fresh.settings()
		if err := fresh.keep(t.Context(), w, next, err == nil && same(now, next)); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(w.noted, []string{"home.made", "settings.changed"}) || w.folders[0] != nil || !slices.Equal(w.folders[1], more.Folders) {
		t.Errorf("noted %v, while the folders were %v", w.noted, w.folders)
	}

	last := func() (said settingsNote, all int64) {
		t.Helper()
		_, st, err := o.sh.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		list, all, err := st.Newest(t.Context(), journal.Part{Kind: "settings.changed", Most: 1})
		if err != nil {
			t.Fatal(err)
		}
		if all > 0 {
			err = json.Unmarshal(list[0].Body, &said)
		}
		if err != nil {
			t.Fatal(err)
		}
		return said, all
	}
	for i, again := range []func(folder string){
		func(folder string) {
			if changed, wrong, err := o.AddFolder(t.Context(), folder); changed || wrong != "" || err != nil {
				t.Error(changed, wrong, err)
			}
		},
		func(folder string) {
			if got := custode(t, home, "init", "--yes", "--data", set.Folders[0], "--data", folder); got.code > 1 {
				t.Errorf("%+v", got)
			}
		},
	} {
		next := set
		next.Folders = append(slices.Clone(set.Folders), t.TempDir())
		if err := o.sh.writeSettings(next); err != nil { // and then the power fails
			t.Fatal(err)
		}
		for range 2 {
			again(next.Folders[1])
			if said, all := last(); all != int64(i+1) || !slices.Equal(said.Folders, next.Folders) {
				t.Errorf("%d: the journal says %+v, as its number %d, of the folders %v", i, said, all, next.Folders)
			}
		}
	}
}
