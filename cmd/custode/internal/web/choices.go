package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"custode/internal/fault"
)

// Chooser keeps what customers chose: who may be written to about what, by which way. Contacts are
// kept as keyed hashes only: nobody is ever listed, and one is found only by whoever types it.
type Chooser interface {
	// Choices is the state in numbers, and what can be asked.
	Choices(ctx context.Context) (Choices, error)
	// RecordChoice enters what somebody chose, once however often it is sent; without keys it waits for them, sealed. The sentences say what was kept.
	RecordChoice(ctx context.Context, c ChoiceEntry) ([]string, error)
	// ChoicesOf is how somebody stands. It needs the keys, as the two that follow.
	ChoicesOf(ctx context.Context, contact string) (ChoicesOf, error)
	// ForgetChoices erases what somebody said, but for the mark that keeps them off every list.
	ForgetChoices(ctx context.Context, contact string) ([]string, error)
	// ImportChoices takes over what a file from elsewhere says: all of it, or after an error nothing.
	ImportChoices(ctx context.Context, w ImportWish, in io.Reader) (ChoicesTaken, error)
	// FilterList lets those of a mailing list through who said yes. What comes of it is held in memory
	// until the page is locked or the next list is filtered, and written nowhere.
	FilterList(ctx context.Context, w FilterWish, in io.Reader) error
	// FilteredList is the list that was filtered last. [ErrNoList]: none is held.
	FilteredList(ctx context.Context) (FilteredList, error)
	// GiveList gives that list as a file: which is "list", or "removed" for the rows that were left out. It fails with
	// [ErrOtherList] where the list of that name is not the one that is held.
	GiveList(ctx context.Context, name, which string) (Download, error)
	// ChoicePaper draws the form or the cards, and keeps the wordings that are on them.
	ChoicePaper(ctx context.Context, w ChoicePaper) (Download, error)
}

// Choices is what the page of the choices shows.
type Choices struct {
	Keys      bool // there are: nothing is kept without
	Held      bool // they are at hand
	None      bool // nothing was entered yet
	Rolls     []ChoiceRoll
	Waiting   string           // how many wait for the keys; "": none
	Asked     []ChoiceQuestion // about which customers can say yes: a text was given out
	Questions []Choice         // that the papers can ask
	Purposes  []Choice         // of a list
	Channels  []Choice
	Hows      []Choice
	Langs     []Choice
	Mail      string // of the shop
	Phone     string
	Today     string
	Sold      *ChoiceLaw // after a sale; nil: the law of the country knows none
}

// ChoiceLaw is what the law of a country lets a shop send to customers who bought from it, without having asked.
type ChoiceLaw struct {
	Basis    string
	Owed     string   // with the law
	Answers  []string // what the shop answers for
	Channels []Choice
	Quote    bool // to have negotiated is enough
}

// ChoiceRoll is how many stand how about one question.
type ChoiceRoll struct {
	About  string
	Counts []Fact
}

// ChoiceQuestion is a purpose by a channel.
type ChoiceQuestion struct{ ID, About string }

// ChoiceEntry is what is entered of one customer. Page names the page that it was typed on.
type ChoiceEntry struct {
	Contact string
	Said    map[string]string // by the ID of the question: "yes", "no"
	All     string            // "stop", "object": for everything; "": as said
	Code    string            // of a form or a card
	How     string
	Form    string
	At      string // a day; "": now
	Until   string // the end of a yes; "": none
	Basis   string // of a yes that nobody was asked for; "": consent
	Sale    string // the number of the receipt or order behind it
	Quote   bool   // it is the number of a quote
	Page    string
}

// ChoicesOf is how somebody stands, and what they said.
type ChoicesOf struct {
	Contact  string
	Nothing  bool
	Standing []ChoiceStanding
	Events   []ChoiceSaid
}

// ChoiceStanding is whether somebody may be written to.
type ChoiceStanding struct {
	About, Why string
	May        bool
}

// ChoiceSaid is what was said once, and the text that was shown.
type ChoiceSaid struct{ What, Text string }

// ChoicePaper is a form or a sheet of cards, as it is wished for.
type ChoicePaper struct {
	Kind, Lang       string // "form", "card"
	Asks, Channels   []string
	Mail, Phone, Own string
	First, Count     int
}

// Several reports whether there is a way to choose.
func (l ChoiceLaw) Several() bool { return len(l.Channels) > 1 }

func choiceRoutes() []route {
	return []route{
		{"GET", "/privacy/choices", present, showChoices, false},
		{"POST", "/privacy/choices", present, recordChoice, false},
		{"POST", "/privacy/choices/sold", present, recordSold, false},
		{"POST", "/privacy/choices/unlock", present, unlockChoices, false},
		{"POST", "/privacy/choices/of", present, showChoicesOf, false},
		{"POST", "/privacy/choices/forget", present, forgetChoices, false},
		{"POST", "/privacy/choices/paper", present, giveChoicePaper, false},
		{"POST", "/privacy/choices/import", present, importChoices, true},
		{"POST", "/privacy/choices/filter", present, filterList, true},
		{"GET", "/privacy/choices/filtered", present, showFiltered, false},
		{"POST", "/privacy/choices/filtered", present, giveFiltered, false},
	}
}

// choicesView is the page, with what was just done or refused.
type choicesView struct {
	Choices

	Did   []string
	Wrong failView
	Where string // which form was refused: record, sold, of, paper, import, filter
	Typed ChoiceEntry
	Paper ChoicePaper

	Of     string     // who was looked for
	Import ImportWish // with the file that was refused
	Filter FilterWish
}

// Sells reports whether a purpose, or a channel, was chosen for who bought.
func (c choicesView) Sells(id string) bool {
	for said := range c.Typed.Said {
		if purpose, channel, _ := strings.Cut(said, "/"); c.Where == "sold" && (id == purpose || id == channel) {
			return true
		}
	}
	return false
}

// Says reports what was typed about a question.
func (c choicesView) Says(id, answer string) bool { return c.Typed.Said[id] == answer }

// Asks reports whether a question, or a channel, was wished for on paper.
func (c choicesView) Asks(id string) bool {
	return slices.Contains(c.Paper.Asks, id) || slices.Contains(c.Paper.Channels, id)
}

func showChoices(v *visit) error { return v.choicesPage(http.StatusOK, choicesView{}) }

func (v *visit) choicesPage(status int, view choicesView) error {
	var err error
	if view.Choices, err = v.office.Choices(v.ctx()); err != nil {
		return err
	}
	if view.Typed.Page == "" {
		view.Typed.Page = Token()
	}
	return v.page("privacy_choices", status, view)
}

// refusedChoice makes the page anew where what was typed or sent is why something failed.
func (v *visit) refusedChoice(err error, view choicesView) error {
	var bad *fault.Error
	if !errors.As(err, &bad) || bad.Code != fault.Usage && bad.Code != fault.Data && bad.Code != fault.NoInput {
		return err
	}
	view.Wrong = faultView(v.words, bad)
	return v.choicesPage(http.StatusUnprocessableEntity, view)
}

func recordChoice(v *visit) error {
	e := ChoiceEntry{
		Contact: v.field("contact"), Said: map[string]string{}, All: v.field("all"), Code: v.field("code"), How: v.field("how"),
		Form: v.field("form"), At: v.field("at"), Until: v.field("until"), Page: v.field("page"),
	}
	for name, values := range v.r.PostForm {
		if id, ok := strings.CutPrefix(name, "said."); ok && (values[0] == "yes" || values[0] == "no") {
			e.Said[id] = values[0]
		}
	}
	did, err := v.office.RecordChoice(v.ctx(), e)
	if err != nil {
		return v.refusedChoice(err, choicesView{Where: "record", Typed: e})
	}
	return v.choicesPage(http.StatusOK, choicesView{Did: did})
}

// recordSold enters that somebody bought, and may be written to for that.
func recordSold(v *visit) error {
	if v.field("sure") == "" {
		return refusal{http.StatusBadRequest, "web.choices.sold.unsure"}
	}
	e := ChoiceEntry{
		Contact: v.field("contact"), Said: map[string]string{v.field("purpose") + "/" + v.field("channel"): "yes"}, Page: v.field("page"),
		How: "till", Basis: v.field("basis"), Sale: v.field("sale"), Quote: v.field("quote") != "",
	}
	did, err := v.office.RecordChoice(v.ctx(), e)
	if err != nil {
		return v.refusedChoice(err, choicesView{Where: "sold", Typed: e})
	}
	return v.choicesPage(http.StatusOK, choicesView{Did: did})
}

func unlockChoices(v *visit) error {
	return v.withKeys(func() error { return v.see("/privacy/choices") })
}

// showChoicesOf is a POST: whom it is about stands in no address.
func showChoicesOf(v *visit) error {
	return v.withKeys(func() error {
		of, err := v.office.ChoicesOf(v.ctx(), v.field("contact"))
		if err != nil {
			return v.refusedChoice(err, choicesView{Where: "of", Of: v.field("contact")})
		}
		return v.page("privacy_choices_of", http.StatusOK, of)
	})
}

func forgetChoices(v *visit) error {
	if v.field("sure") == "" {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	return v.withKeys(func() error {
		did, err := v.office.ForgetChoices(v.ctx(), v.field("contact"))
		if err != nil {
			return v.refusedChoice(err, choicesView{Where: "of", Of: v.field("contact")})
		}
		return v.choicesPage(http.StatusOK, choicesView{Did: did})
	})
}

// giveChoicePaper is a POST: what stands on the paper is kept.
func giveChoicePaper(v *visit) error {
	p := ChoicePaper{
		Kind: v.field("kind"), Lang: v.field("lang"), Asks: v.r.PostForm["ask"], Channels: v.r.PostForm["channel"],
		Mail: v.field("mail"), Phone: v.field("phone"), Own: v.field("own"), First: v.count("first"), Count: v.count("count"),
	}
	if v.pages[p.Lang] == nil || p.Kind != "form" && p.Kind != "card" {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	d, err := v.office.ChoicePaper(v.ctx(), p)
	if err != nil {
		return v.refusedChoice(err, choicesView{Where: "paper", Paper: p})
	}
	return v.give(d, true)
}
