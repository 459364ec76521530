package job

import (
	"context"

	"custode/scan"
)

// CopyStore is where digests are remembered, and what else is known of files.
type CopyStore interface {
	Elsewhere(ctx context.Context, roots []string, fn func(scan.File) error) error
	SaveDigests(ctx context.Context, files []scan.File) error
}

// findCopies finds files of the same content among those of the report, and
// among those that earlier scans know of.
func findCopies(ctx context.Context, st CopyStore, o ScanOptions, r *scan.Report) error {
	c := scan.CopyOptions{Key: o.Rules.ContentKey(), Patience: o.Patience, Read: o.Compare}
	if st == nil {
		return r.Copies(ctx, c, nil)
	}
	c.Save = func(fresh []scan.File) error { return st.SaveDigests(context.WithoutCancel(ctx), fresh) }
	return r.Copies(ctx, c, func(fn func(scan.File) error) error { return st.Elsewhere(ctx, o.Roots, fn) })
}
