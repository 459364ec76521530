package replace

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"custode/encrypt/disk"
)

const (
	ext     = ".age"
	nameMax = 255 // bytes
	cutAt   = 200 // of a name that has no room for .age
)

// SealedName is the name that a file of this name gets: with .age behind it. One
// that would be too long is cut and gets eight characters that only it has; the
// record tells the whole name.
func SealedName(name string) string { return numbered(name, 1) }

// numbered is SealedName for the n-th choice, where the first is taken.
func numbered(name string, n int) string {
	out := Count(name, n) + ext
	if len(out) <= nameMax {
		return out
	}
	sum := sha256.Sum256([]byte(out))
	cut := name[:min(cutAt, len(name))]
	for i := 0; i < utf8.UTFMax && len(cut) > 0 && !utf8.ValidString(cut) && utf8.ValidString(name); i++ {
		cut = cut[:len(cut)-1]
	}
	return cut + "~" + hex.EncodeToString(sum[:4]) + ext
}

// Count puts a number from 2 on into a name, before what tells its kind.
func Count(name string, n int) string {
	if n < 2 {
		return name
	}
	e := filepath.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, e), n, e)
}

// folded is the same for names that some disk takes for one.
func folded(name string) string { return strings.ToLower(norm.NFC.String(name)) }

func (p *place) has(name string) bool {
	p.run.mu.Lock()
	defer p.run.mu.Unlock()
	return slices.Contains(p.names[folded(name)], name)
}

// choose gives the n-th name for the sealed copy and claims it if it is free. There
// says that a file of just that name was in the folder before. A name that another file
// of this run has claimed, or that differs from one in the folder by case alone, is
// neither: the next number is tried.
func (p *place) choose(name string, n int) (target string, there, more bool, next int) {
	p.run.mu.Lock()
	defer p.run.mu.Unlock()
	for ; ; n++ {
		target, more = p.target(name, n)
		key := folded(target)
		switch {
		case p.claimed[target]:
		case slices.Contains(p.names[key], target):
			return target, true, more, n + 1
		case len(p.names[key]) == 0 || p.exact && target == p.run.Opener.Called(p.Path(name)):
			p.names[key] = append(p.names[key], target)
			p.claimed[target] = true
			return target, false, more, n + 1
		}
	}
}

// tellsCase reports whether the disk of a folder takes names for two that differ by
// case alone. A folder without a letter in its names tells nothing.
func tellsCase(look func(name string) (disk.ID, error), names []string) bool {
	for _, name := range names {
		other := strings.ToUpper(name)
		if other == name {
			other = strings.ToLower(name)
		}
		if other == name {
			continue
		}
		_, err := look(other)
		return errors.Is(err, fs.ErrNotExist) || err == nil && slices.Contains(names, other)
	}
	return false
}

// unclaim gives a name back that was not used after all.
func (p *place) unclaim(target string) {
	p.run.mu.Lock()
	defer p.run.mu.Unlock()
	key := folded(target)
	delete(p.claimed, target)
	p.names[key] = slices.DeleteFunc(p.names[key], func(s string) bool { return s == target })
}
