package inplace

import (
	"crypto/rand"
	"path/filepath"
	"strings"
)

const (
	tmpPrefix = ".custode-"
	tmpSuffix = ".tmp"
	tmpRandom = 8
)

// Temporary is the name of a temporary file; random is eight of a-z and 2-7. It is
// short, so that it fits wherever the old file's name did.
func Temporary(random string) string { return tmpPrefix + random + tmpSuffix }

// RandomName draws the random part of a temporary name.
func RandomName() string { return strings.ToLower(rand.Text()[:tmpRandom]) }

// IsTemporary tells the temporary files of whoever in custode works in place: one
// that nobody is at work on is never the only copy, and may go.
func IsTemporary(name string) bool {
	mid, ok := strings.CutPrefix(name, tmpPrefix)
	mid, ok2 := strings.CutSuffix(mid, tmpSuffix)
	return ok && ok2 && len(mid) == tmpRandom && strings.Trim(mid, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// Group is what is to be done in one folder.
type Group struct {
	Dir   string
	Names []string
}

// ByFolder keeps the order in which folders and files first come.
func ByFolder(files []string) []*Group {
	var out []*Group
	at := map[string]*Group{}
	seen := map[string]bool{}
	for _, path := range files {
		path = filepath.Clean(path)
		if seen[path] {
			continue
		}
		seen[path] = true
		dir, name := filepath.Split(path)
		if dir = filepath.Clean(dir); at[dir] == nil {
			at[dir] = &Group{Dir: dir}
			out = append(out, at[dir])
		}
		at[dir].Names = append(at[dir].Names, name)
	}
	return out
}
