package job

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"time"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/seal"
	"custode/internal/journal"
	"custode/internal/rawpath"
)

// DrillStore is what a drill needs of the store.
type DrillStore interface {
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
	SaveDrill(ctx context.Context, d catalogue.Drill) (journal.Head, error)
}

// drillFiles is the size of the sample: if 59 of 59 random files open, then with 95 %
// certainty fewer than 5 % of all do not (0.95^59 < 0.05).
const drillFiles = 59

// Drilled is what a drill found.
type Drilled struct {
	catalogue.Drill
	Bad []string // of the sample: not opened, or not as sealed
}

// errCanary says that the key does not open what is sealed now.
var errCanary = errors.New("the key does not open what is sealed now")

// Canary reports whether id alone opens what is sealed to these recipients.
func Canary(ctx context.Context, to []age.Recipient, id age.Identity) error {
	word := make([]byte, 64)
	if _, err := rand.Read(word); err != nil {
		return err
	}
	var sealed, opened bytes.Buffer
	s, err := seal.Seal(ctx, &sealed, bytes.NewReader(word), to, seal.Options{Workers: 1})
	if err != nil {
		return err
	}
	s.Forget()
	if _, err := seal.Decrypt(ctx, &opened, &sealed, []age.Identity{id}, seal.Options{Workers: 1}); err != nil || !bytes.Equal(opened.Bytes(), word) {
		return errCanary
	}
	return nil
}

// Drill opens a random sample of the sealed files with the recovery key alone,
// compares each with the catalogue, and notes what came of it. Files that are not
// there are not in the sample: that they are missing is for verify to tell.
func Drill(ctx context.Context, st DrillStore, id age.Identity, recovery string, now time.Time) (d Drilled, err error) {
	var sample []catalogue.Entry
	err = st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
		if _, err := rawpath.Lstat(e.Path); err != nil {
			return nil //nolint:nilerr // not in the sample
		}
		d.Of++
		if len(sample) < drillFiles {
			sample = append(sample, e)
			return nil
		}
		n, err := rand.Int(rand.Reader, big.NewInt(d.Of)) // each of those so far stays with the same chance
		if err == nil && n.Int64() < drillFiles {
			sample[n.Int64()] = e
		}
		return err
	})
	if err != nil {
		return d, err
	}
	for _, e := range sample {
		if err := ctx.Err(); err != nil {
			return d, err
		}
		if proven, _ := prove(ctx, e, []age.Identity{id}); !proven {
			d.Bad = append(d.Bad, e.Path)
		}
	}
	d.At, d.Recovery, d.Sample, d.Failed = now, recovery, int64(len(sample)), int64(len(d.Bad))
	_, err = st.SaveDrill(ctx, d.Drill)
	return d, err
}
