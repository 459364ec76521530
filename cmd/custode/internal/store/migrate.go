package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"custode/internal/fault"
)

// migrate brings the file to the newest schema, one numbered step after the
// other in one transaction, after copying a file that already held something.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := fs.Glob(migrations, "migration/*.sql") // sorted, and so numbered
	if err != nil {
		return err
	}
	have, err := s.version(ctx, s.db)
	if err != nil {
		return err
	}
	switch {
	case have > len(steps):
		return fault.On(fault.Config, "fault.store.newer", s.path, errNewer)
	case have == len(steps):
		return nil
	case have > 0:
		if err := s.copyBefore(ctx, have); err != nil {
			return err
		}
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		have, err := s.version(ctx, tx) // another custode may have been faster
		if err != nil {
			return err
		}
		for n := have; n < len(steps); n++ {
			step, err := migrations.ReadFile(steps[n])
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(step)); err != nil {
				return fmt.Errorf("%s: %w", steps[n], err)
			}
		}
		_, err = tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(max(have, len(steps))))
		return err
	})
}

// version reads how many steps the file has behind it, and refuses a file that
// is another program's.
func (s *Store) version(ctx context.Context, q querier) (int, error) {
	var version, tables, id int
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, err
	}
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, err
	}
	if tables > 0 && id != applicationID {
		return 0, fault.On(fault.Data, "fault.store.damaged", s.path, fmt.Errorf("store: application id %x", id))
	}
	return version, nil
}

// copyBefore keeps the file as it was: custode.db.before-N, written whole by
// SQLite itself and never over an older copy.
func (s *Store) copyBefore(ctx context.Context, version int) error {
	to := s.path + ".before-" + strconv.Itoa(version+1)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	tmp := to + "." + strconv.Itoa(os.Getpid())
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "VACUUM INTO ?", tmp); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return errors.Join(os.Chmod(tmp, 0o600), os.Rename(tmp, to))
}
