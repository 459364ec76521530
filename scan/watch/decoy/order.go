package decoy

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Order says of names how many files of a folder stand before each as the disk itself lists
// them; nil where that can't be known.
type Order func(f Folder, names []string) map[string]int

// The most files of a folder that are compared, and from how many fitting names one is
// chosen: of so many one is sure to stand near the beginning.
const (
	mostOrdered = 200
	enoughNames = 24
)

// DiskOrder tries out how a disk lists names, with empty files in a folder of its own that
// it makes in one of these folders, and removes again. Many programs take files as the disk
// lists them: by a number that it makes of the name (ext4, APFS), or by the name (NTFS).
// Where the disk is another one, or lists files as they came (XFS, Btrfs, FAT), no name is
// better than another.
func DiskOrder(scratch ...string) Order {
	return func(f Folder, names []string) map[string]int {
		have, err := listed(f.Path)
		if err != nil {
			return nil
		}
		have = have[:min(len(have), mostOrdered)]
		for _, at := range scratch {
			if out := tryOrder(at, have, names); out != nil {
				return out
			}
		}
		return nil
	}
}

// listed gives the visible names of a folder as the disk lists them.
func listed(path string) ([]string, error) {
	d, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer d.Close() // opened for reading
	list, err := d.Readdirnames(-1)
	return slices.DeleteFunc(list, func(n string) bool { return strings.HasPrefix(n, ".") }), err
}

// tryOrder makes the files of a folder anew, from the last to the first, and the names that
// are asked for. Only where the disk lists those as it does in the folder it tells anything.
func tryOrder(at string, have, names []string) map[string]int {
	dir, err := os.MkdirTemp(at, ".custode-order-")
	if err != nil {
		return nil
	}
	defer os.RemoveAll(dir) // it is empty files
	out := map[string]int{}
	for _, n := range slices.Concat(names, have) {
		out[n] = 0
	}
	mine := maps.Clone(out)
	for _, n := range have {
		delete(mine, n)
	}
	for _, n := range slices.Backward(slices.Concat(have, slices.Sorted(maps.Keys(mine)))) {
		f, err := os.OpenFile(filepath.Join(dir, n), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil
		}
		_ = f.Close() // nothing was written
	}
	list, err := listed(dir)
	if err != nil || len(list) != len(out) {
		return nil
	}
	before := 0
	for _, n := range list {
		if _, asked := mine[n]; asked {
			mine[n] = before
			continue
		}
		if n != have[before] {
			return nil
		}
		before++
	}
	return mine
}
