package intake

import (
	"bytes"
	"io"
	"mime"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/htmlindex"

	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
)

// mail takes what one mail says.
func (t *taker) mail(raw []byte) error {
	t.tally.Rows++
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return t.leave(NotReadable)
	}
	if automatic(m.Header) {
		return t.leave(Automatic)
	}
	from, why := t.sender(m.Header)
	if why != "" {
		return t.leave(why)
	}
	subject := decoded(m.Header.Get("Subject"))
	return t.reply(from, statement(subject, body(m)), t.sent(m.Header))
}

// automatic tells mails that no person wrote in answer: absence notes, reports of failed
// delivery, newsletters (whose own "unsubscribe" would be taken for one).
func automatic(h netmail.Header) bool {
	if auto := strings.TrimSpace(strings.ToLower(h.Get("Auto-Submitted"))); auto != "" && auto != "no" {
		return true
	}
	switch strings.TrimSpace(strings.ToLower(h.Get("Precedence"))) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "multipart/report" || h.Get("List-Unsubscribe") != "" || h.Get("List-Id") != "" || h.Get("X-Autoreply") != "" || h.Get("X-Autorespond") != ""
}

// words decodes what is not ASCII in the header of a mail.
func words() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}}
}

func decoded(s string) string {
	if out, err := words().DecodeHeader(s); err == nil {
		return out
	}
	return s
}

// sender is who wrote, by what the mail says.
func (t *taker) sender(h netmail.Header) (choice.Contact, Reason) {
	if len(h["From"]) != 1 {
		return choice.Contact{}, Sender
	}
	parser := netmail.AddressParser{WordDecoder: words()}
	list, err := parser.ParseList(h["From"][0])
	if err != nil || len(list) != 1 {
		return choice.Contact{}, Sender
	}
	c, err := choice.Normal(choice.MailKind, list[0].Address, t.Country)
	if err != nil {
		return choice.Contact{}, Sender
	}
	for _, own := range t.Own {
		if mine, err := choice.Normal(choice.MailKind, own, t.Country); err == nil && mine.Equal(c) {
			return choice.Contact{}, OwnMail
		}
	}
	return c, ""
}

// sent is when the mail was written: the sender says it, and the server that took it.
func (t *taker) sent(h netmail.Header) (m moment) {
	said := []string{h.Get("Date")}
	if r := h["Received"]; len(r) > 0 {
		said = append(said, r[0][strings.LastIndexByte(r[0], ';')+1:])
	}
	for _, s := range said {
		at, err := netmail.ParseDate(strings.TrimSpace(s))
		if err != nil || at.Year() < oldest {
			continue
		}
		if m.early.IsZero() || at.Before(m.early) {
			m.early = at
		}
		if at.After(m.late) {
			m.late = at
		}
	}
	return m
}

// reply takes what somebody stated, line by line. The strictest counts: a stop before a no, a
// no before a yes.
func (t *taker) reply(from choice.Contact, s stated, at moment) error {
	if s.stops() {
		return t.take(from, t.refusal(choice.AllPurposes, choice.AllChannels, choice.Withdrawn, at))
	}
	var answers []form.Meaning
	strange, doubt := 0, false
	for _, line := range s.lines {
		found, odd := t.Book.Find(line.text)
		strange += odd
		against := negative(plain(line.text)) != unsure
		if against && len(found) == 0 {
			doubt = true
		}
		for _, a := range found {
			a.Yes = a.Yes && !against
			if a.Yes && line.again {
				continue // the subject of what is answered to
			}
			answers = append(answers, a)
		}
	}
	if len(answers) == 0 {
		switch {
		case strange > 0:
			return t.leave(StrangeCode)
		case doubt:
			return t.leave(NotUnderstood)
		}
		return t.leave(NoCode)
	}
	return t.answers(from, answers, doubt || strange > 0, at)
}

// answers takes what the codes of a mail say. doubt is something beside them that may be a no.
func (t *taker) answers(from choice.Contact, list []form.Meaning, doubt bool, at moment) error {
	done := []form.Meaning{}
	for _, a := range list {
		refused := slices.ContainsFunc(list, func(b form.Meaning) bool { return !b.Yes && b.Purpose == a.Purpose && b.Channel == a.Channel })
		if a.Yes && refused || slices.Contains(done, a) {
			continue
		}
		done = append(done, a)
		if err := t.meant(from, a, doubt, at); err != nil {
			return err
		}
	}
	return nil
}

// meant takes what one code says.
func (t *taker) meant(from choice.Contact, a form.Meaning, doubt bool, at moment) error {
	if a.Yes {
		return t.consent(from, a, doubt, at)
	}
	channel := a.Channel
	if channel == choice.SMS || channel == choice.Phone {
		channel = choice.AllChannels // whose number it is is not known: nothing more at all about this
	}
	return t.take(from, t.refusal(a.Purpose, channel, choice.Refused, at))
}

// consent takes a yes by mail.
func (t *taker) consent(from choice.Contact, a form.Meaning, doubt bool, at moment) error {
	switch {
	case doubt:
		return t.leave(NotUnderstood)
	case a.Channel == choice.SMS || a.Channel == choice.Phone:
		return t.leave(NoChannel) // a mail does not tell whose number it is
	case at.early.IsZero():
		return t.leave(NoDate)
	case at.early.After(t.Now):
		return t.leave(DateAhead)
	}
	return t.take(from, choice.Event{Purpose: a.Purpose, Channel: a.Channel, What: choice.Given, At: at.early, How: choice.Reply, Wording: a.Wording, Basis: choice.Consent})
}

// refusal is a no by mail. It was said by now, whatever the mail says of its day.
func (t *taker) refusal(p choice.Purpose, c choice.Channel, what choice.What, at moment) choice.Event {
	when := at.late
	if when.IsZero() || when.After(t.Now) {
		when = t.Now
	}
	return choice.Event{Purpose: p, Channel: c, What: what, At: when.In(time.UTC), How: choice.Reply}
}
