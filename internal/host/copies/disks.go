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
	number := fmt.Sprintf("%d:%d", major(dev), minor(dev))
	if runtime.GOOS != "linux" {
		return []string{number}
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(d.Sys, "dev", "block", number))
	if err != nil {
		return []string{number}
	}
	disks := under(dir, 0)
	slices.Sort(disks)
	return slices.Compact(disks)
}

func under(dir string, deep int) (disks []string) {
	const deepest = 8 // layers: a volume over a locked one over a partition
	if deep > deepest {
		return nil
	}
	slaves, err := os.ReadDir(filepath.Join(dir, "slaves"))
	if err == nil && len(slaves) > 0 {
		for _, s := range slaves {
			if at, err := filepath.EvalSymlinks(filepath.Join(dir, "slaves", s.Name())); err == nil {
				disks = append(disks, under(at, deep+1)...)
			}
		}
		return disks
	}
	if _, err := os.Stat(filepath.Join(dir, "partition")); err == nil {
		dir = filepath.Dir(dir)
	}
	return []string{filepath.Base(dir)}
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
	}
	return No
}
