package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
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
