// Package form is what customers are given to choose: a sheet with a box for yes and a box for
// no per purpose and channel, and cards with a QR code that opens a message ready to send. Both
// show the wording to which a choice is an answer; its digest is what the choice keeps
// (choice.Wording).
//
//	must                                             must not
//	yes and no stand side by side, of one size       a box is ticked beforehand
//	no tick means no                                 silence is a yes
//	each purpose and each channel by itself          one box for all
//	how to say no later stands in each wording       a no is harder than a yes
//	a code tells wording and answer                  a code tells who has it
//	a letter typed wrong makes a code none           a yes for something that was not shown
//
// The words are data (content.yaml), in both languages; a shop may bring its own wording.
package form

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/playbook/privacy/choice"
)

//go:embed content.yaml
var source []byte

// content is the text of the papers.
type content struct {
	Asks     []ask                        `yaml:"asks"`
	Channels map[choice.Channel]i18n.Text `yaml:"channels"`
	Spoken   map[choice.Channel]i18n.Text `yaml:"channel_words"`
	Words    map[string]i18n.Text         `yaml:"words"`
}

type ask struct {
	ID       string           `yaml:"id"`
	Purpose  choice.Purpose   `yaml:"purpose"`
	Channels []choice.Channel `yaml:"channels"`
	Name     i18n.Text        `yaml:"name"`
	Word     i18n.Text        `yaml:"word"`
	Text     i18n.Text        `yaml:"text"`
}

func load() (content, error) {
	var c content
	if err := yaml.UnmarshalWithOptions(source, &c, yaml.Strict()); err != nil {
		return c, fmt.Errorf("form: %w", err)
	}
	return c, nil
}

// Shop is who asks.
type Shop struct {
	Name  string
	Mail  string // to which answers are written; "" none
	Phone string
}

// Ask is one question to customers, in one language.
type Ask struct {
	ID       string // of the question: "offers"
	Purpose  choice.Purpose
	Channels []choice.Channel
	Name     string
	Text     string // as it is shown
	word     string
}

// Wordings are what was shown for each channel.
func (a Ask) Wordings(lang string) []choice.Wording {
	var out []choice.Wording
	for _, c := range a.Channels {
		out = append(out, choice.Wording{Purpose: a.Purpose, Channel: c, Lang: lang, Text: a.Text})
	}
	return out
}

// Why there is no paper.
var (
	ErrAsk     = errors.New("no such question")
	ErrChannel = errors.New("a channel that the question does not have")
	ErrOwn     = errors.New("one text of the shop's own for several questions, or none at all, or too long a one")
	ErrMail    = errors.New("no address to which an answer can be sent")
	ErrPhone   = errors.New("no number to which an answer can be sent")
	ErrNumber  = errors.New("a number of sheets that is none, or too many")
	ErrName    = errors.New("no name of the shop")
	ErrLong    = errors.New("a message too long for a code that is read well")
)

// maxOwn bounds a text of the shop's own: a card has to hold it.
const maxOwn = 600

// IDs lists the questions that there are.
func IDs() ([]string, error) {
	c, err := load()
	var out []string
	for _, a := range c.Asks {
		out = append(out, a.ID)
	}
	return out, err
}

// Wish is what a shop wants to ask.
type Wish struct {
	Lang     string
	Shop     Shop
	IDs      []string         // of questions; none: offers
	Channels []choice.Channel // none: e-mail and SMS, or what a question has instead
	Own      string           // the shop's own wording, of one question
}

// Asks makes the questions of a wish.
func (w Wish) Asks() ([]Ask, error) {
	c, err := load()
	if err != nil {
		return nil, err
	}
	ids := w.IDs
	if len(ids) == 0 {
		ids = []string{c.Asks[0].ID}
	}
	own := strings.TrimSpace(paper.Clean(w.Own))
	if w.Own != "" && (own == "" || len(own) > maxOwn || len(ids) != 1) {
		return nil, ErrOwn
	}
	if strings.TrimSpace(w.Shop.Name) == "" {
		return nil, ErrName
	}
	var out []Ask
	for _, id := range ids {
		i := slices.IndexFunc(c.Asks, func(a ask) bool { return a.ID == id })
		if i < 0 {
			return nil, ErrAsk
		}
		if slices.ContainsFunc(out, func(a Ask) bool { return a.ID == id }) {
			continue
		}
		a := c.Asks[i]
		channels, err := w.channels(a)
		if err != nil {
			return nil, err
		}
		text := own
		if text == "" {
			text = a.Text.In(w.Lang)
		}
		out = append(out, Ask{id, a.Purpose, channels, a.Name.In(w.Lang), c.fill(w, text), a.Word.In(w.Lang)})
	}
	return out, nil
}

// channels are those of a question that were wished for, each once.
func (w Wish) channels(a ask) ([]choice.Channel, error) {
	wished := w.Channels
	if len(wished) == 0 {
		wished = []choice.Channel{choice.Email, choice.SMS}
	}
	var out []choice.Channel
	for _, c := range a.Channels {
		if slices.Contains(wished, c) {
			out = append(out, c)
		}
	}
	switch {
	case len(out) == 0 && (len(w.Channels) == 0 || len(a.Channels) == 1 && len(w.IDs) > 1):
		return a.Channels, nil // personalised is a channel of its own
	case len(out) == 0, len(w.IDs) == 1 && len(w.Channels) > len(out):
		return nil, ErrChannel
	}
	return out, nil
}

// fill fills the places of a text.
func (c content) fill(w Wish, text string) string {
	return i18n.Fill(text, "shop", paper.Line(w.Shop.Name), "out", c.out(w.Lang, w.Shop), "mail", paper.Line(w.Shop.Mail), "phone", paper.Line(w.Shop.Phone))
}

// out says how to say no later.
func (c content) out(lang string, s Shop) string {
	ways := []string{c.say(lang, "out_shop")}
	if s.Mail != "" {
		ways = append(ways, i18n.Fill(c.say(lang, "out_mail"), "mail", paper.Line(s.Mail)))
	}
	if s.Phone != "" {
		ways = append(ways, i18n.Fill(c.say(lang, "out_phone"), "phone", paper.Line(s.Phone)))
	}
	return strings.Join(ways, c.say(lang, "or"))
}

func (c content) say(lang, key string) string { return c.Words[key].In(lang) }
