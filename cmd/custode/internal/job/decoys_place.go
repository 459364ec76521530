package job

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/scan/walk"
	"custode/scan/watch/decoy"
)

// mostBaited is how many folders of a data folder get decoys: the outermost ones, and those at which
// somebody begins who goes into folders first. Whoever goes through the others meets a
// decoy on the way.
const mostBaited = 100

// Placing is what PlaceDecoys did.
type Placing struct {
	Folders int // that have decoys now, or would have
	Without int // that have files, and no decoys
	Added   int // decoys
	Freed   int // decoys that somebody had changed, and that are files like others now
}

// PlaceDecoys places the decoys that the folders lack; with Dry it tells which. The
// caller holds the lock "scan": a scan that began before would take them for data. Each
// is remembered before it is written.
func PlaceDecoys(ctx context.Context, st DecoyStore, o DecoyOptions) (p Placing, err error) {
	known, err := st.Decoys(ctx)
	if err != nil {
		return p, err
	}
	b := baiting{o: o, have: map[string]map[string]bool{}}
	end := o.announce(known)
	b.settle(known, &p)
	end()
	b.o.Walk.Decoys = decoy.NewKnown(known)
	if err := b.choose(ctx, &p); err != nil {
		return p, err
	}
	drafts, err := b.plan(ctx)
	if err != nil {
		return p, err
	}
	p.Folders, p.Added = len(b.folders), len(drafts)
	if o.Dry {
		for _, d := range drafts {
			o.Done(DecoyResult{d.Decoy, DecoyPlanned, nil})
		}
		return p, nil
	}
	if err := st.DropDecoys(ctx, b.lost); err != nil || len(drafts) == 0 {
		return p, err
	}
	failed, err := b.place(ctx, st, drafts)
	p.Added -= len(failed)
	return p, errors.Join(err, st.DropDecoys(context.WithoutCancel(ctx), failed), ctx.Err())
}

// baiting is one placing.
type baiting struct {
	o       DecoyOptions
	have    map[string]map[string]bool // decoys that lie there, by folder and name
	lost    []string                   // paths of those that do not
	folders []bed
}

// bed is a folder that gets decoys.
type bed struct {
	path    string
	depth   int
	always  bool      // a data folder, or one at which somebody may begin
	newest  time.Time // of all files in and below it, for a data folder
	largest int64
}

// settle looks which decoys lie there still.
func (b *baiting) settle(known []decoy.Decoy, p *Placing) {
	for _, d := range known {
		state, err := b.o.check(d)
		switch {
		case err != nil || state == decoy.Away:
			continue // nothing is known of it now
		case state == decoy.Present:
			if b.have[d.Folder] == nil {
				b.have[d.Folder] = map[string]bool{}
			}
			b.have[d.Folder][filepath.Base(d.Path)] = true
		case state == decoy.Changed:
			p.Freed++
			b.lost = append(b.lost, d.Path)
		default:
			b.lost = append(b.lost, d.Path)
		}
	}
}

// choose finds the folders with files, and of very many takes some.
func (b *baiting) choose(ctx context.Context, p *Placing) error {
	roots := b.o.Folders
	if len(b.o.Below) > 0 {
		roots = b.o.Below
	}
	for _, root := range roots {
		c := chooser{root: root, top: bed{path: root, always: true}}
		err := walk.Folders(ctx, []string{root}, b.o.Walk, func(batch walk.Batch) error { c.met(batch); return ctx.Err() })
		if err != nil {
			return err
		}
		if !c.there {
			continue
		}
		few := c.end()
		p.Without += c.folders - len(few)
		b.folders = append(b.folders, few...)
	}
	return nil
}

// chooser goes through one data folder.
type chooser struct {
	root    string
	top     bed
	there   bool
	folders int // with files, and the data folder
	some    []bed
	first   string // where somebody begins who goes into folders first
	last    string // and who does so from the end
}

// met takes what lies in one folder.
func (c *chooser) met(b walk.Batch) {
	if b.Dir == "" || concealed(c.root, b.Dir) {
		return
	}
	c.there = true
	files := false
	for i := range b.Entries {
		e := &b.Entries[i]
		if e.State != walk.File || strings.HasPrefix(filepath.Base(e.Path), ".") {
			continue
		}
		files = true
		if t := time.Unix(0, e.Stamp.MTimeNS); t.After(c.top.newest) {
			c.top.newest = t
		}
		c.top.largest = max(c.top.largest, e.Stamp.Size)
	}
	if b.Dir == c.root || !files || b.Dir == c.last {
		return
	}
	c.folders++
	if c.first == "" && c.last != "" && !within(c.last, b.Dir) {
		c.first = c.last
	}
	c.last = b.Dir
	rel, _ := filepath.Rel(c.root, b.Dir)
	c.some = append(c.some, bed{path: b.Dir, depth: strings.Count(rel, string(filepath.Separator))})
	if len(c.some) >= 4*mostBaited {
		c.prune()
	}
}

// concealed reports whether a folder, or one above it, is hidden or a bin: customers' data
// that somebody looks for lies elsewhere.
func concealed(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return true
	}
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(rel), "/"), func(part string) bool {
		return len(part) > 1 && part[0] == '.' || strings.EqualFold(part, "$recycle.bin")
	})
}

// prune keeps the outermost folders.
func (c *chooser) prune() {
	for i := range c.some {
		c.some[i].always = c.some[i].path == c.first || c.some[i].path == c.last
	}
	slices.SortStableFunc(c.some, func(x, y bed) int {
		return cmp.Or(-cmp.Compare(number(x.always), number(y.always)), cmp.Compare(x.depth, y.depth), cmp.Compare(x.path, y.path))
	})
	if len(c.some) >= mostBaited {
		c.some = c.some[:mostBaited-1]
	}
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// end gives the folders, the data folder first.
func (c *chooser) end() []bed {
	if c.first == "" {
		c.first = c.last
	}
	c.folders++
	c.prune()
	return append([]bed{c.top}, c.some...)
}

// plan makes the decoys that the folders lack.
func (b *baiting) plan(ctx context.Context) (out []decoy.Draft, err error) {
	order := decoy.DiskOrder(b.o.scratch()...)
	for _, f := range b.folders {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		look, err := decoy.Look(f.path)
		if err != nil {
			b.o.Done(DecoyResult{decoy.Decoy{Path: f.path, Folder: f.path}, DecoyFailed, err})
			continue
		}
		list, err := decoy.Plan(look, decoy.Options{
			Lang: b.o.Lang, Now: b.o.Now(), Random: b.o.Random, Have: b.have[f.path], Newest: f.newest, Largest: f.largest, Order: order,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// scratch gives the folders for trying out that lie in no data folder.
func (o DecoyOptions) scratch() []string {
	return slices.DeleteFunc(slices.Clone(o.Scratch), func(at string) bool {
		return slices.ContainsFunc(o.Folders, func(f string) bool { return at == f || within(f, at) })
	})
}

// place remembers and writes them. It gives the paths of those that could not be written.
func (b *baiting) place(ctx context.Context, st DecoyStore, drafts []decoy.Draft) (failed []string, err error) {
	list := make([]decoy.Decoy, 0, len(drafts))
	for _, d := range drafts {
		list = append(list, d.Decoy)
	}
	defer b.o.announce(list)()
	if err := st.SaveDecoys(ctx, list); err != nil {
		return nil, err
	}
	for _, d := range drafts {
		err := ctx.Err()
		if err == nil {
			err = decoy.Place(d)
		}
		r := DecoyResult{d.Decoy, DecoyPlaced, err}
		if err != nil {
			r.Outcome = DecoyFailed
			failed = append(failed, d.Path)
		}
		b.o.Done(r)
	}
	return failed, nil
}
