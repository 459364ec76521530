package reader

import "bytes"

// window is the part of a file's text that is in memory: buf[pos:end] is still
// to be handled, and a little of what came before pos is kept as context.
type window struct {
	src      *source
	buf      []byte
	context  int
	pos, end int
	eof      bool // what is in the window is the last of the file
}

func (w *window) begin() {
	w.pos, w.end, w.eof = 0, 0, false
}

// rest is what is still to be handled.
func (w *window) rest() []byte { return w.buf[w.pos:w.end] }

// need makes n bytes or more stand after pos, unless the file ends before.
func (w *window) need(n int) {
	if w.end-w.pos < n && !w.eof {
		w.fill()
	}
}

// fill lets go of what has been handled, but for the context, and reads until the
// window is full or the file ends.
func (w *window) fill() {
	const room = 16 // the least that source.read asks for
	if w.eof {
		return
	}
	if from := w.pos - w.context; from > 0 {
		w.end = copy(w.buf, w.buf[from:w.end])
		w.pos -= from
	}
	for len(w.buf)-w.end >= room {
		n := w.src.read(w.buf[w.end:])
		if n == 0 {
			w.eof = true
			return
		}
		w.end += n
	}
}

// lineEnd is the byte that ends lines: '\r' for a text that has no '\n'.
func lineEnd(b []byte) byte {
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}
