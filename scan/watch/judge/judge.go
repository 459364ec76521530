// Package judge says what it means that something happened to a file: it makes of the
// events of package watch the facts that package rules goes by.
//
// For that it keeps in mind what the files of the data folders are: their structure
// when they were last looked at (package structure), and which session made those that
// are new. When a file has been changed it is looked at again; a program that writes
// often to one file is looked at once a second, and a file that is still open for
// writing not before it is closed, or nothing was written for two seconds: a save that
// is under way looks like damage. Nothing of the content is kept.
//
// [Judge.Facts] is called with each event in order, [Judge.Tick] about twice a second.
// A Judge is not safe for concurrent use.
package judge

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/rules"
	"custode/scan/watch/structure"
)

// File is a file that is looked at.
type File interface {
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// Options say what the shop knows. Folders and Open are needed; a func may be nil.
type Options struct {
	Folders []string                        // the data folders, by full names
	Open    func(path string) (File, error) // opens a file to look at, so that its last access stays as it was

	Decoy     func(path string) bool        // it is a decoy
	Announced func(path string) bool        // custode has announced that it seals, opens or moves it now
	Own       func(a *watch.Actor) bool     // it is custode's own program, by its digest
	Packaged  func(program string) bool     // the program on disk is the package manager's
	Digest    func(a *watch.Actor) [32]byte // of the program, where the actor does not have it
	Human     func(a *watch.Actor) bool     // a person sits at it; nil: it has a terminal
}

// Limits of what is kept in mind and looked at.
const (
	mostFiles = 300_000          // known files; of others only the ending is known
	pause     = time.Second      // between two looks at one file
	always    = 3                // looks of a session that never wait
	forget    = 15 * time.Minute // sessions without events
	still     = 2 * time.Second  // nothing is written to a file that stays open
	longest   = time.Minute      // a file that stays open is looked at all the same
)

// known is what is kept in mind of a file. Its fields lie without gaps: there are many.
type known struct {
	look  structure.Look
	world bool  // everyone may read it
	noise bool  // it is new, and nothing opens it
	own   bool  // custode made it, as announced: nobody else may do with it what they like
	dirty bool  // it was written, and gone under that name before it could be looked at
	by    int32 // the session that made it; 0: it was there before
	size  int64
	at    int64  // when it was looked at, or made: nanoseconds as in [time.Time.UnixNano]
	was   string // its name before it was moved aside
}

type session struct {
	last  time.Time
	looks int
}

// due is a look that waits. since is when a file that is still open was first written.
type due struct {
	at    time.Time
	since time.Time
	ev    watch.Event
}

// Judge keeps in mind what the files are.
type Judge struct {
	o        Options
	files    map[string]*known
	places   map[string]place
	young    map[string]map[string]*known // new files, by folder and name
	endings  map[string]int
	sessions map[int]*session
	waiting  map[string]due
	packages map[[32]byte]bool // what Packaged said, by the content of the program
	closes   bool              // this sensor tells when a file is closed
	folders  []string          // with a separator at their ends
	told     program           // the one that did something last
	facts    []rules.Fact      // of the last event
}

// New makes a judge that knows nothing yet: see Learn.
func New(o Options) *Judge {
	if o.Human == nil {
		o.Human = func(a *watch.Actor) bool { return a.Terminal }
	}
	folders := make([]string, len(o.Folders))
	for i, f := range o.Folders {
		folders[i] = strings.TrimSuffix(f, string(filepath.Separator)) + string(filepath.Separator)
	}
	return &Judge{
		o: o, folders: folders, files: map[string]*known{}, places: map[string]place{}, young: map[string]map[string]*known{}, endings: temporary(),
		sessions: map[int]*session{}, waiting: map[string]due{}, packages: map[[32]byte]bool{},
	}
}

// Seen is what a file is at the start.
type Seen struct {
	path string
	known
}

// Look looks at a file that is there at the start. What can't be read is known by its
// name alone. It may run beside everything else.
func (j *Judge) Look(path string) Seen {
	s := Seen{path: path}
	if l, info, err := j.look(path); err == nil {
		s.look, s.size, s.world = l, info.Size(), info.Mode().Perm()&0o004 != 0
	}
	return s
}

// Keep keeps in mind what a file is, unless something happened to it already.
func (j *Judge) Keep(s Seen) {
	j.endings[ending(s.path)]++
	j.place(filepath.Dir(s.path), 0)
	if len(j.files) < mostFiles && j.files[s.path] == nil {
		k := s.known // without the path
		j.files[s.path] = &k
	}
}

// Learn looks at a file and keeps it in mind.
func (j *Judge) Learn(path string) { j.Keep(j.Look(path)) }

// Known is how many files are kept in mind.
func (j *Judge) Known() int { return len(j.files) }

func ending(path string) string { return strings.ToLower(filepath.Ext(path)) }

func (j *Judge) look(path string) (structure.Look, fs.FileInfo, error) {
	f, err := j.o.Open(path)
	if err != nil {
		return structure.Look{}, nil, err
	}
	defer f.Close() // opened for reading
	info, err := f.Stat()
	if err != nil {
		return structure.Look{}, nil, err
	}
	if !info.Mode().IsRegular() {
		return structure.Look{}, info, nil
	}
	l, err := structure.At(f, info.Size())
	return l, info, err
}

// Facts says what an event means: nothing, one thing, or several, since a kernel may
// merge what one process did to one file. The list is good until the next call.
func (j *Judge) Facts(ev watch.Event) []rules.Fact {
	clear(j.facts)
	j.facts = j.of(j.facts[:0], ev)
	return j.facts
}

// of adds what an event means to a list.
func (j *Judge) of(out []rules.Fact, ev watch.Event) []rules.Fact {
	if ev.Op&watch.Rename != 0 {
		out = j.rename(out, ev)
	}
	if ev.Path == "" {
		return out
	}
	if ev.Actor != nil {
		j.closes = true // what tells who, tells that
	}
	switch {
	case ev.Op&watch.Create == 0:
	case ev.Dir:
		j.place(ev.Path, maker(ev))
	default:
		j.made(ev)
	}
	if ev.Op&(watch.Read|watch.Open) != 0 && ev.Op&watch.Changes == 0 && !ev.Dir {
		f := j.fact(ev, ev.Path, rules.Read)
		f.Own = f.Decoy && j.own(ev, ev.Path) // it looks whether its decoys are there
		out = append(out, f)
	}
	if ev.Op&(watch.Write|watch.CloseWrite) != 0 && !ev.Dir {
		out = j.written(out, ev)
	}
	if ev.Op&watch.Permission != 0 {
		out = append(out, j.permission(ev)...)
	}
	if ev.Op&watch.Delete != 0 {
		out = append(out, j.gone(ev, ev.Path))
	}
	return out
}

// Tick looks at what waited.
func (j *Judge) Tick(now time.Time) []rules.Fact {
	var out []rules.Fact
	for path, d := range j.waiting {
		if now.Before(d.at) {
			continue
		}
		delete(j.waiting, path)
		out = j.seen(out, d.ev)
	}
	for n, s := range j.sessions {
		if now.Sub(s.last) > forget {
			delete(j.sessions, n)
		}
	}
	return out
}

// made notes a new file. Whether it opens shows when it has been written.
func (j *Judge) made(ev watch.Event) {
	if k := j.files[ev.Path]; k != nil { // told twice
		k.adopt(ev)
		return
	}
	if len(j.files) < mostFiles {
		j.put(ev.Path, &known{by: int32(maker(ev)), at: ev.At.UnixNano()}) //nolint:gosec // process numbers have 22 bits
	}
}

// adopt notes who made a file of which it was told before that it is there.
func (k *known) adopt(ev watch.Event) {
	if k.by == unknown && k.look == (structure.Look{}) && k.size == 0 {
		k.by = int32(maker(ev)) //nolint:gosec // process numbers have 22 bits
	}
}

// put keeps a file in mind under a name.
func (j *Judge) put(path string, k *known) {
	j.files[path] = k
	if k.by == 0 {
		return
	}
	dir, name := filepath.Split(path)
	if j.young[dir] == nil {
		j.young[dir] = map[string]*known{}
	}
	j.young[dir][name] = k
}

// drop forgets a name, and gives what was known of it.
func (j *Judge) drop(path string) *known {
	k := j.files[path]
	delete(j.files, path)
	delete(j.waiting, path)
	dir, name := filepath.Split(path)
	if list := j.young[dir]; list != nil {
		if delete(list, name); len(list) == 0 {
			delete(j.young, dir)
		}
	}
	return k
}

// written looks at a changed file, now or soon.
func (j *Judge) written(out []rules.Fact, ev watch.Event) []rules.Fact {
	s := j.sessions[maker(ev)]
	if s == nil {
		s = &session{}
		j.sessions[maker(ev)] = s
	}
	s.last = ev.At
	d, waits := j.waiting[ev.Path]
	k := j.files[ev.Path]
	if k != nil {
		k.adopt(ev)
	}
	switch closed := ev.Op&watch.CloseWrite != 0; {
	case closed:
		j.closes = true
	case j.closes && !waits:
		j.waiting[ev.Path] = due{ev.At.Add(still), ev.At, ev}
		return out
	case j.closes && d.since.IsZero():
		return out
	case j.closes:
		d.at = ev.At.Add(min(still, longest-ev.At.Sub(d.since)))
		j.waiting[ev.Path] = d
		return out
	}
	if k != nil && ev.At.Sub(time.Unix(0, k.at)) < pause && s.looks >= always && k.by == 0 {
		j.waiting[ev.Path] = due{at: time.Unix(0, k.at).Add(pause), ev: ev}
		return out
	}
	delete(j.waiting, ev.Path)
	s.looks++
	return j.seen(out, ev)
}

// seen looks at a changed file.
func (j *Judge) seen(out []rules.Fact, ev watch.Event) []rules.Fact {
	now, info, err := j.look(ev.Path)
	k := j.files[ev.Path]
	if k != nil {
		k.dirty = err != nil
	}
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return out // it is gone again: that is told too
	}
	if k == nil { // it was not known: nothing can be said of before
		if len(j.files) < mostFiles {
			j.put(ev.Path, &known{look: now, at: ev.At.UnixNano()})
		}
		return append(out, j.fact(ev, ev.Path, rules.Change))
	}
	verb := rules.Change
	decoy := j.o.Decoy != nil && j.o.Decoy(ev.Path) // comes whole, under this name: a write is a change
	if k.by != 0 && k.look == (structure.Look{}) && k.size == 0 && !decoy {
		verb = rules.Create
	}
	f := j.fact(ev, ev.Path, verb)
	if err == nil {
		f.Lost = structure.Lost(k.look, now)
		k.noise = k.by != 0 && noise(now, info.Size())
		f.Noise = verb == rules.Create && k.noise
		if f.Lost == structure.Fine {
			k.look = now // what no longer opens stays lost until it opens again
		}
		k.size, k.world = info.Size(), info.Mode().Perm()&0o004 != 0
	}
	f.Own = j.own(ev, ev.Path) && (now.Kind == structure.Age || f.Lost == structure.Fine)
	k.at = ev.At.UnixNano()
	k.own = k.own || f.Own && verb == rules.Create
	return append(out, f)
}
