package job

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/scan"
)

// ArchiveStore is where archives are remembered, and what the scan knew of the
// files in them.
type ArchiveStore interface {
	ProtectStore
	DecoyStore
	Marked(ctx context.Context, root string, fn func(scan.File) error) error
}

// ArchiveOptions say whom to seal for.
type ArchiveOptions struct {
	To           []age.Recipient
	Fingerprints []string       // of To
	With         []age.Identity // open what an earlier run made; nil while the keys are locked
	Key          catalogue.Key
	Keep         bool
	Now          func() time.Time
	Left         func(bundle.Left)
	Bytes        func(int64)
	Announce     Announcer
}

// Archive makes one sealed file of a folder, and puts it into the catalogue and the
// journal before an original goes. The caller holds the lock "seal". The errors are
// those of bundle.Run.
func Archive(ctx context.Context, st ArchiveStore, folder string, o ArchiveOptions) (bundle.Result, error) {
	defer ForDisk(60)() // it reads many files ahead
	defer o.Announce.say([]string{folder}, []string{folder})()
	bait, err := newBait(ctx, st)
	if err != nil {
		return bundle.Result{}, err
	}
	readable := map[string]bool{} // what is not in the archive
	var still bool                // something that is in it is readable too
	removed, err := newRemovals(ctx, st)
	if err != nil {
		return bundle.Result{}, err
	}
	res, err := bundle.Run(ctx, folder, bundle.Options{
		FS: disk.Real{}, To: o.To, With: o.With, Keep: o.Keep, Bytes: o.Bytes, Leave: bait.leave,
		Left: func(l bundle.Left) {
			if still = still || l.Sealed; !l.Sealed {
				readable[l.Path] = true
			}
			o.Left(l)
		},
		Record: func(ctx context.Context, m bundle.Made) error {
			e, err := o.entry(ctx, st, m, readable)
			if err != nil {
				return err
			}
			if err := st.SaveSealed(ctx, []catalogue.Entry{e}); err != nil || o.Keep {
				return err
			}
			return bait.remove(ctx, st, o.Announce)
		},
	})
	var paths []string
	for _, m := range res.Made {
		paths = append(paths, m.Path)
	}
	if e := st.SetKept(context.WithoutCancel(ctx), paths, o.Keep || still); err == nil {
		err = e
	}
	if o.Keep || err != nil || !still && !res.Gone {
		return res, err
	}
	for _, path := range paths {
		if removed.sealed(path); !still {
			removed.went(path)
		}
	}
	return res, removed.note(context.WithoutCancel(ctx))
}

// entry is the archive's row in the catalogue: with the people of all its files, as
// far as the last scan counted them, and the highest risk.
func (o ArchiveOptions) entry(ctx context.Context, st ArchiveStore, m bundle.Made, readable map[string]bool) (catalogue.Entry, error) {
	e := catalogue.Entry{
		Path: m.Path, Original: strings.TrimSuffix(filepath.Base(m.Path), ".age"), SealedAt: o.Now(),
		Size: m.Digests.Size, SealedSize: m.Digests.SealedSize, Cipher: m.Digests.Cipher, Header: m.Digests.Header,
		Plain: o.Key.Keyed(m.Digests.Plain), Recipients: o.Fingerprints, Kept: o.Keep, Files: m.Files,
	}
	err := st.Marked(ctx, m.Folder, func(f scan.File) error {
		for p := f.Path; len(p) > len(m.Folder); p = filepath.Dir(p) {
			if readable[p] {
				return nil
			}
		}
		e.People += f.People
		if r := scan.Risk(e.Risk); e.Risk == "" || f.Risk.Rank() > r.Rank() {
			e.Risk, e.Reason = string(f.Risk), string(f.RiskReason)
		}
		return nil
	})
	return e, err
}

// PlanArchive tells what Archive would do, and what would stay readable.
// Without a store no decoys are known.
func PlanArchive(ctx context.Context, st DecoyList, folder string, left func(bundle.Left)) (bundle.Plan, error) {
	o := bundle.Options{FS: disk.Real{}, Left: left}
	if st != nil {
		bait, err := newBait(ctx, st)
		if err != nil {
			return bundle.Plan{}, err
		}
		o.Leave = bait.leave
	}
	return bundle.Look(ctx, folder, o)
}

// ArchiveReason puts an error of PlanArchive on the list.
func ArchiveReason(err error) replace.Reason { return replace.Cause(err) }
