package walk

import (
	"context"
	"path/filepath"
	"strings"
)

// ReasonSettings is the reason of what Options.Leave names.
const ReasonSettings Reason = "rule.settings"

// leaves are the entries that the settings leave out, by what the walk calls
// them: paths, and patterns of names by their folder. They give the place in
// Options.Leave.
type leaves struct {
	paths map[string]int
	names map[string][]leaf
}

// leaf is a pattern of names in one folder.
type leaf struct {
	pattern string
	by      int
}

// Wild reports whether a path has a '*' or '?' in its last part.
func Wild(path string) bool { return strings.ContainsAny(filepath.Base(path), "*?") }

// Fits reports whether a path is the one of an exclusion, which may have '*' and
// '?' in its last part.
func Fits(exclusion, path string) bool {
	return filepath.Dir(exclusion) == filepath.Dir(path) && fitsName(filepath.Base(exclusion), filepath.Base(path))
}

// leave notes the paths to leave out under the names by which the walk will
// meet them. A path that is already noted keeps its first place.
func (w *walker) leave(ctx context.Context, paths []string, places []place) {
	w.left = leaves{paths: map[string]int{}, names: map[string][]leaf{}}
	for by, path := range paths {
		dir, name := filepath.Split(path)
		x := w.located(ctx, filepath.Clean(dir)) // of what it lies in: a link may be left out, and what it leads to be looked at
		met := map[string]bool{w.rules.key(x.path): true, w.rules.key(x.real): true}
		for _, p := range places {
			if rel, ok := inside(p.real, x.real); ok {
				met[w.rules.key(filepath.Join(p.path, rel))] = true
			}
			if Wild(path) {
				rel, ok := inside(x.real, p.real)
				if first, _, _ := strings.Cut(rel, string(filepath.Separator)); ok && rel != "." && fitsName(w.rules.key(name), w.rules.key(first)) {
					w.leavePath(w.rules.key(p.path), by)
				}
			} else if _, ok := inside(w.located(ctx, path).real, p.real); ok {
				w.leavePath(w.rules.key(p.path), by)
			}
		}
		for key := range met {
			if Wild(path) {
				w.left.names[key] = append(w.left.names[key], leaf{w.rules.key(name), by})
			} else {
				w.leavePath(w.rules.key(filepath.Join(key, name)), by)
			}
		}
	}
}

func (w *walker) leavePath(key string, by int) {
	if _, ok := w.left.paths[key]; !ok {
		w.left.paths[key] = by
	}
}

// leaveOut tells whether the settings leave out an entry by its own path.
func (w *walker) leaveOut(path string) (by int, ok bool) {
	if len(w.left.paths) == 0 && len(w.left.names) == 0 {
		return 0, false
	}
	key := w.rules.key(path)
	if by, ok = w.left.paths[key]; ok {
		return by, true
	}
	if len(w.left.names) == 0 {
		return 0, false
	}
	for _, l := range w.left.names[w.rules.key(filepath.Dir(path))] {
		if fitsName(l.pattern, filepath.Base(key)) {
			return l.by, true
		}
	}
	return 0, false
}

// leaveRoot tells whether the settings leave out a root, or a folder around it.
func (w *walker) leaveRoot(path string) (by int, ok bool) {
	for {
		if by, ok = w.leaveOut(path); ok {
			return by, true
		}
		up := filepath.Dir(path)
		if up == path {
			return 0, false
		}
		path = up
	}
}

// fitsName reports whether a name fits a pattern, in which '*' stands for any
// characters and '?' for one.
func fitsName(pattern, name string) bool {
	p, n := []rune(pattern), []rune(name)
	star, from := -1, 0
	i, k := 0, 0
	for k < len(n) {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, k
			i++
		case i < len(p) && (p[i] == '?' || p[i] == n[k]):
			i++
			k++
		case star >= 0:
			from++
			i, k = star+1, from
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
