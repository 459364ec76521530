package job

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"custode/training"
	"custode/training/pin"
	"custode/training/question"
	"custode/training/staff"
)

// Desk is a learner who has typed the PIN: what it closes lies open here, and nowhere else.
type Desk struct {
	Person   staff.Person
	Progress *training.Progress

	t       Training
	key     pin.Key
	turn    int64
	counted string // the month in which the learner was last counted for the team
	team    bool   // large enough for a tally
}

// notebook is what is kept sealed of a learner.
type notebook struct {
	Progress json.RawMessage `json:"progress"`
	Counted  string          `json:"counted"` // a month: see tally
}

// Record is one answer, as it is kept for the learner's own eyes.
type Record struct {
	At       time.Time       `json:"at"`
	Question string          `json:"question"`
	Answer   training.Answer `json:"answer"`
	Score    int             `json:"score"`
}

func progressLabel(id int64) string { return fmt.Sprintf("custode progress %d", id) }
func answerLabel(id int64) string   { return fmt.Sprintf("custode answer %d", id) }

// SitDown opens what a learner's key closes. What is too old was erased when the person was
// found: see People.
func (t Training) SitDown(ctx context.Context, id int64, key pin.Key) (*Desk, error) {
	l, err := t.Store.Learner(ctx, id)
	if err != nil {
		return nil, err
	}
	var raw []byte
	if len(l.Progress) > 0 {
		if raw, err = key.Unseal(progressLabel(id), l.Progress); err != nil {
			return nil, err
		}
	}
	var book notebook
	if len(raw) > 0 && json.Unmarshal(raw, &book) != nil {
		return nil, pin.ErrDamaged
	}
	progress, err := training.Decode(book.Progress)
	if err != nil {
		return nil, err
	}
	people, err := t.Store.People(ctx)
	return &Desk{Person: l.Person, Progress: progress, t: t, key: key, turn: l.Turn, counted: book.Counted, team: staff.Team(people, t.Now())}, err
}

// number gives one by chance.
func (t Training) number() (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(t.Random, b[:]); err != nil {
		return 0, fmt.Errorf("chance: %w", err)
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

// Begin begins a sitting, or takes up the one that was left, and keeps it.
func (d *Desk) Begin(ctx context.Context, b *training.Bank, boosts []training.Boost) (*training.Session, error) {
	seed, err := d.t.number()
	if err != nil {
		return nil, err
	}
	s := training.Begin(d.Progress, b, boosts, d.t.Now(), seed)
	if s.Resumed || s.Done() {
		return s, nil
	}
	return s, d.save(ctx, staff.Step{})
}

// Give takes an answer and keeps it before it says what it is worth: whoever kills the program
// then loses nothing.
func (d *Desk) Give(ctx context.Context, s *training.Session, b *training.Bank, q *question.Question, a training.Answer) (training.Result, error) {
	now := d.t.Now()
	r, err := s.Give(q.ID, a, now)
	if err != nil {
		return r, err
	}
	step, err := d.answered(ctx, Record{At: now, Question: q.ID, Answer: a, Score: r.Score})
	if err != nil {
		return r, err
	}
	if s.Done() {
		_, next := d.Progress.Due(b, nil, now)
		step.Finished, step.Next = true, staff.Day(next)
		if step.Tally, err = d.tally(b, staff.Day(now)[:len("2026-11")]); err != nil {
			return r, err
		}
	}
	return r, d.save(ctx, step)
}

// tally counts a learner for the team, once a month, with the first quiz that is finished in it:
// for every topic how the latest answer in it was, through the coins, and by a coin alone where
// there was none. So neither how often somebody learns, nor which topics were asked, nor what was
// answered can be told from a look before and one after.
func (d *Desk) tally(b *training.Bank, month string) ([]staff.Tally, error) {
	if !d.team || d.counted == month {
		return nil, nil
	}
	d.counted = month
	var out []staff.Tally
	latest := d.Progress.Latest(b)
	for _, topic := range b.Topics() {
		passed, known := latest[topic]
		if !known {
			var err error
			if passed, err = d.coin(); err != nil {
				return nil, err
			}
		}
		counted, err := training.Noisy(passed, d.coin)
		if err != nil {
			return nil, err
		}
		one := staff.Tally{Topic: topic, Asked: 1}
		if counted {
			one.Counted = 1
		}
		out = append(out, one)
	}
	return out, nil
}

// answered adds an answer to those of its day.
func (d *Desk) answered(ctx context.Context, r Record) (step staff.Step, err error) {
	days, err := d.t.Store.Answers(ctx, d.Person.ID)
	if err != nil {
		return step, err
	}
	today, err := d.open(days[staff.Day(r.At)])
	if err != nil {
		return step, err
	}
	raw, err := json.Marshal(append(today, r))
	if err != nil {
		return step, err
	}
	step.Answers, err = d.key.Seal(d.t.Random, answerLabel(d.Person.ID), raw)
	return step, err
}

// open opens the answers of one day.
func (d *Desk) open(sealed []byte) (list []Record, err error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	raw, err := d.key.Unseal(answerLabel(d.Person.ID), sealed)
	if err == nil && json.Unmarshal(raw, &list) != nil {
		err = pin.ErrDamaged
	}
	return list, err
}

// coin tosses a fair one.
func (d *Desk) coin() (bool, error) {
	var b [1]byte
	_, err := io.ReadFull(d.t.Random, b[:])
	return b[0]&1 == 1, err
}

func (d *Desk) save(ctx context.Context, step staff.Step) error {
	progress, err := d.Progress.Encode()
	if err != nil {
		return err
	}
	raw, err := json.Marshal(notebook{progress, d.counted})
	if err != nil {
		return err
	}
	if step.Progress, err = d.key.Seal(d.t.Random, progressLabel(d.Person.ID), raw); err != nil {
		return err
	}
	turn, err := d.t.number()
	if err != nil {
		return err
	}
	step.Turn, step.NewTurn, step.Day = d.turn, int64(turn>>1), staff.Day(d.t.Now())
	if err := d.t.Store.SaveStep(ctx, d.Person.ID, step); err != nil {
		return err
	}
	d.turn = step.NewTurn
	return nil
}

// Records gives the learner's answers of the last 90 days, the oldest first.
func (d *Desk) Records(ctx context.Context) ([]Record, error) {
	days, err := d.t.Store.Answers(ctx, d.Person.ID)
	if err != nil {
		return nil, err
	}
	out := []Record{}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		list, err := d.open(days[day])
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// DuePerson is somebody with what everybody may know: whether a quiz is due.
type DuePerson struct {
	staff.Person

	Due bool
}

// DueList says of everybody whether a quiz is due: by its day, or because something happened
// since for which there are questions.
func (t Training) DueList(ctx context.Context, boosts []training.Boost) ([]DuePerson, error) {
	people, err := t.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []DuePerson
	for _, p := range people {
		out = append(out, DuePerson{p, t.IsDue(p, boosts)})
	}
	return out, nil
}

// IsDue says whether a quiz is due. What happened on the day of somebody's last quiz makes one
// due from the next day on: nobody knows which of the two came first.
func (t Training) IsDue(p staff.Person, boosts []training.Boost) bool {
	today, week := staff.Day(t.Now()), staff.Day(t.Now().AddDate(0, 0, 7))
	if p.Next == "" || p.Next <= today || p.Next > week { // further off: the clock was set back
		return true
	}
	for _, b := range boosts {
		if since := staff.Day(b.Since); since >= p.Last && since <= today && p.Last < today {
			return true
		}
	}
	return false
}
