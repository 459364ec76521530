package job

import (
	"context"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/verify"
	"custode/internal/journal"
	"custode/internal/rawpath"
)

// VerifyStore is what verifying needs of the store.
type VerifyStore interface {
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
	SealedFile(ctx context.Context, path string) (e catalogue.Entry, there bool, err error)
	SealedAs(ctx context.Context, cipher [32]byte) ([]catalogue.Entry, error)
	Reopened(ctx context.Context, kind string, paths []string) error
	MarkProven(ctx context.Context, paths []string, at time.Time) error
	MarkChecked(ctx context.Context, paths []string, at time.Time) error
	TakeIn(ctx context.Context, entries []catalogue.Entry) error
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
}

// VerifyOptions say what to verify, and how.
type VerifyOptions struct {
	verify.Verifier

	Roots    []string // files and folders; nil: all that the catalogue knows, and Below
	Below    []string // folders where to look for files that it does not know
	Skip     string   // a folder that is left out: the home
	Now      func() time.Time
	Bytes    func(n int64)
	Announce Announcer
}

// Verification is what came out.
type Verification struct {
	Files, OK, Bytes int64 // of the catalogue; Bytes were read in all
	Unknown, TakenIn int64 // sealed files that it did not know, and those of them that it knows now
	Moved            int64 // that lie elsewhere now, and are the same
	Anew             int64 // whose content is the same, but which somebody sealed again
	Failed           []verify.Found
}

// Verify looks at all sealed files, several at a time, and notes what it proved.
func Verify(ctx context.Context, st VerifyStore, o VerifyOptions) (Verification, error) {
	defer o.Announce.say(nil, append(append([]string(nil), o.Roots...), o.Below...))()
	v := verifying{VerifyOptions: o, st: st, todo: make(chan toVerify), done: make(chan verified)}
	workers := runtime.GOMAXPROCS(0)
	if v.Workers == 0 && workers > 1 {
		v.Workers = 2 // a large file among small ones still gets two
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var listing error
	go func() {
		defer close(v.todo)
		listing = v.list(ctx)
	}()
	var all sync.WaitGroup
	for range workers {
		all.Go(func() { v.work(ctx) })
	}
	go func() { all.Wait(); close(v.done) }()
	var err error
	for d := range v.done {
		if err == nil {
			if err = v.take(ctx, d); err != nil {
				cancel()
			}
		}
	}
	if err == nil {
		err = listing // written before todo was closed
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = v.flush(ctx)
	}
	if err == nil {
		err = v.moved(ctx)
	}
	if err != nil {
		return v.out, err
	}
	_, err = st.Record(ctx, verifiedKind, map[string]any{
		"with_key": v.WithKey(), "looked_at": v.out.Files, "sound": v.out.OK, "failed": v.failures(), "foreign": v.foreign, "moved": v.out.Moved, "unknown": v.out.Unknown, "taken_in": v.out.TakenIn,
		"roots": v.Roots, "beside": map[string]any{"count": v.open, "first": v.beside},
	})
	return v.out, err
}

// verifiedKind is what the journal calls a verify.
const verifiedKind = "files.verified"

type toVerify struct {
	e     catalogue.Entry
	known bool
}

type verified struct {
	verify.Found

	known  bool
	beside string // its readable original, where it lies beside it
}

type verifying struct {
	VerifyOptions

	st   VerifyStore
	todo chan toVerify
	done chan verified
	out  Verification
	good []string // not yet noted
	anew []catalogue.Entry
	left []string // where moved files were

	beside []string // sealed files whose originals lie beside them: the first hundred
	open   int64    // how many there are

	foreign int64 // of those that failed: custode does not know them, and none of its keys opens them
}

// list hands out what there is to look at.
func (v *verifying) list(ctx context.Context) error {
	give := func(t toVerify) error {
		select {
		case v.todo <- t:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	roots, below := v.Roots, v.Roots
	if roots == nil {
		roots, below = []string{""}, v.Below
	}
	for _, root := range roots {
		err := v.st.SealedFiles(ctx, root, func(e catalogue.Entry) error { return give(toVerify{e, true}) })
		if err != nil {
			return err
		}
	}
	for _, root := range below {
		if _, err := rawpath.Lstat(root); err != nil {
			continue // the catalogue's files below it are missing, and were listed so
		}
		var stop error
		err := SealedBelow(ctx, []string{root}, v.Skip, func(in, rel string) {
			path := filepath.Join(in, rel)
			_, there, err := v.st.SealedFile(ctx, path)
			if err == nil && !there {
				err = give(toVerify{catalogue.Entry{Path: path}, false})
			}
			if stop == nil {
				stop = err
			}
		})
		if stop != nil {
			return stop
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *verifying) work(ctx context.Context) {
	for t := range v.todo {
		d := verified{known: t.known}
		if t.known {
			d.Found = v.Known(ctx, t.e)
			d.beside = lyingBeside(t.e)
		} else {
			d.Found = v.VerifyOptions.Unknown(ctx, t.e.Path)
		}
		if v.VerifyOptions.Bytes != nil {
			v.VerifyOptions.Bytes(d.Found.Bytes)
		}
		v.done <- d
	}
}
