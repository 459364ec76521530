// Package disk is the file system as far as sealing in place needs it: so little
// that a test can stand in for it with one that loses its power, and so exact that
// a file is never followed through a link, never overwritten and never removed
// after it changed.
//
// All happens in one Folder, which is held open: names are single names in it, and
// a folder that is moved or swapped for a link meanwhile is still the same one.
//
// What each system gives:
//
//	                     Linux                   macOS, BSD             Windows
//	Open, original       O_NOFOLLOW + fstat      same                   share mode 0, reparse points not followed
//	File.Hold            F_SETLEASE: refused     not there: compare     held since Open: nobody else
//	                     while open elsewhere    before and after       can open it
//	Folder.Publish       renameat2 NOREPLACE,    renamex_np EXCL (mac), MoveFileEx WRITE_THROUGH
//	                     else link + unlink      else link + unlink     without replace
//	Folder.Swap          look, then renameat     same                   look, then MoveFileEx
//	                                                                    REPLACE_EXISTING | WRITE_THROUGH
//	Folder.Sync          fsync                   fsync (F_FULLFSYNC)    not needed: write-through
//	OpenAgain            drops the page cache,   reads what is cached   reads what is cached
//	                     large ones: O_DIRECT
//	File.Reserve         fallocate               nothing                nothing
//	File.ReadBack        O_DIRECT, from 32 MB    not there               not there
//	                     on ext4, xfs, btrfs
//	File.CopyFrom        copy_file_range,        read and write         read and write
//	                     else read and write
//	File.Keep            mode, owner, times,     mode, owner, times,    access list, creation and
//	                     user.* and POSIX ACL    xattrs (mac)           change times, Zone.Identifier
//	NoneHidden           nothing                 nothing                alternate streams
//	File.Remove          look, then unlink       same                   by the open file itself
//
// A lease is only for the file's owner (or root) on a local disk; elsewhere Hold
// says ErrUnsupported. Between the look and the unlink of File.Remove, or the
// rename of Folder.Swap, lie a few microseconds in which another program could put
// a new file in place of the old; Unix has no way to close that gap.
//
// On Windows a file that another program holds is tried again for two seconds:
// virus scanners and indexers let go by then.
package disk

import (
	"errors"
	"io"
	"io/fs"
)

// The errors that callers tell apart, besides fs.ErrNotExist, fs.ErrExist and
// fs.ErrPermission. The system's own error is wrapped beside them.
var (
	ErrBusy        = errors.New("another program has the file open")
	ErrSpecial     = errors.New("not a regular file")
	ErrChanged     = errors.New("no longer the same file")
	ErrFull        = errors.New("no room on the disk")
	ErrLongName    = errors.New("the name is too long")
	ErrUnsupported = errors.New("this disk cannot do it")
	ErrNoDrive     = errors.New("the drive is gone, or the computer that it belongs to does not answer")
	ErrFailing     = errors.New("the drive gives an error")
)

// ID tells one file, and one moment of it, from another.
type ID struct {
	Dev, Ino     uint64
	Size         int64
	Allocated    int64 // bytes that it takes on the disk; less than Size: it has holes
	MTime, CTime int64 // nanoseconds; CTime is the inode's, on Windows the change time
	Links        uint64
	Mode         fs.FileMode
	UID, GID     uint32
	Away         bool // its content is in a cloud, not on this disk
	ReadOnly     bool // Windows: it is marked so, and can't be removed or replaced before the mark is taken off
}

// Same reports whether both are one file that did not change in between.
func (a ID) Same(b ID) bool {
	return a.SameFile(b) && a.Size == b.Size && a.MTime == b.MTime && a.CTime == b.CTime
}

// SameFile reports whether both are one file, changed or not.
func (a ID) SameFile(b ID) bool { return a.Dev == b.Dev && a.Ino == b.Ino }

// Missed says what of a file's metadata could not be kept.
type Missed uint8

// What Keep may miss.
const (
	MissedTimes Missed = 1 << iota
	MissedOwner
	MissedMode
	MissedAccess // the access list
	MissedExtra  // extended attributes; on Windows where the file came from
)

// System opens folders.
type System interface {
	// Open opens a folder, which may be named through links.
	Open(dir string) (Folder, error)
}

// Folder is an open folder. Names are single names in it. Its methods may be
// called by several goroutines.
type Folder interface {
	// List names all that is in it, in no order.
	List() ([]string, error)
	// Look looks at a name, never through a link.
	Look(name string) (ID, error)
	// Open opens a file that is to be replaced. Links and all that is not a regular
	// file give ErrSpecial; on Windows a file open elsewhere gives ErrBusy.
	Open(name string) (File, error)
	// OpenAgain opens a finished file to read what is on the disk, not in memory,
	// as far as the system can tell them apart.
	OpenAgain(name string) (File, error)
	// Create makes a new file for its owner alone (0600). fs.ErrExist if the name is taken.
	Create(name string) (File, error)
	// SyncFile makes a file of whatever origin durable.
	SyncFile(name string) error
	// Publish gives a file its final name. fs.ErrExist if that is taken.
	Publish(from, to string) error
	// Swap gives a file the name of another one, whose place it takes in one step: at
	// every moment the name is there, with the one or the other. ErrChanged if the
	// other is not as it was at was. On Windows nobody may have it open, not even we.
	Swap(from, to string, was ID) error
	// Remove removes a file that is ours.
	Remove(name string) error
	// Sync makes names durable: those created, published and removed.
	Sync() error
	// Free tells how many bytes there is room for.
	Free() (int64, error)
	Close() error
}

// File is an open file. ReadAt may be called by several goroutines.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	// Look is Folder.Look at this very file, whatever its name is now.
	Look() (ID, error)
	// Hold has the system tell when another program opens the file. ErrBusy if one
	// has it open, ErrUnsupported where only comparing before and after is left.
	Hold() error
	// Held is false once another program wants the file, or if Hold failed.
	Held() bool
	// Reserve makes room for so many bytes, so that ErrFull comes before the work. It
	// comes before the first Write.
	Reserve(size int64) error
	// CopyFrom writes, where the last Write ended, the n bytes that src has from off
	// on, at the speed of the system. io.ErrUnexpectedEOF where src has fewer.
	CopyFrom(src File, off, n int64) error
	// Keep gives this new file the metadata of an old one and returns what it could
	// not. It never lets anyone read who could not read the old one.
	Keep(old File) Missed
	// Restore sets permissions and the time of the last change, in nanoseconds.
	Restore(mode fs.FileMode, mtime int64) Missed
	// ReadBack gives what has arrived of this new file on the disk, while more of it is
	// written. ErrUnsupported where that is not known, or Reserve was not told that the
	// file is very large: it is read back when it is finished then, by OpenAgain.
	ReadBack() (ReadBack, error)
	// Sync makes the content durable. (On Linux a large file is on its way to the
	// disk while it is written, and Write can give the same errors.) After an error the content is lost: the file
	// must be written anew from its source, never synced again.
	Sync() error
	// Remove removes the name by which the file was opened, if that still is this
	// file as it was at want: else ErrChanged.
	Remove(want ID) error
	Close() error
}

// ReadBack reads what is on the disk of a file that is being written, in order. Read
// waits for what is still on its way, and comes to the end only after Sync. If that
// or a Write fails it waits until Interrupt. It is closed before the file.
type ReadBack interface {
	io.ReadCloser
	// Interrupt has Read wait no more. It may be called at any time.
	Interrupt()
}

// Real is the disk of this computer.
type Real struct{}

// coded is an error of the system with the one that callers look for.
type coded struct{ is, err error }

func (e coded) Error() string   { return e.err.Error() }
func (e coded) Unwrap() []error { return []error{e.is, e.err} }
