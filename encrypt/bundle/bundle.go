// Package bundle makes one sealed file of a cold folder: FOLDER.zip.age beside it,
// a zip within an age file, in which each member can be reached without opening the
// others. It hides the names, sizes and dates too, and costs a fraction of what
// sealing the files one by one does. At every moment, for every file, there is on
// the disk either
//
//   - the untouched original, or
//   - a bundle under its final name, flushed to the disk, in which the file was read
//     back from there and compared,
//
// or both. How:
//
//  1. Go through the folder without following links. What may not be sealed
//     (replace.Rules), and what is on another disk, stays where it is and is told.
//  2. Write the zip, sealed in one pass, to a temporary file beside the folder. Files
//     are held while they are read; one that changes meanwhile is left out.
//  3. Flush it, read it back from the disk: the head, the SHA-256 and the place of
//     every member, and the directory.
//  4. Give it its final name, which must be free; flush the folder; record.
//  5. Look at each original again, and only then remove it; then empty folders.
//
// After a crash no journal is asked. Where the folder and a bundle of its name are
// both there, the bundle is flushed, opened, and read to its end; whatever of it is
// still in the folder with the same content goes. That needs the key; without it
// both stay. What is not in that bundle goes into a second one, "FOLDER (2).zip.age".
//
// The zip is one that any program reads: method Store, zip64 where it is needed,
// names as they are (marked as UTF-8 if they are), permissions, times (in seconds,
// in steps of 100 ns, and in a field of our own in nanoseconds, beside the SHA-256).
// Owners, access lists and extended attributes are not kept, nor holes.
//
// Memory: 30 MB at most for what is under way, 8 bytes for each file (what it was
// when it was read), and the names of the folders that are open; the directory, some
// 200 bytes for each file, goes to a temporary, sealed file from 2 MB on.
package bundle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
)

// Ext is what the name of a bundle has behind that of the folder.
const Ext = ".zip.age"

// Left is a file or folder that is still readable.
type Left struct {
	Path   string
	Reason replace.Reason
	Err    error // what the system said, or nil
	Sealed bool  // it is in the bundle too
}

// Made is a bundle.
type Made struct {
	Folder, Path string // of what it was made, and where it is
	Files        int64
	Bytes        int64           // of the files
	Digests      replace.Digests // of the zip
	Before       bool            // an earlier run made it
}

// Result is what became of a folder.
type Result struct {
	Made   []Made // one, or two where an earlier one did not hold all
	Files  int64  // in all of them
	Bytes  int64
	Left   int64 // files and folders that were told to Options.Left
	Gone   bool  // nothing is left: the folder is gone
	Reason replace.Reason
	Err    error // why there is no bundle
}

// Options of a run. FS and To are needed.
type Options struct {
	FS      disk.System
	To      []age.Recipient
	With    []age.Identity // open what an earlier run made; none: it stays, and so does the folder
	Keep    bool           // leave the originals
	Workers int            // files read at once; 0: eight; 1: one after the other, in order

	// Member is called for each file that is in the bundle, in their order.
	Member func(path string, size int64)
	// Record is called when the bundle is durable and proven, before an original
	// goes. If it fails they stay and the run ends.
	Record func(ctx context.Context, m Made) error
	// Leave, when not nil, tells of a file that it is not to be in the bundle. Nobody is
	// told of it, and it stays.
	Leave func(path string) bool
	// Left is called for all that stays readable, one at a time.
	Left func(Left)
	// Bytes is told how many bytes more were read.
	Bytes func(n int64)
	// Name gives the random part of a temporary name. Nil: from the system.
	Name func() string
}

// ErrEmpty says that nothing in a folder can be sealed.
var ErrEmpty = errors.New("nothing in the folder can be sealed")

type run struct {
	Options

	dir, name string // the parent folder, and the folder in it
	parent    disk.Tree
	names     []string        // what is in the parent folder
	skip      map[string]bool // members of an earlier bundle that can't be removed

	mu  sync.Mutex
	res Result
}

func (r *run) left(path string, why replace.Reason, err error, sealed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.res.Left++
	if r.Left != nil {
		r.Left(Left{path, why, err, sealed})
	}
}

func (r *run) skipped(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skip[name] = true
}

// Run makes a bundle of a folder. Its errors are those of ctx and of Record, and
// replace.FullError; all else is in the Result.
func Run(ctx context.Context, folder string, o Options) (Result, error) {
	folder = filepath.Clean(folder)
	r, who, err := begin(folder, o)
	if err != nil {
		return Result{Reason: replace.Cause(err), Err: err}, nil
	}
	defer r.parent.Close()
	for n := 1; ; n++ {
		target := Name(r.name, n)
		if !r.taken(target) {
			err = r.seal(ctx, target, who)
			break
		}
		if !slices.Contains(r.names, target) {
			continue // one that differs in case alone
		}
		if r.Keep {
			r.res.Reason = replace.AlreadySealed
			break
		}
		err := r.resume(ctx, target)
		if r.res.Reason != "" || err != nil {
			return r.res, err
		}
		if _, err := r.parent.Look(r.name); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if errors.Is(err, ErrEmpty) {
		if err = nil; len(r.res.Made) == 0 {
			r.res.Err = ErrEmpty
		}
	}
	_, there := r.parent.Look(r.name)
	r.res.Gone = errors.Is(there, fs.ErrNotExist)
	return r.res, err
}

// Name is the n-th choice for the name of the bundle of a folder.
func Name(folder string, n int) string {
	if n > 1 {
		folder = fmt.Sprintf("%s (%d)", folder, n)
	}
	return replace.SealedName(folder + strings.TrimSuffix(Ext, ".age"))
}

// begin opens the folder that the folder lies in.
func begin(folder string, o Options) (*run, disk.ID, error) {
	if o.Workers <= 0 {
		o.Workers = 8
	}
	if o.Name == nil {
		o.Name = inplace.RandomName
	}
	dir, name := filepath.Split(folder)
	if name == "" || name == "." || name == ".." {
		return nil, disk.ID{}, disk.ErrSpecial
	}
	r := &run{Options: o, dir: filepath.Clean(dir), name: name, skip: map[string]bool{}}
	var err error
	if r.parent, err = disk.OpenTree(o.FS, r.dir); err != nil {
		return nil, disk.ID{}, err
	}
	r.names, err = r.parent.List()
	for _, n := range r.names {
		if inplace.IsTemporary(n) {
			clean(r.parent, n)
		}
	}
	var who disk.ID
	if err == nil {
		who, err = r.parent.Look(name)
	}
	if err == nil && who.Mode.Type() != fs.ModeDir {
		err = disk.ErrSpecial
	}
	if err != nil {
		_ = r.parent.Close()
		return nil, disk.ID{}, err
	}
	return r, who, nil
}

// clean removes what an earlier run left: never the only copy.
func clean(in disk.Tree, name string) {
	who, err := in.Look(name)
	switch {
	case err != nil:
	case who.Mode.IsRegular():
		_ = in.Remove(name) // if it can't be, the next run will
	case who.Mode.Type() == fs.ModeDir:
		removeAll(in, name)
	}
}

// removeAll removes a temporary folder with all that is in it, following nothing.
func removeAll(in disk.Tree, name string) {
	d, err := in.Enter(name)
	if err != nil {
		return
	}
	d.Restore(0o700, 0)
	names, _ := d.List() // what is not listed keeps the folder
	for _, n := range names {
		if who, err := d.Look(n); err == nil && who.Mode.Type() == fs.ModeDir {
			removeAll(d, n)
		} else if err == nil {
			_ = d.Remove(n)
		}
	}
	_ = d.Close()
	_ = in.RemoveFolder(name)
}

func folded(name string) string { return strings.ToLower(norm.NFC.String(name)) }

func (r *run) taken(name string) bool {
	return slices.ContainsFunc(r.names, func(s string) bool { return folded(s) == folded(name) })
}
