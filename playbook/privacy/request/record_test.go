package request_test

import (
	"errors"
	"testing"
	"time"

	"custode/playbook/privacy/request"
)

// A record of the days of January and after: "31 identity-asked", in order.
func record(right request.Right, received string, events ...request.Event) *request.Record {
	return &request.Record{ID: 1, Right: right, Received: received, How: request.Mail, Events: events}
}

func ev(day string, what request.What, detail string) request.Event {
	return request.Event{Day: day, What: what, Detail: detail}
}

func TestRecordStands(t *testing.T) {
	rules, err := request.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		events  []request.Event
		state   string
		due     string
		country string
		waiting bool
		longer  bool
	}{
		"new":      {nil, "received", "2026-03-02", "IT", false, false}, // 28 February is a Saturday
		"known":    {[]request.Event{ev("2026-02-01", request.IdentityKnown, "")}, "received", "2026-03-02", "IT", false, false},
		"asked":    {[]request.Event{ev("2026-02-02", request.IdentityAsked, "")}, "identity", "2026-03-02", "IT", true, false},
		"answered": {[]request.Event{ev("2026-02-02", request.IdentityAsked, ""), ev("2026-02-06", request.IdentityAnswered, "")}, "received", "2026-03-03", "IT", false, false},
		"put right": {
			[]request.Event{ev("2026-02-02", request.IdentityAsked, ""), ev("2026-02-16", request.IdentityAnswered, ""), ev("2026-02-06", request.IdentityAnswered, "")},
			"received", "2026-03-03", "IT", false, false,
		},
		"asked again": {
			[]request.Event{ev("2026-02-02", request.IdentityAsked, ""), ev("2026-02-06", request.IdentityAnswered, ""), ev("2026-02-10", request.IdentityAsked, "")},
			"identity", "2026-03-02", "IT", true, false,
		},
		"known after all": {[]request.Event{ev("2026-02-02", request.IdentityAsked, ""), ev("2026-02-06", request.IdentityKnown, "")}, "received", "2026-03-03", "IT", false, false},
		"in the UK":       {[]request.Event{ev("2026-02-02", request.IdentityAsked, ""), ev("2026-02-06", request.IdentityAnswered, "")}, "received", "2026-03-06", "GB", false, false},
		"longer":          {[]request.Event{ev("2026-02-10", request.Told, "complex")}, "received", "2026-04-30", "IT", false, true},
		"longer, silent":  {[]request.Event{ev("2026-02-10", request.Told, "")}, "received", "2026-03-02", "IT", false, false},
		"longer, late":    {[]request.Event{ev("2026-03-03", request.Told, "many")}, "received", "2026-03-02", "IT", false, false},
		"searched":        {[]request.Event{ev("2026-02-10", request.Searched, "3 2")}, "searched", "2026-03-02", "IT", false, false},
		"written":         {[]request.Event{ev("2026-02-10", request.Searched, "3 2"), ev("2026-02-10", request.Written, "answer")}, "letter", "2026-03-02", "IT", false, false},
		"closed":          {[]request.Event{ev("2026-02-10", request.Closed, "refused")}, "refused", "2026-03-02", "IT", false, false},
		"reopened":        {[]request.Event{ev("2026-02-10", request.Sent, "answer"), ev("2026-02-10", request.Closed, "refused"), ev("2026-02-11", request.Reopened, "")}, "sent", "2026-03-02", "IT", false, false},
	} {
		r := record(request.Access, "2026-01-31", c.events...)
		d := r.Deadline(rules, c.country, time.UTC)
		if got := d.Due.Format(time.DateOnly); r.State() != c.state || got != c.due || d.Waiting != c.waiting || d.Extended != c.longer {
			t.Errorf("%s: %s, due %s, waiting %v, longer %v; want %+v", name, r.State(), got, d.Waiting, d.Extended, c)
		}
	}
}

// Marketing stops at once; the person is still told within the month.
func TestRecordOfMarketing(t *testing.T) {
	rules, err := request.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := record(request.ObjectionMarketing, "2026-11-02").Deadline(rules, "IT", time.UTC)
	if got := d.Due.Format(time.DateOnly); got != "2026-12-02" {
		t.Error(got)
	}
}

func TestRecordMay(t *testing.T) {
	open, ended := record(request.Access, "2026-01-31"), record(request.Access, "2026-01-31", ev("2026-02-10", request.Closed, "answered"))
	for _, c := range []struct {
		r    *request.Record
		what request.What
		want error
	}{
		{open, request.Searched, nil},
		{open, request.Closed, nil},
		{open, request.Reopened, request.ErrOpen},
		{ended, request.Searched, request.ErrClosed},
		{ended, request.Told, request.ErrClosed},
		{ended, request.Closed, nil},
		{ended, request.Reopened, nil},
	} {
		if got := c.r.May(c.what); !errors.Is(got, c.want) {
			t.Errorf("%s on %s: %v", c.what, c.r.State(), got)
		}
	}
	if day, how, ok := ended.End(); day != "2026-02-10" || how != request.DoneAnswered || !ok || ended.Days() != 10 || open.Days() != 0 {
		t.Error(day, how, ok, ended.Days(), open.Days())
	}
}
