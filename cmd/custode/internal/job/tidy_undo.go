package job

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"time"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/seal"
	"custode/encrypt/undo"
)

// Restore brings a file back; with opens its copy, and is not needed for a file that
// was sealed. The copy goes then. The caller holds the lock "seal". The errors are
// those of undo.Restore, package seal and the store.
func (t Tidy) Restore(ctx context.Context, k undo.Kept, with []age.Identity) (undo.Returned, error) {
	defer t.Announce.say([]string{k.Path}, nil)()
	back, err := undo.Restore(ctx, t.disk(), undo.Folder(t.Home), undo.Return{
		Path: k.Path, Copy: k.Copy, Digest: k.Digest, Mode: fs.FileMode(k.Mode), MTime: k.MTime,
		Holds: func(sum [32]byte) undo.Held {
			switch t.Key.Keyed(sum) {
			case k.Before:
				return undo.Old
			case k.After: // never that of a file that was removed: it is all zero
				return undo.New
			}
			return undo.Other
		},
		Open: func(ctx context.Context, dst io.Writer, copied io.ReaderAt, size int64) error {
			in := io.NewSectionReader(copied, 0, size)
			if k.Sealed {
				_, err := io.Copy(dst, in)
				return err
			}
			_, err := seal.Decrypt(ctx, dst, in, with, seal.Options{NoPlain: true, NoCipher: true})
			return err
		},
	})
	if err != nil {
		return back, err
	}
	ctx = context.WithoutCancel(ctx)
	if err := t.knownAgain(ctx, k, back); err != nil {
		return back, err
	}
	if err := t.Store.UndoDone(ctx, k.ID, back.Path); err != nil {
		return back, err
	}
	_, err = undo.Expire(t.disk(), undo.Folder(t.Home), "", []string{k.Copy})
	return back, err
}

// knownAgain puts a sealed file that is back into the catalogue.
func (t Tidy) knownAgain(ctx context.Context, k undo.Kept, back undo.Returned) error {
	if !k.Sealed || k.Entry == "" || back.Already {
		return nil
	}
	var e catalogue.Entry
	if err := json.Unmarshal([]byte(k.Entry), &e); err != nil {
		return err
	}
	e.Path = back.Path
	return t.Store.SaveSealed(ctx, []catalogue.Entry{e})
}

// UndoStore is where the daily check looks for copies whose days are over.
type UndoStore interface {
	ForgetUndo(ctx context.Context, now time.Time) (names []string, day string, err error)
}

// forgetCopies removes the copies whose days are over, and says how many. What the
// disk does not let go is tried again the next day.
func forgetCopies(ctx context.Context, st UndoStore, home string, now time.Time) (int, error) {
	names, day, err := st.ForgetUndo(ctx, now)
	if err != nil || home == "" {
		return 0, err
	}
	gone, _ := undo.Expire(disk.Real{}, undo.Folder(home), day, names)
	return gone, nil
}
