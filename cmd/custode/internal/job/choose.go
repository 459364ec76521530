package job

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/encrypt/cold"
	"custode/internal/rawpath"
	"custode/scan"
	"custode/scan/walk"
)

// ChooseStore is where the last scan's marks are.
type ChooseStore interface {
	Marked(ctx context.Context, root string, fn func(scan.File) error) error
}

// Choice is a readable file that can be sealed.
type Choice struct {
	Path  string
	Bytes int64
	Group cold.Group // "" for what was named
	Dev   uint64     // the number of its drive; 0 on Windows
}

// Choose hands over the files with personal data in the data folders, as the last
// scan marked them and as they lie there now, each with its group.
func Choose(ctx context.Context, st ChooseStore, places *scan.Places, now time.Time, fn func(Choice) error) error {
	for _, root := range places.Roots {
		err := st.Marked(ctx, root, func(f scan.File) error {
			info, err := rawpath.Lstat(f.Path)
			if err != nil || !info.Mode().IsRegular() {
				return nil //nolint:nilerr // it is gone, or something else by now
			}
			return fn(Choice{
				Path: f.Path, Bytes: info.Size(), Dev: walk.StampOf(info).Dev,
				Group: cold.Of(cold.File{
					Path: f.Path, Format: f.Format, Changed: info.ModTime(), Matters: f.Risk.Rank() >= scan.Medium.Rank(),
					Trashed: places.Of(f.Path) == scan.InTrash,
				}, now),
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Named says what somebody named.
type Named struct {
	Paths []string
	Walk  walk.Options
	Left  func(walk.Entry) error // told of what can't be looked at, or is left out by a rule
}

// ChooseNamed hands over the files at and below the paths that somebody named, and
// what of them can't be read or is left out by a rule. What is sealed already below
// a folder is passed over, and so is a decoy.
func ChooseNamed(ctx context.Context, st DecoyList, in Named, fn func(Choice) error) (err error) {
	if in.Walk.Decoys, err = KnownDecoys(ctx, st); err != nil {
		return err
	}
	roots, err := walk.Roots(ctx, in.Paths, in.Walk)
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, r := range roots {
		named[r] = true
	}
	return walk.Walk(ctx, roots, in.Walk, func(e walk.Entry) error {
		switch {
		case e.State == walk.Unreadable || named[e.Path] && e.State != walk.File:
			return in.Left(e)
		case e.State != walk.File || strings.EqualFold(filepath.Ext(e.Path), ".age") && !named[e.Path]:
			return nil
		}
		return fn(Choice{Path: e.Path, Bytes: e.Stamp.Size, Dev: e.Stamp.Dev})
	})
}

// ChoosePicked hands over files that somebody picked from what the scan knows, as they lie there
// now. It tells left of those that are not there any more as files, and of decoys.
func ChoosePicked(ctx context.Context, st DecoyList, paths []string, left func(walk.Entry) error, fn func(Choice) error) error {
	decoys, err := KnownDecoys(ctx, st)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := rawpath.Lstat(path)
		e := walk.Entry{Path: path, State: walk.Special}
		switch {
		case os.IsNotExist(err):
			e.State, e.Reason = walk.Unreadable, walk.ReasonVanished
		case err != nil:
			e.State, e.Reason = walk.Unreadable, walk.ReasonDenied
		case decoys != nil && decoys.Size(info.Size()) && decoys.Is(path, walk.StampOf(info)):
			e.State, e.Reason = walk.Skipped, walk.ReasonDecoy
		case info.Mode().IsRegular():
			if err := fn(Choice{Path: path, Bytes: info.Size(), Dev: walk.StampOf(info).Dev}); err != nil {
				return err
			}
			continue
		}
		if err := left(e); err != nil {
			return err
		}
	}
	return nil
}
