package seal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/maphash"
	"io"

	"filippo.io/age"
)

// prover sums up what was sealed in a way that costs next to nothing: for each
// chunk the tag of its ciphertext, and a keyed 64-bit hash of its plaintext that
// was taken before it was sealed. A file that opens to the same proof has the
// same ciphertext, and no fault of memory changed the content on its way.
type prover struct {
	seed    maphash.Seed
	all     hash.Hash // of every mark
	content hash.Hash // of what the marks have from the plaintext
	b       [tagSize + 8]byte
}

func newProver(seed maphash.Seed) *prover {
	return &prover{seed: seed, all: sha256.New(), content: sha256.New()}
}

func (v *prover) add(p *piece) {
	for _, m := range p.marks[:p.chunks] {
		copy(v.b[:], m.tag[:])
		binary.LittleEndian.PutUint64(v.b[tagSize:], m.sum)
		v.all.Write(v.b[:])
		v.content.Write(v.b[tagSize:])
	}
}

// ErrForgotten means that the proof was asked of what Seal did not give, or,
// by Check, after Forget.
var ErrForgotten = errors.New("the file's key is not in memory")

// Check opens again what was written, with the file's own key, and holds it to
// what was sealed: the header with the stanza of every recipient, the length,
// every chunk's ciphertext and content. Nothing is written. An error is
// ErrDamaged, ErrTruncated, ErrForgotten, or one of r and ctx. It does not prove
// that an identity opens the file: that is Verify.
func (s Sealed) Check(ctx context.Context, r io.ReaderAt, size int64, o Options) error {
	o.NoCipher = true
	_, err := s.CheckSum(ctx, r, size, o)
	return err
}

// CheckSum is Check that makes the digest of the sealed file on the way, and
// gives s with it. While the disk is waited for it costs no time, so that Seal
// can leave it out (NoCipher).
func (s Sealed) CheckSum(ctx context.Context, r io.ReaderAt, size int64, o Options) (Sealed, error) {
	return s.CheckTo(ctx, nil, r, size, o)
}

// CheckTo is CheckSum that hands the content on as it is read, for a second look at
// it: whether all of it was right shows at the end.
func (s Sealed) CheckTo(ctx context.Context, dst io.Writer, r io.ReaderAt, size int64, o Options) (Sealed, error) {
	if s.key.Len() == 0 {
		return s, ErrForgotten
	}
	got, err := s.opened(ctx, dst, io.NewSectionReader(r, 0, size), o)
	if err != nil {
		return s, err
	}
	return s.hold(got)
}

// opened opens what was written with the file's own key, to its end or to where it
// is not what it should be. What it gives is to be held to what was sealed. It needs
// no more of s than what is known once the header is written.
func (s Sealed) opened(ctx context.Context, dst io.Writer, in io.Reader, o Options) (Sealed, error) {
	o.NoPlain = true // the proof says it for less
	f, err := unlock(in, []age.Identity{age.NewInjectedFileKeyIdentity(s.key.Reveal())}, o)
	switch {
	case errors.Is(err, ErrNotSealed):
		return Sealed{}, &BrokenError{Kind: ErrDamaged}
	case err != nil:
		return Sealed{}, err
	case sha256.Sum256(f.head) != s.Header:
		return Sealed{}, &BrokenError{Kind: ErrDamaged}
	}
	f.prover = newProver(s.seed)
	got, err := f.open(ctx, dst, o)
	sum(f.prover.all, &got.proof)
	return got, err
}

// hold gives s, with the digest of what was opened, if that is what was sealed.
func (s Sealed) hold(got Sealed) (Sealed, error) {
	if got.Size != s.Size || got.SealedSize != s.SealedSize || got.proof != s.proof {
		return s, &BrokenError{Kind: ErrDamaged}
	}
	if got.Cipher != [32]byte{} {
		s.Cipher = got.Cipher
	}
	return s, nil
}

// Same reads src to its end and reports whether it is what was sealed: by the
// keyed hashes of 64 bits of its chunks, at the speed of memory. It finds every
// change that happens; it is no proof against somebody who knows the seed, which
// never leaves this process.
func (s Sealed) Same(ctx context.Context, src io.Reader) (bool, error) {
	if s.marks == [32]byte{} {
		return false, ErrForgotten
	}
	v, size := newProver(s.seed), int64(0)
	p := borrow()
	defer giveBack(p, true)
	for p.chunks = 1; ; {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		n, err := readFull(src, p.buf[:chunkSize])
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if size += int64(n); n > 0 || size == 0 { // only empty content has an empty chunk
			p.marks[0].sum = maphash.Bytes(v.seed, p.buf[:n])
			v.add(p)
		}
		if err != nil || size > s.Size {
			break
		}
	}
	var marks [32]byte
	sum(v.content, &marks)
	return size == s.Size && marks == s.marks, nil
}
