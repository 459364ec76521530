package job

import (
	"context"
	"slices"
	"time"

	"custode/playbook/privacy/datamap"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/walk"
)

// DataMapStore is what the map of the data is made from.
type DataMapStore interface {
	Findings(ctx context.Context, root string, fn func(scan.File) error) error
	SealedFindings(ctx context.Context, root string, fn func(path, original string, found []detect.Finding, changed time.Time) error) error
	LastWholeScan(ctx context.Context) (ended time.Time, roots []string, err error)
}

// PeopleStore is what is known of the people in files.
type PeopleStore interface {
	PeopleKnown(ctx context.Context, root string, fn func(path string, n int64, met *people.Sketch) error) error
}

// Holdings are what is known to lie in the data folders, whose paths are as the scan knows them.
type Holdings struct {
	Roots []string
	Found []datamap.Found
}

// Map is the map of what was gathered, by the last scan and by the catalogue of sealed files, and of what the owner
// says; the people, [CountPeople] counts. Its Scanned is zero where no scan of all of these folders has ended.
func (h Holdings) Map(ctx context.Context, st DataMapStore, decl datamap.Declaration, now time.Time) (*datamap.Map, error) {
	scanned, covered, err := st.LastWholeScan(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range h.Roots {
		if !slices.ContainsFunc(covered, func(c string) bool { return c == r || within(c, r) }) {
			scanned = time.Time{}
		}
	}
	return datamap.Judge(decl, h.Found, now, scanned), nil
}

// CountPeople counts about how many people the data of each folder of a map are: each person once, however
// many of its files know them.
func CountPeople(ctx context.Context, st PeopleStore, m *datamap.Map) error {
	var roots []string
	holding := map[string][]int{} // by path
	for i, h := range m.Holdings {
		if !slices.Contains(roots, h.Root) {
			roots = append(roots, h.Root)
		}
		for _, f := range h.Files {
			holding[f.Path] = append(holding[f.Path], i)
		}
	}
	all, loose := make([]people.Sketch, len(m.Holdings)), make([]int64, len(m.Holdings))
	for _, root := range roots {
		err := st.PeopleKnown(ctx, root, func(path string, n int64, met *people.Sketch) error {
			for _, i := range holding[path] {
				if met == nil {
					loose[i] = max(loose[i], n)
				} else if err := all[i].Merge(met); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	for i := range m.Holdings {
		m.Holdings[i].People = max(all[i].Count(), loose[i])
	}
	return nil
}

// Found gathers what is known to lie in the data folders. It reads no file's content. Of a file that is sealed and still readable beside it, the readable one counts.
// Numbers that are published for tests are nobody's, and count for nothing.
func Found(ctx context.Context, st DataMapStore, folders []string) (h Holdings, err error) {
	h.Roots, err = walk.Roots(ctx, folders, walk.Options{})
	if err != nil {
		return h, err
	}
	for _, root := range h.Roots {
		readable := map[string]bool{}
		add := func(path string, list []detect.Finding, newest time.Time, dated, sealed bool) {
			for _, f := range list {
				if !f.Example {
					h.Found = append(h.Found, datamap.Found{
						Path: path, Root: root, Kind: string(f.Kind), Column: column(f.Where), Count: f.Count,
						Newest: month(newest), Sealed: sealed, Dated: dated,
					})
				}
			}
		}
		err := st.Findings(ctx, root, func(f scan.File) error {
			if len(f.Findings) > 0 {
				readable[f.Path] = true
				newest, dated := f.Age()
				add(f.Path, f.Findings, newest, dated, false)
			}
			return ctx.Err()
		})
		if err != nil {
			return h, err
		}
		err = st.SealedFindings(ctx, root, func(path, original string, list []detect.Finding, changed time.Time) error {
			if !readable[original] {
				add(path, list, changed, false, true)
			}
			return ctx.Err()
		})
		if err != nil {
			return h, err
		}
	}
	return h, nil
}

// column gives the name of a column or field; texts have none.
func column(w detect.Where) string {
	if w.Unit == detect.Column || w.Unit == detect.Field {
		return w.Name
	}
	return ""
}

// month writes the month of a file's newest record, or "" where it is not known.
func month(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01")
}
