package job

import (
	"context"
	"path/filepath"
	"strings"

	"custode/encrypt/catalogue"
	"custode/scan/walk"
)

// SealedFile is one that may have to be sealed anew.
type SealedFile struct {
	Path  string
	Bytes int64
	Ours  bool // the catalogue knows it
}

// SealedOptions say where sealed files are looked for, besides the catalogue.
type SealedOptions struct {
	Roots []string
	Walk  walk.Options
	Left  func(walk.Entry) error // told what can't be looked at
}

// ChooseSealed hands over the files of the catalogue, and those that end in .age at
// and below the roots.
func ChooseSealed(ctx context.Context, st ResealStore, o SealedOptions, fn func(SealedFile) error) error {
	err := st.SealedFiles(ctx, "", func(e catalogue.Entry) error { return fn(SealedFile{e.Path, e.SealedSize, true}) })
	if err != nil || len(o.Roots) == 0 {
		return err
	}
	roots, err := walk.Roots(ctx, o.Roots, o.Walk)
	if err != nil {
		return err
	}
	return walk.Folders(ctx, roots, o.Walk, func(b walk.Batch) error {
		for _, e := range b.Entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			switch {
			case e.State == walk.Unreadable:
				if err := o.Left(e); err != nil {
					return err
				}
				continue
			case e.State != walk.File || !strings.EqualFold(filepath.Ext(e.Path), ".age"):
				continue
			}
			if _, known, err := st.SealedFile(ctx, e.Path); err != nil || known {
				if err != nil {
					return err
				}
				continue
			}
			if err := fn(SealedFile{Path: e.Path, Bytes: e.Stamp.Size}); err != nil {
				return err
			}
		}
		return nil
	})
}
