package main

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/ring"
	"custode/encrypt/seal"
	"custode/internal/fault"
	"custode/internal/safefile"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
)

func privacyChoicesCommand(sh *shell) *cli.Command {
	t := sh.words.T
	return &cli.Command{
		Name: "choices", Usage: t("cmd.choice"), UsageText: t("cmd.choice.use"), Description: t("cmd.choice.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			choiceFormCommand(sh), choiceCardCommand(sh), choiceRecordCommand(sh), choiceShowCommand(sh), choiceFilterCommand(sh), choiceImportCommand(sh),
			choiceForgetCommand(sh), choiceStatusCommand(sh),
		},
	}
}

// chooser is what a command of the choices works with.
type chooser struct {
	job.Choices

	sh   *shell
	set  settings
	st   state
	ring *ring.Ring
	key  choice.Key
	ids  []age.Identity // nil while the keys are locked
	wipe func()
	said []choice.Wording // the texts that were given out, the newest first
	book form.Book        // what the codes of forms and cards say
}

// chooser opens the home of a shop that has keys. Who gets it closes it.
func (sh *shell) chooser(ctx context.Context) (*chooser, error) {
	r, err := sh.ring()
	if err != nil {
		return nil, err
	}
	set, st, err := sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	list, err := st.Wordings(ctx)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return &chooser{
		Choices: job.Choices{
			Store: st, Path: filepath.Join(sh.keysDir(), "choices.age"), To: r.Recipients(), Country: set.Country, Random: rand.Reader,
			Write: safefile.Write, Lock: sh.lock, Now: sh.now,
		},
		sh: sh, set: set, st: st, ring: r, wipe: func() {}, said: list, book: form.NewBook(list),
	}, nil
}

// close closes the database, every write being committed, and forgets the keys.
func (d *chooser) close() {
	d.wipe()
	_ = d.st.Close()
}

// open unlocks the keys, with a question where it has to be, and takes over what waited for them.
func (d *chooser) open(ctx context.Context, f keyFlags) error {
	u, err := d.sh.unlocked(ctx, d.ring, f)
	if err != nil {
		return err
	}
	return d.use(ctx, u)
}

// openQuietly is open where no question has to be asked; else the keys stay locked.
func (d *chooser) openQuietly(ctx context.Context, passphraseFile string) error {
	u, there, err := d.sh.keyAtHand(ctx, d.ring, passphraseFile)
	if err != nil || !there {
		return err
	}
	return d.use(ctx, u)
}

func (d *chooser) use(ctx context.Context, u ring.Unlocked) (err error) {
	d.wipe, d.ids = u.Wipe, u.Identities()
	if d.key, err = d.Key(ctx, d.ids); err != nil {
		return d.fault(err)
	}
	_, left, err := d.TakeOver(ctx, d.key, d.ids)
	if err == nil && left > 0 {
		p := d.sh.page(d.sh.err, d.sh.errTerm)
		p.hanging(p.amber(d.sh.words.T("app.note"))+" ", d.sh.words.N("choice.unreadable", int64(left)))
	}
	return d.fault(err)
}

// past reads a moment that has been, as people write it.
func (d *chooser) past(text string) (time.Time, error) {
	at, ok := parseWhen(text, d.sh.now(), d.set.Country == "US")
	if !ok || at.After(d.sh.now()) {
		return at, fault.New(fault.Usage, "fault.choice.at", printable(text))
	}
	return at, nil
}

// id is the keyed hash of a contact as somebody types it.
func (d *chooser) id(text string) (choice.ID, error) {
	c, err := choice.Normal(kindOfContact(text), text, d.set.Country)
	if err != nil {
		return choice.ID{}, d.fault(err)
	}
	id, err := d.key.ID(c)
	return id, d.fault(err)
}

// kindOfContact tells an address from a number.
func kindOfContact(text string) choice.Kind {
	if strings.ContainsAny(text, "@\uff20\ufe6b") {
		return choice.MailKind
	}
	return choice.PhoneKind
}

// channels are all channels, in the order in which they are shown.
var channels = []choice.Channel{choice.Email, choice.SMS, choice.Phone, choice.Post, choice.Personalised}

// channelNames says the channels in a sentence of a hint.
func channelNames() string {
	names := make([]string, 0, len(channels))
	for _, c := range channels {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// fault makes a failure for people of what the choices refuse. It can be given any error, and nil.
func (d *chooser) fault(err error) error {
	f, ok := refused(err, []refusal{
		{err: job.ErrChoiceKeyGone, code: fault.Data, id: "fault.choice.key-gone", path: d.Path},
		{err: job.ErrChoiceKey, code: fault.Data, id: "fault.choice.key", path: d.Path},
		{err: seal.ErrNoMatch, code: fault.Data, id: "fault.choice.key", path: d.Path},
		{err: job.ErrWay, code: fault.Usage, id: "fault.choice.way"},
		{err: choice.ErrCountry, code: fault.Config, id: "fault.choice.country", args: []any{d.set.Country}},
		{err: choice.ErrEmpty, code: fault.Usage, id: "fault.choice.empty"},
		{err: choice.ErrTooLong, code: fault.Usage, id: "fault.choice.contact"},
		{err: choice.ErrInvisible, code: fault.Usage, id: "fault.choice.invisible"},
		{err: choice.ErrName, code: fault.Usage, id: "fault.choice.contact"},
		{err: choice.ErrLocal, code: fault.Usage, id: "fault.choice.contact"},
		{err: choice.ErrDomain, code: fault.Usage, id: "fault.choice.contact"},
		{err: choice.ErrPhone, code: fault.Usage, id: "fault.choice.contact"},
		{err: choice.ErrPurpose, code: fault.Usage, id: "fault.choice.purpose"},
		{err: choice.ErrChannel, code: fault.Usage, id: "fault.choice.channel", args: []any{channelNames()}},
		{err: choice.ErrHow, code: fault.Usage, id: "fault.choice.how"},
		{err: choice.ErrWording, code: fault.Usage, id: "fault.choice.wording"},
		{err: choice.ErrBasis, code: fault.Usage, id: "fault.choice.basis", args: []any{d.set.Country}},
		{err: choice.ErrLaw, code: fault.Usage, id: "fault.choice.basis", args: []any{d.set.Country}},
		{err: choice.ErrSale, code: fault.Usage, id: "fault.choice.sale"},
		{err: choice.ErrReference, code: fault.Usage, id: "fault.choice.reference"},
		{err: choice.ErrBy, code: fault.Usage, id: "fault.choice.by"},
		{err: choice.ErrAt, code: fault.Usage, id: "fault.choice.at"},
		{err: choice.ErrHeader, code: fault.Data, id: "fault.choice.header"},
		{err: choice.ErrColumn, code: fault.Data, id: "fault.choice.column"},
		{err: choice.ErrComma, code: fault.Data, id: "fault.choice.comma"},
		{err: choice.ErrEncoding, code: fault.Data, id: "fault.choice.encoding"},
		{err: choice.ErrRow, code: fault.Data, id: "fault.choice.row"},
		{err: choice.ErrSize, code: fault.Data, id: "fault.choice.size"},
	})
	if ok {
		return f
	}
	return err
}

// oneContact takes the one argument of a command, a contact.
func oneContact(c *cli.Context) (string, error) {
	if c.Args().Len() != 1 {
		return "", fault.New(fault.Usage, "fault.choice.which")
	}
	return c.Args().First(), nil
}

// atPath gives a failure the file that it is about.
func atPath(err error, path string) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Path == "" {
		at := *f
		at.Path = path
		return &at
	}
	return err
}
