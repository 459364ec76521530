package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"

	"custode/scan"
)

// SaveDigests keeps the digests of files, unless another result was kept of one
// since.
func (s *Store) SaveDigests(ctx context.Context, files []scan.File) error {
	if len(files) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, f := range files {
			dir, name := split(f.Path)
			_, err := tx.ExecContext(ctx, "UPDATE file SET digest = ? WHERE dir = ? AND name = ? AND size = ? AND mtime = ? AND ctime = ?",
				f.Digest, dir, name, f.Stamp.Size, f.Stamp.MTimeNS, f.Stamp.CTimeNS)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Elsewhere walks the known files with findings that lie outside some folders:
// what is needed to tell whether they are copies, and no more.
func (s *Store) Elsewhere(ctx context.Context, roots []string, fn func(scan.File) error) error {
	conds, args := []string{"likeness <> 0"}, []any(nil)
	for _, root := range roots {
		where, more := under(root)
		conds, args = append(conds, "NOT "+where), append(args, more...)
	}
	query := "SELECT dir, name, size, mtime, ctime, inode, mode, uid, state, likeness, digest FROM file WHERE " + strings.Join(conds, " AND ")
	return s.each(ctx, query, args, func(rows *sql.Rows) error {
		var f scan.File
		var dir, name string
		var inode, likeness int64
		st := &f.Stamp
		err := rows.Scan(&dir, &name, &st.Size, &st.MTimeNS, &st.CTimeNS, &inode, &st.Mode, &st.UID, &f.State, &likeness, &f.Digest)
		if err == nil {
			f.Path, st.Inode, f.Likeness = filepath.Join(dir, name), uint64(inode), uint64(likeness) //nolint:gosec // bits only
			err = fn(f)
		}
		return err
	})
}

// Twins walks known files of which a scan found others with the same content, of so
// many files at most.
func (s *Store) Twins(ctx context.Context, most int, fn func(scan.File) error) error {
	const query = `SELECT dir, name, size, mtime, digest FROM file WHERE digest IN
		(SELECT digest FROM file WHERE length(digest) > 0 GROUP BY digest HAVING count(*) > 1) LIMIT ?`
	return s.each(ctx, query, []any{most}, func(rows *sql.Rows) error {
		var f scan.File
		var dir, name string
		err := rows.Scan(&dir, &name, &f.Stamp.Size, &f.Stamp.MTimeNS, &f.Digest)
		if err == nil {
			f.Path = filepath.Join(dir, name)
			err = fn(f)
		}
		return err
	})
}
