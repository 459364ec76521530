package job

import (
	"context"
	"errors"

	"custode/scan"
)

// CopyStore is where digests are remembered, and what else is known of files.
type CopyStore interface {
	Elsewhere(ctx context.Context, roots []string, fn func(scan.File)) error
	SaveDigests(ctx context.Context, files []scan.File) error
}

// findCopies finds files of the same content among those of the report, and
// among those that earlier scans know of.
func findCopies(ctx context.Context, st CopyStore, o ScanOptions, r *scan.Report) error {
	likes := map[uint64]bool{}
	for _, f := range r.Files {
		if f.Likeness != 0 {
			likes[f.Likeness] = true
		}
	}
	if len(likes) == 0 {
		return nil
	}
	var others []scan.File
	if st != nil {
		err := st.Elsewhere(ctx, o.Roots, func(f scan.File) {
			if likes[f.Likeness] {
				others = append(others, f)
			}
		})
		if err != nil {
			return err
		}
	}
	fresh, err := r.Copies(ctx, scan.CopyOptions{Key: o.Rules.ContentKey(), Patience: o.Patience, Read: o.Compare}, others)
	if st != nil { // also after a failure: what was read need not be read again
		err = errors.Join(err, st.SaveDigests(context.WithoutCancel(ctx), fresh))
	}
	return err
}
