package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"custode/encrypt/ring"
	"custode/internal/journal"
)

// The journal's kinds of a change of the keys that files are sealed to: it was made,
// and all files that could be reached are sealed so. In between it can be taken up
// again, by the same command.
const (
	keyRotated    = "keys.rotated"
	sheetReplaced = "keys.sheet-replaced"
	filesResealed = "keys.resealed"
)

// RekeyStore is where such a change is remembered.
type RekeyStore interface {
	ResealStore
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
	LastOf(ctx context.Context, kinds ...string) (journal.Entry, bool, error)
}

// changedBody is what the journal keeps of a change: the fingerprints.
type changedBody struct {
	Vault    string `json:"vault"`
	Recovery string `json:"recovery"`
	Former   string `json:"former"` // the one that was replaced
}

// resealedBody is what it keeps of the end of the work.
type resealedBody struct {
	Recipients []string `json:"recipients"`
	Went       int      `json:"went_through"`
	Left       int      `json:"left"`
}

// Unfinished is what changed before all files were sealed so.
type Unfinished struct {
	Vault bool // a new vault key, since which nobody's way in was taken away
	Sheet bool // a new recovery key
	Any   bool // of these, or a further recovery key
	Left  bool // the last run had to leave files as they were
}

// LookUnfinished holds the ring to what the journal says was done with the files. The
// ring has the word: it is changed first, and a kill may come before the journal hears
// of it.
func LookUnfinished(ctx context.Context, st RekeyStore, r *ring.Ring) (u Unfinished, err error) {
	e, there, err := st.LastOf(ctx, filesResealed)
	if err != nil {
		return u, err
	}
	var done resealedBody
	if there {
		err = json.Unmarshal(e.Body, &done)
	}
	if len(done.Recipients) < 2 {
		done.Recipients = []string{"", ""}
	}
	now := r.Fingerprints()
	vault := len(r.FormerVaults()) > 0 && done.Recipients[0] != now[0]
	u.Vault = vault && !r.Departed()
	u.Sheet = len(r.FormerRecoveries()) > 0 && done.Recipients[1] != now[1]
	u.Left = done.Left > 0
	u.Any = vault || u.Sheet || !slices.Equal(done.Recipients[2:], now[2:])
	return u, err
}

// Resumed puts a change into the journal that a run made and could not note.
func Resumed(ctx context.Context, st RekeyStore, r *ring.Ring) error {
	rotated, err := lastChange(ctx, st, keyRotated)
	if err != nil {
		return err
	}
	if former := r.FormerVaults(); len(former) > 0 && rotated.Vault != r.VaultFingerprint() {
		rotated = bodyOf(r, former[len(former)-1].Fingerprint)
		if _, err := st.Record(ctx, keyRotated, rotated); err != nil {
			return err
		}
	}
	replaced, err := lastChange(ctx, st, sheetReplaced)
	now := r.Recovery().Fingerprint
	former := r.FormerRecoveries()
	if err != nil || len(former) == 0 || replaced.Recovery == now || rotated.Recovery == now { // a rotation may have made it, and says so
		return err
	}
	_, err = st.Record(ctx, sheetReplaced, bodyOf(r, former[len(former)-1].Fingerprint))
	return err
}

// lastChange is the last one of a kind that the journal tells of.
func lastChange(ctx context.Context, st RekeyStore, kind string) (b changedBody, err error) {
	e, there, err := st.LastOf(ctx, kind)
	if err == nil && there {
		err = json.Unmarshal(e.Body, &b)
	}
	return b, err
}

func bodyOf(r *ring.Ring, former string) changedBody {
	return changedBody{Vault: r.VaultFingerprint(), Recovery: r.Recovery().Fingerprint, Former: former}
}

// ErrUnrecorded says that the keys were changed, which stands, and the journal could not be written.
var ErrUnrecorded = errors.New("the keys were changed, and the journal was not written")

func unrecorded(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnrecorded, err)
}

// NewVault makes a new vault key and puts it into the journal: ErrUnrecorded. The caller holds the
// lock "seal". Files stay under the old key, which the new one opens, until Reseal.
func NewVault(ctx context.Context, st RekeyStore, r *ring.Ring, u ring.Unlocked, now time.Time) (ring.Unlocked, error) {
	former := r.VaultFingerprint()
	next, err := r.Rotate(u, now)
	if err != nil {
		return next, err
	}
	_, err = st.Record(context.WithoutCancel(ctx), keyRotated, bodyOf(r, former))
	return next, unrecorded(err)
}

// NewSheet does the same with a new recovery key, which the ring has until it is proven.
func NewSheet(ctx context.Context, st RekeyStore, r *ring.Ring, u ring.Unlocked, now time.Time) error {
	former := r.Recovery().Fingerprint
	id, err := r.NewRecovery(u, now)
	id.Wipe()
	if err != nil {
		return err
	}
	_, err = st.Record(context.WithoutCancel(ctx), sheetReplaced, bodyOf(r, former))
	return unrecorded(err)
}

// Resealed notes that all files were reached; left says how many could not be sealed
// anew.
func Resealed(ctx context.Context, st RekeyStore, r *ring.Ring, files, left int) error {
	_, err := st.Record(ctx, filesResealed, resealedBody{r.Fingerprints(), files, left})
	return err
}
