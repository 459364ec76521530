package copies

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Place is what a look at a folder tells of which the owner says that the copies lie there.
type Place struct {
	There  bool
	Silent bool      // it could not be read, or gave no answer in time
	Newest time.Time // when the newest file came there; zero: there is none
	Part   bool      // not everything was looked at: there may be newer files
	Sealed Answer    // by the forms of the files: yes where all are encrypted ones, no where one is not
}

// The bounds of a look: what a check may take.
const (
	lookEntries = 20_000
	lookTime    = 3 * time.Second
)

// Look looks at the files below a folder, the folders that changed last first, and no longer
// than a check may take. It reads no content. A copy that keeps the times of its originals is
// dated by when it was written there, where the file system tells that; a copy for which
// nothing was new may leave no trace at all.
func Look(ctx context.Context, dir string) Place {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	done := make(chan Place, 1)
	go func() { done <- look(ctx, dir) }() // a drive of the network may never answer
	select {
	case p := <-done:
		return p
	case <-time.After(lookTime + time.Second):
		return Place{There: true, Silent: true}
	}
}

func look(ctx context.Context, dir string) Place {
	info, err := os.Stat(dir)
	if err != nil {
		return Place{Silent: !errors.Is(err, fs.ErrNotExist)}
	}
	if !info.IsDir() {
		return Place{There: true, Newest: arrived(info), Sealed: formOf(dir, info)}
	}
	p := Place{There: true}
	whole, forms := repository(dir)
	type folder struct {
		path string
		at   time.Time
	}
	open, seen := []folder{{dir, info.ModTime()}}, 0
	for len(open) > 0 {
		if ctx.Err() != nil || seen > lookEntries {
			p.Part = true
			break
		}
		at := len(open) - 1
		next := open[at].path
		open = open[:at]
		entries, err := os.ReadDir(next)
		if err != nil {
			p.Part, p.Silent = true, p.Silent || next == dir
			continue
		}
		for _, e := range entries {
			seen++
			info, err := e.Info()
			switch {
			case err != nil:
				p.Part = true
			case e.IsDir():
				open = append(open, folder{filepath.Join(next, e.Name()), info.ModTime()})
			case info.Mode().IsRegular():
				if came := arrived(info); came.After(p.Newest) {
					p.Newest = came
				}
				if !whole && forms != No {
					forms = formOf(e.Name(), info)
				}
			}
		}
		slices.SortStableFunc(open, func(a, b folder) int { return a.at.Compare(b.at) })
	}
	if p.Sealed = forms; p.Part && forms == Yes && !whole {
		p.Sealed = Untold
	}
	return p
}

// repository tells of the repositories of backup programs by the files that they all have.
func repository(dir string) (whole bool, sealed Answer) {
	there := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool {
			_, err := os.Lstat(filepath.Join(dir, n))
			return err != nil
		})
	}
	switch {
	case there("config", "keys", "snapshots", "index"), there("kopia.repository.f"), there("kopia.repository"):
		return true, Yes // of restic, and of Kopia
	case there("config", "data", "README"):
		return true, Untold // of Borg: its key tells, and lies elsewhere
	}
	return false, Untold
}

// sealedEnds are the ends of names of encrypted files: age, GnuPG (Duplicity), Duplicati.
var sealedEnds = []string{".age", ".gpg", ".pgp", ".aes", ".gpg.sigtar", ".custode"}

// formOf tells by a name whether a file is an encrypted one.
func formOf(name string, info fs.FileInfo) Answer {
	if info.Size() == 0 {
		return Untold
	}
	lower := strings.ToLower(name)
	if slices.ContainsFunc(sealedEnds, func(end string) bool { return strings.HasSuffix(lower, end) }) {
		return Yes
	}
	return No
}
