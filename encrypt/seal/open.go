package seal

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"hash/maphash"
	"io"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Decrypt opens an age file, armored or not, and writes its content to dst as it
// goes: every byte is authentic, but on an error the end is missing. The caller
// writes to a temporary file and removes it then, or takes DecryptTo. (What is
// there by then is the authentic beginning: see BrokenError.)
//
// Errors: ErrNotSealed, ErrNoMatch, ErrIdentity, ErrDamaged, ErrTruncated, or
// those of src, dst and ctx as they are.
func Decrypt(ctx context.Context, dst io.Writer, src io.Reader, ids []age.Identity, o Options) (Sealed, error) {
	f, err := unlock(src, ids, o)
	if err != nil {
		return Sealed{}, err
	}
	return f.open(ctx, dst, o)
}

// DecryptTo is Decrypt for what can be read twice: first it opens all of it and
// writes nothing, then it writes. The identities are asked once. If somebody
// changes the file between the two, dst still gets nothing but authentic bytes,
// and an error where they end.
func DecryptTo(ctx context.Context, dst io.Writer, r io.ReaderAt, ids []age.Identity, o Options) (Sealed, error) {
	f, err := unlock(whole(r), ids, o)
	if err != nil {
		return Sealed{}, err
	}
	defer clear(f.fileKey)
	found, err := f.open(ctx, nil, o)
	if err != nil {
		return Sealed{}, err
	}
	again := Options{Workers: o.Workers, NoPlain: true, NoCipher: true}
	if f, err = unlock(whole(r), []age.Identity{age.NewInjectedFileKeyIdentity(f.fileKey)}, again); err != nil {
		return Sealed{}, err
	}
	_, err = f.open(ctx, dst, again)
	return found, err
}

// Verify opens the whole file with the identities, several cores at a time, and
// writes nothing. A file that is shorter than size counts as cut off.
func Verify(ctx context.Context, r io.ReaderAt, size int64, ids []age.Identity, o Options) (Sealed, error) {
	f, err := unlock(io.NewSectionReader(r, 0, size), ids, o)
	if err != nil {
		return Sealed{}, err
	}
	defer clear(f.fileKey)
	return f.open(ctx, nil, o)
}

// whole reads r from its beginning to wherever it ends.
func whole(r io.ReaderAt) io.Reader { return io.NewSectionReader(r, 0, 1<<63-1) }

// opening is one file that is being opened: its header is, its payload not yet.
type opening struct {
	stream
	fileKey []byte
	head    []byte // header and nonce
	armored bool
	raw     *watched      // the file as it is
	in      *bufio.Reader // stands at the next chunk
	plain   *limited
	prover  *prover   // or nil
	dst     io.Writer // or nil
	size    int64
}

// watched is a reader that remembers how it ended, and hashes what went through.
type watched struct {
	io.Reader
	n   int64
	h   hash.Hash // or nil
	err error
}

// Read never returns bytes and the end together, so that the end is only seen by
// whoever wants more than there is.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if w.n += int64(n); w.h != nil {
		w.h.Write(b[:n])
	}
	if errors.Is(err, io.EOF) {
		if n > 0 {
			return n, nil
		}
		err = io.EOF
	}
	if err != nil {
		w.err = err
	}
	return n, err
}

func newOpening(src io.Reader, o Options) *opening {
	f := &opening{raw: &watched{Reader: src, h: sha256or(o.NoCipher)}, plain: o.content()}
	f.in = bufio.NewReader(f.raw)
	return f
}

// unlock reads the header, and finds the identity that opens it.
func unlock(src io.Reader, ids []age.Identity, o Options) (*opening, error) {
	f := newOpening(src, o)
	header, err := f.readHeader()
	if err != nil {
		return nil, err
	}
	if f.fileKey, err = fileKey(header, ids); err != nil {
		return nil, err
	}
	nonce := make([]byte, nonceSize)
	if _, err := readFull(f.in, nonce); err != nil {
		return nil, ended(err, 0)
	}
	f.head = append(header, nonce...)
	f.stream, err = newStream(f.fileKey, nonce)
	return f, err
}

const intro = "age-encryption.org/v1\n"

// readHeader leaves f.in at the nonce.
func (f *opening) readHeader() ([]byte, error) {
	under, err := f.readStart()
	if err != nil {
		return nil, err
	}
	header, err := age.ExtractHeader(f.in)
	switch {
	case err == nil:
		return header, nil
	case under.err != nil:
		return nil, ended(under.err, 0)
	default:
		return nil, &BrokenError{Kind: ErrDamaged}
	}
}

// readStart tells what kind of file it is, and leaves f.in at the header.
func (f *opening) readStart() (*watched, error) {
	const maxBlank = 1024 // the same as age allows before its armor
	start, err := f.in.Peek(maxBlank + len(armor.Header))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	under := f.raw
	trimmed := bytes.TrimSpace(start)
	if len(trimmed) > 0 && len(trimmed) < len(armor.Header) && bytes.HasPrefix([]byte(armor.Header), trimmed) {
		return nil, &BrokenError{Kind: ErrTruncated}
	}
	if bytes.HasPrefix(trimmed, []byte(armor.Header)) {
		f.armored = true
		under = &watched{Reader: armor.NewReader(f.in)}
		f.in = bufio.NewReader(under)
		start, _ = f.in.Peek(len(intro)) // its error comes again
	}
	known := start[:min(len(start), len(intro))]
	if !bytes.HasPrefix([]byte(intro), known) {
		return nil, ErrNotSealed // the words of age about it would show the content
	}
	under.err = nil
	return under, nil
}

// ended sorts what a read says when a file should go on but does not.
func ended(err error, good int64) error {
	var bad *armor.Error
	switch {
	case errors.Is(err, io.EOF), errors.As(err, &bad) && errors.Is(bad, io.ErrUnexpectedEOF):
		return &BrokenError{Kind: ErrTruncated, Good: good}
	case bad != nil:
		return &BrokenError{Kind: ErrDamaged, Good: good}
	}
	return err
}

// fileKey asks the identities, and sorts what they answer.
func fileKey(header []byte, ids []age.Identity) ([]byte, error) {
	var asked error
	all := make([]age.Identity, len(ids))
	for i, id := range ids {
		if all[i] = id; !native(id) {
			all[i] = overheard{id, &asked}
		}
	}
	if len(all) == 0 {
		return nil, ErrNoMatch
	}
	key, err := age.DecryptHeader(header, all...)
	var none *age.NoIdentityMatchError
	switch {
	case err == nil:
		return key, nil
	case asked != nil:
		return nil, fmt.Errorf("%w: %w", ErrIdentity, asked)
	case errors.As(err, &none):
		return nil, ErrNoMatch
	default: // a stanza that no tool writes, or a header that is not what its MAC says
		return nil, &BrokenError{Kind: ErrDamaged}
	}
}

// native reports whether an identity only computes, so that what it complains
// about is the file. One of another package says so with a method Native.
func native(id age.Identity) bool {
	switch id := id.(type) {
	case *age.X25519Identity, *age.HybridIdentity, *age.ScryptIdentity:
		return true
	case interface{ Native() bool }:
		return id.Native()
	}
	return false
}

// overheard remembers the failure of an identity.
type overheard struct {
	age.Identity
	err *error
}

func (o overheard) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	key, err := o.Identity.Unwrap(stanzas)
	if err != nil && !errors.Is(err, age.ErrIncorrectIdentity) {
		*o.err = err
	}
	return key, err
}

// open reads the payload to its end. dst may be nil.
func (f *opening) open(ctx context.Context, dst io.Writer, o Options) (Sealed, error) {
	f.dst = dst
	if err := (flow{workers: o.workers(), fill: f.fill, work: f.work, drain: f.drain}).run(ctx); err != nil {
		return Sealed{}, err
	}
	out := Sealed{Size: f.size, SealedSize: f.raw.n, Header: sha256.Sum256(f.head)}
	sum(f.plain.h, &out.Plain)
	sum(f.raw.h, &out.Cipher)
	return out, nil
}

// fill reads the next sealed chunks, one behind the other.
func (f *opening) fill(p *piece) error {
	n, err := readFull(f.in, p.buf)
	p.used, p.chunks = n, (n+sealedChunk-1)/sealedChunk
	if err == nil {
		_, err = f.in.Peek(1)
	}
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, io.EOF):
		return ended(err, p.first*chunkSize)
	case n == 0:
		return &BrokenError{Kind: ErrTruncated}
	}
	p.last = true
	return nil
}

// work opens the chunks where they lie. A chunk that is not authentic is zeroed.
func (f *opening) work(p *piece) (int, error) {
	for i := range p.chunks {
		sealed := p.slot(i)[:min(sealedChunk, p.used-i*sealedChunk)]
		plain, err := f.chunk(p, sealed, p.first+int64(i), p.last && i == p.chunks-1)
		if err != nil {
			return i, err
		}
		p.lens[i] = len(plain)
		if f.prover != nil {
			copy(p.marks[i].tag[:], sealed[len(plain):])
			p.marks[i].sum = maphash.Bytes(f.prover.seed, plain)
		}
	}
	return p.chunks, nil
}

func (f *opening) drain(p *piece) error {
	for i, n := range p.lens[:p.chunks] {
		plain := p.slot(i)[:n]
		f.size += int64(n)
		f.plain.write(plain)
		if f.dst != nil {
			if err := writeAll(f.dst, plain); err != nil {
				return err
			}
		}
	}
	if f.prover != nil {
		f.prover.add(p)
	}
	return nil
}

// chunk opens one chunk in place, or says what is wrong with it; p lends its nonce.
func (s stream) chunk(p *piece, sealed []byte, index int64, last bool) ([]byte, error) {
	if last && index > 0 && len(sealed) <= tagSize { // no tool writes an empty chunk there
		return nil, &BrokenError{Kind: ErrTruncated, Good: index * chunkSize}
	}
	var cut []byte
	if last && len(sealed) == sealedChunk {
		cut = bytes.Clone(sealed)
	}
	plain, err := s.aead.Open(sealed[:0], p.nonceOf(index, last), sealed, nil)
	if err == nil {
		return plain, nil
	}
	clear(sealed)
	broken := &BrokenError{Kind: ErrDamaged, Good: index * chunkSize}
	switch {
	case len(sealed) < tagSize, last && index > 0 && len(sealed) < sealedChunk:
		broken.Kind = ErrTruncated
	case cut != nil: // authentic, but not as the last one: the rest is missing
		if _, err := s.aead.Open(cut[:0], p.nonceOf(index, false), cut, nil); err == nil {
			broken.Kind = ErrTruncated
		}
		clear(cut)
	}
	return nil, broken
}
