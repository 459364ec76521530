package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"time"

	"custode/scan"
)

// keptLost is how long what was known of a lost file is kept.
const keptLost = 180 * 24 * time.Hour

// together is how far apart files may be missed that were lost together.
const together = 24 * time.Hour

// lose keeps what is known of the files of a condition that a scan did not find any more,
// and drops their rows.
func (s *Store) lose(ctx context.Context, tx *sql.Tx, where string, args ...any) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO lost (dir, name, lost_at, sealed, state, reason, people, findings, sketch, read_at) `+ //nolint:gosec // where is a constant with question marks
		`SELECT dir, name, ?, 0, state, reason, people, findings, sketch, read_at FROM file
		WHERE `+where+` AND (findings IS NOT NULL OR state NOT IN (?, ?) OR reason = ?)`,
		append(append([]any{nano(s.now())}, args...), scan.Examined, scan.Sealed, scan.Partly)...)
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM file WHERE "+where, args...) //nolint:gosec // where is a constant with question marks
	}
	return err
}

// loseSealed does the same for a sealed file that is missing.
func (s *Store) loseSealed(ctx context.Context, tx *sql.Tx, dir, name string) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO lost (dir, name, lost_at, sealed, state, reason, people, findings, sketch, read_at)
		SELECT dir, name, ?, 1, ?, '', people, findings, sketch, 0 FROM sealed WHERE dir = ? AND name = ?`, nano(s.now()), scan.Sealed, dir, name)
	return err
}

// trimLost drops what has been kept for long enough.
func (s *Store) trimLost(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM lost WHERE lost_at < ?", nano(s.now().Add(-keptLost)))
	return err
}

// LostFiles walks what was known of the files at and below root that were lost last:
// those that were missed within a day of the last of them. What was deleted long before
// a device was lost was not on it any more.
func (s *Store) LostFiles(ctx context.Context, root string, fn func(scan.File) error) error {
	where, args := under(root)
	query := `SELECT dir, name, state, reason, people, findings, read_at FROM lost WHERE ` + where +
		` AND lost_at >= (SELECT max(lost_at) FROM lost WHERE ` + where + `) - ?`
	return s.each(ctx, query, append(slices.Concat(args, args), int64(together)), func(rows *sql.Rows) error {
		var f scan.File
		var dir, name string
		var found sql.NullString
		var read int64
		if err := rows.Scan(&dir, &name, &f.State, &f.Reason, &f.People, &found, &read); err != nil {
			return err
		}
		f.Path, f.Gone, f.ReadAt = filepath.Join(dir, name), true, unix(read)
		if found.Valid {
			var err error
			if f.Findings, err = parseFindings(found.String); err != nil {
				return err
			}
		}
		return fn(f)
	})
}
