package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"hash"
	"io"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/seal"
)

// inMemory is how many bytes of the directory are kept before they go to the disk.
const inMemory = 2 << 20

// spool collects the directory of a zip, which stands at its end. The names of a
// million files are too much for the memory: from some size on it lies in a
// temporary file, sealed with a key that nobody keeps.
type spool struct {
	ctx  context.Context                   //nolint:containedctx // lives as long as one bundle is made
	make func() (disk.File, func(), error) // a temporary file, and how to get rid of it

	buf   bytes.Buffer
	sum   hash.Hash
	size  int64
	count int64

	file   disk.File
	drop   func()
	pipe   *io.PipeWriter
	done   chan error
	sealed seal.Sealed
}

func newSpool(ctx context.Context, create func() (disk.File, func(), error)) *spool {
	return &spool{ctx: ctx, make: create, sum: sha256.New()}
}

func (s *spool) add(b []byte) error {
	s.sum.Write(b)
	s.size += int64(len(b))
	s.count++
	if s.pipe == nil {
		if s.buf.Write(b); s.buf.Len() < inMemory {
			return nil
		}
		if err := s.toDisk(); err != nil {
			return err
		}
		b = s.buf.Bytes()
		defer func() { s.buf = bytes.Buffer{} }()
	}
	_, err := s.pipe.Write(b)
	return err
}

func (s *spool) toDisk() error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	if s.file, s.drop, err = s.make(); err != nil {
		return err
	}
	r, w := io.Pipe()
	done := make(chan error, 1)
	s.pipe, s.done = w, done
	go func() {
		o := seal.Options{Workers: 1, NoPlain: true, NoCipher: true}
		out, err := seal.Seal(s.ctx, s.file, r, []age.Recipient{id.Recipient()}, o)
		s.sealed = out
		_ = r.CloseWithError(err) // gives no error
		done <- err
	}()
	return nil
}

// read gives all that was added.
func (s *spool) read() (io.Reader, error) {
	if s.pipe == nil {
		return &s.buf, nil
	}
	if err := s.finish(nil); err != nil {
		return nil, err
	}
	r, err := s.sealed.Open(s.file, s.sealed.SealedSize)
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(r, 0, r.Size()), nil
}

func (s *spool) finish(err error) error {
	if s.done == nil {
		return nil
	}
	_ = s.pipe.CloseWithError(err) // gives no error
	done := s.done
	s.done = nil
	return <-done
}

// close removes the temporary file. It may be called twice.
func (s *spool) close() {
	_ = s.finish(io.ErrClosedPipe)
	s.sealed.Forget()
	if s.file != nil {
		_ = s.file.Close()
		s.drop()
		s.file = nil
	}
}
