package job

import (
	"context"
	"os"

	"custode/encrypt/remains"
	"custode/scan"
)

// RemainsStore is what the scan knows of files.
type RemainsStore interface {
	Elsewhere(ctx context.Context, roots []string, fn func(scan.File) error) error
}

// Remains tells which readable copies of files there still are, after they were
// sealed: those whose names tell, and those that the scan found to hold the same.
// Files are named as they were before.
func Remains(ctx context.Context, st RemainsStore, files []string, o remains.Options) (remains.Found, error) {
	found, err := remains.Look(ctx, files, o)
	if err != nil {
		return found, err
	}
	sealed := make(map[string]bool, len(files))
	for _, f := range files {
		sealed[f] = true
	}
	of := map[string]string{} // one of the sealed files, by its digest
	err = st.Elsewhere(ctx, nil, func(f scan.File) error {
		if sealed[f.Path] && len(f.Digest) > 0 {
			of[string(f.Digest)] = f.Path
		}
		return nil
	})
	if err != nil || len(of) == 0 {
		return found, err
	}
	told := map[string]bool{}
	for _, c := range found.Copies {
		told[c.Path] = true
	}
	err = st.Elsewhere(ctx, nil, func(f scan.File) error {
		first, same := of[string(f.Digest)]
		if len(f.Digest) == 0 || !same || sealed[f.Path] || told[f.Path] {
			return nil
		}
		if info, err := os.Lstat(f.Path); err != nil || info.Size() != f.Stamp.Size || info.ModTime().UnixNano() != f.Stamp.MTimeNS {
			return nil //nolint:nilerr // gone, or another file by now
		}
		if o.Limit > 0 && len(found.Copies) == o.Limit {
			found.More = true
			return nil
		}
		found.Copies = append(found.Copies, remains.Copy{Path: f.Path, Of: first, Kind: remains.Duplicate})
		return nil
	})
	return found, err
}
