// Package printed is what was printed for customers: the notice, the counter card, the
// statement. What a paper stood on is kept with it, so that it can be said later what of it
// is no longer true. A paper takes the place of the one before it of the same kind and
// language; where that one hangs, nobody knows but the shop.
package printed

import "time"

// Kind is a kind of paper.
type Kind string

// The kinds.
const (
	Notice    Kind = "notice"      // the short notice
	Long      Kind = "notice-long" // the whole one
	Card      Kind = "card"        // the short one with a QR code, for the counter
	Statement Kind = "statement"   // how data are protected
)

// Paper is one that was written into a file.
type Paper struct {
	Kind   Kind
	Lang   string
	Made   time.Time
	Path   string   // absolute
	Digest [32]byte // SHA-256 of the file
	Facts  []byte   // JSON: what it stood on; whose form is the kind's affair
}
