package undo

import (
	"path/filepath"
	"time"
)

// What was done to a file.
const (
	Purge   = "purge"   // rows, or the whole file
	Coarsen = "coarsen" // a column of dates
)

// Kept is what is remembered of a copy.
type Kept struct {
	ID            int64
	Path          string // of the file
	What          string
	Made          time.Time
	Until         string   // the last day, 2006-01-02
	Size          int64    // of the content
	Before, After [32]byte // keyed digests of the file as it was, and as it was left; After is all zero where it was removed
	Copy          string   // the name of the copy
	Digest        [32]byte // SHA-256 of the copy
	Sealed        bool     // the file was a sealed one
	Mode          uint32
	MTime         time.Time
	Entry         string // of a sealed file: what the catalogue had of it
}

// Done is what was done to a file.
type Done struct {
	ID       int64 // of the copy
	Path     string
	What     string
	Rows, Of int // that went or changed, of all; 0 of 0: the whole file went
}

// Folder is where the copies of a home are.
func Folder(home string) string { return filepath.Join(home, "undo") }
