package bundle

import (
	"compress/flate"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"iter"
	"strings"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// What Open and Find can't do.
var (
	// ErrNotBundle: a sealed file that is no zip, or a damaged one.
	ErrNotBundle = errors.New("the sealed file is not an archive")
	// ErrNoMember: there is no such file in it.
	ErrNoMember = errors.New("no such file in the archive")
	// ErrMember: what a member holds is not what the archive says of it.
	ErrMember = errors.New("the file in the archive is damaged")
	// ErrMethod: a zip of another program, packed in a way that is not read here.
	ErrMethod = errors.New("packed in a way that is not known")
)

// Archive is a bundle that is open. Several goroutines may use it. It holds no list
// of its members: they are read from the file each time.
type Archive struct {
	dir directory
}

// Open opens a bundle, or any zip in an age file. Errors: ErrNotBundle, those of
// seal.Open.
func Open(r io.ReaderAt, size int64, ids ...age.Identity) (*Archive, error) {
	in, err := seal.Open(r, size, ids...)
	if err != nil {
		return nil, err
	}
	d, err := findDirectory(in, in.Size())
	if errors.Is(err, errZip) {
		err = ErrNotBundle
	}
	if err != nil {
		return nil, err
	}
	return &Archive{d}, nil
}

// Count is how many files and folders there are.
func (a *Archive) Count() int64 { return a.dir.end.count }

// Members gives all of them, in the order of the archive. An error is the last that
// it gives.
func (a *Archive) Members(ctx context.Context) iter.Seq2[Member, error] {
	return func(yield func(Member, error) bool) {
		stop := errors.New("stop")
		err := a.dir.each(ctx, nil, func(m Member) error {
			if !yield(m, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			if errors.Is(err, errZip) {
				err = ErrNotBundle
			}
			yield(Member{}, err)
		}
	}
}

// Find gives the member of a name: the whole one, or without the folder that all
// are in.
func (a *Archive) Find(ctx context.Context, name string) (Member, error) {
	name = strings.TrimPrefix(name, "/")
	var short Member
	for m, err := range a.Members(ctx) {
		if err != nil {
			return Member{}, err
		}
		if m.Name == name {
			return m, nil
		}
		if _, rest := cutTop(m.Name); rest == name && rest != "" {
			short = m
		}
	}
	if short.Name == "" {
		return Member{}, ErrNoMember
	}
	return short, nil
}

// Read opens a member. All of it was authentic when it was sealed; that it is what
// was read from the folder shows at its end, in place of io.EOF: ErrMember.
func (a *Archive) Read(m Member) (io.Reader, error) {
	head := make([]byte, localSize)
	if err := readAt(a.dir.r, head, m.offset); err != nil {
		return nil, memberErr(err)
	}
	if le.Uint32(head) != localSign || m.flags&flagEncrypted != 0 {
		return nil, ErrMember
	}
	start := m.offset + localSize + int64(le.Uint16(head[26:])) + int64(le.Uint16(head[28:]))
	if start+m.packed > a.dir.end.offset {
		return nil, ErrMember
	}
	section := io.NewSectionReader(a.dir.r, start, m.packed)
	out := &checked{m: m, sum: sha256.New(), crc: crc32.NewIEEE()}
	switch m.method {
	case store:
		out.r = section
	case deflate:
		out.r = flate.NewReader(section)
	default:
		return nil, ErrMethod
	}
	return out, nil
}

func memberErr(err error) error {
	if errors.Is(err, errZip) {
		return ErrMember
	}
	return err
}

// checked is a member that is held to its length, checksum and digest.
type checked struct {
	r   io.Reader
	m   Member
	n   int64
	sum hash.Hash
	crc hash.Hash32
	err error
}

// Read is that of io.Reader.
func (c *checked) Read(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(b)
	if c.n += int64(n); c.n > c.m.Size {
		c.err = ErrMember
		return 0, c.err
	}
	c.sum.Write(b[:n])
	_, _ = c.crc.Write(b[:n]) // gives no error
	switch {
	case errors.Is(err, io.EOF):
		wrong := c.n != c.m.Size || c.crc.Sum32() != c.m.CRC ||
			c.m.Digest != [32]byte{} && [32]byte(c.sum.Sum(nil)) != c.m.Digest
		if c.err = io.EOF; wrong {
			c.err = ErrMember
		}
	case err != nil:
		var bad flate.CorruptInputError
		if c.err = err; errors.As(err, &bad) || errors.Is(err, io.ErrUnexpectedEOF) {
			c.err = ErrMember
		}
	}
	return n, c.err
}

// inside reports whether a name stays in the folder that it is unpacked to.
func inside(name string) bool {
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsRune(part, 0) {
			return false
		}
	}
	return true
}
