package walk

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// rootPlaces finds out where roots really are: a root that is a link goes by the
// path of what it leads to. Outer folders stand before those within them.
func rootPlaces(roots []string) []place {
	places := make([]place, 0, len(roots))
	for _, path := range roots {
		p := located(path)
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			p.path = p.real
		}
		places = append(places, p)
	}
	slices.SortStableFunc(places, func(a, b place) int { return strings.Compare(a.real, b.real) })
	return places
}

// Roots gives the folders that Walk goes through for these, under the paths that
// its entries have: a folder that is a symbolic link by the path of what it leads
// to, one that lies in another, or is given twice, not at all.
func Roots(roots []string) []string {
	places := rootPlaces(roots)
	var out []string
	for i, p := range places {
		if !slices.ContainsFunc(places[:i], func(outer place) bool {
			_, in := inside(outer.real, p.real)
			return in
		}) {
			out = append(out, filepath.Clean(p.path))
		}
	}
	return out
}
