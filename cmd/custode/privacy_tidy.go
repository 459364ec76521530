package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/replace"
	"custode/encrypt/undo"
	"custode/internal/fault"
	"custode/playbook/privacy/table"
	"custode/playbook/privacy/trim"
	"custode/scan/walk"
)

// tidying is one run of purge or coarsen.
type tidying struct {
	sh   *shell
	o    tidyOptions
	how  trim.Options
	what string // of package undo

	set   settings
	st    state
	tidy  job.Tidy
	named map[string]bool // the files that were named, not only their folder

	plans  []*job.TidyPlan
	done   []undo.Kept // of the first plans
	fine   []*job.TidyPlan
	stay   []stayDoc
	plan   func(ctx context.Context, path string) (*job.TidyPlan, error) // nil: as o and how say
	tell   func(files int)                                               // how many were dealt with; nil: nobody asks
	others int                                                           // files that only go as a whole, or without a column of dates
	unseen int                                                           // files that no scan has looked at
}

// stayDoc is a file that stays as it is.
type stayDoc struct {
	path string
	err  error
}

// runTidy counts, asks, and does it.
func (sh *shell) runTidy(ctx context.Context, s *tidying) (err error) {
	if !s.o.dryRun && !s.o.yes && (!sh.inTerm || s.o.json) {
		return fault.New(fault.Usage, "fault.tidy.sure")
	}
	if s.o.yes && !s.o.dryRun && len(s.o.paths) == 0 { // nobody looks at the list
		return fault.New(fault.Usage, "fault.tidy.name")
	}
	if s.set, s.st, err = sh.enter(ctx); err != nil {
		return err
	}
	defer s.st.Close() // every write was committed
	if err := s.begin(); err != nil {
		return err
	}
	if err := s.collect(ctx); err != nil {
		return err
	}
	if len(s.named) == 1 && len(s.o.paths) == 1 && len(s.stay) == 1 {
		return sh.tidyFault(s.stay[0].err, s.stay[0].path)
	}
	if s.o.dryRun || len(s.plans) == 0 {
		return s.show()
	}
	if ok, err := s.sure(ctx); err != nil || !ok {
		return err
	}
	err = s.apply(ctx)
	if err == nil || len(s.done) > 0 { // or what was done until then
		if shown := s.show(); err == nil || shown != nil && !errors.Is(shown, errListed) {
			return shown
		}
	}
	return err
}

// begin gets ready what is needed besides the files.
func (s *tidying) begin() error {
	key, _, err := s.sh.peopleKey()
	if err != nil {
		return err
	}
	s.tidy = job.Tidy{
		Store: s.st, Home: s.sh.home, Key: catalogue.NewKey(key[:]), Days: s.o.days, Now: s.sh.now, Announce: s.sh.announce,
	}
	if s.o.dryRun {
		return nil
	}
	r, err := s.sh.ring()
	if err != nil {
		return err
	}
	s.tidy.To = r.Recipients()
	return nil
}

// collect looks at what was named, or at the data folders.
func (s *tidying) collect(ctx context.Context) error {
	s.named = map[string]bool{}
	paths, err := namedPaths(s.o.paths)
	if err != nil {
		return err
	}
	var folders []string
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			folders = append(folders, path)
			continue
		}
		s.named[path] = true
	}
	if s.what == undo.Coarsen && len(folders) > 0 {
		return fault.New(fault.Usage, "fault.tidy.which")
	}
	if !s.o.dryRun {
		if err := s.clean(paths); err != nil {
			return err
		}
	}
	for _, path := range paths {
		if s.named[path] {
			if err := s.look(ctx, path); err != nil {
				return err
			}
		}
	}
	if len(paths) == 0 {
		folders = s.set.Folders
	}
	if len(folders) == 0 {
		return nil
	}
	in := job.Named{Paths: folders, Walk: walk.Options{Exclude: []string{s.sh.home}, Disk: s.sh.disk, Patience: s.sh.patience}, Left: func(e walk.Entry) error {
		s.stay = append(s.stay, stayDoc{e.Path, &undo.RefusedError{Reason: replace.Reason(leftReason(e))}})
		return nil
	}}
	err = job.ChooseNamed(ctx, s.st, in, func(c job.Choice) error { return s.look(ctx, c.Path) })
	if err != nil || !s.o.whole {
		return err
	}
	for _, dir := range folders {
		err := s.st.SealedFiles(ctx, dir, func(e catalogue.Entry) error { return s.look(ctx, e.Path) })
		if err != nil {
			return err
		}
	}
	return nil
}

// clean removes what killed runs left beside the files that were named.
func (s *tidying) clean(paths []string) error {
	release, err := s.sh.lock("seal")
	if err != nil {
		return err
	}
	defer release()
	s.tidy.Clean(paths)
	return nil
}

// look plans what becomes of one file.
func (s *tidying) look(ctx context.Context, path string) error {
	named := s.named[path]
	if !named {
		if personal, err := s.personal(ctx, path); err != nil || !personal {
			return err
		}
		if !s.o.whole && !job.IsTable(path) {
			s.others++
			return nil
		}
	}
	plan := s.plan
	if plan == nil {
		plan = func(ctx context.Context, path string) (*job.TidyPlan, error) {
			return s.tidy.Plan(ctx, path, s.how, s.o.whole)
		}
	}
	p, err := plan(ctx, path)
	refused, isRefusal := errors.AsType[*undo.RefusedError](err)
	switch {
	case err == nil && !p.Nothing():
		s.plans = append(s.plans, p)
	case err == nil && named:
		s.fine = append(s.fine, p)
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	case named:
		s.stay = append(s.stay, stayDoc{path, err})
	case isRefusal && (refused.Reason == replace.Vanished || refused.Reason == replace.Ours || refused.Reason == replace.LockFile):
	case passedOver(err):
		s.others++
	case isRefusal || isTidy(err):
		s.stay = append(s.stay, stayDoc{path, err})
	default:
		return err
	}
	return nil
}

// personal tells whether the last scan found personal data in a file: of a folder only
// such files are looked at. What is sealed was sealed for what is in it.
func (s *tidying) personal(ctx context.Context, path string) (bool, error) {
	if strings.EqualFold(filepath.Ext(path), ".age") {
		return true, nil
	}
	known, err := s.st.Known(ctx, filepath.Dir(path), []string{filepath.Base(path)})
	if err != nil {
		return false, err
	}
	f, there := known[filepath.Base(path)]
	if !there {
		s.unseen++
	}
	return len(f.Findings) > 0, nil
}

// passedOver tells what is no reason to name a file that lay in a folder.
func passedOver(err error) bool {
	for _, is := range []error{
		trim.ErrNoDates, trim.ErrBirth, trim.ErrColumn, job.ErrNoTable, job.ErrNoAge, table.ErrHeader, table.ErrComma, table.ErrEncoding, table.ErrRow,
	} {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}

// isTidy tells an error that tidyFault has a sentence for.
func isTidy(err error) bool {
	_, several := errors.AsType[*trim.ChooseError](err)
	return several || errors.Is(err, trim.ErrTwice) || errors.Is(err, trim.ErrOrder) || errors.Is(err, trim.ErrMixed) || errors.Is(err, job.ErrRowsSealed)
}

// sure asks whether it is meant.
func (s *tidying) sure(ctx context.Context) (bool, error) {
	if s.o.yes {
		return true, nil
	}
	p := s.sh.page(s.sh.err, s.sh.errTerm)
	s.planned(p)
	p.gap()
	p.wrap("", s.sh.words.T("tidy.copy", s.sh.words.Date(s.sh.now().AddDate(0, 0, s.o.days))))
	if p.fail != nil {
		return false, p.fail
	}
	ok, err := s.sh.asker(ctx).yes(s.sh.words.T("tidy.ask." + s.what))
	if err == nil && !ok {
		p.wrap("", s.sh.words.T("tidy.kept"))
		err = p.fail
	}
	return ok, err
}

// apply does what was planned, file by file.
func (s *tidying) apply(ctx context.Context) error {
	release, err := s.sh.lock("seal")
	if err != nil {
		return err
	}
	defer release()
	var done []*job.TidyPlan
	defer func() { s.plans = done }()
	for i, p := range s.plans {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.tell != nil {
			s.tell(i)
		}
		k, err := s.tidy.Apply(ctx, p, s.what)
		refused, isRefusal := errors.AsType[*undo.RefusedError](err)
		switch {
		case err == nil:
			done, s.done = append(done, p), append(s.done, k)
		case ctx.Err() != nil && !errors.Is(err, undo.ErrNotDurable):
			return ctx.Err() // the file is untouched
		case errors.Is(err, undo.ErrNotDurable):
			done, s.done = append(done, p), append(s.done, k)
			return fault.On(fault.IO, "fault.tidy.durable", p.Path, err)
		case isRefusal && refused.Reason == replace.DiskFull:
			return s.sh.tidyFault(err, p.Path)
		case isRefusal && len(s.plans) == 1:
			return s.sh.tidyFault(err, p.Path)
		case isRefusal:
			s.stay = append(s.stay, stayDoc{p.Path, err})
		default:
			return err
		}
	}
	return nil
}

// tidyFault makes a failure for people of what keeps a file from being changed.
func (sh *shell) tidyFault(err error, path string) error {
	if several, ok := errors.AsType[*trim.ChooseError](err); ok {
		return &fault.Error{Code: fault.Data, ID: "fault.tidy.choose", Path: path, Args: []any{sh.columnsOf(several.Columns)}}
	}
	if r, ok := errors.AsType[*undo.RefusedError](err); ok {
		code := fault.CannotMake
		if r.Reason == replace.DiskFull {
			return fault.On(fault.IO, "fault.tidy.full", path, r.Err)
		}
		if r.Reason == replace.NoPermission {
			code = fault.NoPerm
		}
		return &fault.Error{Code: code, ID: "fault.tidy.stays", Path: path, Args: []any{sh.tidyWhy(err, path)}}
	}
	if f, ok := refused(err, []refusal{
		{err: trim.ErrColumn, code: fault.Data, id: "fault.tidy.column", path: path},
		{err: trim.ErrTwice, code: fault.Data, id: "fault.tidy.twice", path: path},
		{err: trim.ErrNoDates, code: fault.Data, id: "fault.tidy.nodates", path: path},
		{err: trim.ErrBirth, code: fault.Data, id: "fault.tidy.birth", path: path},
		{err: trim.ErrOrder, code: fault.Data, id: "fault.tidy.order", path: path},
		{err: trim.ErrMixed, code: fault.Data, id: "fault.tidy.mixed", path: path},
		{err: table.ErrHeader, code: fault.Data, id: "fault.tidy.table", path: path},
		{err: table.ErrComma, code: fault.Data, id: "fault.tidy.table", path: path},
		{err: table.ErrEncoding, code: fault.Data, id: "fault.tidy.encoding", path: path},
		{err: table.ErrRow, code: fault.Data, id: "fault.tidy.table", path: path},
		{err: job.ErrRowsSealed, code: fault.Data, id: "fault.tidy.sealed", path: path},
		{err: job.ErrNoTable, code: fault.Data, id: "fault.tidy.whole", path: path},
		{err: job.ErrNoAge, code: fault.Data, id: "fault.tidy.age", path: path},
	}); ok {
		return f
	}
	return err
}

// columnsOf lists names of columns.
func (sh *shell) columnsOf(names []string) (list string) {
	for i, n := range names {
		if i > 0 {
			list += ", "
		}
		list += `"` + printable(n) + `"`
	}
	return list
}

// tidyWhy is the sentence of the reason why a file stays as it is.
func (sh *shell) tidyWhy(err error, path string) string {
	r, ok := errors.AsType[*undo.RefusedError](err)
	if !ok {
		f, isFault := errors.AsType[*fault.Error](sh.tidyFault(err, path))
		if !isFault {
			return sh.words.T("encrypt.reason.disk-error")
		}
		return sh.words.T(f.ID, f.Args...)
	}
	if key := "tidy.reason." + string(r.Reason); sh.words.Has(key) {
		return sh.words.T(key)
	}
	if r.Mark != "" {
		if program := replace.Program(filepath.Base(path), r.Mark); program != "" {
			return sh.words.T("encrypt.reason.in-use.mark", program, printable(r.Mark))
		}
	}
	return sh.words.T("encrypt.reason." + string(r.Reason))
}

// dayWords writes a day that a table held, 2006-01-02.
func (s *tidying) dayWords(day string) string { return s.sh.words.Date(keptDay(day, s.sh.now())) }
