package scan

import (
	"cmp"
	"slices"
	"time"

	"custode/scan/detect"
	"custode/scan/people"
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
	Files     []File // with findings; all of them if asked for
	Unseen    []File // could not be read, or no reader for them yet; the first ten thousand
	Unnamed   int64  // how many more
	Excluded  []File // by the settings; the first hundred
	Left      int64  // how many the settings leave out in all
	people    *people.Sketch
	around    Around
	all       bool
}

// maxExcluded is how many of the entries that the settings leave out are named.
const maxExcluded = 100

// maxUnseen is how many files that were not looked at are named; the ledger has
// the others. A folder of a million pictures must not take the memory of as many.
const maxUnseen = 10_000

// Whole reports whether all was looked at, and nothing left out by a rule or the
// settings.
func (r *Report) Whole() bool { return r.Totals.Complete() && r.Left == 0 && r.Ledger.Whole() }

// NewReport makes an empty report. With all it keeps every file, not only
// those with findings. startedAt is the day on which files are judged.
func NewReport(startedAt time.Time, roots []string, all bool) *Report {
	return &Report{
		StartedAt: startedAt, Roots: roots, all: all, people: people.New(), around: Around{Places: Places{Roots: roots}, Now: startedAt},
		Totals: Totals{Kinds: map[detect.Kind]int64{}},
	}
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
		t.Skipped++
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
	if r.all || len(f.Findings) > 0 {
		r.Files = append(r.Files, f)
	}
	return nil
}

// End sorts the files, worst first, and closes the totals.
func (r *Report) End(took time.Duration) {
	r.Duration = took
	r.Totals.People = r.people.Count()
	slices.SortFunc(r.Files, WorstFirst)
	slices.SortFunc(r.Excluded, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Unseen, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
}

// WorstFirst orders files by risk, then people, then path.
func WorstFirst(a, b File) int {
	return cmp.Or(cmp.Compare(b.Risk.Rank(), a.Risk.Rank()), cmp.Compare(b.People, a.People), cmp.Compare(a.Path, b.Path))
}
