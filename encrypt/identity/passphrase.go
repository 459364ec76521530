package identity

import (
	"errors"
	"fmt"
	"sync"

	"filippo.io/age"

	"custode/encrypt/keys"
	"custode/internal/secret"
)

// ErrIdentity is a passphrase that cannot be tried on a file: it asks for too much
// memory, or its header is broken.
var ErrIdentity = errors.New("the file cannot be opened by a passphrase")

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
