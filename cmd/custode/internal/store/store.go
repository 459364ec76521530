// Package store keeps custode's state in one SQLite file, custode.db, in the
// home. State and journal change in one transaction; a write is one short
// BEGIN IMMEDIATE, so that several custodes live beside each other.
//
// The schema is made by the numbered files under migration/, forward only:
// before a file is migrated it is copied, and one from a newer custode is
// refused. To change the schema add a file, never edit one, and renew the golden
// schema with `go test ./cmd/custode/internal/store -update`.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"custode/internal/fault"
)

//go:embed migration/*.sql
var migrations embed.FS

// The databases within the home.
const (
	name      = "custode.db"
	drillName = "drill.db"
)

// applicationID marks the file as custode's: "cust".
const applicationID = 0x63757374

// Store is an open database. It is safe for use by several goroutines.
type Store struct {
	db   *sql.DB
	path string
	now  func() time.Time
	turn asked // see Turn
}

// Open opens the database of a home, making or migrating it as needed. The
// home's folder must exist. Errors are faults: a newer or damaged database, no
// permission, a full disk. A process may open a home several times.
func Open(ctx context.Context, home string, now func() time.Time) (*Store, error) {
	return openFile(ctx, filepath.Join(home, name), now)
}

// OpenDrill opens the database of a home's exercises: of the same shape, with a journal
// of its own, so that no exercise is ever taken for what happened.
func OpenDrill(ctx context.Context, home string, now func() time.Time) (*Store, error) {
	return openFile(ctx, filepath.Join(home, drillName), now)
}

// Drilled reports whether a home has a database of exercises.
func Drilled(home string) bool {
	_, err := os.Stat(filepath.Join(home, drillName))
	return err == nil
}

func openFile(ctx context.Context, path string, now func() time.Time) (*Store, error) {
	if err := touch(path); err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.store.open", path, err)
	}
	s := &Store{path: path, now: now}
	if err := ours(ctx, path); err != nil {
		return nil, s.unlike(err)
	}
	q := url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {"10000"},
		"_foreign_keys": {"on"}, "_txlock": {"immediate"}, "_secure_delete": {"on"},
	}
	db, err := sql.Open("sqlite3", address(path, q))
	if err != nil {
		return nil, fault.On(fault.Bug, "fault.store.open", path, err)
	}
	s.db = db
	err = s.migrate(ctx)
	for range busyTries { // SQLite does not wait when two turn one new file into WAL mode
		if !busy(err) {
			break
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
		}
		err = s.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(s.fail(err), db.Close())
	}
	return s, nil
}

// How often, and with what pause between, a new file is tried that others are making too.
const (
	busyTries = 100
	busyPause = 20 * time.Millisecond
)

func busy(err error) bool {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Code == fault.Busy {
		return true
	}
	se, ok := errors.AsType[sqlite3.Error](err)
	return ok && (se.Code == sqlite3.ErrBusy || se.Code == sqlite3.ErrLocked)
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// refused wraps what a transaction's function gives back to the caller as it is: it is not the
// database's. The transaction changes nothing then.
type refused struct{ error }

// unlike turns an error of [ours] into a fault.
func (s *Store) unlike(err error) error {
	if errors.Is(err, errForeign) {
		return fault.On(fault.Data, "fault.store.damaged", s.path, err)
	}
	return s.fail(err)
}

// fail turns an error of SQLite into a fault with a code and a sentence.
func (s *Store) fail(err error) error {
	if r, ok := errors.AsType[refused](err); ok {
		return r.error
	}
	var f *fault.Error
	if err == nil || errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.store.use", s.path, err)
	}
	if cause := fault.Cause(se.SystemErrno); se.SystemErrno != 0 && cause == "full" {
		return fault.On(fault.IO, "fault.store.full", s.path, err)
	}
	switch se.Code {
	case sqlite3.ErrFull:
		return fault.On(fault.IO, "fault.store.full", s.path, err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fault.On(fault.Busy, "fault.store.busy", s.path, err)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return fault.On(fault.Data, "fault.store.damaged", s.path, err)
	case sqlite3.ErrPerm, sqlite3.ErrReadonly, sqlite3.ErrAuth, sqlite3.ErrCantOpen:
		return fault.On(fault.NoPerm, "fault.store.open", s.path, fs.ErrPermission)
	}
	return fault.On(fault.IO, "fault.store.use", s.path, err)
}

// write runs fn in one transaction that takes the write lock at its beginning.
func (s *Store) write(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return s.fail(err)
	}
	defer tx.Rollback() // after a commit there is nothing to roll back
	if err := fn(tx); err != nil {
		return s.fail(err)
	}
	return s.fail(tx.Commit())
}

// querier is the database, or a transaction on it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// each runs fn for every row of a query.
func (s *Store) each(ctx context.Context, query string, args []any, fn func(*sql.Rows) error) error {
	return s.fail(each(ctx, s.db, query, args, fn))
}

func each(ctx context.Context, q querier, query string, args []any, fn func(*sql.Rows) error) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func unix(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

func nano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// errNewer says that the file was made by a newer custode.
var errNewer = fmt.Errorf("store: made by a newer custode")
