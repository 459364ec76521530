package seal

import (
	"context"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// The payload of an age file: a nonce, then chunks, each with its tag. Only the
// last may be short; it is empty only when the content is.
const (
	nonceSize   = 16
	chunkSize   = 64 << 10
	tagSize     = chacha20poly1305.Overhead
	sealedChunk = chunkSize + tagSize
	perPiece    = 4 // chunks that travel together
)

// stream seals and opens the chunks of one file.
type stream struct{ aead cipher.AEAD }

// nonceOf sets the nonce to the number of the chunk, and whether it is the last.
func (p *piece) nonceOf(index int64, last bool) []byte {
	binary.BigEndian.PutUint64(p.nonce[3:11], uint64(index)) //nolint:gosec // never negative
	p.nonce[11] = 0
	if last {
		p.nonce[11] = 1
	}
	return p.nonce[:]
}

// piece is a few chunks of a file. Each has a slot for its sealed form, so that
// sealed chunks lie one behind the other, plain ones with gaps.
type piece struct {
	buf    []byte
	used   int           // bytes of buf that hold something
	first  int64         // number of the first chunk in the file
	chunks int           // how many there are
	lens   [perPiece]int // lengths of the plain ones
	last   bool          // the file ends here
	marks  [perPiece]mark
	nonce  [chacha20poly1305.NonceSize]byte // of the chunk that is worked on
	err    error
	done   chan struct{} // filled by whoever worked on it
}

// mark is what the proof keeps of a chunk.
type mark struct {
	tag [tagSize]byte
	sum uint64
}

// ready: what was worked on may be drained, even when something behind it is bad.
func (p *piece) ready() bool { return p.err == nil || p.chunks > 0 }

func (p *piece) slot(i int) []byte { return p.buf[i*sealedChunk : (i+1)*sealedChunk] }

// pieces are the buffers that are not in use, all zero.
var pieces = sync.Pool{New: func() any {
	return &piece{buf: make([]byte, perPiece*sealedChunk), done: make(chan struct{}, 1)}
}}

func borrow() *piece {
	p, ok := pieces.Get().(*piece)
	if !ok {
		panic("seal: a stranger in the pool")
	}
	return p
}

// giveBack leaves no plaintext behind. dirty: the buffer was used more than once.
func giveBack(p *piece, dirty bool) {
	if dirty {
		p.used = len(p.buf)
	}
	clear(p.buf[:p.used])
	*p = piece{buf: p.buf, done: p.done}
	pieces.Put(p)
}

// flow moves the pieces of a file: fill and drain see them in order and one at
// a time, work sees them in any order, on several cores.
type flow struct {
	workers     int
	fill, drain func(*piece) error
	work        func(*piece) (ready int, err error) // so many chunks may be drained
}

// run returns the first error in the order of the file: what came before it was
// drained, nothing behind it. A panic in any of the three comes out of run.
func (f flow) run(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := borrow()
	if err := f.fill(p); err != nil {
		giveBack(p, true)
		return err
	}
	if p.last || f.workers == 1 {
		return f.alone(ctx, p)
	}
	return f.together(ctx, p)
}

func (f flow) alone(ctx context.Context, p *piece) error {
	reused := false
	for {
		var err error
		if p.chunks, p.err = f.work(p); p.ready() {
			err = f.drain(p)
		}
		if err == nil {
			err = p.err
		}
		if err == nil && !p.last {
			err = ctx.Err()
		}
		if err != nil || p.last {
			giveBack(p, reused || err != nil)
			return err
		}
		p.first += perPiece
		reused = true
		if err := f.fill(p); err != nil {
			giveBack(p, true)
			return err
		}
	}
}

func (f flow) together(ctx context.Context, p *piece) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := 2*f.workers + 1
	free, todo, order := make(chan *piece, n), make(chan *piece, n), make(chan *piece, n)
	for range n - 1 {
		free <- borrow()
	}
	var wg sync.WaitGroup
	wg.Go(func() { f.feed(ctx, p, free, todo, order) })
	for range f.workers {
		wg.Go(func() {
			for p := range todo {
				f.workOn(p)
				p.done <- struct{}{}
			}
		})
	}
	var err error
	whole := false
	for p := range order { // never blocks for ever: feed closes it
		<-p.done
		if err == nil {
			if p.ready() {
				err = guard(func() error { return f.drain(p) })
			}
			if err == nil {
				err = p.err
			}
			whole = p.last
		}
		if err != nil {
			cancel()
		}
		free <- p
	}
	wg.Wait()
	if err == nil && !whole {
		err = context.Cause(ctx)
	}
	for range n {
		giveBack(<-free, true)
	}
	if fatal, ok := err.(*panicError); ok { //nolint:errorlint // our own, never wrapped
		panic(fatal.String())
	}
	return err
}

// workOn leaves nothing ready when work panics.
func (f flow) workOn(p *piece) {
	ready := 0
	p.err = guard(func() (err error) { ready, err = f.work(p); return err })
	p.chunks = ready
}

// feed fills pieces until the file ends, ctx is canceled or fill fails; in the
// end every piece is in free, or on its way there through order.
func (f flow) feed(ctx context.Context, p *piece, free, todo, order chan *piece) {
	defer close(order)
	defer close(todo)
	for next := int64(perPiece); ; next += perPiece {
		last := p.last
		todo <- p
		order <- p
		if last {
			return
		}
		p = <-free
		if ctx.Err() != nil {
			free <- p
			return
		}
		p.first, p.last, p.chunks, p.err = next, false, 0, nil
		if err := guard(func() error { return f.fill(p) }); err != nil {
			p.chunks, p.err = 0, err
			p.done <- struct{}{}
			order <- p
			return
		}
	}
}

// panicError carries a panic from a goroutine to the caller's.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string  { return p.String() }
func (p *panicError) String() string { return fmt.Sprintf("%v\n\n%s", p.value, p.stack) }

func guard(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, debug.Stack()}
		}
	}()
	return do()
}
