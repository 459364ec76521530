package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// touch makes a file that is not there with permissions of our own before SQLite would make it with the umask's. One
// that is there is left alone: to open and close it would drop the locks that this process has on it (POSIX), and
// without them another process takes itself for the last one that has it open and clears away what is not written back.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// errForeign says that the file is no database of custode's.
var errForeign = errors.New("store: not a database of custode")

// ours refuses a file that is another program's before it is opened to be used: that alone would turn it into WAL mode.
// SQLite itself looks, without writing or locking, as it alone knows how to close a file that is open elsewhere in this
// process. An empty file, or one of a single page that bears no id yet, is a database that was being made. A file that
// looks damaged is not refused here: another process may be writing back just now, page after page, and whether it is
// damaged is seen when it is opened, behind the locks. Any other error than errForeign is of opening or reading the file.
func ours(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		return err
	}
	db, err := sql.Open("sqlite3", address(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return err
	}
	var id, pages int64
	err = db.QueryRowContext(ctx, "SELECT application_id, page_count FROM pragma_application_id, pragma_page_count").Scan(&id, &pages)
	err = errors.Join(err, db.Close())
	if se, ok := errors.AsType[sqlite3.Error](err); ok {
		switch se.Code {
		case sqlite3.ErrNotADB:
			return errForeign
		case sqlite3.ErrCorrupt:
			return nil
		}
	}
	if err == nil && id != applicationID && (id != 0 || pages > 1) {
		return errForeign
	}
	return err
}

// address is how SQLite is told which file it opens, and how.
func address(path string, how url.Values) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: how.Encode()}
	return u.String()
}
