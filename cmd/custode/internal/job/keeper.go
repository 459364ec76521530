package job

import (
	"context"
	"errors"
	"slices"
	"time"

	"custode/internal/alert"
	"custode/internal/journal"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// KeeperStore is where what the watch tells is kept.
type KeeperStore interface {
	StartWatch(ctx context.Context, run string, s lookout.Status) error
	SaveState(ctx context.Context, key string, value any) error
	SaveBlind(ctx context.Context, b lookout.Blind) error
	SaveChecked(ctx context.Context, c lookout.Checked) error
	SaveActivity(ctx context.Context, list []lookout.Activity) error
	TrimActivity(ctx context.Context) error
	SaveHabits(ctx context.Context, h lookout.Habits) error
	SaveCase(ctx context.Context, c cases.Case, what string) (int64, error)
	AtStake(ctx context.Context, paths []string) (cases.Stake, error)
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
	Head(ctx context.Context) (journal.Head, error)
	DeliverStore
}

// Teller puts what happened into words. It knows the language.
type Teller interface {
	Case(c cases.Case, what string, head journal.Head) (subject, body string)
	Together(list []alert.Message, digest bool) (subject, body string) // several messages as one
	Heartbeat(h Heartbeat) (subject, body string)
}

// Keeper writes down what a lookout tells, and sends people the messages that follow.
type Keeper struct {
	Store  KeeperStore
	Teller Teller
	Post   *Post
	Now    func() time.Time
	// Told is told of each incident that begins, gets worse or is over, with what became
	// of it; may be nil.
	Told func(c cases.Case, what string) error
	// Status is told of how the watch stands; may be nil.
	Status func(lookout.Status) error

	run     string
	trimmed time.Time
	unsaved []lookout.Entry
}

// mostUnsaved bounds what is kept in memory while nothing can be written.
const mostUnsaved = 5000

// Kept is how the watch stood when it was heard of last.
type Kept struct {
	lookout.Status

	At    time.Time
	Run   string
	Ended bool // it was stopped in order
}

// Take keeps an entry. While the disk is full, or the database in use for long, it keeps
// entries in memory and people are told all the same; what can't be kept there either is
// the record of what was ordinary.
func (k *Keeper) Take(ctx context.Context, e lookout.Entry) error {
	k.flush(ctx)
	if len(k.unsaved) > 0 || k.take(ctx, e) != nil {
		k.park(ctx, e)
	}
	return ctx.Err()
}

// flush writes what is waiting in memory.
func (k *Keeper) flush(ctx context.Context) {
	for len(k.unsaved) > 0 && k.take(ctx, k.unsaved[0]) == nil {
		k.unsaved = k.unsaved[1:]
	}
}

// park keeps an entry that could not be written, and sends at once what a person must
// know.
func (k *Keeper) park(ctx context.Context, e lookout.Entry) {
	if n := e.News; n != nil && n.What != rules.Over && n.Incident.Severity > rules.Note {
		c := k.caseOf(e, n.Incident)
		c.Stake, _ = k.Store.AtStake(ctx, c.Paths) // to read takes no room; where it fails, nothing is known
		subject, body := k.Teller.Case(c, n.What, journal.Head{})
		k.Post.AtOnce(ctx, alert.Message{ID: messageID(e.Run, n.Incident.Serial, n.What), Severity: severity(n.Incident.Severity), Subject: subject, Body: body, At: e.At})
		if k.Told != nil {
			_ = k.Told(c, n.What) // it is being told through every channel
		}
	}
	e.Activity = nil
	if e.News == nil && e.Blind == nil && e.Habits == nil && e.Checked == nil && e.Gate == nil || len(k.unsaved) >= mostUnsaved {
		return
	}
	k.unsaved = append(k.unsaved, e)
}

func (k *Keeper) caseOf(e lookout.Entry, i rules.Incident) cases.Case {
	return cases.Case{Incident: i, Run: e.Run}
}

func (k *Keeper) take(ctx context.Context, e lookout.Entry) error {
	var err error
	switch {
	case e.Status != nil:
		err = k.status(ctx, e)
	case e.News != nil:
		err = k.news(ctx, e)
	case e.Blind != nil:
		err = k.Store.SaveBlind(ctx, *e.Blind)
	case e.Activity != nil:
		err = k.Store.SaveActivity(ctx, e.Activity)
	case e.Gate != nil:
		_, err = k.Store.Record(ctx, "watch.gate", map[string]any{"what": e.Gate.What, "opens": e.Gate.N, "at": e.Gate.At.UTC()})
	case e.Checked != nil:
		err = k.Store.SaveChecked(ctx, *e.Checked)
	}
	for _, i := range e.Grown {
		c := k.caseOf(e, i)
		if err == nil {
			c.Stake, err = k.Store.AtStake(ctx, i.Paths)
		}
		if err == nil {
			_, err = k.Store.SaveCase(ctx, c, "")
		}
	}
	if err == nil && e.Habits != nil {
		err = k.Store.SaveHabits(ctx, *e.Habits)
	}
	return err
}

func (k *Keeper) status(ctx context.Context, e lookout.Entry) error {
	if k.run != e.Run {
		if err := k.Store.StartWatch(ctx, e.Run, *e.Status); err != nil {
			return err
		}
		k.run = e.Run
	}
	if e.At.Sub(k.trimmed) > 24*time.Hour {
		k.trimmed = e.At
		if err := errors.Join(k.Store.TrimActivity(ctx), k.Store.TrimMessages(ctx)); err != nil {
			return err
		}
	}
	if k.Status != nil {
		if err := k.Status(*e.Status); err != nil {
			return err
		}
	}
	return k.Store.SaveState(ctx, "status", Kept{Status: *e.Status, At: e.At, Run: e.Run})
}

// Stopped notes that the watch was stopped in order.
func (k *Keeper) Stopped(ctx context.Context, last lookout.Status) error {
	k.flush(ctx)
	if k.run == "" {
		return nil
	}
	_, err := k.Store.Record(ctx, "watch.stopped", map[string]any{"run": k.run})
	return errors.Join(err, k.Store.SaveState(ctx, "status", Kept{Status: last, At: k.Now(), Run: k.run, Ended: true}))
}

func (k *Keeper) news(ctx context.Context, e lookout.Entry) error {
	n := e.News
	c := k.caseOf(e, n.Incident)
	var err error
	if c.Stake, err = k.Store.AtStake(ctx, c.Paths); err != nil {
		return err
	}
	if n.What == rules.Over {
		c.Closed = e.At
	}
	if c.ID, err = k.Store.SaveCase(ctx, c, n.What); err != nil {
		return err
	}
	if k.Told != nil {
		if err := k.Told(c, n.What); err != nil {
			return err
		}
	}
	head, err := k.Store.Head(ctx)
	if err != nil {
		return err
	}
	m := alert.Queued{Incident: c.ID, Kind: kindOf(n.What)}
	if m.Severity = weight(c, n.What); m.Severity == 0 {
		return nil
	}
	m.At = e.At
	m.Subject, m.Body = k.Teller.Case(c, n.What, head)
	if _, err := k.Store.AddMessage(ctx, m); err != nil {
		return err
	}
	k.Post.Poke()
	return nil
}

func kindOf(what string) alert.Kind {
	switch what {
	case rules.Worse:
		return alert.Worse
	case rules.Over:
		return alert.Closed
	}
	return alert.Opened
}

func severity(s rules.Severity) alert.Severity { return alert.Severity(s) } // the same three

// weight is how urgent a message about an incident is; 0: none is sent. That one is over
// can wait for the digest, unless it was critical.
func weight(c cases.Case, what string) alert.Severity {
	if what != rules.Over {
		return severity(c.Severity)
	}
	switch c.Severity {
	case rules.Critical:
		return alert.High
	case rules.High:
		if c.Rule == rules.Blind {
			return 0
		}
		return alert.Note
	case rules.Note:
	}
	return 0
}

// Plan gathers what the shop has set and said for the lookout.
func Plan(ctx context.Context, st PlanStore, folders []string, hours rules.Week) (p lookout.Plan, err error) {
	p = lookout.Plan{Folders: slices.Clone(folders), Hours: hours}
	if p.Since, p.Habits, err = st.Habits(ctx); err != nil {
		return p, err
	}
	var pause lookout.Pause
	if _, err = st.State(ctx, "pause", &pause); err != nil {
		return p, err
	}
	p.Pause = pause.Until
	if _, err = st.State(ctx, "baseline", &p.Baseline); err != nil {
		return p, err
	}
	if p.Looked, err = st.LookedAt(ctx); err != nil {
		return p, err
	}
	p.Decoys, err = st.DecoyPaths(ctx)
	return p, err
}

// PlanStore is where that stands.
type PlanStore interface {
	Habits(ctx context.Context) (since time.Time, list []rules.Habit, err error)
	State(ctx context.Context, key string, value any) (bool, error)
	DecoyPaths(ctx context.Context) ([]string, error)
	LookedAt(ctx context.Context) ([]lookout.Incident, error)
}
