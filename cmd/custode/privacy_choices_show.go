package main

import (
	"context"
	"encoding/hex"
	"strconv"

	"github.com/urfave/cli/v2"

	"custode/playbook/privacy/choice"
)

type choiceShowOptions struct {
	json bool
	keys keyFlags
}

func choiceShowCommand(sh *shell) *cli.Command {
	var o choiceShowOptions
	t := sh.words.T
	return &cli.Command{
		Name: "show", Usage: t("cmd.choice.show"), UsageText: t("cmd.choice.show.use"), Description: t("cmd.choice.show.more"),
		Flags: append(o.keys.flags(sh), sh.jsonFlag(&o.json)),
		Action: func(c *cli.Context) error {
			contact, err := oneContact(c)
			if err != nil {
				return err
			}
			return sh.choiceShow(c.Context, contact, o)
		},
	}
}

type standingDoc struct {
	Purpose string `json:"purpose"`
	Channel string `json:"channel"`
	Allowed bool   `json:"allowed"`
	Reason  string `json:"reason"`
	Basis   string `json:"basis"` // "" without a yes
	Since   string `json:"since"` // "" where nothing decided
}

type choiceEventDoc struct {
	Purpose string `json:"purpose"`
	Channel string `json:"channel"`
	What    string `json:"what"`
	At      string `json:"at"`
	How     string `json:"how"`
	Form    string `json:"form"`
	By      string `json:"by"`
	Basis   string `json:"basis"`
	Sale    string `json:"sale"`
	Wording string `json:"wording"` // its digest, "" none
	Text    string `json:"text"`    // that was shown, "" not kept
}

type choiceShownDoc struct {
	Schema   string           `json:"schema"`
	Standing []standingDoc    `json:"standing"`
	Events   []choiceEventDoc `json:"events"`
}

// choiceShow says how somebody stands, and what they said when: what is shown to a customer
// who asks, and what proves a yes.
func (sh *shell) choiceShow(ctx context.Context, contact string, o choiceShowOptions) error {
	d, err := sh.chooser(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	if _, err := choice.Normal(kindOfContact(contact), contact, d.set.Country); err != nil { // before a passphrase is asked for
		return d.fault(err)
	}
	if err := d.open(ctx, o.keys); err != nil {
		return err
	}
	doc, events, err := d.shown(ctx, contact)
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(doc)
	}
	return d.showStanding(doc, events)
}

// shown gives how somebody stands, and what they said.
func (d *chooser) shown(ctx context.Context, contact string) (doc choiceShownDoc, events []choice.Event, err error) {
	id, err := d.id(contact)
	if err != nil {
		return doc, nil, err
	}
	if events, err = d.Store.ChoicesOf(ctx, id); err != nil {
		return doc, nil, err
	}
	texts := d.texts()
	asked, err := d.Store.Asked(ctx)
	if err != nil {
		return doc, nil, err
	}
	doc = choiceShownDoc{Schema: "custode.choice-shown/1", Standing: []standingDoc{}, Events: []choiceEventDoc{}}
	for _, q := range asked {
		if q.Purpose == choice.AllPurposes || q.Channel == choice.AllChannels {
			continue
		}
		q.Contact, q.Country = id, d.set.Country
		s := choice.Fold(events, q, d.sh.now())
		doc.Standing = append(doc.Standing, standingDoc{string(q.Purpose), string(q.Channel), s.Reason == choice.Yes, string(s.Reason), string(s.Basis), stamp(s.Since)})
	}
	for _, e := range events {
		one := choiceEventDoc{string(e.Purpose), string(e.Channel), string(e.What), stamp(e.At), string(e.How), e.Form, e.By, string(e.Basis), e.Sale, "", texts[e.Wording]}
		if e.Wording != [32]byte{} {
			one.Wording = hex.EncodeToString(e.Wording[:])
		}
		doc.Events = append(doc.Events, one)
	}
	return doc, events, nil
}

// texts are the texts that were given out, by their digests.
func (d *chooser) texts() map[[32]byte]string {
	out := map[[32]byte]string{}
	for _, w := range d.said {
		out[w.Digest()] = w.Text
	}
	return out
}

func (d *chooser) showStanding(doc choiceShownDoc, events []choice.Event) error {
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	if len(events) == 0 {
		p.wrap("", p.amber(w.T("choice.nothing")))
		return p.fail
	}
	for _, s := range doc.Standing {
		state := p.red(w.T("choice.may-not"))
		if s.Allowed {
			state = p.green(w.T("choice.may"))
		}
		about := d.about(choice.Question{Purpose: choice.Purpose(s.Purpose), Channel: choice.Channel(s.Channel)})
		p.hanging("  ", p.bold(about)+": "+state+" ("+w.T("choice.reason."+s.Reason)+")")
	}
	p.gap()
	p.wrap("", w.T("choice.said"))
	for i, e := range events {
		p.hanging("  "+strconv.Itoa(i+1)+". ", d.saidThen(e))
		if text := doc.Events[i].Text; text != "" {
			p.wrap("     ", p.dim("«"+plain(text)+"»"))
		}
	}
	return p.fail
}

// saidThen says what somebody said when, and how it came in.
func (d *chooser) saidThen(e choice.Event) string {
	w := d.sh.words
	line := d.moment(e.At) + ": " + w.T("choice.what."+string(e.What)) + ", " + d.about(choice.Question{Purpose: e.Purpose, Channel: e.Channel}) + "; " +
		w.T("choice.how."+string(e.How)) + ", " + w.T("choice.by", printable(e.By))
	if e.Form != "" {
		line += ", " + w.T(referenceKey(e.How), printable(e.Form))
	}
	if e.Sale != "" {
		line += ", " + w.T("choice.sale", printable(e.Sale))
	}
	return line
}

// referenceKey says what the number of an event is one of.
func referenceKey(how choice.How) string {
	switch how {
	case choice.Import:
		return "choice.row-number"
	case choice.Reply:
		return "choice.mail-number"
	case choice.Paper, choice.Till, choice.QRCard, choice.Call:
	}
	return "choice.form-number"
}
