// Package baseline remembers what the files of the data folders were, and tells what
// has become of them since: also of what happened while no watch ran.
//
// A baseline is one file: for each file its size, times, place on the disk, mode and
// owner, a digest of its access list, and the SHA-256 of its content, in the order in
// which package walk meets them, so that two can be compared as streams: memory does
// not grow with the number of files. Its last bytes are the SHA-256 of all before
// them; who writes that digest into the journal has signed the baseline with it.
//
// [Check] has three modes. [Fast] compares what the file system tells, and reads only
// what differs. [Sample] also reads those files whose turn it is, so that each is read
// again within a stated number of turns: a change that hides behind a back-dated time,
// and a disk that rots, show then. [Full] reads everything.
package baseline

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"custode/scan/walk"
)

// Record is one file of a baseline.
type Record struct {
	Path   string
	Stamp  walk.Stamp
	Access [8]byte  // the beginning of the SHA-256 of the access list; zero where there is none
	Hash   [32]byte // SHA-256 of the content; zero where it could not be read whole
}

// Unread reports whether the content is not known.
func (r Record) Unread() bool { return r.Hash == [32]byte{} }

// ErrDamaged is what reading gives where a baseline was changed, cut or is none.
var ErrDamaged = errors.New("the baseline is damaged")

const magic = "custode baseline 1\n"

// mostPath bounds the paths that are read: more is damage.
const mostPath = 1 << 16

// Writer writes a baseline. The records must come in the order of [Before].
type Writer struct {
	w    *bufio.Writer
	sum  hash.Hash
	last string
	n    int64
	buf  []byte
}

// NewWriter begins a baseline.
func NewWriter(w io.Writer) (*Writer, error) {
	sum := sha256.New()
	b := &Writer{w: bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16), sum: sum}
	_, err := b.w.WriteString(magic)
	return b, err
}

// Add writes a record: the path as how much it shares with the one before it.
func (b *Writer) Add(r Record) error {
	if b.last != "" && !Before(b.last, r.Path) {
		return fmt.Errorf("baseline: %q after %q", r.Path, b.last)
	}
	shared := 0
	for shared < len(b.last) && shared < len(r.Path) && b.last[shared] == r.Path[shared] {
		shared++
	}
	b.last = r.Path
	b.n++
	p := append(b.buf[:0], 1)
	p = binary.AppendUvarint(p, uint64(shared))
	p = binary.AppendUvarint(p, uint64(len(r.Path)-shared)) //nolint:gosec // shared is no longer
	p = append(p, r.Path[shared:]...)
	p = binary.AppendVarint(p, r.Stamp.Size)
	p = binary.AppendVarint(p, r.Stamp.MTimeNS)
	p = binary.AppendVarint(p, r.Stamp.CTimeNS)
	p = binary.AppendUvarint(p, r.Stamp.Inode)
	p = binary.AppendUvarint(p, r.Stamp.Dev)
	p = binary.AppendUvarint(p, uint64(r.Stamp.Mode))
	p = binary.AppendUvarint(p, uint64(r.Stamp.UID))
	p = append(p, r.Access[:]...)
	p = append(p, r.Hash[:]...)
	b.buf = p
	_, err := b.w.Write(p)
	return err
}

// Close ends the baseline and gives its digest. It does not close what it writes to.
func (b *Writer) Close() (digest [32]byte, err error) {
	p := binary.AppendUvarint([]byte{0}, uint64(b.n)) //nolint:gosec // a count
	if _, err = b.w.Write(p); err == nil {
		err = b.w.Flush()
	}
	if err != nil {
		return digest, err
	}
	b.sum.Sum(digest[:0])
	if _, err = b.w.Write(digest[:]); err == nil {
		err = b.w.Flush()
	}
	return digest, err
}

// Reader reads a baseline.
type Reader struct {
	r      *bufio.Reader
	sum    hash.Hash
	taken  []byte // read, and not in sum yet
	last   []byte
	n      uint64
	Digest [32]byte // once Next has given io.EOF
}

// DigestOf gives the digest that a baseline bears, without holding it against the rest:
// that is done by reading it.
func DigestOf(f io.ReadSeeker) (digest [32]byte, err error) {
	if _, err := f.Seek(-int64(len(digest)), io.SeekEnd); err != nil {
		return digest, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	_, err = io.ReadFull(f, digest[:])
	return digest, err
}

// NewReader begins to read one.
func NewReader(r io.Reader) (*Reader, error) {
	b := &Reader{r: bufio.NewReaderSize(r, 1<<16), sum: sha256.New()}
	head := make([]byte, len(magic))
	if err := b.full(head); err != nil {
		return nil, err
	}
	if string(head) != magic {
		return nil, ErrDamaged
	}
	return b, nil
}

// full reads p whole, into the digest too.
func (b *Reader) full(p []byte) error {
	if _, err := io.ReadFull(b.r, p); err != nil {
		return damage(err)
	}
	b.count(p...)
	return nil
}

// count puts what was read into the digest, many bytes at a time.
func (b *Reader) count(p ...byte) {
	if b.taken = append(b.taken, p...); len(b.taken) >= 1<<12 {
		b.sum.Write(b.taken)
		b.taken = b.taken[:0]
	}
}

func damage(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends too early", ErrDamaged)
	}
	return err
}

// ReadByte lets encoding/binary read numbers.
func (b *Reader) ReadByte() (byte, error) {
	c, err := b.r.ReadByte()
	if err != nil {
		return 0, damage(err)
	}
	b.count(c)
	return c, nil
}

func (b *Reader) numbers(signed []*int64, plain []*uint64) error {
	for _, n := range signed {
		v, err := binary.ReadVarint(b)
		if err != nil {
			return number(err)
		}
		*n = v
	}
	for _, n := range plain {
		v, err := binary.ReadUvarint(b)
		if err != nil {
			return number(err)
		}
		*n = v
	}
	return nil
}

func number(err error) error {
	if errors.Is(err, ErrDamaged) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// Next gives the next record, and io.EOF after the last one, when the whole baseline
// was found to be what its digest says. Until then nothing of it is to be believed for
// good: ErrDamaged may come at the end.
func (b *Reader) Next() (r Record, err error) {
	kind, err := b.ReadByte()
	if err != nil {
		return r, err
	}
	if kind == 0 {
		return r, b.end()
	}
	var shared, more, mode, uid uint64
	if err := b.numbers(nil, []*uint64{&shared, &more}); err != nil {
		return r, err
	}
	if kind != 1 || shared > uint64(len(b.last)) || more > mostPath || shared+more > mostPath {
		return r, ErrDamaged
	}
	before := string(b.last)
	b.last = append(b.last[:shared], make([]byte, more)...)
	if err := b.full(b.last[shared:]); err != nil {
		return r, err
	}
	r.Path = string(b.last)
	if before != "" && !Before(before, r.Path) {
		return r, fmt.Errorf("%w: not in order", ErrDamaged)
	}
	err = b.numbers([]*int64{&r.Stamp.Size, &r.Stamp.MTimeNS, &r.Stamp.CTimeNS}, []*uint64{&r.Stamp.Inode, &r.Stamp.Dev, &mode, &uid})
	if err != nil {
		return r, err
	}
	r.Stamp.Mode, r.Stamp.UID = uint32(mode), uint32(uid)
	if err := b.full(r.Access[:]); err != nil {
		return r, err
	}
	b.n++
	return r, b.full(r.Hash[:])
}

func (b *Reader) end() error {
	n, err := binary.ReadUvarint(b)
	if err != nil {
		return number(err)
	}
	b.sum.Write(b.taken)
	want := b.sum.Sum(nil)
	if _, err := io.ReadFull(b.r, b.Digest[:]); err != nil {
		return damage(err)
	}
	if n != b.n || !bytes.Equal(want, b.Digest[:]) {
		return ErrDamaged
	}
	if _, err := b.r.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows it", ErrDamaged)
	}
	return io.EOF
}

// Before is the order in which package walk meets files: those of a folder by their
// names, then its subfolders.
func Before(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	at := strings.LastIndexAny(a[:i], separators) + 1 // where the first different name begins
	x, deepA := name(a[at:])
	y, deepB := name(b[at:])
	if deepA != deepB {
		return deepB
	}
	return x < y
}

// name is the first name of a path, and whether it is a folder's.
func name(p string) (first string, folder bool) {
	if i := strings.IndexAny(p, separators); i >= 0 {
		return p[:i], true
	}
	return p, false
}
