package copies

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Disks tells on which disks a path lies, so that a copy on the disk of its original is found
// out. sys is where Linux shows its devices: /sys.
type Disks struct{ Sys string }

// On gives the disks under a path: nil where that is not known. On Linux a partition counts as
// its disk, and what lies over several disks as all of them; file systems that have no device of
// their own (network, Btrfs, ZFS) and macOS are told apart by their numbers, Windows by drive
// letters. So two letters on one disk are not found out.
func (d Disks) On(path string) []string {
	for {
		info, err := os.Stat(path)
		if err == nil {
			if dev, ok := device(info); ok {
				return d.of(dev)
			}
			if v := filepath.VolumeName(path); v != "" {
				return []string{strings.ToLower(v)}
			}
			return nil
		}
		up := filepath.Dir(path)
		if !os.IsNotExist(err) || up == path {
			return nil
		}
		path = up
	}
}

// of follows a device to the disks that it is made of.
func (d Disks) of(dev uint64) []string {
	disks, _ := d.layers(dev)
	return disks
}

// layers follows a device down to its disks, and tells of each way down whether it is
// encrypted; nil where the system does not show it.
func (d Disks) layers(dev uint64) (disks []string, locked []bool) {
	number := fmt.Sprintf("%d:%d", major(dev), minor(dev))
	if runtime.GOOS != "linux" {
		return []string{number}, nil
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(d.Sys, "dev", "block", number))
	if err != nil {
		return []string{number}, nil
	}
	w := &ways{}
	w.down(dir, false, 0)
	slices.Sort(w.disks)
	return slices.Compact(w.disks), w.locked
}

// ways collects the disks under a device, and whether each was reached through encryption.
type ways struct {
	disks  []string
	locked []bool
}

func (w *ways) down(dir string, locked bool, deep int) {
	const deepest = 8 // layers: a volume over a locked one over a partition
	if deep > deepest {
		return
	}
	if uuid, err := os.ReadFile(filepath.Join(dir, "dm", "uuid")); err == nil && strings.HasPrefix(string(uuid), "CRYPT-") {
		locked = true
	}
	slaves, err := os.ReadDir(filepath.Join(dir, "slaves"))
	if err == nil && len(slaves) > 0 {
		for _, s := range slaves {
			if at, err := filepath.EvalSymlinks(filepath.Join(dir, "slaves", s.Name())); err == nil {
				w.down(at, locked, deep+1)
			}
		}
		return
	}
	if _, err := os.Stat(filepath.Join(dir, "partition")); err == nil {
		dir = filepath.Dir(dir)
	}
	w.disks, w.locked = append(w.disks, filepath.Base(dir)), append(w.locked, locked)
}

// Locked reports whether the disk under a folder is encrypted by the system (dm-crypt on
// Linux), where that can be told.
func (d Disks) Locked(dir string) Answer {
	info, err := os.Stat(dir)
	if err != nil {
		return Untold
	}
	dev, ok := device(info)
	if !ok {
		return Untold
	}
	_, locked := d.layers(dev)
	return answerOf(locked)
}

func answerOf(locked []bool) Answer {
	switch {
	case len(locked) == 0:
		return Untold
	case slices.Contains(locked, false):
		return No
	}
	return Yes
}

// major and minor take the number of a Linux device apart.
func major(dev uint64) uint64 { return dev>>8&0xfff | dev>>32&^0xfff }
func minor(dev uint64) uint64 { return dev&0xff | dev>>12&^0xff }

// Same reports whether two paths share a disk, where that is known.
func (d Disks) Same(a, b string) Answer {
	x, y := d.On(a), d.On(b)
	switch {
	case x == nil || y == nil:
		return Untold
	case slices.ContainsFunc(x, func(disk string) bool { return slices.Contains(y, disk) }):
		return Yes
	case unclear(x) || unclear(y):
		return Untold
	}
	return No
}

// unclear reports whether disks are none that the system shows: parts of one Btrfs have
// numbers of their own.
func unclear(disks []string) bool {
	return runtime.GOOS == "linux" && slices.ContainsFunc(disks, func(d string) bool { return strings.HasPrefix(d, "0:") })
}
