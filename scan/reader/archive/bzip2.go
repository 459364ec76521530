package archive

import (
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
)

// Bzip2 reads a bzip2 stream and calls h once, with no name: streams one behind the
// other are one content. What follows the last one, other than zeros, is counted as
// hidden once the content was read to its end. A stream that breaks off, or whose
// checksum does not fit, gives ErrDamaged at its end and from Bzip2. Memory: 32 KiB
// and compress/bzip2's own 4 MiB.
func Bzip2(ctx context.Context, r io.Reader, o Options, h Handler) (Info, error) {
	s := &stream{spend: o.Spend}
	s.in.begin(r, ctx.Err)
	if !isBzip2(s.in.peek(10)) {
		if err := s.in.failed(); err != nil {
			return s.info, err
		}
		return s.info, fmt.Errorf("%w: header of a bzip2 stream", ErrDamaged)
	}
	s.dec = bzip2.NewReader(&s.in)
	s.decode = s.bunzip
	return s.run("", h)
}

// bunzip decodes into b. The decoder takes anything behind a stream for another
// one, and says so when it is not; by then it has read two bytes of it.
func (s *stream) bunzip(b []byte) (int, error) {
	n, err := s.dec.Read(b)
	var broken bzip2.StructuralError
	if errors.As(err, &broken) && broken == errBehind {
		s.in.from = max(0, s.in.from-2)
		err = io.EOF
	}
	return n, err
}

// errBehind is how compress/bzip2 says that no further stream follows; a test
// holds it to that.
const errBehind bzip2.StructuralError = "bad magic value in continuation file"

// isBzip2 says that b begins with a stream's header and the magic number of a block
// or of the end.
func isBzip2(b []byte) bool {
	return len(b) >= 10 && string(b[:3]) == "BZh" && b[3] >= '1' && b[3] <= '9' &&
		(string(b[4:10]) == "\x31\x41\x59\x26\x53\x59" || string(b[4:10]) == "\x17\x72\x45\x38\x50\x90")
}
