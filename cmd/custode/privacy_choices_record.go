package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/source"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
)

type choiceRecordOptions struct {
	json                     bool
	purpose, channel         string
	how, form, at, by, until string
	basis, sale              string
	wording, passphraseFile  string
}

// mostWording is how long a text that customers are shown may be, in bytes.
const mostWording = 64 << 10

func choiceRecordCommand(sh *shell) *cli.Command {
	var o choiceRecordOptions
	t, text := sh.words.T, sh.textFlag
	return &cli.Command{
		Name: "record", Usage: t("cmd.choice.record"), UsageText: t("cmd.choice.record.use"), Description: t("cmd.choice.record.more"),
		Flags: []cli.Flag{
			text("purpose", "flag.choice.purpose", &o.purpose),
			text("channel", "flag.choice.channel", &o.channel),
			text("how", "flag.choice.how", &o.how),
			text("form", "flag.choice.form", &o.form),
			text("at", "flag.choice.at", &o.at),
			text("until", "flag.choice.until", &o.until),
			text("wording", "flag.choice.wording", &o.wording),
			text("basis", "flag.choice.basis", &o.basis),
			text("sale", "flag.choice.sale", &o.sale),
			text("by", "flag.choice.by", &o.by),
			sh.passphraseFlag(&o.passphraseFile),
			sh.jsonFlag(&o.json),
		},
		Action: func(c *cli.Context) error { return sh.choiceRecord(c.Context, c.Args().Slice(), o) },
	}
}

// choiceRecord enters what somebody chose: from the command line, or, without arguments, one
// after the other as they come over the counter.
func (sh *shell) choiceRecord(ctx context.Context, args []string, o choiceRecordOptions) error {
	if len(args) == 0 && !sh.inTerm {
		return fault.New(fault.Usage, "fault.choice.which")
	}
	d, err := sh.chooser(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	if err := d.openQuietly(ctx, o.passphraseFile); err != nil {
		return err
	}
	if len(args) == 0 {
		return d.askChoices(ctx, o)
	}
	list, err := d.entered(ctx, args[0], args[1:], o)
	if err != nil {
		return err
	}
	if err := d.keep(ctx, list); err != nil {
		return err
	}
	return d.showKept(list, o.json)
}

// keep enters what was said, or has it wait for the key.
func (d *chooser) keep(ctx context.Context, list []job.Entered) error {
	if d.ids == nil {
		return d.fault(d.Wait(ctx, list))
	}
	return d.fault(d.Enter(ctx, d.key, list))
}

// What an answer can be, as people type it in either language.
var (
	yesWords    = []string{"yes", "y", "si", "sì", "ok"}
	noWords     = []string{"no", "n"}
	stopWords   = []string{"stop", "withdraw", "withdrawn", "unsubscribe", "basta", "revoca", "revocato", "cancellami"}
	objectWords = []string{"object", "objects", "opposizione"}
)

// entered makes of a contact and an answer what is to be kept.
func (d *chooser) entered(ctx context.Context, contact string, answer []string, o choiceRecordOptions) ([]job.Entered, error) {
	if len(answer) == 0 {
		return nil, fault.New(fault.Usage, "fault.choice.answer")
	}
	at := d.sh.now()
	if o.at != "" {
		var err error
		if at, err = d.past(o.at); err != nil {
			return nil, err
		}
	}
	how := cmp.Or(o.how, string(choice.Till))
	if o.form != "" && o.how == "" {
		how = string(choice.Paper)
	}
	e := job.Entered{Kind: kindOfContact(contact), Contact: contact, Event: choice.Event{
		Purpose: choice.Purpose(o.purpose), Channel: choice.Channel(o.channel), At: at, How: choice.How(how), Form: o.form, By: cmp.Or(plain(o.by), d.sh.person()),
	}}
	if codes, strange := d.book.Find(strings.Join(answer, " ")); len(codes) > 0 || strange > 0 {
		if n := len(codes); strange > 0 || n != len(answer) && 2*n != len(answer) { // a code may be typed in two halves; none is passed over
			return nil, fault.New(fault.Usage, "fault.choice.code")
		}
		if e.Event.How == choice.Till && o.how == "" {
			e.Event.How = choice.QRCard
		}
		return d.coded(e, codes)
	}
	if len(answer) != 1 {
		return nil, fault.New(fault.Usage, "fault.choice.answer")
	}
	said := strings.ToLower(answer[0])
	switch {
	case slices.Contains(yesWords, said):
		e.Event.What = choice.Given
		e.Event.Basis, e.Event.Sale = choice.Basis(cmp.Or(o.basis, string(choice.Consent))), plain(o.sale)
	case slices.Contains(noWords, said):
		e.Event.What = choice.Refused
	case slices.Contains(stopWords, said):
		e.Event.What = choice.Withdrawn
	case slices.Contains(objectWords, said):
		e.Event.What = choice.Objected
	default:
		return nil, fault.New(fault.Usage, "fault.choice.answer")
	}
	if e.Event.What == choice.Given {
		if e.Event.Channel == "" && e.Kind == choice.MailKind {
			e.Event.Channel = choice.Email
		}
		if err := d.worded(ctx, &e.Event, o.wording); err != nil {
			return nil, err
		}
	}
	e.Event.Purpose, e.Event.Channel = cmp.Or(e.Event.Purpose, choice.AllPurposes), cmp.Or(e.Event.Channel, choice.AllChannels)
	list := []job.Entered{e}
	if o.until != "" {
		end, ok := parseDue(o.until, d.sh.now(), d.set.Country == "US")
		if !ok || e.Event.What != choice.Given {
			return nil, fault.New(fault.Usage, "fault.choice.until", printable(o.until))
		}
		stop := e
		stop.Event.What, stop.Event.At, stop.Event.Basis, stop.Event.Sale = choice.Expired, end, "", ""
		list = append(list, stop)
	}
	for _, e := range list {
		if err := d.Check(e); err != nil {
			return nil, d.fault(err)
		}
	}
	return list, nil
}

// coded makes of the codes of a form or a card what is to be kept.
func (d *chooser) coded(e job.Entered, codes []form.Meaning) ([]job.Entered, error) {
	var list []job.Entered
	for _, c := range codes {
		one := e
		one.Event.Purpose, one.Event.Channel, one.Event.What = c.Purpose, c.Channel, choice.Refused
		if c.Yes {
			one.Event.What, one.Event.Basis, one.Event.Wording = choice.Given, choice.Consent, c.Wording
		}
		if err := d.Check(one); err != nil {
			return nil, d.fault(err)
		}
		list = append(list, one)
	}
	return list, nil
}

// wordingIn reads the text that customers saw from a file.
func (d *chooser) wordingIn(file string, p choice.Purpose, c choice.Channel) (choice.Wording, error) {
	raw, err := readUpTo(file, mostWording, "fault.choice.wording-big", "fault.choice.wording-read")
	if err != nil {
		return choice.Wording{}, err
	}
	return d.wordingOf(raw, p, c)
}

// wordingOf is the text that customers saw.
func (d *chooser) wordingOf(raw []byte, p choice.Purpose, c choice.Channel) (choice.Wording, error) {
	w := choice.Wording{Purpose: p, Channel: c, Lang: d.sh.words.Lang}
	if w.Text = strings.TrimSpace(strings.ToValidUTF8(string(raw), "\uFFFD")); w.Text == "" {
		return w, fault.New(fault.Usage, "fault.choice.wording")
	}
	return w, nil
}

// worded finds the text that somebody saw who said yes: the one in a file, else the one last
// given out for the purpose and the channel.
func (d *chooser) worded(ctx context.Context, e *choice.Event, file string) error {
	if e.Basis != choice.Consent || e.Purpose == "" || e.Channel == "" {
		return nil
	}
	if file != "" {
		w, err := d.wordingIn(file, e.Purpose, e.Channel)
		if err != nil {
			return err
		}
		if err := d.Store.SaveWording(ctx, w); err != nil {
			return d.fault(err)
		}
		e.Wording = w.Digest()
		return nil
	}
	fits := func(lang string) bool {
		i := slices.IndexFunc(d.said, func(w choice.Wording) bool {
			return w.Purpose == e.Purpose && w.Channel == e.Channel && (lang == "" || w.Lang == lang)
		})
		if i >= 0 {
			e.Wording = d.said[i].Digest()
		}
		return i >= 0
	}
	if !fits(d.sh.words.Lang) && !fits("") {
		return d.fault(choice.ErrWording)
	}
	return nil
}

// askChoices asks for one choice after the other, until the Enter key says that it is enough.
func (d *chooser) askChoices(ctx context.Context, o choiceRecordOptions) error {
	a, w := d.sh.asker(ctx), d.sh.words
	asked, err := d.offered(o)
	if err != nil {
		return err
	}
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	kept := 0
	for {
		contact, err := a.text(w.T("choice.ask.contact"), "", func(s string) (string, string) {
			if s == "" {
				return "", ""
			}
			if _, err := choice.Normal(kindOfContact(s), s, d.set.Country); err != nil {
				return "", w.T("choice.ask.contact.wrong")
			}
			return s, ""
		})
		if err != nil || contact == "" {
			if kept > 0 {
				p.wrap("", w.N("choice.kept.all", int64(kept)))
			}
			return err
		}
		var list []job.Entered
		for _, q := range asked {
			if fits := (q.Channel == choice.Email) == (kindOfContact(contact) == choice.MailKind); !fits && q.Channel != choice.Post && q.Channel != choice.Personalised {
				continue
			}
			one := o
			one.purpose, one.channel = string(q.Purpose), string(q.Channel)
			said, err := a.text("  "+d.about(q), "", func(s string) (string, string) {
				low := strings.ToLower(s)
				if s == "" || slices.Contains(yesWords, low) || slices.Contains(noWords, low) {
					return low, ""
				}
				return "", w.T("choice.ask.answer.wrong")
			})
			if err != nil {
				return err
			}
			if said == "" {
				continue
			}
			more, err := d.entered(ctx, contact, []string{said}, one)
			if err != nil {
				return err
			}
			list = append(list, more...)
		}
		if len(list) == 0 {
			p.wrap("", w.T("choice.kept.none"))
			continue
		}
		if err := d.keep(ctx, list); err != nil {
			return err
		}
		kept++
		p.wrap("", p.green(w.T("choice.kept")))
	}
}

// offered are the purposes and channels about which customers are asked: those for which a text
// was given out.
func (d *chooser) offered(o choiceRecordOptions) ([]choice.Question, error) {
	var out []choice.Question
	for _, w := range d.said {
		q := choice.Question{Purpose: w.Purpose, Channel: w.Channel}
		if (o.purpose == "" || o.purpose == string(q.Purpose)) && (o.channel == "" || o.channel == string(q.Channel)) && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	if len(out) == 0 {
		return nil, d.fault(choice.ErrWording)
	}
	slices.SortFunc(out, func(a, b choice.Question) int {
		return cmp.Or(cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(slices.Index(channels, a.Channel), slices.Index(channels, b.Channel)))
	})
	return out, nil
}

// about says a purpose and a channel.
func (d *chooser) about(q choice.Question) string {
	return d.purposeName(q.Purpose) + ", " + d.sh.words.T("choice.channel."+string(q.Channel))
}

// purposeName says a purpose: ours by their words, others as they are written.
func (d *chooser) purposeName(p choice.Purpose) string {
	if key := "choice.purpose." + string(p); d.sh.words.Has(key) {
		return d.sh.words.T(key)
	}
	return string(p)
}

type choiceRecordedDoc struct {
	Schema   string `json:"schema"`
	Recorded int    `json:"recorded"`
	Waiting  bool   `json:"waiting"` // for the key; it counts as soon as a list is filtered
}

func (d *chooser) showKept(list []job.Entered, asJSON bool) error {
	if asJSON {
		return d.sh.json(choiceRecordedDoc{"custode.choice-recorded/1", len(list), d.ids == nil})
	}
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	for _, e := range list {
		p.wrap("", p.green(w.T("choice.kept"))+" "+d.keptSaid(e))
		if law, ok := choice.LawOf(e.Event.Basis); ok && e.Event.What == choice.Given {
			d.owed(p, law)
		}
	}
	if d.ids == nil {
		p.wrap("", w.T("choice.waits"))
	}
	return p.fail
}

// keptSaid says what was entered.
func (d *chooser) keptSaid(e job.Entered) string {
	return d.sh.words.T("choice.kept."+string(e.Event.What), d.about(choice.Question{Purpose: e.Event.Purpose, Channel: e.Event.Channel}))
}

// owed says what the shop answers for where nobody was asked first.
func (d *chooser) owed(p *page, law choice.Law) {
	head, answers := d.owedSaid(law)
	p.hanging(p.amber(d.sh.words.T("app.note"))+" ", head)
	for _, one := range answers {
		p.hanging("  - ", one)
	}
}

// owedSaid says what has to be so where nobody was asked first.
func (d *chooser) owedSaid(law choice.Law) (head string, answers []string) {
	w, cite := d.sh.words, law.Source
	if sources, err := source.Load(); err == nil {
		cite = sources.Cite(law.Source).In(w.Lang)
	}
	for _, one := range law.Owed {
		answers = append(answers, w.T("form.owed."+one))
	}
	return w.T("form.owed", cite), answers
}

// moment writes when something was said.
func (d *chooser) moment(t time.Time) string {
	if t.IsZero() {
		return d.sh.words.T("choice.no-date")
	}
	return d.sh.words.Date(t.In(d.sh.now().Location()))
}
