package training

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// version is that of a written Progress.
const version = 1

// keepDays is for how long something is kept that nobody asks about: the item of a question
// that is no longer in the bank, and one that is overdue.
const keepDays = 90

// What can be wrong with a written Progress.
var (
	ErrProgress = errors.New("training: not a learner's progress")
	ErrNewer    = errors.New("training: progress of a newer version")
)

// Progress is how far one learner is. It is written as JSON, sealed by whoever keeps it, after
// every answer.
//
// Its methods take the moment. Where the clock was set back, what lies in the future counts
// as seen on the day on which that was noticed, and for itself again once its day has come:
// a clock that was wrong for a while, either way, loses nothing that was there before.
type Progress struct {
	Items    map[string]Item // by the question's id
	Finished Day             // when the last sitting was finished; 0: none was
	Noticed  Day             // when something in the future was first noticed; 0: nothing is
	Sitting  *Sitting        // the one that was begun and not finished; nil: there is none
}

// written is how a Progress is written.
type written struct {
	V        int             `json:"v"`
	Finished Day             `json:"finished,omitempty"`
	Noticed  Day             `json:"noticed,omitempty"`
	Sitting  *Sitting        `json:"sitting,omitempty"`
	Items    map[string]Item `json:"items"`
}

// Encode writes a Progress. The same one gives the same bytes.
func (p *Progress) Encode() ([]byte, error) {
	items := p.Items
	if items == nil {
		items = map[string]Item{}
	}
	return json.Marshal(written{version, p.Finished, p.Noticed, p.Sitting, items})
}

// Decode reads what Encode wrote; of nothing it makes the Progress of somebody new. It fails
// with ErrNewer and ErrProgress.
func Decode(raw []byte) (*Progress, error) {
	p := &Progress{Items: map[string]Item{}}
	if len(raw) == 0 {
		return p, nil
	}
	var w written
	err := json.Unmarshal(raw, &w)
	if w.V > version { // whatever else is in it
		return nil, ErrNewer
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrProgress, err)
	}
	if w.V < 1 {
		return nil, ErrProgress
	}
	p.Finished, p.Noticed, p.Sitting = max(0, w.Finished), max(0, w.Noticed), w.Sitting
	if p.Sitting != nil {
		p.Sitting.tidy()
	}
	if w.Items != nil {
		p.Items = w.Items
	}
	return p, nil
}

// settle notices whether something lies in the future.
func (p *Progress) settle(today Day) {
	future := p.Finished > today || p.Sitting != nil && p.Sitting.Begun > today
	for _, it := range p.Items {
		future = future || it.Seen > today
	}
	switch {
	case !future:
		p.Noticed = 0
	case p.Noticed == 0:
		p.Noticed = today
	}
}

// past gives a day as it counts today: one in the future is the one on which it was noticed.
func (p *Progress) past(d, today Day) Day {
	switch {
	case d <= today:
		return d
	case p.Noticed == 0:
		return today
	}
	return min(p.Noticed, today)
}

// due says when a known item is due.
func (p *Progress) due(it Item, today Day) Day {
	return p.past(it.Seen, today) + Day(waits[it.Box])
}

// answered takes down one answer.
func (p *Progress) answered(id string, passed bool, today Day) {
	if p.Items == nil {
		p.Items = map[string]Item{}
	}
	it, known := p.Items[id]
	var before Day
	if known {
		before = p.past(it.Seen, today)
	}
	p.Items[id] = it.step(passed, before, today)
}

// Forget drops what nobody needs any more: items of questions that have been missing in the
// bank for 90 days, and items that have been overdue for 90 days, whose questions are new
// again. A bank that cannot be read for a while (the shop's own questions on another disk)
// costs nothing.
func (p *Progress) Forget(b *Bank, now time.Time) {
	today := DayOf(now)
	p.settle(today)
	for id, it := range p.Items {
		switch there := b.Question(id) != nil; {
		case there:
			it.Gone = 0
		case it.Gone == 0 || it.Gone > today:
			it.Gone = today
		}
		p.Items[id] = it
		if it.Gone != 0 && today-it.Gone >= keepDays || today-p.due(it, today) >= keepDays {
			delete(p.Items, id)
		}
	}
}

// Due says whether it is time for a sitting, and since when; if it is not, when it will be.
// Somebody new is due at once (the zero time). A sitting is due seven days after the last one
// was finished; earlier if there was an incident or an exercise since, and questions go with
// it that were not answered since: but only once for each, what does not fit comes weekly.
func (p *Progress) Due(b *Bank, boosts []Boost, now time.Time) (bool, time.Time) {
	today := DayOf(now)
	p.settle(today)
	switch {
	case len(b.questions) == 0:
		return false, time.Time{}
	case p.Finished == 0:
		return true, time.Time{}
	}
	last := p.past(p.Finished, today)
	next := last + week
	since := next
	live := fresh(boosts, today)
	for plan, day := range live {
		if day > last && day < since && p.waiting(b, plan, day, today) {
			since = day
		}
	}
	return since <= today, since.In(now.Location())
}

// waiting reports whether a question that goes with a plan was not answered since a day.
func (p *Progress) waiting(b *Bank, plan string, day, today Day) bool {
	for i := range b.questions {
		q := &b.questions[i]
		it, known := p.Items[q.ID]
		if slices.Contains(q.Plans, plan) && (!known || p.past(it.Seen, today) < day) {
			return true
		}
	}
	return false
}
