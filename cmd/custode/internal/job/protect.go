package job

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// ProtectStore is where sealed files are remembered.
type ProtectStore interface {
	SaveSealed(ctx context.Context, entries []catalogue.Entry) error
	ForgetFiles(ctx context.Context, paths []string) error
	SetKept(ctx context.Context, paths []string, kept bool) error
	SealedFile(ctx context.Context, path string) (catalogue.Entry, bool, error)
	Promise(ctx context.Context, list []catalogue.Promise) error
	Promised(ctx context.Context, path string) (catalogue.Promise, bool, error)
	goneStore
}

// ProtectOptions say whom to seal for.
type ProtectOptions struct {
	To           []age.Recipient
	Fingerprints []string       // of To
	With         []age.Identity // open what was sealed before; nil while the keys are locked
	Key          catalogue.Key
	Keep, Number bool
	Linked       *Linked // seals files of several names; nil: they are refused
	Workers      int
	Now          func() time.Time
	Done         func(replace.Result)
	Bytes        func(int64)
	Announce     Announcer
	FS           disk.System // nil: the disk
}

// Protect seals files in place, and puts each into the catalogue and the journal
// before its original goes. The caller holds the lock "seal". The errors are those
// of replace.Run.
func Protect(ctx context.Context, st ProtectStore, files []string, o ProtectOptions) (replace.Totals, error) {
	defer ForDisk(100)()
	defer o.Announce.say(files, nil)()
	if o.FS == nil {
		o.FS = disk.Real{}
	}
	var kept, gone []string
	removed, err := newRemovals(ctx, st)
	if err != nil {
		return replace.Totals{}, err
	}
	totals, err := replace.Run(ctx, files, replace.Options{
		FS: o.FS, Sealer: replace.Age{To: o.To, With: o.With}, Keep: o.Keep, Number: o.Number, Workers: o.Workers,
		Bytes: o.Bytes, Linked: o.Linked.All,
		Promise: func(ctx context.Context, batch []replace.Record) error {
			return st.Promise(ctx, o.promises(batch))
		},
		Known: func(ctx context.Context, f replace.Found) (replace.Digests, bool) { return o.known(ctx, st, f) },
		Record: func(ctx context.Context, batch []replace.Record) error {
			err := st.SaveSealed(ctx, o.entries(batch))
			for _, r := range batch {
				if err == nil && !o.Keep {
					removed.sealed(r.Sealed)
				}
			}
			return err
		},
		Done: func(r replace.Result) {
			if r.Outcome == replace.Sealed {
				gone = append(gone, r.Path)
				removed.went(r.Sealed)
			}
			if r.Outcome == replace.Kept && (r.Reason == replace.NotRemovable || r.Reason == replace.ChangedLate) {
				kept = append(kept, r.Sealed)
			}
			o.Done(r)
		},
	})
	ctx = context.WithoutCancel(ctx)
	return totals, errors.Join(err, st.SetKept(ctx, kept, true), st.ForgetFiles(ctx, gone), removed.note(ctx))
}

func (o ProtectOptions) promises(batch []replace.Record) []catalogue.Promise {
	out := make([]catalogue.Promise, 0, len(batch))
	for _, r := range batch {
		out = append(out, catalogue.Promise{
			Path: r.Sealed, Cipher: r.Digests.Cipher, Header: r.Digests.Header, Plain: o.Key.Keyed(r.Digests.Plain),
			Dev: r.Was.Dev, Ino: r.Was.Ino, Size: r.Was.Size, MTime: r.Was.MTime, CTime: r.Was.CTime,
		})
	}
	return out
}

// known tells whether a sealed file was proven to hold what its original holds: by
// the catalogue, or by what was promised before it had its name. Of a very large file
// there is no digest of the content: then the original must be the same file,
// untouched since.
func (o ProtectOptions) known(ctx context.Context, st ProtectStore, f replace.Found) (replace.Digests, bool) {
	plain := o.Key.Keyed(f.Plain)
	if e, there, err := st.SealedFile(ctx, f.Sealed); err == nil && there && e.Cipher == f.Cipher && e.Plain == plain {
		return replace.Digests{Header: e.Header}, true
	}
	p, there, err := st.Promised(ctx, f.Sealed)
	if err != nil || !there || p.Cipher != f.Cipher {
		return replace.Digests{}, false
	}
	was := disk.ID{Dev: p.Dev, Ino: p.Ino, Size: p.Size, MTime: p.MTime, CTime: p.CTime}
	same := p.Plain == plain || p.Plain == [32]byte{} && was.Same(f.Was)
	return replace.Digests{Header: p.Header}, same
}

func (o ProtectOptions) entries(batch []replace.Record) []catalogue.Entry {
	out := make([]catalogue.Entry, 0, len(batch))
	for _, r := range batch {
		out = append(out, catalogue.Entry{
			Path: r.Sealed, Original: filepath.Base(r.Path), SealedAt: o.Now(), Size: r.Digests.Size, SealedSize: r.Digests.SealedSize,
			Cipher: r.Digests.Cipher, Header: r.Digests.Header, Plain: o.Key.Keyed(r.Digests.Plain), Recipients: o.Fingerprints,
			Mode: uint32(r.Was.Mode.Perm()), MTime: time.Unix(0, r.Was.MTime), Kept: o.Keep, Files: 1,
		})
	}
	return out
}
