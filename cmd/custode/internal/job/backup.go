package job

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"
	"time"

	"custode/encrypt/backup"
	"custode/encrypt/disk"
	"custode/encrypt/ring"
	"custode/internal/journal"
)

// BackupStore is what is saved, and where it is noted.
type BackupStore interface {
	CopyTo(ctx context.Context, to string) error
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
	LastOf(ctx context.Context, kinds ...string) (journal.Entry, bool, error)
}

// Backup is where the last backup was written, as the journal has it.
type Backup struct {
	At     time.Time `json:"-"`
	File   string    `json:"file"`
	Files  int64     `json:"saved_files"`
	Bytes  int64     `json:"bytes"` // of the sealed file
	SHA256 string    `json:"sha256"`

	Recovery string `json:"recovery"` // fingerprint of the sheet that opens it
}

// UnnotedError says that a backup was written, and that the journal does not have it.
type UnnotedError struct{ Err error }

func (e *UnnotedError) Error() string { return "the backup is not in the journal: " + e.Err.Error() }

// Unwrap gives why.
func (e *UnnotedError) Unwrap() error { return e.Err }

// SaveHome writes a backup of a home, and notes it. The caller holds the lock "keys". [*UnnotedError], with the backup,
// if it was written and could not be noted.
func SaveHome(ctx context.Context, st BackupStore, r *ring.Ring, file string, src backup.Source) (b Backup, err error) {
	src.To, src.Copy, src.FS = r.Recipients(), st.CopyTo, disk.Real{}
	w, err := backup.Write(ctx, file, src)
	if err != nil {
		return b, err
	}
	b = Backup{At: src.Now, File: file, Files: w.Files, Bytes: w.SealedSize, SHA256: hex.EncodeToString(w.Cipher[:]), Recovery: r.Recovery().Fingerprint}
	if _, err = st.Record(context.WithoutCancel(ctx), "home.saved", b); err != nil {
		return b, &UnnotedError{err}
	}
	return b, nil
}

// LastBackup gives the last one; the zero Backup if there was none.
func LastBackup(ctx context.Context, st BackupStore) (b Backup, err error) {
	e, there, err := st.LastOf(ctx, "home.saved")
	if err != nil || !there {
		return b, err
	}
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return Backup{}, err
	}
	b.At, err = time.Parse(time.RFC3339Nano, e.At)
	return b, err
}

// MakeHome makes a home of a backup; check looks at its database. A ring that is
// not whole is refused; no ring is none that is wrong.
func MakeHome(ctx context.Context, file string, to backup.Target, check func(ctx context.Context, home string) error) (backup.About, error) {
	to.Check = func(ctx context.Context, home string) error {
		if _, err := ring.Load(filepath.Join(home, "keys")); err != nil && !errors.Is(err, ring.ErrNone) {
			return err
		}
		return check(ctx, home)
	}
	return backup.Read(ctx, file, to)
}
