package store

import (
	"errors"
	"testing"
	"time"

	"custode/playbook/privacy/request"
)

func TestRequests(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	id, err := s.AddRequest(ctx, request.Record{Right: request.Erasure, Received: "2026-11-28", How: request.Shop, Who: []byte("sealed")})
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.AddRequest(ctx, request.Record{Right: request.Access, Received: "2026-11-27", How: request.Mail, Who: []byte("sealed too")})
	if err != nil || second <= id {
		t.Fatal(second, err)
	}
	note := func(id int64, what request.What, detail string) error {
		return s.NoteRequest(ctx, id, request.Event{Day: "2026-11-29", What: what, Detail: detail})
	}
	for _, e := range []request.What{request.IdentityAsked, request.IdentityAnswered} {
		if err := note(id, e, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := note(second, request.Searched, "3 12"); err != nil {
		t.Fatal(err)
	}
	list, err := s.Requests(ctx)
	if err != nil || len(list) != 2 || len(list[0].Events) != 2 || list[0].Right != request.Erasure || list[0].How != request.Shop || string(list[0].Who) != "sealed" ||
		len(list[1].Events) != 1 || list[1].Events[0].Detail != "3 12" || list[1].Events[0].At.IsZero() {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := note(id, request.Reopened, ""); !errors.Is(err, request.ErrOpen) {
		t.Error(err)
	}
	if err := note(id, request.Closed, "answered"); err != nil {
		t.Fatal(err)
	}
	if err := note(id, request.Searched, "1 1"); !errors.Is(err, request.ErrClosed) {
		t.Error(err)
	}
	one, err := s.Request(ctx, id)
	if err != nil || len(one.Events) != 3 || one.State() != "answered" {
		t.Errorf("%+v, %v", one, err)
	}
	for _, none := range []int64{0, -1, 99} {
		if _, err := s.Request(ctx, none); !errors.Is(err, request.ErrNone) {
			t.Errorf("%d: %v", none, err)
		}
		if err := note(none, request.Searched, ""); !errors.Is(err, request.ErrNone) {
			t.Errorf("%d: %v", none, err)
		}
	}
}

// Who asked is erased from every byte of the file; what was done with the request stays.
func TestForgetRequests(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	s, err := Open(ctx, dir, ticking)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct{ who, closed, reopened string }{
		{"WHOMARK-OLD", "2026-11-27", ""},
		{"WHOMARK-KEPT", "2026-11-28", ""},
		{"WHOMARK-OPEN", "", ""},
		{"WHOMARK-REOPENED", "2026-11-01", "2026-11-02"},
	} {
		id, err := s.AddRequest(ctx, request.Record{Right: request.Access, Received: "2026-10-01", How: request.Mail, Who: []byte(c.who)})
		if err != nil {
			t.Fatal(err)
		}
		if c.closed != "" {
			if err := s.NoteRequest(ctx, id, request.Event{Day: c.closed, What: request.Closed, Detail: "answered"}); err != nil {
				t.Fatal(err)
			}
		}
		if c.reopened != "" {
			if err := s.NoteRequest(ctx, id, request.Event{Day: c.reopened, What: request.Reopened}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, day := range []string{"2026-11-28", "2036-11-28"} { // a clock that is far ahead for a day erases nothing
		at, _ := time.Parse(time.DateOnly, day)
		if err := s.ForgetRequests(ctx, at, request.WhoMonths); err != nil {
			t.Fatal(err)
		}
		if found := inFiles(t, dir, "WHOMARK-OLD"); found == "" {
			t.Errorf("erased on %s", day)
		}
	}
	for now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC); now.Before(time.Date(2028, 11, 28, 1, 0, 0, 0, time.UTC)); now = now.AddDate(0, 0, 20) {
		if err := s.ForgetRequests(ctx, now, request.WhoMonths); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.ForgetRequests(ctx, time.Date(2028, 11, 28, 9, 0, 0, 0, time.UTC), request.WhoMonths); err != nil {
		t.Fatal(err)
	}
	if found := inFiles(t, dir, "WHOMARK-OLD"); found != "" {
		t.Error(found)
	}
	for _, kept := range []string{"WHOMARK-KEPT", "WHOMARK-OPEN", "WHOMARK-REOPENED"} {
		if found := inFiles(t, dir, kept); found == "" {
			t.Errorf("%s is gone", kept)
		}
	}
	r, err := s.Request(ctx, 1)
	if err != nil || len(r.Who) != 0 || r.State() != "answered" || r.Received != "2026-10-01" {
		t.Errorf("%+v, %v", r, err)
	}
}
