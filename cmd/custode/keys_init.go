package main

import (
	"cmp"
	"context"
	"errors"
	"os/user"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/secret"
)

type keysInitOptions struct {
	name, passphraseFile string
	classic, yes, json   bool
}

func keysInitCommand(sh *shell) *cli.Command {
	var o keysInitOptions
	t := sh.words.T
	return &cli.Command{
		Name: "init", Usage: t("cmd.keys.init"), UsageText: t("cmd.keys.init.use"), Description: t("cmd.keys.init.more"),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "name", Usage: t("flag.keys.name"), Destination: &o.name},
			&cli.BoolFlag{Name: "classic", Usage: t("flag.keys.classic"), Destination: &o.classic},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.keys.yes"), Destination: &o.yes},
			sh.passphraseFlag(&o.passphraseFile), sh.jsonFlag(&o.json),
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.keysInit(c.Context, o)
		},
	}
}

func (sh *shell) keysInit(ctx context.Context, o keysInitOptions) error {
	if err := sh.settingsIfAny(); err != nil {
		return err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	r, u, err := sh.makeKeysAs(ctx, st, o)
	if err != nil {
		return err
	}
	defer u.Wipe()
	if o.json {
		return sh.json(keysDocument(r))
	}
	p := sh.page(sh.out, sh.outTerm)
	sh.keysMade(p, r)
	if o.yes || !sh.faceToFace() {
		p.gap()
		sh.sheetNext(p)
		return p.fail
	}
	return sh.firstSheet(ctx, st, r, u)
}

// settingsIfAny takes the language of the settings; keys can be made before
// there are any.
func (sh *shell) settingsIfAny() error {
	if _, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	return nil
}

// noKeysYet reports whether keys are still to be made. What is wrong with those that
// are there, other commands say.
func (sh *shell) noKeysYet() bool {
	_, err := ring.Load(sh.keysDir())
	return errors.Is(err, ring.ErrNone)
}

// firstKeys makes the keys for somebody who has none yet, and goes on to the sheet.
func (sh *shell) firstKeys(ctx context.Context, st state) (*ring.Ring, error) {
	p := sh.page(sh.out, sh.outTerm)
	p.gap()
	r, u, err := sh.makeKeys(ctx, st)
	if err != nil {
		return nil, err
	}
	defer u.Wipe()
	sh.keysMade(p, r)
	if !sh.faceToFace() {
		p.gap()
		sh.sheetNext(p)
		return r, p.fail
	}
	return r, sh.firstSheet(ctx, st, r, u)
}

// makeKeys makes the shop's keys on a terminal: one question.
func (sh *shell) makeKeys(ctx context.Context, st state) (*ring.Ring, ring.Unlocked, error) {
	return sh.makeKeysAs(ctx, st, keysInitOptions{})
}

func (sh *shell) makeKeysAs(ctx context.Context, st state, o keysInitOptions) (*ring.Ring, ring.Unlocked, error) {
	return sh.createKeys(ctx, st, o, func() (secret.Bytes, error) {
		pass, given, err := sh.givenPassphrase(o.passphraseFile)
		if err == nil && given {
			err = longEnough(pass, o.passphraseFile)
		}
		if err == nil && !given {
			pass, err = sh.choosePassphrase(ctx, sh.words.T("keys.make.title"), o.yes)
		}
		return pass, err
	})
}

// createKeys makes the shop's keys unless there are some, with the passphrase that is then chosen.
func (sh *shell) createKeys(ctx context.Context, st state, o keysInitOptions, choose func() (secret.Bytes, error)) (*ring.Ring, ring.Unlocked, error) {
	release, err := sh.lock("keys")
	if err != nil {
		return nil, ring.Unlocked{}, err
	}
	defer release()
	_, err = ring.Load(sh.keysDir())
	if err == nil {
		err = ring.ErrExists
	}
	if !errors.Is(err, ring.ErrNone) {
		return nil, ring.Unlocked{}, keysFault(err)
	}
	pass, err := choose()
	if err != nil {
		return nil, ring.Unlocked{}, err
	}
	defer pass.Wipe()
	opt := ring.CreateOptions{Name: cmp.Or(o.name, sh.ownerName()), Passphrase: pass, WorkFactor: keys.WorkFactor, Now: sh.now()}
	if o.classic {
		opt.Kind = keys.Classic
	}
	r, u, err := ring.Create(sh.keysDir(), opt)
	if err != nil {
		return nil, ring.Unlocked{}, keysFault(err)
	}
	_, err = st.Record(context.WithoutCancel(ctx), "keys.made", map[string]any{"kind": kindName(r.Kind()), "vault": r.VaultFingerprint(), "recovery": r.Recovery().Fingerprint})
	return r, u, unrecorded(err)
}

// ownerName is how the system calls the user, if that will do as a name.
func (sh *shell) ownerName() string {
	if u, err := user.Current(); err == nil {
		full, _, _ := strings.Cut(u.Name, ",")
		for _, name := range []string{full, u.Username} {
			name = strings.TrimSpace(name)
			plain := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' && r != '-' && r != '.' }) < 0
			if name != "" && name != "root" && plain && utf8.RuneCountInString(name) <= 40 {
				return name
			}
		}
	}
	return sh.words.T("keys.owner")
}

// minPassphrase is the shortest passphrase of one's own, in characters.
const minPassphrase = 10

func longEnough(pass secret.Bytes, file string) error {
	if utf8.RuneCount(pass.Reveal()) < minPassphrase {
		return fault.On(fault.Data, "fault.keys.short", file, nil)
	}
	return nil
}

// choosePassphrase shows six words and lets a person take them with the Enter
// key, or type a passphrase of their own twice. Take: the words without asking.
func (sh *shell) choosePassphrase(ctx context.Context, title string, take bool) (secret.Bytes, error) {
	if !sh.inTerm {
		return secret.Bytes{}, fault.New(fault.Usage, "fault.keys.no-terminal")
	}
	t, p, a := sh.words.T, sh.page(sh.err, sh.errTerm), sh.asker(ctx)
	words := keys.NewPassphrase(sh.words.Lang)
	p.wrap("", p.bold(title))
	p.wrap("", t("keys.make.words"))
	p.gap()
	p.line("    " + p.bold(string(words.Reveal())))
	p.gap()
	if take {
		return words, p.fail
	}
	for {
		own, err := a.secret(t("keys.make.ask"))
		if err != nil {
			return own, err
		}
		if own.Len() == 0 || keys.Typed(own).Equal(words) {
			return words, nil
		}
		if longEnough(own, "") != nil {
			p.wrap("  ", t("keys.make.short"))
			continue
		}
		if weak(own) {
			p.wrap("  ", t("keys.make.weak"))
		}
		again, err := a.secret(t("keys.make.again"))
		if err != nil {
			return again, err
		}
		switch {
		case again.Equal(own):
			words.Wipe()
			return own, nil
		case again.Len() > 0: // else back to the words
			p.wrap("  ", t("keys.make.differ"))
		}
	}
}

// weak reports whether a passphrase is one of those that are tried first: only
// digits, hardly any different characters, or built on a word that everybody takes.
func weak(pass secret.Bytes) bool {
	s := strings.ToLower(string(pass.Reveal()))
	seen := map[rune]bool{}
	digits := true
	for _, r := range s {
		seen[r] = true
		digits = digits && (unicode.IsDigit(r) || unicode.IsPunct(r) || r == ' ')
	}
	if digits || len(seen) < 6 {
		return true
	}
	if len(s) > 20 { // a word that is known does little to it
		return false
	}
	for _, known := range []string{"password", "passphrase", "qwerty", "asdfgh", "12345", "abcdef", "custode", "iloveyou", "tiamo", "ciaociao", "letmein", "admin", "welcome", "benvenut"} {
		if strings.Contains(s, known) {
			return true
		}
	}
	return false
}

// keysMade says what there is now.
func (sh *shell) keysMade(p *page, r *ring.Ring) {
	t := sh.words.T
	p.wrap("", p.green(t("keys.made", printable(r.People()[0].Name))))
	p.wrap("", t("keys.opened-by."+kindName(r.Kind())))
}
