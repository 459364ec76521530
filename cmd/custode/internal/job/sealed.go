package job

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"custode/encrypt/replace"
	"custode/internal/fault"
	"custode/internal/rawpath"
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
// named and the file's path in it. What is named and can't be looked at is a
// fault.Error; what lies below and can't is passed over.
func SealedBelow(ctx context.Context, paths []string, skip string, fn func(root, rel string)) error {
	for _, root := range paths {
		info, err := rawpath.Lstat(root)
		if err == nil && !info.IsDir() {
			fn(filepath.Dir(root), filepath.Base(root))
			continue
		}
		top, skip := rawpath.Of(root), rawpath.Of(skip)
		if err == nil {
			err = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
				switch {
				case ctx.Err() != nil:
					return ctx.Err()
				case path == top && err != nil:
					return err
				case err != nil:
					return nil //nolint:nilerr // what cannot be looked at stays as it is
				case d.IsDir() && path == skip:
					return fs.SkipDir
				case d.Type().IsRegular() && strings.EqualFold(filepath.Ext(path), ".age"):
					if rel, err := filepath.Rel(top, path); err == nil {
						fn(root, rel)
					}
				}
				return nil
			})
		}
		if err != nil && ctx.Err() == nil {
			err = fault.On(fault.CodeOf(err, fault.NoInput), "fault.decrypt.path", root, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
