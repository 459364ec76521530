// Package intake reads what customers chose out of files that come from elsewhere: exports of
// newsletter and shop programs, lists kept by hand, and mails that customers answered with. It
// gives events; the contacts stay in memory (choice.Contact), no text of a file gets into an
// error or a count.
//
//	must                                              must not
//	a yes: said by the file, dated, wording known     being on a list is a yes
//	a no counts, whatever else the row says           a yes beside a no counts
//	a no without a date counts for good, or from      an undated no loses to an older yes
//	the day the list was made (Options.Made)
//	a day alone: a yes as early, a no as late         a no loses to a yes of the same day
//	as it can have been
//	03/04/2026 is no date, 13/04/2026 is one          day and month are guessed
//	empty, unconfirmed, not understood: nothing       what is not understood is a yes
//	bounced, cleaned: an end of the yes               an address that bounces says no
//	a mail: what stands above the quoted text         an old mail quoted below counts again
//	STOP alone, "unsubscribe": a no to all            a newsletter's own "unsubscribe" counts
//	a code of a card: what the card says              a code with one letter wrong counts
//	a "no" beside a code for yes: no yes              a code wins against a word
//
// A mail proves nothing about who sent it: From is easily forged. A yes by mail is marked as such
// (choice.Reply), and a no is taken at its word, as it can do no harm to obey one.
//
// The programs, and where the names of their columns were seen (2026-11-28): Mailchimp, Shopify
// and Klaviyo in the headers of real exports that importers of others carry; MailPoet in its own
// source (ImportExportFactory.php); Brevo in part in the documentation of its export (EMAIL,
// ADDED_TIME, MODIFIED_TIME) and in files made for it (SMS, OPT-IN), its states from memory;
// WooCommerce in the documentation of its customers report; ActiveCampaign's states in a
// description, its columns and all of GetResponse's from memory. Which Mailchimp file it is only
// the file's name tells ("subscribed_...", "unsubscribed_...", "cleaned_...", "nonsubscribed_...").
package intake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
	"custode/playbook/privacy/table"
)

// Options is what the shop says about a file.
type Options struct {
	Name    string         // of the file, without its folder
	Country string         // of the shop, for telephone numbers
	Zone    *time.Location // of dates and times that name none; nil: UTC
	Now     time.Time
	By      string // who enters it

	Purpose  choice.Purpose              // that the list was for; without one there is no yes
	Numbers  choice.Channel              // by which the numbers of a list were asked about: SMS or Phone; "": not known
	Wordings map[choice.Channel][32]byte // what people saw who said yes
	Since    time.Time                   // the day that the shop can prove for a yes without a date; zero: none
	Made     time.Time                   // the day on which the list was made; zero: not known
	Order    Order                       // of day and month in dates such as 03/04/2026
	AllNo    bool                        // everybody in the list said no
	Column   string                      // the header of the column with the contacts; "" finds it
	Comma    byte                        // what separates the cells; 0 finds it

	Book form.Book // the codes of the cards, for mails
	Own  []string  // the shop's own addresses, whose mails are no answers
}

// Order is the order of day and month.
type Order string

// The orders. Without one, a date that can be read in both is none.
const (
	DayMonth Order = "day-month"
	MonthDay Order = "month-day"
)

// Row is something that somebody said, or the reason why a row, or a part of it, says nothing.
type Row struct {
	Line    int            // of a table: the number of the row; of mails: that of the mail
	Contact choice.Contact // with an event
	Event   choice.Event   // without the contact; What is "" where there is none
	Left    Reason         // "" with an event
}

// Reason is why nothing was taken.
type Reason string

// The reasons.
const (
	NotReadable   Reason = "not-readable"   // a broken row, or several contacts for one yes
	NoContact     Reason = "no-contact"     // none, or none that can be read
	NoAnswer      Reason = "no-answer"      // empty, or said not to have been asked
	NotConfirmed  Reason = "not-confirmed"  // the confirmation is still waited for
	NotUnderstood Reason = "not-understood" // an answer in unknown words, or two that do not agree
	NotSaid       Reason = "not-said"       // the file does not say yes or no
	NoDate        Reason = "no-date"        // of a yes
	TwoDates      Reason = "two-dates"      // of a yes: day and month can be read both ways
	DateAhead     Reason = "date-ahead"     // of a yes
	NoPurpose     Reason = "no-purpose"     // of a yes: what the list was for is not known
	NoWording     Reason = "no-wording"     // of a yes: what was shown is not known
	NoChannel     Reason = "no-channel"     // of a yes: how the number would be used is not known
	NoCode        Reason = "no-code"        // a mail without a code and without "STOP"
	StrangeCode   Reason = "strange-code"   // a code of nothing that was given out
	Automatic     Reason = "automatic"      // an automatic mail, or one of a mailing list
	Sender        Reason = "sender"         // a mail with several senders, or none that can be read
	OwnMail       Reason = "own-mail"       // a mail of the shop
)

// Tally is what became of a file.
type Tally struct {
	Tool   string // the program that it comes from: "mailchimp"; "list", "mails"
	Rows   int    // or mails
	Events map[choice.What]int
	Left   map[Reason]int
	Lines  map[Reason][]int // where the first of what was left stands
}

// firstFew is how many of these are kept: enough to look what is the matter.
const firstFew = 5

// Why a file is not read at all. Beside these, the errors of package table.
var (
	ErrColumn = errors.New("no column with contacts")
	ErrState  = errors.New("no column says yes or no")
)

// HeaderError is a table whose columns are not understood: how many there are, never what they say.
type HeaderError struct {
	Columns int
	Err     error // ErrColumn or ErrState
}

func (e *HeaderError) Error() string { return fmt.Sprintf("%d columns: %v", e.Columns, e.Err) }
func (e *HeaderError) Unwrap() error { return e.Err }

// Read reads a file, a table or mails, and gives each thing that it says to fn. Memory is
// bounded by one row or one mail. After an error what was given is to be thrown away.
func Read(in io.Reader, o Options, fn func(Row) error) (Tally, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	b := bufio.NewReaderSize(in, 1<<16)
	t := &taker{Options: o, fn: fn, tally: Tally{Events: map[choice.What]int{}, Left: map[Reason]int{}, Lines: map[Reason][]int{}}}
	head, err := b.Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) {
		return t.tally, err
	}
	switch mailKind(head) {
	case mbox:
		err = t.mbox(b)
	case single:
		err = t.single(b)
	default:
		err = t.table(table.New(b, o.Comma))
	}
	return t.tally, err
}

// taker takes what a file says.
type taker struct {
	Options

	fn    func(Row) error
	tally Tally
	line  int
}

// leave counts why something says nothing.
func (t *taker) leave(why Reason) error {
	t.tally.Left[why]++
	if len(t.tally.Lines[why]) < firstFew {
		t.tally.Lines[why] = append(t.tally.Lines[why], t.line)
	}
	return t.fn(Row{Line: t.line, Left: why})
}

// take gives an event.
func (t *taker) take(c choice.Contact, e choice.Event) error {
	e.By, e.Form = t.By, fmt.Sprint(t.line)
	t.tally.Events[e.What]++
	return t.fn(Row{Line: t.line, Contact: c, Event: e})
}
