package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"custode/playbook/daily"
)

// Answered gives what the owner answered to a question of the daily check, as long as the answer
// holds: until the end of its last day.
func (s *Store) Answered(ctx context.Context, question string, now time.Time) (value string, there bool, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT value FROM check_answer WHERE question = ? AND until >= ?", question, now.Format(time.DateOnly)).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return value, err == nil, err
}

// CheckAnswers gives what was answered in the daily check, by question; also what has ended.
func (s *Store) CheckAnswers(ctx context.Context) (map[string]daily.Reply, error) {
	all := map[string]daily.Reply{}
	err := s.each(ctx, "SELECT question, value, until, by, made FROM check_answer", nil, func(rows *sql.Rows) error {
		var id, until string
		var a daily.Reply
		var made int64
		if err := rows.Scan(&id, &a.Value, &until, &a.By, &made); err != nil {
			return err
		}
		day, err := time.ParseInLocation(time.DateOnly, until, s.now().Location())
		if err != nil {
			return err
		}
		a.Made, a.Until = unix(made), day.AddDate(0, 0, 1).Add(-time.Second)
		all[id] = a
		return nil
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
