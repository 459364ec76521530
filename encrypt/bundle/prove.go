package bundle

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// errUnlike says that what was read back is not what was written.
var errUnlike = errors.New("what was read back is not what was written")

const (
	atOnce     = 4 << 20 // bytes of members that one worker reads back
	membersMax = 512
)

// prove reads back every member, several at a time: its head must be what it was
// made of, and its content have the digest that is listed. It reads the zip from
// its beginning to its end.
func (d directory) prove(ctx context.Context, workers int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := make(chan []Member)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			in, copying := bufio.NewReaderSize(nil, 256<<10), make([]byte, 64<<10)
			for job := range jobs {
				for len(job) > 0 && ctx.Err() == nil {
					n, err := d.proveRun(in, copying, job)
					if err != nil {
						cancel(err)
					}
					job = job[n:]
				}
			}
		})
	}
	var job []Member
	var size int64
	send := func() {
		if len(job) > 0 {
			jobs <- job
		}
		job, size = nil, 0
	}
	err := d.each(ctx, nil, func(m Member) error {
		job = append(job, m)
		if size += m.packed; size >= atOnce || len(job) == membersMax {
			send()
		}
		return ctx.Err()
	})
	send()
	close(jobs)
	wg.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// proveRun reads members that lie one behind the other, and tells how many.
func (d directory) proveRun(in *bufio.Reader, copying []byte, job []Member) (n int, err error) {
	start := job[0].offset
	in.Reset(io.NewSectionReader(d.r, start, d.end.offset-start))
	at := start
	for _, m := range job {
		if m.offset != at { // a gap
			break
		}
		if err := proveMember(in, copying, m); err != nil {
			return n, fmt.Errorf("%w: member %d", err, n)
		}
		at += int64(len(local(m))) + m.packed
		if m.flags&flagStreamed != 0 {
			at += int64(len(appendDescriptor(nil, m)))
		}
		n++
	}
	return n, nil
}

func proveMember(in *bufio.Reader, copying []byte, m Member) error {
	if err := expect(in, local(m)); err != nil {
		return err
	}
	sum, crc := sha256.New(), crc32.NewIEEE()
	to := io.Writer(sum)
	if m.Digest == [32]byte{} || m.flags&flagStreamed != 0 {
		to = io.MultiWriter(sum, crc)
	}
	if _, err := io.CopyBuffer(to, onlyReader{io.LimitReader(in, m.packed)}, copying); err != nil {
		return err
	}
	if !m.Folder() && !bytes.Equal(sum.Sum(nil), m.Digest[:]) || to != io.Writer(sum) && crc.Sum32() != m.CRC {
		return errUnlike
	}
	if m.flags&flagStreamed != 0 {
		return expect(in, appendDescriptor(nil, m))
	}
	return nil
}

// onlyReader hides what a reader can do besides.
type onlyReader struct{ io.Reader }

func expect(in io.Reader, want []byte) error {
	got := make([]byte, len(want))
	if _, err := io.ReadFull(in, got); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errUnlike
		}
		return err
	}
	if !bytes.Equal(got, want) {
		return errUnlike
	}
	return nil
}
