package identity

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"filippo.io/age/plugin"
	"golang.org/x/crypto/ssh"

	"custode/encrypt/keys"
	"custode/encrypt/seal"
	"custode/encrypt/sheet"
	"custode/internal/secret"
	"custode/internal/textfile"
)

// The errors of reading an identity file, besides a *keys.SheetError for a
// recovery sheet with a typing error. None shows what is in it.
var (
	ErrFormat     = errors.New("not a file with an age or SSH key")
	ErrPublic     = errors.New("a public key, where the secret one is wanted")
	ErrPassphrase = errors.New("the passphrase of the key file is wrong")
	ErrLocked     = errors.New("the key file has a passphrase, and nobody to ask")
	ErrSealed     = errors.New("the key file is sealed, and not with a passphrase")
)

// MaxSize is how big an identity file may be: many keys, never a mistake for one.
const MaxSize = 1 << 20

// tries is how often a passphrase is asked for.
const tries = 3

// Options say whom to ask.
type Options struct {
	// Passphrase asks for that of the key file; try counts from 0, and beyond 0
	// the last one was wrong. An error of it ends the asking and is returned.
	// Nil: ErrLocked.
	Passphrase func(try int) (secret.Bytes, error)
	// UI is how a plugin asks.
	UI *plugin.ClientUI
}

// Parse reads a file of secret keys: age's own (one or several), those of
// plugins, such a file sealed with a passphrase, an SSH key (Ed25519, RSA), with
// a passphrase or without, or a recovery sheet as package sheet reads it, as any
// editor saves them (package textfile). age's own come as keys.Identity.
func Parse(ctx context.Context, raw []byte, o Options) ([]age.Identity, error) {
	if bytes.HasPrefix(raw, []byte("age-encryption.org/")) && len(raw) <= MaxSize { // not text
		return unseal(ctx, raw, o)
	}
	own := bytes.Clone(raw)
	whole := textfile.Text(own)
	defer clear(own)
	defer clear(whole)
	text := bytes.TrimSpace(whole)
	switch {
	case len(text) > MaxSize:
		return nil, ErrFormat
	case bytes.HasPrefix(text, []byte(armor.Header)):
		return unseal(ctx, text, o)
	case bytes.HasPrefix(text, []byte("-----BEGIN")):
		id, err := parseSSH(text, o)
		return []age.Identity{id}, err
	}
	ids, err := parseLines(text, o)
	if errors.Is(err, ErrFormat) {
		id, wrong := sheet.Read(secret.New(bytes.Clone(text)))
		if wrong == nil {
			return []age.Identity{id}, nil
		}
		if !errors.Is(wrong, sheet.ErrNoSheet) {
			return nil, wrong
		}
	}
	return ids, err
}

// parseLines reads age's keys, one a line.
func parseLines(text []byte, o Options) (out []age.Identity, err error) {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0 || line[0] == '#':
		case bytes.HasPrefix(line, []byte("AGE-PLUGIN-")):
			ui := o.UI
			if ui == nil {
				ui = &plugin.ClientUI{}
			}
			id, err := plugin.NewIdentity(string(line), ui)
			if err != nil {
				return nil, ErrFormat
			}
			out = append(out, id)
		case bytes.HasPrefix(line, []byte("age1")), bytes.HasPrefix(line, []byte("ssh-")):
			return nil, ErrPublic
		default:
			id, err := keys.Parse(secret.New(bytes.Clone(line)))
			if err != nil {
				return nil, ErrFormat
			}
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return nil, ErrFormat
	}
	return out, nil
}

// ask calls open with one passphrase after the other, until it is right.
func (o Options) ask(open func(secret.Bytes) error) error {
	if o.Passphrase == nil {
		return ErrLocked
	}
	for try := range tries {
		p, err := o.Passphrase(try)
		if err != nil {
			return err
		}
		err = open(p)
		p.Wipe()
		if !errors.Is(err, ErrPassphrase) {
			return err
		}
	}
	return ErrPassphrase
}

// unseal opens an identity file that age sealed with a passphrase.
func unseal(ctx context.Context, raw []byte, o Options) (out []age.Identity, err error) {
	info, err := seal.Inspect(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, ErrFormat
	}
	if len(info.Stanzas) != 1 || info.Stanzas[0] != "scrypt" {
		return nil, ErrSealed
	}
	err = o.ask(func(p secret.Bytes) error {
		var plain bytes.Buffer
		plain.Grow(4096)
		defer func() { clear(plain.Bytes()) }()
		id, err := age.NewScryptIdentity(string(p.Reveal()))
		if err != nil { // an empty one
			return ErrPassphrase
		}
		_, err = seal.DecryptTo(ctx, &plain, bytes.NewReader(raw), []age.Identity{id}, seal.Options{Workers: 1})
		switch {
		case errors.Is(err, seal.ErrNoMatch):
			return ErrPassphrase
		case err != nil:
			return ErrFormat
		}
		text := textfile.Text(plain.Bytes())
		defer clear(text)
		out, err = parseLines(text, o)
		return err
	})
	return out, err
}

// parseSSH reads a private key of SSH.
func parseSSH(raw []byte, o Options) (age.Identity, error) {
	key, err := ssh.ParseRawPrivateKey(raw)
	if _, locked := errors.AsType[*ssh.PassphraseMissingError](err); locked {
		err = o.ask(func(p secret.Bytes) error {
			key, err = ssh.ParseRawPrivateKeyWithPassphrase(raw, p.Reveal())
			if errors.Is(err, x509.IncorrectPasswordError) {
				return ErrPassphrase
			}
			return notRead(err)
		})
	} else {
		err = notRead(err)
	}
	if err != nil {
		return nil, err
	}
	var id age.Identity
	switch key := key.(type) {
	case *ed25519.PrivateKey:
		id, err = agessh.NewEd25519Identity(*key)
	case ed25519.PrivateKey:
		id, err = agessh.NewEd25519Identity(key)
	case *rsa.PrivateKey:
		id, err = agessh.NewRSAIdentity(key)
	default:
		return nil, ErrSSHKind
	}
	return id, notRead(err)
}

// notRead hides what a library says about a key: it may show parts of it.
func notRead(err error) error {
	if err != nil {
		return ErrFormat
	}
	return nil
}
