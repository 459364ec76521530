package store

import (
	"context"
	"database/sql"
	"time"

	"custode/playbook/privacy/request"
	"custode/training/staff"
)

// requestBody is what the journal keeps of a request: a number, never who made it.
type requestBody struct {
	Request int64  `json:"request"`
	Right   string `json:"right,omitempty"`
	What    string `json:"what,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

// AddRequest keeps a new request and gives its number.
func (s *Store) AddRequest(ctx context.Context, r request.Record) (id int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "INSERT INTO request (kind, received, how, who) VALUES (?, ?, ?, ?) RETURNING id", r.Right, r.Received, r.How, r.Who).Scan(&id)
		if err == nil {
			_, err = s.record(ctx, tx, "request.received", requestBody{Request: id, Right: string(r.Right)})
		}
		return err
	})
	return id, err
}

// Requests lists all requests with what happened to them, the oldest first.
func (s *Store) Requests(ctx context.Context) ([]request.Record, error) {
	list, err := requests(ctx, s.db, 0)
	return list, s.fail(err)
}

// Request gives one. It fails with request.ErrNone where there is none of that number.
func (s *Store) Request(ctx context.Context, id int64) (request.Record, error) {
	r, err := oneRequest(ctx, s.db, id)
	return r, s.fail(err)
}

func oneRequest(ctx context.Context, q querier, id int64) (request.Record, error) {
	if id < 1 {
		return request.Record{}, refused{request.ErrNone}
	}
	list, err := requests(ctx, q, id)
	if err == nil && len(list) == 0 {
		err = refused{request.ErrNone}
	}
	if err != nil {
		return request.Record{}, err
	}
	return list[0], nil
}

// requests reads one request, or with 0 all.
func requests(ctx context.Context, q querier, id int64) (list []request.Record, err error) {
	at := map[int64]int{}
	err = each(ctx, q, "SELECT id, kind, received, how, who FROM request WHERE ?1 IN (0, id) ORDER BY id", []any{id}, func(rows *sql.Rows) error {
		var r request.Record
		err := rows.Scan(&r.ID, &r.Right, &r.Received, &r.How, &r.Who)
		at[r.ID] = len(list)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, "SELECT request, at, day, what, detail FROM request_event WHERE ?1 IN (0, request) ORDER BY id", []any{id}, func(rows *sql.Rows) error {
		var of, when int64
		var e request.Event
		if err := rows.Scan(&of, &when, &e.Day, &e.What, &e.Detail); err != nil {
			return err
		}
		e.At = unix(when)
		if i, ok := at[of]; ok { // one that came in between the two reads is not listed yet
			list[i].Events = append(list[i].Events, e)
		}
		return nil
	})
	return list, err
}

// NoteRequest keeps what happened to a request. It fails with request.ErrNone, and with what
// request.Record.May says.
func (s *Store) NoteRequest(ctx context.Context, id int64, e request.Event) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		r, err := oneRequest(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := r.May(e.What); err != nil {
			return refused{err}
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO request_event (request, at, day, what, detail) VALUES (?, ?, ?, ?, ?)", id, nano(s.now()), e.Day, e.What, e.Detail)
		if err == nil {
			_, err = s.record(ctx, tx, "request.noted", requestBody{Request: id, What: string(e.What), Detail: e.Detail})
		}
		return err
	})
}

// ForgetRequests erases who made the requests that ended more than some months ago; the rest of
// their record stays. A clock that is suddenly far ahead is not believed on its first day.
func (s *Store) ForgetRequests(ctx context.Context, now time.Time, months int) error {
	erased := false
	err := s.write(ctx, func(tx *sql.Tx) error {
		asOf, err := looked(ctx, tx, staff.Day(now))
		if err != nil {
			return err
		}
		list, err := requests(ctx, tx, 0)
		if err != nil {
			return err
		}
		before := request.ForgetBefore(asOf, months)
		for _, r := range list {
			day, _, ended := r.End()
			if !ended || len(r.Who) == 0 || day >= before {
				continue
			}
			erased = true
			if _, err := tx.ExecContext(ctx, "UPDATE request SET who = x'' WHERE id = ?", r.ID); err != nil {
				return err
			}
			if _, err := s.record(ctx, tx, "request.forgotten", requestBody{Request: r.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !erased {
		return err
	}
	return s.cutLog(ctx)
}
