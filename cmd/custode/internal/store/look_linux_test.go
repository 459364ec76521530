package store

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// ofdGetLock asks for locks as another process would (fcntl(2), F_OFD_GETLK): those of this process are told too.
const ofdGetLock = 36

// TestOpenTwice: to open a home once more, to look at it and to close it again leave the locks of who has it open
// already. Without them another process takes itself for the last one, and clears away what is not written back.
func TestOpenTwice(t *testing.T) {
	home := t.TempDir()
	open(t, home)
	again, err := Open(t.Context(), home, ticking)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if err := CheckCopy(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(home, name), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()                                                              // the last look at it
	l := syscall.Flock_t{Type: syscall.F_WRLCK, Start: 0x40000000 + 2, Len: 510} // SQLite file format: the shared bytes
	if err := syscall.FcntlFlock(f.Fd(), ofdGetLock, &l); err != nil || l.Type == syscall.F_UNLCK {
		t.Errorf("nobody holds the database any more, although it is open: %+v %v", l, err)
	}
}
