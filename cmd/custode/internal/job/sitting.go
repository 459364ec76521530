package job

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
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

	t    Training
	key  pin.Key
	turn int64
	team bool // large enough for a tally
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

// SitDown opens what a learner's key closes.
func (t Training) SitDown(ctx context.Context, id int64, key pin.Key) (*Desk, error) {
	if err := t.Store.ForgetTraining(ctx, t.Now()); err != nil {
		return nil, err
	}
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
	progress, err := training.Decode(raw)
	if err != nil {
		return nil, err
	}
	people, err := t.Store.People(ctx)
	return &Desk{Person: l.Person, Progress: progress, t: t, key: key, turn: l.Turn, team: len(people) >= staff.TeamMin}, err
}

// Begin begins a sitting, or takes up the one that was left, and keeps it.
func (d *Desk) Begin(ctx context.Context, b *training.Bank, boosts []training.Boost) (*training.Session, error) {
	var seed [8]byte
	if _, err := io.ReadFull(d.t.Random, seed[:]); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	s := training.Begin(d.Progress, b, boosts, d.t.Now(), binary.BigEndian.Uint64(seed[:]))
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
	raw, err := json.Marshal(Record{At: now, Question: q.ID, Answer: a, Score: r.Score})
	if err != nil {
		return r, err
	}
	var step staff.Step
	if step.Answer, err = d.key.Seal(d.t.Random, answerLabel(d.Person.ID), raw); err != nil {
		return r, err
	}
	if d.team {
		counted, err := training.Noisy(r.Passed, d.coin)
		if err != nil {
			return r, err
		}
		step.Tally = &staff.Tally{Topic: q.Topic, Asked: 1}
		if counted {
			step.Tally.Counted = 1
		}
	}
	if s.Done() {
		_, next := d.Progress.Due(b, nil, now)
		step.Finished, step.Next, step.Asked = true, staff.Day(next), len(s.Questions)
	}
	return r, d.save(ctx, step)
}

// coin tosses a fair one.
func (d *Desk) coin() (bool, error) {
	var b [1]byte
	_, err := io.ReadFull(d.t.Random, b[:])
	return b[0]&1 == 1, err
}

func (d *Desk) save(ctx context.Context, step staff.Step) error {
	raw, err := d.Progress.Encode()
	if err != nil {
		return err
	}
	if step.Progress, err = d.key.Seal(d.t.Random, progressLabel(d.Person.ID), raw); err != nil {
		return err
	}
	step.Turn, step.Day = d.turn, staff.Day(d.t.Now())
	if err := d.t.Store.SaveStep(ctx, d.Person.ID, step); err != nil {
		return err
	}
	d.turn++
	return nil
}

// Records gives the learner's answers of the last 90 days, the oldest first.
func (d *Desk) Records(ctx context.Context) ([]Record, error) {
	sealed, err := d.t.Store.Answers(ctx, d.Person.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Record, 0, len(sealed))
	for _, one := range sealed {
		raw, err := d.key.Unseal(answerLabel(d.Person.ID), one)
		if err != nil {
			return nil, err
		}
		var r Record
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, pin.ErrDamaged
		}
		out = append(out, r)
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
	today, week := staff.Day(t.Now()), staff.Day(t.Now().AddDate(0, 0, 7))
	var out []DuePerson
	for _, p := range people {
		one := DuePerson{p, p.Next == "" || p.Next <= today || p.Next > week} // further off: the clock was set back
		for _, b := range boosts {
			since := staff.Day(b.Since)
			one.Due = one.Due || since > p.Last && since <= today
		}
		out = append(out, one)
	}
	return out, nil
}
