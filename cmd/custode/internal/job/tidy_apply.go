package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"custode/encrypt/replace"
	"custode/encrypt/undo"
	"custode/playbook/privacy/trim"
)

// Clean removes what killed runs left in the folders of some files. The caller holds
// the lock "seal".
func (t Tidy) Clean(paths []string) {
	seen := map[string]bool{}
	for _, path := range paths {
		if dir := filepath.Dir(path); !seen[dir] {
			seen[dir] = true
			undo.Clean(t.disk(), dir)
		}
	}
}

// Apply does what was planned, and gives the number of the copy. The caller holds the
// lock "seal". The errors are those of undo.Run.
func (t Tidy) Apply(ctx context.Context, p *TidyPlan, what string) (k undo.Kept, err error) {
	defer t.Announce.say([]string{p.Path}, nil)()
	dir := undo.Folder(t.Home)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, err
	}
	list, err := t.Store.Undos(ctx)
	if err != nil {
		return k, err
	}
	names := map[string]bool{}
	for _, one := range list {
		names[one.Copy] = true
	}
	change := undo.Change{Path: p.Path, Was: p.was, Before: p.before, Sealed: p.Sealed, At: t.Now()}
	k = undo.Kept{
		Path: p.Path, What: what, Made: t.Now(), Until: t.Now().AddDate(0, 0, t.Days).Format(time.DateOnly), Before: t.Key.Keyed(p.before),
		Sealed: p.Sealed, Mode: uint32(p.was.Mode.Perm()), MTime: time.Unix(0, p.was.MTime), Entry: p.entry,
	}
	done := undo.Done{Path: p.Path, What: what}
	if !p.Whole {
		change.Make = func(dst io.Writer, src io.Reader) error { return p.Table.Write(src, dst) }
		after := sha256.New()
		if err := t.reading(ctx, p, func(in io.Reader) error { return p.Table.Write(in, after) }); err != nil {
			return k, notAsCounted(err)
		}
		k.After = t.Key.Keyed([32]byte(after.Sum(nil)))
		done.Rows, done.Of = p.Table.Hit, p.Table.Rows
	}
	place := sha256.Sum256(append([]byte(p.Path+"\x00"), p.before[:]...))
	tag := t.Key.Keyed(place)
	err = undo.Run(ctx, change, undo.Options{
		FS: t.disk(), Dir: dir, Sealer: replace.Age{To: t.To}, Tag: hex.EncodeToString(tag[:8]), Until: k.Until,
		Known: func(name string) bool { return names[name] },
		Record: func(ctx context.Context, c undo.Copy) (err error) {
			k.Copy, k.Digest, k.Size = c.Name, c.Digest, c.Size
			if k.ID, err = t.Store.SaveUndo(ctx, k); err != nil {
				return err
			}
			for _, one := range list { // the new copy has taken their place
				if one.Path == k.Path && one.Before == k.Before {
					delete(names, one.Copy)
				}
			}
			return nil
		},
		Forget: func(ctx context.Context) error { return t.Store.DropUndo(ctx, k.ID) },
	})
	if err != nil && !errors.Is(err, undo.ErrNotDurable) {
		return k, notAsCounted(err)
	}
	done.ID = k.ID
	return k, errors.Join(err, t.Store.Tidied(context.WithoutCancel(ctx), done))
}

// notAsCounted makes a refusal of what says that a table is not what was counted.
func notAsCounted(err error) error {
	if errors.Is(err, trim.ErrChanged) {
		return &undo.RefusedError{Reason: replace.Changed, Err: err}
	}
	return err
}
