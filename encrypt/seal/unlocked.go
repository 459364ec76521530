package seal

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash/maphash"
	"io"
	"slices"
	"sync"

	"filippo.io/age"

	"custode/internal/secret"
)

// Unlocked is a sealed file whose own key is at hand: to open it more than once,
// or to give it other recipients, while the identities are asked only once.
type Unlocked struct {
	r       io.ReaderAt
	size    int64
	header  int64  // its length; the nonce and the chunks are behind it
	head    []byte // header and nonce
	armored bool
	key     secret.Bytes
}

// Unlock reads the header and finds the identity that opens it. The errors are
// those of Verify. Nothing is known of the content yet.
func Unlock(r io.ReaderAt, size int64, ids ...age.Identity) (Unlocked, error) {
	f, err := unlock(io.NewSectionReader(r, 0, size), ids, Options{NoPlain: true, NoCipher: true})
	if err != nil {
		return Unlocked{}, err
	}
	return Unlocked{r, size, int64(len(f.head)) - nonceSize, f.head, f.armored, secret.New(f.fileKey)}, nil
}

// Header is that of Sealed.
func (u Unlocked) Header() [32]byte { return sha256.Sum256(u.head) }

// Recipients is how many keys the file is sealed to.
func (u Unlocked) Recipients() int { return bytes.Count(u.head[:u.header], []byte("\n-> ")) }

// Forget wipes the file's own key: Decrypt and Rewrap work no more.
func (u Unlocked) Forget() { u.key.Wipe() }

// Decrypt is that of the package. It may be called again.
func (u Unlocked) Decrypt(ctx context.Context, dst io.Writer, o Options) (Sealed, error) {
	if u.key.Len() == 0 {
		return Sealed{}, ErrForgotten
	}
	return Decrypt(ctx, dst, io.NewSectionReader(u.r, 0, u.size), []age.Identity{age.NewInjectedFileKeyIdentity(u.key.Reveal())}, o)
}

// Reseal seals the content anew, under a new key of its own and for other
// recipients. The content goes from the one to the other through memory; what was
// sealed is held to what was opened. The errors are those of Decrypt and of Seal.
func (u Unlocked) Reseal(ctx context.Context, dst io.Writer, to []age.Recipient, o Options) (Sealed, error) {
	if u.key.Len() == 0 {
		return Sealed{}, ErrForgotten
	}
	quiet := Options{Workers: o.Workers, NoPlain: true, NoCipher: true}
	f, err := u.content(quiet)
	if err != nil {
		return Sealed{}, err
	}
	seed := maphash.MakeSeed()
	f.prover = newProver(seed)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	content, w := io.Pipe()
	var reading error
	var opener sync.WaitGroup
	opener.Go(func() {
		reading = guard(func() error { _, err := f.open(ctx, w, quiet); return err })
		_ = w.CloseWithError(reading) // gives no error
	})
	s, err := sealAs(ctx, dst, content, to, sealAsOptions{o, seed})
	if err != nil {
		cancel()
		_ = content.CloseWithError(io.ErrClosedPipe) // gives no error
	}
	opener.Wait()
	if fatal, ok := reading.(*panicError); ok { //nolint:errorlint // our own, never wrapped
		panic(fatal.String())
	}
	if err != nil {
		return Sealed{}, err
	}
	var opened [32]byte
	if sum(f.prover.content, &opened); opened != s.marks || f.size != s.Size {
		s.Forget()
		return Sealed{}, errors.New("seal: what was sealed is not what was opened")
	}
	return s, nil
}

// content stands at the first chunk. The header was read, and is not read again,
// unless there is no telling where it ends in the text form.
func (u Unlocked) content(o Options) (*opening, error) {
	if u.armored {
		return unlock(io.NewSectionReader(u.r, 0, u.size), []age.Identity{age.NewInjectedFileKeyIdentity(u.key.Reveal())}, o)
	}
	begin := int64(len(u.head))
	f := newOpening(io.NewSectionReader(u.r, begin, u.size-begin), o)
	var err error
	f.stream, err = newStream(u.key.Reveal(), u.head[u.header:])
	return f, err
}

// Rewrapped is how a sealed file becomes one for other recipients: Header, and
// behind it what the old file has from From on, byte for byte.
//
// The file's own key stays what it was. Whoever could open the old file and kept
// that key opens the new one too: this adds a recipient, or replaces one whose key
// was lost; to shut somebody out the file is sealed anew.
type Rewrapped struct {
	Header     []byte
	From       int64
	SealedSize int64 // of the new file

	old  Unlocked
	seed maphash.Seed
}

// Rewrap makes the header. Nothing is written, and the content is not looked at.
// ErrArmored: such a file is not rewritten.
func (u Unlocked) Rewrap(to []age.Recipient) (Rewrapped, error) {
	switch {
	case u.key.Len() == 0:
		return Rewrapped{}, ErrForgotten
	case u.armored:
		return Rewrapped{}, ErrArmored
	}
	header, err := headerFor(u.key.Reveal(), to)
	if err != nil {
		return Rewrapped{}, err
	}
	return Rewrapped{Header: header, From: u.header, SealedSize: int64(len(header)) + u.size - u.header, old: u, seed: maphash.MakeSeed()}, nil
}

// headerFor is newHeader for a file key that there is already. It is age itself
// that has the recipients wrap, holds their labels together and writes the
// stanzas; only the last line, which vouches for the others, is made here.
func headerFor(fileKey []byte, to []age.Recipient) ([]byte, error) {
	all := make([]age.Recipient, len(to))
	for i, r := range to {
		all[i] = given{tap{to: r}, fileKey}
	}
	var head bytes.Buffer
	if _, err := age.Encrypt(&head, all...); err != nil { // see newHeader
		return nil, err
	}
	const last = "\n---"
	at := bytes.LastIndex(head.Bytes()[:head.Len()-nonceSize], []byte(last+" "))
	if at < 0 {
		return nil, errors.New("seal: age wrote a header without its last line")
	}
	lines := head.Bytes()[:at+len(last)]
	key, err := hkdf.Key(sha256.New, fileKey, nil, "header", sha256.Size)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	mac := hmac.New(sha256.New, key)
	mac.Write(lines)
	return append(lines, " "+base64.RawStdEncoding.EncodeToString(mac.Sum(nil))+"\n"...), nil
}

// given is a recipient that wraps another file key than the one age made.
type given struct {
	tap

	key []byte
}

// Wrap is there for the interface; age calls WrapWithLabels.
func (g given) Wrap([]byte) ([]*age.Stanza, error) {
	stanzas, _, err := g.WrapWithLabels(nil)
	return stanzas, err
}

// WrapWithLabels wraps the key that there is.
func (g given) WrapWithLabels([]byte) ([]*age.Stanza, []string, error) {
	return g.tap.WrapWithLabels(g.key)
}

// Expected is what the new file is to be.
type Expected struct {
	cipher [32]byte // SHA-256 of the new file
	marks  []uint64 // keyed hashes of each compareAtOnce bytes behind the header
}

const compareAtOnce = 1 << 20

// Expect reads the old content, as it was sealed, while it is being copied.
func (w Rewrapped) Expect(ctx context.Context) (Expected, error) {
	var e Expected
	h := sha256.New()
	h.Write(w.Header)
	err := eachPiece(ctx, w.old.r, w.From, w.old.size-w.From, func(b []byte) error {
		h.Write(b)
		e.marks = append(e.marks, maphash.Bytes(w.seed, b))
		return nil
	})
	sum(h, &e.cipher)
	return e, err
}

// Check holds what was written to what it was to be: the header, which must open
// to the file's own key, and behind it the very bytes of the old file, by keyed
// hashes of 64 bits. It is quicker than opening the content, and says no less: that
// the old content is good is as true as before. Only when it has read the new file
// it asks for what is expected. It gives all of Sealed but Plain.
func (w Rewrapped) Check(ctx context.Context, r io.ReaderAt, size int64, expected func() (Expected, error)) (Sealed, error) {
	if w.old.key.Len() == 0 {
		return Sealed{}, ErrForgotten
	}
	if size != w.SealedSize {
		return Sealed{}, &BrokenError{Kind: ErrDamaged}
	}
	key := age.NewInjectedFileKeyIdentity(w.old.key.Reveal())
	f, err := unlock(io.NewSectionReader(r, 0, size), []age.Identity{key}, Options{NoPlain: true, NoCipher: true})
	switch {
	case errors.Is(err, ErrNotSealed):
		return Sealed{}, &BrokenError{Kind: ErrDamaged}
	case err != nil:
		return Sealed{}, err
	case !bytes.Equal(f.head[:len(f.head)-nonceSize], w.Header):
		return Sealed{}, &BrokenError{Kind: ErrDamaged}
	}
	payload := size - int64(len(w.Header))
	var marks []uint64
	err = eachPiece(ctx, r, int64(len(w.Header)), payload, func(b []byte) error {
		marks = append(marks, maphash.Bytes(w.seed, b))
		return nil
	})
	if err != nil {
		return Sealed{}, err
	}
	e, err := expected()
	if err != nil {
		return Sealed{}, err
	}
	if !slices.Equal(marks, e.marks) {
		return Sealed{}, &BrokenError{Kind: ErrDamaged}
	}
	chunks := payload - nonceSize
	return Sealed{
		Size:       chunks - (chunks+sealedChunk-1)/sealedChunk*tagSize,
		SealedSize: size, Cipher: e.cipher, Header: sha256.Sum256(f.head),
	}, nil
}

// eachPiece reads size bytes from off on, in order.
func eachPiece(ctx context.Context, r io.ReaderAt, off, size int64, fn func([]byte) error) error {
	buf := make([]byte, min(size, compareAtOnce))
	for end := off + size; off < end; off += int64(len(buf)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		buf = buf[:min(compareAtOnce, end-off)]
		if err := readAt(r, buf, off); err != nil {
			return err
		}
		if err := fn(buf); err != nil {
			return err
		}
	}
	return nil
}

// readAt fills b.
func readAt(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil, errors.Is(err, io.EOF):
		return &BrokenError{Kind: ErrTruncated}
	}
	return err
}
