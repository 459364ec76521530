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
	"context"
	"fmt"
	"io"
)

// Sink takes what a reader finds in one file, in order, from one goroutine.
// Every slice is valid only during the call.
type Sink interface {
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

// Why a file was not examined, or what else is to be said of it: the values of
// [Outcome.Reason].
const (
	ReasonNoReader  = "no-reader"  // a binary format that custode cannot read
	ReasonImageOnly = "image-only" // a picture: text in it is not seen
	ReasonEncoding  = "encoding"   // text in an encoding that custode cannot read (UTF-32)
	ReasonEncoded   = "encoded"    // a mail with a part in base64 or quoted-printable, which is not decoded yet
	ReasonSealed    = "sealed"     // an age file: its content is out of reach, as it should be
	ReasonBroken    = "broken-off" // reading stopped early; Read returned the error
)

// Version changes with every change of what is read and how, so that results
// kept from an older reader are found again.
const Version = "1"

// Outcome says what a file was and whether all of it was looked at.
type Outcome struct {
	// Format is "text", "csv" (any separator), "json", "jsonl", "eml", "age",
	// "empty", or the name of a binary format ("pdf", "zip", "binary", ...).
	Format string
	// Bytes counts the raw bytes read: all of an examined file, at most 64 KiB
	// of one that was not.
	Bytes int64
	// Encrypted says that the file is sealed with age.
	Encrypted bool
	// Examined says that everything in the file reached the sink, or that there
	// is nothing in it to reach (an empty or a sealed file).
	Examined bool
	// Reason is one of the Reason constants, empty for an ordinary examined file.
	Reason string
}

// limits are the sizes, in bytes, that bound the memory of a reader. Tests make
// them small.
type limits struct {
	raw     int // read at once, and looked at to tell the format
	window  int // decoded text held at a time
	context int // shown on both sides of a piece of text
	cell    int // the longest cell handed over whole
}

// Reader reads one file after the other, with the same buffers (about 0.8 MiB).
// It is for one goroutine: a worker owns one.
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
	mail   mail
}

// NewReader makes a reader with buffers for files of any size.
func NewReader() *Reader {
	return newReader(limits{raw: 64 << 10, window: 512 << 10, context: 512, cell: 64 << 10})
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

// Read reads src to its end and hands what is in it to sink. Of name only the
// extension is looked at, and only where content leaves a doubt between kinds
// of text.
//
// When src fails or ctx is done, what was read until then has reached the sink
// and the error, wrapped, says how many bytes that was: the outcome is then not
// examined. Read never returns io.EOF. No error holds anything of the content.
func (r *Reader) Read(ctx context.Context, src io.Reader, name string, sink Sink) (Outcome, error) {
	r.begin(ctx, src, sink)
	defer r.end()
	out := r.read(ext(name))
	out.Bytes = r.src.n
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
	r.eol, r.line = '\n', 1
	r.cols = r.cols[:0]
	r.doc.begin()
	r.mail.encoded = false
}

// end lets go of what belongs to the caller.
func (r *Reader) end() {
	r.sink, r.spool.sink, r.mail.sink = nil, nil, nil
	r.src.r, r.src.stop = nil, nil
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
		return Outcome{Format: format, Reason: reason}
	}
	enc, bom := encodingOf(head)
	switch {
	case enc == utf32:
		return Outcome{Format: "text", Reason: ReasonEncoding}
	case enc == utf8ish && looksBinary(head):
		return Outcome{Format: "binary", Reason: ReasonNoReader}
	}
	r.src.decodeAs(enc, bom)
	r.win.fill()
	r.eol = lineEnd(r.win.rest())
	out := Outcome{Format: r.readText(ext), Examined: true}
	if r.mail.encoded {
		out.Examined, out.Reason = false, ReasonEncoded
	}
	return out
}

// readText reads a file of text, now in UTF-8, and returns its format.
func (r *Reader) readText(ext string) string {
	head := r.win.rest()
	switch {
	case looksJSON(head, r.win.eof, ext):
		r.readJSON()
		if r.doc.tops > 1 || ext == "jsonl" || ext == "ndjson" {
			return "jsonl"
		}
		return "json"
	case looksMail(head, ext):
		r.mail.sink, r.sink = r.sink, &r.mail
		r.readPlain()
		return "eml"
	}
	if p, ok := r.findTable(head, ext); ok {
		r.readTable(&p)
		return "csv"
	}
	switch ext {
	case "vcf", "vcs", "ics", "htm", "html", "xhtml", "mht", "mhtml":
		r.mail.sink, r.sink = r.sink, &r.mail
	}
	r.readPlain()
	return "text"
}
