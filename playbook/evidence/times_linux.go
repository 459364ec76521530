package evidence

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// openSource opens a file so that looking at it changes nothing of it, not even the time of
// the last look; the system allows that to the owner. A pipe is not waited for.
func openSource(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOATIME, 0)
	if errors.Is(err, fs.ErrPermission) {
		return os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	}
	return f, err
}

// forget drops what the memory has of a file that was flushed.
func forget(f *os.File) { _ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) }

// times gives what the system knows besides the time of the last change.
func times(f *os.File, _ os.FileInfo) (altered, created, accessed time.Time) {
	var s unix.Statx_t
	mask := unix.STATX_CTIME | unix.STATX_BTIME | unix.STATX_ATIME
	if unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, mask, &s) != nil {
		return altered, created, accessed
	}
	at := func(bit uint32, t unix.StatxTimestamp) time.Time {
		if s.Mask&bit == 0 {
			return time.Time{}
		}
		return time.Unix(t.Sec, int64(t.Nsec)).UTC()
	}
	return at(unix.STATX_CTIME, s.Ctime), at(unix.STATX_BTIME, s.Btime), at(unix.STATX_ATIME, s.Atime)
}
