package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"
	"filippo.io/age/plugin"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/encrypt/seal"
	"custode/internal/fault"
	"custode/internal/secret"
)

// keyFiles are the flags that say with what files are opened.
type keyFiles struct {
	identities     []string
	passphraseFile string
}

func (k *keyFiles) flags(sh *shell) []cli.Flag {
	t := sh.words.T
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "i", Usage: t("flag.decrypt.i")},
		&cli.StringFlag{Name: "passphrase-file", Usage: t("flag.decrypt.passphrase-file"), Destination: &k.passphraseFile},
	}
}

// maxKeyFile is more than any file of keys has.
const maxKeyFile = 1 << 20

// openers gives what opens the files: the keys that were brought along, and last
// the passphrase of files that are sealed by one.
func (sh *shell) openers(_ context.Context, k keyFiles, files []job.ToOpen) ([]age.Identity, error) {
	var out []age.Identity
	for _, path := range k.identities {
		ids, err := sh.readIdentities(path, k)
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	if !onlyPassphrases(files) {
		own, err := sh.ringKeys(k, out)
		if err != nil {
			return nil, err
		}
		if out = append(out, own...); len(out) == 0 {
			return nil, fault.New(fault.NoPerm, "fault.decrypt.key")
		}
	}
	return append(out, &identity.Passphrase{Ask: func(again bool) (secret.Bytes, error) {
		return sh.filePassphrase(k, "decrypt.ask", again)
	}}), nil
}

// ringKeys gives the home's own keys, if there are any: unlocked by what was brought
// along, else by the passphrase.
func (sh *shell) ringKeys(k keyFiles, brought []age.Identity) ([]age.Identity, error) {
	dir := filepath.Join(sh.home, "keys")
	r, err := ring.Load(dir)
	if errors.Is(err, ring.ErrNone) || err != nil && len(brought) > 0 {
		return nil, nil
	}
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.Data), "fault.decrypt.ring", dir, err)
	}
	if len(brought) > 0 {
		u, err := r.UnlockWith(brought...)
		if err != nil {
			return nil, nil //nolint:nilerr // it may open the files all the same
		}
		return u.Identities(), nil
	}
	for try := range 3 {
		pass, err := sh.filePassphrase(k, "decrypt.ask.ring", try > 0)
		if err != nil {
			return nil, lockedFault(err, try)
		}
		u, err := r.Unlock(pass, "")
		pass.Wipe()
		if err == nil {
			return u.Identities(), nil
		}
		if !errors.Is(err, ring.ErrWrongPassphrase) {
			return nil, fault.On(fault.CodeOf(err, fault.Data), "fault.decrypt.ring", dir, err)
		}
	}
	return nil, fault.New(fault.NoPerm, "fault.decrypt.passphrase")
}

// lockedFault tells a passphrase that is wrong from one that nobody gave.
func lockedFault(err error, try int) error {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return err
	case try > 0:
		return fault.New(fault.NoPerm, "fault.decrypt.passphrase")
	}
	return fault.New(fault.NoPerm, "fault.decrypt.locked")
}

// readIdentities reads one file of keys.
func (sh *shell) readIdentities(path string, k keyFiles) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.NoInput), "fault.decrypt.identity.read", path, err)
	}
	defer f.Close() // opened for reading
	raw, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	content := secret.New(raw)
	defer content.Wipe()
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.decrypt.identity.read", path, err)
	}
	asked := false
	ids, err := identity.Read(content, func() (secret.Bytes, error) {
		again := asked
		asked = true
		return sh.filePassphrase(k, "decrypt.ask.key", again)
	}, sh.pluginUI())
	var sheet *keys.SheetError
	var own *fault.Error
	switch {
	case err == nil:
		return ids, nil
	case errors.As(err, &own):
		return nil, err
	case errors.As(err, &sheet):
		return nil, sheetFault(path, sheet)
	case errors.Is(err, identity.ErrPublic):
		return nil, fault.On(fault.Data, "fault.decrypt.identity.public", path, nil)
	case errors.Is(err, seal.ErrNoMatch), errors.Is(err, age.ErrIncorrectIdentity):
		return nil, fault.On(fault.NoPerm, "fault.decrypt.identity.passphrase", path, nil)
	}
	return nil, fault.On(fault.Data, "fault.decrypt.identity.none", path, nil)
}

// sheetFault names the line of a sheet that was typed wrongly. What is no sheet at
// all has nothing right in it.
func sheetFault(path string, s *keys.SheetError) error {
	if s.Line == 0 {
		return fault.On(fault.Data, "fault.decrypt.identity.mixed", path, nil)
	}
	return &fault.Error{Code: fault.Data, ID: "fault.decrypt.identity.sheet", Path: path, Args: []any{int64(s.Line)}}
}

// filePassphrase gives the passphrase from the file, the environment or the
// terminal. Again: the one before was wrong.
func (sh *shell) filePassphrase(k keyFiles, question string, again bool) (secret.Bytes, error) {
	if p := sh.env("CUSTODE_PASSPHRASE"); p != "" && k.passphraseFile == "" {
		if again {
			return secret.Bytes{}, age.ErrIncorrectIdentity
		}
		return secret.FromString(p), nil
	}
	if k.passphraseFile != "" {
		if again {
			return secret.Bytes{}, age.ErrIncorrectIdentity
		}
		raw, err := os.ReadFile(k.passphraseFile)
		if err != nil {
			return secret.Bytes{}, fault.On(fault.CodeOf(err, fault.NoInput), "fault.decrypt.passphrase-file", k.passphraseFile, err)
		}
		line, _, _ := bytes.Cut(raw, []byte("\n"))
		return secret.New(bytes.TrimSuffix(line, []byte("\r"))), nil
	}
	if !sh.inTerm {
		return secret.Bytes{}, age.ErrIncorrectIdentity
	}
	p := sh.page(sh.err, sh.errTerm)
	if again {
		p.wrap("  ", sh.words.T("decrypt.ask.again"))
	}
	if _, err := io.WriteString(sh.err, p.bold(sh.words.T(question))+": "); err != nil {
		return secret.Bytes{}, err
	}
	raw, err := term.ReadPassword(int(sh.in.Fd()))
	p.gap()
	if err != nil {
		return secret.Bytes{}, fault.New(fault.Interrupted, "fault.interrupted")
	}
	return secret.New(raw), nil
}

// pluginUI is how a token or another plugin speaks to the user.
func (sh *shell) pluginUI() *plugin.ClientUI {
	p := sh.page(sh.err, sh.errTerm)
	return &plugin.ClientUI{
		DisplayMessage: func(name, message string) error {
			p.wrap("", printable(name)+": "+printable(message))
			return p.fail
		},
		RequestValue: func(name, prompt string, _ bool) (string, error) {
			if !sh.inTerm {
				return "", fault.New(fault.NoPerm, "fault.decrypt.key")
			}
			if _, err := io.WriteString(sh.err, printable(name)+": "+printable(prompt)+": "); err != nil {
				return "", err
			}
			raw, err := term.ReadPassword(int(sh.in.Fd()))
			p.gap()
			return string(raw), err
		},
		WaitTimer: func(name string) { p.wrap("", sh.words.T("decrypt.wait", printable(name))) },
	}
}
