//go:build unix

package walk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// guarded is how files and folders are opened: neither following a link nor
// waiting for the other end of a pipe.
const guarded = os.O_RDONLY | syscall.O_NOFOLLOW | syscall.O_NONBLOCK | syscall.O_CLOEXEC

// openQuietly opens without changing the time of last access where that is
// permitted.
func openQuietly(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, flags|noATime, 0)
	if noATime != 0 && errors.Is(err, syscall.EPERM) {
		return os.OpenFile(path, flags, 0)
	}
	return f, err
}

func openFile(path string) (*os.File, error) {
	f, err := openQuietly(path, guarded)
	switch {
	case errors.Is(err, syscall.ELOOP), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EOPNOTSUPP):
		return nil, ErrSpecial
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, ErrVanished
	}
	return f, err
}

func openFolder(path string) (*os.File, error) {
	return openQuietly(path, guarded|syscall.O_DIRECTORY)
}

func isTooLong(err error) bool { return errors.Is(err, syscall.ENAMETOOLONG) }

func isLocked(error) bool { return false }

func inCloud(fs.FileInfo) bool { return false }

// Look gives a file's size and times as they are now, by its name in the open
// folder: that spares the system the way down to it.
func (f systemFolder) Look(d fs.DirEntry) (Seen, error) {
	var st unix.Stat_t
	for {
		err := unix.Fstatat(int(f.Fd()), d.Name(), &st, unix.AT_SYMLINK_NOFOLLOW)
		if err == nil {
			return Seen{Stamp: stampOf(&st)}, nil
		}
		if !errors.Is(err, unix.EINTR) {
			return Seen{}, &fs.PathError{Op: "lstat", Path: join(f.path, d.Name()), Err: err}
		}
	}
}

// stampOf makes a stamp of what the system says, as stamp does of what Go makes of it.
func stampOf(st *unix.Stat_t) Stamp {
	return Stamp{
		Size: st.Size, MTimeNS: st.Mtim.Nano(), CTimeNS: st.Ctim.Nano(),
		Inode: uint64(st.Ino), Dev: uint64(st.Dev), UID: st.Uid, Mode: uint32(modeOf(uint32(st.Mode))), //nolint:unconvert // the widths differ between systems
	}
}

// modeOf brings the system's mode bits to Go's.
func modeOf(m uint32) fs.FileMode {
	mode := fs.FileMode(m & 0o777)
	switch m & unix.S_IFMT {
	case unix.S_IFBLK:
		mode |= fs.ModeDevice
	case unix.S_IFCHR:
		mode |= fs.ModeDevice | fs.ModeCharDevice
	case unix.S_IFDIR:
		mode |= fs.ModeDir
	case unix.S_IFIFO:
		mode |= fs.ModeNamedPipe
	case unix.S_IFLNK:
		mode |= fs.ModeSymlink
	case unix.S_IFSOCK:
		mode |= fs.ModeSocket
	case unix.S_IFREG:
	default:
		mode |= fs.ModeIrregular
	}
	if m&unix.S_ISUID != 0 {
		mode |= fs.ModeSetuid
	}
	if m&unix.S_ISGID != 0 {
		mode |= fs.ModeSetgid
	}
	if m&unix.S_ISVTX != 0 {
		mode |= fs.ModeSticky
	}
	return mode
}
