package decoy

import (
	"os"
	"slices"

	"custode/scan/walk"
)

// Known are the decoys that were placed, for those who leave them out (walk.Decoys) or
// watch them.
type Known struct {
	paths map[string]Decoy
	sizes map[int64][][32]byte
}

// NewKnown makes it of a list.
func NewKnown(list []Decoy) *Known {
	k := &Known{paths: make(map[string]Decoy, len(list)), sizes: map[int64][][32]byte{}}
	for _, d := range list {
		k.paths[d.Path] = d
		k.sizes[d.Size] = append(k.sizes[d.Size], d.Digest)
	}
	return k
}

// At reports whether a decoy was placed at that path, whatever lies there now.
func (k *Known) At(path string) bool {
	_, ok := k.paths[path]
	return ok
}

// Size reports whether a decoy has that size.
func (k *Known) Size(n int64) bool { return len(k.sizes[n]) > 0 }

// Remove removes a file that has the content of a decoy, wherever it lies: else the error is
// ErrChanged. One that is gone is no error.
func (k *Known) Remove(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return gone(err)
	}
	if !info.Mode().IsRegular() || !k.Size(info.Size()) {
		return ErrChanged
	}
	sum, err := digest(path, info.Size())
	if err != nil {
		return gone(err)
	}
	if !slices.Contains(k.sizes[info.Size()], sum) {
		return ErrChanged
	}
	return gone(os.Remove(path))
}

// Is reports whether a file is a decoy: it lies where it was placed, untouched, or it
// has the content of one. What cannot be read is none.
func (k *Known) Is(path string, s walk.Stamp) bool {
	if d, ok := k.paths[path]; ok && s.Size == d.Size && s.MTimeNS == d.MTime.UnixNano() {
		return true
	}
	list := k.sizes[s.Size]
	if len(list) == 0 {
		return false
	}
	sum, err := digest(path, s.Size)
	return err == nil && slices.Contains(list, sum)
}
