package store

import (
	"context"
	"database/sql"
	"time"

	"custode/playbook/clock"
	"custode/playbook/daily"
)

// CheckAnswers gives what was answered in the daily check, by question; also what has ended. A day
// ends where the shop is.
func (s *Store) CheckAnswers(ctx context.Context, shop *time.Location) (map[string]daily.Reply, error) {
	all := map[string]daily.Reply{}
	err := s.each(ctx, "SELECT question, value, until, by, made FROM check_answer", nil, func(rows *sql.Rows) error {
		var id, until string
		var a daily.Reply
		var made int64
		if err := rows.Scan(&id, &a.Value, &until, &a.By, &made); err != nil {
			return err
		}
		var err error
		a.Made = unix(made)
		a.Until, err = lastSecond(until, shop)
		all[id] = a
		return err
	})
	return all, err
}

// SaveCheckAnswer keeps an answer in the place of the one before, and notes it in the journal.
func (s *Store) SaveCheckAnswer(ctx context.Context, question string, a daily.Reply) error {
	until := a.Until.Format(time.DateOnly)
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO check_answer (question, value, until, by, made) VALUES (?, ?, ?, ?, ?)",
			question, a.Value, until, a.By, nano(a.Made))
		if err != nil {
			return err
		}
		_, err = s.record(ctx, tx, "check.answered", map[string]any{"question": question, "value": a.Value, "until": until, "by": a.By})
		return err
	})
}

// lastSecond is the end of a day that is stored as one, where the shop is.
func lastSecond(day string, shop *time.Location) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return at, err
	}
	return clock.EndOfDay(at, shop), nil
}
