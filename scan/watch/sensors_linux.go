package watch

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// ladder lists the ways to watch a folder, the best first.
func ladder(folder string) []rung {
	if networked(folder) {
		return []rung{{pollName, Network}}
	}
	if os.Geteuid() != 0 {
		return []rung{{inotifyName, NotRoot}, {pollName, System}}
	}
	return []rung{{backend: fanName}, {inotifyName, System}, {pollName, System}}
}

func makeSensor(ctx context.Context, backend string, o *out) (sensor, error) {
	switch backend {
	case fanName:
		return newFan(ctx, o)
	case notifyName:
		return newNotify(ctx, o)
	case inotifyName:
		return newInotify(ctx, o)
	case pollName:
		return newPoll(ctx, o)
	}
	return nil, errors.New("watch: no backend " + backend + " on this system")
}

// The numbers that file systems of other computers give themselves, where x/sys
// has no name for them.
const (
	magicCIFS = 0xff534d42
	magicSMB2 = 0xfe534d42
	magicCeph = 0x00c36400
	magicGFS2 = 0x01161970
	magicOCFS = 0x7461636f
)

// networked reports whether a folder lies on another computer: what others do
// there reaches no sensor of this one. FUSE is asked for its name, since local
// disks come by it as well.
func networked(folder string) bool {
	var st unix.Statfs_t
	if unix.Statfs(folder, &st) != nil {
		return false
	}
	switch uint32(st.Type) { //nolint:gosec // the numbers have 32 bits
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, magicCIFS, magicSMB2, unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC,
		unix.CODA_SUPER_MAGIC, unix.V9FS_MAGIC, magicCeph, magicGFS2, magicOCFS:
		return true
	case unix.FUSE_SUPER_MAGIC:
		mounts, err := readMounts()
		m, ok := mountOf(mounts, folder)
		return err == nil && ok && remoteFuse(m.kind)
	}
	return false
}
