// Package agent is a process that holds a secret for a while, so that a person
// types the passphrase once and not for every file. It lets go of it when nobody
// asked for it for some time, after a longest time, when the screen is locked, when
// it is told to, and when its process ends.
//
// It listens on a socket in a folder that only its user can enter (Windows 10 has
// such sockets too), and asks the system who is at the other end: only the same user
// is answered (Linux, macOS; elsewhere the folder alone protects it). Any program
// that this user runs can ask it. That is the price of every agent: the lock of the
// screen and the timeout are what bounds it.
//
// A message is five bytes and what follows them: the version of the protocol, what is
// asked or answered, the length (three bytes, big endian). One question a connection.
package agent

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"path/filepath"
	"time"

	"custode/internal/secret"
)

// version of the protocol: another one is not answered.
const version = 1

// largest message: a key is some eighty bytes.
const largest = 4096

const header = 5

// What is asked, and what is answered.
const (
	askKey    = 'k'
	askStatus = 's'
	askLock   = 'l'
	answer    = 'a'
	hold      = 'h' // the first message, through the pipe of the one who started it
)

// The errors.
var (
	ErrNone     = errors.New("nobody holds the key")
	ErrProtocol = errors.New("not a message of the agent")
	ErrForeign  = errors.New("the other end is another user's")
)

// patience with the other end.
const patience = 2 * time.Second

// Path is where the agent of a home listens: homes have nothing in common. The
// folder must be private.
func Path(dir, home string) string {
	sum := sha256.Sum256([]byte("custode agent/1\n" + home))
	return filepath.Join(dir, "agent-"+hex.EncodeToString(sum[:8]))
}

// Status tells how long the key is held yet.
type Status struct {
	Idle  time.Duration // without a use
	Until time.Time     // if it is not used until then
	Last  time.Time     // in any case
}

// Key asks for the key. ErrNone if nobody holds it.
func Key(ctx context.Context, path string) (secret.Bytes, error) {
	b, err := ask(ctx, path, askKey)
	if err == nil && len(b) == 0 {
		err = ErrProtocol
	}
	return secret.New(b), err
}

// Lock makes the agent let go; it is gone when Lock returns. ErrNone if there was none.
func Lock(ctx context.Context, path string) error {
	b, err := ask(ctx, path, askLock)
	clear(b)
	return err
}

// Ask asks how long the key is held; that is no use of it.
func Ask(ctx context.Context, path string) (Status, error) {
	b, err := ask(ctx, path, askStatus)
	if err == nil && len(b) != 24 {
		err = ErrProtocol
	}
	if err != nil {
		return Status{}, err
	}
	n := func(i int) int64 { return int64(binary.BigEndian.Uint64(b[i:])) } //nolint:gosec // the bits count
	return Status{time.Duration(n(0)), time.Unix(0, n(8)), time.Unix(0, n(16))}, nil
}

func ask(ctx context.Context, path string, what byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, ErrNone
	}
	defer c.Close() // the answer counts
	if at, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(at) // a socket has deadlines
	}
	if !samePeer(c) {
		return nil, ErrForeign
	}
	if err := send(c, what, nil); err != nil {
		return nil, ErrNone
	}
	got, b, err := receive(c)
	if err != nil {
		return nil, ErrNone
	}
	if got != answer {
		clear(b)
		return nil, ErrProtocol
	}
	if what == askLock { // it closes when it is gone
		_, _ = c.Read(make([]byte, 1))
	}
	return b, nil
}

func send(w io.Writer, what byte, body []byte) error {
	if len(body) > largest {
		return ErrProtocol
	}
	msg := make([]byte, header, header+len(body))
	binary.BigEndian.PutUint32(msg[1:], uint32(len(body))) //nolint:gosec // a few kilobytes
	msg[0], msg[1] = version, what
	msg = append(msg, body...)
	_, err := w.Write(msg)
	clear(msg)
	return err
}

func receive(r io.Reader) (what byte, body []byte, err error) {
	var head [header]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	what, head[1] = head[1], 0
	n := binary.BigEndian.Uint32(head[1:])
	if head[0] != version || n > largest {
		return 0, nil, ErrProtocol
	}
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return what, body, err
}

// HandOver makes the message with which an agent is started.
func HandOver(key secret.Bytes, idle, longest time.Duration) []byte {
	body := binary.BigEndian.AppendUint64(nil, uint64(idle))    //nolint:gosec // the bits count
	body = binary.BigEndian.AppendUint64(body, uint64(longest)) //nolint:gosec // the bits count
	body = append(body, key.Reveal()...)
	var msg buffer
	_ = send(&msg, hold, body) // to memory
	clear(body)
	return msg
}

type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// TakeOver reads that message.
func TakeOver(r io.Reader) (key secret.Bytes, idle, longest time.Duration, err error) {
	what, body, err := receive(r)
	if err != nil {
		return key, 0, 0, err
	}
	if what != hold || len(body) <= 16 {
		clear(body)
		return key, 0, 0, ErrProtocol
	}
	idle = time.Duration(binary.BigEndian.Uint64(body))        //nolint:gosec // the bits count
	longest = time.Duration(binary.BigEndian.Uint64(body[8:])) //nolint:gosec // the bits count
	if idle <= 0 || longest <= 0 {
		clear(body)
		return key, 0, 0, ErrProtocol
	}
	return secret.New(body[16:]), idle, longest, nil
}
