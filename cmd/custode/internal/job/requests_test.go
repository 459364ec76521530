package job_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/playbook/privacy/request"
)

// Requests are listed by urgency without any key, and who made them stands nowhere in the clear.
func TestOpenRequests(t *testing.T) {
	home := t.TempDir()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 28, 10, 0, 0, 0, rome)
	st, err := store.Open(t.Context(), home, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	const name, contact = "Quetzalcoatl Uniquename", "quetzal.unique@example.com"
	add := func(right request.Right, received string) int64 {
		who, err := job.SealWho(t.Context(), request.Who{Name: name, Contact: contact}, []age.Recipient{key.Recipient()})
		if err != nil {
			t.Fatal(err)
		}
		id, err := st.AddRequest(t.Context(), request.Record{Right: right, Received: received, How: request.Mail, Who: who})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	fresh, late, marketing, ended := add(request.Access, "2026-11-28"), add(request.Erasure, "2026-10-20"), add(request.ObjectionMarketing, "2026-11-10"), add(request.Access, "2026-10-01")
	note := func(id int64, day string, what request.What, detail string) {
		if err := st.NoteRequest(t.Context(), id, request.Event{Day: day, What: what, Detail: detail}); err != nil {
			t.Fatal(err)
		}
	}
	note(ended, "2026-10-05", request.Closed, "answered")
	open, err := job.OpenRequests(t.Context(), st, "IT", now)
	if err != nil || len(open) != 3 {
		t.Fatalf("%+v, %v", open, err)
	}
	for i, want := range []struct {
		id           int64
		left         int
		late, atOnce bool
	}{{late, -8, true, false}, {marketing, 12, false, true}, {fresh, 30, false, false}} {
		if r := open[i]; r.ID != want.id || r.Left != want.left || r.Late != want.late || r.AtOnce != want.atOnce {
			t.Errorf("%d: request %d, %d days left, late %v, at once %v; want %+v", i, r.ID, r.Left, r.Late, r.AtOnce, want)
		}
	}
	// Told in time, with the reasons: two months more, and no longer late.
	note(late, "2026-11-20", request.Told, "complex")
	if open, err = job.OpenRequests(t.Context(), st, "IT", now); err != nil || open[2].ID != late || open[2].Late || open[2].Left != 53 {
		t.Errorf("%+v, %v", open, err)
	}
	// The evening before midnight is in time, the first minute after is not.
	for at, want := range map[string]bool{"2026-12-28T23:59:59+01:00": false, "2026-12-29T00:00:00+01:00": true} {
		then, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := job.OneRequest(t.Context(), st, fresh, "IT", then.In(rome)); err != nil || r.Late != want {
			t.Errorf("%s: late %v, %v", at, r.Late, err)
		}
	}
	all, err := job.AllRequests(t.Context(), st, "IT", now)
	if err != nil || len(all) != 4 || all[3].ID != ended || all[3].Late {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := job.OneRequest(t.Context(), st, 99, "IT", now); !errors.Is(err, request.ErrNone) {
		t.Error(err)
	}
	who, err := job.OpenWho(t.Context(), all[0].Who, key)
	if err != nil || who.Name != name || who.Contact != contact {
		t.Errorf("%+v, %v", who, err)
	}
	stranger, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := job.OpenWho(t.Context(), all[0].Who, stranger); !errors.Is(err, job.ErrWho) {
		t.Errorf("a stranger: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(home, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{name, "Quetzalcoatl", "Uniquename", contact, "quetzal"} {
			if bytes.Contains(raw, []byte(s)) {
				t.Errorf("%s holds %q", f, s)
			}
		}
	}
}

// A short and a long name leave the same length; the erased gives nobody.
func TestSealedWhoTellsNoLength(t *testing.T) {
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	lengths := map[int]bool{}
	for _, name := range []string{"", "Li", strings.Repeat("Maria ", 40)} {
		sealed, err := job.SealWho(t.Context(), request.Who{Name: name}, []age.Recipient{key.Recipient()})
		if err != nil {
			t.Fatal(err)
		}
		lengths[len(sealed)] = true
		if who, err := job.OpenWho(t.Context(), sealed, key); err != nil || who.Name != name {
			t.Errorf("%q: %+v, %v", name, who, err)
		}
	}
	if len(lengths) != 1 {
		t.Errorf("lengths %v", lengths)
	}
	if who, err := job.OpenWho(t.Context(), nil, key); err != nil || who != (request.Who{}) {
		t.Errorf("%+v, %v", who, err)
	}
}
