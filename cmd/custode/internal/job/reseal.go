package job

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/ring"
)

// ResealStore is where sealed files are remembered.
type ResealStore interface {
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
	SealedFile(ctx context.Context, path string) (catalogue.Entry, bool, error)
	Resealed(ctx context.Context, entries []catalogue.Entry) error
}

// ResealOptions say how files are sealed anew.
type ResealOptions struct {
	Ring    *ring.Ring
	Keys    ring.Unlocked
	Key     catalogue.Key
	Workers int
	Now     func() time.Time
	Done    func(reseal.Result)
	Bytes   func(int64)
	FS      disk.System // nil: the disk
}

// Reseal seals files anew, with a key of its own for each, for whom the ring says
// now; what the ring's present vault opens is left as it is. Whoever kept an earlier
// vault key opens none of them afterwards. A file whose content is not what the
// catalogue has is a Done one with the reason "differs". The caller holds the lock
// "seal". The errors are those of reseal.Run.
func Reseal(ctx context.Context, st ResealStore, files []string, o ResealOptions) (reseal.Totals, error) {
	return o.run(ctx, st, files, &reseal.Rotate{Keys: reseal.Keys{To: o.Ring.Recipients(), With: o.former(), New: []age.Identity{o.Keys.Vault}}})
}

// former are the vaults of before, in the order in which a file most likely has them.
func (o ResealOptions) former() (out []age.Identity) {
	for _, id := range slices.Backward(o.Keys.Former) {
		out = append(out, id)
	}
	return out
}

// Rewrap gives files the recipients that the ring has now, and leaves their content
// as it was sealed: for a new recovery sheet, or one more recovery key. Sheet, where
// it is at hand, tells the files that have the new sheet already; the others go by
// the catalogue. Everything else is as with Reseal.
func Rewrap(ctx context.Context, st ResealStore, files []string, o ResealOptions, sheet age.Identity) (reseal.Totals, error) {
	way := &reseal.Rewrap{Keys: reseal.Keys{To: o.Ring.Recipients(), With: []age.Identity{o.Keys.Vault}}, Former: o.former()}
	if sheet != nil {
		way.New = []age.Identity{o.Keys.Vault, sheet}
		return o.run(ctx, st, files, way)
	}
	var old []string
	for _, path := range files {
		e, there, err := st.SealedFile(ctx, path)
		if err != nil {
			return reseal.Totals{}, err
		}
		if !there || !slices.Equal(e.Recipients, o.Ring.Fingerprints()) {
			old = append(old, path)
			continue
		}
		o.Done(reseal.Result{Path: path, Outcome: reseal.Already})
	}
	t, err := o.run(ctx, st, old, way)
	t.Files += len(files) - len(old)
	t.Already += len(files) - len(old)
	return t, err
}

func (o ResealOptions) run(ctx context.Context, st ResealStore, files []string, way reseal.Way) (reseal.Totals, error) {
	if o.FS == nil {
		o.FS = disk.Real{}
	}
	var differs sync.Map
	return reseal.Run(ctx, files, reseal.Options{
		FS: o.FS, Way: way, Workers: o.Workers, Bytes: o.Bytes,
		Known: func(path string) bool {
			e, there, err := st.SealedFile(ctx, path)
			return err == nil && there && slices.Equal(e.Recipients, o.Ring.Fingerprints())
		},
		Record: func(ctx context.Context, batch []reseal.Record) error {
			entries := make([]catalogue.Entry, 0, len(batch))
			for _, r := range batch {
				e, there, err := st.SealedFile(ctx, r.Path)
				if err != nil {
					return err
				}
				if !there && r.Digests.Plain == [32]byte{} {
					continue // nothing is known of its content: it comes into the catalogue when it is opened
				}
				e = o.entry(e, there, r)
				if was := r.Digests.Plain; there && was != [32]byte{} && o.Key.Keyed(was) != e.Plain {
					differs.Store(r.Path, true)
					e.Plain = o.Key.Keyed(was)
				}
				entries = append(entries, e)
			}
			return st.Resealed(ctx, entries)
		},
		Done: func(r reseal.Result) {
			if _, yes := differs.Load(r.Path); yes && r.Reason == "" {
				r.Reason = replace.Differs
			}
			o.Done(r)
		},
	})
}

// entry is what the catalogue has of a file now. It was sealed all the time, so the
// time at which it was stays.
func (o ResealOptions) entry(e catalogue.Entry, there bool, r reseal.Record) catalogue.Entry {
	if !there {
		e = catalogue.Entry{
			Path: r.Path, Original: strings.TrimSuffix(filepath.Base(r.Path), ".age"), SealedAt: o.Now(),
			Mode: uint32(r.Was.Mode.Perm()), MTime: time.Unix(0, r.Was.MTime), Files: 1,
		}
		if r.Digests.Plain != [32]byte{} {
			e.Plain = o.Key.Keyed(r.Digests.Plain)
		}
	}
	e.Size, e.SealedSize, e.Cipher, e.Header = r.Digests.Size, r.Digests.SealedSize, r.Digests.Cipher, r.Digests.Header
	e.Recipients, e.CheckedAt, e.ProvenAt = o.Ring.Fingerprints(), o.Now(), time.Time{}
	if r.Proven {
		e.ProvenAt = o.Now()
	}
	return e
}
