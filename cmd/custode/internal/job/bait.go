package job

import (
	"context"
	"errors"
	"slices"

	"custode/internal/rawpath"
	"custode/scan/walk"
	"custode/scan/watch/decoy"
)

// bait are the decoys in a folder that is archived: they do not go into the archive, and
// they go when the folder goes.
type bait struct {
	known *decoy.Known
	met   map[string]bool
}

func newBait(ctx context.Context, st DecoyList) (*bait, error) {
	list, err := st.Decoys(ctx)
	return &bait{known: decoy.NewKnown(list), met: map[string]bool{}}, err
}

// leave reports whether a file is a decoy, or a copy of one.
func (b *bait) leave(path string) bool {
	info, err := rawpath.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || !b.known.Size(info.Size()) || !b.known.Is(path, walk.StampOf(info)) {
		return false
	}
	b.met[path] = true
	return true
}

// remove removes what was left out, if it is a decoy still, and forgets it.
func (b *bait) remove(ctx context.Context, st DecoyStore, announce Announcer) error {
	if len(b.met) == 0 {
		return nil
	}
	var paths, drop []string
	for path := range b.met {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	defer announce.say(paths, nil)()
	for _, path := range paths {
		err := b.known.Remove(path)
		if b.known.At(path) && (err == nil || errors.Is(err, decoy.ErrChanged)) { // else it stays, and so does the folder
			drop = append(drop, path)
		}
	}
	clear(b.met)
	return st.DropDecoys(ctx, drop)
}
