package store

import (
	"context"
	"database/sql"
	"time"

	"custode/scan/watch/decoy"
)

// Decoys lists the decoys in the order of their paths.
func (s *Store) Decoys(ctx context.Context) (list []decoy.Decoy, err error) {
	err = s.each(ctx, "SELECT path, folder, digest, size, mtime, made_at FROM decoy ORDER BY path", nil, func(rows *sql.Rows) error {
		var d decoy.Decoy
		var digest []byte
		var mtime, made int64
		err := rows.Scan(&d.Path, &d.Folder, &digest, &d.Size, &mtime, &made)
		copy(d.Digest[:], digest)
		d.MTime, d.MadeAt = time.Unix(0, mtime), unix(made)
		list = append(list, d)
		return err
	})
	return list, err
}

// SaveDecoys notes decoys before they are written: one of which only the file is there
// would count as customers' data. What a scan knew of a file of that name is forgotten.
func (s *Store) SaveDecoys(ctx context.Context, list []decoy.Decoy) error {
	if len(list) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		folders := map[string]bool{}
		for _, d := range list {
			_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO decoy (path, folder, digest, size, mtime, made_at) VALUES (?,?,?,?,?,?)",
				d.Path, d.Folder, d.Digest[:], d.Size, d.MTime.UnixNano(), nano(d.MadeAt))
			if err != nil {
				return err
			}
			dir, name := split(d.Path)
			if _, err := tx.ExecContext(ctx, "DELETE FROM file WHERE dir = ? AND name = ?", dir, name); err != nil {
				return err
			}
			folders[d.Folder] = true
		}
		if err := turn(ctx, tx); err != nil {
			return err
		}
		_, err := s.record(ctx, tx, "decoys.placed", map[string]any{"files": len(list), "folders": len(folders)})
		return err
	})
}

// DropDecoys forgets decoys that are gone, or are none any more.
func (s *Store) DropDecoys(ctx context.Context, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, path := range paths {
			if _, err := tx.ExecContext(ctx, "DELETE FROM decoy WHERE path = ?", path); err != nil {
				return err
			}
			dir, name := split(path)
			if _, err := tx.ExecContext(ctx, "DELETE FROM file WHERE dir = ? AND name = ?", dir, name); err != nil {
				return err
			}
		}
		if err := turn(ctx, tx); err != nil {
			return err
		}
		_, err := s.record(ctx, tx, "decoys.removed", map[string]any{"files": len(paths)})
		return err
	})
}
