package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/bundle"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/host"
)

// archiveOnPage opens an archive that custode has sealed, with the keys that are at hand. Who gets it closes it, and
// wipes the keys afterwards.
func (o *office) archiveOnPage(ctx context.Context, path string, opt openOptions) (ar *sealedArchive, u ring.Unlocked, err error) {
	if _, err = o.sealedOn(ctx, path, false); err != nil {
		return nil, u, err
	}
	if u, err = o.unlockedHere(ctx); err != nil {
		return nil, u, err
	}
	ar, err = archiveIn(ctx, opt, path, u.Identities())
	if err == nil && !ar.there() {
		err = fault.On(fault.Data, "fault.decrypt.not-archive", printable(path), nil)
	}
	if err != nil {
		_ = ar.Close() // only read
		u.Wipe()
		return nil, u, err
	}
	return ar, u, nil
}

// Inside implements [web.Unpacker].
func (o *office) Inside(ctx context.Context, path string, wish web.VaultWish) (in web.Inside, err error) {
	w := o.sh.words
	ar, u, err := o.archiveOnPage(ctx, path, openOptions{path: path})
	if err != nil {
		return in, err
	}
	defer u.Wipe()
	defer ar.Close() // only read
	in = web.Inside{Path: path, Name: printable(filepath.Base(path)), Opens: host.HasScreen(o.sh.env)}
	err = ar.each(ctx, wish.Holding, func(_ int64, m bundle.Member) {
		if in.All++; in.All <= wish.Skip || in.All > wish.Skip+wish.Most {
			return
		}
		in.Files = append(in.Files, web.Member{Name: m.Name, Shown: printable(m.Name), Said: w.Bytes(m.Size) + ", " + w.Date(time.Unix(0, m.MTime).Local())})
	})
	return in, err
}

// OpenMember implements [web.Unpacker].
func (o *office) OpenMember(ctx context.Context, path, member string) (err error) {
	sh, done, err := o.opening(path)
	if err != nil {
		return err
	}
	defer done()
	opt := openOptions{path: path, member: member}
	ar, u, err := o.archiveOnPage(ctx, path, opt)
	if err != nil {
		return err
	}
	defer u.Wipe()
	defer ar.Close() // only read
	_, base, err := sh.toLookAt(opt)
	if err != nil {
		return err
	}
	c, err := sh.copyToRead(ctx, opt, base, path, ar)
	if err != nil {
		if c.dir != "" {
			_ = os.RemoveAll(c.dir) // else the next one that opens something removes it
		}
		return err
	}
	program, err := sh.startProgram(c.path, path) //nolint:contextcheck // it stays open when the request is over
	if err != nil {
		_, notClosed := sh.closeCopy(context.WithoutCancel(ctx), path, c)
		return errors.Join(err, notClosed)
	}
	o.files.look(sh, path, c, program) //nolint:contextcheck // as above
	return nil
}

// look follows a copy that is only to be looked at until its owner is done, or its program has ended.
func (f *pageFiles) look(sh *shell, path string, c openCopy, program host.Program) {
	until := make(chan struct{})
	one := &pageFile{
		path: path, name: filepath.Base(c.path), since: sh.now(), memory: c.memory, only: true,
		inUse: func() bool { used, _ := host.InUse(c.path); return used },
		stop:  sync.OnceFunc(func() { close(until) }),
	}
	f.follow(one, func() (out web.Outcome, err error) {
		var ended <-chan struct{}
		if program.Waits {
			ended = program.Done
		}
		select {
		case <-until:
		case <-ended:
		}
		var changed bool
		err = one.gone(func() error {
			now, err := sh.closeCopy(context.Background(), path, c) // it ends with the server, by its stop
			changed = changed || now
			return err
		})
		if err != nil {
			return out, err
		}
		out = web.Outcome{Title: sh.words.T("web.open.closed", printable(one.name)), Lines: []string{sh.words.T("opening.done")}, Next: "/vault"}
		if changed {
			out.Lines = append(out.Lines, sh.words.T("web.inside.changed"))
		}
		return out, nil
	})
}

// LookUnpack implements [web.Unpacker].
func (o *office) LookUnpack(ctx context.Context, path string) (v web.Unpacking, err error) {
	files, err := o.sealedOn(ctx, path, false)
	if err != nil {
		return v, err
	}
	row := o.sh.plannedFolder(job.ToOpen{From: path})
	return web.Unpacking{Path: path, Name: printable(filepath.Base(path)), To: printable(row.Path), Size: o.sh.words.Bytes(sizeOf(files)), Wrong: row.Error}, nil
}

// Unpack implements [web.Unpacker].
func (o *office) Unpack(ctx context.Context, path string, tell func(web.Progress)) (web.Outcome, error) {
	if _, err := o.sealedOn(ctx, path, false); err != nil {
		return web.Outcome{}, err
	}
	return o.unpack(ctx, path, "", tell)
}

// unpack makes a folder of an archive; finishes is the work that was broken off, "": none.
func (o *office) unpack(ctx context.Context, path, finishes string, tell func(web.Progress)) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	f := job.ToOpen{From: path}
	done, err := o.files.claim(path)
	if err != nil {
		return out, err
	}
	defer done()
	u, err := o.unlockedHere(ctx)
	if err != nil {
		return out, err
	}
	defer u.Wipe()
	release, err := sh.lock("seal")
	if err != nil {
		return out, busyHere(err)
	}
	defer release()
	st, err := sh.open(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	end, err := o.begins(begun{Does: doesUnpack, Since: sh.now(), Files: rawNames{path}}, finishes)
	if err != nil {
		return out, err
	}
	defer func() { end(err) }()
	row, err := sh.unpackOne(ctx, st, f, u.Identities(), o.readSoFar(sizeOf([]job.ToOpen{f}), tell))
	if err != nil {
		return out, err
	}
	out = web.Outcome{Title: w.T("web.unpack.end." + row.Outcome), Next: "/data"}
	if row.Outcome == unpackedNot {
		out.Next = "/vault"
	} else {
		out.Lines = append(out.Lines, w.N("decrypt.unpack."+row.Outcome, row.Files, w.Bytes(row.Bytes)), printable(row.Path))
	}
	if row.Error != "" {
		out.Lines = append(out.Lines, row.Error)
	}
	if len(row.Left) > 0 {
		part := web.Part{Say: w.N("decrypt.unpack.left", int64(len(row.Left))+row.More)}
		part.List, part.More = firstFew(sh, row.Left, mostShown, func(l leftDoc) string { return printable(l.Name) + ": " + w.T("decrypt.why."+l.Reason) })
		out.Parts = append(out.Parts, part)
	}
	if row.Outcome == unpackedHere {
		out.Lines = append(out.Lines, w.T("web.unseal.now"))
	}
	return out, nil
}
