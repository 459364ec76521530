package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/bundle"
	"custode/encrypt/catalogue"
	"custode/internal/fault"
	"custode/internal/host"
)

// pageFiles are the sealed files that were opened with the page. They stay open while the page is
// locked: each has keys of its own until it is closed.
type pageFiles struct {
	opening sync.Mutex // one at a time: two clicks open no file twice

	mu       sync.Mutex
	all      map[string]*pageFile
	claimed  map[string]int // by path, how often a sealed file is being made readable, or a folder put away
	rekeying int            // how often all files are being sealed for new keys
}

// shut keeps all files from being opened while they are sealed for new keys. If one is open with the page it
// gives that one, and keeps none.
func (f *pageFiles) shut() (open string, done func()) {
	f.opening.Lock() // what is about to be opened is seen
	defer f.opening.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.all {
		if one.isOpen() {
			return one.path, func() {}
		}
	}
	f.rekeying++
	return "", func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.rekeying--
	}
}

// isOpen reports whether it has not ended yet.
func (one *pageFile) isOpen() bool {
	select {
	case <-one.ended:
		return false
	default:
		return true
	}
}

// claim keeps sealed files, and all in folders, from being opened until done is called: they are made readable, or put
// away. Where one of them is open with the page it fails, and keeps none: what is saved there would have no sealed file
// to go to.
func (f *pageFiles) claim(paths ...string) (done func(), err error) {
	f.opening.Lock() // what is about to be opened is seen
	defer f.opening.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.all {
		if slices.ContainsFunc(paths, func(p string) bool { return isWithin(p, one.path) }) {
			return nil, fault.On(fault.Busy, "fault.opening.twice", printable(one.path), nil)
		}
	}
	if f.claimed == nil {
		f.claimed = map[string]int{}
	}
	for _, p := range paths {
		f.claimed[p]++
	}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, p := range paths {
			if f.claimed[p]--; f.claimed[p] == 0 {
				delete(f.claimed, p)
			}
		}
	}, nil
}

// isClaimed reports whether a file, or a folder that it is in, is claimed, or all are sealed anew.
func (f *pageFiles) isClaimed(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rekeying > 0 {
		return true
	}
	for p := range f.claimed {
		if isWithin(p, path) {
			return true
		}
	}
	return false
}

// pageFile is one of them.
type pageFile struct {
	id, path, name string
	since          time.Time
	memory         bool
	inUse          func() bool // whether a program has the copy open
	only           bool        // to look at only: nothing that is saved is kept

	stop  func()        // the person is done
	ended chan struct{} // closed when out and err stand
	leave func()        // the page ends: what cannot be removed is left
	left  chan struct{} // closed by leave
	stuck chan struct{} // gets something each time that the copy could not be removed

	mu       sync.Mutex
	versions int
	trouble  string // why what was saved is not sealed yet; "": it is
	held     bool   // the copy could not be removed yet

	out web.Outcome
	err error
}

// opening begins to open a sealed file, which ends with done; one is opened at a time. What sh tells is not heard: it
// stands on the page. A fault.Busy where the file is being made readable or put away.
func (o *office) opening(path string) (sh *shell, done func(), err error) {
	o.files.opening.Lock()
	if o.files.isClaimed(path) {
		o.files.opening.Unlock()
		return nil, nil, fault.New(fault.Busy, "fault.web.busy")
	}
	quiet := *o.sh
	quiet.out, quiet.err = io.Discard, io.Discard
	return &quiet, o.files.opening.Unlock, nil
}

// Open implements [web.Opener].
func (o *office) Open(ctx context.Context, path string) error {
	sh, done, err := o.opening(path)
	if err != nil {
		return err
	}
	defer done()
	r, err := sh.ring()
	if err != nil {
		return err
	}
	u, err := o.unlockedHere(ctx)
	if err != nil {
		return err
	}
	e, base, err := sh.openOnPage(ctx, path)
	if err == nil {
		err = e.hold(r, u)
	}
	if err == nil {
		err = e.start(ctx, base.Path)
	}
	if err != nil {
		u.Wipe()
		if e != nil {
			_ = e.st.Close() // every write was committed
		}
		return err
	}
	o.files.add(e, u.Wipe) //nolint:contextcheck // it stays open when the request is over
	return nil
}

// openOnPage finds a file that custode has sealed. Who gets it closes its database.
func (sh *shell) openOnPage(ctx context.Context, path string) (e *editing, base host.Folder, err error) {
	st, err := sh.open(ctx)
	if err != nil {
		return nil, base, err
	}
	_, there, err := st.SealedFile(ctx, path)
	if err == nil && !there { // the form of an old page, or not of ours
		err = fault.On(fault.NoInput, "fault.opening.path", printable(path), nil)
	}
	if err == nil {
		e, base, err = sh.toEdit(ctx, openOptions{path: path, edit: true})
	}
	if err != nil {
		_ = st.Close() // every write was committed
		return nil, base, err
	}
	e.st = st
	return e, base, nil
}

// add follows an open file until it is closed.
func (f *pageFiles) add(e *editing, wipe func()) {
	until, copied := make(chan struct{}), *e.copy // of its own, to look at while the other is at work
	one := &pageFile{
		path: e.path, name: e.copy.Note.Name, since: e.sh.now(), memory: e.memory,
		inUse: func() bool { used, _ := host.InUse(copied.Path()); return used || copied.Locked() },
		stop:  sync.OnceFunc(func() { close(until) }),
	}
	e.until = until
	e.on = func() {
		one.mu.Lock()
		defer one.mu.Unlock()
		one.versions, one.trouble = e.versions, e.said
	}
	f.follow(one, func() (web.Outcome, error) {
		defer wipe()
		defer func() { _ = e.st.Close() }() // every write was committed
		return e.toTheEnd(one)
	})
}

// follow lists an open file, and keeps what comes of it.
func (f *pageFiles) follow(one *pageFile, toTheEnd func() (web.Outcome, error)) {
	one.id, one.ended, one.left, one.stuck = web.Token(), make(chan struct{}), make(chan struct{}), make(chan struct{})
	one.leave = sync.OnceFunc(func() { close(one.left) })
	f.mu.Lock()
	if f.all == nil {
		f.all = map[string]*pageFile{}
	}
	f.all[one.id] = one
	f.mu.Unlock()
	go func() {
		defer close(one.ended)
		defer func() {
			if r := recover(); r != nil {
				one.err = &fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{fmt.Sprintf("%T", r)}}
			}
		}()
		one.out, one.err = toTheEnd()
	}()
}

// toTheEnd seals what is saved until the person is done, and removes the copy.
func (e *editing) toTheEnd(one *pageFile) (out web.Outcome, err error) {
	ctx := context.Background() // it ends with the server, by its stop
	_ = e.untilDone(ctx)
	if err := one.gone(func() error { return e.finish(ctx) }); err != nil {
		e.copy.Leave()
		return out, err
	}
	out = web.Outcome{Title: e.sh.words.T("web.open.closed", printable(e.copy.Note.Name)), Lines: []string{e.outcome()}, Next: "/vault"}
	for _, s := range e.beside {
		out.Lines = append(out.Lines, "! "+e.sh.besideSaid(e.path, s)+" "+printable(s.Path))
	}
	return out, nil
}

// goneAgain is how long it takes until a copy that could not be removed is tried again,
// goneTries is after how many times the person is told.
const (
	goneAgain = 500 * time.Millisecond
	goneTries = 5
)

// gone closes a file, and again while its copy cannot be removed, which is so on Windows while a program has it open:
// until it can, or the page ends.
func (one *pageFile) gone(closeIt func() error) error {
	for {
		err := closeIt()
		held := isFault(err, "fault.opening.remove")
		one.mu.Lock()
		one.held = held
		one.mu.Unlock()
		if !held {
			return err
		}
		select {
		case <-one.left:
			return err
		case one.stuck <- struct{}{}: // somebody waits for it, and is told
		case <-time.After(goneAgain):
		}
	}
}

// InUse implements [web.Opener].
func (o *office) InUse(id string) bool {
	o.files.mu.Lock()
	one := o.files.all[id]
	o.files.mu.Unlock()
	if one == nil {
		return false
	}
	if !one.isOpen() {
		return false
	}
	return one.inUse()
}

// Done implements [web.Opener]. The file counts as open until all is sealed and its copy is gone.
func (o *office) Done(_ context.Context, id string) (web.Outcome, error) {
	o.files.mu.Lock()
	one := o.files.all[id]
	o.files.mu.Unlock()
	if one == nil {
		return web.Outcome{}, fault.New(fault.NoInput, "fault.serve.closed")
	}
	one.stop()
	for range goneTries { // a program may need a moment to let go of it
		select {
		case <-one.ended:
		case <-one.stuck:
			time.Sleep(goneAgain)
		}
	}
	if one.isOpen() {
		return web.Outcome{}, fault.On(fault.Busy, "fault.opening.held", printable(one.name), nil)
	}
	o.files.mu.Lock()
	delete(o.files.all, id)
	o.files.mu.Unlock()
	return one.out, one.err
}

// going tells what goes on that ends with this program.
func (c *counter) going() web.Going {
	on, _ := c.own.runs()
	return web.Going{Watch: on, Files: c.files.open()}
}

// open reports whether any is, or is being opened.
func (f *pageFiles) open() bool {
	if !f.opening.TryLock() {
		return true
	}
	defer f.opening.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.all {
		if one.isOpen() {
			return true
		}
	}
	return false
}

// closeFiles ends what is open, as its owner would.
func (c *counter) closeFiles() {
	c.files.mu.Lock()
	all := slices.Collect(maps.Values(c.files.all))
	c.files.mu.Unlock()
	for _, one := range all {
		one.stop()
		one.leave()
	}
	for _, one := range all {
		<-one.ended
	}
}

// opened lists what is open, the last first.
func (o *office) opened() (out []web.OpenFile) {
	w := o.sh.words
	o.files.mu.Lock()
	all := slices.Collect(maps.Values(o.files.all))
	o.files.mu.Unlock()
	slices.SortFunc(all, func(a, b *pageFile) int { return cmp.Or(b.since.Compare(a.since), strings.Compare(a.id, b.id)) })
	for _, one := range all {
		f := web.OpenFile{ID: one.id, Name: printable(one.name), Said: []string{w.T("opening.left.opened", w.DateTime(one.since.Local()))}, Looks: one.only, Ended: !one.isOpen()}
		one.mu.Lock()
		if one.versions > 0 {
			f.Said = append(f.Said, w.N("web.open.versions", int64(one.versions)))
		}
		if one.trouble != "" {
			f.Said = append(f.Said, "! "+w.T("web.open.not-yet", w.T("opening.edit.why."+one.trouble)))
		}
		if one.held {
			f.Said = append(f.Said, "! "+w.T("web.open.held"))
		}
		one.mu.Unlock()
		if one.only {
			f.Said = append(f.Said, w.T("web.inside.only"))
		}
		if !one.memory {
			f.Said = append(f.Said, w.T("opening.on-disk"))
		}
		out = append(out, f)
	}
	return out
}

// opensHere reports whether a sealed file can be opened with the page; otherwise it says why not. Inside: it is an
// archive, which is looked into.
func (sh *shell) opensHere(e catalogue.Entry) (can, inside bool, why string) {
	if strings.HasSuffix(strings.ToLower(filepath.Base(e.Path)), bundle.Ext) {
		return false, true, sh.words.N("web.inside.holds", max(e.Files, 1))
	}
	return host.HasScreen(sh.env), false, ""
}
