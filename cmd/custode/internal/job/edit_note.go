package job

import (
	"context"
	"encoding/hex"
	"io"
	"os"
	"time"

	"filippo.io/age"

	"custode/encrypt/desk"
	"custode/encrypt/disk"
	"custode/encrypt/reseal"
	"custode/encrypt/seal"
	"custode/internal/rawpath"
)

// holds reports whether a sealed file has this content: a run that was killed came so
// far, and had no time to note it.
func (o EditOptions) holds(ctx context.Context, path string, sum [32]byte) bool {
	if len(o.With) == 0 {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return false
	}
	s, err := seal.Verify(ctx, f, info.Size(), o.With, seal.Options{})
	return err == nil && s.Plain == sum
}

// way makes the new version of a file in the private place.
func (o EditOptions) way(path string, at time.Time) *reseal.Renew {
	w := &reseal.Renew{
		Keys: reseal.Keys{To: o.Ring.Recipients()}, At: at,
		Source: func() (io.ReadCloser, error) { return desk.Reopen(path, disk.ErrChanged) },
	}
	if o.Vault != nil {
		w.New = []age.Identity{o.Vault}
	}
	return w
}

// note keeps in mind what is sealed now, and where.
func (o EditOptions) note(ctx context.Context, c *desk.Copy, path string, content [32]byte) error {
	n := c.Note
	mark, err := desk.Mark(ctx, path)
	if err != nil {
		return nil //nolint:nilerr // then the next version goes beside
	}
	n.Sealed, n.Was, n.Content, n.Bytes = path, mark, hex.EncodeToString(content[:]), 0
	if info, err := rawpath.Lstat(c.Path()); err == nil {
		n.Bytes = info.Size()
	}
	return c.Keep(n)
}
