package walk

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// rootPlaces finds out where roots really are: a root that is a link goes by the
// path of what it leads to. Outer folders stand before those within them.
func (w *walker) rootPlaces(ctx context.Context, roots []string) []place {
	places := make([]place, 0, len(roots))
	for _, path := range roots {
		p := w.located(ctx, path)
		if p.slow {
			places = append(places, p)
			continue
		}
		if info, err := w.look(ctx, 0, path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
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
func Roots(ctx context.Context, roots []string, o Options) ([]string, error) {
	w, err := newWalker(o, nil)
	if err != nil {
		return nil, err
	}
	defer w.calls.end()
	places := w.rootPlaces(ctx, roots)
	var out []string
	for i, p := range places {
		if !slices.ContainsFunc(places[:i], func(outer place) bool {
			_, in := inside(outer.real, p.real)
			return in
		}) {
			out = append(out, filepath.Clean(p.path))
		}
	}
	return out, ctx.Err()
}

// place is a root or an excluded path: as it will be called, and where it is when
// all links on the way to it have been followed.
type place struct {
	path, real string
	slow       bool // the drive did not answer
}

// settle resolves roots that are links, puts roots that lie in others, by
// whatever path, under the name of the outer one and after it, and notes what is
// excluded under the names by which the walk will meet it.
func (w *walker) settle(ctx context.Context, roots []string, o Options) []place {
	places := w.rootPlaces(ctx, roots)
	for i, p := range places {
		for _, outer := range places[:i] {
			if rel, ok := inside(outer.real, p.real); ok {
				p.path = filepath.Join(outer.path, rel)
				break
			}
		}
		places[i] = p
		w.reals = append(w.reals, p.real)
	}
	w.leave(ctx, o.Leave, places)
	for _, path := range o.Exclude {
		x := w.located(ctx, path)
		w.excluded[w.rules.key(x.path)] = true
		w.excluded[w.rules.key(x.real)] = true
		for _, p := range places {
			if rel, ok := inside(p.real, x.real); ok {
				w.excluded[w.rules.key(filepath.Join(p.path, rel))] = true
			} else if _, ok := inside(x.real, p.real); ok {
				w.excluded[w.rules.key(p.path)] = true
			}
		}
	}
	return places
}

// located finds out where a path really is; a path that is not there, or cannot be
// looked at, is taken as it is.
func (w *walker) located(ctx context.Context, path string) place {
	real, err := try(ctx, &w.calls, 0, func() (string, error) { return w.disk.Resolve(path) })
	if err != nil {
		real = path
	}
	return place{path: path, real: real, slow: errors.Is(err, ErrSlow)}
}

// linked stands for the drives that links lead to: which they are is not known
// before they answer.
const linked = ^uint64(0)

// leadsOut tells whether a link leads to something outside the roots, which so is
// not looked at where it lies, or to nothing.
func (w *walker) leadsOut(ctx context.Context, link string) bool {
	target, err := try(ctx, &w.calls, linked, func() (string, error) { return w.disk.Resolve(link) })
	return err != nil || !slices.ContainsFunc(w.reals, func(root string) bool {
		_, in := inside(root, target)
		return in
	})
}

// inside tells whether a path is a folder or lies in it, and its path from there.
func inside(folder, path string) (rel string, ok bool) {
	rel, err := filepath.Rel(folder, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return rel, true
}
