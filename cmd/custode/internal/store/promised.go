package store

import (
	"context"
	"database/sql"
	"errors"

	"custode/encrypt/catalogue"
)

// Promise remembers sealed files that are about to get their names. It is durable
// when it returns.
func (s *Store) Promise(ctx context.Context, list []catalogue.Promise) error {
	return s.write(ctx, func(tx *sql.Tx) (err error) {
		put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO promised (dir, name, cipher, header, plain, dev, ino, size, mtime, ctime)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, put.Close()) }()
		for _, p := range list {
			dir, name := split(p.Path)
			_, err := put.ExecContext(ctx, dir, name, p.Cipher[:], p.Header[:], p.Plain[:],
				int64(p.Dev), int64(p.Ino), p.Size, p.MTime, p.CTime) //nolint:gosec // bits, not numbers
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Promised gives what was promised of a sealed file that is not in the catalogue.
func (s *Store) Promised(ctx context.Context, path string) (p catalogue.Promise, there bool, err error) {
	dir, name := split(path)
	var cipher, header, plain []byte
	var dev, ino int64
	err = s.db.QueryRowContext(ctx, "SELECT cipher, header, plain, dev, ino, size, mtime, ctime FROM promised WHERE dir = ? AND name = ?", dir, name).
		Scan(&cipher, &header, &plain, &dev, &ino, &p.Size, &p.MTime, &p.CTime)
	if errors.Is(err, sql.ErrNoRows) {
		return catalogue.Promise{}, false, nil
	}
	p.Path, p.Dev, p.Ino = path, uint64(dev), uint64(ino) //nolint:gosec // bits, not numbers
	copy(p.Cipher[:], cipher)
	copy(p.Header[:], header)
	copy(p.Plain[:], plain)
	return p, err == nil, err
}
