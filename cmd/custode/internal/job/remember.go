package job

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"time"

	"custode/scan"
)

// A batch of results is written when it is this big or this old, so that a
// scan that is killed has little to do again.
const (
	batchFiles = 500
	batchAge   = 500 * time.Millisecond
)

// folders is a set of folders, small also when there are very many.
type folders map[[16]byte]struct{}

func (s folders) key(dir string) [16]byte {
	sum := sha256.Sum256([]byte(dir))
	return [16]byte(sum[:])
}

func (s folders) has(dir string) bool {
	_, ok := s[s.key(dir)]
	return ok
}

// saver gathers results into batches; nil writes what is left. What need not be
// written is not: its folder is noted as settled.
func saver(ctx context.Context, st ScanStore, id int64, now func() time.Time, settled folders) func(*scan.File) error {
	var batch []scan.File
	last, dir := now(), ""
	return func(f *scan.File) error {
		if f != nil && f.Settled {
			if in := filepath.Dir(f.Path); in != dir {
				dir = in
				settled[settled.key(in)] = struct{}{}
			}
			return nil
		}
		if f != nil {
			batch = append(batch, *f)
			if len(batch) < batchFiles && now().Sub(last) < batchAge {
				return nil
			}
		}
		if len(batch) == 0 {
			return nil
		}
		err := st.SaveFiles(context.WithoutCancel(ctx), id, batch)
		batch, last = batch[:0], now()
		return err
	}
}
