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
	Ring     *ring.Ring
	Keys     ring.Unlocked
	Sheet    age.Identity // the recovery key, where it is at hand: one more proof; nil: on paper only
	Key      catalogue.Key
	Workers  int
	Now      func() time.Time
	Done     func(reseal.Result)
	Bytes    func(int64)
	Announce Announcer
	FS       disk.System // nil: the disk
}

// Reseal brings sealed files to the keys that the ring has now. What only one of its
// former vaults opens is sealed anew, with a key of its own: whoever kept that vault
// key opens it no more. Of what the present vault opens the header is written anew, and
// the content stays as it was sealed, unless it is sealed for the present keys and for
// nobody else. A file whose content is not what the catalogue has is a Done one with
// the reason "differs". The caller holds the lock "seal". The errors are those of
// reseal.Run.
func Reseal(ctx context.Context, st ResealStore, files []string, o ResealOptions) (reseal.Totals, error) {
	way := &reseal.Rewrap{
		Keys: reseal.Keys{To: o.Ring.Recipients(), With: []age.Identity{o.Keys.Vault}, New: []age.Identity{o.Keys.Vault}}, Former: o.former(),
		Recorded: func(path string, header [32]byte) bool {
			e, there, err := st.SealedFile(ctx, path)
			return err == nil && there && e.Header == header && slices.Equal(e.Recipients, o.Ring.Fingerprints())
		},
	}
	if o.Sheet != nil {
		way.New = append(way.New, o.Sheet)
	}
	return o.run(ctx, st, files, way)
}

// former are the vaults of before, in the order in which a file most likely has them.
func (o ResealOptions) former() (out []age.Identity) {
	for _, id := range slices.Backward(o.Keys.Former) {
		out = append(out, id)
	}
	return out
}

func (o ResealOptions) run(ctx context.Context, st ResealStore, files []string, way reseal.Way) (reseal.Totals, error) {
	defer ForDisk(100)()
	defer o.Announce.say(files, nil)()
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
