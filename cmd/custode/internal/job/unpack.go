package job

import (
	"context"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
)

// UnpackOptions say how an archive becomes a folder again.
type UnpackOptions struct {
	With  []age.Identity
	To    string // the folder to make; "": beside the archive, which goes
	Left  func(bundle.Left)
	Bytes func(n int64)
}

// Unpack makes a folder of an archive, and takes the archive out of the catalogue.
// St is nil without a home.
func Unpack(ctx context.Context, st OpenStore, archive string, o UnpackOptions) (bundle.Unpacked, error) {
	how := bundle.UnpackOptions{FS: disk.Real{}, With: o.With, To: o.To, Keep: o.To != "", Left: o.Left, Bytes: o.Bytes}
	if st != nil {
		how.Record = func(ctx context.Context, u bundle.Unpacked) error {
			if o.To != "" || u.Left > 0 { // the archive stays
				_, err := st.Record(ctx, "files.copied", map[string]any{"sealed": []string{archive}, "to": u.Path})
				return err
			}
			return st.Reopened(ctx, "files.opened", []string{archive})
		}
	}
	return bundle.Unpack(ctx, archive, how)
}
