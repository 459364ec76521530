package job

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/ring"
	"custode/internal/rawpath"
	"custode/playbook/daily"
)

// SealStore is what is known of the keys and of what is sealed.
type SealStore interface {
	BurnStore
	RekeyStore
	SealedFile(ctx context.Context, path string) (e catalogue.Entry, there bool, err error)
	SealedPaths(ctx context.Context, fn func(path string) error) error
	FewKeys(ctx context.Context) (single, unknown int64, err error)
}

// sealFacts gathers what the daily check says of keys and sealed files: nil in a
// shop that has neither. Nothing is opened.
func sealFacts(ctx context.Context, st SealStore, r *ring.Ring) (*daily.SealFacts, error) {
	totals, err := st.SealedTotals(ctx)
	if err != nil || r == nil && totals.Sealed == 0 {
		return nil, err
	}
	f := &daily.SealFacts{Keys: r != nil, Sealed: totals.Sealed, Kept: totals.Kept, Unproven: totals.Unproven, Since: totals.Since}
	if f.Kept > 0 {
		err := st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
			if e.Kept {
				f.KeptIn = filepath.Dir(e.Path)
				return errFound
			}
			return nil
		})
		if err != nil && !errors.Is(err, errFound) {
			return nil, err
		}
	}
	if f.VerifiedAt, f.Failed, err = lastVerify(ctx, st); err != nil {
		return f, err
	}
	if f.Single, f.NoKeys, err = st.FewKeys(ctx); err != nil {
		return f, err
	}
	if f.Away, err = away(ctx, st); err != nil {
		return f, err
	}
	if err := sampleFacts(ctx, st, f); err != nil || r == nil {
		return f, err
	}
	c := r.Recovery()
	f.Exposed = c.Exposed
	if f.ProvenAt, err = lastDrill(ctx, st, r); err != nil {
		return nil, err
	}
	rest, err := LookUnfinished(ctx, st, r)
	if err != nil {
		return nil, err
	}
	f.Unfinished = rest.Any || rest.Left
	b, err := LastBackup(ctx, st)
	f.BackupAt, f.FormerSheet = local(b.At), b.Recovery != "" && b.Recovery != c.Fingerprint
	return f, err
}

// away counts the sealed files that are not where the catalogue has them. None is opened.
func away(ctx context.Context, st SealStore) (n int64, err error) {
	return n, st.SealedPaths(ctx, func(path string) error {
		if _, err := rawpath.Lstat(path); err != nil {
			n++
		}
		return ctx.Err()
	})
}

// errFound ends a walk.
var errFound = errors.New("found")

// lastDrill is when the sheet last opened files; zero: never.
func lastDrill(ctx context.Context, st BurnStore, r *ring.Ring) (time.Time, error) {
	c := r.Recovery()
	d, err := st.LastDrill(ctx, c.Fingerprint)
	if d.At.After(c.ProvenAt) {
		return local(d.At), err
	}
	return local(c.ProvenAt), err
}

// lastVerify is when sealed files were last looked at, and how many were not sound.
func lastVerify(ctx context.Context, st BackupStore) (at time.Time, failed int64, err error) {
	e, there, err := st.LastOf(ctx, verifiedKind)
	if err != nil || !there {
		return at, 0, err
	}
	var body struct {
		Failed struct {
			Count int64 `json:"count"`
		} `json:"failed"`
		Foreign int64 `json:"foreign"` // of them, somebody else's
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return at, 0, err
	}
	at, err = time.Parse(time.RFC3339Nano, e.At)
	return local(at), body.Failed.Count - body.Foreign, err
}

// local is a time for people to read; never stays never.
func local(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.Local()
}
