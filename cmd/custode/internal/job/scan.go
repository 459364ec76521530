// Package job holds what custode does, one file a job: here, and only here,
// the rooms meet. A job names what it needs as small interfaces, which the
// store satisfies without knowing; it shows nothing and knows no language.
package job

import (
	"context"
	"errors"

	"custode/internal/fault"
	"custode/internal/journal"
	"custode/internal/rawpath"
	"custode/scan"
	"custode/scan/walk"
)

// ScanStore is what a scan remembers, and is remembered by.
type ScanStore interface {
	BeginScan(ctx context.Context, roots []string, whole bool) (int64, error)
	Known(ctx context.Context, dir string, names []string) (map[string]scan.File, error)
	SaveFiles(ctx context.Context, id int64, files []scan.File) error
	CopyStore
	DecoyList
	FinishScan(ctx context.Context, id int64, roots []string, totals scan.Totals, settled func(dir string) bool) (journal.Head, error)
}

// ScanOptions say what to scan. Its scan.Options need Roots, Rules and Now.
type ScanOptions struct {
	scan.Options
	Whole    bool                              // Roots are all the data folders
	Anew     bool                              // read also what has not changed since an earlier scan
	All      bool                              // keep every file in the report, not only those with findings
	Folders  map[string]scan.Exposure          // what some folders of this user are, by their paths
	Home     string                            // where a temporary file may be made; "" for the system's folder
	Lock     func(name string) (func(), error) // takes a named lock of the home
	Compare  func(path string)                 // when not nil, told of every file that is read to find copies
	Announce Announcer
	At       func(path string)                  // when not nil, told of each file before Progress is
	Progress func(files, bytes int64, now bool) // told after each file; now when the number is the last
}

// Scan scans and remembers what it found. With a nil store nothing is
// remembered, and everything is read. It fails with a fault of code Busy when
// another scan of this home is running, NoInput when a root is not there. Who gets a
// report closes it.
func Scan(ctx context.Context, st ScanStore, o ScanOptions) (_ *scan.Report, err error) {
	if err := present(o.Roots, o.Whole); err != nil {
		return nil, err
	}
	if o.Roots, err = walk.Roots(ctx, o.Roots, o.Walk()); err != nil {
		return nil, err
	}
	defer o.Announce.say(nil, o.Roots)()
	if st != nil {
		if o.Decoys, err = KnownDecoys(ctx, st); err != nil {
			return nil, err
		}
	}
	start := o.Now()
	report := scan.NewReport(start, o.Roots, o.All)
	defer func() {
		if err != nil {
			err = errors.Join(err, report.Close())
		}
	}()
	report.Temporary(o.Home)
	report.Folders(o.Folders)
	var id int64
	var save func(f *scan.File) error
	settled := folders{}
	if st != nil {
		release, err := o.Lock("scan")
		if err != nil {
			return nil, err
		}
		defer release()
		if id, err = st.BeginScan(ctx, o.Roots, o.Whole); err != nil {
			return nil, err
		}
		if !o.Anew {
			o.Known = func(dir string, names []string) (map[string]scan.File, error) { return st.Known(ctx, dir, names) }
		}
		save = saver(ctx, st, id, o.Now, settled)
	}
	err = scan.Run(ctx, o.Options, func(f scan.File) error {
		if save != nil {
			if err := save(&f); err != nil {
				return err
			}
		}
		if f.Gone {
			return nil
		}
		if err := report.Add(f); err != nil {
			return err
		}
		if o.At != nil {
			o.At(f.Path)
		}
		o.progress(report, false)
		return nil
	})
	if save != nil { // also after a failure: what was read need not be read again
		err = errors.Join(err, save(nil))
	}
	o.progress(report, true)
	if errors.Is(err, scan.ErrPanic) {
		return nil, &fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{scan.ErrPanic.Error()}, Err: err}
	}
	if err != nil {
		return nil, err
	}
	if err := findCopies(ctx, st, o, report); err != nil {
		return nil, err
	}
	report.End(o.Now().Sub(start))
	if st != nil {
		if _, err := st.FinishScan(ctx, id, o.Roots, report.Totals, settled.has); err != nil {
			return nil, err
		}
	}
	return report, nil
}

func (o ScanOptions) progress(r *scan.Report, end bool) {
	if o.Progress != nil {
		o.Progress(r.Totals.Files, r.Totals.Bytes, end)
	}
}

// present refuses a single root that is not there: a typing error is no clean
// folder. Of several data folders, one may be on a drive that is away: the walk
// lists it.
func present(roots []string, whole bool) error {
	for _, r := range roots {
		if _, err := rawpath.Lstat(r); err != nil && len(roots) == 1 {
			if whole {
				return fault.On(fault.CodeOf(err, fault.NoInput), "fault.scan.folder", r, err)
			}
			return fault.On(fault.CodeOf(err, fault.NoInput), "fault.scan.root", r, err)
		}
	}
	return nil
}
