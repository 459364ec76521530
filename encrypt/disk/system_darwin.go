package disk

import (
	"errors"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"
)

// accessList is no attribute here: access lists are not copied.
const accessList = ""

// dataless marks a file whose content is in iCloud.
const dataless = 0x40000000

func id(st *unix.Stat_t) ID {
	return ID{
		Dev: uint64(uint32(st.Dev)), Ino: st.Ino, Size: st.Size, Allocated: st.Blocks * 512,
		MTime: st.Mtim.Nano(), CTime: st.Ctim.Nano(), Links: uint64(st.Nlink), Mode: mode(st.Mode), UID: st.Uid, GID: st.Gid,
		Away: st.Flags&dataless != 0,
	}
}

func mode(m uint16) fs.FileMode {
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

func renameNoReplace(dir int, from, to string) error {
	err := unix.RenameatxNp(dir, from, dir, to, unix.RENAME_EXCL)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return coded{ErrUnsupported, err}
	}
	return err
}

func setTimes(fd int, mtime int64) error {
	tv := []unix.Timeval{unix.NsecToTimeval(mtime), unix.NsecToTimeval(mtime)}
	return unix.Futimes(fd, tv)
}

func attributes(fd int) ([]string, error) {
	n, err := unix.Flistxattr(fd, nil)
	if errors.Is(err, unix.ENOTSUP) || err == nil && n == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	buf := make([]byte, n)
	if n, err = unix.Flistxattr(fd, buf); err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(string(buf[:n]), "\x00"), "\x00"), nil
}

func copyAttribute(from, to int, name string) error {
	n, err := unix.Fgetxattr(from, name, nil)
	if err != nil {
		return err
	}
	buf := make([]byte, n)
	if n, err = unix.Fgetxattr(from, name, buf); err != nil {
		return err
	}
	return unix.Fsetxattr(to, name, buf[:n], 0)
}

func (d *folder) Free() (int64, error) {
	var st unix.Statfs_t
	if err := again(func() error { return unix.Fstatfs(d.fd(), &st) }); err != nil {
		return 0, d.fail("statfs", "", err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:gosec // a disk of 8 EB is not for this program
}
