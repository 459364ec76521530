//go:build !windows && !linux && !darwin

package disk

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

const accessList = ""

func id(st *unix.Stat_t) ID {
	return ID{
		Dev: uint64(st.Dev), Ino: uint64(st.Ino), Size: st.Size, Allocated: int64(st.Blocks) * 512, //nolint:unconvert // differs by system
		MTime: st.Mtim.Nano(), CTime: st.Ctim.Nano(), Links: uint64(st.Nlink), Mode: mode(uint32(st.Mode)), UID: st.Uid, GID: st.Gid, //nolint:unconvert // differs by system
	}
}

func mode(m uint32) fs.FileMode {
	out := fs.FileMode(m & 0o777)
	switch m & unix.S_IFMT {
	case unix.S_IFREG:
		return out
	case unix.S_IFDIR:
		return out | fs.ModeDir
	case unix.S_IFLNK:
		return out | fs.ModeSymlink
	}
	return out | fs.ModeIrregular
}

func lease(int) error { return ErrUnsupported }

func leased(int) bool { return false }

func dropCache(int) {}

func reserve(int, int64) error { return nil }

func renameNoReplace(int, string, string) error { return ErrUnsupported }

func setTimes(fd int, mtime int64) error {
	tv := []unix.Timeval{unix.NsecToTimeval(mtime), unix.NsecToTimeval(mtime)}
	return unix.Futimes(fd, tv)
}

func attributes(int) ([]string, error) { return nil, nil }

func copyAttribute(int, int, string) error { return ErrUnsupported }

// Free is not known here: as much as one may wish for, and ErrFull comes from the
// write.
func (d *folder) Free() (int64, error) { return 1 << 62, nil }
