package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/bundle"
	"custode/internal/fault"
)

// sealedArchive is a sealed file, which may be an archive of many.
type sealedArchive struct {
	with []age.Identity
	path string
	file *os.File
	in   *bundle.Archive // nil: it is none
}

// Close closes the sealed file.
func (a *sealedArchive) Close() error {
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}

func (a *sealedArchive) there() bool { return a.in != nil }

// archiveIn looks whether a sealed file is an archive: one of ours by its name, any zip
// where a member is wanted.
func archiveIn(ctx context.Context, o openOptions, file string, with []age.Identity) (a *sealedArchive, err error) {
	a = &sealedArchive{path: file, with: with}
	if o.member == "" && !strings.HasSuffix(strings.ToLower(filepath.Base(file)), bundle.Ext) {
		return a, nil
	}
	if a.file, err = os.Open(file); err != nil {
		return a, fault.On(fault.CodeOf(err, fault.NoInput), "fault.opening.path", file, err)
	}
	info, err := a.file.Stat()
	if err == nil {
		a.in, err = bundle.Open(a.file, info.Size(), a.with...)
	}
	switch {
	case err == nil && o.member == "" && !a.ours(ctx):
		a.in = nil // a zip that somebody sealed: its own program shows it
	case errors.Is(err, bundle.ErrNotBundle) && o.member == "":
		a.in = nil
	case errors.Is(err, bundle.ErrNotBundle):
		return a, fault.On(fault.Data, "fault.decrypt.not-archive", file, nil)
	case err != nil:
		return a, a.fault(err)
	}
	return a, nil
}

func (a *sealedArchive) fault(err error) error {
	if f := openFault(job.Opened{Sealed: a.path, Reason: job.WhyNot(err), Err: err}); f != nil {
		return f
	}
	return fault.On(fault.CodeOf(err, fault.IO), "fault.opening.path", a.path, err)
}

// ours reports whether custode made the archive: each file has its digest then.
func (a *sealedArchive) ours(ctx context.Context) bool {
	for m, err := range a.in.Members(ctx) {
		if err != nil {
			return false
		}
		if !m.Folder() {
			return m.Digest != [32]byte{}
		}
	}
	return false
}

// member finds the one that is meant: by its name, with or without the folder that
// all are in, by its number in the list, or by a part of its name that no other has.
func (sh *shell) member(ctx context.Context, a *sealedArchive, want string) (bundle.Member, error) {
	m, err := a.in.Find(ctx, filepath.ToSlash(want))
	if err == nil && !m.Folder() {
		return m, nil
	}
	if err != nil && !errors.Is(err, bundle.ErrNoMember) {
		return m, a.fault(err)
	}
	number, _ := strconv.ParseInt(want, 10, 64)
	var n, like int64
	var one bundle.Member
	for m, err := range a.in.Members(ctx) {
		switch {
		case err != nil:
			return m, a.fault(err)
		case m.Folder():
			continue
		}
		if n++; n == number {
			return m, nil
		}
		if likeName(m.Name, want) {
			one, like = m, like+1
		}
	}
	switch like {
	case 1:
		return one, nil
	case 0:
		return m, fault.On(fault.NoInput, "fault.opening.member", want, nil)
	}
	return m, errWhich
}

var errWhich = errors.New("several files of the archive are meant")

func likeName(name, part string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(filepath.ToSlash(part)))
}

// copyMember opens one file of an archive, and nothing else of it.
func (sh *shell) copyMember(ctx context.Context, o openOptions, a *sealedArchive, c *openCopy) (err error) {
	m, err := sh.member(ctx, a, o.member)
	if errors.Is(err, errWhich) {
		if err = sh.listMembers(ctx, o, a, o.member); err == nil {
			err = fault.On(fault.NoInput, "fault.opening.which", o.member, nil)
		}
	}
	if err != nil {
		return err
	}
	c.member, c.path = m.Name, filepath.Join(c.dir, fileName(m.Name))
	in, err := a.in.Read(m)
	if err == nil {
		var out *os.File
		if out, err = os.OpenFile(c.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", c.dir, err)
		}
		_, err = io.Copy(out, in)
		if closing := out.Close(); err == nil {
			err = closing
		}
	}
	if errors.Is(err, bundle.ErrMember) || errors.Is(err, bundle.ErrMethod) {
		return fault.On(fault.Data, "fault.opening.member-damaged", m.Name, nil)
	}
	if err == nil {
		err = os.Chtimes(c.path, time.Time{}, time.Unix(0, m.MTime))
	}
	if err != nil && openFault(job.Opened{Sealed: a.path, Reason: job.WhyNot(err)}) == nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", c.dir, err)
	}
	if err != nil {
		return a.fault(err)
	}
	return nil
}

// fileName is what a member is called in the private place: a name that every system
// can have.
func fileName(member string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"|?*\`, r) {
			return '_'
		}
		return r
	}, path.Base(member))
	if name = strings.TrimRight(name, ". "); name == "" || name == "/" {
		name = "_"
	}
	return name
}

type membersDoc struct {
	Schema  string      `json:"schema"`
	Path    string      `json:"path"`
	Members []memberDoc `json:"members"`
}

type memberDoc struct {
	Number   int64  `json:"number"`
	Name     string `json:"name"`
	Bytes    int64  `json:"bytes"`
	Modified string `json:"modified"`
}

// each gives the files in an archive with their numbers, or those whose names have a part in common.
func (a *sealedArchive) each(ctx context.Context, part string, fn func(n int64, m bundle.Member)) error {
	var n int64
	for m, err := range a.in.Members(ctx) {
		if err != nil {
			return a.fault(err)
		}
		if m.Folder() {
			continue
		}
		if n++; part == "" || likeName(m.Name, part) {
			fn(n, m)
		}
	}
	return nil
}

// mostMembers is how many the page shows.
const mostMembers = 200

// listMembers shows what is in an archive, or those whose names have a part in common.
func (sh *shell) listMembers(ctx context.Context, o openOptions, a *sealedArchive, part string) error {
	doc := membersDoc{"custode.members/1", a.path, []memberDoc{}}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	var shown int64
	err := a.each(ctx, part, func(n int64, m bundle.Member) {
		shown++
		at := time.Unix(0, m.MTime)
		switch {
		case o.json && part == "":
			doc.Members = append(doc.Members, memberDoc{n, m.Name, m.Size, at.UTC().Format(time.RFC3339)})
		case !o.json && shown <= mostMembers:
			line := fmt.Sprintf("%6d  %s  %s  ", n, padLeft(w.Bytes(m.Size), 9), w.Date(at.Local()))
			p.line(line + shorten(printable(m.Name), p.width-cells(line)))
		}
	})
	if err != nil {
		return err
	}
	switch {
	case o.json && part == "":
		return sh.json(doc)
	case o.json || part != "":
		return p.fail
	}
	if shown > mostMembers {
		p.line("        " + w.N("opening.members.more", shown-mostMembers))
	}
	p.gap()
	p.wrap("", w.T("opening.members.how", shellLine(sh.proposed([]string{"custode", "open", o.path, w.T("opening.members.name")}))))
	return p.fail
}
