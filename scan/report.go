package scan

import (
	"cmp"
	"errors"
	"io"
	"iter"
	"slices"
	"time"

	"custode/internal/extsort"
	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/walk"
)

// Totals sums up a scan.
type Totals struct {
	Files        int64                 `json:"files"` // regular files met
	Bytes        int64                 `json:"bytes"` // their sizes
	WithFindings int64                 `json:"files_with_findings"`
	Skipped      int64                 `json:"skipped"` // left out by a rule, links, pipes and devices
	NotExamined  int64                 `json:"not_examined"`
	Errors       int64                 `json:"errors"` // could not be read
	Sealed       int64                 `json:"encrypted"`
	Read         int64                 `json:"read"` // files whose content was read now; the others had not changed
	People       int64                 `json:"people"`
	Kinds        map[detect.Kind]int64 `json:"kinds"`
}

// Complete reports whether all could be looked at that no rule leaves out.
func (t Totals) Complete() bool { return t.NotExamined == 0 && t.Errors == 0 }

// Report is what a scan found: the files that matter, worst first.
type Report struct {
	StartedAt time.Time
	Duration  time.Duration
	Roots     []string
	Totals    Totals
	Ledger    Ledger
	Unseen    []File // could not be read, or no reader for them yet; the first ten thousand
	Unnamed   int64  // how many more
	Excluded  []File // by the settings; the first hundred
	Left      int64  // how many the settings leave out in all
	people    *people.Sketch
	around    Around
	all       bool
	kept      *extsort.Sorter // records of files: with findings; all of them if asked for
	notes     *extsort.Sorter // what Copies found of some of those, in the same order
	pack      pack
	likes     *likes
	temp      string
	room      int
}

// maxKept is how many bytes of records a report holds in memory before it writes some
// away: a file has about 200. It takes as much again to find copies.
const maxKept = 12 << 20

// maxExcluded is how many of the entries that the settings leave out are named.
const maxExcluded = 100

// maxUnseen is how many files that were not looked at are named; the ledger has
// the others. A folder of a million pictures must not take the memory of as many.
const maxUnseen = 10_000

// Whole reports whether all was looked at, and nothing left out by a rule or the
// settings.
func (r *Report) Whole() bool { return r.Totals.Complete() && r.Left == 0 && r.Ledger.Whole() }

// NewReport makes an empty report. With all it keeps every file, not only
// those with findings. startedAt is the day on which files are judged. Very many
// files are kept in a temporary file, which Close gives back.
func NewReport(startedAt time.Time, roots []string, all bool) *Report {
	return &Report{
		StartedAt: startedAt, Roots: roots, all: all, people: people.New(), around: Around{Places: Places{Roots: roots}, Now: startedAt},
		Totals: Totals{Kinds: map[detect.Kind]int64{}}, kept: extsort.New("", maxKept), room: maxKept,
	}
}

// Temporary names the folder of the temporary file, before the first Add. Without it
// that is the system's.
func (r *Report) Temporary(dir string) { r.temp, r.kept = dir, extsort.New(dir, r.room) }

// Close gives back what the report keeps its files in.
func (r *Report) Close() error {
	if r == nil {
		return nil
	}
	err := r.kept.Close()
	if r.notes != nil {
		err = errors.Join(err, r.notes.Close())
	}
	return err
}

// Folders tells what some folders of this user are, before the first Add.
func (r *Report) Folders(own map[string]Exposure) { r.around.Own = own }

// Add counts one file in, and judges it. What it keeps of it has no sketch, so that memory
// stays small however many people there are.
func (r *Report) Add(f File) error {
	t := &r.Totals
	if held, _ := f.holds(); f.State != Skipped {
		t.Files += held.Files
		t.Bytes += held.Bytes
	}
	r.Ledger.add(f)
	switch f.State {
	case Skipped:
		if f.Rule != string(walk.ReasonDecoy) {
			t.Skipped++
		}
	case NotExamined:
		t.NotExamined++
	case Failed:
		t.Errors++
	case Sealed:
		t.Sealed++
	case Examined:
	}
	if !f.Reused && !f.ReadAt.IsZero() {
		t.Read++
	}
	for _, x := range f.Findings {
		t.Kinds[x.Kind] += x.Count
	}
	if len(f.Findings) > 0 {
		t.WithFindings++
	}
	if f.Sketch != nil {
		if err := r.people.Merge(f.Sketch); err != nil {
			return err
		}
		f.Sketch = nil
	}
	r.around.Judge(&f, false)
	if f.State == Skipped && f.Rule == RuleSettings {
		if r.Left++; len(r.Excluded) < maxExcluded {
			r.Excluded = append(r.Excluded, f)
		}
	}
	if f.Unseen() {
		if len(r.Unseen) < maxUnseen {
			r.Unseen = append(r.Unseen, f)
		} else {
			r.Unnamed++
		}
	}
	if f.Rule == string(walk.ReasonDecoy) || !r.all && len(f.Findings) == 0 {
		return nil
	}
	if canCompare(&f) {
		if r.likes == nil {
			r.likes = &likes{}
		}
		r.likes.add(f.Likeness)
	}
	return r.kept.Add(r.pack.record(&f))
}

// Kept is how many files there are in Files.
func (r *Report) Kept() int64 { return r.kept.Len() }

// Files gives the files with findings, or all of them if asked for, worst first. No
// file can be added after it. It fails when the temporary file can't be read.
func (r *Report) Files() iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		if err := r.each(yield); err != nil {
			yield(File{}, err)
		}
	}
}

func (r *Report) each(yield func(File, error) bool) error {
	recs, err := r.kept.Sorted()
	if err != nil {
		return err
	}
	notes := noteReader{pack: &r.pack}
	if r.notes != nil {
		if notes.from, err = r.notes.Sorted(); err != nil {
			return err
		}
	}
	for {
		rec, err := recs.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		f, ok := r.pack.open(rec)
		if !ok {
			return errRecord
		}
		if err := notes.complete(&f, keyOf(rec)); err != nil {
			return err
		}
		if !yield(f, nil) {
			return nil
		}
	}
}

// errRecord says that what was read back is not what was written.
var errRecord = errors.New("scan: a record of a file is damaged")

// End closes the totals.
func (r *Report) End(took time.Duration) {
	r.Duration = took
	r.Totals.People = r.people.Count()
	slices.SortFunc(r.Excluded, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Unseen, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
}
