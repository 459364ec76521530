package job

import (
	"context"
	"path/filepath"
	"time"

	"custode/encrypt/bundle"
	"custode/encrypt/catalogue"
	"custode/encrypt/proof"
	"custode/encrypt/replace"
	"custode/encrypt/unseal"
	"custode/internal/journal"
	"custode/scan/watch/cases"
)

// ThenStore is what the proofs of many files rest on.
type ThenStore interface {
	Journal(ctx context.Context, from int64, fn func(journal.Entry) error) error
	Verify(ctx context.Context, receipt *journal.Head) (journal.Head, *journal.Finding, error)
	SealedFile(ctx context.Context, path string) (catalogue.Entry, bool, error)
	DecoyPaths(ctx context.Context) ([]string, error)
	Held(ctx context.Context, paths []string) ([]cases.Held, error)
}

// Then is what the journal says of many files from one moment to another.
type Then struct {
	Files    int  // that were asked about, without custode's decoys
	Sealed   int  // sealed all the time, and no readable copy that the journal knows of
	Open     int  // readable, or with a readable copy, at some moment of it
	Data     int  // of the open ones, those in which a scan found personal data
	Unknown  int  // of which the journal does not tell
	Unlisted int  // of which custode kept no name: of those it can't be asked
	Broken   bool // the journal does not hold: nothing was taken from it
}

// All reports whether every file is known to have been sealed all the time.
func (t Then) All() bool {
	return !t.Broken && t.Files > 0 && t.Sealed == t.Files && t.Unlisted == 0
}

// ProveThrough asks the journal of many files whether they were sealed from one moment to
// another. Its rows are read once for all files: its cost is that of the journal, and not
// of the journal times the files. A file that was moved is followed only as far back as
// the row that found it where it lies; ProveAt follows a single one further.
func ProveThrough(ctx context.Context, st ThenStore, paths []string, from, to time.Time) (Then, error) {
	then, _, err := proveEach(ctx, st, paths, &crowd{from: &proof.Moment{At: from}, to: &proof.Moment{At: to}})
	return then, err
}

// proveEach does it, and says it of each file too; custode's decoys are left out.
func proveEach(ctx context.Context, st ThenStore, paths []string, c *crowd) (Then, map[string]proof.State, error) {
	var out Then
	paths, err := withoutDecoys(ctx, st, paths)
	if err != nil {
		return out, nil, err
	}
	out.Files = len(paths)
	if out.Files == 0 {
		return out, nil, nil
	}
	head, bad, err := st.Verify(ctx, nil)
	if err != nil {
		return out, nil, err
	}
	if bad != nil || head.Seq == 0 {
		out.Broken, out.Unknown = true, out.Files
		return out, nil, nil
	}
	if err := c.gather(ctx, st, paths); err != nil {
		return out, nil, err
	}
	held, err := st.Held(ctx, paths)
	if err != nil {
		return out, nil, err
	}
	states := map[string]proof.State{}
	for i, path := range paths {
		was := c.was(i, path, held[i])
		switch was {
		case proof.IsSealed:
			out.Sealed++
		case proof.Readable, proof.Both:
			if out.Open++; held[i].Data {
				out.Data++
			}
		case proof.IsGone, proof.Unknown:
			out.Unknown++
		}
		states[path] = was
	}
	return out, states, nil
}

func withoutDecoys(ctx context.Context, st ThenStore, paths []string) ([]string, error) {
	list, err := st.DecoyPaths(ctx)
	if err != nil {
		return nil, err
	}
	skip := map[string]bool{}
	for _, path := range list {
		skip[path] = true
	}
	var out []string
	for _, path := range paths {
		if !skip[path] {
			skip[path] = true // each once
			out = append(out, path)
		}
	}
	return out, nil
}

// crowd follows many files through the journal at once.
type crowd struct {
	from, to *proof.Moment
	tales    []*tale            // one a file
	folders  map[string]*tale   // the folders above them, by path: each may have been sealed as one
	all      []*tale            // both
	by       map[string][]*tale // by the paths that rows name
}

// gather reads the journal for the files.
func (c *crowd) gather(ctx context.Context, st ThenStore, paths []string) error {
	c.folders, c.by = map[string]*tale{}, map[string][]*tale{}
	for _, path := range paths {
		sealed, original := filepath.Join(filepath.Dir(path), replace.SealedName(filepath.Base(path))), path
		if name := unseal.Name(filepath.Base(path)); name != "" {
			sealed, original = path, filepath.Join(filepath.Dir(path), name)
			e, there, err := st.SealedFile(ctx, path)
			if err != nil {
				return err
			}
			if there && e.Original != "" {
				original = e.OriginalPath()
			}
		}
		c.tales = append(c.tales, c.tell(sealed, original))
		for dir := filepath.Dir(original); dir != filepath.Dir(dir) && c.folders[dir] == nil; dir = filepath.Dir(dir) {
			c.folders[dir] = c.tell(dir+bundle.Ext, dir)
		}
	}
	err := st.Journal(ctx, 1, func(e journal.Entry) error {
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err == nil {
			c.from.Row(e.Seq, at)
			c.to.Row(e.Seq, at)
		}
		return err
	})
	if err != nil {
		return err
	}
	return st.Journal(ctx, 1, func(e journal.Entry) error {
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err == nil {
			err = c.row(e, at)
		}
		if err == nil {
			err = ctx.Err()
		}
		return err
	})
}

func (c *crowd) tell(sealed, original string) *tale {
	t := newTale(sealed, original)
	c.all = append(c.all, t)
	c.by[sealed] = append(c.by[sealed], t)
	if original != sealed {
		c.by[original] = append(c.by[original], t)
	}
	return t
}

// row gives one row to those whom it is about.
func (c *crowd) row(e journal.Entry, at time.Time) error {
	r, err := readRow(e, at)
	if err != nil || r.body == nil {
		return err
	}
	if everybodys(r.kind) {
		for _, t := range c.all {
			t.take(r)
			c.thin(t)
		}
		return nil
	}
	took := map[*tale]bool{}
	for _, name := range r.names() {
		for _, t := range c.by[name] {
			if !took[t] {
				took[t] = true
				t.take(r)
				c.follow(t, r)
			}
		}
	}
	return nil
}

// follow has the rows read that name a readable copy.
func (c *crowd) follow(t *tale, r rowRead) {
	b, ok := r.body.(*copyRow)
	if !ok || r.kind != "files.copied" {
		return
	}
	for _, path := range []string{b.To, filepath.Join(filepath.Dir(b.To), replace.SealedName(filepath.Base(b.To)))} {
		c.by[path] = append(c.by[path], t)
	}
}

// thin forgets a verify that the one after it says again: there is one a day, of each file.
func (c *crowd) thin(t *tale) {
	n := len(t.events)
	if n < 2 {
		return
	}
	a, b := t.events[n-2], t.events[n-1]
	same := a.Kind == proof.Sound && b.Kind == proof.Sound && a.Looked == b.Looked && a.Plain == b.Plain
	if same && c.from.Counts(a.Row) == c.from.Counts(b.Row) && c.to.Counts(a.Row) == c.to.Counts(b.Row) {
		t.events = t.events[:n-1]
	}
}

// was is how a file of the crowd was.
func (c *crowd) was(i int, path string, held cases.Held) proof.State {
	own := c.tales[i]
	if !own.told {
		for dir := filepath.Dir(own.original); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if t := c.folders[dir]; t != nil && t.told {
				return proof.Unknown // sealed as one with its folder, of which no row lists what is in it
			}
		}
	}
	a := proof.Through(c.from, c.to, own.events)
	switch {
	case a.State == proof.Unknown && a.Why == proof.Nothing && !held.Read.IsZero():
		return proof.Readable // no row seals it, and a scan read it
	case a.State == proof.IsSealed && unseal.Name(filepath.Base(path)) == "":
		return proof.Unknown // something under the name of the original was touched
	}
	return a.State
}
