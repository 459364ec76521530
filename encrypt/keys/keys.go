// Package keys makes the keys that a shop lives with, and what keeps them.
//
//	vault identity     opens the shop's files every day. It is never stored as it
//	                   is: Wrap seals it for the owner's passphrase, WrapTo for
//	                   whatever else age knows (an SSH key, a token).
//	recovery identity  exists only on paper: SheetLines prints it, FromSheet reads
//	                   back what a person typed and names the line of an error.
//
// Every data file is sealed to both. So a person comes and goes without a change
// to the data, and a lost passphrase is not the end.
//
// The keys are age's own: post-quantum hybrid ones unless somebody asks for the
// classic kind, which age versions before 1.3 need. The files are age files:
// `age -d -i owner.age FILE` opens data with a wrapped identity, and a sheet's
// key in a text file does the same with `age -d -i recovery.txt FILE`.
//
// Bytes come in and go out; reading and writing files is the caller's. What is
// secret is a type that prints as [secret].
package keys

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/seal"
	"custode/internal/secret"
)

// Kind of an identity.
type Kind int

// The kinds that age makes itself.
const (
	Hybrid  Kind = iota // ML-KEM-768 with X25519: AGE-SECRET-KEY-PQ-1...
	Classic             // X25519 alone: AGE-SECRET-KEY-1...
)

// The errors of this package; those of reading a key file are seal's.
var (
	ErrKey        = errors.New("not an age identity")
	ErrRecipient  = errors.New("not an age recipient")
	ErrWorkFactor = errors.New("the scrypt work factor is out of range")
	ErrPassphrase = errors.New("the passphrase is empty")
	ErrWiped      = errors.New("the identity was wiped")
)

// Identity is a secret key of age. It prints as [secret]. Copies share it.
type Identity struct{ p *door } // two pointers on purpose, see secret.Bytes

type (
	door    struct{ c *content }
	content struct {
		text secret.Bytes
		age  age.Identity
		to   age.Recipient
	}
)

// Generate makes a new identity.
func Generate(k Kind) (Identity, error) {
	if k == Classic {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			return Identity{}, err
		}
		return Parse(secret.FromString(id.String()))
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return Identity{}, err
	}
	return Parse(secret.FromString(id.String()))
}

// Parse takes text over: one AGE-SECRET-KEY-... in capitals, nothing around it.
// The error is ErrKey: that of age would show parts of the key.
func Parse(text secret.Bytes) (Identity, error) {
	c := &content{text: text}
	s := string(text.Reveal())
	if id, err := age.ParseHybridIdentity(s); err == nil {
		c.age, c.to = id, id.Recipient()
	} else if id, err := age.ParseX25519Identity(s); err == nil {
		c.age, c.to = id, id.Recipient()
	} else {
		return Identity{}, ErrKey
	}
	return Identity{&door{c}}, nil
}

func (id Identity) content() content {
	if id.p == nil {
		return content{}
	}
	return *id.p.c
}

// Text is the AGE-SECRET-KEY-... itself. It is wiped with the identity.
func (id Identity) Text() secret.Bytes { return id.content().text }

// Kind is Hybrid or Classic.
func (id Identity) Kind() Kind {
	if _, ok := id.content().age.(*age.X25519Identity); ok {
		return Classic
	}
	return Hybrid
}

// Recipient is the public half: nil after Wipe. It is an age.Recipient and its
// String is what a settings file holds.
func (id Identity) Recipient() age.Recipient { return id.content().to }

// Unwrap makes an Identity an age.Identity.
func (id Identity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	inner := id.content().age
	if inner == nil {
		return nil, ErrWiped
	}
	return inner.Unwrap(stanzas)
}

// Native tells package seal that this identity asks nobody.
func (id Identity) Native() bool { return id.content().age != nil }

// Wipe forgets the key, in every copy. age keeps its own until the memory is
// used again.
func (id Identity) Wipe() {
	if id.p != nil {
		id.p.c.text.Wipe()
		*id.p.c = content{}
	}
}

// String gives [secret].
func (id Identity) String() string { return secret.Mask }

// GoString gives [secret].
func (id Identity) GoString() string { return secret.Mask }

// Format writes [secret] whatever the verb.
func (id Identity) Format(f fmt.State, verb rune) { secret.Bytes{}.Format(f, verb) }

// MarshalText gives [secret].
func (id Identity) MarshalText() ([]byte, error) { return secret.Bytes{}.MarshalText() }

// MarshalJSON gives "[secret]".
func (id Identity) MarshalJSON() ([]byte, error) { return secret.Bytes{}.MarshalJSON() }

// LogValue gives [secret].
func (id Identity) LogValue() slog.Value { return secret.Bytes{}.LogValue() }

// ParseRecipient reads a public key, age1... or age1pq1... The error is
// ErrRecipient, without the text: somebody may have pasted a secret.
func ParseRecipient(text string) (age.Recipient, error) {
	if r, err := age.ParseHybridRecipient(text); err == nil {
		return r, nil
	}
	if r, err := age.ParseX25519Recipient(text); err == nil {
		return r, nil
	}
	return nil, ErrRecipient
}

// Fingerprint names a recipient in sixteen characters: the first 80 bits of the
// SHA-256 of its text. Two that a person can meet are never the same, and none
// can be made on purpose for a given one.
func Fingerprint(recipient fmt.Stringer) string {
	sum := sha256.Sum256([]byte(recipient.String()))
	s := base32.NewEncoding(charset).EncodeToString(sum[:10])
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-")
}

// The work factors: the time and the memory of scrypt double with each step.
const (
	WorkFactor    = 18 // of production: 1 s and 256 MB on an office computer
	maxWorkFactor = 20 // a file that asks for more than 1 GB is not one of ours
)

// Wrap seals an identity for a passphrase, in the text form of age (armor). Any
// age opens it. workFactor is WorkFactor, except in tests.
func Wrap(id Identity, passphrase secret.Bytes, workFactor int) ([]byte, error) {
	if workFactor < 1 || workFactor > maxWorkFactor {
		return nil, ErrWorkFactor
	}
	r, err := age.NewScryptRecipient(string(passphrase.Reveal()))
	if err != nil {
		return nil, ErrPassphrase
	}
	r.SetWorkFactor(workFactor)
	return WrapTo(id, r)
}

// WrapTo seals an identity for any recipients of age.
func WrapTo(id Identity, to ...age.Recipient) ([]byte, error) {
	public, ok := id.Recipient().(fmt.Stringer)
	if !ok {
		return nil, ErrWiped
	}
	plain := fmt.Appendf(nil, "# public key: %s\n%s\n", public, id.Text().Reveal())
	defer clear(plain)
	var out bytes.Buffer
	a := armor.NewWriter(&out)
	s, err := seal.Seal(context.Background(), a, bytes.NewReader(plain), to, seal.Options{Workers: 1})
	s.Forget()
	if err == nil {
		err = a.Close()
	}
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Unwrap opens what Wrap made. The errors are those of seal.Decrypt (a wrong
// passphrase is seal.ErrNoMatch), and ErrKey when something else is inside.
func Unwrap(file []byte, passphrase secret.Bytes) (Identity, error) {
	id, err := age.NewScryptIdentity(string(passphrase.Reveal()))
	if err != nil {
		return Identity{}, ErrPassphrase
	}
	id.SetMaxWorkFactor(maxWorkFactor)
	return UnwrapWith(file, id)
}

// UnwrapWith opens what WrapTo made with one of the identities.
func UnwrapWith(file []byte, ids ...age.Identity) (Identity, error) {
	var plain bytes.Buffer
	plain.Grow(4096) // so that it need not grow, and leave copies
	_, err := seal.DecryptTo(context.Background(), &plain, bytes.NewReader(file), ids, seal.Options{Workers: 1})
	defer func() { clear(plain.Bytes()) }()
	if err != nil {
		return Identity{}, err
	}
	for line := range bytes.Lines(plain.Bytes()) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return Parse(secret.New(bytes.Clone(line)))
		}
	}
	return Identity{}, ErrKey
}
