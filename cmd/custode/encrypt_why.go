package main

import (
	"context"
	"path/filepath"
	"slices"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/replace"
	"custode/internal/host"
	"custode/internal/rawpath"
	"custode/scan"
	"custode/scan/walk"
)

// busyReasons are those behind which a program is.
var busyReasons = []string{string(replace.InUse), string(replace.Database)}

// explain finds out what a person needs to get on with the files that were not sealed:
// which program has them open, under which other names they would stay readable. And
// whether some that were sealed lie on another computer.
func (s *sealing) explain(ctx context.Context) error {
	var busy, linked []string
	for _, f := range s.result.files {
		switch {
		case slices.Contains(busyReasons, f.Reason):
			busy = append(busy, f.Path)
		case f.Reason == string(replace.HardLinks):
			linked = append(linked, f.Path)
		}
	}
	if len(busy) > 0 {
		users := host.Users(busy)
		for i, f := range s.result.files {
			if slices.Contains(busyReasons, f.Reason) {
				s.result.files[i].open(users[f.Path])
			}
		}
	}
	places := scan.Places{Roots: s.set.Folders}
	for _, f := range s.result.sealed {
		if places.Shared(f.Path) {
			s.shared = filepath.Dir(f.Path)
			break
		}
	}
	if len(linked) == 0 {
		return nil
	}
	roots := slices.Clone(s.set.Folders)
	for _, path := range s.paths {
		if info, err := rawpath.Lstat(path); err == nil && !info.IsDir() {
			path = filepath.Dir(path)
		}
		roots = append(roots, path)
	}
	s.looked = true
	names, err := job.Siblings(ctx, linked, roots, walk.Options{Exclude: []string{s.sh.home}, Disk: s.sh.disk, Patience: s.sh.patience})
	for i, f := range s.result.files {
		if f.Reason == string(replace.HardLinks) {
			s.result.files[i].Names = names[f.Path]
		}
	}
	return err
}

// open notes which program has the file open: the one that the system names, else the
// one that left a mark beside it, else the one that usually has such files open.
func (d *outcomeDoc) open(user string) {
	name := filepath.Base(d.Path)
	switch {
	case user != "":
		d.Program, d.how = user, ".by"
	case d.mark != "":
		if d.Program, d.how = replace.Program(name, d.mark), ".mark"; d.Program == "" {
			d.how = ""
		}
	default:
		if d.Program = replace.UsualProgram(name); d.Program != "" && d.Reason == string(replace.InUse) {
			d.how = ".usual"
		}
	}
}

// why is the sentence of the reason why a file was not sealed.
func (sh *shell) why(f outcomeDoc) string {
	args := []any{printable(f.Program)}
	switch f.how {
	case "":
		return sh.words.T("encrypt.reason." + f.Reason)
	case ".mark":
		args = append(args, printable(f.mark))
	case ".of":
		args = []any{printable(f.mark)}
	}
	return sh.words.T("encrypt.reason."+f.Reason+f.how, args...)
}

// showNames lists the other names of a file that has several.
func (s *sealing) showNames(p *page, f outcomeDoc) {
	if f.Reason != string(replace.HardLinks) || !s.looked {
		return
	}
	for _, name := range f.Names {
		p.hanging("    ", s.sh.words.T("encrypt.also", printable(name)))
	}
	if len(f.Names) == 0 {
		p.hanging("    ", s.sh.words.T("encrypt.also.unseen"))
	}
}
