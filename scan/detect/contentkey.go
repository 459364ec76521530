package detect

import (
	"crypto/hmac"
	"crypto/sha256"

	"custode/scan/people"
)

// ContentKey gives the key under which whole files are compared. It is made
// from the key of the rules, and tells nothing about it.
func (r *Rules) ContentKey() [32]byte {
	mac := hmac.New(sha256.New, r.key[:])
	mac.Write([]byte("custode content key/1"))
	return [32]byte(mac.Sum(nil))
}

// Mark is the keyed hash of something that is told of a file.
func (r *Rules) Mark(what string, value []byte) uint64 { return people.Hash(r.key, what, value) }
