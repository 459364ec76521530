package identity

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/plugin"
	"golang.org/x/crypto/ssh"

	"custode/encrypt/keys"
	"custode/encrypt/seal"
	"custode/encrypt/sheet"
	"custode/internal/secret"
)

// The errors of Read, besides a *keys.SheetError for a recovery sheet with a typing
// error, and what ask gives. None shows the text.
var (
	ErrIdentity    = errors.New("not a key that opens files")
	ErrPublic      = errors.New("a public key, where the secret one is wanted")
	ErrNoPublicKey = errors.New("an SSH key with a passphrase, in the old form that does not tell its public key")
)

// Read reads a file of keys that open sealed files, in any of these forms:
//
//   - age's: lines AGE-SECRET-KEY-... or AGE-PLUGIN-..., and comments
//   - the same, sealed by age for a passphrase, which ask is asked for
//   - an SSH private key; if it has a passphrase, ask is asked when it is used
//   - a recovery sheet, as package sheet reads it
//
// A plugin asks its questions through ui.
func Read(content secret.Bytes, ask func() (secret.Bytes, error), ui *plugin.ClientUI) ([]age.Identity, error) {
	text := bytes.TrimSpace(bytes.TrimPrefix(content.Reveal(), []byte("\xef\xbb\xbf")))
	switch {
	case len(text) == 0:
		return nil, ErrIdentity
	case bytes.HasPrefix(text, []byte("-----BEGIN AGE ")), bytes.HasPrefix(text, []byte("age-encryption.org/")):
		return readSealed(text, ask, ui)
	case bytes.HasPrefix(text, []byte("-----BEGIN ")):
		return readSSH(text, ask)
	case hasKeys(text):
		return readKeys(text, ui)
	case bytes.HasPrefix(text, []byte("age1")), bytes.HasPrefix(text, []byte("ssh-")):
		return nil, ErrPublic
	}
	id, err := sheet.Read(content)
	if errors.Is(err, sheet.ErrNoSheet) {
		return nil, ErrIdentity
	}
	if err != nil {
		return nil, err
	}
	return []age.Identity{id}, nil
}

// hasKeys tells a file of age's keys from a sheet, whose key may be typed with the
// same beginning: there the key goes on for four lines.
func hasKeys(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("AGE-PLUGIN-")) || bytes.HasPrefix(line, []byte("AGE-SECRET-KEY-")) && len(line) > 70 {
			return true
		}
	}
	return false
}

func readKeys(text []byte, ui *plugin.ClientUI) (out []age.Identity, err error) {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		var id age.Identity
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "AGE-PLUGIN-"):
			id, err = plugin.NewIdentity(line, ui)
		default:
			id, err = keys.Parse(secret.FromString(line))
		}
		if err != nil {
			return nil, ErrIdentity
		}
		out = append(out, id)
	}
	return out, nil
}

func readSealed(text []byte, ask func() (secret.Bytes, error), ui *plugin.ClientUI) ([]age.Identity, error) {
	pass, err := ask()
	if err != nil {
		return nil, err
	}
	defer pass.Wipe()
	id, err := age.NewScryptIdentity(string(pass.Reveal()))
	if err != nil {
		return nil, keys.ErrPassphrase
	}
	var plain bytes.Buffer
	if _, err := seal.Decrypt(context.Background(), &plain, bytes.NewReader(text), []age.Identity{id}, seal.Options{}); err != nil {
		return nil, err
	}
	inside := secret.New(plain.Bytes())
	defer inside.Wipe()
	if !hasKeys(inside.Reveal()) {
		return nil, ErrIdentity
	}
	return readKeys(inside.Reveal(), ui)
}

func readSSH(text []byte, ask func() (secret.Bytes, error)) ([]age.Identity, error) {
	id, err := agessh.ParseIdentity(text)
	var locked *ssh.PassphraseMissingError
	switch {
	case err == nil:
		return []age.Identity{id}, nil
	case !errors.As(err, &locked):
		return nil, ErrIdentity
	case locked.PublicKey == nil:
		return nil, ErrNoPublicKey
	}
	id, err = agessh.NewEncryptedSSHIdentity(locked.PublicKey, bytes.Clone(text), func() ([]byte, error) {
		pass, err := ask()
		return pass.Reveal(), err
	})
	if err != nil {
		return nil, ErrIdentity
	}
	return []age.Identity{id}, nil
}

// Passphrase opens files that are sealed by a passphrase. It asks when it meets the
// first one, once for each passphrase that is wrong, at most three times for a file.
type Passphrase struct {
	// Ask gives a passphrase, or an error where there is nobody to ask. Again: the one
	// before did not open the file.
	Ask func(again bool) (secret.Bytes, error)

	mu    sync.Mutex // one file at a time: scrypt takes much memory
	known *age.ScryptIdentity
}

// Unwrap makes it an age.Identity.
func (p *Passphrase) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != "scrypt" {
		return nil, age.ErrIncorrectIdentity
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		if key, err := p.known.Unwrap(stanzas); err == nil {
			return key, nil
		}
	}
	for try := range 3 {
		pass, err := p.Ask(try > 0 || p.known != nil)
		if err != nil {
			return nil, err
		}
		id, err := age.NewScryptIdentity(string(pass.Reveal()))
		if err != nil {
			return nil, keys.ErrPassphrase
		}
		key, err := id.Unwrap(stanzas)
		if err == nil {
			p.known = id
			return key, nil
		}
		if !errors.Is(err, age.ErrIncorrectIdentity) {
			return nil, fmt.Errorf("%w: %w", ErrIdentity, err)
		}
	}
	return nil, age.ErrIncorrectIdentity
}
