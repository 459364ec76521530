package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"custode/internal/journal"
)

// record appends one entry to the journal, inside the transaction of the
// change that it tells of, and returns the new head.
func (s *Store) record(ctx context.Context, tx *sql.Tx, kind string, body any) (journal.Head, error) {
	head, err := head(ctx, tx)
	if err != nil {
		return head, err
	}
	e, err := journal.Next(head, s.now(), kind, body)
	if err != nil {
		return head, err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO journal (seq, at, kind, body, prev, hash) VALUES (?, ?, ?, ?, ?, ?)",
		e.Seq, e.At, e.Kind, string(e.Body), e.Prev[:], e.Hash[:])
	return e.Head(), err
}

// Record appends an entry that goes with no other change, and returns the head.
func (s *Store) Record(ctx context.Context, kind string, body any) (h journal.Head, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		h, err = s.record(ctx, tx, kind, body)
		return err
	})
	return h, err
}

func head(ctx context.Context, q querier) (journal.Head, error) {
	var h journal.Head
	var hash []byte
	err := q.QueryRowContext(ctx, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").Scan(&h.Seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	copy(h.Hash[:], hash)
	return h, err
}

// Journal walks the entries from the one numbered from, in order.
func (s *Store) Journal(ctx context.Context, from int64, fn func(journal.Entry) error) error {
	return s.each(ctx, "SELECT seq, at, kind, body, prev, hash FROM journal WHERE seq >= ? ORDER BY seq", []any{from},
		func(rows *sql.Rows) error {
			e, err := entry(rows)
			if err != nil {
				return err
			}
			return fn(e)
		})
}

// Head gives the place of the last entry.
func (s *Store) Head(ctx context.Context) (journal.Head, error) {
	h, err := head(ctx, s.db)
	return h, s.fail(err)
}

// Last gives the number of the last entry; 0 for an empty journal.
func (s *Store) Last(ctx context.Context) (int64, error) {
	h, err := head(ctx, s.db)
	return h.Seq, s.fail(err)
}

// Verify checks the whole chain, against a receipt if there is one.
func (s *Store) Verify(ctx context.Context, receipt *journal.Head) (h journal.Head, f *journal.Finding, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT seq, at, kind, body, prev, hash FROM journal ORDER BY seq")
	if err != nil {
		return h, nil, s.fail(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	h, f, err = journal.Verify(func() (journal.Entry, bool, error) {
		if !rows.Next() {
			return journal.Entry{}, false, rows.Err()
		}
		e, err := entry(rows)
		return e, true, err
	}, receipt)
	return h, f, s.fail(err)
}

func entry(rows *sql.Rows) (journal.Entry, error) {
	var e journal.Entry
	var body string
	var prev, hash []byte
	if err := rows.Scan(&e.Seq, &e.At, &e.Kind, &body, &prev, &hash); err != nil {
		return e, err
	}
	e.Body = json.RawMessage(body)
	copy(e.Prev[:], prev)
	copy(e.Hash[:], hash)
	return e, nil
}

// LastOf gives the last entry of some kinds.
func (s *Store) LastOf(ctx context.Context, kinds ...string) (e journal.Entry, there bool, err error) {
	args := make([]any, len(kinds))
	for i, k := range kinds {
		args[i] = k
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(kinds)), ", ")
	err = s.each(ctx, "SELECT seq, at, kind, body, prev, hash FROM journal WHERE kind IN ("+marks+") ORDER BY seq DESC LIMIT 1", args,
		func(rows *sql.Rows) error {
			there = true
			e, err = entry(rows)
			return err
		})
	return e, there, err
}

// Newest gives a part of the journal, the newest first, and how many entries there are of what the
// part asks for, those that it skips and those beyond its most among them.
func (s *Store) Newest(ctx context.Context, p journal.Part) (list []journal.Entry, all int64, err error) {
	where, args := " WHERE 1", []any{}
	if p.Kind != "" {
		where, args = where+" AND kind = ?", append(args, p.Kind)
	}
	const second = "2006-01-02T15:04:05" // what is written begins so, in UTC, whatever fraction follows
	if !p.From.IsZero() {
		where, args = where+" AND at >= ?", append(args, p.From.UTC().Format(second))
	}
	if !p.To.IsZero() {
		where, args = where+" AND at < ?", append(args, p.To.UTC().Format(second))
	}
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM journal"+where, args...).Scan(&all); err != nil {
		return nil, 0, s.fail(err)
	}
	err = s.each(ctx, "SELECT seq, at, kind, body, prev, hash FROM journal"+where+" ORDER BY seq DESC LIMIT ? OFFSET ?", append(args, p.Most, p.Skip),
		func(rows *sql.Rows) error {
			e, err := entry(rows)
			list = append(list, e)
			return err
		})
	return list, all, err
}

// Kinds lists the kinds of entries that there are, in no order.
func (s *Store) Kinds(ctx context.Context) (kinds []string, err error) {
	err = s.each(ctx, "SELECT DISTINCT kind FROM journal", nil, func(rows *sql.Rows) error {
		var k string
		err := rows.Scan(&k)
		kinds = append(kinds, k)
		return err
	})
	return kinds, err
}
