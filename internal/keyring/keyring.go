// Package keyring keeps a secret of the user in the keyring of the system: the
// Secret Service on Linux (GNOME Keyring, KWallet), the Credential Manager on
// Windows, the Keychain on macOS. What is in it opens with the user's log-in, to every
// program that runs under the user's name.
package keyring

import (
	"errors"
	"fmt"

	system "github.com/zalando/go-keyring"

	"custode/internal/secret"
)

// ErrNone says that there is no such secret.
var ErrNone = errors.New("keyring: no such secret")

// ErrAway says that this computer has no keyring that can be reached, or it is locked.
var ErrAway = errors.New("keyring: cannot be reached")

const service = "custode"

// Set keeps a secret under a name, in the place of an older one.
func Set(name string, s secret.Bytes) error {
	if err := system.Set(service, name, string(s.Reveal())); err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return nil
}

// Get gives the secret of a name.
func Get(name string) (secret.Bytes, error) {
	s, err := system.Get(service, name)
	switch {
	case errors.Is(err, system.ErrNotFound):
		return secret.Bytes{}, ErrNone
	case err != nil:
		return secret.Bytes{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	return secret.FromString(s), nil
}

// Delete removes the secret of a name. It may not be there.
func Delete(name string) error {
	err := system.Delete(service, name)
	if err == nil || errors.Is(err, system.ErrNotFound) {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}
