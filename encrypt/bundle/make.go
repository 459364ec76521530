package bundle

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
)

// contentUpTo is the size up to which the record has a digest of the zip.
const contentUpTo = 256 << 20

// seal makes a new bundle and removes what is in it.
func (r *run) seal(ctx context.Context, target string, who disk.ID) error {
	plan, err := r.plan(ctx, who)
	if err != nil {
		return r.failed(ctx, err, Plan{})
	}
	if plan.Files == 0 {
		if plan.Left == 0 && r.res.Made != nil {
			return ErrEmpty
		}
		return errors.Join(ErrEmpty, r.walkLeft(ctx, who))
	}
	tmp, f, err := r.create()
	if err != nil {
		return r.failed(ctx, err, plan)
	}
	published := false
	defer func() {
		_ = f.Close()
		if !published {
			_ = r.parent.Remove(tmp) // if it can't be, the next run will
		}
	}()
	p, s, err := r.write(ctx, f, who, plan)
	defer s.Forget()
	if err = errors.Join(err, f.Close()); err != nil { // Windows gives no new name to what is still open for writing
		return r.failed(ctx, err, plan)
	}
	if p.files == 0 {
		return ErrEmpty
	}
	again, err := r.parent.OpenAgain(tmp)
	if err != nil {
		return r.failed(ctx, err, plan)
	}
	defer again.Close()
	d, err := r.check(ctx, again, p, &s)
	if err == nil {
		if err = r.parent.Publish(tmp, target); err == nil {
			published = true
			err = r.parent.Sync()
		}
	}
	if err != nil {
		return r.failed(ctx, err, plan)
	}
	made := Made{
		Folder: filepath.Join(r.dir, r.name), Path: filepath.Join(r.dir, target), Files: p.files, Bytes: p.size,
		Digests: replace.Digests{Size: s.Size, SealedSize: s.SealedSize, Plain: s.Plain, Cipher: s.Cipher, Header: s.Header},
	}
	return r.settle(ctx, made, d, p)
}

// failed puts an error into the result, unless it ends the run.
func (r *run) failed(ctx context.Context, err error, plan Plan) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, disk.ErrFull) {
		free, _ := r.parent.Free()
		err = &replace.FullError{Path: filepath.Join(r.dir, r.name), Need: plan.room(), Free: free, Err: err}
		r.res.Reason, r.res.Err = replace.DiskFull, err
		return err
	}
	if r.res.Reason = replace.Cause(err); errors.Is(err, errUnlike) || errors.Is(err, errZip) || isBroken(err) {
		r.res.Reason = replace.Unproven
	}
	r.res.Err = err
	return nil
}

func isBroken(err error) bool {
	return errors.Is(err, seal.ErrDamaged) || errors.Is(err, seal.ErrTruncated) || errors.Is(err, seal.ErrNotSealed)
}

// settle does what is left once the bundle is proven and durable.
func (r *run) settle(ctx context.Context, made Made, d directory, p *packer) error {
	ctx = context.WithoutCancel(ctx) // what is sealed is finished
	r.res.Made = append(r.res.Made, made)
	r.res.Files, r.res.Bytes = r.res.Files+made.Files, r.res.Bytes+made.Bytes
	if r.Record != nil {
		if err := r.Record(ctx, made); err != nil {
			r.res.Reason, r.res.Err = replace.NotRecorded, err
			return err
		}
	}
	if r.Keep {
		return nil
	}
	rm := remover{run: r, parent: r.parent}
	if err := rm.all(ctx, d, p); err != nil {
		r.res.Err = err // the next run goes on
	}
	return nil
}

// Plan is what a bundle of a folder would hold.
type Plan struct {
	Files, Folders int64
	Bytes          int64
	Left           int64
	Existing       string // a bundle of this folder is there already
}

// room is what the bundle takes on the disk, about.
func (p Plan) room() int64 {
	return p.Bytes + p.Bytes>>10 + (p.Files+p.Folders)*512 + 64<<10
}

// Look tells what Run would do. Options.Left is told what would stay.
func Look(ctx context.Context, folder string, o Options) (Plan, error) {
	r, who, err := begin(filepath.Clean(folder), o)
	if err != nil {
		return Plan{}, err
	}
	defer r.parent.Close()
	p, err := r.through(ctx, who, func(path string, why replace.Reason, err error) { r.left(path, why, err, false) })
	if name := Name(r.name, 1); r.taken(name) {
		p.Existing = filepath.Join(r.dir, name)
	}
	return p, err
}

func (r *run) plan(ctx context.Context, who disk.ID) (Plan, error) {
	return r.through(ctx, who, func(string, replace.Reason, error) {})
}

// walkLeft tells what stays in a folder of which nothing can be sealed.
func (r *run) walkLeft(ctx context.Context, who disk.ID) error {
	_, err := r.through(ctx, who, func(path string, why replace.Reason, err error) { r.left(path, why, err, false) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.res.Reason, r.res.Err = replace.Cause(err), err
	}
	return nil
}

// through goes through the folder, and reads only how files that are named like sealed ones begin.
func (r *run) through(ctx context.Context, who disk.ID, refuse func(string, replace.Reason, error)) (Plan, error) {
	var p Plan
	w := &walker{top: r.name, skip: r.skip, leave: r.Leave, odd: odd(runtime.GOOS), refuse: func(path string, why replace.Reason, err error) { p.Left++; refuse(path, why, err) }}
	defer w.close()
	if _, err := r.enter(w, who); err != nil {
		return p, err
	}
	p.Folders = 1
	for {
		if err := ctx.Err(); err != nil {
			return p, err
		}
		f, ok := w.next()
		switch {
		case !ok:
			return p, nil
		case f.in == nil:
			p.Folders++
		default:
			if why := f.sealedAlready(); why != "" {
				w.refuse(filepath.Join(f.in.path, f.name), why, nil)
			} else {
				p.Files++
				p.Bytes += f.who.Size
			}
			f.in.release()
		}
	}
}

// sealedAlready is why a file with the name of a sealed one stays; "": it does not. Of others the beginning is
// read only when they go into the bundle.
func (f found) sealedAlready() replace.Reason {
	if !strings.EqualFold(filepath.Ext(f.name), ".age") {
		return ""
	}
	file, err := f.in.Open(f.name)
	if err != nil {
		return "" // it is told then
	}
	defer file.Close() // only read
	head := make([]byte, headSize)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	return f.in.rules().OutContent(f.name, head[:n])
}

// enter starts a walk in the folder, which must be the one that was looked at.
func (r *run) enter(w *walker, who disk.ID) (found, error) {
	t, err := r.parent.Enter(r.name)
	if err != nil {
		return found{}, err
	}
	if now, err := r.parent.Look(r.name); err != nil || !now.SameFile(who) {
		_ = t.Close()
		return found{}, errors.Join(disk.ErrChanged, err)
	}
	return w.start(t, filepath.Join(r.dir, r.name), who)
}

func (r *run) create() (name string, f disk.File, err error) {
	for try := 0; ; try++ {
		name = inplace.Temporary(r.Name())
		if f, err = r.parent.Create(name); err == nil || !errors.Is(err, fs.ErrExist) || try == 3 {
			return name, f, err
		}
	}
}

// write fills the temporary file and flushes it.
func (r *run) write(ctx context.Context, f disk.File, who disk.ID, plan Plan) (*packer, seal.Sealed, error) {
	if err := f.Reserve(plan.Bytes); err != nil {
		return nil, seal.Sealed{}, err
	}
	w := &walker{top: r.name, skip: r.skip, leave: r.Leave, odd: odd(runtime.GOOS), refuse: func(path string, why replace.Reason, err error) { r.left(path, why, err, false) }}
	p := &packer{
		ctx: ctx, walk: w, workers: r.Workers, bytes: r.Bytes, member: r.Member, seed: maphash.MakeSeed(),
		spool: newSpool(ctx, func() (disk.File, func(), error) {
			name, f, err := r.create()
			return f, func() { _ = r.parent.Remove(name) }, err
		}),
	}
	defer p.close()
	top, err := r.enter(w, who)
	if err != nil {
		return nil, seal.Sealed{}, err
	}
	p.push(top)
	s, err := seal.Seal(ctx, f, p, r.To, seal.Options{Workers: r.cores(), PlainUpTo: contentUpTo, NoCipher: true}) // check makes it
	if err != nil {
		return nil, seal.Sealed{}, err
	}
	if p.files > 0 {
		f.Restore(who.Mode.Perm()&0o666|0o600, r.now(f)) // who may read the folder may have the bundle
		err = f.Sync()
	}
	if err != nil {
		s.Forget()
	}
	return p, s, err
}

// now is the time that the disk gave to a file.
func (r *run) now(f disk.File) int64 {
	who, _ := f.Look() // then it is 1970
	return who.MTime
}

// check reads the bundle back, and adds to s what it finds on the way.
func (r *run) check(ctx context.Context, f disk.File, p *packer, s *seal.Sealed) (directory, error) {
	who, err := f.Look()
	if err != nil {
		return directory{}, err
	}
	in, err := s.Open(f, who.Size)
	if err != nil {
		return directory{}, err
	}
	d, err := findDirectory(in, in.Size())
	if err != nil {
		return directory{}, err
	}
	if d.end != p.end {
		return directory{}, errUnlike
	}
	proof := newProof(ctx, d)
	*s, err = s.CheckTo(ctx, proof, f, who.Size, seal.Options{Workers: r.cores()})
	list, unlike := proof.close()
	switch {
	case err != nil:
		return directory{}, err
	case unlike != nil:
		return directory{}, unlike
	case list != [32]byte(p.spool.sum.Sum(nil)):
		return directory{}, errUnlike
	}
	return d, nil
}

// cores is how many are used for the sealed stream.
func (r *run) cores() int {
	if r.Workers == 1 {
		return 1
	}
	return 0
}

// resume goes on where an earlier run stopped, if the target is a bundle of this
// folder that opens. A Reason in the result ends the run; without it the next name
// is tried.
func (r *run) resume(ctx context.Context, target string) error {
	if err := r.parent.SyncFile(target); err != nil {
		return r.failed(ctx, err, Plan{})
	}
	if err := r.parent.Sync(); err != nil {
		r.res.Reason, r.res.Err = replace.NotDurable, err
		return nil
	}
	f, err := r.parent.OpenAgain(target)
	if err != nil {
		return r.failed(ctx, err, Plan{})
	}
	defer f.Close()
	who, err := f.Look()
	if err != nil {
		return r.failed(ctx, err, Plan{})
	}
	if len(r.With) == 0 {
		r.res.Reason, r.res.Err = replace.NeedsKey, nil
		return nil
	}
	a, s, err := r.opened(ctx, f, who.Size)
	made := Made{Folder: filepath.Join(r.dir, r.name), Path: filepath.Join(r.dir, target), Before: true}
	ours := true
	if err == nil {
		err = a.dir.each(ctx, nil, func(m Member) error {
			top, rest := cutTop(m.Name)
			ours = ours && top == r.name && (rest != "" || m.Folder()) && inside(m.Name) && (m.Folder() || m.Digest != [32]byte{})
			if !m.Folder() {
				made.Files, made.Bytes = made.Files+1, made.Bytes+m.Size
			}
			return nil
		})
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case isIO(err):
		return r.failed(ctx, err, Plan{})
	case err != nil, !ours: // somebody else's: another name is found
		return nil
	}
	made.Digests = replace.Digests{Size: s.Size, SealedSize: s.SealedSize, Plain: s.Plain, Cipher: s.Cipher, Header: s.Header}
	return r.settle(ctx, made, a.dir, nil)
}

// opened opens what an earlier run made, and reads it to its end.
func (r *run) opened(ctx context.Context, f disk.File, size int64) (*Archive, seal.Sealed, error) {
	a, err := Open(f, size, r.With...)
	if err != nil {
		return nil, seal.Sealed{}, err
	}
	u, err := seal.Unlock(f, size, r.With...)
	if err != nil {
		return nil, seal.Sealed{}, err
	}
	defer u.Forget()
	proof := newProof(ctx, a.dir)
	s, err := u.Decrypt(ctx, proof, seal.Options{Workers: r.cores(), PlainUpTo: contentUpTo})
	if _, unlike := proof.close(); err == nil {
		err = unlike
	}
	return a, s, err
}

// isIO tells the errors of the disk from what is wrong with a file.
func isIO(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) || errors.Is(err, io.ErrUnexpectedEOF)
}
