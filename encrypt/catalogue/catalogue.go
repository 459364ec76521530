// Package catalogue says what custode remembers of every sealed file: where it
// lies, since when, for whom, how big it is, and two digests. It is what "sealed
// at that time" rests on, and what tells a sealed file that has rotted, was
// overwritten or cut off, without any key.
//
// It holds nothing that opens a file, and nothing of what is in one: the digest of
// the content is keyed, so that nobody can hold a known file against it. If the
// catalogue is lost it is made anew from the sealed files themselves.
package catalogue

import (
	"crypto/hmac"
	"crypto/sha256"
	"path/filepath"
	"time"
)

// Entry is one sealed file.
type Entry struct {
	Path       string // of the sealed file, absolute
	Original   string // the name, without folder, of what was sealed
	SealedAt   time.Time
	Size       int64    // bytes of content
	SealedSize int64    // bytes of the sealed file
	Cipher     [32]byte // SHA-256 of the sealed file
	Header     [32]byte // of what holds its own key: one of this Header that opens is the same (seal.Sealed)
	Plain      [32]byte // keyed digest of the content: Keyed; all zero for a very large one
	Recipients []string // fingerprints of those it is sealed to
	Mode       uint32   // permissions of the original
	MTime      time.Time
	Kept       bool      // the original was left beside it
	ProvenAt   time.Time // when one of the keys opened it and it was as sealed; zero: not yet
	CheckedAt  time.Time // when its Cipher was last found to be the same
	Files      int64     // how many are in it: 1, or more for an archive

	// What the last scan knew of it. The zero values say nothing.
	Risk   string
	Reason string // why the risk
	People int64
}

// OriginalPath is the path of what was sealed.
func (e Entry) OriginalPath() string { return filepath.Join(filepath.Dir(e.Path), e.Original) }

// Totals sums up a catalogue.
type Totals struct {
	Sealed   int64 // sealed files, an archive being one
	Files    int64 // what is in them
	Bytes    int64 // of content
	Kept     int64 // whose originals lie beside them
	Unproven int64 // not yet opened with a key
	Since    time.Time
}

// Drill is one proof that the recovery sheet opens the files.
type Drill struct {
	At       time.Time
	Recovery string // fingerprint of the recovery key
	Sample   int64  // files that were opened with it
	Of       int64  // sealed files there were
	Failed   int64  // of the sample
}

// Key makes the keyed digests. It is derived from a secret of the home.
type Key [32]byte

// NewKey derives the key from the home's own secret.
func NewKey(home []byte) Key {
	m := hmac.New(sha256.New, home)
	m.Write([]byte("custode catalogue/1"))
	return Key(m.Sum(nil))
}

// Keyed is what is kept of the digest of a content. No digest, which is all zero,
// stays so.
func (k Key) Keyed(plain [32]byte) [32]byte {
	if plain == [32]byte{} {
		return plain
	}
	m := hmac.New(sha256.New, k[:])
	m.Write(plain[:])
	return [32]byte(m.Sum(nil))
}

// Promise is what is remembered of a sealed file that is proven and is about to get
// its name. After a crash it tells without a key whether the file found under that
// name is the proven one, and the original the one that it was made of.
type Promise struct {
	Path                  string // that the sealed file is to have
	Cipher, Header, Plain [32]byte
	Dev, Ino              uint64 // of the original
	Size, MTime, CTime    int64
}
