// Package secret holds what must never be read by accident: keys, passphrases,
// identities. A Bytes prints as [secret] wherever a program prints things: in
// fmt with every verb, in JSON, XML and text, in log/slog, in a panic, and also
// when it lies in an unexported field of a struct that is printed whole, where
// fmt asks no method. Whoever wants the content has to say so: Reveal.
//
// Limits: Go may have copied the bytes before they came here (a string that was
// typed, a buffer that grew), and the system may write memory to its swap file.
// Wipe shortens the time in which a memory dump holds the secret; it is no proof
// that none does.
package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// Mask is what a secret prints as.
const Mask = "[secret]"

// Bytes is a secret. Copies of it share one content, so that Wipe reaches all.
// The zero Bytes is empty.
type Bytes struct {
	p *door
}

// door and content are two pointers on purpose: in an unexported field fmt asks
// no method, follows one pointer when the verb is wrong, and prints an address
// for the second.
type (
	door    struct{ c *content }
	content struct{ b []byte }
)

// New takes b over: the caller must not use it afterwards, Wipe will zero it.
func New(b []byte) Bytes { return Bytes{&door{&content{b}}} }

// FromString copies s.
func FromString(s string) Bytes { return New([]byte(s)) }

// Reveal gives the content itself, not a copy: it turns to zeros with Wipe.
func (s Bytes) Reveal() []byte {
	if s.p == nil {
		return nil
	}
	return s.p.c.b
}

// Len is the number of bytes; 0 after Wipe.
func (s Bytes) Len() int { return len(s.Reveal()) }

// Equal compares in a time that depends on the lengths only.
func (s Bytes) Equal(o Bytes) bool {
	return subtle.ConstantTimeCompare(s.Reveal(), o.Reveal()) == 1
}

// Wipe zeroes the content, here and in every copy, and leaves them empty.
// It must not run beside a use of the same secret.
func (s Bytes) Wipe() {
	if s.p != nil {
		clear(s.p.c.b)
		s.p.c.b = nil
	}
}

// String gives [secret].
func (s Bytes) String() string { return Mask }

// GoString gives [secret], for %#v.
func (s Bytes) GoString() string { return Mask }

// Format writes [secret] whatever the verb.
func (s Bytes) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, Mask) // fmt keeps the error of its writer
}

// MarshalText gives [secret]. There is no way back.
func (s Bytes) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// MarshalJSON gives "[secret]". There is no way back.
func (s Bytes) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }

// LogValue gives [secret].
func (s Bytes) LogValue() slog.Value { return slog.StringValue(Mask) }
