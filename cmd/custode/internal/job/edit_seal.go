package job

import (
	"context"
	"errors"
	"path/filepath"

	"custode/encrypt/catalogue"
	"custode/encrypt/desk"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/internal/rawpath"
)

// renew puts the new version in the place of the sealed file.
func (o EditOptions) renew(ctx context.Context, st EditStore, c *desk.Copy, was disk.ID) (Saved, error) {
	path := c.Note.Sealed
	var res reseal.Result
	_, err := reseal.Run(ctx, []string{path}, reseal.Options{
		FS: o.FS, Way: o.way(c.Path(), c.Stamp().Time()), Workers: 1, Was: &was,
		Done: func(r reseal.Result) { res = r },
		Record: func(ctx context.Context, batch []reseal.Record) error {
			e, there, err := st.SealedFile(ctx, path)
			if err != nil {
				return err
			}
			return st.Resealed(ctx, []catalogue.Entry{o.version(e, there, batch[0])})
		},
	})
	if _, full := errors.AsType[*replace.FullError](err); full {
		err = nil // it is in the result
	}
	switch {
	case res.Outcome == reseal.Done:
		return o.sealed(ctx, c, res, SavedAsNew, err)
	case err != nil:
		return unsaved(path, res.Reason, res.Err), err
	case res.Reason == replace.HardLinks, res.Reason == replace.Special, res.Reason == replace.InCloud:
		return o.fresh(ctx, st, c, res.Reason)
	}
	return unsaved(path, res.Reason, res.Err), nil
}

// fresh seals to a file that is not there yet; why says what is the matter with the
// sealed file.
func (o EditOptions) fresh(ctx context.Context, st EditStore, c *desk.Copy, why replace.Reason) (Saved, error) {
	from, out := 2, SavedBeside
	if why == replace.Vanished {
		from, out = 1, SavedAgain
	}
	res, err := o.put(ctx, st, c.Path(), c.Note.Sealed, from)
	if res.Outcome != reseal.Done {
		return unsaved(res.Path, res.Reason, res.Err), err
	}
	s, err := o.sealed(ctx, c, res, out, err)
	if s.Outcome == out {
		s.Reason = why
		if filepath.Base(res.Path) != filepath.Base(c.Note.Sealed) {
			s.Outcome = SavedBeside // the name was taken again meanwhile
		}
	}
	return s, err
}

func (o EditOptions) put(ctx context.Context, st EditStore, from, to string, n int) (reseal.Result, error) {
	info, err := rawpath.Lstat(from)
	if err != nil {
		return reseal.Result{Path: to, Outcome: reseal.Skipped, Reason: replace.Cause(err), Err: err}, nil
	}
	res, err := reseal.Fresh(ctx, to, n, reseal.Options{
		FS: o.FS, Way: o.way(from, info.ModTime()),
		Record: func(ctx context.Context, batch []reseal.Record) error {
			return st.SaveSealed(ctx, []catalogue.Entry{o.version(catalogue.Entry{}, false, batch[0])})
		},
	})
	if res.Outcome == reseal.Done && err == nil { // nothing readable lay beside it
		_, err = st.Record(context.WithoutCancel(ctx), filesGone, goneBody{Gone: 1, Paths: []string{res.Path}})
	}
	return res, err
}

// version is what the catalogue has of a new version.
func (o EditOptions) version(e catalogue.Entry, there bool, r reseal.Record) catalogue.Entry {
	e = o.entry(e, there, r)
	e.Plain, e.MTime = [32]byte{}, o.Now()
	if r.Digests.Plain != [32]byte{} {
		e.Plain = o.Key.Keyed(r.Digests.Plain)
	}
	return e
}

// sealed notes a version that has its name. One that is not durable, or that the
// store does not know, counts as not saved: it is sealed again.
func (o EditOptions) sealed(ctx context.Context, c *desk.Copy, res reseal.Result, as SaveOutcome, failed error) (Saved, error) {
	content := res.Digests.Plain // none of a very large file: then it is sealed once more at the end
	if res.Reason != "" || failed != nil {
		content = [32]byte{}
	}
	if err := o.note(context.WithoutCancel(ctx), c, res.Path, content); err != nil {
		return unsaved(res.Path, replace.Cause(err), err), failed
	}
	if res.Reason != "" || failed != nil {
		return unsaved(res.Path, res.Reason, res.Err), failed
	}
	return Saved{Path: res.Path, Outcome: as}, nil
}
