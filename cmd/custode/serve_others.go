package main

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/private"
	"custode/internal/fault"
	"custode/scan"
)

// othersRead finds the files that others can read.
func (sh *shell) othersRead(ctx context.Context, st state, set settings) (job.Others, error) {
	shop := job.Shop{Folders: set.Folders, Usual: sh.usualFolders(), Exclude: set.exclusions()}
	return job.OthersRead(ctx, st, shop, sh.now())
}

// Others implements [web.Closer].
func (o *office) Others(ctx context.Context, skip, most int64) (v web.Others, err error) {
	sh, w := o.sh, o.sh.words
	set, st, err := sh.enter(ctx)
	if err != nil {
		return v, err
	}
	defer st.Close() // only read
	list, err := sh.othersRead(ctx, st, set)
	if err != nil {
		return v, err
	}
	all := int64(len(list.Files))
	v = web.Others{Scanned: list.Scanned, Name: nameOfOthers(list), Count: all}
	if list.Unknown > 0 {
		v.Unknown = w.N("item.data.access.some-unknown.title", list.Unknown) + "."
	}
	for _, f := range list.Folders {
		v.Folders = append(v.Folders, printable(f))
	}
	for _, f := range list.Files[min(skip, all):min(skip+most, all)] {
		risk := scan.Risk(f.Risk)
		one := web.OthersFile{
			ID: nameOf(f.Path), Name: inSentence(shown(f.Path, commonFolder(set.Folders))),
			Status: riskStatus[risk], Tag: w.T("web.data.tag." + string(risk)), Who: capital(w.T("scan.access."+string(f.Access))) + ".",
		}
		if mayNotKeep(f.Place) {
			one.Where = w.T("web.others.far")
		}
		v.Files = append(v.Files, one)
	}
	return v, nil
}

// mayNotKeep tells the places whose drives often do not keep who may read a file.
func mayNotKeep(place scan.Exposure) bool {
	return place == scan.OnRemovable || place == scan.OnNetwork
}

// nameOfOthers tells one list from another.
func nameOfOthers(list job.Others) string {
	var all strings.Builder
	for _, f := range list.Files {
		all.WriteString(f.Path + "\n")
	}
	return markOf([]byte(all.String()))
}

// closing follows what becomes of files that are closed, or given back.
type closing struct {
	sh     *shell
	base   string
	all    int64
	tell   func(web.Progress)
	places map[string]scan.Exposure
	done   int64
	left   []string // in words, with the reason
}

// step takes in what became of one.
func (c *closing) step(path string, err error) {
	if err == nil {
		c.done++
	} else {
		c.left = append(c.left, inSentence(shown(path, c.base))+": "+c.why(path, err))
	}
	w, n := c.sh.words, c.done+int64(len(c.left))
	c.tell(web.Progress{Done: n, Total: c.all, Note: w.T("web.data.sealing.at", w.Int(n), w.Int(c.all))})
}

// why says why one stays as it is.
func (c *closing) why(path string, err error) string {
	w := c.sh.words
	refused := errors.Is(err, fs.ErrPermission)
	switch {
	case errors.Is(err, private.ErrStays), refused && mayNotKeep(c.places[path]):
		return w.T("web.others.why.drive")
	case errors.Is(err, private.ErrLink):
		return w.T("web.others.why.link")
	case errors.Is(err, private.ErrOpened):
		return w.T("web.others.why.opened")
	case refused:
		return w.T("web.others.why.permission")
	}
	if cause := fault.Cause(err); cause != "" {
		return w.T("cause." + cause)
	}
	return w.T("encrypt.reason.disk-error")
}

// ends tells how it ended: done is the sentence for what was done, none the title where nothing was.
func (c *closing) ends(done, none, next string) web.Outcome {
	w := c.sh.words
	out := web.Outcome{Title: w.T(none), Next: next}
	if c.done > 0 {
		out.Title = w.N(done, c.done)
	}
	if len(c.left) > 0 {
		part := web.Part{Say: w.N("tidy.stay", int64(len(c.left)))}
		part.List, part.More = firstFew(c.sh, c.left, firstListed, func(s string) string { return s })
		out.Parts = append(out.Parts, part)
	}
	return out
}

// CloseToOthers implements [web.Closer].
func (o *office) CloseToOthers(ctx context.Context, want web.CloseWish, tell func(web.Progress)) (out web.Outcome, err error) {
	sh := o.sh
	set, st, err := sh.enter(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	list, err := sh.othersRead(ctx, st, set)
	if err != nil {
		return out, err
	}
	if want.All && want.Seen != nameOfOthers(list) { // another tab was quicker
		return out, fault.New(fault.CannotMake, "fault.web.changed")
	}
	c := &closing{sh: sh, base: commonFolder(set.Folders), tell: tell, places: map[string]scan.Exposure{}}
	var paths, folders []string
	for _, f := range list.Files {
		if !want.All && !slices.Contains(want.Files, nameOf(f.Path)) {
			continue
		}
		paths, c.places[f.Path] = append(paths, f.Path), f.Place
		if want.Folders && slices.Contains(list.Folders, f.Folder) && !slices.Contains(folders, f.Folder) {
			folders = append(folders, f.Folder)
			c.places[f.Folder] = f.Place
		}
	}
	paths = append(paths, folders...)
	c.all = int64(len(paths))
	err = job.CloseToOthers(ctx, st, paths, job.CloseOptions{Announce: sh.announce, Done: c.step})
	out = c.ends("web.others.done", "web.others.nothing", "/data/others")
	if c.done > 0 {
		out.Lines = []string{sh.words.T("web.others.noted")}
	}
	return out, err
}

// Closed implements [web.Closer].
func (o *office) Closed(ctx context.Context, skip, most int64) (out []web.OthersFile, all int64, err error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer st.Close() // only read
	list, err := job.ClosedToOthers(ctx, st)
	all = int64(len(list))
	for _, f := range list[min(skip, all):min(skip+most, all)] {
		out = append(out, web.OthersFile{
			ID: nameOf(f.Path), Name: inSentence(shown(f.Path, commonFolder(set.Folders))), Who: o.sh.words.T("web.others.since", o.sh.words.DateTime(f.At.Local())),
		})
	}
	return out, all, err
}

// GiveBack implements [web.Closer].
func (o *office) GiveBack(ctx context.Context, want web.CloseWish, tell func(web.Progress)) (out web.Outcome, err error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	list, err := job.ClosedToOthers(ctx, st)
	if err != nil {
		return out, err
	}
	if !want.All {
		list = slices.DeleteFunc(list, func(f job.ClosedFile) bool { return !slices.Contains(want.Files, nameOf(f.Path)) })
	}
	c := &closing{sh: o.sh, base: commonFolder(set.Folders), all: int64(len(list)), tell: tell}
	err = job.GiveBack(ctx, st, list, job.CloseOptions{Announce: o.sh.announce, Done: c.step})
	return c.ends("web.others.back.done", "web.others.back.nothing", "/data/closed"), err
}
