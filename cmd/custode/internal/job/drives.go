package job

import (
	"path/filepath"

	"custode/internal/rawpath"
	"custode/scan/walk"
)

// Drives knows on which drives the files of a run lie, and notices that one is gone: a
// share that is unmounted leaves an empty folder, in which all files seem to be deleted.
// The zero value knows none.
type Drives struct {
	seen map[uint64]bool
	tops map[string]uint64 // the topmost folder of each, and its device
}

// Add is told of a file that is there, and of the number of its device (0 on Windows).
func (d *Drives) Add(path string, dev uint64) {
	if d.seen[dev] && dev != 0 {
		return
	}
	if d.seen == nil {
		d.seen, d.tops = map[uint64]bool{}, map[string]uint64{}
	}
	d.seen[dev] = true
	top := filepath.Dir(path)
	if volume := filepath.VolumeName(path); volume != "" {
		d.tops[volume+string(filepath.Separator)] = 0
		return
	}
	for {
		above := filepath.Dir(top)
		if on, ok := device(above); above == top || !ok || on != dev {
			break
		}
		top = above
	}
	d.tops[top] = dev
}

// Gone gives the topmost folder of a drive that is not there any more, or "".
func (d *Drives) Gone() string {
	for top, dev := range d.tops {
		if on, ok := device(top); !ok || on != dev {
			return top
		}
	}
	return ""
}

func device(path string) (dev uint64, ok bool) {
	info, err := rawpath.Lstat(path)
	if err != nil {
		return 0, false
	}
	return walk.StampOf(info).Dev, true
}
