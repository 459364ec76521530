package baseline

import (
	"context"
	"errors"
	"hash/fnv"
	"io"
	"slices"

	"custode/scan/walk"
)

// Mode says how thorough a check is.
type Mode uint8

// The modes.
const (
	Fast Mode = iota
	Sample
	Full
)

// Options of Make and Check.
type Options struct {
	Roots   []string // the data folders, absolute
	Walk    walk.Options
	Mode    Mode
	Turn    int // Sample: which turn it is; each file is read in one of Turns
	Turns   int
	Workers int                       // readers at once; 0: as many as there are processors
	Access  func(path string) [8]byte // digest of a file's access list; nil: none
	Files   *int                      // counts the files; may be nil
	Left    func(walk.Entry) error    // told of what could not be looked at; may be nil
	Skip    func(path string) bool    // it is none of the shop's files, and left out; may be nil
	// Reading is told of each file that is about to be read, and gives what is called
	// afterwards; may be nil.
	Reading func(path string) (done func())
}

// What became of a file.
type What string

// The differences. Their text is stored and never changes.
const (
	Added   What = "added"
	Removed What = "removed"
	Renamed What = "renamed"
	Changed What = "changed" // the content
	Hidden  What = "hidden"  // the content, and neither size nor times tell: rot, or somebody hid it
	Opened  What = "permissions"
	Touched What = "touched" // its times only
)

// Difference is what became of one file.
type Difference struct {
	What     What
	Was, Now Record // without a path where there is none
}

// Make writes a baseline of what is there now.
func Make(ctx context.Context, w io.Writer, o Options) (digest [32]byte, err error) {
	b, err := NewWriter(w)
	if err != nil {
		return digest, err
	}
	err = o.each(ctx, func(string) bool { return true }, func(f found) error { return b.Add(f.Record) })
	if err != nil {
		return digest, err
	}
	return b.Close()
}

// Check tells what became of the files of a baseline. Added and removed files come
// last, since a renamed one is both. next, if it is not nil, gets the new baseline,
// whose digest is given; it takes over what was not read again.
func Check(ctx context.Context, base io.Reader, next io.Writer, o Options, tell func(Difference) error) (digest [32]byte, err error) {
	old, err := NewReader(base)
	if err != nil {
		return digest, err
	}
	c := &checking{old: old, tell: tell, gone: map[place]Record{}}
	if next != nil {
		if c.next, err = NewWriter(next); err != nil {
			return digest, err
		}
	}
	if err := c.advance(); err != nil {
		return digest, err
	}
	err = o.each(ctx, o.reads, c.take)
	if err == nil {
		err = c.until("")
	}
	if err == nil {
		err = c.end()
	}
	if err != nil || c.next == nil {
		return digest, err
	}
	return c.next.Close()
}

// reads reports whether a file is read though it looks as it was.
func (o Options) reads(path string) bool {
	switch o.Mode {
	case Full:
		return true
	case Sample:
		h := fnv.New32a()
		_, _ = io.WriteString(h, path)                                          // it never fails
		return o.Turns <= 1 || int(h.Sum32()%uint32(o.Turns)) == o.Turn%o.Turns //nolint:gosec // few turns
	case Fast:
	}
	return false
}

type place struct {
	dev, ino uint64
	size     int64
}

// mostMoves is how many removed and added files are held against each other.
const mostMoves = 100_000

type checking struct {
	old   *Reader
	was   Record
	ended bool
	next  *Writer
	tell  func(Difference) error
	gone  map[place]Record
	came  []Record
}

func (c *checking) advance() (err error) {
	c.was, err = c.old.Next()
	if errors.Is(err, io.EOF) {
		c.ended, err = true, nil
	}
	return err
}

// until passes over what is not there any more, up to a path; "": all.
func (c *checking) until(path string) error {
	for !c.ended && (path == "" || Before(c.was.Path, path)) {
		at := place{c.was.Stamp.Dev, c.was.Stamp.Inode, c.was.Stamp.Size}
		if at.ino != 0 && len(c.gone) < mostMoves {
			c.gone[at] = c.was
		} else if err := c.tell(Difference{What: Removed, Was: c.was}); err != nil {
			return err
		}
		if err := c.advance(); err != nil {
			return err
		}
	}
	return nil
}

// take holds a file against what it was.
func (c *checking) take(f found) error {
	if err := c.until(f.Path); err != nil {
		return err
	}
	now := f.Record
	if c.ended || c.was.Path != f.Path {
		now = f.read()
		if len(c.came) < mostMoves {
			c.came = append(c.came, now)
		} else if err := c.tell(Difference{What: Added, Now: now}); err != nil {
			return err
		}
		return c.keep(now)
	}
	was := c.was
	same := was.Stamp.Same(now.Stamp) && was.Access == now.Access
	if !same || was.Unread() {
		now = f.read()
	}
	if now.Unread() {
		now.Hash = was.Hash // not read, or it could not be
	}
	if what := compare(was, now, same); what != "" {
		if err := c.tell(Difference{What: what, Was: was, Now: now}); err != nil {
			return err
		}
	}
	if err := c.keep(now); err != nil {
		return err
	}
	return c.advance()
}

func compare(was, now Record, same bool) What {
	content := was.Hash != now.Hash && !was.Unread()
	switch {
	case content && same:
		return Hidden
	case content:
		return Changed
	case was.Access != now.Access, was.Stamp.Mode != now.Stamp.Mode, was.Stamp.UID != now.Stamp.UID:
		return Opened
	case !same:
		return Touched
	}
	return ""
}

func (c *checking) keep(r Record) error {
	if c.next == nil {
		return nil
	}
	return c.next.Add(r)
}

// end tells what was renamed, added and removed.
func (c *checking) end() error {
	for _, now := range c.came {
		d := Difference{What: Added, Now: now}
		at := place{now.Stamp.Dev, now.Stamp.Inode, now.Stamp.Size}
		if was, ok := c.gone[at]; ok && at.ino != 0 && was.Hash == now.Hash {
			d.What, d.Was = Renamed, was
			delete(c.gone, at)
		}
		if err := c.tell(d); err != nil {
			return err
		}
	}
	left := make([]Record, 0, len(c.gone))
	for _, r := range c.gone {
		left = append(left, r)
	}
	slices.SortFunc(left, func(a, b Record) int {
		if Before(a.Path, b.Path) {
			return -1
		}
		return 1
	})
	for _, r := range left {
		if err := c.tell(Difference{What: Removed, Was: r}); err != nil {
			return err
		}
	}
	return nil
}
