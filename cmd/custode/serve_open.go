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

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/bundle"
	"custode/encrypt/catalogue"
	"custode/encrypt/desk"
	"custode/internal/fault"
	"custode/internal/host"
)

// pageFiles are the sealed files that were opened with the page. They stay open while the page is
// locked: each has keys of its own until it is closed.
type pageFiles struct {
	opening sync.Mutex // one at a time: two clicks open no file twice

	mu        sync.Mutex
	all       map[string]*pageFile
	unsealing map[string]int // by path, how often a sealed file is being made readable
	rekeying  int            // how often all files are being sealed for new keys
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

// unseal keeps files from being opened while they are made readable. If one of them is open with the page
// it gives that one, and keeps none: what is saved there would have no sealed file to go to.
func (f *pageFiles) unseal(files []job.ToOpen) (open string, done func()) {
	f.opening.Lock() // what is about to be opened is seen
	defer f.opening.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.all {
		if slices.ContainsFunc(files, func(u job.ToOpen) bool { return u.From == one.path }) {
			return one.path, func() {}
		}
	}
	if f.unsealing == nil {
		f.unsealing = map[string]int{}
	}
	for _, u := range files {
		f.unsealing[u.From]++
	}
	return "", func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, u := range files {
			if f.unsealing[u.From]--; f.unsealing[u.From] == 0 {
				delete(f.unsealing, u.From)
			}
		}
	}
}

// isUnsealing reports whether a file is being made readable, or all are sealed anew.
func (f *pageFiles) isUnsealing(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rekeying > 0 || f.unsealing[path] > 0
}

// pageFile is one of them.
type pageFile struct {
	id, path, name string
	since          time.Time
	memory         bool
	desk           desk.Copy // of its own, to look at while the other is at work

	stop  func()        // the person is done
	ended chan struct{} // closed when out and err stand

	mu       sync.Mutex
	versions int
	trouble  string // why what was saved is not sealed yet; "": it is

	out web.Outcome
	err error
}

// Open implements [web.Opener].
func (o *office) Open(ctx context.Context, path string) error {
	o.files.opening.Lock()
	defer o.files.opening.Unlock()
	if o.files.isUnsealing(path) {
		return fault.New(fault.Busy, "fault.web.busy")
	}
	sh := *o.sh
	sh.out, sh.err = io.Discard, io.Discard // what is to be told stands on the page
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
	until := make(chan struct{})
	one := &pageFile{
		id: web.Token(), path: e.path, name: e.copy.Note.Name, since: e.sh.now(), memory: e.memory, desk: *e.copy,
		stop: sync.OnceFunc(func() { close(until) }), ended: make(chan struct{}),
	}
	e.until = until
	e.on = func() {
		one.mu.Lock()
		defer one.mu.Unlock()
		one.versions, one.trouble = e.versions, e.said
	}
	f.mu.Lock()
	if f.all == nil {
		f.all = map[string]*pageFile{}
	}
	f.all[one.id] = one
	f.mu.Unlock()
	go func() {
		defer close(one.ended)
		defer wipe()
		defer func() { _ = e.st.Close() }() // every write was committed
		defer func() {
			if r := recover(); r != nil {
				one.err = &fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{fmt.Sprintf("%T", r)}}
			}
		}()
		one.out, one.err = e.toTheEnd()
	}()
}

// toTheEnd seals what is saved until the person is done, and removes the copy.
func (e *editing) toTheEnd() (out web.Outcome, err error) {
	ctx := context.Background() // it ends with the server, by its stop
	_ = e.untilDone(ctx)
	if err := e.finish(ctx); err != nil {
		return out, err
	}
	out = web.Outcome{Title: e.sh.words.T("web.open.closed", printable(e.copy.Note.Name)), Lines: []string{e.outcome()}, Next: "/vault"}
	for _, s := range e.beside {
		out.Lines = append(out.Lines, "! "+e.sh.besideSaid(e.path, s)+" "+printable(s.Path))
	}
	return out, nil
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
	used, _ := host.InUse(one.desk.Path())
	return used || one.desk.Locked()
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
	<-one.ended
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
		f := web.OpenFile{ID: one.id, Name: printable(one.name), Said: []string{w.T("opening.left.opened", w.DateTime(one.since.Local()))}, Ended: !one.isOpen()}
		one.mu.Lock()
		if one.versions > 0 {
			f.Said = append(f.Said, w.N("web.open.versions", int64(one.versions)))
		}
		if one.trouble != "" {
			f.Said = append(f.Said, "! "+w.T("web.open.not-yet", w.T("opening.edit.why."+one.trouble)))
		}
		one.mu.Unlock()
		if !one.memory {
			f.Said = append(f.Said, w.T("opening.on-disk"))
		}
		out = append(out, f)
	}
	return out
}

// opensHere reports whether a sealed file can be opened with the page; otherwise it says why not.
func (sh *shell) opensHere(e catalogue.Entry) (can bool, why string) {
	switch {
	case !host.HasScreen(sh.env):
		return false, ""
	case strings.HasSuffix(strings.ToLower(filepath.Base(e.Path)), bundle.Ext):
		return false, sh.words.N("web.open.archive", max(e.Files, 1))
	}
	return true, ""
}
