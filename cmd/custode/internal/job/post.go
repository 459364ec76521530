package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"custode/internal/alert"
	"custode/internal/journal"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// DeliverStore keeps the queue of messages.
type DeliverStore interface {
	AddMessage(ctx context.Context, m alert.Queued) (int64, error)
	WaitingMessages(ctx context.Context) ([]alert.Queued, error)
	SentSince(ctx context.Context, since time.Time, fn func(alert.Queued) error) error
	HandOver(ctx context.Context, ids []int64, channels []string) error
	DueDeliveries(ctx context.Context, now time.Time) ([]alert.Delivery, error)
	Delivered(ctx context.Context, d alert.Delivery) error
	TrimMessages(ctx context.Context) error
	Cases(ctx context.Context, after time.Time, fn func(cases.Case) error) error
	Blinds(ctx context.Context, after time.Time, fn func(lookout.Blind) error) error
	State(ctx context.Context, key string, value any) (bool, error)
	Head(ctx context.Context) (journal.Head, error)
}

// Post brings messages to people, from the queue.
type Post struct {
	Store    DeliverStore
	Teller   Teller
	Channels []alert.Channel
	Hours    rules.Week
	Beat     time.Duration // the time of day of the heartbeat; negative: none
	Now      func() time.Time

	poke chan struct{}
	once sync.Once
}

// Heartbeat is what is told once a day.
type Heartbeat struct {
	Watch  Kept
	Blind  time.Duration // in the last 24 hours
	Cases  int           // incidents in the last 24 hours
	Unseen int           // incidents that nobody has looked at
	Head   journal.Head
}

const (
	postEvery  = 5 * time.Second
	sendWithin = time.Minute
	digestAt   = 8*time.Hour + 30*time.Minute // where no hours are set
)

func (p *Post) start() { p.once.Do(func() { p.poke = make(chan struct{}, 1) }) }

// Poke says that there is something new in the queue.
func (p *Post) Poke() {
	p.start()
	select {
	case p.poke <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends.
func (p *Post) Run(ctx context.Context) {
	p.start()
	tick := time.NewTicker(postEvery)
	defer tick.Stop()
	for {
		_ = p.Deliver(ctx) // a database in use is tried again
		select {
		case <-ctx.Done():
			return
		case <-p.poke:
		case <-tick.C:
		}
	}
}

// Deliver sends what is due.
func (p *Post) Deliver(ctx context.Context) error {
	if len(p.Channels) == 0 {
		return nil
	}
	now := p.Now()
	err := errors.Join(p.heartbeat(ctx, now), p.plan(ctx, now))
	due, more := p.Store.DueDeliveries(ctx, now)
	if err = errors.Join(err, more); err != nil && len(due) == 0 {
		return err
	}
	for _, d := range due {
		i := slices.IndexFunc(p.Channels, func(c alert.Channel) bool { return c.Name() == d.Channel })
		d.Tries++
		switch sent := p.try(ctx, i, d); {
		case sent == nil:
			d.Sent, d.Due, d.Error = p.Now(), time.Time{}, ""
		case ctx.Err() != nil:
			return ctx.Err()
		default:
			again, goes := alert.Retry(d.At, p.Now(), d.Tries)
			if d.Due = again; !goes {
				d.Due = time.Time{}
			}
			d.Error = alert.Trouble(sent)
		}
		err = errors.Join(err, p.Store.Delivered(ctx, d))
	}
	return err
}

var errNoChannel = errors.New("the settings do not have this channel any more")

func (p *Post) try(ctx context.Context, channel int, d alert.Delivery) error {
	if channel < 0 {
		return errNoChannel
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	m := d.Message
	m.ID = fmt.Sprintf("%d.%d", d.Number, m.At.UnixNano())
	return p.Channels[channel].Send(ctx, m)
}

// AtOnce sends a message past the queue, on every channel: what the disk has no room for
// must be said all the same.
func (p *Post) AtOnce(ctx context.Context, m alert.Message) {
	var all sync.WaitGroup
	for _, c := range p.Channels {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, sendWithin)
			defer cancel()
			_ = c.Send(ctx, m) // there is nowhere to note it
		})
	}
	all.Wait()
}

func messageID(run string, serial uint64, what string) string {
	return fmt.Sprintf("%s.%d.%s", run, serial, what)
}

// plan hands over what of the waiting messages is due.
func (p *Post) plan(ctx context.Context, now time.Time) error {
	queue, err := p.Store.WaitingMessages(ctx)
	if err != nil || len(queue) == 0 {
		return err
	}
	var sent alert.Sent
	midnight := Midnight(now)
	err = p.Store.SentSince(ctx, midnight, func(m alert.Queued) error {
		switch {
		case m.Severity == alert.Critical:
			sent.Critical = m.SentAt
		case m.Kind != alert.Digest && m.Kind != alert.Heartbeat && m.Kind != alert.Daily && m.Day == "":
			sent.Today++
		}
		return nil
	})
	if err != nil {
		return err
	}
	waiting, oldest := make([]alert.Waiting, 0, len(queue)), now
	var beats []int64
	for _, m := range queue {
		if m.Kind == alert.Heartbeat || m.Kind == alert.Digest || m.Kind == alert.Daily { // made to be sent now
			beats = append(beats, m.Number)
			continue
		}
		if m.Severity == alert.High && m.At.Before(midnight) { // it found no room yesterday: the digest has it
			m.Message.Severity = alert.Note
		}
		m.Message.ID = fmt.Sprint(m.Number)
		waiting = append(waiting, alert.Waiting{Message: m.Message})
		if m.At.Before(oldest) {
			oldest = m.At
		}
	}
	if len(beats) > 0 {
		err = p.Store.HandOver(ctx, beats, p.names())
	}
	s := alert.Plan(waiting, sent, NextOpen(p.Hours, oldest), now)
	for _, group := range s.Now {
		err = errors.Join(err, p.hand(ctx, group, false))
	}
	if len(s.Digest) > 0 {
		err = errors.Join(err, p.hand(ctx, s.Digest, true))
	}
	return err
}

// hand hands messages over, several as one.
func (p *Post) hand(ctx context.Context, group []alert.Message, digest bool) error {
	ids := make([]int64, 0, len(group))
	for _, m := range group {
		var id int64
		if _, err := fmt.Sscan(m.ID, &id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if len(group) == 1 && !digest {
		return p.Store.HandOver(ctx, ids, p.names())
	}
	m := alert.Queued{Kind: alert.Digest, Day: p.Now().Format(time.DateOnly)}
	m.At, m.Severity = p.Now(), group[0].Severity
	m.Subject, m.Body = p.Teller.Together(group, digest)
	id, err := p.Store.AddMessage(ctx, m)
	if err != nil {
		return err
	}
	// The digest goes first: a crash between the two sends it twice rather than never.
	return errors.Join(p.Store.HandOver(ctx, []int64{id}, p.names()), p.Store.HandOver(ctx, ids, nil))
}

func (p *Post) names() []string {
	out := make([]string, len(p.Channels))
	for i, c := range p.Channels {
		out[i] = c.Name()
	}
	return out
}

// Midnight is the beginning of the day of a time, in its zone.
func Midnight(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
}

// NextOpen is the next opening time after at; where no hours are set, half past eight.
func NextOpen(w rules.Week, at time.Time) time.Time {
	day := Midnight(at)
	for range 8 {
		if !w.Known() {
			if open := day.Add(digestAt); open.After(at) {
				return open
			}
		}
		for _, s := range w[day.Weekday()] {
			if open := day.Add(time.Duration(s.From) * time.Minute); open.After(at) {
				return open
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return at
}

// heartbeat queues the message that says that all goes on, once a day.
func (p *Post) heartbeat(ctx context.Context, now time.Time) error {
	midnight := Midnight(now)
	if p.Beat < 0 || now.Before(midnight.Add(p.Beat)) {
		return nil
	}
	day := now.Format(time.DateOnly)
	there := false
	err := p.Store.SentSince(ctx, now.Add(-48*time.Hour), func(m alert.Queued) error {
		there = there || m.Kind == alert.Heartbeat && m.Day == day
		return nil
	})
	if err != nil || there {
		return err
	}
	queue, err := p.Store.WaitingMessages(ctx)
	if err != nil || slices.ContainsFunc(queue, func(m alert.Queued) bool { return m.Kind == alert.Heartbeat }) {
		return err
	}
	h := Heartbeat{}
	if _, err := p.Store.State(ctx, "status", &h.Watch); err != nil {
		return err
	}
	if w := h.Watch; w.At.IsZero() || w.Ended || w.Learning { // it is just beginning: there is more to say in a minute
		return nil
	}
	since := now.Add(-24 * time.Hour)
	err = errors.Join(
		p.Store.Blinds(ctx, since, func(b lookout.Blind) error { h.Blind += b.To.Sub(later(b.From, since)); return nil }),
		p.Store.Cases(ctx, now.AddDate(0, -1, 0), func(c cases.Case) error {
			if c.Opened.After(since) {
				h.Cases++
			}
			if c.Acked.IsZero() && c.Severity > rules.Note {
				h.Unseen++
			}
			return nil
		}))
	if err != nil {
		return err
	}
	if h.Head, err = p.Store.Head(ctx); err != nil {
		return err
	}
	m := alert.Queued{Kind: alert.Heartbeat, Day: day}
	m.At, m.Severity = now, alert.Note
	m.Subject, m.Body = p.Teller.Heartbeat(h)
	_, err = p.Store.AddMessage(ctx, m)
	return err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
