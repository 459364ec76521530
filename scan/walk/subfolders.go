package walk

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Sub is a folder in a folder that was listed, or a file.
type Sub struct {
	Name string
	Path string // of a link: where it leads, so that nobody goes in circles
}

// Inside is what lies in a folder.
type Inside struct {
	Real           string // where the folder really is
	Folders, Files []Sub  // by name; no links to files
}

// Look lists what lies in a folder, and gives where it really is. A link counts where it leads to a
// folder. Of a drive that does not answer within [Options.Patience] nothing is known: ErrSlow, or where only a link
// leads there, it is left out like all links after it. Only Patience, Silent and Disk of the options count.
func Look(ctx context.Context, path string, o Options) (in Inside, err error) {
	w, err := newWalker(o, nil)
	if err != nil {
		return in, err
	}
	defer w.calls.end()
	if in.Real, err = try(ctx, &w.calls, 0, func() (string, error) { return w.disk.Resolve(path) }); err != nil {
		return in, err
	}
	real := in.Real // a call that is given up still reads it
	all, err := try(ctx, &w.calls, 0, func() ([]fs.DirEntry, error) { return w.entries(real) })
	if err != nil {
		return in, err
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name()), strings.ToLower(b.Name())), strings.Compare(a.Name(), b.Name()))
	})
	slow := false
	for _, d := range all {
		s := Sub{d.Name(), filepath.Join(in.Real, d.Name())}
		switch {
		case d.IsDir():
		case d.Type().IsRegular():
			in.Files = append(in.Files, s)
			continue
		case slow || d.Type()&(fs.ModeSymlink|fs.ModeIrregular) == 0:
			continue
		default:
			link := s.Path // a call that is given up still reads it
			s.Path, err = try(ctx, &w.calls, 0, func() (string, error) { return w.leads(link) })
			if slow = errors.Is(err, ErrSlow); err != nil {
				continue
			}
		}
		in.Folders = append(in.Folders, s)
	}
	return in, ctx.Err()
}

// entries lists all of a folder.
func (w *walker) entries(path string) ([]fs.DirEntry, error) {
	f, err := w.disk.Folder(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	return f.ReadDir(-1)
}

// leads tells to which folder a link leads, if it is one.
func (w *walker) leads(link string) (string, error) {
	path, err := w.disk.Resolve(link)
	if err != nil {
		return "", err
	}
	info, err := w.disk.Look(path)
	if err == nil && !info.IsDir() {
		err = fs.ErrNotExist
	}
	return path, err
}
