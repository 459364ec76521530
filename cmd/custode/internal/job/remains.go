package job

import (
	"cmp"
	"context"
	"slices"

	"custode/encrypt/remains"
	"custode/internal/rawpath"
	"custode/scan"
)

// RemainsStore is what the scan knows of files.
type RemainsStore interface {
	Twins(ctx context.Context, most int, fn func(scan.File) error) error
}

// Duplicates are files that the scan found to hold the same, by their digest.
type Duplicates map[string][]Twin

// Twin is one of them, as the scan saw it.
type Twin struct {
	Path        string
	Size, MTime int64
}

// mostTwins is how many files are remembered as duplicates, for the time of a run: some
// 20 MB at most.
const mostTwins = 100_000

// FindDuplicates asks for them before files are sealed: what the scan knew of a file
// goes when the file does.
func FindDuplicates(ctx context.Context, st RemainsStore) (Duplicates, error) {
	all := Duplicates{}
	err := st.Twins(ctx, mostTwins, func(f scan.File) error {
		all[string(f.Digest)] = append(all[string(f.Digest)], Twin{f.Path, f.Stamp.Size, f.Stamp.MTimeNS})
		return nil
	})
	return all, err
}

// Remains tells which readable copies of files there still are, after they were
// sealed: those whose names tell, and those that the scan found to hold the same.
// Files are named as they were before.
func Remains(ctx context.Context, files []string, same Duplicates, o remains.Options) (remains.Found, error) {
	found, err := remains.Look(ctx, files, o)
	if err != nil {
		return found, err
	}
	sealed, known := make(map[string]bool, len(files)), map[string]bool{} // known: sealed, or told already
	for _, f := range files {
		sealed[f], known[f] = true, true
	}
	for _, c := range found.Copies {
		known[c.Path] = true
	}
	for _, group := range same {
		first := slices.IndexFunc(group, func(f Twin) bool { return sealed[f.Path] })
		if len(group) < 2 || first < 0 {
			continue
		}
		for _, f := range group {
			if known[f.Path] || !unchanged(f) {
				continue
			}
			if o.Limit > 0 && len(found.Copies) == o.Limit {
				found.More = true
				return found, nil
			}
			found.Copies = append(found.Copies, remains.Copy{Path: f.Path, Of: group[first].Path, Kind: remains.Duplicate})
		}
	}
	slices.SortStableFunc(found.Copies, func(a, b remains.Copy) int { return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(a.Path, b.Path)) })
	return found, nil
}

func unchanged(f Twin) bool {
	info, err := rawpath.Lstat(f.Path)
	return err == nil && info.Size() == f.Size && info.ModTime().UnixNano() == f.MTime
}
