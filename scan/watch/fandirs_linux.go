package watch

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The most that is remembered. What is beyond is asked of the kernel each time,
// which cannot name a folder that is gone.
const (
	mostDirs    = 1 << 18
	mostOutside = 1 << 16
	mostLinked  = 1 << 16
)

// dirs names the folders and files that fanotify tells of by handle. It knows the
// folders under the watched ones from the start, so that a file can be named even
// when its folder is gone by the time.
type dirs struct {
	mu      sync.RWMutex
	roots   []string
	places  map[string][]string // by file system, where it can be reached
	in      map[string]string   // folders inside, by handle
	outside map[string]string   // folders known to be outside
	turn    int                 // counts what makes outside doubtful
	linked  map[string]string   // files inside that have more than one name, by handle
	over    bool                // there are more folders than mostDirs

	walked time.Time // when the last search for names ended, and how long it took
	took   time.Duration
}

func newDirs() *dirs {
	return &dirs{
		places: map[string][]string{}, in: map[string]string{},
		outside: map[string]string{}, linked: map[string]string{},
	}
}

// isOutside reports whether the folder is known to be outside.
func (d *dirs) isOutside(key string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	_, ok := d.outside[key]
	return ok
}

// isLinked is the name of a file that is inside and has other names too.
func (d *dirs) isLinked(key string) (string, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	p, ok := d.linked[key]
	return p, ok
}

// doubt forgets which folders are outside: one may have moved in.
func (d *dirs) doubt() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn++
	clear(d.outside)
}

// inside reports whether a name lies in a watched folder.
func (d *dirs) inside(path string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.ContainsFunc(d.roots, func(r string) bool { return under(path, r) })
}

// errUnnamed is a folder that nobody can name any more.
var errUnnamed = errors.New("watch: the folder of an event is gone")

// name is the full name of the folder with this handle, and whether it is inside.
func (d *dirs) name(key string) (path string, inside bool, err error) {
	d.mu.RLock()
	path, inside = d.in[key]
	elsewhere, outside := d.outside[key]
	turn, places := d.turn, d.places[fsOf(key)]
	d.mu.RUnlock()
	if inside {
		return path, true, nil
	}
	if outside {
		return elsewhere, false, nil
	}
	err = errUnnamed
	for _, at := range places {
		p, e := nameOf(key, at)
		if e != nil {
			continue
		}
		if path, err = p, nil; d.inside(p) {
			inside = true
			break
		}
	}
	if err != nil {
		return "", false, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case inside:
		d.note(key, path)
	case turn == d.turn:
		if len(d.outside) >= mostOutside {
			clear(d.outside)
		}
		d.outside[key] = path
	}
	return path, inside, nil
}

// note remembers a folder inside. d.mu is held.
func (d *dirs) note(key, path string) {
	if len(d.in) >= mostDirs {
		d.over = true
		clear(d.in)
	}
	d.in[key] = path
	delete(d.outside, key)
}

// add remembers a folder that was just made.
func (d *dirs) add(key, path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note(key, path)
}

func (d *dirs) remove(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.in, key)
}

// unlink forgets a name of a file with several.
func (d *dirs) unlink(key, path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.linked[key] == path {
		delete(d.linked, key)
	}
}

func (d *dirs) link(key, path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.linked) < mostLinked {
		d.linked[key] = path
	}
}

// rename gives new names to all that lay under from. By the time, more may have
// been renamed, so that the kernel is asked where that is possible; a folder that
// is gone gets the name that it had then. to is "" where it left.
func (d *dirs) rename(from, to string) {
	d.mu.Lock()
	below := map[string]string{}
	for key, path := range d.in {
		if under(path, from) {
			below[key] = path
		}
	}
	for key, path := range d.linked {
		if under(path, from) {
			if delete(d.linked, key); to != "" {
				d.linked[key] = moved(path, from, to)
			}
		}
	}
	places := maps.Clone(d.places)
	d.mu.Unlock()
	for key, path := range below {
		is := ""
		if to != "" {
			is = moved(path, from, to)
		}
		if len(below) <= 1000 {
			for _, at := range places[fsOf(key)] {
				if p, err := nameOf(key, at); err == nil {
					is = p
					break
				}
			}
		}
		inside := is != "" && d.inside(is)
		d.mu.Lock()
		if delete(d.in, key); inside {
			d.in[key] = is
		}
		d.mu.Unlock()
	}
}

// walk remembers all folders under top, and all files there that have more than
// one name. tell, which may be nil, gets everything that is found.
func (d *dirs) walk(top string, tell func(path string, dir bool)) {
	ids := map[uint64][]byte{} // file systems by device
	key := func(path string) (string, os.FileInfo) {
		info, err := os.Lstat(path)
		if err != nil {
			return "", nil
		}
		dev := identify(info).dev
		if ids[dev] == nil {
			var st unix.Statfs_t
			if unix.Statfs(path, &st) != nil {
				return "", info
			}
			ids[dev] = fsidBytes(st.Fsid)
		}
		h, _, err := unix.NameToHandleAt(unix.AT_FDCWD, path, 0)
		if err != nil {
			return "", info
		}
		var kind [4]byte
		order.PutUint32(kind[:], uint32(h.Type())) //nolint:gosec // as the kernel gave it
		return handleKey(ids[dev], kind[:], h.Bytes()), info
	}
	_ = descend(top, func(dir string) error {
		if k, _ := key(dir); k != "" {
			d.add(k, dir)
		}
		if tell != nil && dir != top {
			tell(dir, true)
		}
		return nil
	}, func(path string, e fs.DirEntry) {
		if tell != nil {
			tell(path, false)
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && names(info) > 1 {
			if k, _ := key(path); k != "" {
				d.link(k, path)
			}
		}
	})
}

// relink looks for the files with several names anew. In big trees it takes its
// time, and at most a twentieth of all: it returns false where it is not yet due.
func (d *dirs) relink(now func() time.Time) bool {
	d.mu.RLock()
	roots, since, took := slices.Clone(d.roots), now().Sub(d.walked), d.took
	d.mu.RUnlock()
	if took > quickWalk && since < 20*took {
		return false
	}
	start := now()
	for _, r := range roots {
		d.walk(r, nil)
	}
	d.mu.Lock()
	d.walked, d.took = now(), now().Sub(start)
	d.mu.Unlock()
	return true
}

// quickWalk is how long a search may take that is done as often as it is asked
// for.
const quickWalk = 20 * time.Millisecond

func fsOf(key string) string { return key[:min(8, len(key))] }

// nameOf asks the kernel for the name of a folder or file, as it is seen from the
// mount. A name that leads elsewhere (the file lies in a part of the file system
// that is not mounted there) is none.
func nameOf(key, mount string) (string, error) {
	fd, err := openKey(key, mount)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	path, err := nameOfFD(fd)
	if err != nil {
		return "", err
	}
	var is, named unix.Stat_t
	if err := unix.Fstat(fd, &is); err != nil {
		return "", err
	}
	if err := unix.Lstat(path, &named); err == nil && named.Ino == is.Ino && named.Dev == is.Dev {
		return path, nil
	}
	if gone, ok := strings.CutSuffix(path, " (deleted)"); ok && is.Nlink == 0 {
		return gone, nil
	}
	return "", errUnnamed
}

func nameOfFD(fd int) (string, error) {
	return os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
}

// names is how many names a file has.
func names(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Nlink) //nolint:unconvert // the type differs from processor to processor
	}
	return 1
}

// placeOf adds where a file system can be reached.
func (d *dirs) placeOf(key, at string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := fsOf(key)
	if !slices.Contains(d.places[id], at) {
		d.places[id] = append(slices.Clone(d.places[id]), at)
	}
}

// leave forgets a watched folder, and reports the file systems that no other one
// needs.
func (d *dirs) leave(root string) (unused []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.roots = slices.DeleteFunc(d.roots, func(r string) bool { return r == root })
	for id, at := range d.places {
		at = slices.DeleteFunc(slices.Clone(at), func(p string) bool {
			return under(p, root) && !slices.ContainsFunc(d.roots, func(r string) bool { return under(p, r) })
		})
		if d.places[id] = at; len(at) == 0 {
			delete(d.places, id)
			unused = append(unused, id)
		}
	}
	for key, path := range d.in {
		if under(path, root) {
			delete(d.in, key)
		}
	}
	for key, path := range d.linked {
		if under(path, root) {
			delete(d.linked, key)
		}
	}
	return unused
}

// join is the full name of what an event is about.
func join(dir, name string) string {
	if name == "." || name == "" {
		return dir
	}
	if dir == "/" {
		return dir + name
	}
	return dir + "/" + name
}
