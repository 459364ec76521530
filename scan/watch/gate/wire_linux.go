package gate

import (
	"encoding/binary"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// The watch and its guard talk by messages on a pair of sockets that keep them apart.
// The first byte is the kind.
const (
	msgConfig  = 'c' // to the guard, the first: config as JSON
	msgReply   = 'r' // to the guard: reply
	msgGuarded = 'g' // to the guard: one byte, somebody is denied
	msgWalk    = 'w' // to the guard: mark all folders from this name on
	msgLink    = 'l' // to the guard: mark this file, which has several names
	msgCount   = 'n' // to the guard: send the stats
	msgAsk     = 'a' // to the watch: ask
	msgStats   = 's' // to the watch: stats as JSON
	msgReady   = 'y' // to the watch: all folders are marked; stats as JSON
	msgError   = 'e' // to the watch, before the end: the number of the system's error
	msgSkipped = 'k' // to the watch: how many opens were let through since the last
)

const (
	guardFD  = 3 // where the guard finds its socket
	msgMost  = 1 << 14
	askLen   = 1 + 8 + 8 + 4 + 4
	replyLen = 1 + 8 + 8 + 1 + 1
)

// config is what the guard must know.
type config struct {
	Folders  []string
	Self     int // the watch
	Deadline time.Duration
}

// ask is a question of the guard: may the process open the file?
type ask struct {
	id  uint64
	seq uint64 // how many changes of files the guard had seen
	pid int32
	fd  int32 // of the guard: the file
}

func (a ask) put(b []byte) []byte {
	b = append(b[:0], msgAsk)
	b = binary.LittleEndian.AppendUint64(b, a.id)
	b = binary.LittleEndian.AppendUint64(b, a.seq)
	b = binary.LittleEndian.AppendUint32(b, uint32(a.pid))   //nolint:gosec // process numbers have 22 bits
	return binary.LittleEndian.AppendUint32(b, uint32(a.fd)) //nolint:gosec // a file descriptor
}

func askOf(b []byte) (ask, bool) {
	if len(b) != askLen || b[0] != msgAsk {
		return ask{}, false
	}
	le := binary.LittleEndian
	return ask{le.Uint64(b[1:]), le.Uint64(b[9:]), int32(le.Uint32(b[17:])), int32(le.Uint32(b[21:]))}, true //nolint:gosec // as it was put
}

// verdict is the watch's answer.
type verdict byte

const (
	failed  verdict = iota // it could not judge in time
	allowed                //
	denied
)

// reply answers an ask.
type reply struct {
	id, seq uint64
	verdict verdict
	guarded bool
}

func (r reply) put(b []byte) []byte {
	b = append(b[:0], msgReply)
	b = binary.LittleEndian.AppendUint64(b, r.id)
	b = binary.LittleEndian.AppendUint64(b, r.seq)
	return append(b, byte(r.verdict), flag(r.guarded))
}

func replyOf(b []byte) (reply, bool) {
	if len(b) != replyLen || b[0] != msgReply {
		return reply{}, false
	}
	le := binary.LittleEndian
	return reply{le.Uint64(b[1:]), le.Uint64(b[9:]), verdict(b[17]), b[18] != 0}, true
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// send never waits: a partner that does not read is told nothing.
func send(fd int, b []byte) error {
	for {
		err := unix.Send(fd, b, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// recv takes one message; 0 bytes are the end.
func recv(fd int, b []byte) (int, error) {
	for {
		n, err := unix.Read(fd, b)
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
