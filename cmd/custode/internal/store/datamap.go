package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"time"

	"custode/scan/detect"
)

// SealedFindings walks what the catalogue knows of the content of the sealed files at and
// below root: what was found in them before they were sealed, and when they were changed
// last. original is the path that a file had; kept says that it still lies there.
func (s *Store) SealedFindings(ctx context.Context, root string, fn func(path, original string, found []detect.Finding, changed time.Time) error) error {
	where, args := under(root)
	query := "SELECT dir, name, original, mtime, findings FROM sealed WHERE findings IS NOT NULL AND " + where + " ORDER BY dir, name"
	return s.each(ctx, query, args, func(rows *sql.Rows) error {
		var dir, name, original, findings string
		var mtime int64
		if err := rows.Scan(&dir, &name, &original, &mtime, &findings); err != nil {
			return err
		}
		list, err := parseFindings(findings)
		if err != nil {
			return err
		}
		return fn(filepath.Join(dir, name), filepath.Join(dir, original), list, unix(mtime))
	})
}
