package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"time"

	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
)

// Edition is a number that is another one after each change of what [Store.Findings], [Store.SealedFindings] and
// [Store.PeopleKnown] walk.
func (s *Store) Edition(ctx context.Context) (n int64, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT n FROM edition").Scan(&n)
	return n, s.fail(err)
}

// Findings walks the files at and below root in which personal data was found that is readable: only where
// they lie, what was found, and what tells how old it is.
func (s *Store) Findings(ctx context.Context, root string, fn func(scan.File) error) error {
	where, args := under(root)
	return s.each(ctx, "SELECT dir, name, mtime, newest, findings FROM file WHERE findings IS NOT NULL AND "+where, args, func(rows *sql.Rows) error {
		var dir, name, findings string
		var f scan.File
		err := rows.Scan(&dir, &name, &f.Stamp.MTimeNS, &f.Newest, &findings)
		if err == nil {
			f.Findings, err = parseFindings(findings)
		}
		if err != nil {
			return err
		}
		f.Path = filepath.Join(dir, name)
		return fn(f)
	})
}

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

// PeopleKnown walks what is known of the people in the files at and below root in which something was found:
// readable ones by their last scan, sealed ones by the catalogue. met is nil where they were only counted.
func (s *Store) PeopleKnown(ctx context.Context, root string, fn func(path string, n int64, met *people.Sketch) error) error {
	where, args := under(root)
	for _, table := range []string{"file", "sealed"} {
		err := s.each(ctx, "SELECT dir, name, people, sketch FROM "+table+" WHERE findings IS NOT NULL AND "+where, args, func(rows *sql.Rows) error {
			var dir, name string
			var n int64
			var raw []byte
			if err := rows.Scan(&dir, &name, &n, &raw); err != nil {
				return err
			}
			var met *people.Sketch
			if raw != nil {
				met = people.New()
				if err := met.UnmarshalBinary(raw); err != nil {
					return err
				}
			}
			return fn(filepath.Join(dir, name), n, met)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
