// Package pin turns the PIN of a learner into the key that closes what the learner answered.
// A random key seals the data; the PIN, stretched with Argon2id (RFC 9106), wraps that key.
//
// Limits: a PIN is short. Whoever copies the database can try all PINs of four digits in under
// an hour of computing, and those of six in about a day; nobody reads the answers by looking into
// the file, by a report or by a query. Somebody who types PINs is slowed down: see Wait.
package pin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"custode/internal/secret"
)

// The lengths of a PIN, in digits.
const (
	MinDigits = 4
	MaxDigits = 12
)

// What can be wrong with a PIN.
var (
	ErrShape = errors.New("pin: not four to twelve digits")
	ErrEasy  = errors.New("pin: too easy to guess")
	ErrWrong = errors.New("pin: wrong")
)

// ErrDamaged says that something sealed cannot be opened with the right key.
var ErrDamaged = errors.New("pin: damaged")

// Cost says how long one try of a PIN takes.
type Cost struct {
	Time    uint32 `json:"t"` // passes
	Memory  uint32 `json:"m"` // KiB
	Threads uint8  `json:"p"`
}

// Usual is the second choice that RFC 9106 recommends (section 4): 64 MiB, three passes;
// about a tenth of a second on a small computer.
var Usual = Cost{Time: 3, Memory: 64 << 10, Threads: 4}

// sane refuses costs that nobody wrote: a damaged record must not take all memory.
func (c Cost) sane() bool {
	return c.Time >= 1 && c.Time <= 16 && c.Memory >= 8 && c.Memory <= 256<<10 && c.Threads >= 1 && c.Threads <= 16
}

// Good reports whether a PIN may be chosen: four to twelve digits, not one digit over and over,
// not a run such as 1234 or 9876.
func Good(pin secret.Bytes) error {
	p := pin.Reveal()
	if len(p) < MinDigits || len(p) > MaxDigits || bytes.ContainsFunc(p, func(r rune) bool { return r < '0' || r > '9' }) {
		return ErrShape
	}
	for _, step := range []int{0, 1, -1} {
		run := true
		for i := 1; i < len(p) && run; i++ {
			run = (int(p[i])-int(p[i-1])-step)%10 == 0 // 0 follows 9
		}
		if run {
			return ErrEasy
		}
	}
	return nil
}

// Key seals one learner's data.
type Key struct{ secret.Bytes }

// Lock is the key as it is kept: wrapped by the PIN.
type Lock struct {
	Cost    Cost   `json:"cost"`
	Salt    []byte `json:"salt"`
	Wrapped []byte `json:"wrapped"`
}

const wrapLabel = "custode learner key/1"

// New makes a key and wraps it with a PIN, which must be Good.
func New(pin secret.Bytes, cost Cost, random io.Reader) (Lock, Key, error) {
	if err := Good(pin); err != nil {
		return Lock{}, Key{}, err
	}
	salt, raw := make([]byte, 16), make([]byte, chacha20poly1305.KeySize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return Lock{}, Key{}, fmt.Errorf("pin: %w", err)
	}
	if _, err := io.ReadFull(random, raw); err != nil {
		return Lock{}, Key{}, fmt.Errorf("pin: %w", err)
	}
	l := Lock{Cost: cost, Salt: salt}
	wrap := l.stretch(pin)
	defer wrap.Wipe()
	var err error
	l.Wrapped, err = wrap.Seal(random, wrapLabel, raw)
	return l, Key{secret.New(raw)}, err
}

// Open gives the key. It fails with ErrWrong where the PIN is not the one.
func (l Lock) Open(pin secret.Bytes) (Key, error) {
	if !l.Cost.sane() || len(l.Salt) == 0 {
		return Key{}, ErrDamaged
	}
	wrap := l.stretch(pin)
	defer wrap.Wipe()
	raw, err := wrap.Unseal(wrapLabel, l.Wrapped)
	if err != nil || len(raw) != chacha20poly1305.KeySize {
		return Key{}, ErrWrong
	}
	return Key{secret.New(raw)}, nil
}

func (l Lock) stretch(pin secret.Bytes) Key {
	return Key{secret.New(argon2.IDKey(pin.Reveal(), l.Salt, l.Cost.Time, l.Cost.Memory, l.Cost.Threads, chacha20poly1305.KeySize))}
}

// block is to what length sealed texts are filled up, in bytes: their length must not tell a
// right answer from a wrong one. Whoever answers wrongly sees fewer questions in a year, so
// it holds what is kept of a whole bank; longer texts are filled up to twice that, four times...
const block = 16 << 10

// filled says to what length a text is filled up.
func filled(n int) int {
	size := block
	for size <= n {
		size *= 2
	}
	return size
}

// Seal seals a text for a purpose, which label names.
func (k Key) Seal(random io.Reader, label string, plain []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(k.Reveal())
	if err != nil {
		return nil, fmt.Errorf("pin: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+filled(len(plain))+aead.Overhead())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("pin: %w", err)
	}
	full := make([]byte, filled(len(plain))) // ends with 0x80 and zeros
	copy(full, plain)
	full[len(plain)] = 0x80
	return aead.Seal(nonce, nonce, full, []byte(label)), nil
}

// Unseal opens what Seal sealed for the same purpose. It fails with ErrDamaged.
func (k Key) Unseal(label string, sealed []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(k.Reveal())
	if err != nil {
		return nil, fmt.Errorf("pin: %w", err)
	}
	if len(sealed) < aead.NonceSize() {
		return nil, ErrDamaged
	}
	full, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(label))
	if err != nil {
		return nil, ErrDamaged
	}
	plain := bytes.TrimRight(full, "\x00")
	if len(plain) == 0 || plain[len(plain)-1] != 0x80 {
		return nil, ErrDamaged
	}
	return plain[:len(plain)-1], nil
}

// Encode writes a lock for the database.
func (l Lock) Encode() ([]byte, error) { return json.Marshal(l) }

// Decode reads it. It fails with ErrDamaged.
func Decode(raw []byte) (Lock, error) {
	var l Lock
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	if err := dec.Decode(&l); err != nil {
		return l, ErrDamaged
	}
	return l, nil
}

// How somebody who types wrong PINs is slowed down.
const (
	freeTries = 3
	firstWait = 30 * time.Second
	// LongestWait is the longest that anybody has to wait after a wrong PIN.
	LongestWait = time.Hour
)

// Wait says how long after the last try the next one is taken, after so many wrong ones in a
// row: nothing after two, then half a minute, doubled each time, at most an hour. A thousand
// tries take six weeks.
func Wait(wrong int) time.Duration {
	if wrong < freeTries {
		return 0
	}
	if n := wrong - freeTries; n < 7 {
		return firstWait << n
	}
	return LongestWait
}

// Left says how much of the wait is left now. A clock that was set back makes nobody wait
// longer than the rule.
func Left(wrong int, last, now time.Time) time.Duration {
	wait := Wait(wrong)
	return max(0, wait-max(0, now.Sub(last)))
}
