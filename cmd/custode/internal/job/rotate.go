package job

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/ring"
	"custode/internal/journal"
	"custode/scan/walk"
)

// The journal's kinds of a change of the vault key: it is there, and all files that
// could be reached are sealed under it. In between it can be taken up again.
const (
	aboutKeys        = "keys."
	keyRotated       = aboutKeys + "rotated"
	rotationFinished = aboutKeys + "rotation-finished"
	personRemoved    = aboutKeys + "removed"
)

// RotateStore is where a rotation is remembered.
type RotateStore interface {
	ResealStore
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
	LastOf(ctx context.Context, kinds ...string) (journal.Entry, bool, error)
}

// rotatedBody is what the journal keeps of a new vault key.
type rotatedBody struct {
	Vault    string `json:"vault"`
	Former   string `json:"former"`
	Recovery string `json:"recovery"`
}

// finishedBody is what it keeps of the end of the work.
type finishedBody struct {
	Vault string `json:"vault"`
	Went  int    `json:"went_through"`
	Left  int    `json:"left"`
}

// Unfinished reports whether the last change of the vault key was broken off before
// all files were sealed anew. Somebody who was removed since wants a key of its own:
// then it does not count.
func Unfinished(ctx context.Context, st RotateStore, r *ring.Ring) (bool, error) {
	e, there, err := st.LastOf(ctx, keyRotated, rotationFinished, personRemoved)
	if err != nil || !there || e.Kind != keyRotated {
		return false, err
	}
	var body rotatedBody
	return json.Unmarshal(e.Body, &body) == nil && body.Vault == r.VaultFingerprint(), nil
}

// NewVault makes a new vault key and puts it into the journal. The caller holds the
// lock "seal". Files stay under the old key, which the new one opens, until Reseal.
func NewVault(ctx context.Context, st RotateStore, r *ring.Ring, u ring.Unlocked, now time.Time) (ring.Unlocked, error) {
	former := r.VaultFingerprint()
	next, err := r.Rotate(u, now)
	if err != nil {
		return next, err
	}
	_, err = st.Record(context.WithoutCancel(ctx), keyRotated, rotatedBody{r.VaultFingerprint(), former, r.Recovery().Fingerprint})
	return next, err
}

// Finished notes that all files were reached; left says how many could not be
// sealed anew.
func Finished(ctx context.Context, st RotateStore, r *ring.Ring, files, left int) error {
	_, err := st.Record(ctx, rotationFinished, finishedBody{r.VaultFingerprint(), files, left})
	return err
}

// SealedFile is one that may have to be sealed anew.
type SealedFile struct {
	Path  string
	Bytes int64
	Ours  bool // the catalogue knows it
}

// SealedOptions say where sealed files are looked for, besides the catalogue.
type SealedOptions struct {
	Roots []string
	Walk  walk.Options
	Left  func(walk.Entry) error // told what can't be looked at
}

// ChooseSealed hands over the files of the catalogue, and those that end in .age at
// and below the roots.
func ChooseSealed(ctx context.Context, st ResealStore, o SealedOptions, fn func(SealedFile) error) error {
	err := st.SealedFiles(ctx, "", func(e catalogue.Entry) error { return fn(SealedFile{e.Path, e.SealedSize, true}) })
	if err != nil || len(o.Roots) == 0 {
		return err
	}
	roots, err := walk.Roots(ctx, o.Roots, o.Walk)
	if err != nil {
		return err
	}
	return walk.Folders(ctx, roots, o.Walk, func(b walk.Batch) error {
		for _, e := range b.Entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			switch {
			case e.State == walk.Unreadable:
				if err := o.Left(e); err != nil {
					return err
				}
				continue
			case e.State != walk.File || !strings.EqualFold(filepath.Ext(e.Path), ".age"):
				continue
			}
			if _, known, err := st.SealedFile(ctx, e.Path); err != nil || known {
				if err != nil {
					return err
				}
				continue
			}
			if err := fn(SealedFile{Path: e.Path, Bytes: e.Stamp.Size}); err != nil {
				return err
			}
		}
		return nil
	})
}
