package reader

import (
	"bytes"
	"context"
	"io"
)

// Splitter is a sink that can take later stretches of a big file while the first
// is still read.
type Splitter interface {
	Sink
	// Fork makes a sink for a later stretch, which knows the columns made known so
	// far; nil where stretches can't be taken apart.
	Fork() Sink
	// Join takes over what a fork got, in the order of the stretches; lines is how
	// many lines stand before the fork's.
	Join(fork Sink, lines int64)
}

const (
	cutLook = 64 << 10 // bytes in which a place to cut is looked for
	cutRows = 3        // rows in succession that look like the table's, at a cut
)

// rest are the later stretches of a file, which are being read. nil is none.
type rest struct {
	r    *Reader
	ctx  context.Context //nolint:containedctx // of one call of Read
	stop context.CancelFunc
	at   io.ReaderAt
	cuts []int64 // where each begins, and the end of the file
	read func(*Reader)
	fork Splitter // of it the sinks are made; nobody writes to it
	todo chan int // the stretches that nobody has begun to read
	done []chan stretch
}

// stretch is one that was read.
type stretch struct {
	sink         Sink
	lines, bytes int64
	err          error
	panicked     any
}

// stretches cuts a big file of UTF-8 that can be read in any order into stretches
// of a fixed size, and has as many helpers as are free begin with the second; the
// first is left to the caller: the file ends for it where the second begins. cut
// tells where in the bytes given a stretch may begin, 0 for nowhere. The outcome
// does not depend on how many are read at once.
func (r *Reader) stretches(cut func([]byte) int, read func(*Reader)) *rest {
	sink, ok := r.sink.(Splitter)
	at, size := random(r.src.r)
	if !ok || at == nil || r.depth > 0 || r.src.wide != nil || r.eol != '\n' || size < 2*int64(r.lim.stretch) || r.src.done {
		return nil
	}
	cuts := cutsOf(at, size, r.lim.stretch, cut)
	if len(cuts) == 0 || cuts[0] <= r.src.n {
		return nil
	}
	fork, ok := sink.Fork().(Splitter)
	if !ok {
		return nil
	}
	b := &rest{r: r, at: at, cuts: append(cuts, size), read: read, fork: fork}
	b.ctx, b.stop = context.WithCancel(r.src.ctx)
	b.todo = make(chan int, len(cuts))
	for i := range cuts {
		b.todo <- i
		b.done = append(b.done, make(chan stretch, 1))
	}
	close(b.todo)
	r.src.r = io.LimitReader(r.src.r, cuts[0]-r.src.n)
	for range cuts {
		select {
		case r.helpers <- struct{}{}:
			go func() {
				defer func() { <-r.helpers }()
				reader := newReader(r.lim)
				for b.next(reader) {
				}
			}()
		default: // nobody is free
		}
	}
	return b
}

// HelpedBy sets how many goroutines may help the readers that share helpers to
// read big files: as many as it has room for. Without it none does.
func (r *Reader) HelpedBy(helpers chan struct{}) { r.helpers = helpers }

// CutInto sets the size, in bytes, of the stretches into which big files are cut;
// it is 8 MiB otherwise. What is found does not depend on it, but for a block of
// labelled lines through which a cut may go.
func (r *Reader) CutInto(bytes int) { r.lim.stretch = bytes }

// cutsOf returns where stretches of about the given size begin, but for the first.
func cutsOf(at io.ReaderAt, size int64, stretch int, cut func([]byte) int) []int64 {
	var cuts []int64
	b := make([]byte, cutLook)
	for from := int64(stretch); from < size-int64(stretch)/2; from += int64(stretch) {
		n, _ := at.ReadAt(b, from) // what can't be read is found out when it is read in turn
		if i := cut(b[:n]); i > 0 {
			cuts = append(cuts, from+int64(i))
		}
	}
	return cuts
}

// next reads the next stretch that nobody has begun, and tells whether there was one.
func (b *rest) next(r *Reader) bool {
	i, more := <-b.todo
	switch {
	case !more:
	case b.ctx.Err() != nil:
		b.done[i] <- stretch{err: b.ctx.Err()}
	default:
		b.done[i] <- b.one(r, i)
	}
	return more
}

// one reads the i-th stretch.
func (b *rest) one(r *Reader, i int) (s stretch) {
	defer func() {
		s.panicked = recover()
	}()
	s.sink = b.fork.Fork()
	r.nest = &nest{}
	r.begin(b.ctx, io.NewSectionReader(b.at, b.cuts[i], b.cuts[i+1]-b.cuts[i]), s.sink)
	defer r.end()
	r.src.decodeAs(utf8ish, 0)
	before := make([]byte, min(int64(r.lim.context), b.cuts[i]))
	n, _ := b.at.ReadAt(before, b.cuts[i]-int64(len(before)))
	n, _ = decodeBytes(r.win.buf, before[:n], true)
	r.win.pos, r.win.end = n, n
	r.win.fill()
	b.read(r)
	s.lines, s.bytes, s.err = r.line-1, r.src.n, r.src.err
	return s
}

// join hands the stretches on in their order, and reads itself while it would wait
// for one.
func (b *rest) join() {
	if b == nil {
		return
	}
	src, lines := &b.r.src, b.r.line-1
	into, _ := b.r.sink.(Splitter)
	var own *Reader
	for _, done := range b.done {
		for len(done) == 0 && len(b.todo) > 0 {
			if own == nil {
				own = newReader(b.r.lim)
			}
			b.next(own)
		}
		s := <-done
		if s.panicked != nil {
			panic(s.panicked)
		}
		if s.sink != nil {
			into.Join(s.sink, lines)
		}
		lines += s.lines
		src.n += s.bytes
		if src.err == nil {
			src.err = s.err
		}
	}
}

// end stops the reading of what nobody waits for any more.
func (b *rest) end() {
	if b != nil {
		b.stop()
	}
}

// textCut finds the beginning of a paragraph or, failing that, of a line, but not
// within the rows of a dump or a key on several lines.
func textCut(b []byte) int {
	dump := bytes.Contains(b, []byte("INSERT INTO "))
	if i := bytes.Index(b, []byte("\n\n")); i >= 0 && !dump {
		return i + 2
	}
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 && !dump {
		return i + 4
	}
	from := bytes.IndexByte(b, '\n') + 1
	for from > 0 {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			break
		}
		line := bytes.TrimSpace(b[from : from+i])
		from += i + 1
		switch n := len(line); {
		case n == 0, dump && line[n-1] != ';':
		case line[0] != '-' && line[n-1] != ',' && line[n-1] != '(':
			return from
		}
	}
	return 0
}

// jsonCut finds a line that begins with an object, behind one that ends with one.
func jsonCut(b []byte) int {
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte("\n{\""))
		if i < 0 {
			return 0
		}
		from += i + 1
		if line := bytes.TrimRight(b[:from], " \t\r\n,"); len(line) > 0 && line[len(line)-1] == '}' {
			return from
		}
	}
}

// cut finds a line with which rows of the table's width follow each other, all of
// them on a line of their own: a cell of several lines has none of these.
func (p *plan) cut(b []byte) int {
	if p.width < 2 {
		return columnCut(b)
	}
	from, rows := 0, 0
	for at := bytes.IndexByte(b, '\n') + 1; at > 0; {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return 0
		}
		if rows == 0 {
			from = at
		}
		line := b[at : at+i]
		if rows++; bytes.IndexByte(line, '"') >= 0 && bytes.Count(line, []byte{'"'})%2 != 0 || bytes.Count(line, []byte{p.delim}) != p.width-1 {
			rows = 0
		}
		if rows == cutRows {
			return from
		}
		at += i + 1
	}
	return 0
}

// columnCut is cut for a table of one column, in which no quotes may be near.
func columnCut(b []byte) int {
	if bytes.IndexByte(b, '"') >= 0 {
		return 0
	}
	return bytes.IndexByte(b, '\n') + 1
}
