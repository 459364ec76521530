package main

import (
	"context"
	"errors"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
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

// openers gives what opens files: the keys that were brought along, those of the
// home, and last the passphrase of files that are sealed by one. Own is false where
// all the files are: then no key is asked for.
func (sh *shell) openers(ctx context.Context, k keyFiles, own bool) ([]age.Identity, error) {
	var out []age.Identity
	for _, path := range k.identities {
		ids, err := sh.identities(ctx, keyFlags{k.passphraseFile, path})
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	if own {
		ids, err := sh.ringKeys(ctx, k, out)
		if err != nil {
			return nil, err
		}
		if out = append(out, ids...); len(out) == 0 {
			return nil, fault.New(fault.NoPerm, "fault.decrypt.key")
		}
	}
	return append(out, &identity.Passphrase{Ask: func(again bool) (secret.Bytes, error) {
		return sh.filePassphrase(ctx, k, again)
	}}), nil
}

// ringKeys gives the home's own keys, if there are any: unlocked by what was brought
// along, else as every command unlocks them.
func (sh *shell) ringKeys(ctx context.Context, k keyFiles, brought []age.Identity) ([]age.Identity, error) {
	r, err := ring.Load(sh.keysDir())
	if errors.Is(err, ring.ErrNone) || err != nil && len(brought) > 0 {
		return nil, nil
	}
	if err != nil {
		return nil, keysFault(err)
	}
	if len(brought) > 0 {
		u, err := r.UnlockWith(brought...)
		if err != nil {
			return nil, nil //nolint:nilerr // it may open the files all the same
		}
		return u.Identities(), nil
	}
	u, err := sh.unlocked(ctx, r, keyFlags{passphraseFile: k.passphraseFile})
	return u.Identities(), err
}

// sheetFault names the line of a sheet that was typed wrongly. What is no sheet at
// all has nothing right in it.
func sheetFault(path string, s *keys.SheetError) error {
	if s.Line == 0 {
		return fault.On(fault.Data, "fault.decrypt.identity.mixed", path, nil)
	}
	return &fault.Error{Code: fault.Data, ID: "fault.decrypt.identity.sheet", Path: path, Args: []any{int64(s.Line)}}
}

// filePassphrase gives the passphrase of a file that is sealed by one: from the
// file, the environment or the terminal. Again: the one before was wrong.
func (sh *shell) filePassphrase(ctx context.Context, k keyFiles, again bool) (secret.Bytes, error) {
	pass, given, err := sh.givenPassphrase(k.passphraseFile)
	switch {
	case err != nil:
		return pass, err
	case given && again, !given && !sh.inTerm:
		return secret.Bytes{}, age.ErrIncorrectIdentity
	case given:
		return pass, nil
	case again:
		p := sh.page(sh.err, sh.errTerm)
		p.wrap("  ", sh.words.T("keys.ask.wrong"))
	}
	return sh.asker(ctx).secret(sh.words.T("decrypt.ask"))
}
