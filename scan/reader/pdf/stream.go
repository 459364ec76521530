package pdf

import (
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

const (
	maxFilters  = 8 // filters of one stream
	maxPooled   = 4 // inflaters kept for use again
	meterPiece  = 32 << 10
	searchPiece = 4 << 10
	maxLineEnds = 16 // passed before the data of a stream
)

var (
	errFilter = errors.New("pdf: a filter that is not decoded")
	errLimit  = errors.New("pdf: over a limit")
)

// decoding says what of a stream is to be undone.
type decoding uint8

const (
	decodePlain decoding = iota // all filters
	decodeFile                  // of an embedded file: image filters are left as they are
)

// decoder reads a stream through its filters. Whatever goes wrong is an end for
// its reader; err then says what.
type decoder struct {
	d       *document
	r       io.Reader
	err     error
	inflate []*inflater
}

// Read is io.Reader; the only error it returns is io.EOF.
func (r *decoder) Read(p []byte) (int, error) {
	if r.err != nil || r.d.fail != nil {
		return 0, io.EOF
	}
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	if err != nil {
		err = io.EOF
	}
	return n, err
}

func (r *decoder) close() {
	for _, f := range r.inflate {
		r.d.pool.put(f)
	}
	r.inflate = nil
}

// meter tells the document of what a filter has produced.
type meter struct {
	d *document
	r io.Reader
}

func (m *meter) Read(p []byte) (int, error) {
	d := m.d
	n, err := m.r.Read(p[:min(len(p), meterPiece)])
	if d.fail == nil {
		if e := d.done(); e != nil {
			d.fail = fmt.Errorf("pdf: %w", e)
		} else if d.spend != nil && n > 0 {
			if e := d.spend(int64(n)); e != nil {
				d.fail = fmt.Errorf("pdf: %w", e)
			}
		}
	}
	if d.fail != nil {
		return 0, io.EOF
	}
	if !d.charge(int64(n)) {
		return 0, errLimit
	}
	return n, err
}

// inflater is a decompressor that is used again.
type inflater struct {
	in *bufio.Reader
	fl io.ReadCloser
}

// inflaters are the decompressors not in use.
type inflaters []*inflater

func (p *inflaters) get(r io.Reader) *inflater {
	if n := len(*p); n > 0 {
		f := (*p)[n-1]
		*p = (*p)[:n-1]
		f.in.Reset(r)
		return f
	}
	f := &inflater{in: bufio.NewReaderSize(r, searchPiece)}
	f.fl = flate.NewReader(f.in)
	return f
}

func (p *inflaters) put(f *inflater) {
	if len(*p) < maxPooled {
		*p = append(*p, f)
	}
}

// start passes the header of zlib, if there is one, and line ends too many before
// the data.
func (f *inflater) start() io.Reader {
	for range maxLineEnds {
		h, _ := f.in.Peek(2)
		if len(h) == 2 && h[0]&0x0f == 8 && (int(h[0])<<8|int(h[1]))%31 == 0 {
			_, _ = f.in.Discard(2)
			break
		}
		if len(h) < 2 || h[0] != '\r' && h[0] != '\n' {
			break
		}
		_, _ = f.in.Discard(1)
	}
	if r, ok := f.fl.(flate.Resetter); ok {
		_ = r.Reset(f.in, nil)
	}
	return f.fl
}

// decode opens a stream. It must be closed.
func (d *document) decode(s *stream, what decoding) *decoder {
	out := &decoder{d: d}
	raw := d.raw(s)
	filters, parms := d.list(s, "Filter", "F"), d.list(s, "DecodeParms", "DP")
	if d.crypt != nil && !s.is("XRef") && !d.inClear(s, filters, parms) {
		raw = d.crypt.reader(raw, s)
	}
	out.r = raw
	if len(filters) > maxFilters {
		out.err = errLimit
		return out
	}
	for i, f := range filters {
		var parm dict
		if i < len(parms) {
			parm = d.dict(parms[i])
		}
		n := d.name(f)
		if what == decodeFile && isImage(n) {
			return out
		}
		d.filter(out, n, parm)
	}
	return out
}

// list is the value of a dictionary's entry that may be one or an array of many.
func (d *document) list(s *stream, key, short name) array {
	o := d.resolve(s.get(key))
	if o == nil {
		if o = d.resolve(s.get(short)); o == nil {
			return nil
		}
		if _, isFile := o.(text); isFile {
			return nil
		}
	}
	if a, ok := o.(array); ok {
		return a
	}
	return array{o}
}

func isImage(n name) bool {
	switch n {
	case "DCTDecode", "DCT", "JPXDecode", "CCITTFaxDecode", "CCF", "JBIG2Decode":
		return true
	}
	return false
}

// filter puts one more filter before the reader.
func (d *document) filter(out *decoder, n name, parm dict) {
	switch n {
	case "FlateDecode", "Fl":
		f := d.pool.get(out.r)
		out.inflate = append(out.inflate, f)
		out.r = &meter{d, f.start()}
	case "LZWDecode", "LZW":
		early := d.resolve(parm.get("EarlyChange"))
		out.r = &meter{d, newLZW(out.r, early == nil || whole(early) != 0)}
	case "ASCII85Decode", "A85":
		out.r = newASCII85(out.r)
	case "ASCIIHexDecode", "AHx":
		out.r = newASCIIHex(out.r)
	case "RunLengthDecode", "RL":
		out.r = &meter{d, newRunLength(out.r)}
	case "Crypt":
	default:
		out.err = errFilter
		return
	}
	if p := d.whole(parm.get("Predictor")); p > 1 && (n[0] == 'F' || n[0] == 'L') {
		r, ok := newPredictor(out.r, p, d.shape(parm))
		if !ok {
			out.err = errLimit
			return
		}
		out.r = r
	}
}

// shape is the form of rows that a predictor works on.
func (d *document) shape(parm dict) (s rowShape) {
	s = rowShape{colors: 1, bits: 8, columns: 1}
	if n := d.whole(parm.get("Colors")); n != 0 {
		s.colors = n
	}
	if n := d.whole(parm.get("BitsPerComponent")); n != 0 {
		s.bits = n
	}
	if n := d.whole(parm.get("Columns")); n != 0 {
		s.columns = n
	}
	return s
}

// raw reads the bytes of a stream as they are in the file: as many as its
// dictionary says, when the keyword endstream follows there, or else up to that
// keyword.
func (d *document) raw(s *stream) io.Reader {
	if n := int64(d.whole(s.get("Length"))); n > 0 && n <= d.size-s.at {
		var after [16]byte
		k, _ := d.ReadAt(after[:], s.at+n)
		if bytes.HasPrefix(bytes.TrimLeft(after[:k], " \r\n\t\x00"), []byte("endst")) {
			return io.LimitReader(&section{&d.window, s.at}, n)
		}
	}
	return &untilEnd{l: lexer{src: &section{&d.window, s.at}, buf: make([]byte, searchPiece), limit: 1<<63 - 1}}
}

// untilEnd reads up to the keyword endstream.
type untilEnd struct {
	l    lexer // for its window only
	done bool
}

func (u *untilEnd) Read(p []byte) (int, error) {
	word := []byte("endstream")
	l := &u.l
	if u.done {
		return 0, io.EOF
	}
	more := l.more(len(word))
	rest := l.buf[l.pos:l.end]
	n := len(rest)
	if i := bytes.Index(rest, word); i >= 0 {
		n = i
		if n <= len(p) {
			u.done = true
		}
	} else if more {
		n -= len(word) - 1
	} else {
		u.done = n <= len(p)
	}
	n = copy(p, rest[:n])
	l.pos += n
	if n == 0 && u.done {
		return 0, io.EOF
	}
	return n, nil
}
