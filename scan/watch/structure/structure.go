// Package structure answers one question about a file that was just changed:
// does it still open?
//
// Encrypting a file for ransom, or overwriting it, destroys its structure: the
// checksum of a member of a zip file no longer fits, a stream of a PDF no
// longer unpacks, the pixels of a photo hold a mark that no camera writes, a
// block of a price list is no longer text. That shows at the third file, where
// a look at entropy alone is wrong about every photo and every zip, and blind
// to what encrypts 16 bytes of 32 or writes its cipher as letters.
//
// [At] looks at one file, at most [Most] bytes of it, and keeps nothing of the
// content but a coarse histogram. [Lost] compares two looks at the same file.
// The package knows no path, no clock and no language.
package structure

import (
	"errors"
	"io"
	"math"
	"sync"
)

// Most is how many bytes of a file are looked at: up to 4 MiB, its beginning
// and its end where it is larger.
const Most = 4 << 20

// Kind is what the bytes of a file are by their structure, not by its name.
type Kind uint8

// The kinds whose structure is checked. Other is anything else: nothing can
// be said of whether it opens.
const (
	Other Kind = iota
	Empty
	Text   // letters in UTF-8, UTF-16 or an eight-bit code
	Zip    // also office documents
	Locked // a zip file whose members need a password
	PDF
	JPEG
	PNG
	GIF
	Gzip
	SQLite
	OLE // office documents before 2007, mails of Outlook
	Age // sealed with age
	XZ
	Bzip2
	Zstd
	SevenZip
)

var kindNames = [...]string{"other", "empty", "text", "zip", "locked", "pdf", "jpeg", "png", "gif", "gzip", "sqlite", "ole", "age", "xz", "bzip2", "zstd", "7z"}

// String is the name that is stored: it never changes.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Other]
}

// Look is what one look at a file found.
type Look struct {
	Kind Kind
	// Broken says that the beginning is that of Kind and the rest is not.
	Broken bool
	// Entropy is that of what was looked at, in 1/32 of a bit for each byte
	// (0 to 255).
	Entropy uint8
	// Spread says how often the bytes 4n to 4n+3 occur, in 1/255 of what
	// was looked at, rounded up where any occur at all.
	Spread [64]uint8
}

// At looks at a file of size bytes. The error is one of reading, never one of
// what was read.
func At(r io.ReaderAt, size int64) (Look, error) {
	if size <= 0 {
		return Look{Kind: Empty}, nil
	}
	b := &body{r: r, size: size}
	defer b.free()
	if err := b.load(); err != nil {
		return Look{}, err
	}
	l := Look{}
	l.Entropy, l.Spread = spread(b.head, b.tail)
	l.Kind, l.Broken = b.judge()
	return l, b.err
}

// Reason says why a file no longer opens.
type Reason uint8

// The reasons.
const (
	Fine      Reason = iota
	TypeGone         // what it was cannot be recognised any more
	Damaged          // it begins as before, and its inside no longer fits
	Scrambled        // it is letters as before, but other ones
	Sealed           // it has become an age file: somebody sealed it
	LockedUp         // it has become a zip file with a password
	Emptied          // nothing is in it any more
)

var reasonNames = [...]string{"fine", "type-gone", "damaged", "scrambled", "sealed", "locked-up", "emptied"}

// String is the name that is stored: it never changes.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return reasonNames[Fine]
}

// Limits of what counts as other letters. They were set on price lists,
// letters and exports that were rewritten by their programs (entropy moves by
// less than 0.4 bits) and the same as base64 and hexadecimal.
const (
	moreEntropy = 0.8  // bits a byte
	otherSpread = 0.24 // half the sum of the differences of two distributions
)

// Lost says whether a file that looked like before is no longer readable for
// its owner. A file that opened in no known way before cannot be lost this
// way: its entropy may not even rise.
func Lost(before, after Look) Reason {
	if before.Broken {
		return Fine // it did not open before either
	}
	switch before.Kind {
	case Other, Empty, Age, Locked:
		return Fine
	case Text, Zip, PDF, JPEG, PNG, GIF, Gzip, SQLite, OLE, XZ, Bzip2, Zstd, SevenZip:
	}
	switch {
	case after.Kind == Empty:
		return Emptied
	case after.Kind == Age:
		return Sealed
	case after.Kind == Locked:
		return LockedUp
	case after.Broken:
		return Damaged
	case after.Kind == Other:
		return TypeGone
	case before.Kind == Text && after.Kind == Text && scrambled(before, after):
		return Scrambled
	case before.Kind != Text && after.Kind == Text:
		return TypeGone // a photo that has become base64
	}
	return Fine
}

func scrambled(before, after Look) bool {
	if distance(before.Spread, after.Spread) <= otherSpread {
		return false
	}
	return float64(after.Entropy)-float64(before.Entropy) > moreEntropy*32 || hexadecimal(after) && !hexadecimal(before)
}

// hexadecimal reports whether a text is nothing but the digits 0 to 9 and the
// letters a to f, about evenly.
func hexadecimal(l Look) bool {
	var digits, small, large, all float64
	for i, n := range l.Spread {
		all += float64(n)
		switch i {
		case '0' / 4, '4' / 4, '8' / 4:
			digits += float64(n)
		case 'a' / 4, 'd' / 4:
			small += float64(n)
		case 'A' / 4, 'D' / 4:
			large += float64(n)
		}
	}
	af := max(small, large)
	return all > 0 && digits+af > 0.96*all && af > 0.3*all
}

// distance of two distributions, 0 to 1.
func distance(a, b [64]uint8) float64 {
	var sum, na, nb float64
	for i := range a {
		na, nb = na+float64(a[i]), nb+float64(b[i])
	}
	if na == 0 || nb == 0 {
		return 0
	}
	for i := range a {
		sum += math.Abs(float64(a[i])/na - float64(b[i])/nb)
	}
	return sum / 2
}

// spread counts bytes.
func spread(parts ...[]byte) (entropy uint8, out [64]uint8) {
	var n [256]int
	total := 0
	for _, p := range parts {
		total += len(p)
		for _, c := range p {
			n[c]++
		}
	}
	if total == 0 {
		return 0, out
	}
	e, buckets := 0.0, [64]int{}
	for c, k := range n {
		buckets[c/4] += k
		if k > 0 {
			p := float64(k) / float64(total)
			e -= p * math.Log2(p)
		}
	}
	for i, k := range buckets {
		out[i] = uint8((k*255 + total - 1) / total) //nolint:gosec // k <= total
	}
	return uint8(min(255, math.Round(e*32))), out
}

// body is a file in parts: its beginning and, where it is large, its end.
type body struct {
	r    io.ReaderAt
	size int64
	head []byte // all of it where size <= Most
	tail []byte // the last part where size > Most
	err  error  // of reading, while judging
	lent *[]byte
}

// small is how much of a file fits into memory that is used again and again: many small
// files in a row leave no garbage.
const small = 64 << 10

var spare = sync.Pool{New: func() any { b := make([]byte, small); return &b }}

// room is memory for n bytes.
func (b *body) room(n int64) []byte {
	if n > small {
		return make([]byte, n)
	}
	b.lent, _ = spare.Get().(*[]byte)
	return (*b.lent)[:n]
}

// free lets others use the memory; nothing of the file stays in it.
func (b *body) free() {
	if b.lent != nil {
		clear(b.head)
		spare.Put(b.lent)
	}
}

const half = Most / 2

func (b *body) load() error {
	n := b.size
	if n > Most {
		n = half
		b.tail = make([]byte, half)
		if _, err := b.r.ReadAt(b.tail, b.size-half); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	b.head = b.room(n)
	k, err := b.r.ReadAt(b.head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	b.head = b.head[:k] // it may have been cut since its size was asked
	if len(b.head) < int(n) {
		b.size, b.tail = int64(k), nil
	}
	return nil
}

// whole reports whether all of the file is in head.
func (b *body) whole() bool { return b.tail == nil }

// end is the last part of the file that is held.
func (b *body) end() []byte {
	if b.tail != nil {
		return b.tail
	}
	return b.head
}
