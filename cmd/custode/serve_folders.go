package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/place"
	"custode/scan/walk"
)

// folderPatience is how long a drive may take to answer somebody who looks for a folder.
const folderPatience = 3 * time.Second

// Folders implements [web.Pathfinder].
func (o *office) Folders(ctx context.Context, at, files string) (f web.Folders) {
	sh, w := o.sh, o.sh.words
	if at == "" {
		f.In = sh.firstFolders()
		return f
	}
	if !filepath.IsAbs(at) {
		return f
	}
	in, err := walk.Look(ctx, at, walk.Options{Patience: cmp.Or(sh.patience, folderPatience), Disk: sh.disk})
	f.At = cmp.Or(in.Real, filepath.Clean(at))
	f.Name = printable(f.At)
	if up := filepath.Dir(f.At); up != f.At {
		f.Up = up
	}
	switch {
	case err == nil:
	case errors.Is(err, walk.ErrSlow):
		f.Wrong = capital(w.T("why.too-slow")) + "."
	case errors.Is(err, fs.ErrPermission):
		f.Wrong = capital(w.T("why.permission")) + "."
	case errors.Is(err, fs.ErrNotExist):
		f.Wrong = capital(w.T("why.absent"))
	default:
		f.Wrong = capital(w.T("why.io")) + "."
		if c := fault.Cause(err); c != "" {
			f.Wrong = capital(w.T("cause."+c)) + "."
		}
	}
	for _, s := range in.Folders {
		if hiddenName(s.Name) {
			f.Hidden = true
			continue
		}
		f.In = append(f.In, web.FolderLine{Path: s.Path, Name: printable(s.Name)})
	}
	for _, s := range in.Files {
		if wanted := files == web.AnyFile || strings.EqualFold(filepath.Ext(s.Name), files); files != "" && wanted && !hiddenName(s.Name) {
			f.In = append(f.In, web.FolderLine{Path: s.Path, Name: printable(s.Name), File: true})
		}
	}
	return f
}

// hiddenName reports whether a folder or a file is one of the system's or of programs, or has a name that no page can
// send back.
func hiddenName(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "$") || name == "System Volume Information" ||
		!utf8.ValidString(name) || strings.ContainsAny(name, "\r\n\x00")
}

// firstFolders are where to begin to look for a folder: the user's own, and the drives.
func (sh *shell) firstFolders() (out []web.FolderLine) {
	add := func(path, name string) {
		if !slices.ContainsFunc(out, func(l web.FolderLine) bool { return l.Path == path }) {
			out = append(out, web.FolderLine{Path: path, Name: name})
		}
	}
	for _, dir := range place.DataFolders(sh.env) {
		add(dir, printable(filepath.Base(dir)))
	}
	if home, err := place.User(sh.env); err == nil {
		add(home, sh.words.T("web.folders.home", printable(filepath.Base(home))))
	}
	for _, dir := range place.Drives(sh.env) {
		name := sh.words.T("web.folders.drive", printable(dir))
		if dir == "/" {
			name = sh.words.T("web.folders.all")
		}
		add(dir, name)
	}
	return out
}
