package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// StartWatch notes that a run of the watch has begun, and closes the incidents that a
// run before left open.
func (s *Store) StartWatch(ctx context.Context, run string, st lookout.Status) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE incident SET closed_at = last_at WHERE closed_at = 0 AND run <> ?", run); err != nil {
			return err
		}
		sensors := map[string]string{}
		for folder, c := range st.Coverage {
			sensors[folder] = c.Backend
		}
		_, err := s.record(ctx, tx, "watch.started", map[string]any{"run": run, "root": st.Root, "sensors": sensors})
		return err
	})
}

// blindBody is what the journal keeps of an interval of blindness.
type blindBody struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Why      string    `json:"why"`
	Lost     int64     `json:"lost"`
	Killed   bool      `json:"killed,omitempty"`
	Compared bool      `json:"compared"`
	Changed  int       `json:"changed"`
	Paths    []string  `json:"paths,omitempty"`
}

// SaveBlind notes an interval of blindness, or what the comparison showed of one.
func (s *Store) SaveBlind(ctx context.Context, b lookout.Blind) error {
	folders, err := json.Marshal(b.Folders)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if b.Compared {
			if _, err := tx.ExecContext(ctx, "DELETE FROM blind WHERE from_at = ? AND to_at = ? AND why = ? AND compared = 0", nano(b.From), nano(b.To), b.Why); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO blind (from_at, to_at, why, lost, folders, compared, changed) VALUES (?,?,?,?,?,?,?)",
			nano(b.From), nano(b.To), b.Why, b.Lost, string(folders), b.Compared, b.Changed)
		if err != nil {
			return err
		}
		_, err = s.record(ctx, tx, "watch.blind", blindBody{b.From.UTC(), b.To.UTC(), string(b.Why), b.Lost, b.Killed, b.Compared, b.Changed, b.Paths})
		return err
	})
}

// Blinds walks the intervals that ended after a time, the oldest first.
func (s *Store) Blinds(ctx context.Context, after time.Time, fn func(lookout.Blind) error) error {
	return s.each(ctx, "SELECT from_at, to_at, why, lost, folders, compared, changed FROM blind WHERE to_at > ? ORDER BY from_at", []any{nano(after)},
		func(rows *sql.Rows) error {
			var b lookout.Blind
			var from, to int64
			var folders string
			if err := rows.Scan(&from, &to, &b.Why, &b.Lost, &folders, &b.Compared, &b.Changed); err != nil {
				return err
			}
			b.From, b.To = unix(from), unix(to)
			if err := json.Unmarshal([]byte(folders), &b.Folders); err != nil {
				return err
			}
			return fn(b)
		})
}

// SaveChecked notes a new baseline in the journal, which is its signature.
func (s *Store) SaveChecked(ctx context.Context, c lookout.Checked) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if c.Err == "" {
			if err := putState(ctx, tx, "baseline", c.Digest); err != nil {
				return err
			}
		}
		if c.Mode == "fast" && len(c.Counts) == 0 && c.Err == "" { // every quarter of an hour: the digest is kept, the journal has the others
			return nil
		}
		_, err := s.record(ctx, tx, "watch.compared", map[string]any{
			"mode": c.Mode, "compared_files": c.Files, "differences": c.Counts, "paths": c.Paths, "baseline": hexOf(c.Digest), "damaged": c.Damaged, "error": c.Err,
		})
		return err
	})
}

// How long the record is kept, and how many rows at most.
const (
	keepActivity = 90 * 24 * time.Hour
	mostActivity = 500_000
)

// SaveActivity keeps rows of the record. What is older than 90 days goes.
func (s *Store) SaveActivity(ctx context.Context, list []lookout.Activity) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, a := range list {
			paths, err := json.Marshal(a.Paths)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO activity (at, folder, user, program, verb, files, paths) VALUES (?,?,?,?,?,?,?)
				ON CONFLICT DO UPDATE SET files = files + excluded.files`, nano(a.At), a.Folder, a.User, a.Program, a.Verb, a.Files, string(paths))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// TrimActivity lets old rows of the record go. Call it once a day.
func (s *Store) TrimActivity(ctx context.Context) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM activity WHERE at < ?", nano(s.now().Add(-keepActivity))); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM activity WHERE at < (SELECT at FROM activity ORDER BY at DESC LIMIT 1 OFFSET ?)", mostActivity)
		return err
	})
}

// Activity walks the record from a time on.
func (s *Store) Activity(ctx context.Context, from time.Time, fn func(lookout.Activity) error) error {
	return s.each(ctx, "SELECT at, folder, user, program, verb, files, paths FROM activity WHERE at >= ? ORDER BY at", []any{nano(from)},
		func(rows *sql.Rows) error {
			var a lookout.Activity
			var at int64
			var paths string
			if err := rows.Scan(&at, &a.Folder, &a.User, &a.Program, &a.Verb, &a.Files, &paths); err != nil {
				return err
			}
			a.At = unix(at)
			if err := json.Unmarshal([]byte(paths), &a.Paths); err != nil {
				return err
			}
			return fn(a)
		})
}

// SaveHabits keeps what was learned. What a person said of a habit stays.
func (s *Store) SaveHabits(ctx context.Context, h lookout.Habits) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := putState(ctx, tx, "since", h.Since); err != nil {
			return err
		}
		for _, x := range h.List {
			body, err := json.Marshal(x)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO habit (folder, user, program, body, said, said_by, said_at) VALUES (?,?,?,?,'','',0)
				ON CONFLICT DO UPDATE SET body = excluded.body`, x.Folder, x.User, x.Program, string(body))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Habits gives what was learned, and since when.
func (s *Store) Habits(ctx context.Context) (since time.Time, list []rules.Habit, err error) {
	if _, err := s.State(ctx, "since", &since); err != nil {
		return since, nil, err
	}
	err = s.each(ctx, "SELECT body, said, said_by, said_at FROM habit ORDER BY folder, user, program", nil, func(rows *sql.Rows) error {
		var body string
		var said, by string
		var on int64
		if err := rows.Scan(&body, &said, &by, &on); err != nil {
			return err
		}
		var h rules.Habit
		if err := json.Unmarshal([]byte(body), &h); err != nil {
			return err
		}
		h.Said, h.By, h.On = rules.Answer(said), by, unix(on)
		list = append(list, h)
		return nil
	})
	return since, list, err
}

// AnswerHabits notes what a person said of what one user does with one program, in all
// folders. It gives how many habits that are.
func (s *Store) AnswerHabits(ctx context.Context, user, program string, a rules.Answer, by string) (n int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "UPDATE habit SET said = ?, said_by = ?, said_at = ? WHERE user = ? AND program = ?", string(a), by, nano(s.now()), user, program)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := turn(ctx, tx); err != nil {
			return err
		}
		_, err = s.record(ctx, tx, "watch.answered", map[string]any{"user": user, "program": program, "answer": a, "by": by})
		return err
	})
	return n, err
}

// SaveState keeps a single value, which is encoded as JSON.
func (s *Store) SaveState(ctx context.Context, key string, value any) error {
	return s.write(ctx, func(tx *sql.Tx) error { return putState(ctx, tx, key, value) })
}

func putState(ctx context.Context, tx *sql.Tx, key string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO watch_state (key, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body", key, string(raw))
	return err
}

// State reads a single value.
func (s *Store) State(ctx context.Context, key string, value any) (there bool, err error) {
	var raw string
	err = s.db.QueryRowContext(ctx, "SELECT body FROM watch_state WHERE key = ?", key).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(raw), value)
	}
	return true, s.fail(err)
}

// Pause notes until when, and why, much will happen that needs no alert.
func (s *Store) Pause(ctx context.Context, p lookout.Pause) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := errors.Join(putState(ctx, tx, "pause", p), turn(ctx, tx)); err != nil {
			return err
		}
		_, err := s.record(ctx, tx, "watch.paused", map[string]any{"until": p.Until.UTC(), "why": p.Why, "by": p.By})
		return err
	})
}

// turn counts the changes of what a running watch must know: see [Store.Turn].
func turn(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO watch_state (key, body) VALUES ('turn', '1') ON CONFLICT DO UPDATE SET body = CAST(CAST(body AS INTEGER) + 1 AS TEXT)")
	return err
}

// Turn is a number that changes whenever something does that a running watch must know:
// an answer, a pause, a decoy. Who asks every few seconds for months costs little: where
// the files of the database are as they were twice before, nobody has written into it.
func (s *Store) Turn(ctx context.Context) (n int64, err error) {
	t := &s.turn
	t.mu.Lock()
	defer t.mu.Unlock()
	stamp := s.stamp()
	if t.same = t.same + 1; stamp != t.stamp {
		t.same = 0
	}
	if t.same >= 2 && t.same%turnAnyway != 0 {
		return t.n, nil
	}
	t.stamp = stamp
	if _, err = s.State(ctx, "turn", &n); err != nil {
		t.stamp = ""
		return 0, err
	}
	t.n = n
	return n, nil
}

// turnAnyway is every how many times the database is asked whatever its files look like.
const turnAnyway = 30

// asked is what was answered last, and how the files looked then.
type asked struct {
	mu    sync.Mutex
	stamp string
	same  int // how often they looked like that again
	n     int64
}

// stamp is how the files of the database look from outside.
func (s *Store) stamp() string {
	var b strings.Builder
	for _, name := range []string{s.path, s.path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			fmt.Fprintf(&b, "%d %d/", info.ModTime().UnixNano(), info.Size())
		}
	}
	return b.String()
}

// DecoyPaths lists the decoys.
func (s *Store) DecoyPaths(ctx context.Context) (list []string, err error) {
	err = s.each(ctx, "SELECT path FROM decoy ORDER BY path", nil, func(rows *sql.Rows) error {
		var path string
		err := rows.Scan(&path)
		list = append(list, path)
		return err
	})
	return list, err
}
