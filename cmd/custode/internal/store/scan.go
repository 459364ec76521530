package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/internal/journal"
	"custode/scan"
	"custode/scan/people"
)

// BeginScan notes that a scan has begun, and in the journal too. A scan that
// was killed earlier is noted as interrupted: this one goes on where it stopped,
// since what it had read is known.
func (s *Store) BeginScan(ctx context.Context, roots []string, whole bool) (id int64, err error) {
	list, err := json.Marshal(roots)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		var open sql.NullInt64
		if err := tx.QueryRowContext(ctx, "SELECT max(id) FROM scan WHERE ended_at IS NULL AND totals IS NULL").Scan(&open); err != nil {
			return err
		}
		if open.Valid {
			if _, err := tx.ExecContext(ctx, "UPDATE scan SET totals = 'null' WHERE ended_at IS NULL"); err != nil {
				return err
			}
			if _, err := s.record(ctx, tx, "scan.interrupted", map[string]any{"scan": open.Int64}); err != nil {
				return err
			}
		}
		res, err := tx.ExecContext(ctx, "INSERT INTO scan (started_at, roots, whole) VALUES (?, ?, ?)", nano(s.now()), string(list), whole)
		if err != nil {
			return err
		}
		if id, err = res.LastInsertId(); err != nil {
			return err
		}
		_, err = s.record(ctx, tx, "scan.started", map[string]any{"scan": id, "folders": roots})
		return err
	})
	return id, err
}

// FinishScan notes the end of a scan: files below its roots that it did not
// meet are forgotten, except those in a folder that could not be read, where
// what is known stays the best that is known, and those in a settled folder, of
// which there is nothing new.
func (s *Store) FinishScan(ctx context.Context, id int64, roots []string, totals scan.Totals, settled func(dir string) bool) (h journal.Head, err error) {
	raw, err := json.Marshal(totals)
	if err != nil {
		return h, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := keepUnreadable(ctx, tx, id); err != nil {
			return err
		}
		for _, root := range roots {
			if err := s.forget(ctx, tx, id, root, settled); err != nil {
				return err
			}
		}
		if err := s.trimLost(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE scan SET ended_at = ?, totals = ? WHERE id = ?", nano(s.now()), string(raw), id); err != nil {
			return err
		}
		h, err = s.record(ctx, tx, "scan.finished", struct {
			Scan int64 `json:"scan"`
			scan.Totals
		}{id, totals})
		return err
	})
	return h, err
}

// forget counts those files as lost at or below a root that a scan did not meet.
func (s *Store) forget(ctx context.Context, tx *sql.Tx, id int64, root string, settled func(string) bool) error {
	dir, name := split(root)
	if err := s.lose(ctx, tx, "dir = ? AND name = ? AND scan <> ?", dir, name, id); err != nil {
		return err
	}
	prefix, end := below(root)
	for at := root; ; { // folder by folder: each is found by the index
		if settled == nil || !settled(at) {
			if err := s.lose(ctx, tx, "dir = ? AND scan <> ?", at, id); err != nil {
				return err
			}
		}
		err := tx.QueryRowContext(ctx, "SELECT dir FROM file WHERE dir > ? AND dir >= ? AND dir < ? ORDER BY dir LIMIT 1", at, prefix, end).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// keepUnreadable marks as met what lies below the folders that this scan failed to
// read. It goes through them some at a time: there may be very many.
func keepUnreadable(ctx context.Context, tx *sql.Tx, id int64) error {
	const some = 1000
	dir, name := "", ""
	for {
		var failed []string
		err := each(ctx, tx, "SELECT dir, name FROM file WHERE scan = ? AND state = ? AND (dir, name) > (?, ?) ORDER BY dir, name LIMIT ?",
			[]any{id, scan.Failed, dir, name, some}, func(rows *sql.Rows) error {
				err := rows.Scan(&dir, &name)
				failed = append(failed, filepath.Join(dir, name))
				return err
			})
		if err != nil {
			return err
		}
		for _, path := range failed {
			where, args := under(path)
			if _, err := tx.ExecContext(ctx, "UPDATE file SET scan = ? WHERE "+where, append([]any{id}, args...)...); err != nil { //nolint:gosec // where is a constant with question marks
				return err
			}
		}
		if len(failed) < some {
			return nil
		}
	}
}

// under gives the condition for the file at path, or all files below it.
func under(path string) (string, []any) {
	prefix, end := below(path)
	dir, name := split(path)
	return "(dir = ? OR (dir >= ? AND dir < ?) OR (dir = ? AND name = ?))", []any{path, prefix, end, dir, name}
}

// below gives the bounds of the folders below a folder.
func below(path string) (from, to string) {
	sep := string(filepath.Separator)
	from = strings.TrimSuffix(path, sep) + sep
	return from, from[:len(from)-1] + string(filepath.Separator+1)
}

func split(path string) (dir, name string) { return filepath.Dir(path), filepath.Base(path) }

// SaveFiles keeps what a scan found out about a batch of files.
func (s *Store) SaveFiles(ctx context.Context, id int64, files []scan.File) error {
	return s.write(ctx, func(tx *sql.Tx) (err error) {
		seen, err := tx.PrepareContext(ctx, "UPDATE file SET scan = ? WHERE dir = ? AND name = ?")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, seen.Close()) }()
		put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO file
			(dir, name, scan, size, mtime, ctime, inode, dev, mode, uid, state, reason, rule, format,
			 risk, risk_reason, people, findings, sketch, read_at, rules, unread, pictures, newest, digest, likeness)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, put.Close()) }()
		failed, err := tx.PrepareContext(ctx, "UPDATE file SET scan = ?, state = ?, reason = ? WHERE dir = ? AND name = ?")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, failed.Close()) }()
		back, err := tx.PrepareContext(ctx, "DELETE FROM lost WHERE dir = ? AND name = ?")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, back.Close()) }()
		for i := range files {
			f := &files[i]
			dir, name := split(f.Path)
			if f.Gone {
				if err := s.lose(ctx, tx, "dir = ? AND name = ?", dir, name); err != nil {
					return err
				}
				continue
			}
			if f.State == scan.Failed && len(f.Findings) == 0 { // what is known of it stays the best that is known
				res, err := failed.ExecContext(ctx, id, f.State, f.Reason, dir, name)
				if err != nil {
					return err
				}
				if n, err := res.RowsAffected(); n > 0 || err != nil {
					if err != nil {
						return err
					}
					continue
				}
			}
			if f.Reused {
				if _, err := seen.ExecContext(ctx, id, dir, name); err != nil {
					return err
				}
				continue
			}
			args, err := columns(id, f)
			if err != nil {
				return err
			}
			if _, err := put.ExecContext(ctx, args...); err != nil {
				return err
			}
			if _, err := back.ExecContext(ctx, dir, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func columns(id int64, f *scan.File) ([]any, error) {
	dir, name := split(f.Path)
	var findings, sketch any
	if len(f.Findings) > 0 {
		raw, err := json.Marshal(f.Findings)
		if err != nil {
			return nil, err
		}
		findings = string(raw)
	}
	if f.Sketch != nil && f.People > 0 {
		raw, err := f.Sketch.MarshalBinary()
		if err != nil {
			return nil, err
		}
		sketch = raw
	}
	var missed any
	if len(f.Unread) > 0 {
		raw, err := json.Marshal(unread{f.Unread, f.UnreadMore})
		if err != nil {
			return nil, err
		}
		missed = string(raw)
	}
	st := f.Stamp
	return []any{
		dir, name, id, st.Size, st.MTimeNS, st.CTimeNS, int64(st.Inode), int64(st.Dev), st.Mode, st.UID, //nolint:gosec // bits only
		f.State, f.Reason, f.Rule, f.Format, f.Risk, f.RiskReason, f.People, findings, sketch, nano(f.ReadAt), f.Rules, missed, f.Pictures, f.Newest, f.Digest,
		int64(f.Likeness), //nolint:gosec // bits only
	}, nil
}

// unread is what is kept of the pieces of a file that were not examined.
type unread struct {
	Pieces []scan.Piece `json:"pieces"`
	More   int64        `json:"more,omitempty"`
}

const fileColumns = `SELECT dir, name, size, mtime, ctime, inode, dev, mode, uid, state, reason, rule, format,
	risk, risk_reason, people, findings, sketch, read_at, rules, unread, pictures, newest, digest, likeness FROM file `

func file(rows *sql.Rows) (f scan.File, err error) {
	var dir, name string
	var inode, dev, readAt, likeness int64
	var findings, missed sql.NullString
	var sketch []byte
	st := &f.Stamp
	err = rows.Scan(&dir, &name, &st.Size, &st.MTimeNS, &st.CTimeNS, &inode, &dev, &st.Mode, &st.UID,
		&f.State, &f.Reason, &f.Rule, &f.Format, &f.Risk, &f.RiskReason, &f.People, &findings, &sketch, &readAt, &f.Rules, &missed, &f.Pictures, &f.Newest, &f.Digest,
		&likeness)
	if err != nil {
		return f, err
	}
	f.Path, f.ReadAt = filepath.Join(dir, name), unix(readAt)
	st.Inode, st.Dev, f.Likeness = uint64(inode), uint64(dev), uint64(likeness) //nolint:gosec // bits only
	if findings.Valid {
		if f.Findings, err = parseFindings(findings.String); err != nil {
			return f, err
		}
	}
	if missed.Valid {
		var u unread
		if err := json.Unmarshal([]byte(missed.String), &u); err != nil {
			return f, err
		}
		f.Unread, f.UnreadMore = u.Pieces, u.More
	}
	if sketch != nil {
		f.Sketch = people.New()
		err = f.Sketch.UnmarshalBinary(sketch)
	}
	return f, err
}

// Known gives what is known of the files of one folder, by name: of all, or of
// those that are named.
func (s *Store) Known(ctx context.Context, dir string, names []string) (map[string]scan.File, error) {
	out := map[string]scan.File{}
	take := func(rows *sql.Rows) error {
		f, err := file(rows)
		out[filepath.Base(f.Path)] = f
		return err
	}
	if names == nil {
		return out, s.each(ctx, fileColumns+"WHERE dir = ?", []any{dir}, take)
	}
	for few := range slices.Chunk(names, 100) {
		args := []any{dir}
		for _, n := range few {
			args = append(args, n)
		}
		query := fileColumns + "WHERE dir = ? AND name IN (?" + strings.Repeat(",?", len(few)-1) + ")"
		if err := s.each(ctx, query, args, take); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Files walks what is known of the files at or below root.
func (s *Store) Files(ctx context.Context, root string, fn func(scan.File) error) error {
	where, args := under(root)
	return s.each(ctx, fileColumns+"WHERE "+where, args, func(rows *sql.Rows) error {
		f, err := file(rows)
		if err != nil {
			return err
		}
		return fn(f)
	})
}

// ForgetFiles drops what is known of files that are not there any more.
func (s *Store) ForgetFiles(ctx context.Context, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, path := range paths {
			dir, name := split(path)
			if _, err := tx.ExecContext(ctx, "DELETE FROM file WHERE dir = ? AND name = ?", dir, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// Marked walks the files at and below root in which personal data was found that is
// readable: only what tells how they are dealt with. fn may write to the store.
func (s *Store) Marked(ctx context.Context, root string, fn func(scan.File) error) error {
	var few []scan.File
	const query = "SELECT dir, name, size, mtime, inode, state, format, risk, risk_reason, people FROM file"
	return s.pages(ctx, root, page{query, " AND findings IS NOT NULL AND risk NOT IN ('', 'none')", func(rows *sql.Rows) (dir, name string, err error) {
		var f scan.File
		var inode int64
		err = rows.Scan(&dir, &name, &f.Stamp.Size, &f.Stamp.MTimeNS, &inode, &f.State, &f.Format, &f.Risk, &f.RiskReason, &f.People)
		f.Stamp.Inode = uint64(inode) //nolint:gosec // bits only
		f.Path = filepath.Join(dir, name)
		few = append(few, f)
		return dir, name, err
	}, func() error {
		for _, f := range few {
			if err := fn(f); err != nil {
				return err
			}
		}
		few = few[:0]
		return nil
	}})
}

// LastWholeScan tells when the last scan of all data folders came to its end,
// and which folders those were; nil if there was none.
func (s *Store) LastWholeScan(ctx context.Context) (ended time.Time, roots []string, err error) {
	var at int64
	var list string
	err = s.db.QueryRowContext(ctx, "SELECT ended_at, roots FROM scan WHERE whole AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1").Scan(&at, &list)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(list), &roots)
	}
	return unix(at), roots, s.fail(err)
}

// Begun is when the first run was, as the journal has it; zero: it holds none, since an
// earlier journal was lost or removed.
func (s *Store) Begun(ctx context.Context) (at time.Time, err error) {
	var text string
	err = s.db.QueryRowContext(ctx, "SELECT at FROM journal WHERE kind = 'home.made' ORDER BY seq LIMIT 1").Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return at, nil
	}
	if err == nil {
		at, err = time.Parse(time.RFC3339Nano, text)
	}
	return at, s.fail(err)
}
