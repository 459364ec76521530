package job

import (
	"context"
	"encoding/json"
	"time"

	"custode/encrypt/catalogue"
	"custode/internal/journal"
	"custode/internal/rawpath"
	"custode/playbook"
	"custode/playbook/daily"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/printed"
	"custode/playbook/privacy/statement"
	"custode/scan"
	"custode/scan/watch/lookout"
)

// StatementStore is what a statement for customers is made from, and where it is kept that
// one was printed.
type StatementStore interface {
	DailyStore
	Contacts(ctx context.Context) (map[string]playbook.Contact, error)
	CountChoices(ctx context.Context) (n int64, last time.Time, err error)
	Journal(ctx context.Context, from int64, fn func(journal.Entry) error) error
	SavePrinted(ctx context.Context, p printed.Paper) error
	Printed(ctx context.Context) ([]printed.Paper, error)
}

// Standing is what a statement rests on that is not in the home's own database, or takes
// another job to tell.
type Standing struct {
	Staff  []DuePerson
	Drills []playbook.Row // exercises
	Map    *datamap.Map   // of what is held and why; nil: the owner has declared nothing
	Terms  statement.Terms
}

// StatementFacts gathers the facts for a statement as they are now, and gives the items of the
// daily check with them. It notes nothing and reads no file's content.
func StatementFacts(ctx context.Context, st StatementStore, shop Shop, around Standing, now time.Time) (statement.Facts, daily.Result, error) {
	f := statement.Facts{Green: map[string]bool{}, Count: map[statement.Name]int64{}, Moment: map[statement.Name]time.Time{}}
	facts, err := Facts(ctx, st, shop, now)
	if err != nil {
		return f, daily.Result{}, err
	}
	result := daily.Judge(facts, now)
	for _, it := range result.Items {
		f.Green[it.ID] = it.Status == daily.OK
	}
	if err := sealedStanding(ctx, st, facts, f); err != nil {
		return f, result, err
	}
	f.Count[statement.Copies] = int64(len(facts.Copies))
	f.Count[statement.KeysHeld], f.Count[statement.KeysDoubt], f.Count[statement.Damaged] = 0, 0, 0
	if s := facts.Seal; s != nil {
		f.Count[statement.KeysHeld], f.Count[statement.KeysDoubt], f.Count[statement.Damaged] = one(s.Keys), one(s.Exposed)+one(s.Unfinished), s.Failed
		f.Moment[statement.Drilled], f.Moment[statement.BackedUp] = s.ProvenAt, s.BackupAt
	}
	if w := facts.Watch; w != nil && w.Running {
		since := w.Since
		err := st.Blinds(ctx, time.Time{}, func(b lookout.Blind) error { // it began anew when it could see again
			if b.To.After(since) {
				since = b.To
			}
			return nil
		})
		if err != nil {
			return f, result, err
		}
		f.Moment[statement.WatchSince] = since
	}
	people, err := st.Contacts(ctx)
	if err != nil {
		return f, result, err
	}
	f.Count[statement.Contacts] = 0
	for _, c := range people {
		f.Count[statement.Contacts] += one(c.Phone != "" || c.Mail != "")
	}
	if f.Count[statement.Choices], _, err = st.CountChoices(ctx); err != nil {
		return f, result, err
	}
	around.add(f, now)
	return f, result, nil
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// sealedStanding counts the files with personal data: those that are sealed, there, and have no
// readable original beside them; and those that can be read.
func sealedStanding(ctx context.Context, st StatementStore, facts daily.Facts, f statement.Facts) error {
	open := map[string]bool{}
	if s := facts.Scan; s != nil {
		for _, file := range s.Open {
			open[file.Path] = true
		}
		f.Count[statement.Unseen] = int64(len(s.Failed)+len(s.NoRead)+len(s.Absent)+len(s.Uncovered)+len(facts.Left)) + s.Changed
		f.Count[statement.Pictures] = s.Images
		f.Moment[statement.Scanned] = s.EndedAt
	}
	sealed, since, checked := int64(0), time.Time{}, time.Time{}
	err := st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
		if _, err := rawpath.Lstat(e.Path); err != nil {
			return nil //nolint:nilerr // what is not there is not counted
		}
		last := e.SealedAt // then it was opened again and compared
		for _, at := range []time.Time{e.CheckedAt, e.ProvenAt} {
			if at.After(last) {
				last = at
			}
		}
		if checked.IsZero() || last.Before(checked) {
			checked = last
		}
		switch {
		case scan.Risk(e.Risk).Rank() == 0: // nobody knows of personal data in it
		case e.Kept:
			if _, err := rawpath.Lstat(e.OriginalPath()); err == nil {
				open[e.OriginalPath()] = true
			}
		default:
			sealed++
			if since.IsZero() || e.SealedAt.Before(since) {
				since = e.SealedAt
			}
		}
		return nil
	})
	f.Count[statement.Sealed], f.Moment[statement.FirstSeal], f.Moment[statement.Checked] = sealed, since, checked
	if facts.Scan != nil {
		f.Count[statement.Open] = int64(len(open))
		f.Count[statement.Found] = sealed + int64(len(open))
	}
	return err
}

// add adds what stands elsewhere.
func (s Standing) add(f statement.Facts, now time.Time) {
	f.Count[statement.People], f.Count[statement.PeopleDue] = int64(len(s.Staff)), 0
	oldest := time.Time{}
	for i, p := range s.Staff {
		f.Count[statement.PeopleDue] += one(p.Due)
		last, err := time.ParseInLocation(time.DateOnly, p.Last, now.Location())
		if err != nil { // none yet
			oldest = time.Time{}
			break
		}
		if i == 0 || last.Before(oldest) {
			oldest = last
		}
	}
	f.Moment[statement.QuizOldest] = oldest
	for _, row := range s.Drills {
		if row.Closed.After(f.Moment[statement.Exercise]) {
			f.Moment[statement.Exercise] = row.Closed
		}
	}
	if s.Map != nil {
		f.Count[statement.Uses], f.Count[statement.TooLong] = int64(len(s.Map.Declaration.Uses)), 0
		for _, found := range s.Map.Findings {
			f.Count[statement.TooLong] += one(found.Problem == datamap.KeptTooLong)
		}
	}
	if s.Terms.Hours > 0 {
		f.Count[statement.LawHours] = s.Terms.Hours
	}
	if s.Terms.Days > 0 {
		f.Count[statement.PeopleDays] = s.Terms.Days
	}
}

// Turned gives, of the items of the daily check that have not been green since the last time they
// were, when that was first noted after a moment.
func Turned(ctx context.Context, st StatementStore, after time.Time) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := st.Journal(ctx, 1, func(e journal.Entry) error {
		if e.Kind != "check.done" {
			return nil
		}
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err != nil || at.Before(after) {
			return nil //nolint:nilerr // of another time
		}
		var body struct {
			Items map[string]daily.Status `json:"items"`
		}
		if err := json.Unmarshal(e.Body, &body); err != nil {
			return err
		}
		for id, status := range body.Items {
			switch since := out[id]; {
			case status == daily.OK:
				delete(out, id)
			case since.IsZero():
				out[id] = at.Local()
			}
		}
		return nil
	})
	return out, err
}
