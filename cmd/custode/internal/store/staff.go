package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"custode/training/staff"
)

// staffBody is what the journal keeps of a change of the staff: a number, never a name, so
// that whoever leaves can be forgotten though the journal is not.
type staffBody struct {
	Staff int64 `json:"staff"`
}

// AddPerson adds somebody and gives the number. It fails with staff.ErrTaken where the name is
// somebody's already.
func (s *Store) AddPerson(ctx context.Context, name, day string) (id int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `INSERT INTO staff (name, fold, added, touched, lock, wrong, tried_at, progress, turn, next)
			VALUES (?1, ?2, ?3, ?3, x'', 0, 0, x'', 0, '') ON CONFLICT (fold) DO NOTHING RETURNING id`, name, staff.Fold(name), day).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return refused{staff.ErrTaken}
		}
		if err == nil {
			_, err = s.record(ctx, tx, "staff.added", staffBody{id})
		}
		return err
	})
	return id, err
}

const personColumns = `s.id, s.name, s.added, length(s.lock) > 0, s.code_until, s.next,
	coalesce((SELECT max(day) FROM staff_finished f WHERE f.staff = s.id), ''),
	coalesce((SELECT sum(times) FROM staff_finished f WHERE f.staff = s.id), 0)`

// People lists the staff by name.
func (s *Store) People(ctx context.Context) (list []staff.Person, err error) {
	err = s.each(ctx, "SELECT "+personColumns+" FROM staff s ORDER BY s.fold", nil, func(rows *sql.Rows) error {
		var p staff.Person
		var until int64
		err := rows.Scan(&p.ID, &p.Name, &p.Added, &p.HasPIN, &until, &p.Next, &p.Last, &p.Finished)
		p.CodeUntil = unix(until)
		list = append(list, p)
		return err
	})
	return list, err
}

// Learner gives somebody's row. It fails with staff.ErrGone where there is none.
func (s *Store) Learner(ctx context.Context, id int64) (l staff.Learner, err error) {
	var until int64
	err = s.db.QueryRowContext(ctx, "SELECT "+personColumns+", s.lock, s.code, s.progress, s.turn FROM staff s WHERE s.id = ?", id).
		Scan(&l.ID, &l.Name, &l.Added, &l.HasPIN, &until, &l.Next, &l.Last, &l.Finished, &l.Lock, &l.Code, &l.Progress, &l.Turn)
	l.CodeUntil = unix(until)
	if errors.Is(err, sql.ErrNoRows) {
		return l, staff.ErrGone
	}
	return l, s.fail(err)
}

// TryPIN counts a try before the PIN is looked at: whoever kills the program in between gains
// nothing. left says how long to wait still; a try is counted only where nothing is left.
func (s *Store) TryPIN(ctx context.Context, id int64, now time.Time, left func(wrong int, last time.Time) time.Duration) (wait time.Duration, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		var wrong int
		var last int64
		err := tx.QueryRowContext(ctx, "SELECT wrong, tried_at FROM staff WHERE id = ?", id).Scan(&wrong, &last)
		if errors.Is(err, sql.ErrNoRows) {
			return refused{staff.ErrGone}
		}
		if err != nil {
			return err
		}
		if wait = left(wrong, unix(last)); wait > 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, "UPDATE staff SET wrong = wrong + 1, tried_at = ? WHERE id = ?", nano(now), id)
		return err
	})
	return wait, err
}

// RightPIN forgets the wrong tries, and when the PIN was typed: with the end of the sitting in
// the journal that would tell how long somebody took.
func (s *Store) RightPIN(ctx context.Context, id int64) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE staff SET wrong = 0, tried_at = 0 WHERE id = ?", id)
		return err
	})
}

// SetPIN keeps the lock of a PIN chosen for the first time. It fails
// with staff.ErrTurn where somebody chose one in between.
func (s *Store) SetPIN(ctx context.Context, id int64, lock []byte) error {
	return s.changed(ctx, staff.ErrTurn, func(tx *sql.Tx) (sql.Result, error) {
		return tx.ExecContext(ctx, "UPDATE staff SET lock = ?, code = x'', code_until = 0, turn = turn + 1, wrong = 0, tried_at = 0 WHERE id = ? AND length(lock) = 0", lock, id)
	})
}

// SetCode keeps the lock of a code with which a first PIN is chosen, until a moment; the one before is good no more,
// and wrong tries are forgotten. It fails with staff.ErrTurn where a PIN was chosen already, or the person is gone.
func (s *Store) SetCode(ctx context.Context, id int64, code []byte, until time.Time) error {
	return s.changed(ctx, staff.ErrTurn, func(tx *sql.Tx) (sql.Result, error) {
		res, err := tx.ExecContext(ctx, "UPDATE staff SET code = ?, code_until = ?, wrong = 0, tried_at = 0 WHERE id = ? AND length(lock) = 0", code, nano(until), id)
		if err == nil {
			_, err = s.record(ctx, tx, "staff.code", staffBody{id})
		}
		return res, err
	})
}

// ResetPIN takes somebody's PIN away, and with it all that it closes: progress and answers.
// The days of finished sittings stay.
func (s *Store) ResetPIN(ctx context.Context, id int64) error {
	return s.erasing(ctx, staff.ErrGone, func(tx *sql.Tx) (sql.Result, error) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM staff_answer WHERE staff = ?", id); err != nil {
			return nil, err
		}
		res, err := tx.ExecContext(ctx, "UPDATE staff SET lock = x'', code = x'', code_until = 0, progress = x'', turn = turn + 1, wrong = 0, tried_at = 0, next = '' WHERE id = ?", id)
		if err == nil {
			_, err = s.record(ctx, tx, "staff.reset", staffBody{id})
		}
		return res, err
	})
}

// RemovePerson erases somebody: name, PIN, progress, answers and days.
func (s *Store) RemovePerson(ctx context.Context, id int64) error {
	return s.erasing(ctx, staff.ErrGone, func(tx *sql.Tx) (sql.Result, error) {
		res, err := tx.ExecContext(ctx, "DELETE FROM staff WHERE id = ?", id)
		if err == nil {
			_, err = s.record(ctx, tx, "staff.removed", staffBody{id})
		}
		return res, err
	})
}

// changed runs a change of one row; where there was none it changes nothing and fails with none.
func (s *Store) changed(ctx context.Context, none error, fn func(tx *sql.Tx) (sql.Result, error)) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := fn(tx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			return refused{none}
		}
		return err
	})
}

// erasing is changed for what must not stay readable in the file.
func (s *Store) erasing(ctx context.Context, none error, fn func(tx *sql.Tx) (sql.Result, error)) error {
	if err := s.changed(ctx, none, fn); err != nil {
		return err
	}
	return s.cutLog(ctx)
}

// cutLog cuts off the log that still has the old pages, where nobody else reads it just now.
// In the database itself SQLite overwrites what it deletes.
func (s *Store) cutLog(ctx context.Context) error {
	var busy, frames, done int
	return s.fail(s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &done))
}

// SaveStep keeps one answer or the end of a sitting, whole or not at all. It fails with
// staff.ErrTurn where the same person's quiz went on elsewhere, or the person is gone.
func (s *Store) SaveStep(ctx context.Context, id int64, step staff.Step) error {
	return s.changed(ctx, staff.ErrTurn, func(tx *sql.Tx) (sql.Result, error) {
		res, err := tx.ExecContext(ctx, "UPDATE staff SET progress = ?, touched = ?, turn = ? WHERE id = ? AND turn = ?", step.Progress, step.Day, step.NewTurn, id, step.Turn)
		if err != nil {
			return nil, err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return res, err
		}
		if step.Answers != nil {
			_, err := tx.ExecContext(ctx, `INSERT INTO staff_answer (staff, day, sealed) VALUES (?, ?, ?)
				ON CONFLICT DO UPDATE SET sealed = excluded.sealed`, id, step.Day, step.Answers)
			if err != nil {
				return nil, err
			}
		}
		for _, t := range step.Tally {
			_, err := tx.ExecContext(ctx, `INSERT INTO team_tally (topic, month, asked, counted) VALUES (?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET asked = asked + excluded.asked, counted = counted + excluded.counted`, t.Topic, step.Day[:len("2026-11")], t.Asked, t.Counted)
			if err != nil {
				return nil, err
			}
		}
		if step.Finished {
			if err := s.finish(ctx, tx, id, step); err != nil {
				return nil, err
			}
		}
		return res, nil
	})
}

func (s *Store) finish(ctx context.Context, tx *sql.Tx, id int64, step staff.Step) error {
	if _, err := tx.ExecContext(ctx, "UPDATE staff SET next = ? WHERE id = ?", step.Next, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO staff_finished (staff, day, times) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1", id, step.Day)
	if err == nil {
		_, err = s.record(ctx, tx, "quiz.finished", struct{}{})
	}
	return err
}

// Answers gives somebody's answers by day, sealed.
func (s *Store) Answers(ctx context.Context, id int64) (map[string][]byte, error) {
	days := map[string][]byte{}
	err := s.each(ctx, "SELECT day, sealed FROM staff_answer WHERE staff = ?", []any{id}, func(rows *sql.Rows) error {
		var day string
		var b []byte
		err := rows.Scan(&day, &b)
		days[day] = b
		return err
	})
	return days, err
}

// FinishedDays gives the days on which somebody finished a sitting, the oldest first.
func (s *Store) FinishedDays(ctx context.Context, id int64) (days []string, err error) {
	err = s.each(ctx, "SELECT day FROM staff_finished WHERE staff = ? ORDER BY day", []any{id}, func(rows *sql.Rows) error {
		var d string
		err := rows.Scan(&d)
		days = append(days, d)
		return err
	})
	return days, err
}

// TeamTally gives how the team does by topic, through the coin toss.
func (s *Store) TeamTally(ctx context.Context) (list []staff.Tally, err error) {
	err = s.each(ctx, "SELECT topic, sum(asked), sum(counted) FROM team_tally GROUP BY topic ORDER BY topic", nil, func(rows *sql.Rows) error {
		var t staff.Tally
		err := rows.Scan(&t.Topic, &t.Asked, &t.Counted)
		list = append(list, t)
		return err
	})
	return list, err
}

// ForgetTraining erases what is older than its rule: answers, the progress of whoever has not
// answered for as long, days of finished sittings, and the tally, also that of a team that has
// become too small for one.
func (s *Store) ForgetTraining(ctx context.Context, now time.Time) error {
	erased := int64(0)
	err := s.write(ctx, func(tx *sql.Tx) error {
		asOf, err := looked(ctx, tx, staff.Day(now))
		if err != nil {
			return err
		}
		answers, finished, tally := staff.Kept(asOf)
		for _, c := range []struct {
			query string
			args  []any
		}{
			{"DELETE FROM staff_answer WHERE day < ?", []any{answers}},
			{"UPDATE staff SET progress = x'', turn = turn + 1 WHERE touched < ? AND length(progress) > 0", []any{answers}},
			{"DELETE FROM staff_finished WHERE day < ?", []any{finished}},
			{"DELETE FROM team_tally WHERE month < ? OR (SELECT count(*) FROM staff) < ?", []any{tally, staff.TeamMin}},
		} {
			res, err := tx.ExecContext(ctx, c.query, c.args...)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			erased += n
		}
		return nil
	})
	if err != nil || erased == 0 {
		return err
	}
	return s.cutLog(ctx)
}

// looked notes that somebody looked on a day, and says as of when things may be erased.
func looked(ctx context.Context, tx *sql.Tx, today string) (time.Time, error) {
	var l staff.Looks
	var raw string
	err := tx.QueryRowContext(ctx, "SELECT body FROM watch_state WHERE key = 'training.looks'").Scan(&raw)
	if err == nil {
		err = json.Unmarshal([]byte(raw), &l)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, err
	}
	next, asOf := l.Look(today)
	if next != l {
		if err := putState(ctx, tx, "training.looks", next); err != nil {
			return time.Time{}, err
		}
	}
	return time.Parse(time.DateOnly, asOf)
}
