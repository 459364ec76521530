package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"hash/crc32"
	"iter"
)

// errUnlike says that what was read back is not what was written.
var errUnlike = errors.New("what was read back is not what was written")

// proof is given a zip as it is read back, from its beginning to its end, and holds
// it to its own directory: the head of every member, the SHA-256 of its content and
// what stands behind it; then the directory itself and the end. Between the members
// may be gaps.
type proof struct {
	dir  directory
	next func() (Member, error, bool)
	stop func()

	at   int64 // the place of the next byte
	part func(*proof, []byte) (int, error)
	want []byte // what has to come next
	m    Member
	left int64 // of its content
	sum  hash.Hash
	crc  hash.Hash32
	list hash.Hash // of the directory
}

func newProof(ctx context.Context, d directory) *proof {
	p := &proof{dir: d, sum: sha256.New(), crc: crc32.NewIEEE(), list: sha256.New(), part: (*proof).gap}
	a := Archive{d}
	p.next, p.stop = iter.Pull2(a.Members(ctx))
	if err := p.follow(); err != nil {
		p.part = func(*proof, []byte) (int, error) { return 0, err }
	}
	return p
}

// Write is that of io.Writer.
func (p *proof) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		k, err := p.part(p, b)
		if err != nil {
			return n - len(b), err
		}
		p.at += int64(k)
		b = b[k:]
	}
	return n, nil
}

// follow finds out which member comes next.
func (p *proof) follow() error {
	m, err, ok := p.next()
	if err != nil {
		return err
	}
	p.part = (*proof).gap
	if p.m = m; !ok {
		p.m = Member{offset: p.dir.end.offset}
	}
	return nil
}

func (p *proof) gap(b []byte) (int, error) {
	if to := p.m.offset - p.at; to > 0 {
		return int(min(to, int64(len(b)))), nil
	} else if to < 0 {
		return 0, errUnlike
	}
	if p.part = (*proof).head; p.m.Name == "" {
		p.part = (*proof).directory
		return 0, nil
	}
	p.want, p.left = local(p.m), p.m.packed
	return 0, nil
}

// expect compares with what has to come. Done: that was all of it.
func (p *proof) expect(b []byte) (n int, done bool, err error) {
	n = min(len(b), len(p.want))
	if !bytes.Equal(b[:n], p.want[:n]) {
		return 0, false, errUnlike
	}
	p.want = p.want[n:]
	return n, len(p.want) == 0, nil
}

func (p *proof) head(b []byte) (int, error) {
	n, done, err := p.expect(b)
	if done {
		p.sum.Reset()
		p.crc.Reset()
		if p.part = (*proof).content; p.left == 0 {
			err = p.complete()
		}
	}
	return n, err
}

func (p *proof) content(b []byte) (int, error) {
	b = b[:min(int64(len(b)), p.left)]
	p.sum.Write(b)
	if p.m.flags&flagStreamed != 0 { // the others are read as a whole before both are made
		_, _ = p.crc.Write(b) // gives no error
	}
	if p.left -= int64(len(b)); p.left > 0 {
		return len(b), nil
	}
	return len(b), p.complete()
}

// complete is called at the end of a content.
func (p *proof) complete() error {
	if !p.m.Folder() && [32]byte(p.sum.Sum(nil)) != p.m.Digest || p.m.Size != p.m.packed {
		return errUnlike
	}
	if p.m.flags&flagStreamed == 0 {
		return p.follow()
	}
	if p.crc.Sum32() != p.m.CRC {
		return errUnlike
	}
	p.want, p.part = appendDescriptor(nil, p.m), (*proof).behind
	return nil
}

func (p *proof) behind(b []byte) (int, error) {
	n, done, err := p.expect(b)
	if done {
		err = p.follow()
	}
	return n, err
}

func (p *proof) directory(b []byte) (int, error) {
	to := p.dir.end.offset + p.dir.end.size - p.at
	b = b[:min(int64(len(b)), to)]
	p.list.Write(b)
	if int64(len(b)) == to {
		p.want, p.part = appendEnd(nil, p.dir.end), (*proof).end
	}
	return len(b), nil
}

func (p *proof) end(b []byte) (int, error) {
	n, _, err := p.expect(b)
	if n == 0 && err == nil {
		err = errUnlike // more than there should be
	}
	return n, err
}

// close gives the digest of the directory, if all of the zip came and was right.
func (p *proof) close() ([32]byte, error) {
	p.stop()
	if p.want == nil || len(p.want) > 0 || p.at != p.dir.end.offset+p.dir.end.size+int64(len(appendEnd(nil, p.dir.end))) {
		return [32]byte{}, errUnlike
	}
	return [32]byte(p.list.Sum(nil)), nil
}
