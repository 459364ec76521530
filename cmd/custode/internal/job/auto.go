package job

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/cold"
	"custode/encrypt/quiet"
	"custode/encrypt/replace"
	"custode/internal/fault"
	"custode/internal/journal"
	"custode/internal/rawpath"
	"custode/scan"
	"custode/scan/walk"
)

// AutoStore is what automatic sealing needs of the store.
type AutoStore interface {
	ScanStore
	ChooseStore
	ProtectStore
	SaveSealedAuto(ctx context.Context, entries []catalogue.Entry) error
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
}

// AutoFolder is a folder in which new files are sealed by themselves.
type AutoFolder struct {
	Path  string
	Quiet time.Duration // how long a file must not have been touched
}

// AutoOptions say where and how.
type AutoOptions struct {
	Folders []AutoFolder
	Scan    ScanOptions // all but the roots
	Dry     bool        // Done is told of what would be sealed, with the outcome 0
	// Keys gives the recipients. It is asked while the lock "seal" is held.
	Keys func() (ProtectOptions, error)
	Done func(replace.Result)
}

// Holds gives the folder in which a path lies.
func (o AutoOptions) Holds(path string) (AutoFolder, bool) {
	var best AutoFolder
	for _, f := range o.Folders {
		if within(f.Path, path) && len(f.Path) > len(best.Path) {
			best = f
		}
	}
	return best, best.Path != ""
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != "." && filepath.IsLocal(rel)
}

// Auto scans the folders, or of them only these files, and seals the files with
// personal data that nobody has touched for a while and no program has open. It gives
// those that are to be looked at again. What was sealed is in the catalogue and in the
// journal as with Protect.
func Auto(ctx context.Context, st AutoStore, o AutoOptions, only []string) (waiting []quiet.Waiting, err error) {
	s := o.Scan
	s.Whole, s.Roots = false, nil
	if only == nil {
		for _, f := range o.Folders {
			s.Roots = append(s.Roots, f.Path)
		}
	} else if s.Roots, err = o.known(only); err != nil || len(s.Roots) == 0 {
		return nil, err
	}
	report, err := Scan(ctx, st, s)
	if f, is := errors.AsType[*fault.Error](err); is && f.Code == fault.NoInput && only != nil {
		return nil, nil // the one file is gone again
	}
	if err != nil {
		return nil, err
	}
	if err := report.Close(); err != nil {
		return nil, err
	}
	roots, err := walk.Roots(ctx, s.Roots, s.Walk())
	if err != nil {
		return nil, err
	}
	a := &auto{o: o, st: st, places: &scan.Places{Own: s.Folders}}
	for _, f := range o.Folders {
		a.places.Roots = append(a.places.Roots, f.Path)
	}
	defer func() {
		if a.release != nil {
			a.release()
		}
	}()
	for _, root := range roots {
		if err := st.Marked(ctx, root, func(f scan.File) error { return a.file(ctx, f) }); err != nil {
			return a.waiting, err
		}
	}
	return a.waiting, a.seal(ctx)
}

// known keeps of the files that were touched those that a scan of the folders would
// look at.
func (o AutoOptions) known(paths []string) (out []string, err error) {
	for _, path := range paths {
		folder, ours := o.Holds(path)
		info, err := rawpath.Lstat(path)
		if !ours || err != nil || !info.Mode().IsRegular() || o.leaves(folder.Path, path) {
			continue
		}
		why, err := walk.LeftOut(folder.Path, path)
		if err != nil {
			return nil, err
		}
		if why == "" {
			out = append(out, path)
		}
	}
	return out, nil
}

// leaves reports whether the settings leave out the file, or a folder above it, or it
// is custode's own.
func (o AutoOptions) leaves(root, path string) bool {
	for at := path; within(root, at) || at == root; at = filepath.Dir(at) {
		if slices.Contains(o.Scan.Exclude, at) || slices.ContainsFunc(o.Scan.Exclusions, func(x scan.Exclusion) bool { return walk.Fits(x.Path, at) }) {
			return true
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	return false
}

// auto is one look.
type auto struct {
	o       AutoOptions
	st      AutoStore
	places  *scan.Places
	keys    ProtectOptions
	release func()
	files   []string
	waiting []quiet.Waiting
}

// autoPortion is how many files are sealed together.
const autoPortion = 2000

// file takes a file in which personal data was found.
func (a *auto) file(ctx context.Context, f scan.File) error {
	folder, ours := a.o.Holds(f.Path)
	info, err := rawpath.Lstat(f.Path)
	if !ours || err != nil || !info.Mode().IsRegular() || strings.EqualFold(filepath.Ext(f.Path), ".age") {
		return nil //nolint:nilerr // it is gone, or something else by now
	}
	switch cold.Of(cold.File{Path: f.Path, Format: f.Format, Matters: true, Trashed: a.places.Of(f.Path) == scan.InTrash}, a.o.Scan.Now()) {
	case cold.Database, cold.Program, cold.Trash:
		return nil
	case cold.Cold, cold.Daily, cold.Little:
	}
	if until := a.until(f, info, folder.Quiet); !until.IsZero() {
		a.waiting = append(a.waiting, quiet.Waiting{Path: f.Path, Until: until})
		return nil
	}
	if a.o.Dry {
		a.o.Done(replace.Result{Path: f.Path})
		return nil
	}
	if a.files = append(a.files, f.Path); len(a.files) < autoPortion {
		return nil
	}
	return a.seal(ctx)
}

// until tells until when a file is left alone; zero: it is quiet. One that was moved
// here is new, however old its content.
func (a *auto) until(f scan.File, info os.FileInfo, rest time.Duration) time.Time {
	stamp, now := walk.StampOf(info), a.o.Scan.Now()
	last := time.Unix(0, max(stamp.MTimeNS, stamp.CTimeNS))
	if now.Sub(last) < rest {
		if last.After(now) { // by a clock that is ahead
			last = now
		}
		return last.Add(rest)
	}
	if stamp.Size != f.Stamp.Size || stamp.MTimeNS != f.Stamp.MTimeNS || stamp.Inode != f.Stamp.Inode {
		return now.Add(rest) // not what was scanned
	}
	for _, mark := range cold.OpenMarks(filepath.Base(f.Path)) {
		if _, err := rawpath.Lstat(filepath.Join(filepath.Dir(f.Path), mark)); err == nil {
			return now.Add(rest)
		}
	}
	return time.Time{}
}

// busy are the reasons that pass by themselves.
var busy = []replace.Reason{replace.InUse, replace.Changed, replace.ChangedLate, replace.Database, replace.NameTaken}

// seal seals what was gathered.
func (a *auto) seal(ctx context.Context) (err error) {
	if len(a.files) == 0 {
		return nil
	}
	if a.release == nil {
		if a.release, err = a.o.Scan.Lock("seal"); err != nil {
			return err
		}
		if a.keys, err = a.o.Keys(); err != nil {
			return err
		}
	}
	keys := a.keys
	keys.Done = func(r replace.Result) {
		if slices.Contains(busy, r.Reason) {
			if folder, ours := a.o.Holds(r.Path); ours {
				a.waiting = append(a.waiting, quiet.Waiting{Path: r.Path, Until: a.o.Scan.Now().Add(folder.Quiet)})
			}
			return
		}
		a.o.Done(r)
	}
	_, err = Protect(ctx, autoStore{a.st}, a.files, keys)
	a.files = a.files[:0]
	return err
}

// autoStore notes that nobody asked for what is sealed.
type autoStore struct{ AutoStore }

func (s autoStore) SaveSealed(ctx context.Context, entries []catalogue.Entry) error {
	return s.SaveSealedAuto(ctx, entries)
}
