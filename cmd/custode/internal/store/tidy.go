package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"io/fs"
	"time"

	"custode/encrypt/undo"
	"custode/training/staff"
)

type keptBody struct {
	Undo   int64  `json:"undo"`
	Path   string `json:"path"`
	Until  string `json:"until"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the copy
}

// SaveUndo remembers the copy of a file that is about to be changed, and gives its
// number. A copy of the same content of the same file is forgotten by that.
func (s *Store) SaveUndo(ctx context.Context, k undo.Kept) (id int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM undo WHERE path = ? AND before = ?", k.Path, k.Before[:]); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `INSERT INTO undo (path, what, made, until, size, before, after, copy, digest, sealed, mode, mtime, entry)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			k.Path, k.What, nano(k.Made), k.Until, k.Size, k.Before[:], k.After[:], k.Copy, k.Digest[:], k.Sealed, k.Mode, nano(k.MTime), k.Entry).Scan(&id)
		if err == nil {
			_, err = s.record(ctx, tx, "undo.kept", keptBody{id, k.Path, k.Until, k.Size, hex.EncodeToString(k.Digest[:])})
		}
		return err
	})
	return id, err
}

// DropUndo forgets the copy of a file that was not changed after all.
func (s *Store) DropUndo(ctx context.Context, id int64) error {
	return s.endUndo(ctx, "undo.dropped", id, map[string]any{"undo": id}, "")
}

// UndoDone forgets a copy whose file is back, at path.
func (s *Store) UndoDone(ctx context.Context, id int64, path string) error {
	return s.endUndo(ctx, "undo.done", id, map[string]any{"undo": id, "path": path}, path)
}

func (s *Store) endUndo(ctx context.Context, kind string, id int64, body map[string]any, path string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM undo WHERE id = ?", id)
		if err == nil && path != "" {
			err = forgetFile(ctx, tx, path)
		}
		if err == nil {
			_, err = s.record(ctx, tx, kind, body)
		}
		return err
	})
}

func forgetFile(ctx context.Context, tx *sql.Tx, path string) error {
	dir, name := split(path)
	_, err := tx.ExecContext(ctx, "DELETE FROM file WHERE dir = ? AND name = ?", dir, name)
	return err
}

// Tidied notes what was done to a file, and forgets what the last scan found in it. A
// whole file goes out of the catalogue of sealed files too.
func (s *Store) Tidied(ctx context.Context, d undo.Done) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := forgetFile(ctx, tx, d.Path); err != nil {
			return err
		}
		kind, body := "files.deleted", map[string]any{"path": d.Path, "undo": d.ID}
		if d.Of > 0 {
			kind = "rows.deleted"
			if d.What == undo.Coarsen {
				kind = "dates.coarsened"
			}
			body["rows"], body["of"] = d.Rows, d.Of
		} else {
			dir, name := split(d.Path)
			if _, err := tx.ExecContext(ctx, "DELETE FROM sealed WHERE dir = ? AND name = ?", dir, name); err != nil {
				return err
			}
		}
		_, err := s.record(ctx, tx, kind, body)
		return err
	})
}

const undoColumns = "SELECT id, path, what, made, until, size, before, after, copy, digest, sealed, mode, mtime, entry FROM undo "

func kept(rows *sql.Rows) (k undo.Kept, err error) {
	var made, mtime int64
	var before, after, digest []byte
	err = rows.Scan(&k.ID, &k.Path, &k.What, &made, &k.Until, &k.Size, &before, &after, &k.Copy, &digest, &k.Sealed, &k.Mode, &mtime, &k.Entry)
	k.Made, k.MTime = unix(made), unix(mtime)
	copy(k.Before[:], before)
	copy(k.After[:], after)
	copy(k.Digest[:], digest)
	return k, err
}

// Undos lists the copies, the oldest first.
func (s *Store) Undos(ctx context.Context) (list []undo.Kept, err error) {
	err = s.each(ctx, undoColumns+"ORDER BY id", nil, func(rows *sql.Rows) error {
		k, err := kept(rows)
		list = append(list, k)
		return err
	})
	return list, err
}

// Undo gives one copy; fs.ErrNotExist where there is none of this number.
func (s *Store) Undo(ctx context.Context, id int64) (k undo.Kept, err error) {
	err = s.each(ctx, undoColumns+"WHERE id = ?", []any{id}, func(rows *sql.Rows) error {
		k, err = kept(rows)
		return err
	})
	if err == nil && k.ID == 0 {
		err = fs.ErrNotExist
	}
	return k, err
}

// ForgetUndo forgets the copies whose last day is over, and gives their names, and the
// day as of which they are: that of a clock which jumped is not believed at once.
func (s *Store) ForgetUndo(ctx context.Context, now time.Time) (names []string, day string, err error) {
	err = s.write(ctx, func(tx *sql.Tx) (err error) {
		asOf, err := looked(ctx, tx, staff.Day(now))
		if err != nil {
			return err
		}
		day = staff.Day(asOf)
		rows, err := tx.QueryContext(ctx, "DELETE FROM undo WHERE until < ? RETURNING copy", day)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			names = append(names, name)
		}
		if err := rows.Err(); err != nil || len(names) == 0 {
			return err
		}
		_, err = s.record(ctx, tx, "undo.expired", map[string]any{"copies": len(names)})
		return err
	})
	return names, day, err
}
