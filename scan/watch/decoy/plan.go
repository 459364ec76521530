package decoy

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options say how decoys are made. Random and Now are needed.
type Options struct {
	Lang   string // en or it
	Now    time.Time
	Random io.Reader
	Have   map[string]bool // the names in the folder that are decoys already
	Order  Order           // of the disk; nil: not known

	// Newest and Largest are of a whole tree, for its outermost folder: its decoys are
	// newer, and larger as far as lists are.
	Newest  time.Time
	Largest int64
}

// How many entries a folder has for a second and a third decoy: whoever goes through a
// smaller one from its end meets the first after at most three files. One with files and
// folders has two in any case, since what lies in the folders may come before it.
const (
	forSecond = 4
	forThird  = 20
)

// Sizes of decoys, in bytes.
const (
	smallest = 14_000
	usual    = 60_000
	largest  = 99_000
)

// slot is the place of a decoy in the order of the names.
type slot int

const (
	first slot = iota
	last
	middle
)

// Plan chooses the decoys that a folder lacks. Where all are there it gives none.
func Plan(f Folder, o Options) ([]Draft, error) {
	d, err := newDice(o.Random)
	if err != nil {
		return nil, err
	}
	w, err := load(o.Lang)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Languages(), o.Lang) {
		o.Lang = "en"
	}
	p := &planner{f: f, o: o, d: d, w: w, about: survey(f, o)}
	p.names = newNamer(f, w, d, fmt.Sprint(p.about.newest.Year()-d.n(2)))
	if o.Order != nil && p.about.entries > 1 {
		p.names.rank = func(names []string) map[string]int { return o.Order(f, names) }
	}
	var out []Draft
	for _, s := range p.missing() {
		draft, err := p.draft(s)
		if err != nil {
			return nil, err
		}
		out = append(out, draft)
	}
	return out, nil
}

type planner struct {
	f     Folder
	o     Options
	d     *dice
	w     words
	names *namer
	about about
	kinds []string // formats, the folder's own first
	slots int      // how many the folder is to have
}

// about is what the files of a folder are like.
type about struct {
	entries, dirs  int // without decoys and what is hidden
	newest, oldest time.Time
	size           int64 // of the largest file
	mode           fs.FileMode
	owner          Owner
	kinds          []string
}

// survey looks at the files.
func survey(f Folder, o Options) about {
	a := about{mode: f.Mode.Perm() & 0o666, owner: f.Owner}
	modes, owners, kinds := map[fs.FileMode]int{}, map[Owner]int{}, map[string]int{}
	for _, e := range f.Entries {
		if e.hidden() || o.Have[e.Name] {
			continue
		}
		a.entries++
		if e.Dir {
			a.dirs++
		}
		if !e.Regular {
			continue
		}
		if a.newest.IsZero() || e.MTime.After(a.newest) {
			a.newest = e.MTime
		}
		if a.oldest.IsZero() || e.MTime.Before(a.oldest) {
			a.oldest = e.MTime
		}
		a.size = max(a.size, e.Size)
		modes[e.Mode.Perm()&0o666]++
		owners[e.Owner]++
		kinds[strings.ToLower(strings.TrimPrefix(extension(e.Name), "."))]++
	}
	most := 0
	for m, n := range modes {
		if n > most || n == most && m < a.mode {
			a.mode, most = m, n
		}
	}
	a.mode |= 0o600
	most = 0
	for w, n := range owners {
		if n > most || n == most && fmt.Sprint(w) < fmt.Sprint(a.owner) {
			a.owner, most = w, n
		}
	}
	if o.Newest.After(a.newest) {
		a.newest = o.Newest
	}
	if a.newest.IsZero() {
		a.newest = o.Now.AddDate(0, 0, -9)
	}
	if a.oldest.IsZero() {
		a.oldest = a.newest.AddDate(0, -3, 0)
	}
	a.size = max(a.size, o.Largest)
	a.kinds = slices.Clone(formats)
	slices.SortStableFunc(a.kinds, func(x, y string) int { return cmp.Compare(kinds[y], kinds[x]) })
	return a
}

// missing gives the slots that no decoy fills.
func (p *planner) missing() []slot {
	p.slots = 1
	if p.about.entries >= forSecond || p.about.dirs > 0 && p.about.dirs < p.about.entries {
		p.slots = 2
	}
	if p.about.entries >= forThird {
		p.slots = 3
	}
	have := map[slot]bool{}
	filled := 0
	for name := range p.o.Have {
		filled++
		rest := p.without(name)
		switch {
		case rest.isFirst(name):
			have[first] = true
		case rest.isLast(name):
			have[last] = true
		default:
			have[middle] = true
		}
	}
	var out []slot
	for s := range slot(p.slots) {
		if !have[s] && filled+len(out) < forMost {
			out = append(out, s)
		}
	}
	return out
}

// forMost is how many decoys a folder has at most.
const forMost = 3

// without is the folder without a name.
func (p *planner) without(name string) *namer {
	rest := p.f
	rest.Entries = slices.DeleteFunc(slices.Clone(p.f.Entries), func(e Entry) bool { return e.Name == name })
	return newNamer(rest, p.w, &dice{}, "")
}

// draft makes one decoy.
func (p *planner) draft(s slot) (Draft, error) {
	if len(p.kinds) == 0 {
		p.kinds = slices.Clone(p.about.kinds[:3])
	}
	at := p.d.n(len(p.kinds))
	if s == last && slices.Contains(p.kinds, "csv") { // whose size can be as it should
		at = slices.Index(p.kinds, "csv")
	}
	ext := p.kinds[at]
	p.kinds = slices.Delete(p.kinds, at, at+1)
	var name string
	switch s {
	case first:
		name = p.names.first(ext)
	case last:
		name = p.names.last(ext)
	case middle:
		name = p.names.middle(ext)
	}
	p.names.add(name)
	when, size := p.time(s), p.size(s)
	data, err := newCrowd(p.d, p.w, p.o.Lang, when).content(ext, size)
	if err != nil {
		return Draft{}, err
	}
	return Draft{
		Decoy: Decoy{Path: filepath.Join(p.f.Path, name), Folder: p.f.Path, Digest: sha256.Sum256(data), Size: int64(len(data)), MTime: when, MadeAt: p.o.Now},
		Data:  data, Mode: p.about.mode, Owner: p.about.owner,
	}, nil
}

// time chooses when a decoy was last changed: the first is the newest file, the last
// one the oldest. Every disk can keep it: an even second.
func (p *planner) time(s slot) time.Time {
	var t time.Time
	a := p.about
	switch span := int(a.newest.Sub(a.oldest) / time.Minute); {
	case s == first:
		t = a.newest.Add(time.Duration(p.d.between(2, 3000)) * time.Second)
	case int(s) == p.slots-1:
		t = a.oldest.Add(-time.Duration(p.d.between(2, 3000)) * time.Minute)
	default:
		t = a.oldest.Add(time.Duration(p.d.n(max(span, 1))) * time.Minute)
	}
	if limit := p.o.Now.Add(-2 * time.Second); t.After(limit) {
		t = limit
	}
	if start := time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC); t.Before(start) {
		t = start
	}
	return t.Truncate(2 * time.Second)
}

// size chooses how large a decoy is: one of them is larger than the other files, if
// those are not larger than lists are.
func (p *planner) size(s slot) int64 {
	if s == last || p.slots == 1 {
		if over := p.about.size * 9 / 8; over <= largest {
			return min(largest, max(over+1000, smallest+int64(p.d.n(10_000))))
		}
		return largest - int64(p.d.n(9_000))
	}
	return smallest + int64(p.d.n(usual-smallest))
}
