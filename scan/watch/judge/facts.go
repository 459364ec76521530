package judge

import (
	"encoding/hex"
	"path/filepath"
	"strings"

	"custode/scan/watch"
	"custode/scan/watch/rules"
)

// program is what facts say of one.
type program struct {
	digest   [32]byte
	path     string
	text     string // of the digest
	packaged func() bool
}

// Folder is the data folder that a path is in, "" for none.
func (j *Judge) Folder(path string) string {
	best := ""
	for i, f := range j.o.Folders {
		if len(f) > len(best) && (path == f || strings.HasPrefix(path, j.folders[i])) {
			best = f
		}
	}
	return best
}

// fact begins one.
func (j *Judge) fact(ev watch.Event, path string, verb rules.Verb) rules.Fact {
	f := rules.Fact{At: ev.At, Path: path, Folder: j.Folder(path), Verb: verb, Dir: ev.Dir}
	if a := ev.Actor; a != nil {
		digest := a.Digest
		if digest == ([32]byte{}) && j.o.Digest != nil {
			digest = j.o.Digest(a)
		}
		f.Who = Who(a)
		f.Who.Human = j.o.Human(a)
		if digest != ([32]byte{}) {
			if j.told.digest != digest || j.told.path != a.Program {
				j.told = program{digest, a.Program, hex.EncodeToString(digest[:]), j.packaged(digest, a.Program)}
			}
			f.Who.Digest, f.Packaged = j.told.text, j.told.packaged
		}
	}
	f.Decoy = !ev.Dir && j.o.Decoy != nil && j.o.Decoy(path)
	f.Sealed = strings.EqualFold(filepath.Ext(path), ".age")
	if k := j.files[path]; k != nil {
		f.Was = k.look.Kind
		f.Young = !k.own && (k.by != 0 && int(k.by) == f.Who.Session || k.by == unknown && f.Who.Session == 0)
	}
	return f
}

// packaged asks once for each content of a program, and not before somebody wants to
// know: meanwhile a program encrypts a hundred files.
func (j *Judge) packaged(digest [32]byte, program string) func() bool {
	if j.o.Packaged == nil {
		return nil
	}
	return func() bool {
		is, known := j.packages[digest]
		if !known {
			if is = j.o.Packaged(program); len(j.packages) < mostFiles {
				j.packages[digest] = is
			}
		}
		return is
	}
}

// unknown is the session that made a file where the sensor can't tell.
const unknown = -1

func maker(ev watch.Event) int {
	if ev.Actor == nil || ev.Actor.Session == 0 {
		return unknown
	}
	return ev.Actor.Session
}

// own reports whether custode does what it announced. Where the sensor can't tell who it
// is, the announcement alone must do.
func (j *Judge) own(ev watch.Event, path string) bool {
	if j.o.Announced == nil || ev.Actor != nil && (j.o.Own == nil || !j.o.Own(ev.Actor)) {
		return false
	}
	return j.o.Announced(path)
}
