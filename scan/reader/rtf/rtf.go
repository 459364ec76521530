// Package rtf reads letters in Rich Text Format (Microsoft's specification 1.9.1,
// March 2008) as a stream and hands over their text, part by part, and the objects
// that are embedded in them.
//
// A letter is read as it comes, not as it should be: control words are taken or
// passed over one by one, formatting never splits a word, and text that stands
// where none belongs is handed over all the same. What programs write for
// themselves (fonts, colours, styles, pictures, what a program that knows it would
// leave out) is skipped; so are destinations that are not known and are marked as
// such (\*).
//
// Memory is bounded whatever the input: 0.3 MiB, and what the Handler needs.
//
//	input    the bytes of the file, and control words among them
//	read     groups, text, control symbols
//	words    the control words that mean something here
//	act      what they do
//	octets   bytes and numbers to characters, by the font in use
//	charset  code pages
//	flow     text on its way to the Handler, lines and rows
//	object   embedded objects
package rtf

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// The limits of a reading. Together they keep it below 512 KiB.
const (
	windowSize = 64 << 10 // bytes of the input held at a time
	maxPiece   = 64 << 10 // bytes of the body handed over at once
	maxAside   = 16 << 10 // bytes of any other part handed over at once
	maxDepth   = 1000     // groups inside one another whose formatting is told apart
	maxCells   = 2048     // of a row that is handed over as such
	maxFonts   = 1 << 15  // numbers of fonts whose code page is known
	maxLetters = 32       // bytes of a control word that means something
	maxDigits  = 20       // digits of its number
	maxSkip    = 255      // characters that may stand for one \u
	maxHead    = 2 << 10  // bytes of an object in which its header must end
	maxName    = 255      // bytes of the name of an object
)

// ErrDamaged says that the file ends before it should, does not begin as RTF does,
// or that an object in it is shorter than it claims. What could be read was handed
// over.
var ErrDamaged = errors.New("rtf: damaged")

// errOver says that an object was read after its Embedded call.
var errOver = errors.New("rtf: object read after its call was over")

// Options bound a reading.
type Options struct {
	// Spend, when not nil, is told of every n bytes of text or of an object that
	// were decoded, before they are handed over; an error from it ends the
	// reading and is returned, wrapped.
	Spend func(n int64) error
}

// Handler takes what is found in one file, from one goroutine. Every slice and
// reader is valid only during the call.
type Handler interface {
	// Row is one row of a table in the text: its cells from left to right, in UTF-8,
	// empty ones too. Paragraphs of a cell are one, with blanks between. A row of
	// more than 64 KiB or 2,048 cells is a line of Text instead, its cells apart by '\t'.
	Row(cells [][]byte) error
	// Text is a piece of text in UTF-8, outside of such rows. Lines end with '\n';
	// rows of tables that stand elsewhere are lines, with their cells apart by '\t'.
	// Pieces end at the end of a line, at most 64 KiB; a longer line comes in
	// several. Spaces and hyphens that do not break are plain ones, soft hyphens are
	// left out.
	//
	// part says where it stands: "body", "header", "footer", "footnote" (and
	// endnotes), "comment", "deleted" (tracked deletions), "properties" (author,
	// title, variables, who made changes) or "aside": what belongs to the body but
	// has no place in its lines. That are text boxes, tables inside a cell, the
	// instructions of fields ("HYPERLINK ..."), entries of an index and what a form
	// proposes. Each part is in the order of the file, and the body with its rows;
	// the parts among one another are not.
	Text(part string, text []byte) error
	// Embedded is an object embedded in hexadecimal (\objdata), decoded and out of
	// its OLE 1.0 wrapping ([MS-OLEDS] 2.2.5), of a packaged file the file. name is
	// only a label: that of the package, or the class of the object
	// ("Excel.Sheet.12"), or empty; size is what the wrapping claims, -1 where it
	// claims nothing. r returns an error that is ErrDamaged where there is less.
	Embedded(name string, size int64, r io.Reader) error
}

// Info says what of a file is not known.
type Info struct {
	// Pictures counts the pictures: what they show is not known. Not among them
	// are pictures of embedded objects, bullets, and the second version of a
	// picture for older programs.
	Pictures int
	// Unread counts what could not be read: objects that are cut off, and code
	// pages that are not known; their text is handed over as Windows-1252.
	Unread int
}

// Read reads a letter and hands what is in it to h.
//
// Errors of r and of o.Spend, and that of a ctx that is done, end the reading and
// are returned wrapped; an error of h is returned as it is. A file that is broken
// is read to its end, and ErrDamaged returned then. No error holds anything of the
// content. Groups may lie in one another to any depth; beyond 1,000 their formatting
// (font, deletion, part) is that of the group around them. Data behind \bin is
// skipped. What follows the end of the document is read too.
func Read(ctx context.Context, r io.Reader, o Options, h Handler) (Info, error) {
	rd := &reader{
		in:   input{src: r, stop: ctx.Err, buf: make([]byte, windowSize)},
		flow: newFlow(h, o.Spend),
		name: make([]byte, 0, 32),
	}
	rd.begin()
	err := rd.read()
	if err == nil {
		err = rd.flow.finish()
	}
	if err == nil && rd.damaged {
		err = ErrDamaged
	}
	return rd.info, err
}

func wrap(err error) error { return fmt.Errorf("rtf: %w", err) }
