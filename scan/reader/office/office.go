// Package office reads spreadsheets, letters and slides: XLSX, DOCX and PPTX
// (ECMA-376, Office Open XML), ODS, ODT and ODP (OASIS Open Document Format
// 1.3, also in one flat file), and hands over what can be read in them, row by
// row where it stands in rows, otherwise as text.
//
// Nothing is unpacked to disk and nothing is held whole: parts are inflated and
// walked as a stream, in about 40 MiB at most whatever the file. Three layers,
// from below: a directory of the zip file (APPNOTE 6.3.10) that distrusts every
// size; a walker that cuts XML (1.0, fifth edition) into tags and text without
// ever expanding an entity of the file's own; and readers that know which
// elements mean what, by their local names, so that any prefix will do. A part
// is read by what its root element says it is, not by the name it has.
//
// What a file has inside it and is not understood reaches the handler all the
// same: XML as text, anything else as an embedded file. What was not read is
// counted.
package office

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// The limits of a reading. Together they keep it below 40 MiB.
const (
	maxEntries   = 1 << 16   // parts of one file that are looked at
	maxNames     = 2 << 20   // bytes of their names
	maxName      = 1 << 10   // bytes of one name; the rest of it is cut off
	maxShared    = 24 << 20  // bytes of shared strings kept
	maxStrings   = 1 << 20   // shared strings kept
	maxValue     = 128 << 10 // bytes of one cell; the rest of it goes on as text
	maxCells     = 1 << 14   // cells handed over at once
	maxRow       = 2 << 20   // bytes of cells handed over at once
	maxPiece     = 64 << 10  // bytes of text handed over at once
	maxTag       = 1 << 20   // bytes of one tag with its attributes
	maxAttrs     = 1 << 10   // attributes of one tag
	maxFormats   = 1 << 12   // number formats
	maxStyles    = 1 << 16   // cell styles
	maxSheets    = 1 << 11   // sheets that get their name from the workbook
	maxRelations = 1 << 12   // relationships of a workbook
	maxWord      = 1 << 8    // bytes of the name of a sheet or a style, of a format code
	maxRepeat    = 3         // times that a repeated row is handed over
	maxCellTwins = 16        // times that a repeated cell is handed over
	maxColumns   = 1 << 14   // columns a program can show
)

// ErrDamaged says that the file, or a part in it, is broken. Whatever could be
// read was handed over all the same; Info.Unread counts the broken parts.
var ErrDamaged = errors.New("office: damaged")

// ErrFormat says that the file is none of those which this package reads.
// Nothing was handed over.
var ErrFormat = errors.New("office: not an office file")

// Options bound a reading.
type Options struct {
	// Spend, when not nil, is told of every n bytes that were produced by
	// decoding or inflating, before they are handed over; an error from it ends
	// the reading and is returned as it is (wrapped with %w).
	Spend func(n int64) error
}

// Cell is one cell of a row. Column counts from 0. Value is its text as shown,
// in UTF-8, at most 128 KiB.
type Cell struct {
	Column int
	Value  []byte
}

// Handler takes what is found in one file, in order, from one goroutine. Every
// slice and reader is valid only during the call. An error from any method ends
// the reading and is returned by Read as it is.
type Handler interface {
	// Sheet begins a sheet: the rows that follow are its. hidden says that the
	// program does not show it. A table in a letter or on a slide is a sheet
	// without a name.
	Sheet(name string, hidden bool) error
	// Row is one row; number is its 1-based number in the program; cells are in
	// ascending order of Column, without the empty ones. A row of more than
	// 16,384 cells or 2 MiB, or whose columns do not ascend in the file, comes
	// in several calls with the same number.
	Row(number int64, cells []Cell) error
	// Text is text outside of rows, at most 64 KiB at a time; pieces end at the
	// end of a paragraph where possible. part says where it stands: "body",
	// "header", "footer", "footnote", "comment", "deleted" (tracked deletions),
	// "properties" (author, title) or "notes" (of slides).
	Text(part string, text []byte) error
	// Embedded is a file inside the file. name is only a label, written by
	// whoever made the file; size is what the directory claims, -1 where it
	// claims nothing. r returns an error that is ErrDamaged where the file
	// breaks off.
	Embedded(name string, size int64, r io.Reader) error
}

// Info says what a file was and what of it was not read.
type Info struct {
	// Format is "xlsx", "docx", "pptx", "ods", "odt", "odp" or "odg" (templates
	// and files with macros among them), or "xlsb", of which the sheets cannot
	// be read and are counted in Unread.
	Format string
	// Encrypted says that parts are encrypted, by the manifest of an ODF file
	// or by the zip file itself. They are not counted in Unread.
	Encrypted bool
	// Sheets counts the calls of Handler.Sheet.
	Sheets int
	// Pictures counts the pictures inside: what they show is not known. Not
	// among them are thumbnails of the first page and replacement images of
	// embedded objects, which show what is read anyway.
	Pictures int
	// Unread counts the parts that could not be read or not to their end: they
	// are damaged, packed in an unknown way, over a limit, outside of the
	// directory, or declare entities of their own.
	Unread int
}

// Read reads the file src, of size bytes, and hands what is in it to h.
//
// When parts are broken the others are read, and Read returns ErrDamaged in the
// end; a file without a directory (cut off) is ErrDamaged at once. Errors of src
// and of o.Spend, and that of a ctx which is done, end the reading and are
// returned wrapped. No error holds anything of the content.
//
// Of the shared strings of a workbook 24 MiB, and at most 1,048,576 strings, are
// kept for its cells. Those beyond are handed over once, as Text of "body", and
// the cells that have them are left out of their rows: nothing goes unseen, but
// what stands there cannot be told to stand in one row. Strings that no cell has
// are handed over as Text of "body" too. Formulas are not handed over, their
// results are.
func Read(ctx context.Context, src io.ReaderAt, size int64, o Options, h Handler) (Info, error) {
	r := &reader{h: h}
	r.part.src, r.part.size = src, size
	r.part.stop, r.part.spend = ctx.Err, o.Spend
	r.flow.r = r
	r.dir.main = -1
	err := r.read()
	return r.info, err
}

// reader reads one file.
type reader struct {
	h       Handler
	info    Info
	dir     directory
	part    part   // the one that is open
	walk    walker // over it
	flow    flow   // text on its way to the handler
	damaged bool
	book    *workbook
}

func (r *reader) read() error {
	if r.part.size <= 0 {
		return ErrFormat
	}
	if flat, err := r.flat(); flat || err != nil {
		return r.outcome(err)
	}
	if err := r.dir.load(&r.part); err != nil {
		return err
	}
	r.info.Unread += r.dir.left
	if r.dir.broken {
		r.unread(true)
	}
	if err := r.recognize(); err != nil {
		return err
	}
	if r.info.Format == "xlsx" {
		if err := r.workbook(); err != nil {
			return err
		}
	}
	for i := range r.dir.entries {
		if r.dir.entries[i].done {
			continue
		}
		if err := r.readPart(i); err != nil {
			return err
		}
	}
	if err := r.orphans(); err != nil {
		return err
	}
	n, err := r.dir.unclaimed(&r.part)
	r.info.Unread += n
	return r.outcome(err)
}

// orphans hands over the shared strings that no cell has.
func (r *reader) orphans() error {
	if r.book == nil {
		return nil
	}
	if err := r.book.shared.unused(&r.flow); err != nil {
		return err
	}
	return r.flow.finish()
}

func (r *reader) outcome(err error) error {
	if err == nil && r.damaged {
		return ErrDamaged
	}
	return err
}

// unread counts a part that was not read, or not to its end.
func (r *reader) unread(damaged bool) {
	r.info.Unread++
	r.damaged = r.damaged || damaged
}

// recognize tells the format of a zip file, and finds out what is encrypted.
func (r *reader) recognize() error {
	open := r.dir.find("[content_types].xml") >= 0 || r.dir.find("_rels/.rels") >= 0
	if open {
		if err := r.recognizeOpen(); err != nil || r.info.Format != "" {
			return err
		}
	}
	if err := r.recognizeDocument(); err != nil || r.info.Format != "" {
		return err
	}
	if r.damaged {
		return ErrDamaged
	}
	return ErrFormat
}

// sheet begins a sheet.
func (r *reader) sheet(name string, hidden bool) error {
	r.info.Sheets++
	return r.h.Sheet(name, hidden)
}

// open makes part i the one that is read. It reports false when the part cannot
// be read at all, and has counted it then.
func (r *reader) open(i int) (bool, error) {
	e := &r.dir.entries[i]
	e.done = true
	switch err := r.part.open(e); {
	case err == nil:
		return true, nil
	case errors.Is(err, errSecret):
		r.info.Encrypted = true
		return false, nil
	case errors.Is(err, errMethod):
		r.unread(false)
		return false, nil
	case errors.Is(err, ErrDamaged):
		r.unread(true)
		return false, nil
	default:
		return false, err
	}
}

// openXML makes part i the one that is walked.
func (r *reader) openXML(i int) (bool, error) {
	if i < 0 {
		return false, nil
	}
	ok, err := r.open(i)
	if ok {
		r.walk.begin(&r.part, r.part.head())
	}
	return ok, err
}

// shut leaves the part that was walked, hands over the text that is left of it
// and counts it when something was wrong with it.
func (r *reader) shut() error {
	if err := r.flow.finish(); err != nil {
		return err
	}
	return r.settle()
}

func (r *reader) settle() error {
	if r.part.halt != nil {
		return r.part.halt
	}
	switch {
	case r.part.bad || r.walk.broken:
		r.unread(true)
	case r.walk.over || r.walk.entities:
		r.unread(false)
	}
	return nil
}

func wrap(err error) error { return fmt.Errorf("office: %w", err) }
