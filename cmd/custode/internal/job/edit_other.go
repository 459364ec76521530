package job

import (
	"context"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"

	"custode/encrypt/desk"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
)

// SaveOther seals a file that the person put beside the copy, beside the sealed file.
// It gives where it is, and what it was when it was read is gone from the private place; one
// that changed meanwhile stays there.
// Windows does not remove what a program has open: then it is told as in use, and the next
// time it is only removed, not sealed once more.
func SaveOther(ctx context.Context, st EditStore, c *desk.Copy, path string, o EditOptions) (Saved, error) {
	if o.FS == nil {
		o.FS = disk.Real{}
	}
	to := filepath.Join(filepath.Dir(c.Note.Sealed), replace.SealedName(filepath.Base(path)))
	before := desk.StampOf(path)
	sum, err := contentOf(ctx, path)
	if err != nil {
		return unsaved(to, replace.Cause(err), err), nil
	}
	sealed := o.besideBefore(ctx, c, path, sum)
	if sealed == "" {
		res, err := o.put(ctx, st, path, to, 1)
		if res.Outcome != reseal.Done || res.Reason != "" || err != nil {
			return unsaved(to, res.Reason, res.Err), err
		}
		sealed = res.Path
		if res.Digests.Plain == sum {
			o.noteBeside(context.WithoutCancel(ctx), c, path, desk.Beside{Content: hex.EncodeToString(sum[:]), Sealed: sealed})
		}
	}
	if !before.Same(desk.StampOf(path)) {
		return unsaved(sealed, replace.Changed, nil), nil // it was saved once more meanwhile
	}
	if err := os.Remove(path); err != nil {
		return unsaved(sealed, replace.Cause(err), err), nil
	}
	return Saved{Path: sealed, Outcome: SavedBeside}, nil
}

// besideBefore is where a file beside the copy is sealed already, as it is now; "": nowhere.
func (o EditOptions) besideBefore(ctx context.Context, c *desk.Copy, path string, sum [32]byte) string {
	b, there := c.Note.Beside[inCopy(c, path)]
	if !there || b.Content != hex.EncodeToString(sum[:]) {
		return ""
	}
	if mark, err := desk.Mark(ctx, b.Sealed); err != nil || mark != b.Was {
		return "" // it went away, or is another one
	}
	return b.Sealed
}

// noteBeside keeps in mind what is sealed. Where that fails, the file is sealed once more at worst.
func (o EditOptions) noteBeside(ctx context.Context, c *desk.Copy, path string, b desk.Beside) {
	var err error
	if b.Was, err = desk.Mark(ctx, b.Sealed); err != nil || b.Was == "" {
		return
	}
	n := c.Note
	n.Beside = maps.Clone(n.Beside)
	if n.Beside == nil {
		n.Beside = map[string]desk.Beside{}
	}
	n.Beside[inCopy(c, path)] = b
	_ = c.Keep(n) // see above
}

// inCopy names a file beside the copy as the note does.
func inCopy(c *desk.Copy, path string) string {
	rel, err := filepath.Rel(c.Folder(), path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(rel)
}

func contentOf(ctx context.Context, path string) (sum [32]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close() // only read
	return replace.SumOf(ctx, f)
}
