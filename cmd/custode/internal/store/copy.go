package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"custode/internal/fault"
)

// CopyTo writes a whole and consistent copy of the database to a new file, while
// others may be writing to it: SQLite does it itself.
func (s *Store) CopyTo(ctx context.Context, to string) error {
	if _, err := s.db.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return errors.Join(s.fail(err), os.RemoveAll(to))
	}
	return os.Chmod(to, 0o600)
}

// CheckCopy reports whether the database of a home is one that this custode can
// take up, without changing it. No database is none that is wrong.
func CheckCopy(ctx context.Context, home string) error {
	path := filepath.Join(home, name)
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	s := &Store{path: path}
	if err := ours(ctx, path); err != nil {
		return s.unlike(err)
	}
	db, err := sql.Open("sqlite3", address(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return fault.On(fault.Bug, "fault.store.open", path, err)
	}
	s.db = db
	err = s.sound(ctx)
	return errors.Join(s.fail(err), db.Close())
}

// sound reads all of the database.
func (s *Store) sound(ctx context.Context) error {
	version, err := s.version(ctx, s.db)
	if err != nil {
		return err
	}
	if steps, err := migrations.ReadDir("migration"); err != nil || version > len(steps) {
		return errors.Join(err, fault.On(fault.Config, "fault.store.newer", s.path, errNewer))
	}
	var says string
	if err := s.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&says); err != nil {
		return err
	}
	if says != "ok" {
		return fault.On(fault.Data, "fault.store.damaged", s.path, nil)
	}
	return nil
}
