package job

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"custode/internal/journal"
	"custode/internal/rawpath"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/daily"
	"custode/playbook/privacy/datamap"
	"custode/scan/watch/decoy"
	"custode/training/staff"
)

// LedgerStore is what custode itself has written down of incidents, people and promises.
type LedgerStore interface {
	RequestStore
	DecoyList
	Contacts(ctx context.Context) (map[string]playbook.Contact, error)
	CountChoices(ctx context.Context) (n int64, last time.Time, err error)
	NoSince(ctx context.Context, after time.Time) (n int64, first time.Time, err error)
	LastOf(ctx context.Context, kinds ...string) (e journal.Entry, there bool, err error)
}

// Around is what the check judges and what does not stand in the home's own database, or takes
// the work of another job to tell. What is nil could not be looked at.
type Around struct {
	Staff  *[]DuePerson
	Drills *[]playbook.Row // exercises that were held to the end
	Clocks *Clocks
	Papers *[]Paper

	Declared *datamap.Declaration // what the owner says of why data is held
	Found    *Holdings            // what lies in the data folders, where it was gathered already; nil: the check gathers it
}

// Clocks say what the law wants next of the incidents that are open.
type Clocks struct {
	Open, Unread, Late int64
	Next               time.Time
	Waiting            bool
}

// Paper is a notice that was printed: whether the data has moved on from it, and whether it says
// less than is so now.
type Paper struct{ Stale, Wrong bool }

// OpenClocks reads the incidents that are open. Country is that of the shop.
func OpenClocks(ctx context.Context, in Incidents, book *clock.Book, country string, now time.Time) (c Clocks, err error) {
	rows, err := in.Store.Runs(ctx)
	if err != nil {
		return c, err
	}
	for _, row := range rows {
		if !row.Closed.IsZero() {
			continue
		}
		c.Open++
		r, err := in.Run(ctx, row.ID)
		switch {
		case ctx.Err() != nil:
			return c, ctx.Err()
		case err != nil: // it hides no other
			c.Unread++
			continue
		}
		_, aware := r.Facts.Time("aware_at")
		c.Waiting = c.Waiting || !aware
		for _, d := range book.Deadlines(clock.ForCountry(country), r.Facts, now.Location(), now) {
			switch {
			case d.Target, d.Met:
			case d.Late:
				c.Late++
			case now.Before(d.Due) && (c.Next.IsZero() || d.Due.Before(c.Next)):
				c.Next = d.Due
			}
		}
	}
	return c, nil
}

// ledgerFacts gathers what custode itself has written down.
func ledgerFacts(ctx context.Context, st LedgerStore, shop Shop, now time.Time, facts *daily.Facts) error {
	facts.Staff = staffFacts(shop.Around, now)
	err := errors.Join(responseFacts(ctx, st, shop.Around, facts), privacyFacts(ctx, st, shop, now, facts))
	if err != nil {
		return err
	}
	if facts.Decoys, err = Decoys(ctx, st, shop.Folders); err != nil {
		return err
	}
	taken, there, err := st.LastOf(ctx, ReceiptTaken)
	if err == nil && there {
		facts.Journal.TakenAt, err = moment(taken)
	}
	return err
}

// staffFacts says of how many people a quiz is due, and for how many since a month; nil: nobody looked.
func staffFacts(a Around, now time.Time) *daily.StaffFacts {
	if a.Staff == nil {
		return nil
	}
	month := staff.Day(now.AddDate(0, 0, -30))
	f := &daily.StaffFacts{People: int64(len(*a.Staff))}
	for _, p := range *a.Staff {
		f.Due += one(p.Due)
		f.Behind += one(p.Due && cmp.Or(p.Last, p.Added) < month)
	}
	return f
}

// ReceiptTaken is the entry of the journal that says that its receipt was given out.
const ReceiptTaken = "receipt.taken"

// moment is when an entry was written, for people to read.
func moment(e journal.Entry) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, e.At)
	return local(at), err
}

// needed are the contacts that every shop needs in a breach, besides the authority and the police,
// whose are built in.
func needed() []string { return []string{"bank", "it", "insurer"} }

func responseFacts(ctx context.Context, st LedgerStore, a Around, facts *daily.Facts) error {
	have, err := st.Contacts(ctx)
	if err != nil {
		return err
	}
	if a.Clocks == nil {
		return nil
	}
	c := a.Clocks
	r := &daily.ResponseFacts{Open: c.Open, Unread: c.Unread, Late: c.Late, Next: c.Next, Waiting: c.Waiting, DrillsLost: a.Drills == nil, Drilled: lastExercise(a)}
	for _, kind := range needed() {
		p, there := have[kind]
		if !there || p.Name+p.Phone+p.Mail+p.Note == "" {
			r.Missing = append(r.Missing, daily.Phrase{Key: "item.response.contacts." + kind})
			continue
		}
		r.Contacts++
		if r.CheckedAt.IsZero() || p.Checked.Before(r.CheckedAt) {
			r.CheckedAt = local(p.Checked)
		}
	}
	facts.Response = r
	return nil
}

// lastExercise is when one was last held to its end; zero: never, or nobody looked.
func lastExercise(a Around) (last time.Time) {
	if a.Drills == nil {
		return last
	}
	return LastExercise(*a.Drills)
}

// LastExercise is when the last of some exercises ended; zero: there is none.
func LastExercise(held []playbook.Row) (last time.Time) {
	for _, row := range held {
		if row.Closed.After(last) {
			last = local(row.Closed)
		}
	}
	return last
}

func privacyFacts(ctx context.Context, st LedgerStore, shop Shop, now time.Time, facts *daily.Facts) error {
	p := &daily.PrivacyFacts{Held: facts.Scan == nil || len(facts.Scan.Open) > 0 || facts.Seal != nil && facts.Seal.Sealed > 0}
	if papers := shop.Around.Papers; papers == nil {
		p.NoticeLost = true
	} else {
		p.Papers = int64(len(*papers))
		for _, paper := range *papers {
			p.Stale += one(paper.Stale)
			p.WrongFacts = p.WrongFacts || paper.Wrong
		}
	}
	open, err := OpenRequests(ctx, st, shop.Country, now)
	if err != nil {
		return err
	}
	p.Requests = int64(len(open))
	for i, r := range open {
		p.Late += one(r.Late)
		if last := now.AddDate(0, 0, r.Left); i == 0 || last.Before(p.Next) {
			p.Next = last
		}
	}
	if p.Choices, _, err = st.CountChoices(ctx); err != nil || p.Choices == 0 {
		facts.Privacy = p
		return err
	}
	filtered, there, err := st.LastOf(ctx, "choices.filtered")
	if err == nil && there {
		if p.FilteredAt, err = moment(filtered); err == nil {
			p.NoSince, p.NoFrom, err = st.NoSince(ctx, p.FilteredAt)
			p.NoFrom = local(p.NoFrom)
		}
	}
	facts.Privacy = p
	return err
}

// Decoys tells whether the decoys lie where they were placed, by their size and time alone: to
// open one would set off an alert.
func Decoys(ctx context.Context, st DecoyList, folders []string) (*daily.DecoyFacts, error) {
	list, err := st.Decoys(ctx)
	if err != nil {
		return nil, err
	}
	d := &daily.DecoyFacts{Placed: int64(len(list))}
	for _, bait := range list {
		info, err := rawpath.Lstat(bait.Path)
		switch {
		case err == nil && info.Mode().IsRegular() && info.Size() == bait.Size && info.ModTime().Equal(bait.MTime):
		case err == nil:
			d.Missing = append(d.Missing, daily.File{Path: bait.Path, Note: "item.watch.canaries." + string(decoy.Changed)})
		case errors.Is(err, fs.ErrNotExist) && slices.ContainsFunc(folders, func(f string) bool { return isFolder(f) && within(f, bait.Path) }):
			d.Missing = append(d.Missing, daily.File{Path: bait.Path, Note: "item.watch.canaries." + string(decoy.Gone)})
		default:
			d.Unseen++
		}
	}
	return d, nil
}

func isFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}
