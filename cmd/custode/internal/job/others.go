package job

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"custode/encrypt/private"
	"custode/internal/journal"
	"custode/playbook/daily"
	"custode/scan"
	"custode/scan/walk"
)

// What the journal calls it: who could read files is written down before they are closed to others.
const (
	filesClosing  = "files.closing"
	filesClosed   = "files.closed"
	filesReopened = "files.reopened"
)

// closedAtOnce is how many files one entry of the journal tells of.
const closedAtOnce = 500

// closingBody says of each path who could reach it before.
type closingBody struct {
	Paths []string `json:"paths"`
	Was   []string `json:"was"`
}

type closedBody struct {
	Paths []string `json:"paths"`
}

// CloseStore is where it is written down.
type CloseStore interface {
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
	Journal(ctx context.Context, from int64, fn func(journal.Entry) error) error
}

// OthersFile is a file with personal data that not only its owner can read.
type OthersFile struct {
	daily.File

	Access scan.Access   // Everyone, GroupToo
	Place  scan.Exposure // a drive of another computer, or one that can be unplugged, may not keep who reads it
	Folder string        // the data folder in which it lies
}

// Others are those files, as they are now, the ones that everybody can read first.
type Others struct {
	Scanned bool // the data folders were looked at; else nothing is known
	Files   []OthersFile
	Unknown int64    // files of which the system does not tell who can read them
	Folders []string // the data folders of Files into which others get
}

// OthersRead finds the files that others can read.
func OthersRead(ctx context.Context, st DailyStore, shop Shop, now time.Time) (o Others, err error) {
	var facts daily.Facts
	if err := fileFacts(ctx, st, shop, now, &facts); err != nil || facts.Access == nil {
		return o, err
	}
	roots, err := walk.Roots(ctx, shop.Folders, walk.Options{})
	if err != nil {
		return o, err
	}
	o.Scanned, o.Unknown = true, facts.Access.Unknown
	places := scan.Places{Roots: roots, Own: shop.Usual}
	for _, list := range []struct {
		files []daily.File
		who   scan.Access
	}{{facts.Access.Everyone, scan.Everyone}, {facts.Access.Group, scan.GroupToo}} {
		for _, f := range list.files {
			one := OthersFile{File: f, Access: list.who, Place: places.Of(f.Path)}
			if i := slices.IndexFunc(roots, func(r string) bool { return within(r, f.Path) }); i >= 0 {
				one.Folder = roots[i]
			}
			o.Files = append(o.Files, one)
		}
	}
	for _, r := range roots {
		if closed, err := private.Closed(r); err == nil && !closed && slices.ContainsFunc(o.Files, func(f OthersFile) bool { return f.Folder == r }) {
			o.Folders = append(o.Folders, r)
		}
	}
	return o, nil
}

// CloseOptions say how files are closed to others, or given back to them.
type CloseOptions struct {
	Announce Announcer
	Done     func(path string, err error) // of each, in order; nil error: done
}

// CloseToOthers leaves files and folders to their owners alone. Who could read them is in the journal before anything
// is changed; what could not be changed is told to Done, and stays as it was.
func CloseToOthers(ctx context.Context, st CloseStore, paths []string, o CloseOptions) error {
	defer o.Announce.say(paths, nil)()
	for some := range slices.Chunk(paths, closedAtOnce) {
		var body closingBody
		for _, path := range some {
			was, err := private.Look(path)
			if err != nil {
				o.Done(path, err)
				continue
			}
			body.Paths, body.Was = append(body.Paths, path), append(body.Was, was)
		}
		if err := carryOut(ctx, st, o, passage{filesClosed, body, func(path, _ string) error { return private.Close(path) }}); err != nil {
			return err
		}
	}
	return nil
}

// passage is what is done to some files, and what the journal calls it.
type passage struct {
	kind string
	body closingBody
	do   func(path, was string) error
}

// carryOut writes down what is about to be done, if it is to be, does it, and writes down what was.
func carryOut(ctx context.Context, st CloseStore, o CloseOptions, p passage) error {
	if err := ctx.Err(); err != nil || len(p.body.Paths) == 0 {
		return err
	}
	if p.kind == filesClosed {
		if _, err := st.Record(ctx, filesClosing, p.body); err != nil {
			return err
		}
	}
	var done closedBody
	for i, path := range p.body.Paths {
		err := ctx.Err()
		if err != nil {
			break
		}
		if err = p.do(path, p.body.Was[i]); err == nil {
			done.Paths = append(done.Paths, path)
		}
		o.Done(path, err)
	}
	if len(done.Paths) == 0 {
		return ctx.Err()
	}
	_, err := st.Record(context.WithoutCancel(ctx), p.kind, done)
	return errors.Join(err, ctx.Err())
}

// ClosedFile is one that custode closed to others, and that still is.
type ClosedFile struct {
	Path string
	Was  string // of [private.Look]
	At   time.Time
}

// ClosedToOthers lists what can be given back to those who could read it, the last closed first: what is closed still,
// also where it was broken off before that was written down.
func ClosedToOthers(ctx context.Context, st CloseStore) (list []ClosedFile, err error) {
	known := map[string]int{} // index in list
	err = st.Journal(ctx, 1, func(e journal.Entry) error {
		if e.Kind != filesClosing && e.Kind != filesReopened {
			return nil
		}
		var body closingBody
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if json.Unmarshal(e.Body, &body) != nil || err != nil { // somebody tampered with it: the check says so
			return nil //nolint:nilerr // see above
		}
		for i, path := range body.Paths {
			if old, there := known[path]; there {
				list[old].Path = ""
			}
			if delete(known, path); e.Kind == filesClosing && i < len(body.Was) {
				known[path] = len(list)
				list = append(list, ClosedFile{path, body.Was[i], at})
			}
		}
		return nil
	})
	list = slices.DeleteFunc(list, func(f ClosedFile) bool {
		if f.Path == "" {
			return true
		}
		closed, err := private.Closed(f.Path)
		return err != nil || !closed
	})
	slices.Reverse(list)
	return list, err
}

// GiveBack gives files and folders back to those who could read them.
func GiveBack(ctx context.Context, st CloseStore, files []ClosedFile, o CloseOptions) error {
	paths := make([]string, 0, len(files))
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	defer o.Announce.say(paths, nil)()
	for some := range slices.Chunk(files, closedAtOnce) {
		var body closingBody
		for _, f := range some {
			body.Paths, body.Was = append(body.Paths, f.Path), append(body.Was, f.Was)
		}
		err := carryOut(ctx, st, o, passage{filesReopened, body, private.Restore})
		if err != nil {
			return err
		}
	}
	return nil
}
