package choice

import (
	"crypto/sha256"
	"time"
)

// Wording is a text that customers are shown when they choose about a purpose and a channel.
type Wording struct {
	Purpose Purpose
	Channel Channel
	Lang    string
	Text    string
	Added   time.Time // when it was last given out
}

// Digest is what an event keeps of it: SHA-256 over purpose, channel, language and text, so
// that a yes to one thing cannot be taken for a yes to another that was asked in the same words.
func (w Wording) Digest() [32]byte {
	return sha256.Sum256([]byte("custode wording/1\n" + string(w.Purpose) + "\n" + string(w.Channel) + "\n" + w.Lang + "\n" + w.Text))
}

// Pending is a choice that was entered while the key was locked, sealed for whoever has it.
type Pending struct {
	ID     int64
	Sealed []byte
}
