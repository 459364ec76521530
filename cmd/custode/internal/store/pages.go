package store

import (
	"context"
	"database/sql"
)

// page is one way of reading page by page.
type page struct {
	query, and string // SELECT ... FROM table, and a condition with its AND
	take       func(*sql.Rows) (dir, name string, err error)
	flush      func() error // what was taken is a page, or the rest
}

// pages reads the rows of a table at and below root ("" stands for all), in the order of
// paths, some at a time, so that flush may write to the store in between. Each of the
// queries walks along the primary key from where the one before it stopped: with one
// condition for all of root SQLite sorts all of it anew for each page, and a million
// files take hours.
func (s *Store) pages(ctx context.Context, root string, p page) error {
	const some = 500
	span := func(where string, args []any, dir, name string) error {
		for {
			n := 0
			err := s.each(ctx, p.query+" WHERE "+where+p.and+" AND (dir, name) > (?, ?) ORDER BY dir, name LIMIT ?",
				append(append([]any(nil), args...), dir, name, some), func(rows *sql.Rows) (err error) {
					dir, name, err = p.take(rows)
					n++
					return err
				})
			if err != nil {
				return err
			}
			if err := p.flush(); err != nil || n < some {
				return err
			}
		}
	}
	if root == "" {
		return span("1", nil, "", "")
	}
	dir, name := split(root)
	if err := span("dir = ? AND name = ?", []any{dir, name}, "", ""); err != nil {
		return err
	}
	prefix, end := below(root)
	return span("dir < ? AND (dir = ? OR dir >= ?)", []any{end, root, prefix}, root, "")
}
