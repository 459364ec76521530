package job

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"custode/encrypt/replace"
)

// numbered is the n-th choice for a name.
func numbered(path string, n int) string {
	if n < 2 {
		return path
	}
	dir, name := filepath.Split(path)
	return dir + replace.Count(name, n)
}

// SealedBelow lists the sealed files at the paths: those named, and all that end in
// .age in and below the folders. To tells where each goes, given the folder that was
// named and the file's path in it.
func SealedBelow(ctx context.Context, paths []string, skip string, fn func(root, rel string)) error {
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case path == root && err != nil:
				return err
			case err != nil:
				return nil //nolint:nilerr // what cannot be looked at stays as it is
			case d.IsDir() && path == skip:
				return fs.SkipDir
			case path == root && !d.IsDir():
				fn(filepath.Dir(root), filepath.Base(root))
			case d.Type().IsRegular() && strings.EqualFold(filepath.Ext(path), ".age"):
				rel, err := filepath.Rel(root, path)
				if err == nil {
					fn(root, rel)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
