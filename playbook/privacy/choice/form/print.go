package form

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"slices"
	"strings"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/internal/qr"
	"custode/playbook/privacy/choice"
)

//go:embed form.html card.html
var pages embed.FS

// Paper is how something is printed.
type Paper struct {
	Letter bool // else A4
	First  int  // of a form: the number of the first sheet; 0: a line to write it on
	Count  int  // of a form: how many sheets; 0 is one
}

// maxSheets bounds a print run.
const maxSheets = 500

// view is what the templates see.
type view struct {
	Lang, Size string
	Say        func(key string) string // a text of the content, filled
	Shop       string
	Sheets     []string // the numbers; "" is a line
	Blocks     []block
	Kinds      kinds
	Cards      []cardPage
}

type block struct {
	Name, Text string
	Rows       []string // the channels
}

// kinds are the contacts that the choices need.
type kinds struct{ Mail, Phone, Address bool }

type cardPage struct {
	Title string // of the question and the channel
	Cards []card // as they stand on the sheet, row by row
}

type card struct {
	Yes                        bool
	Head, Text, Where, Message string
	QR                         template.HTML
}

func (w Wish) view(c content, p Paper) view {
	size := "A4"
	if p.Letter {
		size = "letter"
	}
	return view{
		Lang: i18n.Pick(w.Lang), Size: size, Shop: paper.Line(w.Shop.Name),
		Say: func(key string) string { return c.fill(w, c.say(w.Lang, key)) },
	}
}

// Form writes the sheet as a page to print. It gives the wordings that it shows, to be kept.
func Form(out io.Writer, w Wish, p Paper) ([]choice.Wording, error) {
	c, err := load()
	if err != nil {
		return nil, err
	}
	asks, err := w.Asks()
	if err != nil {
		return nil, err
	}
	count := max(p.Count, 1)
	if p.First < 0 || p.Count < 0 || count > maxSheets || p.First == 0 && count > 1 {
		return nil, ErrNumber
	}
	v := w.view(c, p)
	for i := range count {
		number := ""
		if p.First > 0 {
			number = fmt.Sprint(p.First + i)
		}
		v.Sheets = append(v.Sheets, number)
	}
	var shown []choice.Wording
	for _, a := range asks {
		b := block{Name: a.Name, Text: a.Text}
		for _, ch := range a.Channels {
			b.Rows = append(b.Rows, c.Channels[ch].In(w.Lang))
			v.Kinds.Mail = v.Kinds.Mail || ch == choice.Email || ch == choice.Personalised
			v.Kinds.Phone = v.Kinds.Phone || ch == choice.SMS || ch == choice.Phone || ch == choice.Personalised
			v.Kinds.Address = v.Kinds.Address || ch == choice.Post
		}
		v.Blocks = append(v.Blocks, b)
		shown = append(shown, a.Wordings(w.Lang)...)
	}
	return shown, draw(out, "form.html", v)
}

// Cards writes the cards as a page to print, one sheet of four a question and channel: two to
// say yes, two to say no. It gives the wordings that they show.
func Cards(out io.Writer, w Wish, p Paper) ([]choice.Wording, error) {
	c, err := load()
	if err != nil {
		return nil, err
	}
	asks, err := w.Asks()
	if err != nil {
		return nil, err
	}
	v := w.view(c, p)
	var shown []choice.Wording
	for _, a := range asks {
		for _, wording := range a.Wordings(w.Lang) {
			yes, err := w.card(c, a, wording, true)
			if err != nil {
				return nil, err
			}
			no, err := w.card(c, a, wording, false)
			if err != nil {
				return nil, err
			}
			title := a.Name
			if wording.Channel != choice.Personalised {
				title += " · " + c.Channels[wording.Channel].In(w.Lang)
			}
			v.Cards = append(v.Cards, cardPage{title, []card{yes, no, yes, no}})
			shown = append(shown, wording)
		}
	}
	return shown, draw(out, "card.html", v)
}

// Message is what a customer sends to give an answer: "YES offers email K7Q2-M4XC".
func (a Ask) message(c content, w choice.Wording, yes bool) string {
	word := "no_word"
	if yes {
		word = "yes_word"
	}
	parts := []string{c.say(w.Lang, word), a.word, c.Spoken[w.Channel].In(w.Lang), Code(w.Digest(), yes)}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// card makes one card. A choice about a number comes from it, by SMS; the others by e-mail.
func (w Wish) card(c content, a Ask, wording choice.Wording, yes bool) (card, error) {
	message := a.message(c, wording, yes)
	out := card{Yes: yes, Message: message, Head: c.say(w.Lang, "card_no"), Text: c.fill(w, c.say(w.Lang, "card_no_text"))}
	if yes {
		out.Head, out.Text = c.say(w.Lang, "card_yes"), a.Text
	}
	link, where := mailLink(w.Shop.Mail, message), "card_mail"
	switch wording.Channel {
	case choice.SMS, choice.Phone:
		if dialled(w.Shop.Phone) == "" {
			return card{}, ErrPhone
		}
		link, where = "sms:"+dialled(w.Shop.Phone)+"?body="+escape(message), "card_sms"
	default:
		if strings.TrimSpace(w.Shop.Mail) == "" {
			return card{}, ErrMail
		}
	}
	out.Where = c.fill(w, c.say(w.Lang, where))
	code, err := qr.New(link)
	if err != nil {
		return card{}, ErrLong
	}
	out.QR = template.HTML(code.SVG(message)) //nolint:gosec // made of numbers, its label escaped
	return out, nil
}

// mailLink opens a message that is ready to send. The text stands in it twice: some programs
// leave out the subject, some refuse a message without text.
func mailLink(to, message string) string {
	name, domain, _ := strings.Cut(strings.TrimSpace(to), "@")
	return "mailto:" + escape(name) + "@" + domain + "?subject=" + escape(message) + "&body=" + escape(message)
}

// escape writes a text as links want it: a space is no plus sign there.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// dialled is a telephone number as links want it.
func dialled(number string) string {
	out := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	if out != "" && strings.HasPrefix(strings.TrimSpace(number), "+") {
		return "+" + out
	}
	return out
}

func draw(out io.Writer, name string, v view) error {
	t, err := template.New(name).ParseFS(pages, name)
	if err != nil {
		return err
	}
	return t.Execute(out, v)
}
