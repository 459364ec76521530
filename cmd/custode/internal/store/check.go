package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"custode/internal/alert"
	"custode/internal/journal"
	"custode/playbook/daily"
)

// runFacts is what is kept of a check beside its columns.
type runFacts struct {
	Items      map[string]daily.Status `json:"items"`
	OpenFiles  int64                   `json:"open_files"`
	OpenPeople int64                   `json:"open_people"`
}

// runsKept is for how many days the checks are kept.
const runsKept = 3 * 365

// KeepCheck notes in the journal that a check was held, and keeps what it found. Of days that are
// over, the last check stays: who looks every five minutes fills no disk.
func (s *Store) KeepCheck(ctx context.Context, run daily.Run, body any) (h journal.Head, err error) {
	facts, err := json.Marshal(runFacts{run.Items, run.OpenFiles, run.OpenPeople})
	if err != nil {
		return h, err
	}
	old := run.At.AddDate(0, 0, -runsKept).Format(time.DateOnly)
	err = s.write(ctx, func(tx *sql.Tx) error {
		for _, q := range []struct {
			text string
			args []any
		}{
			{"INSERT INTO check_run (at, day, status, score, facts) VALUES (?, ?, ?, ?, ?)", []any{nano(run.At), run.Day, string(run.Status), run.Score, string(facts)}},
			{"DELETE FROM check_run WHERE day < ?1 AND EXISTS (SELECT 1 FROM check_run l WHERE l.day = check_run.day AND (l.at, l.id) > (check_run.at, check_run.id))", []any{run.Day}},
			{"DELETE FROM check_run WHERE day < ?", []any{old}},
			{"DELETE FROM check_snooze WHERE until < ?", []any{run.Day}},
		} {
			if _, err := tx.ExecContext(ctx, q.text, q.args...); err != nil {
				return err
			}
		}
		h, err = s.record(ctx, tx, "check.done", body)
		return err
	})
	return h, err
}

// Checks gives the checks since a time, the oldest first.
func (s *Store) Checks(ctx context.Context, since time.Time) (list []daily.Run, err error) {
	err = s.each(ctx, "SELECT at, day, status, score, facts FROM check_run WHERE at >= ? ORDER BY at, id", []any{nano(since)}, func(rows *sql.Rows) error {
		var run daily.Run
		var at int64
		var status, raw string
		if err := rows.Scan(&at, &run.Day, &status, &run.Score, &raw); err != nil {
			return err
		}
		var f runFacts
		if err := json.Unmarshal([]byte(raw), &f); err != nil {
			return err
		}
		run.At, run.Status, run.Items, run.OpenFiles, run.OpenPeople = unix(at), daily.Status(status), f.Items, f.OpenFiles, f.OpenPeople
		list = append(list, run)
		return nil
	})
	return list, err
}

// snoozeBody is what the journal keeps of an item that was put off, or is not any more.
type snoozeBody struct {
	Item    string `json:"item"`
	Until   string `json:"until,omitempty"` // the last day
	Because string `json:"because,omitempty"`
	By      string `json:"by"`
}

// PutOff puts an item off until the end of a day. What was said of it before goes.
func (s *Store) PutOff(ctx context.Context, item string, z daily.Snooze) error {
	last := z.Until.Format(time.DateOnly)
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO check_snooze (item, until, because, by, made, worth) VALUES (?, ?, ?, ?, ?, ?)",
			item, last, z.Because, z.By, nano(s.now()), string(z.Was))
		if err == nil {
			_, err = s.record(ctx, tx, "check.snoozed", snoozeBody{item, last, z.Because, z.By})
		}
		return err
	})
}

// EndSnooze ends that an item is put off, and tells whether it was.
func (s *Store) EndSnooze(ctx context.Context, item, by string) (was bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "DELETE FROM check_snooze WHERE item = ?", item)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if was = n > 0; err == nil && was {
			_, err = s.record(ctx, tx, "check.resumed", snoozeBody{Item: item, By: by})
		}
		return err
	})
	return was, err
}

// Snoozes gives what is put off, by item; a day ends where the shop is.
func (s *Store) Snoozes(ctx context.Context, shop *time.Location) (map[string]daily.Snooze, error) {
	all := map[string]daily.Snooze{}
	err := s.each(ctx, "SELECT item, until, because, by, worth FROM check_snooze", nil, func(rows *sql.Rows) error {
		var item, until string
		var z daily.Snooze
		if err := rows.Scan(&item, &until, &z.Because, &z.By, &z.Was); err != nil {
			return err
		}
		var err error
		z.Until, err = lastSecond(until, shop)
		all[item] = z
		return err
	})
	return all, err
}

// Told gives what was told of the items. The column holds as what an item was told and, behind a
// space, what the last check found.
func (s *Store) Told(ctx context.Context) (map[string]daily.Told, error) {
	all := map[string]daily.Told{}
	err := s.each(ctx, "SELECT item, day, status FROM check_told", nil, func(rows *sql.Rows) error {
		var item, status string
		var t daily.Told
		if err := rows.Scan(&item, &t.Day, &status); err != nil {
			return err
		}
		as, now, _ := strings.Cut(status, " ")
		t.Status, t.Now = daily.Status(as), daily.Status(now)
		all[item] = t
		return nil
	})
	return all, err
}

// Tell queues a message with the news of a check, nil for none, and keeps what was told.
func (s *Store) Tell(ctx context.Context, told map[string]daily.Told, m *alert.Queued) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM check_told"); err != nil {
			return err
		}
		for item, t := range told {
			if _, err := tx.ExecContext(ctx, "INSERT INTO check_told (item, day, status) VALUES (?, ?, ?)", item, t.Day, string(t.Status)+" "+string(t.Now)); err != nil {
				return err
			}
		}
		if m == nil {
			return nil
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO message (made_at, kind, severity, subject, body, sent_at, day) VALUES (?,?,?,?,?,0,?)",
			nano(m.At), string(m.Kind), m.Severity.String(), m.Subject, m.Body, m.Day)
		return err
	})
}
