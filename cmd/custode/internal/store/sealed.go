package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"
	"time"

	"custode/encrypt/catalogue"
	"custode/internal/journal"
)

// sealedBody is what the journal keeps of a batch of sealed files: which they are,
// and the SHA-256 by which each can be known again wherever it is found.
type sealedBody struct {
	Sealed     []sealedFile `json:"sealed"`
	Recipients []string     `json:"recipients,omitempty"`
	Auto       bool         `json:"auto,omitempty"` // nobody asked for it: automatic sealing
}

type sealedFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Kept   bool   `json:"kept,omitempty"`
}

// SaveSealed takes sealed files into the catalogue, with what the last scan knew of
// their originals, and into the journal. It is called before an original goes.
func (s *Store) SaveSealed(ctx context.Context, entries []catalogue.Entry) error {
	return s.putSealed(ctx, "files.sealed", entries)
}

// SaveSealedAuto is SaveSealed for what was sealed automatically.
func (s *Store) SaveSealedAuto(ctx context.Context, entries []catalogue.Entry) error {
	return s.putSealed(ctx, filesSealedAuto, entries)
}

// filesSealedAuto stands for files.sealed that nobody asked for.
const filesSealedAuto = "files.sealed/auto"

// Resealed replaces entries by those of the same files under new keys or with new
// content. What the scan knew stays.
func (s *Store) Resealed(ctx context.Context, entries []catalogue.Entry) error {
	return s.putSealed(ctx, "files.resealed", entries)
}

// TakeIn takes sealed files into the catalogue that were found, and opened with a
// key: this is how it is made anew from the files themselves.
func (s *Store) TakeIn(ctx context.Context, entries []catalogue.Entry) error {
	return s.putSealed(ctx, "files.found", entries)
}

func (s *Store) putSealed(ctx context.Context, kind string, entries []catalogue.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) (err error) {
		put, err := tx.PrepareContext(ctx, putSealed)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, put.Close()) }()
		body := sealedBody{Recipients: entries[0].Recipients, Auto: kind == filesSealedAuto}
		if body.Auto {
			kind = "files.sealed"
		}
		for _, e := range entries {
			args, err := sealedArgs(e)
			if err != nil {
				return err
			}
			if _, err := put.ExecContext(ctx, args...); err != nil {
				return err
			}
			dir, name := split(e.Path)
			if _, err := tx.ExecContext(ctx, "DELETE FROM promised WHERE dir = ? AND name = ?", dir, name); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM lost WHERE dir = ? AND name IN (?, ?)", dir, name, e.Original); err != nil {
				return err
			}
			body.Sealed = append(body.Sealed, sealedFile{e.Path, hex.EncodeToString(e.Cipher[:]), e.SealedSize, e.Kept})
		}
		_, err = s.record(ctx, tx, kind, body)
		return err
	})
}

// putSealed takes what is known of the content from the entry, else from what was
// known of the sealed file, else from the scan's row of the original. A file that is
// the same as before keeps the time at which it was sealed, and what was proven.
const putSealed = `
INSERT OR REPLACE INTO sealed
	(dir, name, original, sealed_at, size, sealed_size, cipher, header, plain, recipients, mode, mtime, kept, proven_at, checked_at, files,
	 risk, risk_reason, people, findings, sketch)
SELECT v.dir, v.name, v.original, iif(s.cipher = v.cipher, s.sealed_at, v.sealed_at), v.size, v.sealed_size, v.cipher,
	iif(s.cipher = v.cipher AND v.header = zeroblob(32), s.header, v.header), v.plain, iif(s.cipher = v.cipher, s.recipients, v.recipients), v.mode, v.mtime, v.kept,
	iif(s.cipher = v.cipher, max(s.proven_at, v.proven_at), v.proven_at), iif(s.cipher = v.cipher, max(s.checked_at, v.checked_at), v.checked_at), v.files,
	coalesce(nullif(v.risk, ''), nullif(s.risk, ''), f.risk, ''),
	coalesce(nullif(v.risk_reason, ''), nullif(s.risk_reason, ''), f.risk_reason, ''),
	coalesce(nullif(v.people, 0), nullif(s.people, 0), f.people, 0),
	coalesce(s.findings, f.findings), coalesce(s.sketch, f.sketch)
FROM (SELECT ? AS dir, ? AS name, ? AS original, ? AS sealed_at, ? AS size, ? AS sealed_size, ? AS cipher, ? AS header, ? AS plain, ? AS recipients,
	? AS mode, ? AS mtime, ? AS kept, ? AS proven_at, ? AS checked_at, ? AS files, ? AS risk, ? AS risk_reason, ? AS people) v
LEFT JOIN file f ON f.dir = v.dir AND f.name = v.original
LEFT JOIN sealed s ON s.dir = v.dir AND s.name = v.name`

func sealedArgs(e catalogue.Entry) ([]any, error) {
	dir, name := split(e.Path)
	to, err := json.Marshal(e.Recipients)
	if err != nil {
		return nil, err
	}
	return []any{
		dir, name, e.Original, nano(e.SealedAt), e.Size, e.SealedSize, e.Cipher[:], e.Header[:], e.Plain[:], string(to),
		e.Mode, nano(e.MTime), e.Kept, nano(e.ProvenAt), nano(e.CheckedAt), max(e.Files, 1), e.Risk, e.Reason, e.People,
	}, nil
}

const sealedColumns = `SELECT dir, name, original, sealed_at, size, sealed_size, cipher, header, plain, recipients, mode, mtime, kept,
	proven_at, checked_at, files, risk, risk_reason, people FROM sealed `

func sealedEntry(rows *sql.Rows) (e catalogue.Entry, err error) {
	var dir, name, to string
	var at, mtime, proven, checked int64
	var cipher, header, plain []byte
	err = rows.Scan(&dir, &name, &e.Original, &at, &e.Size, &e.SealedSize, &cipher, &header, &plain, &to, &e.Mode, &mtime, &e.Kept,
		&proven, &checked, &e.Files, &e.Risk, &e.Reason, &e.People)
	if err != nil {
		return e, err
	}
	e.Path, e.SealedAt, e.MTime, e.ProvenAt, e.CheckedAt = filepath.Join(dir, name), unix(at), unix(mtime), unix(proven), unix(checked)
	copy(e.Cipher[:], cipher)
	copy(e.Header[:], header)
	copy(e.Plain[:], plain)
	return e, json.Unmarshal([]byte(to), &e.Recipients)
}

// SealedFiles walks the catalogue at and below root, in the order of paths; ""
// stands for all. fn may write to the store: rows are read some at a time.
func (s *Store) SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error {
	var few []catalogue.Entry
	return s.pages(ctx, root, page{sealedColumns, "", func(rows *sql.Rows) (dir, name string, err error) {
		e, err := sealedEntry(rows)
		few = append(few, e)
		dir, name = split(e.Path)
		return dir, name, err
	}, func() error {
		for _, e := range few {
			if err := fn(e); err != nil {
				return err
			}
		}
		few = few[:0]
		return nil
	}})
}

// SealedFile gives the entry of one sealed file.
func (s *Store) SealedFile(ctx context.Context, path string) (e catalogue.Entry, there bool, err error) {
	dir, name := split(path)
	err = s.each(ctx, sealedColumns+"WHERE dir = ? AND name = ?", []any{dir, name}, func(rows *sql.Rows) error {
		there = true
		e, err = sealedEntry(rows)
		return err
	})
	return e, there, err
}

// SealedAs gives the entries whose sealed file has this SHA-256, wherever it lay: it
// tells what a file is that was found elsewhere.
func (s *Store) SealedAs(ctx context.Context, cipher [32]byte) (out []catalogue.Entry, err error) {
	err = s.each(ctx, sealedColumns+"WHERE cipher = ? ORDER BY dir, name", []any{cipher[:]}, func(rows *sql.Rows) error {
		e, err := sealedEntry(rows)
		out = append(out, e)
		return err
	})
	return out, err
}

// SealedTotals sums up the catalogue.
func (s *Store) SealedTotals(ctx context.Context) (t catalogue.Totals, err error) {
	var oldest int64
	err = s.db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(files), 0), coalesce(sum(size), 0), coalesce(sum(kept), 0),
		coalesce(sum(proven_at = 0), 0), coalesce(min(max(sealed_at, proven_at, checked_at)), 0) FROM sealed`).Scan(&t.Sealed, &t.Files, &t.Bytes, &t.Kept, &t.Unproven, &oldest)
	t.Since = unix(oldest)
	return t, s.fail(err)
}

// MarkProven notes that a key opened these files and that they are as sealed.
func (s *Store) MarkProven(ctx context.Context, paths []string, at time.Time) error {
	return s.markSealed(ctx, "UPDATE sealed SET proven_at = ?, checked_at = ? WHERE dir = ? AND name = ?", paths, at, at)
}

// MarkChecked notes that the sealed files have the SHA-256 that they had.
func (s *Store) MarkChecked(ctx context.Context, paths []string, at time.Time) error {
	return s.markSealed(ctx, "UPDATE sealed SET checked_at = ? WHERE dir = ? AND name = ?", paths, at)
}

// SetKept notes whether the originals lie beside these files.
func (s *Store) SetKept(ctx context.Context, paths []string, kept bool) error {
	query := "UPDATE sealed SET kept = 0 WHERE dir = ? AND name = ?"
	if kept {
		query = "UPDATE sealed SET kept = 1 WHERE dir = ? AND name = ?"
	}
	return s.markSealed(ctx, query, paths)
}

func (s *Store) markSealed(ctx context.Context, query string, paths []string, at ...time.Time) error {
	if len(paths) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, path := range paths {
			var args []any
			for _, t := range at {
				args = append(args, nano(t))
			}
			dir, name := split(path)
			if _, err := tx.ExecContext(ctx, query, append(args, dir, name)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reopened takes files out of the catalogue that are readable again, or that are not
// there any more; kind is the journal's: files.opened or files.missing.
func (s *Store) Reopened(ctx context.Context, kind string, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, path := range paths {
			dir, name := split(path)
			if kind == "files.missing" {
				if err := s.loseSealed(ctx, tx, dir, name); err != nil {
					return err
				}
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM sealed WHERE dir = ? AND name = ?", dir, name); err != nil {
				return err
			}
		}
		_, err := s.record(ctx, tx, kind, map[string]any{"paths": paths})
		return err
	})
}

// SaveDrill notes a recovery drill.
func (s *Store) SaveDrill(ctx context.Context, d catalogue.Drill) (h journal.Head, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO drill (at, recovery, sample, of, failed) VALUES (?, ?, ?, ?, ?)",
			nano(d.At), d.Recovery, d.Sample, d.Of, d.Failed)
		if err != nil {
			return err
		}
		h, err = s.record(ctx, tx, "keys.drilled", map[string]any{"recovery": d.Recovery, "sample": d.Sample, "of": d.Of, "failed": d.Failed})
		return err
	})
	return h, err
}

// LastDrill gives the last drill of a recovery key in which no file failed; the zero
// Drill if there was none.
func (s *Store) LastDrill(ctx context.Context, recovery string) (d catalogue.Drill, err error) {
	err = s.each(ctx, "SELECT at, recovery, sample, of, failed FROM drill WHERE recovery = ? AND failed = 0 ORDER BY id DESC LIMIT 1", []any{recovery},
		func(rows *sql.Rows) error {
			var at int64
			err := rows.Scan(&at, &d.Recovery, &d.Sample, &d.Of, &d.Failed)
			d.At = unix(at)
			return err
		})
	return d, err
}

// OldestLooks gives the sealed files of at most so many bytes that nobody has looked at for longest.
func (s *Store) OldestLooks(ctx context.Context, n int, most int64) (list []catalogue.Entry, err error) {
	err = s.each(ctx, sealedColumns+"WHERE sealed_size <= ? ORDER BY max(proven_at, checked_at), dir, name LIMIT ?", []any{most, n}, func(rows *sql.Rows) error {
		e, err := sealedEntry(rows)
		list = append(list, e)
		return err
	})
	return list, err
}

// FewKeys counts the sealed files that only one key opens, and those of which nobody noted the keys.
func (s *Store) FewKeys(ctx context.Context) (single, unknown int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT coalesce(sum(json_array_length(recipients) = 1), 0), coalesce(sum(json_array_length(recipients) = 0), 0) FROM sealed`).
		Scan(&single, &unknown)
	return single, unknown, s.fail(err)
}

// SealedPaths hands over where each sealed file lies.
func (s *Store) SealedPaths(ctx context.Context, fn func(path string) error) error {
	return s.each(ctx, "SELECT dir, name FROM sealed ORDER BY dir, name", nil, func(rows *sql.Rows) error {
		var dir, name string
		if err := rows.Scan(&dir, &name); err != nil {
			return err
		}
		return fn(filepath.Join(dir, name))
	})
}
