// Package cold sorts the files that hold personal data by whether they can be
// sealed without asking: what nobody has touched for a month can, what somebody or
// some program works with cannot.
package cold

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Group is what kind of file it is, for sealing.
type Group string

// The groups, in the order in which they are tried and shown.
const (
	Cold     Group = "cold"     // unchanged for Quiet: can be sealed
	Daily    Group = "daily"    // somebody works with it: to be sealed by name
	Database Group = "database" // of a program that goes on working with it: a sealed one would stop it
	Program  Group = "program"  // in a folder of a program
	Trash    Group = "trash"    // deleted already: the bin is to be emptied
	Little   Group = "little"   // low risk: to be sealed by name
)

// Groups lists all groups in their order.
func Groups() []Group { return []Group{Cold, Daily, Database, Program, Trash, Little} }

// Quiet is how long a file must be unchanged.
const Quiet = 30 * 24 * time.Hour

// File is what is asked about.
type File struct {
	Path    string
	Format  string    // as the scan names it
	Changed time.Time // the last time
	Matters bool      // medium or high risk
	Trashed bool
}

// Of gives the group of a file.
func Of(f File, now time.Time) Group {
	switch {
	case f.Trashed:
		return Trash
	case slices.Contains(databases, f.Format) || slices.Contains(databaseNames, strings.ToLower(filepath.Ext(f.Path))):
		return Database
	case ofProgram(f.Path):
		return Program
	case !f.Matters:
		return Little
	case now.Sub(f.Changed) < Quiet: // one with a date in the future is as one of today
		return Daily
	}
	return Cold
}

// databases are formats that a program keeps open, or opens by itself.
var databases = []string{"sqlite", "sqlite-wal", "mbox", "pst", "mdb", "accdb"}

// databaseNames are endings of the same, for what the scan can't name.
var databaseNames = []string{
	".db", ".sqlite", ".sqlite3", ".db3", ".pst", ".ost", ".mbox", ".dbx", ".mdb", ".accdb", ".fdb", ".gdb", ".dbf", ".mdf", ".ldf", ".ibd",
	".myd", ".frm", ".qbw", ".gnucash", ".kdbx", ".nsf", ".emlx",
}

// ofProgram reports whether one of the folders above a file is one in which a
// program keeps what is its own.
func ofProgram(path string) bool {
	parts := strings.Split(strings.ToLower(filepath.ToSlash(filepath.Dir(path))), "/")
	for i, p := range parts {
		if slices.Contains(programFolders, p) || i > 0 && strings.HasPrefix(p, ".") && p != "." && p != ".." {
			return true
		}
	}
	return false
}

// programFolders are folders of programs, by name, in lower case.
var programFolders = []string{
	"program files", "program files (x86)", "programdata", "appdata", "application support", "node_modules", "thunderbird",
	"outlook", "maildir", "imapmail", "cgi-bin", "htdocs", "www", "public_html", "wwwroot", "xampp", "wamp64", "mysql", "postgresql",
}

// OpenMarks gives the names of the files that programs put beside a file of this name
// while they have it open: some read it whole and hold nothing by which the system
// could tell.
func OpenMarks(name string) []string {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	marks := []string{
		".~lock." + name + "#",           // LibreOffice
		"~$" + name,                      // Excel, PowerPoint, Word with short names
		"." + name + ".swp", ".#" + name, // vim, Emacs
		stem + ".laccdb", stem + ".ldb", stem + ".idlk", // Access, InDesign
	}
	if r := []rune(name); len(r) > 2 {
		marks = append(marks, "~$"+string(r[2:])) // Word
	}
	return marks
}
