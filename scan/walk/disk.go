package walk

import (
	"io"
	"io/fs"
	"os"

	"custode/internal/rawpath"
)

// Disk is what a walk, and the reading of files after it, ask of the operating
// system. Every call may block for as long as a drive does not answer. There is
// one real Disk, [System]; tests put one in its place that fails or never answers.
type Disk interface {
	// Look tells what lies at path, without following a link in its last part.
	Look(path string) (fs.FileInfo, error)
	// Resolve follows all links on the way to path.
	Resolve(path string) (string, error)
	// Folder opens a folder for listing.
	Folder(path string) (Folder, error)
	// Open opens a regular file as [Open] does.
	Open(path string, want Stamp) (Content, Stamp, error)
}

// Folder is an open folder.
type Folder interface {
	ReadDir(n int) ([]fs.DirEntry, error)
	// Look tells what an entry of it is now.
	Look(d fs.DirEntry) (Seen, error)
	io.Closer
}

// Content is an open file.
type Content interface {
	io.Reader
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// System is the operating system's own files.
type System struct{}

// Look is rawpath.Lstat.
func (System) Look(path string) (fs.FileInfo, error) { return rawpath.Lstat(path) }

// Resolve is rawpath.Resolve.
func (System) Resolve(path string) (string, error) { return rawpath.Resolve(path) }

// Folder opens a folder and follows no link.
func (System) Folder(path string) (Folder, error) {
	f, err := openFolder(path)
	if err != nil {
		return nil, err
	}
	return systemFolder{f, path}, nil
}

// systemFolder is an open folder of the operating system.
type systemFolder struct {
	*os.File
	path string
}

// Open is [Open].
func (System) Open(path string, want Stamp) (Content, Stamp, error) {
	f, stamp, err := Open(path, want)
	if err != nil {
		return nil, stamp, err
	}
	return f, stamp, nil
}
