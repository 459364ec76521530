package lookout

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"custode/scan/watch"
)

// fewPaths is how many files a row of the record names.
const fewPaths = 3

// mostRows bounds the rows of one bucket: beyond, actors are put together.
const mostRows = 200

// Record puts events together: one row for each actor, folder and operation in ten
// seconds. However much happens, that is at most a few hundred rows.
type Record struct {
	span time.Duration
	at   time.Time
	rows map[row]*tally
}

type row struct{ folder, user, program, verb string }

type tally struct {
	files map[uint64]struct{} // digests of their names
	paths []string
}

var seed = maphash.MakeSeed()

// NewRecord begins one with rows of a time.
func NewRecord(span time.Duration) *Record { return &Record{span: span, rows: map[row]*tally{}} }

// verbOf is the weightiest of the operations of an event.
func verbOf(op watch.Op) string {
	for _, o := range []watch.Op{watch.Delete, watch.Rename, watch.Create, watch.Write, watch.CloseWrite, watch.Permission, watch.Cover, watch.Read, watch.Open} {
		if op&o == 0 {
			continue
		}
		if o == watch.CloseWrite {
			o = watch.Write
		}
		if o == watch.Open {
			o = watch.Read
		}
		return o.String()
	}
	return ""
}

// Add takes an event of a data folder in, and gives the rows of the bucket before where a
// new one begins.
func (r *Record) Add(ev *watch.Event, folder string) (done []Activity) {
	if ev.At.Sub(r.at) >= r.span || ev.At.Before(r.at) {
		done = r.flush()
		r.at = ev.At.Truncate(r.span)
	}
	k := row{folder: folder, verb: verbOf(ev.Op)}
	if a := ev.Actor; a != nil {
		k.user, k.program = a.User, a.Program
		if a.Script != "" {
			k.program = a.Script
		}
	}
	t := r.rows[k]
	if t == nil && len(r.rows) >= mostRows {
		k.program = "" // somebody starts more programs than can be told apart
		t = r.rows[k]
	}
	if t == nil {
		t = &tally{files: map[uint64]struct{}{}}
		r.rows[k] = t
	}
	path := pathOf(ev)
	digest := maphash.String(seed, path)
	if _, known := t.files[digest]; known {
		return done
	}
	t.files[digest] = struct{}{}
	if len(t.paths) < fewPaths {
		t.paths = append(t.paths, strings.Clone(path))
	}
	return done
}

// flush gives the rows and begins anew.
func (r *Record) flush() []Activity {
	out := make([]Activity, 0, len(r.rows))
	for k, t := range r.rows {
		out = append(out, Activity{At: r.at, Folder: k.folder, User: k.user, Program: k.program, Verb: k.verb, Files: len(t.files), Paths: t.paths})
	}
	slices.SortFunc(out, func(a, b Activity) int { return b.Files - a.Files })
	clear(r.rows)
	return out
}

// Due gives the rows of a bucket that is over.
func (r *Record) Due(now time.Time) []Activity {
	if len(r.rows) == 0 || now.Sub(r.at) < r.span && !now.Before(r.at) {
		return nil
	}
	return r.flush()
}
