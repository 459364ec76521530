package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/unseal"
	"custode/internal/fault"
	"custode/internal/rawpath"
	"custode/internal/safefile"
)

// begunFile is where a home keeps what the page does with files until that has ended. A custode that is killed,
// or whose computer goes off, leaves it there.
const begunFile = "begun.json"

// begun is one such work, and the files that it was begun for.
type begun struct {
	ID    string    `json:"id"`
	Does  string    `json:"does"` // doesSeal and so on
	Kept  bool      `json:"kept"` // what is sealed stays readable too
	Since time.Time `json:"since"`
	Files rawNames  `json:"files"` // that are sealed, or that were sealed and are made readable
}

// rawNames are paths, which need not be UTF-8: in JSON such a one stands as its bytes.
type rawNames []string

// MarshalJSON writes each as a text, or in base64 in a list of its own.
func (n rawNames) MarshalJSON() ([]byte, error) {
	out := make([]any, 0, len(n))
	for _, path := range n {
		if utf8.ValidString(path) {
			out = append(out, path)
		} else {
			out = append(out, [][]byte{[]byte(path)})
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *rawNames) UnmarshalJSON(raw []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	*n = make(rawNames, 0, len(list))
	for _, one := range list {
		var path string
		if err := json.Unmarshal(one, &path); err != nil {
			var odd [][]byte
			if err := json.Unmarshal(one, &odd); err != nil || len(odd) != 1 {
				return errors.New("a path is not as it was written")
			}
			path = string(odd[0])
		}
		*n = append(*n, path)
	}
	return nil
}

const (
	doesSeal    = "seal"
	doesUnseal  = "unseal"
	doesArchive = "archive" // a folder
	doesUnpack  = "unpack"  // an archive
)

// begunWorks guards the file, and knows which of its works go on here.
type begunWorks struct {
	mu sync.Mutex
	on map[string]bool // by id

	lookedAt time.Time           // when it was looked what is left; zero: not yet
	left     map[string][]string // of those that were broken off, by id
}

// brokenKeeps is how long what is left of works is shown before it is looked again: each of many thousand files is
// looked at, on a drive that may be slow.
const brokenKeeps = 30 * time.Second

// readBegun reads them all. What cannot be read is as if it was not there: nothing hangs on it but a sentence.
func (sh *shell) readBegun() (all []begun) {
	raw, err := os.ReadFile(filepath.Join(sh.home, begunFile))
	if err != nil || json.Unmarshal(raw, &all) != nil {
		return nil
	}
	return all
}

func (sh *shell) writeBegun(all []begun) error {
	path := filepath.Join(sh.home, begunFile)
	if len(all) == 0 {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return fault.On(fault.CodeOf(err, fault.IO), "fault.serve.begun", path, err)
		}
		return nil
	}
	raw, err := json.Marshal(all)
	if err == nil {
		err = safefile.Write(path, raw, 0o600)
	}
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.serve.begun", path, err)
	}
	return nil
}

// begins notes a work before anything of it is done; instead of another one, where it finishes that. Who calls it
// says how it ended: what failed stays noted, unless somebody else was at it before anything was done.
func (o *office) begins(b begun, instead string) (end func(failed error), err error) {
	k := &o.begun
	k.mu.Lock()
	defer k.mu.Unlock()
	if instead != "" && k.on[instead] {
		return nil, fault.New(fault.Busy, "fault.web.busy")
	}
	b.ID = cmp.Or(instead, web.Token())
	without := func() []begun {
		return slices.DeleteFunc(o.sh.readBegun(), func(one begun) bool { return one.ID == b.ID })
	}
	if err := o.sh.writeBegun(append(without(), b)); err != nil {
		return nil, err
	}
	if k.on == nil {
		k.on = map[string]bool{}
	}
	k.on[b.ID] = true
	return func(failed error) {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.on, b.ID)
		f, is := errors.AsType[*fault.Error](failed)
		if failed == nil || instead == "" && is && f.Code == fault.Busy {
			_ = o.sh.writeBegun(without()) // else it is told of a work of which nothing is left
		}
	}, nil
}

// left are the files of a work with which it was not done. Those on a drive that is not there, or that cannot be looked
// at now, are.
func (b begun) left() (files []string) {
	for _, path := range b.Files {
		if b.Does == doesArchive {
			if archiveLeft(path, b.Kept) {
				files = append(files, path)
			}
			continue
		}
		_, err := rawpath.Lstat(path)
		there := err == nil || !os.IsNotExist(err)
		if b.Kept && err == nil {
			_, err := rawpath.Lstat(filepath.Join(filepath.Dir(path), replace.SealedName(filepath.Base(path))))
			there = err != nil
		}
		if !there && os.IsNotExist(err) {
			_, err := rawpath.Lstat(filepath.Dir(path))
			there = err != nil
		}
		if there {
			files = append(files, path)
		}
	}
	return files
}

// broken gives the works that were broken off and of which something is left, with what is left, and forgets the others.
// Unless anew, what was seen a moment ago is good enough.
func (o *office) broken(anew bool) (all []begun) {
	k, now := &o.begun, o.sh.now()
	k.mu.Lock()
	defer k.mu.Unlock()
	noted := o.sh.readBegun()
	if anew || now.Sub(k.lookedAt) > brokenKeeps || now.Before(k.lookedAt) {
		k.lookedAt, k.left = now, map[string][]string{}
	}
	still := slices.DeleteFunc(slices.Clone(noted), func(b begun) bool {
		if k.on[b.ID] {
			delete(k.left, b.ID)
			return false
		}
		files, seen := k.left[b.ID]
		if !seen {
			files = b.left()
			k.left[b.ID] = files
		}
		if b.Files = files; len(files) > 0 {
			all = append(all, b)
		}
		return len(files) == 0
	})
	if len(still) < len(noted) {
		_ = o.sh.writeBegun(still) // the next look does it
	}
	return all
}

// brokenOne finds one again. Another tab may have been quicker.
func (o *office) brokenOne(id string) (begun, error) {
	all := o.broken(true)
	if at := slices.IndexFunc(all, func(b begun) bool { return b.ID == id }); at >= 0 {
		return all[at], nil
	}
	return begun{}, fault.New(fault.NoInput, "fault.serve.begun.none")
}

// BrokenOff implements [web.Finisher].
func (o *office) BrokenOff(context.Context) (list []web.BrokenOff, err error) {
	w := o.sh.words
	for _, b := range o.broken(false) {
		list = append(list, web.BrokenOff{
			ID: b.ID, Say: w.T("web.broken."+b.Does, w.DateTime(b.Since.Local())), Left: w.N("web.broken."+b.Does+".left", int64(len(b.Files))),
			Do: w.T("web.broken." + b.Does + ".do"), Not: w.T("web.broken." + b.Does + ".not"),
		})
	}
	return list, nil
}

// NeedsKeys implements [web.Finisher].
func (o *office) NeedsKeys(_ context.Context, id string) (bool, error) {
	b, err := o.brokenOne(id)
	return b.Does != doesSeal, err
}

// Finish implements [web.Finisher].
func (o *office) Finish(ctx context.Context, id string, tell func(web.Progress)) (out web.Outcome, err error) {
	b, err := o.brokenOne(id)
	if err != nil {
		return out, err
	}
	switch b.Does {
	case doesArchive:
		a, err := o.archivingOf(ctx, b.Files[0])
		if err != nil {
			return out, err
		}
		defer a.st.Close() // every write was committed
		return o.archiveNow(ctx, a, id, tell)
	case doesUnpack:
		return o.unpack(ctx, b.Files[0], id, tell)
	case doesUnseal:
		var files []job.ToOpen
		for _, path := range b.Files {
			files = append(files, job.ToOpen{From: path})
		}
		return o.unseal(ctx, files, id, tell)
	}
	s, err := o.sealingChosen(ctx, func(context.Context, *sealing) ([]string, error) { return b.Files, nil })
	if err != nil {
		return out, err
	}
	defer s.st.Close() // every write was committed
	if s.ring, err = o.sh.ring(); err != nil {
		return out, err
	}
	if s.keep = (encryptOptions{}).keepBecause(s.ring); b.Kept && s.keep == "" {
		s.keep = keepUnproven // it was begun so: what to do next is said with it
	}
	return o.sealNow(ctx, s, id, tell)
}

// Leave implements [web.Finisher].
func (o *office) Leave(_ context.Context, id string) error {
	b, err := o.brokenOne(id)
	if err != nil {
		return err
	}
	free, err := o.sh.lock("seal") // nobody else is at work in the folders
	if err != nil {
		return busyHere(err)
	}
	defer free()
	swept := map[string]bool{}
	for _, path := range b.Files {
		if dir := filepath.Dir(path); !swept[dir] {
			swept[dir] = true
			unseal.Sweep(disk.Real{}, dir)
		}
	}
	o.begun.mu.Lock()
	defer o.begun.mu.Unlock()
	return o.sh.writeBegun(slices.DeleteFunc(o.sh.readBegun(), func(one begun) bool { return one.ID == id }))
}
