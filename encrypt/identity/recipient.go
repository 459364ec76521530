// Package identity reads the keys that people bring along: the text of what
// can open files, and of what files can be sealed to. It knows what age knows:
// age's own keys, SSH keys, and the keys of plugins (tokens, smart cards), whose
// programs age looks for in the PATH.
//
// Bytes come in; reading files is the caller's, and so are the questions.
package identity

import (
	"encoding/base64"
	"errors"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/plugin"
	"filippo.io/age/tag"
)

// Kind of a key.
type Kind string

// The kinds.
const (
	Age    Kind = "age"
	SSH    Kind = "ssh"
	Plugin Kind = "plugin"
)

// The errors of reading a recipient. None shows the text: somebody may have
// pasted a secret.
var (
	ErrRecipient = errors.New("not a recipient")
	ErrSecret    = errors.New("a secret key, where the public one is wanted")
	ErrSSHKind   = errors.New("an SSH key of a kind that age does not know")
)

// ParseRecipient reads one public key: age1..., ssh-ed25519 ... or ssh-rsa ...,
// with or without its comment, or a plugin's. A plugin asks its questions
// through ui when something is sealed to it; without one it cannot.
func ParseRecipient(text string, ui *plugin.ClientUI) (age.Recipient, Kind, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "-----BEGIN") {
		return nil, "", ErrSecret
	}
	if strings.ContainsAny(text, "\r\n") {
		return nil, "", ErrRecipient
	}
	var r age.Recipient
	var err error
	kind := Age
	switch {
	case strings.HasPrefix(text, "age1tag1"), strings.HasPrefix(text, "age1tagpq1"):
		r, err = tag.ParseRecipient(text)
	case strings.HasPrefix(text, "age1pq1"):
		r, err = age.ParseHybridRecipient(text)
	case strings.HasPrefix(text, "age1") && strings.Count(text, "1") > 1:
		kind = Plugin
		if ui == nil {
			ui = &plugin.ClientUI{}
		}
		r, err = plugin.NewRecipient(text, ui)
	case strings.HasPrefix(text, "age1"):
		r, err = age.ParseX25519Recipient(text)
	case strings.HasPrefix(text, "ssh-"), strings.HasPrefix(text, "ecdsa-"), strings.HasPrefix(text, "sk-"):
		kind = SSH
		if r, err = agessh.ParseRecipient(text); err != nil && wellFormed(text) {
			return nil, "", ErrSSHKind
		}
	case strings.HasPrefix(strings.ToUpper(text), "AGE-SECRET-KEY-"), strings.HasPrefix(strings.ToUpper(text), "AGE-PLUGIN-"):
		return nil, "", ErrSecret
	default:
		return nil, "", ErrRecipient
	}
	if err != nil {
		return nil, "", ErrRecipient
	}
	return r, kind, nil
}

// wellFormed reports whether a line looks like the public key that it claims to
// be: its second word begins with its first, as SSH writes it.
func wellFormed(line string) bool {
	f := strings.Fields(line)
	if len(f) < 2 {
		return false
	}
	b, err := base64.StdEncoding.DecodeString(f[1])
	return err == nil && len(b) > 4+len(f[0]) && string(b[4:4+len(f[0])]) == f[0]
}
