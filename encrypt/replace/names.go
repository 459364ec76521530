package replace

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
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
// says that a file of just that name exists. A name that differs from one in the
// folder by case alone is neither: the next number is tried.
func (p *place) choose(name string, n int) (target string, there, more bool, next int) {
	p.run.mu.Lock()
	defer p.run.mu.Unlock()
	for ; ; n++ {
		target, more = p.target(name, n)
		key := folded(target)
		switch {
		case slices.Contains(p.names[key], target):
			return target, true, more, n + 1
		case len(p.names[key]) == 0:
			p.names[key] = append(p.names[key], target)
			return target, false, more, n + 1
		}
	}
}

// unclaim gives a name back that was not used after all.
func (p *place) unclaim(target string) {
	p.run.mu.Lock()
	defer p.run.mu.Unlock()
	key := folded(target)
	p.names[key] = slices.DeleteFunc(p.names[key], func(s string) bool { return s == target })
}
