package main

import (
	"context"
	"errors"
	"os"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
)

type backupTryDoc struct {
	Schema string `json:"schema"`
	job.Tried
}

// tryBackup holds a file that came back from a backup against the one in the data folders, and tells it.
func (sh *shell) tryBackup(ctx context.Context, o backupOptions) error {
	t, err := sh.holdAgainst(ctx, o.file)
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(backupTryDoc{"custode.backup-try/1", t})
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.green(w.T("backup.try.whole")))
	p.hanging("  ", printable(t.SameAs))
	p.gap()
	p.wrap("", w.T("backup.try.next"))
	return p.fail
}

// holdAgainst compares a file that came back with the one in the data folders, and notes that it was the same.
func (sh *shell) holdAgainst(ctx context.Context, file string) (t job.Tried, err error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return t, err
	}
	defer st.Close() // every write was committed
	if t, err = job.TryBackup(ctx, st, set.Folders, file); err != nil {
		return t, tryFault(file, err)
	}
	return t, nil
}

// tryFault makes a failure for people of an error about a file that came back.
func tryFault(file string, err error) error {
	if f, ok := refused(err, []refusal{
		{err: job.ErrNotAway, code: fault.Usage, id: "fault.backup.try-inside", path: file},
		{err: job.ErrNoBytes, code: fault.Data, id: "fault.backup.try-empty", path: file},
		{err: job.ErrNoSibling, code: fault.NoInput, id: "fault.backup.try-none", path: file},
		{err: job.ErrDiffers, code: fault.Data, id: "fault.backup.try-differs", path: file},
		{err: os.ErrInvalid, code: fault.NoInput, id: "fault.backup.try-read", path: file},
	}); ok {
		return f
	}
	if f := (*fault.Error)(nil); errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	return fault.On(fault.CodeOf(err, fault.NoInput), "fault.backup.try-read", file, err)
}
