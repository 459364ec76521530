package lookout

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/baseline"
)

// touched is what the sensors told of since a comparison began, so that the next one only
// tells what they did not. It is written down as it comes, not synced: a run that comes
// after a killed one knows what that had told already.
type touched struct {
	paths map[string]told
	dirs  map[string]told
	all   bool // more than can be kept

	file *os.File // nil where it can't be written
	out  *bufio.Writer
	line []byte // the last one
}

// told is what was told last of a file.
type told struct {
	at    time.Time
	there bool // it was there afterwards
}

// often is how soon after another something told of the same file is not noted anew.
const often = 200 * time.Millisecond

func touchedPath(dir string) string { return filepath.Join(dir, "touched") }

// newTouched begins one, in a file of its own; "" for none.
func newTouched(path string) *touched {
	t := &touched{paths: map[string]told{}, dirs: map[string]told{}}
	if path == "" {
		return t
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err == nil {
		t.file, t.out = f, bufio.NewWriter(f)
	}
	return t
}

// readTouched reads what a run before had told, from the files that it left.
func readTouched(paths ...string) *touched {
	t := newTouched("")
	for _, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			line := lines.Text()
			kind, rest, _ := strings.Cut(line, " ")
			ns, quoted, _ := strings.Cut(rest, " ")
			at, err := strconv.ParseInt(ns, 10, 64)
			path, bad := strconv.Unquote(quoted)
			if err == nil && bad == nil { // the last line may be cut
				t.put(path, kind == "d" || kind == "D", told{time.Unix(0, at), kind == "f" || kind == "d"})
			}
		}
		_ = f.Close() // it was read
	}
	return t
}

// event notes what happened to a file.
func (t *touched) event(ev *watch.Event) {
	if ev.From != "" {
		t.add(ev.From, ev.Dir, told{ev.At, false})
	}
	if ev.Path != "" {
		t.add(ev.Path, ev.Dir, told{ev.At, ev.Op&watch.Delete == 0})
	}
}

func (t *touched) add(path string, dir bool, what told) {
	if !t.put(path, dir, what) || t.out == nil {
		return
	}
	kind := byte('F')
	if dir {
		kind = 'D'
	}
	if what.there {
		kind += 'a' - 'A'
	}
	t.line = append(strconv.AppendInt(append(t.line[:0], kind, ' '), what.at.UnixNano(), 10), ' ')
	t.line = append(strconv.AppendQuote(t.line, path), '\n')
	if _, err := t.out.Write(t.line); err != nil {
		t.close() // the next run counts too much rather than too little
	}
}

// put keeps it in mind, and reports whether that is new.
func (t *touched) put(path string, dir bool, what told) bool {
	if t.all {
		return false
	}
	m := t.paths
	if dir {
		m = t.dirs
	}
	if was, known := m[path]; known && was.there == what.there && what.at.Sub(was.at) < often {
		return false
	}
	if len(t.paths)+len(t.dirs) >= mostDiffer {
		t.all = true
		clear(t.paths)
		clear(t.dirs)
		return false
	}
	m[path] = what
	return true
}

// flush writes what was noted.
func (t *touched) flush() {
	if t.out != nil && t.out.Flush() != nil {
		t.close()
	}
}

func (t *touched) close() {
	if t.file != nil {
		_ = t.file.Close()
	}
	t.file, t.out = nil, nil
}

// of is what was told last of a file, or of a folder above it.
func (t *touched) of(path string) (told, bool) {
	if x, ok := t.paths[path]; ok || len(t.dirs) == 0 {
		return x, ok
	}
	for at := filepath.Dir(path); ; at = filepath.Dir(at) {
		if x, ok := t.dirs[at]; ok {
			return x, true
		}
		if at == filepath.Dir(at) {
			return told{}, false
		}
	}
}

// has reports whether something was told of a file, or of a folder above it.
func (t *touched) has(path string) bool {
	_, ok := t.of(path)
	return ok || t.all
}

// explains reports whether what was told explains a difference: it did not happen later.
func (t *touched) explains(d difference) bool {
	x, ok := t.of(d.path)
	if d.what == baseline.Removed {
		_, itself := t.paths[d.path]
		return ok && (!x.there || !itself)
	}
	return ok && !d.at.After(x.at.Add(often))
}
