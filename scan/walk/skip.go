package walk

import (
	_ "embed" // for the list of what is skipped
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

//go:embed skip.txt
var skipText string

// rule says that a folder, or a file, is not looked into.
type rule struct {
	reason    Reason
	folder    bool
	pattern   string
	must, not string // a path that it fits, one that it does not
}

// rules are the rules of skip.txt, ready to be looked up.
type rules struct {
	fold  bool // upper and lower case are the same
	names map[string][]rule
}

// parseRules reads the text of skip.txt. A bad line is an error that names it.
func parseRules(text string) ([]rule, error) {
	var list []rule
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 || f[1] != "folder" && f[1] != "file" {
			return nil, fmt.Errorf("skip rules: line %d: want reason, folder or file, pattern and two paths", n)
		}
		list = append(list, rule{reason: Reason(f[0]), folder: f[1] == "folder", pattern: f[2], must: f[3], not: f[4]})
	}
	return list, nil
}

// newRules sorts rules by the last part of their pattern.
func newRules(list []rule, fold bool) *rules {
	s := &rules{fold: fold, names: make(map[string][]rule)}
	for _, r := range list {
		r.pattern = s.key(r.pattern)
		name := r.pattern[strings.LastIndexByte(r.pattern, '/')+1:]
		s.names[name] = append(s.names[name], r)
	}
	return s
}

// LeftOut tells the rule by which a walk of the folder root leaves out the file at
// path, or a folder above it; "" where none does.
func LeftOut(root, path string) (Reason, error) {
	list, err := parseRules(skipText)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return "", err
	}
	all := newRules(list, runtime.GOOS == "windows")
	dir, parts := root, strings.Split(rel, string(filepath.Separator))
	for i, name := range parts {
		if why := all.skip(dir, name, i < len(parts)-1); why != "" {
			return why, nil
		}
		dir = filepath.Join(dir, name)
	}
	return "", nil
}

// key is a path or name in the form in which paths are compared.
func (s *rules) key(path string) string {
	if s.fold {
		return strings.ToLower(path)
	}
	return path
}

// skip tells why the folder or file called name in the folder dir is not looked
// into; empty when it is.
func (s *rules) skip(dir, name string, folder bool) Reason {
	list := s.names[s.key(name)]
	if list == nil {
		return ""
	}
	path := s.key(slashed(dir) + "/" + name)
	path = strings.Replace(path, "//", "/", 1) // of a root
	for _, r := range list {
		if r.folder == folder && r.fits(path) {
			return r.reason
		}
	}
	return ""
}

// fits tells whether the pattern fits a path, both with slashes.
func (r rule) fits(path string) bool {
	switch {
	case strings.HasPrefix(r.pattern, "/"):
		return path == r.pattern
	case strings.HasPrefix(r.pattern, "?:/"):
		return len(path) > 2 && path[1:] == r.pattern[1:]
	}
	return path == r.pattern || strings.HasSuffix(path, "/"+r.pattern)
}

// slashed is a path with slashes. On Windows it has them instead of backslashes
// and is without the \\?\ of long paths; elsewhere a backslash is a letter.
func slashed(path string) string {
	if runtime.GOOS != "windows" {
		return path
	}
	return strings.ReplaceAll(strings.TrimPrefix(path, `\\?\`), `\`, "/")
}
