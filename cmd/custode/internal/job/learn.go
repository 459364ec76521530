package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"custode/internal/secret"
	"custode/training/pin"
	"custode/training/staff"
)

// StaffStore keeps the staff and what they learn.
type StaffStore interface {
	AddPerson(ctx context.Context, name, day string) (int64, error)
	People(ctx context.Context) ([]staff.Person, error)
	Learner(ctx context.Context, id int64) (staff.Learner, error)
	RemovePerson(ctx context.Context, id int64) error
	TryPIN(ctx context.Context, id int64, now time.Time, left func(wrong int, last time.Time) time.Duration) (time.Duration, error)
	RightPIN(ctx context.Context, id int64) error
	SetPIN(ctx context.Context, id int64, lock []byte) error
	SetCode(ctx context.Context, id int64, code []byte, until time.Time) error
	ResetPIN(ctx context.Context, id int64) error
	SaveStep(ctx context.Context, id int64, step staff.Step) error
	Answers(ctx context.Context, id int64) (map[string][]byte, error)
	FinishedDays(ctx context.Context, id int64) ([]string, error)
	TeamTally(ctx context.Context) ([]staff.Tally, error)
	ForgetTraining(ctx context.Context, now time.Time) error
}

// Training is how the staff are kept, and how they learn.
type Training struct {
	Store  StaffStore
	Random io.Reader
	Cost   pin.Cost
	Now    func() time.Time
}

// WaitError says how long to wait until a PIN is taken again.
type WaitError struct{ Left time.Duration }

func (e *WaitError) Error() string { return fmt.Sprintf("wait %s", e.Left) }

// ErrNoPIN says that somebody has not chosen a PIN yet.
var ErrNoPIN = errors.New("no PIN yet")

// Add adds somebody to the staff.
func (t Training) Add(ctx context.Context, name string) (staff.Person, error) {
	name, err := staff.Name(name)
	if err != nil {
		return staff.Person{}, err
	}
	p := staff.Person{Name: name, Added: staff.Day(t.Now())}
	p.ID, err = t.Store.AddPerson(ctx, p.Name, p.Added)
	return p, err
}

// People lists the staff, after what is too old was erased.
func (t Training) People(ctx context.Context) ([]staff.Person, error) {
	if err := t.Store.ForgetTraining(ctx, t.Now()); err != nil {
		return nil, err
	}
	return t.Store.People(ctx)
}

// Find gives the person of a name, however it is written. It fails with staff.ErrGone.
func (t Training) Find(ctx context.Context, name string) (staff.Person, error) {
	people, err := t.People(ctx)
	if err != nil {
		return staff.Person{}, err
	}
	for _, p := range people {
		if staff.Fold(p.Name) == staff.Fold(name) {
			return p, nil
		}
	}
	return staff.Person{}, staff.ErrGone
}

// ChoosePIN takes somebody's first PIN, and gives the key that it opens.
func (t Training) ChoosePIN(ctx context.Context, id int64, typed secret.Bytes) (pin.Key, error) {
	lock, key, err := pin.New(typed, t.Cost, t.Random)
	if err != nil {
		return key, err
	}
	raw, err := lock.Encode()
	if err != nil {
		return key, err
	}
	return key, t.Store.SetPIN(ctx, id, raw)
}

// Unlock gives somebody's key for the PIN. It fails with a *WaitError where too many were
// wrong, with pin.ErrWrong, and with ErrNoPIN where none was chosen.
func (t Training) Unlock(ctx context.Context, id int64, typed secret.Bytes) (pin.Key, error) {
	l, err := t.Store.Learner(ctx, id)
	if err != nil {
		return pin.Key{}, err
	}
	if len(l.Lock) == 0 {
		return pin.Key{}, ErrNoPIN
	}
	lock, err := pin.Decode(l.Lock)
	if err != nil {
		return pin.Key{}, err
	}
	if err := t.try(ctx, id); err != nil {
		return pin.Key{}, err
	}
	key, err := lock.Open(typed)
	if err != nil {
		return pin.Key{}, err
	}
	return key, t.Store.RightPIN(ctx, id)
}

// try counts one more try of what somebody has to know. It fails with a *WaitError where too many were wrong.
func (t Training) try(ctx context.Context, id int64) error {
	now := t.Now()
	wait, err := t.Store.TryPIN(ctx, id, now, func(wrong int, last time.Time) time.Duration { return pin.Left(wrong, last, now) })
	if err == nil && wait > 0 {
		err = &WaitError{wait}
	}
	return err
}
