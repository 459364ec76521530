package decoy

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"
)

// Entry is a file or folder in a folder.
type Entry struct {
	Name    string
	Dir     bool
	Regular bool
	Size    int64
	MTime   time.Time
	Mode    fs.FileMode
	Owner   Owner
}

// hidden reports whether people and their programs pass over a name.
func (e Entry) hidden() bool { return strings.HasPrefix(e.Name, ".") }

// Folder is a folder with what is in it.
type Folder struct {
	Path    string
	Mode    fs.FileMode
	Owner   Owner
	Entries []Entry
}

// Look lists a folder.
func Look(path string) (Folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Folder{}, err
	}
	list, err := os.ReadDir(path)
	if err != nil {
		return Folder{}, err
	}
	f := Folder{Path: path, Mode: info.Mode(), Owner: ownerOf(info)}
	for _, e := range list {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Folder{}, err
		}
		f.Entries = append(f.Entries, Entry{
			Name: e.Name(), Dir: info.IsDir(), Regular: info.Mode().IsRegular(), Size: info.Size(), MTime: info.ModTime(), Mode: info.Mode(), Owner: ownerOf(info),
		})
	}
	return f, nil
}
