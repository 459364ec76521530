package job

import (
	"context"

	"custode/internal/rawpath"
	"custode/scan/walk"
)

// mostSiblings is how many other names of one file are told.
const mostSiblings = 5

// Siblings looks in and below the roots for the other names of files that have several
// on the disk. It gives them by the paths of the files; names elsewhere on the disk,
// and in folders that a scan leaves out, it does not see. On Windows it sees none.
func Siblings(ctx context.Context, files, roots []string, o walk.Options) (map[string][]string, error) {
	type inode struct{ dev, ino uint64 }
	wanted, out := map[inode][]string{}, map[string][]string{}
	for _, path := range files {
		info, err := rawpath.Lstat(path)
		if err != nil {
			continue
		}
		if st := walk.StampOf(info); st.Inode != 0 {
			at := inode{st.Dev, st.Inode}
			wanted[at] = append(wanted[at], path)
		}
	}
	if len(wanted) == 0 {
		return out, nil
	}
	roots, err := walk.Roots(ctx, roots, o)
	if err != nil {
		return nil, err
	}
	err = walk.Walk(ctx, roots, o, func(e walk.Entry) error {
		if e.State != walk.File {
			return nil
		}
		for _, path := range wanted[inode{e.Stamp.Dev, e.Stamp.Inode}] {
			if path != e.Path && len(out[path]) < mostSiblings {
				out[path] = append(out[path], e.Path)
			}
		}
		return nil
	})
	return out, err
}
