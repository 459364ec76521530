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
}

// ProtectOptions say whom to seal for.
type ProtectOptions struct {
	To           []age.Recipient
	Fingerprints []string       // of To
	With         []age.Identity // open what was sealed before; nil while the keys are locked
	Key          catalogue.Key
	Keep, Number bool
	Workers      int
	Now          func() time.Time
	Done         func(replace.Result)
	Bytes        func(int64)
	FS           disk.System // nil: the disk
}

// Protect seals files in place, and puts each into the catalogue and the journal
// before its original goes. The caller holds the lock "seal". The errors are those
// of replace.Run.
func Protect(ctx context.Context, st ProtectStore, files []string, o ProtectOptions) (replace.Totals, error) {
	defer ForDisk(100)()
	if o.FS == nil {
		o.FS = disk.Real{}
	}
	var kept, gone []string
	totals, err := replace.Run(ctx, files, replace.Options{
		FS: o.FS, Sealer: replace.Age{To: o.To, With: o.With}, Keep: o.Keep, Number: o.Number, Workers: o.Workers,
		Bytes: o.Bytes,
		Known: func(sealed string, cipher, plain [32]byte) bool {
			e, there, err := st.SealedFile(ctx, sealed)
			return err == nil && there && e.Cipher == cipher && e.Plain == o.Key.Keyed(plain)
		},
		Record: func(ctx context.Context, batch []replace.Record) error {
			return st.SaveSealed(ctx, o.entries(batch))
		},
		Done: func(r replace.Result) {
			if r.Outcome == replace.Sealed {
				gone = append(gone, r.Path)
			}
			if r.Outcome == replace.Kept && (r.Reason == replace.NotRemovable || r.Reason == replace.ChangedLate) {
				kept = append(kept, r.Sealed)
			}
			o.Done(r)
		},
	})
	ctx = context.WithoutCancel(ctx)
	return totals, errors.Join(err, st.SetKept(ctx, kept, true), st.ForgetFiles(ctx, gone))
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
