package seal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"filippo.io/age"
)

// ErrArmored means that the file is wrapped in text, so that no place in it can
// be reached without reading what is before it. Decrypt and Verify read it.
var ErrArmored = errors.New("armored: no random access")

// Reader gives any place of a sealed file. It may be used by many at a time, and
// returns nothing that is not authentic. It keeps the last chunk it opened.
type Reader struct {
	stream
	src    io.ReaderAt
	start  int64 // where the chunks begin
	sealed int64 // size of all the chunks
	size   int64
	kept   atomic.Pointer[keptChunk]
}

type keptChunk struct {
	index int64
	plain []byte
}

// Open reads the header and the last chunk, so that the size is authentic. The
// errors are those of Decrypt, and ErrArmored.
func Open(src io.ReaderAt, size int64, ids ...age.Identity) (*Reader, error) {
	f, err := unlock(io.NewSectionReader(src, 0, size), ids, Options{NoPlain: true, NoCipher: true})
	if err != nil {
		return nil, err
	}
	defer clear(f.fileKey)
	if f.armored {
		return nil, ErrArmored
	}
	return f.reader(src, size)
}

// Open gives any place of what was written, with the file's own key: so that it can
// be held to what was sealed piece by piece, where Check holds all of it. The header
// must be the one that was written. Not after Forget.
func (s Sealed) Open(src io.ReaderAt, size int64) (*Reader, error) {
	if s.key.Len() == 0 {
		return nil, ErrForgotten
	}
	id := age.NewInjectedFileKeyIdentity(s.key.Reveal())
	f, err := unlock(io.NewSectionReader(src, 0, size), []age.Identity{id}, Options{NoPlain: true, NoCipher: true})
	switch {
	case errors.Is(err, ErrNotSealed):
		return nil, &BrokenError{Kind: ErrDamaged}
	case err != nil:
		return nil, err
	}
	if f.armored || size != s.SealedSize || sha256.Sum256(f.head) != s.Header {
		return nil, &BrokenError{Kind: ErrDamaged}
	}
	return f.reader(src, size)
}

// reader goes on from the header.
func (f *opening) reader(src io.ReaderAt, size int64) (*Reader, error) {
	r := &Reader{stream: f.stream, src: src, start: int64(len(f.head))}
	r.sealed = size - r.start
	if r.sealed == 0 {
		return nil, &BrokenError{Kind: ErrTruncated}
	}
	last := (r.sealed - 1) / sealedChunk
	r.size = r.sealed - (last+1)*tagSize
	p := borrow()
	defer giveBack(p, true)
	_, err := r.chunkAt(p, last, true)
	return r, err
}

// Size is the size of the content.
func (r *Reader) Size() int64 { return r.size }

// ReadAt is that of io.ReaderAt.
func (r *Reader) ReadAt(b []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("seal: negative offset")
	}
	if off < r.size && len(b) > 0 {
		p := borrow()
		defer giveBack(p, false)
		p.used = sealedChunk
		for n < len(b) && off < r.size {
			within := int64(len(b)-n) < chunkSize-off%chunkSize // the next read may want the rest
			plain, err := r.chunkAt(p, off/chunkSize, within)
			if err != nil {
				return n, err
			}
			m := copy(b[n:], plain[off%chunkSize:])
			n += m
			off += int64(m)
		}
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// chunkAt gives the content of a chunk: a slice of p, or the kept one.
func (r *Reader) chunkAt(p *piece, index int64, keep bool) ([]byte, error) {
	if k := r.kept.Load(); k != nil && k.index == index {
		return k.plain, nil
	}
	off := index * sealedChunk
	sealed := p.slot(0)[:min(sealedChunk, r.sealed-off)]
	last := off+int64(len(sealed)) == r.sealed
	n, err := r.src.ReadAt(sealed, r.start+off)
	switch {
	case n == len(sealed):
	case err == nil, errors.Is(err, io.EOF):
		return nil, &BrokenError{Kind: ErrTruncated, Good: index * chunkSize}
	default:
		return nil, err
	}
	plain, err := r.chunk(p, sealed, index, last)
	if err == nil && keep {
		r.kept.Store(&keptChunk{index, bytes.Clone(plain)})
	}
	return plain, err
}

// Info is what everybody can see of a sealed file.
type Info struct {
	Stanzas     []string // the kinds of its recipients, in the order of the file
	PostQuantum bool     // all of them are known to withstand a quantum computer
	Armored     bool
	PayloadSize int64 // bytes of content, as the size of the file has it
}

// Inspect reads what needs no key. Nothing in it is authentic: whoever holds the
// file can have written it. Errors: ErrNotSealed, ErrDamaged, ErrTruncated.
func Inspect(r io.ReaderAt, size int64) (Info, error) {
	f := newOpening(io.NewSectionReader(r, 0, size), Options{NoPlain: true, NoCipher: true})
	header, err := f.readHeader()
	if err != nil {
		return Info{}, err
	}
	info := Info{Armored: f.armored, PostQuantum: true}
	for line := range strings.Lines(string(header)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "->" {
			continue
		}
		info.Stanzas = append(info.Stanzas, fields[1])
		switch {
		case fields[1] == "mlkem768x25519", fields[1] == "mlkem768p256tag", fields[1] == "scrypt":
		case strings.HasSuffix(fields[1], "-grease"): // noise for the sake of other tools
		default:
			info.PostQuantum = false
		}
	}
	payload := size - int64(len(header))
	if f.armored {
		if payload, err = io.Copy(io.Discard, f.in); err != nil {
			return Info{}, ended(err, 0)
		}
	}
	chunks := (payload - nonceSize + sealedChunk - 1) / sealedChunk
	info.PayloadSize = payload - nonceSize - chunks*tagSize
	if payload < nonceSize+tagSize || chunks > 1 && (payload-nonceSize)%sealedChunk > 0 && (payload-nonceSize)%sealedChunk <= tagSize {
		return Info{}, &BrokenError{Kind: ErrTruncated}
	}
	return info, nil
}

// FirstStanza tells the kind of a sealed file's first recipient from the beginning
// of the file: some hundred bytes are enough. A file sealed by a passphrase has one
// recipient, scrypt.
func FirstStanza(start io.Reader) (string, error) {
	f := newOpening(start, Options{NoPlain: true, NoCipher: true})
	if _, err := f.in.Peek(1); err != nil {
		return "", ErrNotSealed
	}
	_, err := f.readStart()
	if err != nil {
		return "", err
	}
	if _, err := f.in.ReadString('\n'); err != nil {
		return "", ended(err, 0)
	}
	line, err := f.in.ReadString('\n')
	if err != nil {
		return "", ended(err, 0)
	}
	if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "->" {
		return fields[1], nil
	}
	return "", &BrokenError{Kind: ErrDamaged}
}
