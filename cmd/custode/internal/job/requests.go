package job

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"custode/playbook/privacy/request"
)

// RequestStore keeps what people ask about their own data.
type RequestStore interface {
	AddRequest(ctx context.Context, r request.Record) (int64, error)
	Requests(ctx context.Context) ([]request.Record, error)
	Request(ctx context.Context, id int64) (request.Record, error)
	NoteRequest(ctx context.Context, id int64, e request.Event) error
	ForgetRequests(ctx context.Context, now time.Time, months int) error
}

// RequestDue is a request with its deadline.
type RequestDue struct {
	request.Record

	Deadline request.Deadline // for the answer
	AtOnce   bool             // and what the person wants is to be done at once
	Left     int              // days until the last one, today not counted; negative: days too late
	Late     bool
}

// OpenRequests gives the requests that are open, the most urgent first. It needs no key. Country
// is that of the shop; days are those of now's zone.
func OpenRequests(ctx context.Context, st RequestStore, country string, now time.Time) ([]RequestDue, error) {
	all, err := AllRequests(ctx, st, country, now)
	var open []RequestDue
	for _, r := range all {
		if _, _, ended := r.End(); !ended {
			open = append(open, r)
		}
	}
	return open, err
}

// AllRequests gives all requests: the open ones first, the most urgent of them first of all, then those that
// ended, the newest first.
func AllRequests(ctx context.Context, st RequestStore, country string, now time.Time) ([]RequestDue, error) {
	rules, err := request.Load()
	if err != nil {
		return nil, err
	}
	list, err := st.Requests(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]RequestDue, len(list))
	for i, r := range list {
		out[i] = requestDue(rules, r, country, now)
	}
	slices.SortStableFunc(out, func(a, b RequestDue) int {
		endA, _, closedA := a.End()
		endB, _, closedB := b.End()
		switch {
		case closedA != closedB && closedB:
			return -1
		case closedA != closedB:
			return 1
		case closedA:
			return strings.Compare(endB, endA)
		}
		return a.Deadline.Due.Compare(b.Deadline.Due)
	})
	return out, nil
}

// OneRequest gives one with its deadline. It fails with request.ErrNone.
func OneRequest(ctx context.Context, st RequestStore, id int64, country string, now time.Time) (RequestDue, error) {
	rules, err := request.Load()
	if err != nil {
		return RequestDue{}, err
	}
	r, err := st.Request(ctx, id)
	if err != nil {
		return RequestDue{}, err
	}
	return requestDue(rules, r, country, now), nil
}

func requestDue(rules *request.Rules, r request.Record, country string, now time.Time) RequestDue {
	d := r.Deadline(rules, country, now.Location())
	y, m, day := now.Date()
	today := time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
	_, _, ended := r.End()
	return RequestDue{
		Record: r, Deadline: d, AtOnce: r.Right.AtOnce(),
		Left: int(d.Due.Sub(today) / (24 * time.Hour)), Late: !ended && d.Late(now),
	}
}

// whoBlock is what the sealed names are filled up to, so that their length does not tell.
const whoBlock = 512

// SealWho seals who asks to the shop's keys.
func SealWho(ctx context.Context, who request.Who, to []age.Recipient) ([]byte, error) {
	raw, err := json.Marshal(who)
	if err != nil {
		return nil, err
	}
	raw = append(raw, bytes.Repeat([]byte(" "), whoBlock-1-(len(raw)+whoBlock-1)%whoBlock)...)
	defer clear(raw)
	return sealedFor(ctx, raw, to)
}

// ErrWho says that the keys at hand do not open who asks.
var ErrWho = errors.New("who asks does not open with these keys")

// OpenWho opens it. Of a request whose who was erased it gives nothing.
func OpenWho(ctx context.Context, sealed []byte, ids ...age.Identity) (who request.Who, err error) {
	if len(sealed) == 0 {
		return who, nil
	}
	raw, err := opened(ctx, sealed, ids)
	if err == nil {
		err = json.Unmarshal(raw, &who)
		clear(raw)
	}
	if err != nil {
		return request.Who{}, errors.Join(ErrWho, err)
	}
	return who, nil
}
