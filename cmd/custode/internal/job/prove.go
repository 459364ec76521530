package job

import (
	"context"
	"errors"
	"time"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/seal"
	"custode/internal/rawpath"
)

// ProveStore is what a proof needs of the store.
type ProveStore interface {
	SealedTotals(ctx context.Context) (catalogue.Totals, error)
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
	MarkProven(ctx context.Context, paths []string, at time.Time) error
}

// How much a proof at unlocking may cost: 59 files, two seconds.
const (
	proveFiles = 59
	proveTime  = 2 * time.Second
)

// Proof says what came of opening files that no key had opened yet.
type Proof struct {
	Proven int
	Left   int64    // not yet proven
	Failed []string // a key did not open them, or they are not as they were sealed
}

var errEnough = errors.New("enough")

// ProveSample opens some of the files that were sealed with no key at hand, and
// notes which are as sealed. What takes too long, or is not there, is left for later.
func ProveSample(ctx context.Context, st ProveStore, ids []age.Identity, now time.Time) (p Proof, err error) {
	totals, err := st.SealedTotals(ctx)
	if err != nil || totals.Unproven == 0 {
		return p, err
	}
	short, cancel := context.WithTimeout(ctx, proveTime)
	defer cancel()
	var good []string
	err = st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
		if short.Err() != nil || len(good)+len(p.Failed) >= proveFiles {
			return errEnough
		}
		if !e.ProvenAt.IsZero() {
			return nil
		}
		switch proven, tried := prove(short, e, ids); {
		case proven:
			good = append(good, e.Path)
		case tried:
			p.Failed = append(p.Failed, e.Path)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return p, err
	}
	if len(good) > 0 {
		if err := st.MarkProven(ctx, good, now); err != nil {
			return p, err
		}
	}
	p.Proven, p.Left = len(good), totals.Unproven-int64(len(good))
	return p, nil
}

// prove opens one file to its end. Tried is false where the file could not be read.
func prove(ctx context.Context, e catalogue.Entry, ids []age.Identity) (proven, tried bool) {
	f, err := rawpath.Open(e.Path)
	if err != nil {
		return false, false
	}
	defer f.Close() // opened for reading
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false, false
	}
	s, err := seal.Verify(ctx, f, info.Size(), ids, seal.Options{NoPlain: true})
	if err == nil {
		return s.Cipher == e.Cipher, true
	}
	for _, bad := range []error{seal.ErrNoMatch, seal.ErrDamaged, seal.ErrTruncated, seal.ErrNotSealed} {
		if errors.Is(err, bad) {
			return false, true
		}
	}
	return false, false
}
