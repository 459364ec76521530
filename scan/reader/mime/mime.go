// Package mime reads mails (RFC 5322 with MIME, RFC 2045 to 2049, 2183, 2231)
// and mailboxes (mbox, RFC 4155, in its mboxo and mboxrd forms) as a stream: each
// header and each leaf part is handed to a Handler, decoded from its transfer
// encoding and, for text, brought to UTF-8 from its charset.
//
// Mails are taken as they come, not as they should be: mixed line ends, headers
// without end, missing boundaries, rubbish in base64. What cannot be understood
// is handed over as it stands and counted in [Info.Unread]; nothing is passed
// over in silence, but for the header fields named at machineField. Preambles and
// epilogues of multiparts that hold more than blanks are handed over as text.
//
// Memory is bounded whatever the input: about 0.2 MiB for a mail or mailbox of any
// size, and up to 0.8 MiB for a hostile one.
//
//	scope    the lines of a stream, up to a boundary or the next message
//	header   fields of a header, words and parameters decoded
//	entity   multiparts, attached messages and leaf parts
//	decode   base64, quoted-printable; uu: uuencode and yEnc
//	body     what the Handler reads: decoder, then charset
package mime

import (
	"context"
	"errors"
	"io"
)

const (
	windowSize  = 64 << 10 // bytes of the input held at a time
	innerSize   = 16 << 10 // the same for a message that is attached in base64
	maxNest     = 20       // multiparts and messages inside one another
	maxEncoded  = 4        // messages inside one another, each in base64
	maxField    = 64 << 10 // bytes of a header field held at a time
	maxBoundary = 1 << 10  // bytes of the boundary of a multipart
	maxName     = 255      // bytes of Part.Name
)

// Options bound a reading.
type Options struct {
	// Spend, when not nil, is told of every n bytes that were produced by
	// decoding base64, quoted-printable, uuencode or yEnc, before they are
	// handed over; an error from it ends the reading
	// and is returned, wrapped.
	Spend func(n int64) error
}

// Part is one leaf part: a body text or an attachment.
type Part struct {
	// Message is the number, from 1, of the message among those of the same
	// Depth in the file: for Depth 0 its number in the mailbox.
	Message int
	// Outer is the number of the mailbox's message that the part lies in.
	Outer int
	// Depth is 0 for the message's own parts, 1 inside an attached message, and
	// so on, up to 20.
	Depth int
	// Type is what the header says, or the default, in lower case: "text/plain".
	Type string
	// Name is the file name of an attachment, decoded, without path and control
	// characters, at most 255 bytes of UTF-8; empty for a body.
	Name string
	// Inline says that it is a body text and no attachment.
	Inline bool
	// Alternative says that the part lies in a multipart/alternative: another one
	// says the same in another format.
	Alternative bool
	// Line is the number, from 1, of the first line of its content in the file.
	// Lines of what is inside an encoded message are not told apart: they all
	// are the line on which that message begins.
	Line int64
}

// Handler takes what is found in a file, in order, from one goroutine.
type Handler interface {
	// Header hands over the decoded header of a message or part as UTF-8 text, one
	// field a line ("From: Mario Rossi <m@example.com>"), without the fields that
	// only machines write. Line n of text stands on line line+n of the file: a
	// field that was folded, or left out, leaves empty lines. A long header
	// comes in several calls, and a field longer than 64 KiB in several
	// lines, each with the field's name. message is the number of the mailbox's
	// message (Outer of a Part). text is good during the call only.
	Header(message int, text []byte, line int64) error
	// Part is one leaf part: body is its content, decoded from its transfer
	// encoding and, for text/* and message/*, to UTF-8 from its charset (whatever
	// a meta element in it says). An attachment that is called text and looks
	// binary is handed over as it is. body is good during the call only; what is
	// left unread is skipped.
	Part(p Part, body io.Reader) error
}

// Info says what a file held.
type Info struct {
	Messages  int64 // messages of the mailbox; 1 for a mail; attached ones are not counted
	Encrypted int64 // parts that are sealed with PGP or S/MIME
	Unread    int64 // parts that could not be decoded, or only in part, or lie deeper than the limit
	Broken    int64 // multiparts that do not end as they should: cut off, perhaps
}

// errNotUsed says that a body was read after its Part call.
var errNotUsed = errors.New("mime: body read after its part was over")

// reader is what one Read knows.
type reader struct {
	h      Handler
	spend  func(n int64) error
	stop   func() error
	info   Info
	err    error                 // from Spend
	counts [maxNest + 1]int      // messages begun, by depth
	decs   [maxEncoded + 1]*work // by messages in base64 around
	hdr    header
	sets   charsets
}

// Read reads a mail, or a mailbox where mailbox says so or the content begins
// with the separator line of one ("From x@example.com Thu Jan  1 00:00:00 2026").
//
// An error of r is returned wrapped, one of the Handler as it is, and that of a
// ctx that is done wrapped; what was read until then has been handed over, and
// counted. Broken mails are no error. No error holds anything of the content.
func Read(ctx context.Context, r io.Reader, mailbox bool, o Options, h Handler) (Info, error) {
	return new(Reader).Read(ctx, r, mailbox, o, h)
}

// Reader reads one mail or mailbox after the other with the same buffers, about
// 100 KiB. The zero value is ready; it is for one goroutine.
type Reader struct {
	rd     reader
	window []byte
}

// begin forgets what was read before.
func (x *Reader) begin(ctx context.Context, o Options, h Handler) *reader {
	if x.window == nil {
		x.window = make([]byte, windowSize)
		x.rd.sets.begin()
	}
	hdr := &x.rd.hdr
	x.rd = reader{
		h: h, spend: o.Spend, stop: ctx.Err, decs: x.rd.decs, sets: x.rd.sets,
		hdr: header{raw: hdr.raw[:0], text: hdr.text[:0], word: hdr.word[:0], segs: hdr.segs[:0]},
	}
	return &x.rd
}

// Read is the function Read.
func (x *Reader) Read(ctx context.Context, r io.Reader, mailbox bool, o Options, h Handler) (Info, error) {
	rd := x.begin(ctx, o, h)
	s := newScope(r, rd.stop, x.window)
	s.line = 1
	s.skipMark()
	if text, _, ok := s.lines.peek(); ok && separates(text) {
		mailbox = true
	}
	s.mailbox = mailbox
	for begun := false; ; begun = true {
		var err error
		switch {
		case rd.opening(s):
			rd.info.Messages++
			err = rd.message(s, place{})
		case begun: // a separator with nothing behind it
			rd.info.Messages++
			rd.counts[0]++
		}
		if err == nil {
			err = rd.fault(s)
		}
		if err != nil || s.at.kind != atSeparator {
			return rd.info, err
		}
		s.takeLine()
		s.blank = true
	}
}

// opening skips what may stand before the header of a message: blank lines, the
// "From " line of a mailbox it was taken from, the length that Apple Mail writes.
// It is false where there is no message.
func (rd *reader) opening(s *scope) bool {
	for first := true; ; first = false {
		text, eol, ok := s.peek()
		if !ok {
			return false
		}
		switch {
		case s.mid:
			return true
		case isBlank(text) && eol > 0,
			eol > 0 && (hasFrom(text) || first && isCount(text)) && fieldName(s.after(len(text)+eol)) > 0:
			s.takeLine()
		default:
			return true
		}
	}
}
