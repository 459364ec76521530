// Package sample makes up a small Italian shop, Ferramenta Esempio of Borgo
// Inventato: some forty files as they lie about on a shop's computer, and the
// truth about what personal data stands in them. The demo, the tests and the
// benchmarks run on it.
//
// Nothing in it belongs to anybody. E-mail lives under the example domains,
// Italian mobiles under the prefix 399 that no operator has, American numbers
// under 555-01xx, British ones under 7946 0xxx, cards under the account 990000
// of issuers that only test numbers have, accounts at banks 00000 and 99999, VAT numbers under 9999, and
// fiscal codes name a birthplace, Z999, that does not exist. All check digits
// are right, so that a scanner can't tell.
//
// The [Truth] is counted while values are planted, never by looking for them.
// One seed makes one shop, to the byte.
package sample

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// ErrNotEmpty says that the folder to write to holds something already.
var ErrNotEmpty = errors.New("the folder is not empty")

// Options say which shop to make.
type Options struct {
	Seed uint64
	// Now is what the ages of the files count from: some were changed within
	// the last thirty days, most before, the archive years ago. Zero stands
	// for a fixed day. The bytes of the files do not depend on it.
	Now time.Time
}

// Truth is what was planted in the whole shop.
type Truth struct {
	Files []File // sorted by path
	// People counts the distinct people of all examined files, by the key of
	// each: kind and normalised value.
	People int
	// Values holds every planted value in each spelling that stands in a file
	// and, of e-mail, phones, cards and IBANs, as normalised; first names and
	// surnames only together. It is what must never come out of custode.
	Values []string
}

// File is what was planted in one file. A file is one of: examined, sealed,
// unreadable, or of a format without a reader.
type File struct {
	Path   string // relative to the shop, with slashes
	Format string // csv json jsonl text eml empty, html, or png jpeg pdf xlsx xls age
	// Kinds counts the planted values by kind. Distinct is summed over the
	// columns or fields of a file, each of which is a finding of its own.
	Kinds map[string]Count
	// People counts by the row or object: each is one person, known by the
	// first that it has of fiscal code, email, phone, IBAN, card, else by name
	// and date of birth. In free text it is the number of distinct values of
	// whichever of those kinds has most, ties going to the earlier.
	People     int
	Clean      bool // examined, and nothing may be found
	Examined   bool // there is a reader for it, and it can be read
	Unreadable bool // no permission; root reads it all the same, and Windows lets everybody
	Broken     bool // a quote is never closed, what follows must be found still
	Sealed     bool // an age file
}

// Count is how often one kind was planted, and how many different values.
type Count struct{ Count, Distinct int }

// Write makes the shop in dir, which is empty or does not exist yet. When it
// fails, it takes away again what it has written.
func Write(dir string, o Options) (Truth, error) {
	s := newShop(o.Seed)
	now := o.Now
	if now.IsZero() {
		now = time.Date(2026, time.January, 15, 9, 0, 0, 0, time.UTC)
	}
	err := fill(dir, func() error {
		for _, p := range s.pages {
			if err := write(dir, p, now); err != nil {
				return fmt.Errorf("write %s: %w", p.file.Path, err)
			}
		}
		return nil
	})
	if err != nil {
		return Truth{}, err
	}
	return s.truth(), nil
}

// newShop plants a whole shop in memory.
func newShop(seed uint64) *shop {
	s := &shop{crowd: newCrowd(rand.New(rand.NewPCG(seed, 0x5eed)))} //nolint:gosec // invented data wants a seed, not secrecy
	s.locals, s.english = s.invite(150, false), s.invite(70, true)
	s.accented(s.locals[100])
	s.readers = append(append(s.readers, s.locals[:80]...), s.english[:20]...)
	s.readers = append(s.readers, s.invite(200, false)...)
	s.customers()
	s.marketing()
	s.suppliers()
	s.letters()
	s.logs()
	s.clean()
	s.opaque()
	slices.SortFunc(s.pages, func(a, b *page) int { return strings.Compare(a.file.Path, b.file.Path) })
	for _, p := range s.pages {
		p.bytes = p.finish()
	}
	return s
}

// truth sums up the pages.
func (s *shop) truth() Truth {
	var t Truth
	people := map[key]struct{}{}
	values := set{}
	for _, p := range s.pages {
		t.Files = append(t.Files, p.file)
		for _, spellings := range []set{p.stands, p.means} {
			for v := range spellings {
				values[v] = struct{}{}
			}
		}
		if !p.file.Examined {
			continue
		}
		for k := range p.people {
			people[k] = struct{}{}
		}
	}
	for _, p := range s.invited {
		values[p.full()] = struct{}{}
	}
	for v := range values {
		t.Values = append(t.Values, v)
	}
	slices.Sort(t.Values)
	t.People = len(people)
	return t
}

// fill makes sure that dir is there and empty, lets put fill it, and empties
// it again when that fails.
func fill(dir string, put func() error) error {
	entries, err := os.ReadDir(dir)
	made := errors.Is(err, fs.ErrNotExist)
	switch {
	case made:
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s: %w", dir, ErrNotEmpty)
	}
	err = put()
	if err == nil {
		return nil
	}
	if entries, readErr := os.ReadDir(dir); readErr == nil {
		for _, e := range entries {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	if made {
		err = errors.Join(err, os.Remove(dir))
	}
	return err
}

// write puts one page on disk, with its age and its permissions.
func write(dir string, p *page, now time.Time) error {
	name := filepath.Join(dir, filepath.FromSlash(p.file.Path))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	if err := create(name, p.bytes); err != nil {
		return err
	}
	changed := now.Add(-p.age)
	if err := os.Chtimes(name, changed, changed); err != nil {
		return err
	}
	if p.file.Unreadable {
		return os.Chmod(name, 0)
	}
	return nil
}

// create writes a new file that only its owner may read.
func create(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// onWindows says whether names may not hold a newline, nor files be closed to
// their owner.
func onWindows() bool { return runtime.GOOS == "windows" }

// shop is the made-up shop while it is being made.
type shop struct {
	*crowd
	locals  []*person // customers, from whom every list takes some
	english []*person // customers from abroad
	readers []*person // who gets the newsletter: some customers and some others
	pages   []*page
}

// file begins a file; the format follows from its name.
func (s *shop) file(name string, days int) *page {
	format := strings.TrimPrefix(path.Ext(name), ".")
	p := newPage(name, format, days)
	switch format {
	case "txt", "log", "md", "eml", "html":
		p.prose = true
	}
	switch format {
	case "txt", "log", "md":
		p.file.Format = "text"
	case "tsv":
		p.file.Format = "csv"
	case "jpg":
		p.file.Format = "jpeg"
	}
	s.pages = append(s.pages, p)
	return p
}
