// Package reader turns a file of any format it knows into a stream of text,
// table cells and named fields, in bounded memory whatever the file's size or
// shape. It is one of the few places that touch plaintext.
//
// A Reader looks at the first 64 KiB and decides by content: sealed with age,
// a binary format for which there is no reader (said so in the Outcome, never
// passed over in silence), or text. Text is brought to UTF-8 (from UTF-16, or
// Windows-1252 where bytes are not UTF-8) and read as JSON, as a table or as
// free text. Whatever cannot be read as what it looked like is read as free
// text from there on, so that every byte of a text file reaches the sink once:
// inside a Text range, as a Cell, or as the name of a Column.
package reader

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"

	"custode/scan/reader/archive"
	"custode/scan/reader/mime"
)

// Sink takes what a reader finds in one file, in order, from one goroutine.
// Every slice is valid only during the call.
type Sink interface {
	// Part says where what follows stands, until the next Part. Columns belong to
	// the part in which they were made known.
	Part(p Part)
	// Text hands over free text: buf[from:to] is new, what stands before and
	// after is context (up to 512 bytes a side) and belongs to the neighbours.
	// line is the 1-based number of the line on which buf[from] stands.
	Text(buf []byte, from, to int, line int64)
	// Column makes known a column of a table, or a field name of a JSON object,
	// and returns the number by which Cell names it. name is nil for a column
	// without a header. At most 512 are made known in one file.
	Column(name []byte, field bool) int
	// Cell hands over one cell of a row, or one value of an object.
	Cell(column int, value []byte, line int64)
	// EndRecord closes the row or object whose cells came before it.
	EndRecord()
}

// Why a file or a part of it was not examined, or what else is to be said of it:
// the values of [Outcome.Reason] and [Unread.Reason].
const (
	ReasonNoReader  = "no-reader"  // a format that custode cannot read
	ReasonImageOnly = "image-only" // a picture, or pages without text: what they show is not known
	ReasonEncoding  = "encoding"   // text in an encoding that custode cannot read (UTF-32)
	ReasonEncoded   = "encoded"    // a part of a mail in an encoding that is not known
	ReasonSealed    = "sealed"     // encrypted: its content is out of reach, as it should be
	ReasonBroken    = "broken-off" // reading stopped early; Read returned the error
	ReasonPart      = "part"       // a part of it was not examined: see Outcome.Unread
	ReasonDamaged   = "damaged"    // it is not whole, or not what it says it is
	ReasonDeep      = "too-deep"   // containers in one another beyond what is followed
	ReasonBudget    = "too-big"    // it inflates to more than is read of one file
)

// Version changes with every change of what is read and how, so that results
// kept from an older reader are found again.
const Version = "4"

// Outcome says what a file was and whether all of it was looked at.
type Outcome struct {
	// Format is "text", "csv" (any separator), "json", "jsonl", "html", "xml",
	// "vcard", "calendar", "eml", "mbox", "xlsx", "pdf", "zip", "age", "empty", …
	// or the name of a format that is not read ("7z", "doc", "binary").
	Format string
	// Bytes counts the raw bytes read in sequence.
	Bytes int64
	// Encrypted says that the file is sealed with age, or that a password is
	// needed for all that is in it.
	Encrypted bool
	// Examined says that everything in the file reached the sink, or that there
	// is nothing in it to reach (an empty or a sealed file).
	Examined bool
	// Reason is one of the Reason constants, empty for an ordinary examined file.
	Reason string
	// Unread are the parts that were not looked at, the first twenty; More counts
	// the others.
	Unread []Unread
	More   int64
	// Sealed counts the parts that are encrypted, Pictures the pictures in
	// documents that have text besides.
	Sealed, Pictures int64
}

// limits are the sizes, in bytes, that bound the memory of a reader. Tests make
// them small.
type limits struct {
	raw     int // read at once, and looked at to tell the format
	window  int // decoded text held at a time
	context int // shown on both sides of a piece of text
	cell    int // the longest cell handed over whole
	stretch int // of a big file that is read in several places at once
}

// Reader reads one file after the other, with the same buffers (about 0.8 MiB,
// and as much for each level of containers in one another). It is for one
// goroutine: a worker owns one.
type Reader struct {
	lim    limits
	sink   Sink
	src    source
	win    window
	spool  spool
	words  map[string]struct{} // usual words of a table's header
	magics []magic
	eol    byte   // '\n', or '\r' for a file without any '\n'
	line   int64  // the number of the line at win.pos
	cell   []byte // a cell or string without its quotes and escapes
	rows   sample
	cols   []int // the sink's numbers of a table's columns
	doc    document
	grid   grid

	helpers chan struct{} // see HelpedBy
	nest    *nest
	base    string  // the file's own name
	depth   int     // of containers around what is read
	inside  string  // where it lies in the file
	content content // the member that is read, when depth is not 0
	mail    mime.Reader
	message int64   // the number of the mail that is read, in a mailbox
	child   *Reader // for what lies inside
	kept    *bytes.Buffer
	back    *archive.Rewinder
	at      io.ReaderAt // random access to what is read, once it was needed
	size    int64
}

// NewReader makes a reader with buffers for files of any size.
func NewReader() *Reader {
	return newReader(limits{raw: 64 << 10, window: 512 << 10, context: 512, cell: 64 << 10, stretch: 8 << 20})
}

func newReader(lim limits) *Reader {
	r := &Reader{lim: lim, words: headerWords(), magics: magics()}
	r.src.raw = make([]byte, lim.raw)
	r.win.buf = make([]byte, lim.window)
	r.win.context = lim.context
	r.win.src = &r.src
	r.spool.buf = make([]byte, 0, lim.cell+4*lim.context)
	r.spool.context = lim.context
	return r
}

// Read reads src to its end and hands what is in it to sink. Archives and
// documents are read in any order if src has an io.ReaderAt and a Size or Stat;
// from a mere stream they are not. Of name only the extension is looked at, and
// only where content leaves a doubt between kinds of text.
//
// When src fails or ctx is done, what was read until then has reached the sink
// and the error, wrapped, says how many bytes that was: the outcome is then not
// examined. Read never returns io.EOF. No error holds anything of the content.
func (r *Reader) Read(ctx context.Context, src io.Reader, name string, sink Sink) (Outcome, error) {
	_, size := random(src)
	r.nest = &nest{left: min(mostInflated, max(freeInflated, ratioInflated*size))}
	r.base = path.Base(name)
	r.begin(ctx, src, sink)
	defer r.end()
	out := r.read(ext(name))
	out.Bytes = r.src.n
	n := r.nest
	out.Unread, out.More, out.Sealed, out.Pictures = n.unread, n.more, n.sealed, n.pictures
	if len(n.unread) > 0 && out.Examined {
		out.Examined, out.Encrypted, out.Reason = false, false, ReasonPart
		if len(n.unread) == 1 && n.unread[0].Path == "" { // the file itself
			out.Reason, out.Unread = n.unread[0].Reason, nil
		}
	}
	if err := r.src.err; err != nil {
		out.Examined, out.Encrypted, out.Reason = false, false, ReasonBroken
		return out, fmt.Errorf("reading stopped after %d bytes: %w", r.src.n, err)
	}
	return out, nil
}

// begin forgets the last file.
func (r *Reader) begin(ctx context.Context, src io.Reader, sink Sink) {
	r.sink = sink
	r.src.begin(ctx, src)
	r.win.begin()
	r.spool.begin(sink)
	r.eol = '\n'
	r.cols = r.cols[:0]
	r.doc.begin()
	r.at, r.size = nil, 0
	if r.line = r.content.line; r.line == 0 {
		r.line = 1
	}
}

// end lets go of what belongs to the caller.
func (r *Reader) end() {
	r.sink, r.spool.sink = nil, nil
	r.src.r, r.src.ctx, r.at, r.content = nil, nil, nil, content{}
	r.message = 0
	if r.back != nil {
		_ = r.back.Close() // opened for reading
		r.back = nil
	}
}

// read decides what the file is and reads it.
func (r *Reader) read(ext string) Outcome {
	head := r.src.head()
	if len(head) == 0 {
		return Outcome{Format: "empty", Examined: true}
	}
	if isAge(head) {
		return Outcome{Format: "age", Encrypted: true, Examined: true, Reason: ReasonSealed}
	}
	if format, reason := r.binaryFormat(head, ext); format != "" {
		if out, ok := r.container(format); ok {
			return out
		}
		return r.opaque(format, reason)
	}
	enc, bom := encodingOf(head)
	switch {
	case enc == utf32:
		return Outcome{Format: "text", Reason: ReasonEncoding}
	case enc == utf8ish && looksBinary(head):
		return Outcome{Format: "binary", Reason: ReasonNoReader}
	case enc == utf8ish && r.content.kind == "" && looksMail(head[bom:], ext):
		return r.readMail(r.raw(), head[bom:])
	}
	r.src.decodeAs(enc, bom)
	r.win.fill()
	r.eol = lineEnd(r.win.rest())
	r.sink.Part(Part{Path: r.inside, Message: r.message})
	return r.readText(ext)
}

// readText reads a file of text, now in UTF-8.
func (r *Reader) readText(ext string) Outcome {
	out := Outcome{Examined: true}
	head := r.win.rest()
	if format := looksMarkup(head, ext, r.content.kind); format != "" {
		return r.readMarkup(format)
	}
	if r.src.wide != nil && r.content.kind == "" && looksMail(head, ext) {
		return r.readMail(textReader{&r.win}, head)
	}
	if looksJSON(head, r.win.eof, ext) {
		rest := r.stretches(jsonCut, (*Reader).readJSON)
		defer rest.end()
		r.readJSON()
		rest.join()
		out.Format = "json"
		if r.doc.tops > 1 || ext == "jsonl" || ext == "ndjson" {
			out.Format = "jsonl"
		}
		return out
	}
	if p, ok := r.findTable(head, ext); ok {
		r.readTable(&p)
		out.Format = "csv"
		return out
	}
	rest := r.stretches(textCut, (*Reader).readPlain)
	defer rest.end()
	r.readPlain()
	rest.join()
	out.Format = "text"
	return out
}
