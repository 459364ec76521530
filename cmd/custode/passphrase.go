package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"filippo.io/age"
	"filippo.io/age/plugin"
	"github.com/urfave/cli/v2"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/encrypt/seal"
	"custode/internal/fault"
	"custode/internal/secret"
	"custode/internal/textfile"
)

// keyFlags are how a command that opens files gets the key without a terminal.
type keyFlags struct {
	passphraseFile string
	identity       string
}

func (f *keyFlags) flags(sh *shell) []cli.Flag {
	return []cli.Flag{sh.passphraseFlag(&f.passphraseFile), sh.identityFlag(&f.identity)}
}

func (sh *shell) passphraseFlag(to *string) cli.Flag {
	return &cli.StringFlag{Name: "passphrase-file", Usage: sh.words.T("flag.passphrase-file"), DefaultText: sh.words.T("flag.passphrase-file.default"), Destination: to}
}

func (sh *shell) identityFlag(to *string) cli.Flag {
	return &cli.StringFlag{Name: "identity", Aliases: []string{"i"}, Usage: sh.words.T("flag.identity"), Destination: to}
}

func (sh *shell) keysDir() string { return filepath.Join(sh.home, "keys") }

// ring reads who can open the shop's files.
func (sh *shell) ring() (*ring.Ring, error) {
	r, err := ring.Load(sh.keysDir())
	return r, keysFault(err)
}

// ringIfAny is ring where keys need not have been made: nil then.
func (sh *shell) ringIfAny() (*ring.Ring, error) {
	r, err := sh.ring()
	if isFault(err, "fault.keys.none") {
		return nil, nil
	}
	return r, err
}

// unlocked gives what opens the shop's files: from whoever holds it unlocked,
// with a key file, a passphrase that was given, or one that is asked for.
func (sh *shell) unlocked(ctx context.Context, r *ring.Ring, f keyFlags) (ring.Unlocked, error) {
	r.UI = sh.pluginUI(ctx)
	if id, ok := sh.heldKey(ctx); ok {
		if u, err := r.Hold(id); err == nil {
			return u, nil
		}
		id.Wipe() // of another home, or of before a rotation
	}
	if f == (keyFlags{}) {
		if u, ok := sh.heldByKeyring(ctx, r); ok {
			return u, nil
		}
	}
	return sh.unlockedAnew(ctx, r, f)
}

// keyAtHand unlocks the keys if that needs no question: by the agent, or by a
// passphrase that was given.
func (sh *shell) keyAtHand(ctx context.Context, r *ring.Ring, file string) (u ring.Unlocked, there bool, err error) {
	if id, ok := sh.heldKey(ctx); ok {
		if u, err = r.Hold(id); err == nil {
			return u, true, nil
		}
	}
	pass, given, err := sh.givenPassphrase(file)
	if err == nil && !given {
		u, there = sh.heldByKeyring(ctx, r)
		return u, there, nil
	}
	if err != nil {
		return u, false, err
	}
	defer pass.Wipe()
	u, err = r.Unlock(pass, "")
	return u, err == nil, keysFault(err)
}

// unlockedAnew asks for the key, whoever holds it.
func (sh *shell) unlockedAnew(ctx context.Context, r *ring.Ring, f keyFlags) (ring.Unlocked, error) {
	r.UI = sh.pluginUI(ctx)
	if f.identity != "" {
		ids, err := sh.identities(ctx, f)
		if err != nil {
			return ring.Unlocked{}, err
		}
		u, err := r.UnlockWith(ids...)
		return u, keysFault(err)
	}
	pass, given, err := sh.givenPassphrase(f.passphraseFile)
	if err != nil {
		return ring.Unlocked{}, err
	}
	if given {
		defer pass.Wipe()
		u, err := r.Unlock(pass, "")
		return u, keysFault(err)
	}
	return sh.unlockedByAsking(ctx, r)
}

func (sh *shell) unlockedByAsking(ctx context.Context, r *ring.Ring) (ring.Unlocked, error) {
	if !slices.ContainsFunc(r.People(), func(p ring.Person) bool { return p.Kind == ring.ByPassphrase }) {
		return ring.Unlocked{}, keysFault(ring.ErrNoPassphrase)
	}
	if !sh.inTerm {
		return ring.Unlocked{}, fault.New(fault.NoPerm, "fault.keys.locked")
	}
	for try := 0; ; try++ {
		pass, err := sh.asker(ctx).secret(sh.words.T("keys.ask.passphrase"))
		if err != nil {
			return ring.Unlocked{}, err
		}
		u, err := r.Unlock(pass, "")
		pass.Wipe()
		if !errors.Is(err, ring.ErrWrongPassphrase) || try == 2 {
			return u, keysFault(err)
		}
		p := sh.page(sh.err, sh.errTerm)
		p.wrap("  ", sh.words.T("keys.ask.wrong"))
	}
}

// givenPassphrase reads the passphrase from a file, or from the environment.
func (sh *shell) givenPassphrase(file string) (secret.Bytes, bool, error) {
	if file == "" {
		s := sh.env("CUSTODE_PASSPHRASE")
		return secret.FromString(s), s != "", nil
	}
	pass, err := sh.firstLine(file)
	return pass, true, err
}

// firstLine reads a passphrase from a file. One that others can read is used all
// the same, and said: it may be the only way on a system without such modes.
func (sh *shell) firstLine(file string) (secret.Bytes, error) {
	raw, err := sh.smallFile(file, "fault.keys.passphrase-file")
	if err != nil {
		return secret.Bytes{}, err
	}
	if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		p := sh.page(sh.err, sh.errTerm)
		p.hanging(p.amber(sh.words.T("app.note"))+" ", sh.words.T("keys.open-file", printable(file)))
	}
	pass := secret.New(firstOf(raw))
	if pass.Len() == 0 {
		return pass, fault.On(fault.Data, "fault.keys.passphrase-empty", file, nil)
	}
	return pass, nil
}

// firstOf copies the first line of a file with a secret, and clears what was read of it.
func firstOf(raw []byte) []byte {
	defer clear(raw)
	text := textfile.Text(raw)
	defer clear(text)
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return bytes.Clone(bytes.TrimSuffix(line, []byte("\r")))
}

// smallFile reads a file that holds a key or a passphrase, as it is.
func (sh *shell) smallFile(file, id string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.NoInput), id, file, err)
	}
	defer f.Close() // only read
	raw, err := io.ReadAll(io.LimitReader(f, 2*identity.MaxSize+4))
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.IO), id, file, err)
	}
	return raw, nil
}

// identities reads a key file: of age, of SSH or of a token. Where it has a
// passphrase of its own, that is what --passphrase-file gives.
func (sh *shell) identities(ctx context.Context, f keyFlags) ([]age.Identity, error) {
	raw, err := sh.smallFile(f.identity, "fault.keys.identity-read")
	if err != nil {
		return nil, err
	}
	defer clear(raw)
	ids, err := identity.Parse(ctx, raw, identity.Options{UI: sh.pluginUI(ctx), Passphrase: func(try int) (secret.Bytes, error) {
		pass, given, err := sh.givenPassphrase(f.passphraseFile)
		switch {
		case err != nil:
			return pass, err
		case given && try > 0:
			return pass, identity.ErrPassphrase
		case given:
			return pass, nil
		case !sh.inTerm:
			return pass, identity.ErrLocked
		case try > 0:
			p := sh.page(sh.err, sh.errTerm)
			p.wrap("  ", sh.words.T("keys.ask.wrong"))
		}
		return sh.asker(ctx).secret(sh.words.T("keys.ask.file", printable(filepath.Base(f.identity))))
	}})
	return ids, identityFault(f.identity, err)
}

// pluginUI lets a token ask its questions: for a PIN, for a touch.
func (sh *shell) pluginUI(ctx context.Context) *plugin.ClientUI {
	say := func(name, message string) error {
		p := sh.page(sh.err, sh.errTerm)
		p.hanging(printable(name)+": ", printable(message))
		return p.fail
	}
	ui := &plugin.ClientUI{DisplayMessage: say, WaitTimer: func(name string) { _ = say(name, sh.words.T("keys.token.wait")) }}
	if !sh.inTerm {
		return ui
	}
	ui.RequestValue = func(name, prompt string, hidden bool) (string, error) {
		question := printable(name) + ": " + printable(prompt)
		if !hidden {
			return sh.asker(ctx).text(question, "", func(s string) (string, string) { return s, "" })
		}
		s, err := sh.asker(ctx).secret(question)
		return string(s.Reveal()), err
	}
	ui.Confirm = func(name, prompt, yes, no string) (bool, error) {
		if err := say(name, prompt); err != nil {
			return false, err
		}
		question := "1 = " + printable(yes)
		if no != "" {
			question += ", 2 = " + printable(no)
		}
		v, err := sh.asker(ctx).text(question, "", func(s string) (string, string) {
			if s == "1" || s == "2" && no != "" {
				return s, ""
			}
			return "", sh.words.T("keys.token.choose")
		})
		return v == "1", err
	}
	return ui
}

// keysFault makes a failure for people of an error about the keys. It can be
// given any error, and nil.
func keysFault(err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*fault.Error](err); told {
		return err
	}
	path := ""
	if at := (*ring.FileError)(nil); errors.As(err, &at) {
		path = at.Path
	}
	if none := (*plugin.NotFoundError)(nil); errors.As(err, &none) {
		return fault.New(fault.NoInput, "fault.keys.no-plugin", printable(none.Name))
	}
	if f, ok := refused(err, keysFaults); ok {
		f.Path = path
		return f
	}
	if path != "" {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.keys.file", path, err)
	}
	return err
}

// unrecorded says of the failure to write the journal that the keys were changed before it, and that this stands.
func unrecorded(err error) error {
	if err == nil {
		return nil
	}
	return &fault.Error{Code: fault.CodeOf(err, fault.IO), ID: "fault.keys.unrecorded", Err: err}
}

var keysFaults = []refusal{
	{err: ring.ErrNone, code: fault.Config, id: "fault.keys.none"},
	{err: ring.ErrExists, code: fault.CannotMake, id: "fault.keys.exists"},
	{err: ring.ErrDamaged, code: fault.Data, id: "fault.keys.damaged"},
	{err: ring.ErrMissing, code: fault.Data, id: "fault.keys.missing"},
	{err: ring.ErrNewer, code: fault.Config, id: "fault.keys.newer"},
	{err: ring.ErrForged, code: fault.Data, id: "fault.keys.forged"},
	{err: ring.ErrChanged, code: fault.Busy, id: "fault.keys.changed"},
	{err: ring.ErrWrongPassphrase, code: fault.NoPerm, id: "fault.keys.wrong"},
	{err: ring.ErrNoMatch, code: fault.NoPerm, id: "fault.keys.no-match"},
	{err: ring.ErrNoPerson, code: fault.NoInput, id: "fault.keys.no-person"},
	{err: ring.ErrNoPassphrase, code: fault.NoPerm, id: "fault.keys.no-passphrase"},
	{err: ring.ErrName, code: fault.Usage, id: "fault.keys.name"},
	{err: ring.ErrLast, code: fault.Usage, id: "fault.keys.last"},
	{err: ring.ErrTaken, code: fault.CannotMake, id: "fault.keys.taken"},
	{err: ring.ErrKind, code: fault.Data, id: "fault.keys.kind"},
	{err: ring.ErrOnPaper, code: fault.NoPerm, id: "fault.keys.on-paper"},
	{err: keys.ErrPassphrase, code: fault.Data, id: "fault.keys.empty"},
	{err: identity.ErrSecret, code: fault.Data, id: "fault.keys.secret"},
	{err: identity.ErrSSHKind, code: fault.Data, id: "fault.keys.ssh-kind"},
	{err: identity.ErrRecipient, code: fault.Data, id: "fault.keys.recipient"},
	{err: keys.ErrRecipient, code: fault.Data, id: "fault.keys.recipient"},
	{err: ring.ErrToken, code: fault.NoPerm, id: "fault.keys.token"},
	{err: seal.ErrIdentity, code: fault.NoPerm, id: "fault.keys.token"},
}

// identityFault says what is wrong with a key file.
func identityFault(file string, err error) error {
	if typed := (*keys.SheetError)(nil); errors.As(err, &typed) {
		return sheetFault(file, typed)
	}
	if f, ok := refused(err, []refusal{
		{err: identity.ErrFormat, code: fault.Data, id: "fault.keys.identity-format", path: file},
		{err: identity.ErrPublic, code: fault.Data, id: "fault.keys.identity-public", path: file},
		{err: identity.ErrPassphrase, code: fault.NoPerm, id: "fault.keys.identity-wrong", path: file},
		{err: identity.ErrLocked, code: fault.NoPerm, id: "fault.keys.identity-locked", path: file},
		{err: identity.ErrSealed, code: fault.Data, id: "fault.keys.identity-sealed", path: file},
		{err: identity.ErrSSHKind, code: fault.Data, id: "fault.keys.ssh-kind", path: file},
	}); ok {
		return f
	}
	return err
}
