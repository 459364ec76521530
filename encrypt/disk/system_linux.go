package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// accessList is where Linux keeps a POSIX access list.
const accessList = "system.posix_acl_access"

func id(st *unix.Stat_t) ID {
	return ID{
		Dev: uint64(st.Dev), Ino: st.Ino, Size: st.Size, Allocated: st.Blocks * 512, //nolint:unconvert // 32 bits on some machines
		MTime: st.Mtim.Nano(), CTime: st.Ctim.Nano(), Links: uint64(st.Nlink), Mode: mode(st.Mode), UID: st.Uid, GID: st.Gid, //nolint:unconvert // the same
	}
}

func mode(m uint32) fs.FileMode {
	out := fs.FileMode(m & 0o777)
	if m&unix.S_IFMT != unix.S_IFREG {
		out |= fs.ModeIrregular
	}
	switch m & unix.S_IFMT {
	case unix.S_IFDIR:
		return out&^fs.ModeIrregular | fs.ModeDir
	case unix.S_IFLNK:
		return out&^fs.ModeIrregular | fs.ModeSymlink
	}
	return out
}

// lease refuses while any process has the file open, and afterwards has the kernel
// hold back whoever opens it until we let go.
func lease(fd int) error {
	_, err := unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_WRLCK)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EAGAIN):
		return coded{ErrBusy, err}
	}
	return coded{ErrUnsupported, err}
}

func leased(fd int) bool {
	kind, err := unix.FcntlInt(uintptr(fd), unix.F_GETLEASE, 0)
	return err == nil && kind == unix.F_WRLCK
}

func dropCache(fd int) { _ = unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED) }

func reserve(fd int, size int64) error {
	err := unix.Fallocate(fd, unix.FALLOC_FL_KEEP_SIZE, 0, size)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) {
		return nil
	}
	return err
}

func renameNoReplace(dir int, from, to string) error {
	err := unix.Renameat2(dir, from, dir, to, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP) {
		return coded{ErrUnsupported, err}
	}
	return err
}

// setTimes sets the time of the last change through /proc, so that no name is
// followed; without /proc it fails.
func setTimes(fd int, mtime int64) error {
	ts := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, unix.NsecToTimespec(mtime)}
	return unix.UtimesNanoAt(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", fd), ts, 0)
}

var attributeBuffers = sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}

// attributes names what is worth copying: the user's own and the access list.
// Labels of security modules are given by the folder, trusted ones need root.
func attributes(fd int) ([]string, error) {
	buf, _ := attributeBuffers.Get().(*[]byte)
	defer attributeBuffers.Put(buf)
	n, err := unix.Flistxattr(fd, *buf)
	if errors.Is(err, unix.EOPNOTSUPP) {
		return nil, nil
	}
	if err != nil || n == 0 {
		return nil, err
	}
	names := strings.Split(strings.TrimRight(string((*buf)[:n]), "\x00"), "\x00")
	return slices.DeleteFunc(names, func(s string) bool { return s != accessList && !strings.HasPrefix(s, "user.") }), nil
}

func copyAttribute(from, to int, name string) error {
	buf, _ := attributeBuffers.Get().(*[]byte)
	defer attributeBuffers.Put(buf)
	n, err := unix.Fgetxattr(from, name, *buf)
	if err != nil {
		return err
	}
	return unix.Fsetxattr(to, name, (*buf)[:n], 0)
}

func (d *folder) Free() (int64, error) {
	var st unix.Statfs_t
	if err := again(func() error { return unix.Fstatfs(d.fd(), &st) }); err != nil {
		return 0, d.fail("statfs", "", err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:gosec,unconvert // a disk of 8 EB is not for this program; 32 bits on some machines
}
