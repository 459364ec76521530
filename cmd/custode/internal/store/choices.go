package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"custode/playbook/privacy/choice"
)

// choiceBody is what the journal keeps of choices: how many, never whose.
type choiceBody struct {
	Choices int `json:"choices"`
}

// AddChoices adds events, all or none. One that is there already is not added again.
func (s *Store) AddChoices(ctx context.Context, events []choice.Event) error {
	_, err := s.AddChoicesFrom(ctx, func(add func(choice.Event) error) error { return addAll(events, add) })
	return err
}

// AddChoicesFrom is AddChoices for what fn adds one by one; where fn fails, nothing was added. It
// gives how many were new. Others that want to write wait meanwhile.
func (s *Store) AddChoicesFrom(ctx context.Context, fn func(add func(choice.Event) error) error) (n int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		n, err = s.addChoices(ctx, tx, fn)
		return err
	})
	return n, err
}

func addAll(events []choice.Event, add func(choice.Event) error) error {
	for _, e := range events {
		if err := add(e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) addChoices(ctx context.Context, tx *sql.Tx, fn func(add func(choice.Event) error) error) (n int, err error) {
	stmt, err := tx.PrepareContext(ctx, `INSERT INTO choice_event (contact, purpose, channel, what, at, how, form, wording, basis, sale, by, entered)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	entered := nano(s.now())
	err = fn(func(e choice.Event) error {
		if err := e.Check(); err != nil {
			return err
		}
		wording := []byte{}
		if e.Wording != [32]byte{} {
			wording = e.Wording[:]
		}
		res, err := stmt.ExecContext(ctx, e.Contact[:], e.Purpose, e.Channel, e.What, nano(e.At), e.How, e.Form, wording, e.Basis, e.Sale, e.By, entered)
		if err != nil {
			return err
		}
		added, err := res.RowsAffected()
		n += int(added)
		return err
	})
	if err != nil {
		if se := (sqlite3.Error{}); !errors.As(err, &se) { // fn's own, or a refusal
			err = refused{err}
		}
		return 0, err
	}
	if n > 0 {
		_, err = s.record(ctx, tx, "choices.added", choiceBody{n})
	}
	return n, err
}

const choiceColumns = "SELECT contact, purpose, channel, what, at, how, form, wording, basis, sale, by FROM choice_event "

func choiceEvent(rows *sql.Rows) (e choice.Event, err error) {
	var contact, wording []byte
	var at int64
	err = rows.Scan(&contact, &e.Purpose, &e.Channel, &e.What, &at, &e.How, &e.Form, &wording, &e.Basis, &e.Sale, &e.By)
	copy(e.Contact[:], contact)
	copy(e.Wording[:], wording)
	e.At = unix(at)
	return e, err
}

// ChoicesOf gives all events of a contact, as they were entered.
func (s *Store) ChoicesOf(ctx context.Context, id choice.ID) (list []choice.Event, err error) {
	err = s.each(ctx, choiceColumns+"WHERE contact = ? ORDER BY id", []any{id[:]}, func(rows *sql.Rows) error {
		e, err := choiceEvent(rows)
		list = append(list, e)
		return err
	})
	return list, err
}

// Choices walks what was said about a purpose and a channel, or about all, contact by contact
// in the order of their IDs. fn must not write to the store.
func (s *Store) Choices(ctx context.Context, p choice.Purpose, c choice.Channel, fn func(id choice.ID, events []choice.Event) error) error {
	var group []choice.Event
	flush := func() error {
		if len(group) == 0 {
			return nil
		}
		err := fn(group[0].Contact, group)
		group = group[:0]
		return err
	}
	err := s.each(ctx, choiceColumns+"WHERE purpose IN (?, ?) AND channel IN (?, ?) ORDER BY contact",
		[]any{p, choice.AllPurposes, c, choice.AllChannels}, func(rows *sql.Rows) error {
			e, err := choiceEvent(rows)
			if err != nil {
				return err
			}
			if len(group) > 0 && group[0].Contact != e.Contact {
				if err := flush(); err != nil {
					return err
				}
			}
			group = append(group, e)
			return nil
		})
	if err == nil {
		err = flush()
	}
	return err
}

// Asked lists the purposes and channels about which anybody said anything, and "all" where
// somebody did about all.
func (s *Store) Asked(ctx context.Context) (list []choice.Question, err error) {
	err = s.each(ctx, "SELECT DISTINCT purpose, channel FROM choice_event ORDER BY purpose, channel", nil, func(rows *sql.Rows) error {
		var q choice.Question
		err := rows.Scan(&q.Purpose, &q.Channel)
		list = append(list, q)
		return err
	})
	return list, err
}

// ForgetChoices erases what a contact said, and leaves the one event that keeps it from being
// written to again. It gives how many were erased.
func (s *Store) ForgetChoices(ctx context.Context, id choice.ID, stay choice.Event) (n int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "DELETE FROM choice_event WHERE contact = ?", id[:])
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil {
			return err
		}
		if _, err := s.addChoices(ctx, tx, func(add func(choice.Event) error) error { return add(stay) }); err != nil {
			return err
		}
		_, err = s.record(ctx, tx, "choices.forgotten", choiceBody{int(n)})
		return err
	})
	if err != nil {
		return n, err
	}
	return n, s.cutLog(ctx)
}

// AddPending keeps a choice that was entered while the key was locked.
func (s *Store) AddPending(ctx context.Context, sealed []byte) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO choice_pending (sealed) VALUES (?)", sealed)
		return err
	})
}

// PendingChoices gives those that wait after one, in the order in which they were entered, at most
// some at a time.
func (s *Store) PendingChoices(ctx context.Context, after int64, some int) (list []choice.Pending, err error) {
	err = s.each(ctx, "SELECT id, sealed FROM choice_pending WHERE id > ? ORDER BY id LIMIT ?", []any{after, some}, func(rows *sql.Rows) error {
		var p choice.Pending
		err := rows.Scan(&p.ID, &p.Sealed)
		list = append(list, p)
		return err
	})
	return list, err
}

// CountPending counts those that wait.
func (s *Store) CountPending(ctx context.Context) (n int64, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM choice_pending").Scan(&n)
	return n, s.fail(err)
}

// TakePending adds the events of some that waited, and lets go of these, in one step. One that
// another custode took over meanwhile is not added twice.
func (s *Store) TakePending(ctx context.Context, taken map[int64][]choice.Event) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var events []choice.Event
		for id, some := range taken {
			res, err := tx.ExecContext(ctx, "DELETE FROM choice_pending WHERE id = ?", id)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				if err != nil {
					return err
				}
				continue
			}
			events = append(events, some...)
		}
		_, err := s.addChoices(ctx, tx, func(add func(choice.Event) error) error { return addAll(events, add) })
		return err
	})
}

// SaveWording keeps a text that customers are shown about a purpose and a channel, as of when it
// was added, or now. The same text is kept once.
func (s *Store) SaveWording(ctx context.Context, w choice.Wording) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		digest, added := w.Digest(), w.Added
		if added.IsZero() {
			added = s.now()
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO choice_wording (digest, purpose, channel, lang, text, added) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET added = max(added, excluded.added)`, digest[:], w.Purpose, w.Channel, w.Lang, w.Text, nano(added))
		return err
	})
}

// Wordings lists the texts, the newest first.
func (s *Store) Wordings(ctx context.Context) (list []choice.Wording, err error) {
	err = s.each(ctx, "SELECT purpose, channel, lang, text, added FROM choice_wording ORDER BY added DESC, digest", nil, func(rows *sql.Rows) error {
		var w choice.Wording
		var added int64
		err := rows.Scan(&w.Purpose, &w.Channel, &w.Lang, &w.Text, &added)
		w.Added = unix(added)
		list = append(list, w)
		return err
	})
	return list, err
}

// CountChoices counts the events, and tells when the last one was entered.
func (s *Store) CountChoices(ctx context.Context) (n int64, last time.Time, err error) {
	var at int64
	err = s.db.QueryRowContext(ctx, "SELECT count(*), coalesce(max(entered), 0) FROM choice_event").Scan(&n, &at)
	return n, unix(at), s.fail(err)
}

// NoSince counts the refusals and withdrawals that were entered after a moment, and gives the
// first of them.
func (s *Store) NoSince(ctx context.Context, after time.Time) (n int64, first time.Time, err error) {
	var at int64
	err = s.db.QueryRowContext(ctx, "SELECT count(*), coalesce(min(entered), 0) FROM choice_event WHERE what IN (?, ?) AND entered > ?",
		string(choice.Refused), string(choice.Withdrawn), nano(after)).Scan(&n, &at)
	return n, unix(at), s.fail(err)
}
