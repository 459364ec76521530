package evidence

import (
	"os"
	"syscall"
	"time"
)

// hold does nothing: Windows removes no file that somebody has open.
func hold(*os.File) {}

func held(string) bool { return false }

// forget does nothing: the system has no way to drop what it keeps in memory of one file.
func forget(*os.File) {}

func openSource(path string) (*os.File, error) { return os.Open(path) }

// times gives what Windows knows besides the time of the last change.
func times(_ *os.File, info os.FileInfo) (altered, created, accessed time.Time) {
	if a, ok := info.Sys().(*syscall.Win32FileAttributeData); ok {
		created, accessed = time.Unix(0, a.CreationTime.Nanoseconds()).UTC(), time.Unix(0, a.LastAccessTime.Nanoseconds()).UTC()
	}
	return altered, created, accessed
}
