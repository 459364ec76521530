// Package seal turns a stream into one standard age file (age-encryption.org/v1)
// and back. Whatever it writes, any age tool opens, today and in ten years; and
// it opens whatever age writes. What it adds to the age library:
//
//   - speed: the chunks of 64 KiB are sealed, and opened, on several cores behind
//     an ordered writer; pieces that fit in one buffer start no goroutine;
//   - proof: [Seal] keeps the file's own key, so that [Sealed.Check] can open
//     again what was really written and compare it, with no passphrase at hand;
//   - three failures told apart: [ErrNoMatch], [ErrDamaged], [ErrTruncated].
//
// How to seal a file so that nothing is lost:
//
//	s, err := seal.Seal(ctx, tmp, src, recipients, seal.Options{})
//	defer s.Forget()
//	... flush tmp to the disk, open it again ...
//	err = s.Check(ctx, tmp, size, seal.Options{})
//
// A chunk is never released before it is authentic. But [Decrypt] is a stream:
// it writes good chunks before it meets a bad one, so that its caller must write
// to a temporary file and remove it on an error. [DecryptTo] reads twice and
// releases nothing unless all of it is authentic.
//
// Memory: some 260 KiB for each piece in flight, 2 × Workers + 1 of them,
// whatever the size of the file.
package seal

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"hash/maphash"
	"io"
	"runtime"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"

	"custode/internal/secret"
)

// What can be wrong with a sealed file, or with the key that is held to it.
var (
	// ErrNoMatch: none of the identities opens this file. It is the wrong key,
	// or the few bytes of the header that were meant for it are damaged.
	ErrNoMatch = errors.New("no identity opens this file")
	// ErrDamaged: the file is not as it was sealed. A file whose first chunk is
	// its last and bad counts as damaged: it may be cut off too, nothing in it
	// can tell. Whoever knows the SealedSize can.
	ErrDamaged = errors.New("the sealed file is damaged")
	// ErrTruncated: the end of the file is missing. A file of more than one
	// chunk whose last, short chunk is bad counts as cut off; an armored one that
	// is cut in the middle of a line counts as damaged.
	ErrTruncated = errors.New("the sealed file is cut off")
	// ErrNotSealed: it does not begin like an age file.
	ErrNotSealed = errors.New("not a sealed file")
	// ErrIdentity: an identity that asks somebody else (a plugin, a token)
	// failed; its own error is wrapped too.
	ErrIdentity = errors.New("the identity failed")
)

// BrokenError is an error that knows how far a sealed file is good.
// It wraps ErrDamaged or ErrTruncated.
type BrokenError struct {
	Kind error
	Good int64 // so many bytes of content before the bad chunk are authentic
}

// Error says what kind it is, and where.
func (b *BrokenError) Error() string {
	return fmt.Sprintf("%v after %d bytes of content", b.Kind, b.Good)
}

// Unwrap gives ErrDamaged or ErrTruncated.
func (b *BrokenError) Unwrap() error { return b.Kind }

// Options are the same for all that reads a whole file. The zero value is right
// for files whose digests are wanted.
type Options struct {
	Workers  int  // cores that encrypt; 0 is all of them, 16 at most
	NoPlain  bool // no SHA-256 of the content: it costs as much as encrypting does
	NoCipher bool // no SHA-256 of the sealed file

	PlainUpTo int64 // none of content that is longer either; 0: however long it is
}

// content is the SHA-256 of what was asked for.
func (o Options) content() *limited { return &limited{h: sha256or(o.NoPlain), upTo: o.PlainUpTo} }

// limited is a SHA-256 that gives up on what is too long.
type limited struct {
	h       hash.Hash // or nil
	n, upTo int64
}

func (l *limited) write(b []byte) {
	if l.h == nil {
		return
	}
	if l.n += int64(len(b)); l.upTo > 0 && l.n > l.upTo {
		l.h = nil
		return
	}
	l.h.Write(b)
}

func (o Options) workers() int {
	n := o.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return min(n, 16)
}

// Sealed says what was sealed, or what was opened.
type Sealed struct {
	Size       int64    // bytes of content
	SealedSize int64    // bytes of the age file
	Plain      [32]byte // SHA-256 of the content; all zero: none was made
	Cipher     [32]byte // SHA-256 of the age file; all zero: none was made
	// Header is the SHA-256 of the header and the nonce. The header holds the
	// file's own key for its recipients, and its MAC is made with that key. So a
	// file of this Header and Size that opens holds what was sealed, unless
	// somebody who has its key made another: no digest of all of it is needed.
	Header [32]byte

	key   secret.Bytes // the file's own key, only after Seal
	seed  maphash.Seed
	proof [32]byte // see prover
	marks [32]byte // of the content alone
}

// Forget wipes the file's own key: Check works no more, Same does.
func (s Sealed) Forget() { s.key.Wipe() }

// Seal reads src to its end and writes it to dst as one age file for all the
// recipients. They follow age's rules: classic and post-quantum ones do not go
// together, a passphrase goes with nothing. An error of src or dst comes back
// as it is; what was written until then is worth nothing. A canceled ctx ends
// it before the next piece, but cannot interrupt a Read or Write that hangs.
func Seal(ctx context.Context, dst io.Writer, src io.Reader, to []age.Recipient, o Options) (Sealed, error) {
	return sealAs(ctx, dst, src, to, sealAsOptions{o, maphash.MakeSeed()})
}

// sealAsOptions are those of Seal, and the seed of the marks.
type sealAsOptions struct {
	Options

	seed maphash.Seed
}

func sealAs(ctx context.Context, dst io.Writer, src io.Reader, to []age.Recipient, o sealAsOptions) (Sealed, error) {
	s, err := newSealing(dst, src, to, o)
	if err != nil {
		return Sealed{}, err
	}
	return s.run(ctx)
}

// newSealing makes the header and the file's own key. Nothing is written yet.
func newSealing(dst io.Writer, src io.Reader, to []age.Recipient, o sealAsOptions) (*sealing, error) {
	var head bytes.Buffer
	fileKey, err := newHeader(&head, to)
	if err != nil {
		return nil, err
	}
	s := &sealing{
		src: bufio.NewReader(src), dst: dst, head: head.Bytes(), workers: o.workers(),
		plain: o.content(), cipher: sha256or(o.NoCipher), prover: newProver(o.seed),
	}
	s.out = Sealed{key: secret.New(fileKey), Header: sha256.Sum256(s.head), seed: o.seed}
	if s.stream, err = newStream(fileKey, s.head[len(s.head)-nonceSize:]); err != nil {
		s.out.Forget()
		return nil, err
	}
	return s, nil
}

// run seals all of it. After an error the key is forgotten.
func (s *sealing) run(ctx context.Context) (Sealed, error) {
	err := s.write(s.head)
	if err == nil {
		err = flow{workers: s.workers, fill: s.fill, work: s.work, drain: s.drain}.run(ctx)
	}
	if err != nil {
		s.out.Forget()
		return Sealed{}, err
	}
	sum(s.prover.all, &s.out.proof)
	sum(s.prover.content, &s.out.marks)
	sum(s.plain.h, &s.out.Plain)
	sum(s.cipher, &s.out.Cipher)
	return s.out, nil
}

// newHeader writes the header and the nonce, and gives the new file key. It is
// age itself that makes and writes them; the taps overhear the key.
func newHeader(head *bytes.Buffer, to []age.Recipient) ([]byte, error) {
	taps := make([]*tap, len(to))
	all := make([]age.Recipient, len(to))
	for i, r := range to {
		taps[i] = &tap{to: r}
		all[i] = taps[i]
	}
	// The writer that this gives would seal the payload on one core. Nothing
	// goes through it, and it is not closed: it has written nothing but the header.
	if _, err := age.Encrypt(head, all...); err != nil {
		return nil, err
	}
	return taps[0].key, nil
}

// tap passes a recipient through and keeps the file key.
type tap struct {
	to  age.Recipient
	key []byte
}

// Wrap is there for the interface; age calls WrapWithLabels.
func (t *tap) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	stanzas, _, err := t.WrapWithLabels(fileKey)
	return stanzas, err
}

// WrapWithLabels lets age hold the labels of the real recipients together.
func (t *tap) WrapWithLabels(fileKey []byte) (stanzas []*age.Stanza, labels []string, err error) {
	t.key = bytes.Clone(fileKey)
	if r, ok := t.to.(age.RecipientWithLabels); ok {
		stanzas, labels, err = r.WrapWithLabels(fileKey)
	} else {
		stanzas, err = t.to.Wrap(fileKey)
	}
	if err == nil && len(stanzas) == 0 {
		err = errors.New("the recipient wrapped nothing")
	}
	return stanzas, labels, err
}

// sealing is one Seal under way: fill and drain run in order, work anywhere.
type sealing struct {
	stream
	src     *bufio.Reader
	dst     io.Writer
	head    []byte // header and nonce
	workers int
	plain   *limited
	cipher  hash.Hash // or nil
	prover  *prover
	out     Sealed
}

// fill reads the next chunks, each into its slot. A chunk is the last if nothing
// comes behind it: only behind the last of the piece that takes a look of its own.
func (s *sealing) fill(p *piece) error {
	for i := range perPiece {
		slot := p.slot(i)[:chunkSize]
		n, err := readFull(s.src, slot)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if p.last = err != nil; n == 0 && (i > 0 || p.first > 0) {
			return nil // the one before was the last
		}
		p.used, p.lens[i], p.chunks = i*sealedChunk+n, n, i+1
		s.out.Size += int64(n)
		s.plain.write(slot[:n])
		if p.last {
			return nil
		}
	}
	_, err := s.src.Peek(1)
	if p.last = errors.Is(err, io.EOF); p.last {
		return nil
	}
	return err
}

// work seals the chunks where they lie, so that no plaintext is left.
func (s *sealing) work(p *piece) (int, error) {
	for i := range p.chunks {
		plain := p.slot(i)[:p.lens[i]]
		p.marks[i].sum = maphash.Bytes(s.prover.seed, plain)
		nonce := p.nonceOf(p.first+int64(i), p.last && i == p.chunks-1)
		sealed := s.aead.Seal(plain[:0], nonce, plain, nil)
		copy(p.marks[i].tag[:], sealed[len(plain):])
		p.used = i*sealedChunk + len(sealed)
	}
	return p.chunks, nil
}

func (s *sealing) drain(p *piece) error {
	s.prover.add(p)
	return s.write(p.buf[:p.used])
}

func (s *sealing) write(b []byte) error {
	if s.cipher != nil {
		s.cipher.Write(b)
	}
	s.out.SealedSize += int64(len(b))
	return writeAll(s.dst, b)
}

func sha256or(no bool) hash.Hash {
	if no {
		return nil
	}
	return sha256.New()
}

func sum(h hash.Hash, out *[32]byte) {
	if h != nil {
		h.Sum(out[:0])
	}
}

func writeAll(w io.Writer, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		return io.ErrShortWrite
	}
	return err
}

// readFull fills b. io.EOF means that src ended, maybe after some bytes; an
// io.ErrUnexpectedEOF of src itself stays an error.
func readFull(src io.Reader, b []byte) (n int, err error) {
	for idle := 0; n < len(b); {
		m, err := src.Read(b[n:])
		n += m
		switch {
		case n == len(b): // an error that came with the last bytes comes again
			return n, nil
		case err != nil:
			return n, err
		case m > 0:
			idle = 0
		default:
			if idle++; idle == 100 {
				return n, io.ErrNoProgress
			}
		}
	}
	return n, nil
}

// newStream derives the key of the payload.
func newStream(fileKey, nonce []byte) (stream, error) {
	key, err := hkdf.Key(sha256.New, fileKey, nonce, "payload", chacha20poly1305.KeySize)
	if err != nil {
		return stream{}, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.New(key)
	return stream{aead}, err
}
