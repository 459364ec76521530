// Package remains tells where readable copies of a sealed file may still lie, as
// far as names tell: no content is read, links are not followed, nothing is
// changed. To remove a file is to remove one name of it. What else of it there is,
// the owner should know:
//
//	Editor    beside it: what editors and office programs leave (X~, .X.swp, X.bak)
//	Trash     in the trash of the desktop, of a drive, in Windows' Recycle Bin
//	Version   kept by Syncthing, Dropbox, Nextcloud, Resilio, GoodSync, or a conflict of theirs
//	Snapshot  in a snapshot that the system shows as a folder (snapper, ZFS, NAS)
//
// What it cannot see: snapshots that the system does not show as folders (Windows'
// previous versions, those of APFS and Time Machine: Hidden says that there may be
// some), what a service keeps on its own computers, backups on other drives, and
// the blocks of the disk themselves. Copies of the same content by another name
// are found by the scan, not here.
//
// Each folder is listed once however many of its files are asked for.
package remains

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"custode/internal/rawpath"
)

// Kind says what left a copy.
type Kind string

// The kinds. Duplicate is for what the scan found; the last two are only ever in Hidden.
const (
	Editor      Kind = "editor"
	Trash       Kind = "trash"
	Version     Kind = "version"
	Snapshot    Kind = "snapshot"
	Duplicate   Kind = "duplicate"
	Previous    Kind = "previous-versions" // of Windows
	TimeMachine Kind = "time-machine"      // of macOS
)

// Copy is a file that was once the content of Of, or a part of it, and is readable.
type Copy struct {
	Path, Of string
	Kind     Kind
}

// Options say where this user's trash is.
type Options struct {
	Home     string // the user's folder; "" for none
	DataHome string // $XDG_DATA_HOME; "" for .local/share in Home
	UID      int    // -1 where users have no number
	Limit    int    // at most so many copies; 0 for all
}

// Found is what Look found.
type Found struct {
	Copies []Copy
	More   bool   // there are more than Limit
	Hidden []Kind // there may be such copies, and nothing here can tell
}

// Look looks for copies of files, named by their absolute paths as they were
// before they were sealed. What cannot be read has nothing to tell; the only
// error is that of ctx.
func Look(ctx context.Context, files []string, o Options) (Found, error) {
	l := &looker{o: o, seen: map[Copy]bool{}, folders: map[string]map[string]bool{}, stems: map[string]map[string][]string{}, lower: map[string][]string{}, real: map[string]bool{}}
	for _, f := range files {
		if !filepath.IsAbs(f) {
			continue
		}
		f = filepath.Clean(f)
		dir, name := filepath.Dir(f), filepath.Base(f)
		if l.folders[dir] == nil {
			l.folders[dir], l.stems[dir] = map[string]bool{}, map[string][]string{}
			l.order = append(l.order, dir)
		}
		if l.folders[dir][name] {
			continue
		}
		l.folders[dir][name] = true
		l.lower[strings.ToLower(name)] = append(l.lower[strings.ToLower(name)], f)
		l.stems[dir][stem(name)] = append(l.stems[dir][stem(name)], name)
	}
	for _, step := range []func(context.Context){l.besideAll, l.versions, l.trashes} {
		step(ctx)
		if err := ctx.Err(); err != nil {
			return Found{}, err
		}
	}
	slices.SortFunc(l.found, func(a, b Copy) int {
		return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path))
	})
	return Found{Copies: l.found, More: l.more, Hidden: hidden(runtime.GOOS)}, nil
}

func hidden(system string) []Kind {
	switch system {
	case "windows":
		return []Kind{Previous}
	case "darwin":
		return []Kind{TimeMachine}
	}
	return nil
}

// looker is one Look.
type looker struct {
	o       Options
	order   []string                       // the folders of the files
	folders map[string]map[string]bool     // the names in each
	stems   map[string]map[string][]string // the same, without their endings
	lower   map[string][]string            // the paths of the files, by their names in lower case
	real    map[string]bool                // folders that are no links
	found   []Copy
	seen    map[Copy]bool
	more    bool
}

// full reports whether nothing more is wanted.
func (l *looker) full() bool { return l.more }

// take notes a copy, if there is a readable file of that name: not a link, not
// empty, not sealed.
func (l *looker) take(path, of string, kind Kind) {
	c := Copy{Path: path, Of: of, Kind: kind}
	if l.full() || l.seen[c] || path == of || sealed(path) {
		return
	}
	info, err := rawpath.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return
	}
	l.seen[c] = true
	if l.o.Limit > 0 && len(l.found) == l.o.Limit {
		l.more = true
		return
	}
	l.found = append(l.found, c)
}

func sealed(path string) bool { return strings.EqualFold(filepath.Ext(path), ".age") }

// folder reports whether there is a folder of that name, not a link to one.
func (l *looker) folder(path string) bool {
	is, known := l.real[path]
	if !known {
		info, err := rawpath.Lstat(path)
		is = err == nil && info.IsDir()
		l.real[path] = is
	}
	return is
}

// below gives a folder that lies some way below another, if no link is on the way.
func (l *looker) below(dir, rel string) (string, bool) {
	if !l.folder(dir) {
		return "", false
	}
	for name := range strings.SplitSeq(rel, string(filepath.Separator)) {
		if dir = filepath.Join(dir, name); !l.folder(dir) {
			return "", false
		}
	}
	return dir, true
}

// each lists a folder, a thousand names at a time, until fn has enough.
func (l *looker) each(ctx context.Context, dir string, fn func(fs.DirEntry)) {
	if !l.folder(dir) {
		return
	}
	f, err := os.Open(dir)
	if err != nil {
		return
	}
	defer f.Close() // only read
	for ctx.Err() == nil && !l.full() {
		entries, err := f.ReadDir(1000)
		for _, e := range entries {
			fn(e)
		}
		if err != nil || len(entries) == 0 {
			return // at the end, or broken off: what it told until then counts
		}
	}
}

// above gives each folder from the one given up to the root of its drive, and
// the way back down from there.
func above(dir string, fn func(top, rel string)) {
	for top := dir; ; top = filepath.Dir(top) {
		rel, err := filepath.Rel(top, dir)
		if err != nil {
			return
		}
		fn(top, rel)
		if filepath.Dir(top) == top {
			return
		}
	}
}

// stem is a name without its ending: clienti of clienti.csv, .profile of .profile.
func stem(name string) string {
	if s := strings.TrimSuffix(name, filepath.Ext(name)); s != "" {
		return s
	}
	return name
}
