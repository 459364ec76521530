package choice

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"

	"custode/internal/secret"
)

// KeyBytes is the length of a key.
const KeyBytes = 32

// ErrKey is a key of another length, or one that was wiped.
var ErrKey = errors.New("the key of the choices has to be 32 bytes long")

// ID stands for a contact: without the key it tells nothing.
type ID [32]byte

// Key makes the IDs. Who has it can try addresses against the events, so it
// lies sealed like the other secrets.
type Key struct{ b secret.Bytes }

// NewKey keeps the bytes, which the caller may wipe when the work is over.
func NewKey(b secret.Bytes) (Key, error) {
	if b.Len() != KeyBytes {
		return Key{}, ErrKey
	}
	return Key{b}, nil
}

// ID is HMAC-SHA-256 over the kind and the normal form. A key that was wiped
// makes none: a hash under an empty key could be checked by anybody.
func (k Key) ID(c Contact) (ID, error) {
	if k.b.Len() != KeyBytes {
		return ID{}, ErrKey
	}
	if c.text.Len() == 0 {
		return ID{}, ErrContact
	}
	mac := hmac.New(sha256.New, k.b.Reveal())
	mac.Write([]byte("custode choice 1\x00" + string(c.kind) + "\x00"))
	mac.Write(c.text.Reveal())
	return ID(mac.Sum(nil)), nil
}
