package job

import (
	"context"
	"errors"
	"fmt"

	"custode/playbook"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// RunStore keeps the runs of incidents and exercises.
type RunStore interface {
	BeginRun(ctx context.Context, row playbook.Row, plans []*plan.Plan, events []playbook.Event) (int64, error)
	Runs(ctx context.Context) ([]playbook.Row, error)
	RunEvents(ctx context.Context, id int64) ([]playbook.Event, map[string][]byte, error)
	ChangeRun(ctx context.Context, id int64, fn func([]playbook.Event, map[string][]byte) ([]playbook.Event, error)) error
}

// ErrNoRun says that there is no run of that number.
var ErrNoRun = errors.New("no such run")

// Incidents is how the playbook's runs are begun, read and changed.
type Incidents struct {
	Store   RunStore
	Book    *fact.Book
	Library *plan.Library
	Lang    string                                   // that of who reads: what custode worded is said in it; "": as it was written
	Spoken  func(*playbook.Run, string) fact.Wording // what custode proposes for a fact by its key, in each language; empty, or nil: nothing
}

// Filled are facts that custode or a person knows when a run begins.
type Filled struct {
	Facts  playbook.Answers
	Origin fact.Origin
	Words  map[string]fact.Wording // of those that custode worded, each in every language
}

// Begin begins a run of a plan, of an exercise where scenario names one, with what is known.
func (in Incidents) Begin(ctx context.Context, who playbook.Who, id, scenario string, known []Filled) (int64, *playbook.Run, error) {
	plans, err := in.called(id, nil)
	if err != nil {
		return 0, nil, err
	}
	byDigest := map[string]*plan.Plan{}
	for _, p := range plans {
		byDigest[p.Digest] = p
	}
	events := playbook.Begin(who, plans)
	r, err := playbook.Replay(in.Book, byDigest, events)
	for _, k := range known {
		var more []playbook.Event
		if err == nil {
			more, err = r.Know(who, k.Facts, k.Origin)
		}
		if err == nil {
			for i := range more {
				more[i].Say(k.Words[more[i].Key])
			}
			events = append(events, more...)
			r, err = playbook.Replay(in.Book, byDigest, events)
		}
	}
	if err != nil {
		return 0, nil, err
	}
	n, err := in.Store.BeginRun(ctx, playbook.Row{Plan: id, Scenario: scenario, Opened: who.At}, plans, events)
	return n, in.worded(r), err
}

// called lists a plan and all that it calls, each once.
func (in Incidents) called(id string, have []*plan.Plan) ([]*plan.Plan, error) {
	for _, p := range have {
		if p.ID == id {
			return have, nil
		}
	}
	p, ok := in.Library.Get(id)
	if !ok {
		return nil, fmt.Errorf("%w: %s", playbook.ErrPlans, id)
	}
	have = append(have, p)
	for i := range p.Steps {
		if p.Steps[i].Type != plan.Call {
			continue
		}
		var err error
		if have, err = in.called(p.Steps[i].Plan, have); err != nil {
			return nil, err
		}
	}
	return have, nil
}

// Run reads a run.
func (in Incidents) Run(ctx context.Context, id int64) (*playbook.Run, error) {
	events, raws, err := in.Store.RunEvents(ctx, id)
	if err != nil {
		return nil, err
	}
	return in.replay(events, raws)
}

func (in Incidents) replay(events []playbook.Event, raws map[string][]byte) (*playbook.Run, error) {
	if len(events) == 0 {
		return nil, ErrNoRun
	}
	plans := map[string]*plan.Plan{}
	for _, pin := range events[0].Plans {
		if p, ok := in.Library.Get(pin.ID); ok && p.Digest == pin.Digest {
			plans[pin.Digest] = p
			continue
		}
		p, err := plan.Parse(in.Book, raws[pin.Digest])
		if err != nil {
			return nil, fmt.Errorf("%w: %s %s: %w", playbook.ErrPlans, pin.ID, pin.Version, err)
		}
		if p.Digest == pin.Digest {
			plans[pin.Digest] = p
		}
	}
	r, err := playbook.Replay(in.Book, plans, events)
	if err != nil {
		return nil, err
	}
	return in.worded(r), nil
}

// worded puts what custode worded in a run into the language of who reads.
func (in Incidents) worded(r *playbook.Run) *playbook.Run {
	if in.Lang != "" {
		r.Facts = r.Facts.In(in.Lang)
	}
	return r
}

// Change lets fn make events for a run as it stands, writes them, and gives the run as it
// is then. What fn refuses changes nothing.
func (in Incidents) Change(ctx context.Context, id int64, fn func(*playbook.Run) ([]playbook.Event, error)) (r *playbook.Run, err error) {
	err = in.Store.ChangeRun(ctx, id, func(events []playbook.Event, raws map[string][]byte) ([]playbook.Event, error) {
		before, err := in.replay(events, raws)
		if err != nil {
			return nil, err
		}
		more, err := fn(before)
		if err != nil {
			return nil, err
		}
		for i := range more {
			if in.Spoken != nil && more[i].Kind == playbook.Fact {
				more[i].Say(in.Spoken(before, more[i].Key))
			}
		}
		r, err = in.replay(append(events, more...), raws)
		return more, err
	})
	return r, err
}
