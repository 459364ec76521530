package gate

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// event is what the guard needs of a record of fanotify.
type event struct {
	mask    uint64
	fd, pid int32
}

const metaSize = 24

// eventOf takes one record from what was read.
func eventOf(b []byte) (e event, rest []byte, ok bool) {
	if len(b) < metaSize {
		return e, nil, false
	}
	o := binary.NativeEndian
	n := o.Uint32(b)
	if n < metaSize || int64(n) > int64(len(b)) || b[4] != unix.FANOTIFY_METADATA_VERSION {
		return e, nil, false
	}
	return event{o.Uint64(b[8:]), int32(o.Uint32(b[16:])), int32(o.Uint32(b[20:]))}, b[n:], true //nolint:gosec // as the kernel wrote them
}

// response is the answer to an event.
func (e event) response(yes bool) (b [8]byte) {
	say := uint32(unix.FAN_DENY)
	if yes {
		say = unix.FAN_ALLOW
	}
	binary.NativeEndian.PutUint32(b[:], uint32(e.fd)) //nolint:gosec // as the kernel wrote it
	binary.NativeEndian.PutUint32(b[4:], say)
	return b
}
