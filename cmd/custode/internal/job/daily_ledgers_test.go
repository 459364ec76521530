package job_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/daily"
	"custode/playbook/fact"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/request"
	"custode/scan/watch/decoy"
	"custode/training/staff"
)

// torn is a store in which the events of one run cannot be read.
type torn struct {
	job.RunStore

	id int64
}

func (s torn) RunEvents(ctx context.Context, id int64) ([]playbook.Event, map[string][]byte, error) {
	if id == s.id {
		return nil, nil, fmt.Errorf("%w: made so", playbook.ErrEvents)
	}
	return s.RunStore.RunEvents(ctx, id)
}

// TestOpenClocks: what the law wants next of the incidents that are open, by what was said of them.
func TestOpenClocks(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) string { return now.Add(-d).Format(time.RFC3339) }
	who := playbook.Who{Name: "anna", At: now.Add(-time.Hour)}
	end := func(r *playbook.Run) ([]playbook.Event, error) { return r.CloseFalse(who, "under the seat") }
	for _, c := range []struct {
		what  string
		facts []playbook.Answers // an incident each
		end   func(r *playbook.Run) ([]playbook.Event, error)
		torn  int64
		want  job.Clocks
	}{
		{what: "none", want: job.Clocks{}},
		{what: "begun", facts: []playbook.Answers{{}}, want: job.Clocks{Open: 1, Waiting: true}},
		{what: "aware", facts: []playbook.Answers{{"aware_at": ago(2 * time.Hour)}}, want: job.Clocks{Open: 1, Next: now.Add(70 * time.Hour)}},
		{what: "late", facts: []playbook.Answers{{"aware_at": ago(73 * time.Hour)}}, want: job.Clocks{Open: 1, Late: 1}},
		{what: "told", facts: []playbook.Answers{{"aware_at": ago(73 * time.Hour), "authority_notified_at": ago(time.Hour)}}, want: job.Clocks{Open: 1}},
		{what: "need not be told", facts: []playbook.Answers{{"aware_at": ago(73 * time.Hour), "authority_decision": "no"}}, want: job.Clocks{Open: 1}},
		{what: "the most urgent of several", facts: []playbook.Answers{{"aware_at": ago(2 * time.Hour)}, {}, {"aware_at": ago(20 * time.Hour)}}, want: job.Clocks{Open: 3, Waiting: true, Next: now.Add(52 * time.Hour)}},
		{what: "a false alarm", facts: []playbook.Answers{{"aware_at": ago(73 * time.Hour)}}, end: end, want: job.Clocks{}},
		{what: "one cannot be read", facts: []playbook.Answers{{}, {"aware_at": ago(73 * time.Hour)}}, torn: 1, want: job.Clocks{Open: 2, Unread: 1, Late: 1}},
	} {
		t.Run(c.what, func(t *testing.T) {
			in, st := incidents(t, t.TempDir())
			for _, f := range c.facts {
				id, _, err := in.Begin(t.Context(), who, "lost-device", "", []job.Filled{{Facts: f, Origin: fact.Said}})
				if err == nil && c.end != nil {
					_, err = in.Change(t.Context(), id, c.end)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			book, err := clock.Load(in.Book)
			if err != nil {
				t.Fatal(err)
			}
			in.Store = torn{st, c.torn}
			got, err := job.OpenClocks(t.Context(), in, book, "IT", now)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// ledger is a shop whose records the check reads.
type ledger struct {
	t    *testing.T
	st   *store.Store
	shop job.Shop
	now  time.Time
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	l := &ledger{t: t, now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	var err error
	if l.st, err = store.Open(t.Context(), t.TempDir(), func() time.Time { return l.now }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.st.Close() })
	l.shop = job.Shop{
		Folders: []string{t.TempDir()}, Country: "IT", Alive: func(int) bool { return false },
		Around: job.Around{Staff: &[]job.DuePerson{}, Drills: &[]playbook.Row{}, Clocks: &job.Clocks{}, Papers: &[]job.Paper{}},
	}
	return l
}

func (l *ledger) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *ledger) facts() daily.Facts {
	l.t.Helper()
	f, err := job.Facts(l.t.Context(), l.st, l.shop, l.now)
	l.must(err)
	return f
}

// contact writes down whom to call.
func (l *ledger) contact(kind, phone string, checked time.Time) {
	l.must(l.st.SaveContact(l.t.Context(), playbook.Contact{Kind: kind, Phone: phone, Checked: checked}))
}

// TestLedgerResponse: contacts and exercises as they stand in the records.
func TestLedgerResponse(t *testing.T) {
	l := newLedger(t)
	if r := l.facts().Response; r == nil || r.Contacts != 0 || len(r.Missing) != 3 || !r.Drilled.IsZero() || r.DrillsLost {
		t.Errorf("nothing written down: %+v", r)
	}
	first := l.now.AddDate(0, -3, 0)
	l.contact("bank", "555 0100", l.now)
	l.contact("it", "555 0101", first)
	l.contact("insurer", "", l.now) // a form that was left empty is no number
	if r := l.facts().Response; r.Contacts != 2 || len(r.Missing) != 1 || r.Missing[0].Key != "item.response.contacts.insurer" || !r.CheckedAt.Equal(first) {
		t.Errorf("two of three: %+v", r)
	}
	l.shop.Around.Drills = &[]playbook.Row{{Closed: first}, {Closed: l.now.AddDate(0, -1, 0)}, {Closed: first}}
	if r := l.facts().Response; !r.Drilled.Equal(l.now.AddDate(0, -1, 0)) {
		t.Errorf("the last exercise: %s", r.Drilled)
	}
	l.shop.Around.Drills = nil
	if r := l.facts().Response; !r.DrillsLost {
		t.Error("exercises that cannot be read were not held")
	}
	l.shop.Around = job.Around{}
	if f := l.facts(); f.Response != nil || f.Staff != nil || !f.Privacy.NoticeLost {
		t.Errorf("nobody could look: %+v", f)
	}
}

// TestLedgerPrivacy: requests, choices and the lists that were filtered by them.
func TestLedgerPrivacy(t *testing.T) {
	l := newLedger(t)
	if p := l.facts().Privacy; p.Requests != 0 || p.Choices != 0 || p.Papers != 0 || p.NoticeLost {
		t.Errorf("nothing yet: %+v", p)
	}
	for _, day := range []string{"2026-11-20", "2026-10-01"} {
		_, err := l.st.AddRequest(t.Context(), request.Record{Right: request.Access, Received: day, How: request.Mail, Who: []byte("sealed")})
		l.must(err)
	}
	say := func(n byte, what choice.What) {
		e := choice.Event{Contact: choice.ID{n}, Purpose: "offers", Channel: choice.Email, What: what, At: l.now, How: choice.Till, By: "Maria"}
		l.must(l.st.AddChoices(t.Context(), []choice.Event{e}))
		l.now = l.now.Add(time.Hour)
	}
	say(1, choice.Refused)
	p := l.facts().Privacy
	if p.Requests != 2 || p.Late != 1 || p.Choices != 1 || !p.FilteredAt.IsZero() {
		t.Errorf("two requests, one late, a choice: %+v", p)
	}
	_, err := l.st.Record(t.Context(), "choices.filtered", map[string]any{})
	l.must(err)
	if p := l.facts().Privacy; p.NoSince != 0 || !p.FilteredAt.Equal(l.now) {
		t.Errorf("filtered: %+v", p)
	}
	l.now = l.now.Add(time.Hour)
	no := l.now
	say(2, choice.Withdrawn)
	say(3, choice.Refused)
	if p := l.facts().Privacy; p.NoSince != 2 || !p.NoFrom.Equal(no) {
		t.Errorf("two said no since: %+v", p)
	}
	l.shop.Around.Papers = &[]job.Paper{{}, {Stale: true}, {Stale: true, Wrong: true}}
	if p := l.facts().Privacy; p.Papers != 3 || p.Stale != 2 || !p.WrongFacts {
		t.Errorf("printed notices: %+v", p)
	}
}

// TestLedgerStaff: of everybody only whether a quiz is due is known, and the days of the last ones.
func TestLedgerStaff(t *testing.T) {
	l := newLedger(t)
	person := func(due bool, added, last string) job.DuePerson {
		return job.DuePerson{Person: staff.Person{Added: added, Last: last}, Due: due}
	}
	l.shop.Around.Staff = &[]job.DuePerson{
		person(true, "2026-11-28", ""), person(true, "2026-10-29", ""), // new, and new thirty days ago
		person(true, "2026-10-28", ""), person(true, "2026-01-01", "2026-10-28"), // none since
		person(true, "2026-01-01", "2026-10-29"), person(false, "2026-01-01", "2026-11-27"),
	}
	if diff := cmp.Diff(&daily.StaffFacts{People: 6, Due: 5, Behind: 2}, l.facts().Staff); diff != "" {
		t.Error(diff)
	}
}

// TestLedgerDecoys: each decoy is looked at where it should lie. Where its folder is not there (a
// drive that is not plugged in), nobody knows.
func TestLedgerDecoys(t *testing.T) {
	l := newLedger(t)
	dir := l.shop.Folders[0]
	away := filepath.Join(t.TempDir(), "drive")
	l.shop.Folders = append(l.shop.Folders, away)
	old := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	place := func(dir, name string) decoy.Decoy {
		path := filepath.Join(dir, name)
		if dir != away {
			l.must(os.WriteFile(path, []byte("made up"), 0o600))
			l.must(os.Chtimes(path, old, old))
		}
		d := decoy.Decoy{Path: path, Folder: dir, Size: 7, MTime: old, MadeAt: old}
		l.must(l.st.SaveDecoys(t.Context(), []decoy.Decoy{d}))
		return d
	}
	if d := l.facts().Decoys; d.Placed != 0 {
		t.Errorf("none placed: %+v", d)
	}
	place(dir, "there.csv")
	changed, gone := place(dir, "changed.csv"), place(dir, "gone.csv")
	place(away, "away.csv")
	if d := l.facts().Decoys; d.Placed != 4 || len(d.Missing) != 0 || d.Unseen != 1 {
		t.Errorf("all in place that can be seen: %+v", d)
	}
	l.must(os.WriteFile(changed.Path, []byte("written over"), 0o600))
	l.must(os.Remove(gone.Path))
	d := l.facts().Decoys
	var notes []string
	for _, f := range d.Missing {
		notes = append(notes, filepath.Base(f.Path)+" "+f.Note)
	}
	if diff := cmp.Diff([]string{"changed.csv item.watch.canaries.changed", "gone.csv item.watch.canaries.gone"}, notes); diff != "" || d.Unseen != 1 {
		t.Errorf("%s%+v", diff, d)
	}
}

// TestLedgerReceipt: that the receipt was taken stands in the journal.
func TestLedgerReceipt(t *testing.T) {
	l := newLedger(t)
	if f := l.facts(); !f.Journal.TakenAt.IsZero() {
		t.Errorf("never taken: %s", f.Journal.TakenAt)
	}
	_, err := l.st.Record(t.Context(), job.ReceiptTaken, map[string]any{})
	l.must(err)
	taken := l.now
	l.now = l.now.Add(time.Hour)
	if f := l.facts(); !f.Journal.TakenAt.Equal(taken) {
		t.Errorf("taken at %s, want %s", f.Journal.TakenAt, taken)
	}
}
