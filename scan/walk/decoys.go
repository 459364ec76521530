package walk

import "context"

// ReasonDecoy is the reason of what looks like customers' data and was put there by
// custode.
const ReasonDecoy Reason = "rule.decoy"

// Decoys tells files that look like customers' data and are none.
type Decoys interface {
	Size(n int64) bool                // one of them has so many bytes
	Is(path string, stamp Stamp) bool // this is one, or a copy of one; it may have to be read for that
}

// decoy tells whether a file is one. What can't be told is none.
func (w *walker) decoy(ctx context.Context, e Entry) bool {
	if w.decoys == nil || !w.decoys.Size(e.Stamp.Size) {
		return false
	}
	is, err := try(ctx, &w.calls, e.Stamp.Dev, func() (bool, error) { return w.decoys.Is(e.Path, e.Stamp), nil })
	return err == nil && is
}
