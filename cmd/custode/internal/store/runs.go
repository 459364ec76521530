package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"custode/playbook"
	"custode/playbook/plan"
)

// runPrefix marks the entries of the journal that are events of runs.
const runPrefix = "run."

// runBody is what the journal keeps of an event: the event, and of which run.
type runBody struct {
	Run int64 `json:"run"`
	playbook.Event
}

// BeginRun begins a run with its first events and keeps its plans.
func (s *Store) BeginRun(ctx context.Context, row playbook.Row, plans []*plan.Plan, events []playbook.Event) (id int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "INSERT INTO run (plan, scenario, opened_at, closed_at) VALUES (?, ?, ?, 0) RETURNING id",
			row.Plan, row.Scenario, nano(row.Opened)).Scan(&id)
		if err != nil {
			return err
		}
		for _, p := range plans {
			if _, err := tx.ExecContext(ctx, "INSERT INTO plan (digest, raw) VALUES (?, ?) ON CONFLICT DO NOTHING", p.Digest, p.Raw); err != nil {
				return err
			}
		}
		return s.appendRun(ctx, tx, id, events)
	})
	return id, err
}

// appendRun writes events: each is an entry of the journal.
func (s *Store) appendRun(ctx context.Context, tx *sql.Tx, id int64, events []playbook.Event) error {
	for _, e := range events {
		head, err := s.record(ctx, tx, runPrefix+string(e.Kind), runBody{id, e})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO run_event (run, seq, entry) VALUES (?, ?, ?)", id, e.Seq, head.Seq); err != nil {
			return err
		}
		closed := int64(-1)
		switch e.Kind {
		case playbook.Closed:
			closed = nano(e.At)
		case playbook.Reopened:
			closed = 0
		case playbook.Begun, playbook.Fact, playbook.Done, playbook.Skipped, playbook.Assigned, playbook.Noted, playbook.Evidence, playbook.Decided,
			playbook.Letter, playbook.Lesson, playbook.Clock, playbook.Inject:
		}
		if closed >= 0 {
			if _, err := tx.ExecContext(ctx, "UPDATE run SET closed_at = ? WHERE id = ?", closed, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// Runs lists all runs, the newest first.
func (s *Store) Runs(ctx context.Context) (list []playbook.Row, err error) {
	err = s.each(ctx, "SELECT id, plan, scenario, opened_at, closed_at FROM run ORDER BY id DESC", nil, func(rows *sql.Rows) error {
		var r playbook.Row
		var opened, closed int64
		err := rows.Scan(&r.ID, &r.Plan, &r.Scenario, &opened, &closed)
		r.Opened, r.Closed = unix(opened), unix(closed)
		list = append(list, r)
		return err
	})
	return list, err
}

// RunEvents gives the events of a run and the bytes of its plans by digest; none where
// there is no such run.
func (s *Store) RunEvents(ctx context.Context, id int64) (events []playbook.Event, plans map[string][]byte, err error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, s.fail(err)
	}
	defer tx.Rollback() // nothing was written
	events, plans, err = runEvents(ctx, tx, id)
	return events, plans, s.fail(err)
}

func runEvents(ctx context.Context, q querier, id int64) (events []playbook.Event, plans map[string][]byte, err error) {
	err = each(ctx, q, "SELECT j.body FROM run_event e JOIN journal j ON j.seq = e.entry WHERE e.run = ? ORDER BY e.seq", []any{id}, func(rows *sql.Rows) error {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var b runBody
		err := json.Unmarshal(body, &b)
		events = append(events, b.Event)
		return err
	})
	plans = map[string][]byte{}
	if err != nil || len(events) == 0 {
		return events, plans, err
	}
	for _, pin := range events[0].Plans {
		var raw []byte
		err := q.QueryRowContext(ctx, "SELECT raw FROM plan WHERE digest = ?", pin.Digest).Scan(&raw)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, nil, err
		}
		plans[pin.Digest] = raw
	}
	return events, plans, nil
}

// ChangeRun reads a run, lets fn make the events that follow, and writes them: all in one
// transaction, so that two people never do the same step.
func (s *Store) ChangeRun(ctx context.Context, id int64, fn func(events []playbook.Event, plans map[string][]byte) ([]playbook.Event, error)) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		events, plans, err := runEvents(ctx, tx, id)
		if err != nil {
			return err
		}
		more, err := fn(events, plans)
		if err != nil {
			return refused{err}
		}
		return s.appendRun(ctx, tx, id, more)
	})
}

// SaveContact keeps whom to call of one kind.
func (s *Store) SaveContact(ctx context.Context, c playbook.Contact) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO contact (kind, name, phone, mail, note, checked_at) VALUES (?,?,?,?,?,?)
			ON CONFLICT (kind) DO UPDATE SET name = excluded.name, phone = excluded.phone, mail = excluded.mail, note = excluded.note, checked_at = excluded.checked_at`,
			c.Kind, c.Name, c.Phone, c.Mail, c.Note, nano(c.Checked))
		return err
	})
}

// Contacts gives whom to call, by kind.
func (s *Store) Contacts(ctx context.Context) (map[string]playbook.Contact, error) {
	out := map[string]playbook.Contact{}
	err := s.each(ctx, "SELECT kind, name, phone, mail, note, checked_at FROM contact", nil, func(rows *sql.Rows) error {
		var c playbook.Contact
		var checked int64
		err := rows.Scan(&c.Kind, &c.Name, &c.Phone, &c.Mail, &c.Note, &checked)
		c.Checked = unix(checked)
		out[c.Kind] = c
		return err
	})
	return out, err
}
