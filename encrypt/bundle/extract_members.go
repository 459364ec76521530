package bundle

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// place is a folder that is being filled, or compared.
type place struct {
	disk.Tree

	name  string
	mode  fs.FileMode
	mtime int64
	set   bool // it is a member itself
}

// fill unpacks everything into a temporary folder.
func (u *unpacking) fill(ctx context.Context, tmp string) error {
	top, err := u.to.Enter(tmp)
	if err != nil {
		return err
	}
	d := descent{stack: []*place{{Tree: top}}, leave: finishFolder, enter: makeFolder}
	err = u.each(ctx, &d, u.write)
	if closing := d.closeAll(err == nil); err == nil {
		err = closing
	}
	return err
}

// each goes through the members with the folder that each is in. One that has no
// place is told.
func (u *unpacking) each(ctx context.Context, d *descent, fn func(context.Context, *place, string, Member) error) error {
	for m, err := range u.a.Members(ctx) {
		if err != nil {
			return err
		}
		name, why := u.inFolder(m)
		if why != "" {
			u.left(m, why, nil)
			continue
		}
		dir, base := "", strings.TrimSuffix(name, "/")
		if i := strings.LastIndexByte(base, '/'); i >= 0 {
			dir, base = base[:i], base[i+1:]
		}
		if m.Folder() {
			dir = strings.TrimSuffix(name, "/")
		}
		in, err := d.to(dir)
		if err == nil && m.Folder() {
			in.mode, in.mtime, in.set = m.Mode.Perm(), m.MTime, true
			continue
		}
		if err == nil {
			err = fn(ctx, in, base, m)
		}
		if err != nil {
			if fatal(err) {
				return err
			}
			u.left(m, reasonOf(err), err)
		}
	}
	return nil
}

// fatal tells what ends the work, so that no half folder is there, from what goes
// for one member and will not be better the next time.
func fatal(err error) bool {
	switch reasonOf(err) {
	case BadMember, replace.LongName, replace.NameTaken, replace.Special:
		return false
	default:
		return true
	}
}

func reasonOf(err error) replace.Reason {
	switch {
	case errors.Is(err, ErrMember), errors.Is(err, ErrMethod):
		return BadMember
	case errors.Is(err, errUnlike):
		return replace.Unproven
	}
	return replace.Cause(err)
}

// write makes one file, and reads it back.
func (u *unpacking) write(ctx context.Context, in *place, name string, m Member) (err error) {
	src, err := u.a.Read(m)
	if err != nil {
		return err
	}
	f, err := in.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = in.Remove(name)
		}
	}()
	buf := borrow(min(m.Size, smallFile))
	defer giveBack(buf)
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{watched{ctx, src, u.Bytes}}, *buf)
	if err == nil {
		f.Restore(m.Mode.Perm(), m.MTime) // who can't have them can have the content
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err := u.same(ctx, in, name, m); err != nil {
		return err
	}
	u.res.Files, u.res.Bytes = u.res.Files+1, u.res.Bytes+m.Size
	return nil
}

type watched struct {
	ctx   context.Context //nolint:containedctx // lives as long as one copy
	r     io.Reader
	bytes func(int64)
}

func (w watched) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(b)
	if w.bytes != nil {
		w.bytes(int64(n))
	}
	return n, err
}

// same holds a file on the disk to a member.
func (u *unpacking) same(ctx context.Context, in disk.Folder, name string, m Member) error {
	f, err := in.OpenAgain(name)
	if err != nil {
		return err
	}
	defer f.Close()
	who, err := f.Look()
	if err != nil {
		return err
	}
	same := who.Size == m.Size
	if same {
		if m.Digest == [32]byte{} { // of another program: held to the content itself
			same, err = u.sameAsRead(f, m)
		} else {
			same, err = sameContent(ctx, f, m)
		}
	}
	if err == nil && !same {
		err = errUnlike
	}
	return err
}

// sameAsRead compares a file with a member, byte for byte.
func (u *unpacking) sameAsRead(f disk.File, m Member) (bool, error) {
	src, err := u.a.Read(m)
	if err != nil {
		return false, err
	}
	a, b := make([]byte, 32<<10), make([]byte, 32<<10)
	for off := int64(0); ; {
		n, err := io.ReadFull(src, a)
		if k, readErr := f.ReadAt(b[:n], off); k < n || string(a[:n]) != string(b[:n]) {
			if errors.Is(readErr, io.EOF) {
				readErr = nil
			}
			return false, readErr
		}
		off += int64(n)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return off == m.Size, nil
		case err != nil:
			return false, err
		}
	}
}

// compare finds out whether a folder that is there already holds all of the bundle:
// an earlier run stopped before it removed the bundle.
func (u *unpacking) compare(ctx context.Context) error {
	u.res.Reason = FolderExists
	top, err := u.to.Enter(u.target)
	if err != nil {
		return err
	}
	d := descent{stack: []*place{{Tree: top}}, enter: enterFolder, leave: func(p *place) error { return p.Sync() }}
	told := u.Left
	u.Left = nil
	err = u.each(ctx, &d, func(ctx context.Context, in *place, name string, m Member) error {
		if err := in.SyncFile(name); err != nil {
			return err
		}
		if err := u.same(ctx, in, name, m); err != nil {
			return err
		}
		u.res.Files, u.res.Bytes = u.res.Files+1, u.res.Bytes+m.Size
		return nil
	})
	u.Left = told
	if closing := d.closeAll(err == nil); err == nil {
		err = closing
	}
	if err != nil || u.res.Left > 0 {
		u.res.Left, u.res.Files, u.res.Bytes = 0, 0, 0
		return errors.Join(fs.ErrExist, err)
	}
	u.res.Reason, u.res.Before = "", true
	return u.settle(ctx)
}
