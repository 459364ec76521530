// Package pdf reads the text of PDF files: hostile ones as well as ordinary
// ones, in bounded memory whatever the file's size or shape.
//
// The way of a file through the package: a document finds its objects (xref.go,
// rebuild.go, load.go), opens their streams (stream.go, filter.go, crypt.go) and
// walks the pages (pages.go). An interpreter (content.go, show.go) runs the
// content of a page with its fonts (font.go, cmap.go, encoding.go) and places
// glyphs, which a layout (layout.go) joins to words and lines. What stands
// outside of the pages is read in outside.go and notes.go.
//
// The format is ISO 32000-1:2008, called "the specification" in this package;
// encryption with AES-256 is of ISO 32000-2:2020, section 7.6.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrDamaged says that the structure of the document is broken: what could be
// read was handed over.
var ErrDamaged = errors.New("pdf: damaged")

// Options bound a reading.
type Options struct {
	// Spend, when not nil, is told of every n bytes that were produced by
	// decoding or inflating, before they are handed over; an error from it ends
	// the reading and is returned as it is (wrapped with %w).
	Spend func(n int64) error
}

// Handler takes what is read, in page order. Every slice and reader is valid
// only during the call. An error ends the reading and is returned as it is.
type Handler interface {
	// Text is a piece of the text of a page (1-based): lines ended by '\n',
	// words on a line apart by one blank, columns that lie far apart by a tab.
	// Pieces end at line ends; at most 1 MiB each. Page 0 is what belongs to the
	// document rather than to a page: its title, author, bookmarks and form.
	Text(page int, text []byte) error
	// Attachment is an embedded file; r is good during the call only. It reads
	// ErrDamaged where the content cannot be decoded.
	Attachment(name string, r io.Reader) error
}

// Info says what the document was.
type Info struct {
	Pages     int  // met
	NoText    int  // pages that show something (an image or drawing) and have no text layer: nobody knows what they show
	Unread    int  // pages that could not be read (damaged, over a limit, fonts without a mapping to characters)
	Encrypted bool // needs a password to open: nothing was read
}

// The limits of a reading. Together they keep it within about 24 MiB of memory.
const (
	maxObjects    = 1_250_000 // objects whose place is remembered: 8 bytes each
	maxSource     = 2 << 20   // bytes of one object other than its stream
	maxValues     = 128 << 10 // numbers, names, strings and so on in one object
	maxDepth      = 64        // nesting of arrays and dictionaries
	maxToken      = 256 << 10 // bytes of one string or name
	maxCached     = 3 << 20   // bytes of objects kept
	maxObjStream  = 4 << 20   // bytes of decoded object streams kept, and of one of them
	maxFontBytes  = 4 << 20   // bytes of fonts kept
	maxSections   = 1024      // sections of the cross-reference table
	maxPageDepth  = 64        // levels of the tree of pages
	maxPages      = 1_000_000 // pages of one document
	maxFormDepth  = 24        // forms that show forms
	maxPageWork   = 64 << 20  // bytes of content run for one page, forms anew each time
	maxStream     = 32 << 20  // bytes of one decoded stream that is looked at
	minWork       = 256 << 20 // bytes parsed and decoded in all, and
	workPerByte   = 64        // so many more for each byte of the file
	maxPageText   = 512 << 10 // bytes of text that are laid out together
	maxPageChunks = 48 << 10  // pieces of text that are laid out together
)

// Read reads the document of size bytes in src and hands its text and its
// attachments to h. It returns ErrDamaged (wrapped) for what is no document any
// more, the errors of src, h and o.Spend, and the one of ctx when it is done.
// Pages that could not be read are no error; they are counted in Info.
func Read(ctx context.Context, src io.ReaderAt, size int64, o Options, h Handler) (Info, error) {
	d := newDocument(src, size, o.Spend, ctx.Err)
	d.h = h
	return d.read()
}

// read reads the document within what is left of d.work.
func (d *document) read() (Info, error) {
	if err := d.done(); err != nil {
		return d.info, fmt.Errorf("pdf: %w", err)
	}
	d.open()
	if d.fail == nil && !d.info.Encrypted {
		d.readPages()
		d.readOutside()
	}
	if d.fail == nil && (d.damaged || d.short) {
		return d.info, ErrDamaged
	}
	return d.info, d.fail
}
