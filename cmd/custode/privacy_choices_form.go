package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/readable"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
)

type choiceFormOptions struct {
	json              bool
	purposes, through cli.StringSlice
	wording, own      string // a text of one's own: in a file, or as it was typed
	mail, phone       string
	out, size         string
	first, count      int
	kind              string // form, card
}

func choiceFormCommand(sh *shell) *cli.Command {
	o := &choiceFormOptions{kind: "form"}
	t := sh.words.T
	return &cli.Command{
		Name: "form", Usage: t("cmd.form"), UsageText: t("cmd.form.use"), Description: t("cmd.form.more"),
		Flags: append(sh.formFlags(o),
			&cli.IntFlag{Name: "number", Usage: t("flag.form.number"), Destination: &o.first},
			&cli.IntFlag{Name: "count", Usage: t("flag.form.count"), Destination: &o.count},
		),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.choicePaper(c.Context, o)
		},
	}
}

func choiceCardCommand(sh *shell) *cli.Command {
	o := &choiceFormOptions{kind: "card"}
	t := sh.words.T
	return &cli.Command{
		Name: "card", Usage: t("cmd.form.card"), UsageText: t("cmd.form.card.use"), Description: t("cmd.form.card.more"),
		Flags: sh.formFlags(o),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.choicePaper(c.Context, o)
		},
	}
}

func (sh *shell) formFlags(o *choiceFormOptions) []cli.Flag {
	t := sh.words.T
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "purpose", Usage: t("flag.form.purpose"), Destination: &o.purposes},
		&cli.StringSliceFlag{Name: "channel", Usage: t("flag.form.channel"), Destination: &o.through},
		&cli.StringFlag{Name: "out", Usage: t("flag.form.out"), Destination: &o.out},
		&cli.StringFlag{Name: "mail", Usage: t("flag.form.mail"), Destination: &o.mail},
		&cli.StringFlag{Name: "phone", Usage: t("flag.form.phone"), Destination: &o.phone},
		&cli.StringFlag{Name: "wording", Usage: t("flag.form.wording"), Destination: &o.wording},
		&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
		sh.jsonFlag(&o.json),
	}
}

type wordingDoc struct {
	Purpose string `json:"purpose"`
	Channel string `json:"channel"`
	Lang    string `json:"lang"`
	Text    string `json:"text"`
	Digest  string `json:"digest"` // what a choice keeps of it
	Yes     string `json:"yes"`    // the code of a yes
	No      string `json:"no"`
	Ease    int    `json:"ease"` // Flesch in English, Gulpease in Italian: 0 to 100
}

type choiceFormDoc struct {
	Schema   string       `json:"schema"`
	Kind     string       `json:"kind"`
	Out      string       `json:"out"` // "" nothing was written
	Wordings []wordingDoc `json:"wordings"`
}

// choicePaper prints the form or the cards, and keeps the wordings that are on them.
func (sh *shell) choicePaper(ctx context.Context, o *choiceFormOptions) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }() // every write was committed
	wish, err := sh.formWish(set, o)
	if err != nil {
		return err
	}
	page, shown, err := o.drawn(wish, form.Paper{Letter: o.size == "letter" || o.size == "" && set.Country == "US", First: o.first, Count: o.count})
	if err != nil {
		return sh.formFault(err, o)
	}
	if o.out != "" {
		if err := newFile(o.out, page); err != nil {
			return err
		}
		for _, w := range shown {
			if err := st.SaveWording(ctx, w); err != nil {
				return errors.Join(err, os.Remove(o.out)) // a paper whose wording is not known proves nothing
			}
		}
	}
	if o.json {
		doc := choiceFormDoc{Schema: "custode.choices-form/1", Kind: o.kind, Out: o.out, Wordings: []wordingDoc{}}
		for _, w := range shown {
			digest := w.Digest()
			doc.Wordings = append(doc.Wordings, wordingDoc{
				string(w.Purpose), string(w.Channel), w.Lang, w.Text, hex.EncodeToString(digest[:]), form.Code(digest, true), form.Code(digest, false), ease(w),
			})
		}
		return sh.json(doc)
	}
	return sh.formPage(wish, o)
}

// drawn makes the page.
func (o *choiceFormOptions) drawn(w form.Wish, p form.Paper) ([]byte, []choice.Wording, error) {
	if ext := strings.ToLower(filepath.Ext(o.out)); o.out != "" && ext != ".html" && ext != ".htm" {
		return nil, nil, errEnding
	}
	draw := map[string]func(io.Writer, form.Wish, form.Paper) ([]choice.Wording, error){"form": form.Form, "card": form.Cards}[o.kind]
	var page bytes.Buffer
	shown, err := draw(&page, w, p)
	return page.Bytes(), shown, err
}

var errEnding = errors.New("a form that is not a page")

// formWish is what is to be asked: by the flags, and by what the shop says of itself in privacy.yaml.
func (sh *shell) formWish(set settings, o *choiceFormOptions) (form.Wish, error) {
	decl, err := sh.declaration()
	if err != nil {
		return form.Wish{}, err
	}
	us := decl.Controller
	w := form.Wish{
		Lang: sh.words.Lang, IDs: o.purposes.Value(),
		Shop: form.Shop{Name: cmp.Or(set.Shop, us.Name), Mail: cmp.Or(o.mail, us.Mail), Phone: cmp.Or(o.phone, us.Phone)},
	}
	for _, kind := range []struct {
		text string
		kind choice.Kind
	}{{w.Shop.Mail, choice.MailKind}, {w.Shop.Phone, choice.PhoneKind}} {
		if _, err := choice.Normal(kind.kind, kind.text, set.Country); kind.text != "" && err != nil {
			return w, fault.New(fault.Usage, "fault.form.contact", printable(kind.text))
		}
	}
	for _, c := range o.through.Value() {
		w.Channels = append(w.Channels, choice.Channel(c))
	}
	if len(w.Channels) == 0 && o.kind == "card" && w.Shop.Phone == "" {
		w.Channels = []choice.Channel{choice.Email} // an SMS could go nowhere
	}
	w.Own = o.own
	if o.wording != "" {
		raw, err := readUpTo(o.wording, mostWording, "fault.choice.wording-big", "fault.choice.wording-read")
		if err != nil {
			return w, err
		}
		w.Own = string(raw)
		if strings.TrimSpace(w.Own) == "" {
			return w, sh.formFault(form.ErrOwn, o)
		}
	}
	return w, nil
}

// formFault makes a failure for people of what the papers refuse.
func (sh *shell) formFault(err error, o *choiceFormOptions) error {
	ids, broken := form.IDs()
	if broken != nil {
		return broken
	}
	f, ok := refused(err, []refusal{
		{err: form.ErrAsk, code: fault.Usage, id: "fault.form.purpose", args: []any{strings.Join(ids, ", ")}},
		{err: form.ErrChannel, code: fault.Usage, id: "fault.form.channel"},
		{err: form.ErrOwn, code: fault.Usage, id: "fault.form.own"},
		{err: form.ErrMail, code: fault.Usage, id: "fault.form.mail"},
		{err: form.ErrPhone, code: fault.Usage, id: "fault.form.phone"},
		{err: form.ErrNumber, code: fault.Usage, id: "fault.form.number"},
		{err: form.ErrName, code: fault.Config, id: "fault.form.name", path: sh.settingsPath()},
		{err: form.ErrLong, code: fault.Usage, id: "fault.form.long"},
		{err: errEnding, code: fault.Usage, id: "fault.form.ending", args: []any{printable(o.out)}},
	})
	if ok {
		return f
	}
	return err
}

// formPage says what is asked, and what to do with the paper.
func (sh *shell) formPage(wish form.Wish, o *choiceFormOptions) error {
	asks, err := wish.Asks()
	if err != nil {
		return err
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if o.out == "" {
		p.line(p.bold(w.T("form.asks")))
		p.gap()
	} else {
		p.wrap("", p.green(w.T("form.written", printable(o.out))))
	}
	for _, a := range asks {
		var names []string
		for _, c := range a.Channels {
			names = append(names, w.T("choice.channel."+string(c)))
		}
		p.hanging("  ", p.bold(a.Name)+": "+strings.Join(names, ", "))
		if o.out == "" || wish.Own != "" {
			p.wrap("    ", a.Text)
		}
		if score := ease(a.Wordings(wish.Lang)[0]); wish.Own != "" && score < easy(wish.Lang) {
			p.hanging(p.amber(w.T("app.note"))+" ", w.T("form.hard", strconv.Itoa(score), strconv.Itoa(easy(wish.Lang))))
		}
	}
	p.gap()
	switch {
	case o.out == "":
		p.wrap("", w.T("form.show.next", sh.command("custode", "privacy", "choices", o.kind, "--out", o.kind+".html")))
	case o.kind == "card":
		p.wrap("", w.T("form.card.next"))
		sh.cardBack(p, asks)
	default:
		p.wrap("", w.T("form.next"))
		p.wrap("", w.T("form.back", sh.command("custode", "privacy", "choices", "record", "--form", formNumber(o))))
	}
	return p.fail
}

// cardBack says what to do with the answers: mails are read, text messages are typed in.
func (sh *shell) cardBack(p *page, asks []form.Ask) {
	w, mails, texts := sh.words, false, false
	for _, a := range asks {
		for _, c := range a.Channels {
			byText := c == choice.SMS || c == choice.Phone
			mails, texts = mails || !byText, texts || byText
		}
	}
	if mails {
		p.wrap("", w.T("form.card.back.mail", sh.command("custode", "privacy", "choices", "import", "mails.mbox")))
	}
	if texts {
		p.wrap("", w.T("form.card.back.phone", sh.command("custode", "privacy", "choices", "record", "--how", "reply")))
	}
}

// formNumber is a number in an example.
func formNumber(o *choiceFormOptions) string {
	if o.first > 0 {
		return strconv.Itoa(o.first)
	}
	return "118"
}

// easy is the bound of what reads easily, and ease how a wording reads: by Flesch in English, by
// Gulpease in Italian.
func easy(lang string) int {
	if lang == "it" {
		return 80
	}
	return 70
}

func ease(w choice.Wording) int {
	c := readable.Count(w.Text)
	score := c.Flesch()
	if w.Lang == "it" {
		score = c.Gulpease()
	}
	return int(math.Round(min(max(score, 0), 100)))
}
