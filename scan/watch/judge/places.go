package judge

import (
	"math"
	"os"

	"custode/scan/watch/structure"
)

// place is what is kept in mind of a folder.
type place struct {
	world bool // everyone may read it
	by    int  // the session that made it; 0: it was there before
}

// place keeps a folder in mind, unless it is known.
func (j *Judge) place(dir string, by int) {
	if _, ok := j.places[dir]; ok || len(j.places) >= mostFiles {
		return
	}
	if info, err := os.Lstat(dir); err == nil && info.IsDir() {
		j.places[dir] = place{info.Mode().Perm()&0o004 != 0, by}
	}
}

// temporary are the endings to which programs rename what they are about to replace.
func temporary() map[string]int { return map[string]int{".tmp": 1, ".bak": 1, ".old": 1, ".orig": 1} }

// noise reports whether nothing opens a file of that size: its bytes are spread as
// evenly as those of a cipher, and it is of no known kind; or it needs a password.
func noise(l structure.Look, size int64) bool {
	even := min(7, 0.9*math.Log2(float64(max(size, 2)))) // few bytes can't be spread over all values
	return l.Kind == structure.Locked || l.Kind == structure.Age || l.Kind == structure.Other && float64(l.Entropy) >= even*32 || l.Broken
}
