package job

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"custode/encrypt/seal"
	"custode/internal/rawpath"
	"custode/internal/secret"
	"custode/playbook/privacy/choice"
)

// ChoiceStore keeps what customers chose.
type ChoiceStore interface {
	AddChoices(ctx context.Context, events []choice.Event) error
	AddChoicesFrom(ctx context.Context, fn func(add func(choice.Event) error) error) (int, error)
	ChoicesOf(ctx context.Context, id choice.ID) ([]choice.Event, error)
	Choices(ctx context.Context, p choice.Purpose, c choice.Channel, fn func(id choice.ID, events []choice.Event) error) error
	Asked(ctx context.Context) ([]choice.Question, error)
	ForgetChoices(ctx context.Context, id choice.ID, stay choice.Event) (int64, error)
	AddPending(ctx context.Context, sealed []byte) error
	PendingChoices(ctx context.Context, after int64, some int) ([]choice.Pending, error)
	CountPending(ctx context.Context) (int64, error)
	TakePending(ctx context.Context, taken map[int64][]choice.Event) error
	SaveWording(ctx context.Context, w choice.Wording) error
	Wordings(ctx context.Context) ([]choice.Wording, error)
	CountChoices(ctx context.Context) (n int64, last time.Time, err error)
}

// Choices is how what customers choose is kept.
type Choices struct {
	Store   ChoiceStore
	Path    string          // of the key, sealed
	To      []age.Recipient // whom the key, and what waits for it, is sealed to
	Country string          // of the shop
	Random  io.Reader
	Write   func(path string, data []byte, perm os.FileMode) error // whole or not at all
	Lock    func(name string) (func(), error)
	Now     func() time.Time
}

// Entered is something that a customer said, with the contact as it was typed. Where its Event
// lacks a contact it gets that one.
type Entered struct {
	Kind    choice.Kind  `json:"kind"`
	Contact string       `json:"contact"`
	Country string       `json:"country"`
	Event   choice.Event `json:"event"`
}

// Why the choices can't be used.
var (
	ErrChoiceKeyGone = errors.New("the key of the choices is gone, and there are choices")
	ErrChoiceKey     = errors.New("what lies in the place of the choices' key is none")
)

// Key opens the key of the choices, or makes it at first use. The errors, beside those above,
// are those of the system and of seal.Decrypt.
func (c Choices) Key(ctx context.Context, ids []age.Identity) (choice.Key, error) {
	raw, err := os.ReadFile(c.Path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := c.makeKey(ctx); err != nil {
			return choice.Key{}, err
		}
		raw, err = os.ReadFile(c.Path)
	}
	if err != nil {
		return choice.Key{}, err
	}
	plain, err := opened(ctx, raw, ids)
	if err != nil {
		return choice.Key{}, err
	}
	k, err := choice.NewKey(secret.New(plain))
	if err != nil {
		return k, ErrChoiceKey
	}
	return k, nil
}

// makeKey makes the key, unless somebody has just made it.
func (c Choices) makeKey(ctx context.Context) error {
	release, err := c.Lock("choices")
	if err != nil {
		return err
	}
	defer release()
	if _, err := rawpath.Lstat(c.Path); err == nil {
		return nil
	}
	if n, _, err := c.Store.CountChoices(ctx); err != nil || n > 0 {
		return errors.Join(err, ErrChoiceKeyGone)
	}
	plain := make([]byte, choice.KeyBytes)
	defer clear(plain)
	if _, err := io.ReadFull(c.Random, plain); err != nil {
		return err
	}
	sealed, err := sealedFor(ctx, plain, c.To)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.Path), 0o700); err != nil {
		return err
	}
	return c.Write(c.Path, sealed, 0o600)
}

// sealedFor seals a few bytes.
func sealedFor(ctx context.Context, plain []byte, to []age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	s, err := seal.Seal(ctx, &out, bytes.NewReader(plain), to, seal.Options{Workers: 1})
	s.Forget()
	return out.Bytes(), err
}

// opened opens what sealedFor made. The caller clears what it gets.
func opened(ctx context.Context, raw []byte, ids []age.Identity) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(raw)) // it does not grow, and leaves no copies
	_, err := seal.DecryptTo(ctx, &out, bytes.NewReader(raw), ids, seal.Options{Workers: 1})
	if err != nil {
		clear(out.Bytes())
		return nil, err
	}
	return out.Bytes(), nil
}

// Check says why something must not be entered, nil when it may. The error is one of package
// choice's, or ErrWay.
func (c Choices) Check(e Entered) error {
	if _, err := choice.Normal(e.Kind, e.Contact, c.Country); err != nil {
		return err
	}
	switch { // an address is not written to by SMS
	case e.Event.Channel == choice.Email && e.Kind != choice.MailKind,
		(e.Event.Channel == choice.SMS || e.Event.Channel == choice.Phone) && e.Kind != choice.PhoneKind:
		return ErrWay
	}
	ev := e.Event
	ev.Contact[0] |= 1
	return ev.CheckIn(c.Country)
}

// ErrWay is a channel for which the contact is none.
var ErrWay = errors.New("a contact of the other kind than the channel's")

// Enter keeps what was said while the key is at hand.
func (c Choices) Enter(ctx context.Context, key choice.Key, list []Entered) error {
	events, err := c.events(key, list)
	if err != nil {
		return err
	}
	return c.Store.AddChoices(ctx, events)
}

// events gives the events with their keyed contacts.
func (c Choices) events(key choice.Key, list []Entered) ([]choice.Event, error) {
	out := make([]choice.Event, 0, len(list))
	for _, e := range list {
		country := e.Country
		if country == "" {
			country = c.Country
		}
		contact, err := choice.Normal(e.Kind, e.Contact, country)
		if err != nil {
			return nil, err
		}
		if e.Event.Contact, err = key.ID(contact); err != nil {
			return nil, err
		}
		out = append(out, e.Event)
	}
	return out, nil
}

// Wait keeps what was said while the key is locked: sealed, until TakeOver.
func (c Choices) Wait(ctx context.Context, list []Entered) error {
	for i := range list {
		if err := c.Check(list[i]); err != nil {
			return err
		}
		list[i].Country = c.Country // the settings may change before it is taken over
	}
	plain, err := json.Marshal(list)
	if err != nil {
		return err
	}
	defer clear(plain)
	sealed, err := sealedFor(ctx, plain, c.To)
	if err != nil {
		return err
	}
	return c.Store.AddPending(ctx, sealed)
}

// some is how many are taken over in one step.
const some = 100

// TakeOver takes over what was entered while the key was locked. left counts what could not be
// opened or read: it stays where it is.
func (c Choices) TakeOver(ctx context.Context, key choice.Key, ids []age.Identity) (taken, left int, err error) {
	for last := int64(0); ; {
		list, err := c.Store.PendingChoices(ctx, last, some)
		if err != nil || len(list) == 0 {
			return taken, left, err
		}
		ready := map[int64][]choice.Event{}
		for _, p := range list {
			last = p.ID
			events, err := c.pending(ctx, p, key, ids)
			if ctx.Err() != nil {
				return taken, left, ctx.Err()
			}
			if err != nil {
				left++
				continue
			}
			ready[p.ID] = events
		}
		if err := c.Store.TakePending(ctx, ready); err != nil {
			return taken, left, err
		}
		taken += len(ready)
	}
}

func (c Choices) pending(ctx context.Context, p choice.Pending, key choice.Key, ids []age.Identity) ([]choice.Event, error) {
	plain, err := opened(ctx, p.Sealed, ids)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	var list []Entered
	if err := json.Unmarshal(plain, &list); err != nil {
		return nil, fmt.Errorf("a pending choice: %w", fs.ErrInvalid) // the library's error may hold some of it
	}
	events, err := c.events(key, list)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if err := e.Check(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Roll gives how everybody stands now about a purpose and a channel.
func (c Choices) Roll(ctx context.Context, p choice.Purpose, ch choice.Channel) (*choice.Roll, error) {
	var r choice.Roll
	now := c.Now()
	err := c.Store.Choices(ctx, p, ch, func(id choice.ID, events []choice.Event) error {
		return r.Add(id, choice.Fold(events, choice.Question{Contact: id, Purpose: p, Channel: ch, Country: c.Country}, now))
	})
	return &r, err
}

// Forget erases what a contact said. What stays is that it must not be written to, as a keyed
// hash: else it would come back with an old list.
func (c Choices) Forget(ctx context.Context, id choice.ID, how choice.How, by string) (int64, error) {
	return c.Store.ForgetChoices(ctx, id, choice.Event{
		Contact: id, Purpose: choice.AllPurposes, Channel: choice.AllChannels, What: choice.Objected, At: c.Now(), How: how, By: by,
	})
}
