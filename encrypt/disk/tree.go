package disk

import (
	"errors"
	"fmt"
	"io/fs"
)

// ErrNotEmpty says that a folder holds something.
var ErrNotEmpty = errors.New("the folder is not empty")

// Tree is a folder whose folders are worked on too. What goes for names of files
// goes for those of folders: single names, never through a link.
type Tree interface {
	Folder
	// Enter opens a folder in this one. ErrSpecial if the name is not a folder, or a link.
	Enter(name string) (Tree, error)
	// MakeFolder makes a folder for its owner alone (0700). fs.ErrExist if the name is taken.
	MakeFolder(name string) error
	// RemoveFolder removes an empty folder: ErrNotEmpty if it is not.
	RemoveFolder(name string) error
	// PublishFolder is Publish for a folder. Where a system can't tell whether the
	// name is free, an empty folder of that name is replaced.
	PublishFolder(from, to string) error
	// Restore sets permissions and the time of the last change of this folder.
	Restore(mode fs.FileMode, mtime int64) Missed
}

// OpenTree opens a folder, which may be named through links, with all below it.
func OpenTree(sys System, dir string) (Tree, error) {
	d, err := sys.Open(dir)
	if err != nil {
		return nil, err
	}
	if t, ok := d.(Tree); ok {
		return t, nil
	}
	_ = d.Close()
	return nil, fmt.Errorf("%s: %w", dir, ErrUnsupported)
}
