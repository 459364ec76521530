package bundle

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// remover takes the originals away whose members are proven. It goes through the
// folder as the directory does and looks at each file again.
type remover struct {
	run    *run
	parent disk.Tree

	stack []*level
	batch []removal
	done  []leaving // folders to be removed after the batch
}

// level is an open folder on the way down; where it can't be opened nothing in it
// is touched.
type level struct {
	disk.Tree

	name, path string
	err        error
}

type leaving struct {
	in disk.Tree
	l  *level
}

type removal struct {
	in   *level
	name string
	m    Member
	ok   func(disk.ID) bool // this is the file that was read, unchanged; nil: an earlier run read it
}

const (
	removeAtOnce = 1024 // files
	leaveAtOnce  = 64   // folders, which are open until then
)

// all goes through the members. The packer knows the files as they were when it read
// them; without it an earlier run did, and their content is compared.
func (r *remover) all(ctx context.Context, d directory, p *packer) error {
	defer func() {
		for len(r.stack) > 0 {
			r.leave()
		}
		r.flush(ctx)
	}()
	i := 0
	err := d.each(ctx, nil, func(m Member) error {
		folders := strings.Split(strings.TrimSuffix(m.Name, "/"), "/")
		name := folders[len(folders)-1]
		if !m.Folder() {
			folders = folders[:len(folders)-1]
		}
		if !r.at(folders) {
			if r.goTo(folders); len(r.done) >= leaveAtOnce {
				r.flush(ctx)
			}
		}
		if m.Folder() {
			return nil
		}
		rm := removal{in: r.stack[len(r.stack)-1], name: name, m: m}
		if p != nil {
			want := p.ids[i]
			rm.ok = func(who disk.ID) bool { return mark(p.seed, who) == want }
		}
		i++
		if r.batch = append(r.batch, rm); len(r.batch) == removeAtOnce {
			r.flush(ctx)
		}
		return nil
	})
	return err
}

func (r *remover) at(folders []string) bool {
	if len(r.stack) != len(folders) {
		return false
	}
	for i, l := range r.stack {
		if l.name != folders[i] {
			return false
		}
	}
	return true
}

// goTo leaves folders and enters others.
func (r *remover) goTo(folders []string) {
	same := 0
	for same < len(r.stack) && same < len(folders) && r.stack[same].name == folders[same] {
		same++
	}
	for len(r.stack) > same {
		r.leave()
	}
	for _, name := range folders[same:] {
		in, path := r.parent, filepath.Join(r.run.dir, name)
		var err error
		if n := len(r.stack); n > 0 {
			in, path, err = r.stack[n-1].Tree, filepath.Join(r.stack[n-1].path, name), r.stack[n-1].err
		}
		l := &level{name: name, path: path, err: err}
		if err == nil {
			l.Tree, l.err = in.Enter(name)
		}
		r.stack = append(r.stack, l)
	}
}

func (r *remover) leave() {
	l := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	if l.err != nil {
		return
	}
	in := r.parent
	if n := len(r.stack); n > 0 {
		in = r.stack[n-1].Tree
	}
	r.done = append(r.done, leaving{in, l})
}

// flush removes what was collected, several at a time, and then the folders that
// were left, if nothing is in them.
func (r *remover) flush(ctx context.Context) {
	var wg sync.WaitGroup
	each := (len(r.batch) + r.run.Workers - 1) / r.run.Workers
	for part := range slices.Chunk(r.batch, max(each, 1)) {
		wg.Go(func() {
			for _, rm := range part {
				r.one(ctx, rm)
			}
		})
	}
	wg.Wait()
	r.batch = r.batch[:0]
	for _, d := range r.done {
		_ = d.l.Close()
		_ = d.in.RemoveFolder(d.l.name) // one that holds something stays
	}
	r.done = r.done[:0]
}

func (r *remover) one(ctx context.Context, rm removal) {
	why, same, err := removeOne(ctx, rm)
	if why != "" && rm.ok == nil && same {
		r.run.skipped(rm.m.Name)
	}
	if why != "" && (rm.ok != nil || same) { // else it has its turn in the next bundle
		r.run.left(filepath.Join(rm.in.path, rm.name), why, err, true)
	}
}

// removeOne removes a file that still is what the bundle holds. "" if it is gone.
// Same: it is what the bundle holds, whatever became of it.
func removeOne(ctx context.Context, rm removal) (why replace.Reason, same bool, err error) {
	l := rm.in
	switch {
	case errors.Is(l.err, fs.ErrNotExist):
		return "", false, nil
	case l.err != nil:
		return replace.NotRemovable, false, l.err
	}
	f, err := l.Open(rm.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	case err != nil:
		return stays(err), false, err
	}
	defer f.Close()
	held, err := hold(f)
	if err != nil {
		return stays(err), false, err
	}
	now, err := f.Look()
	if err != nil {
		return stays(err), false, err
	}
	if rm.ok != nil && !rm.ok(now) || now.Size != rm.m.Size || now.Links > 1 {
		return replace.ChangedLate, false, nil
	}
	if !held || rm.ok == nil { // only its content tells
		if same, err := sameContent(ctx, f, rm.m); err != nil {
			return stays(err), false, err
		} else if !same {
			return replace.ChangedLate, false, nil
		}
	}
	if held && !f.Held() {
		return replace.ChangedLate, true, disk.ErrBusy
	}
	if err := f.Remove(now); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return stays(err), true, err
	}
	return "", true, nil
}

// stays is the reason why a file is kept whose member is proven.
func stays(err error) replace.Reason {
	switch why := replace.Cause(err); why {
	case replace.InUse, replace.Changed, replace.Special:
		return replace.ChangedLate
	case replace.Cancelled:
		return why
	default:
		return replace.NotRemovable
	}
}

func sameContent(ctx context.Context, f disk.File, m Member) (bool, error) {
	buf := borrow(min(m.Size, smallFile))
	defer giveBack(buf)
	sum := sha256.New()
	in := io.NewSectionReader(f, 0, m.Size+1)
	var n int64
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		k, err := in.Read(*buf)
		sum.Write((*buf)[:k])
		n += int64(k)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
	}
	return n == m.Size && [32]byte(sum.Sum(nil)) == m.Digest, nil
}
