package notice

import (
	"encoding/json"
	"fmt"
	"slices"

	"custode/internal/i18n"
	"custode/playbook/privacy/datamap"
)

// Facts is what a notice stood on when it was printed, and of that only what it says: the
// short one names no address where it gives a mailbox, and does not say who gets what. Two
// notices of the same form with the same facts say the same.
type Facts struct {
	Lang       string          `json:"lang"`
	Long       bool            `json:"long"`
	Who        Who             `json:"who"`
	Uses       []UseFacts      `json:"uses"`
	Recipients []ReceiverFacts `json:"recipients"`
	Children   bool            `json:"children"`
	Law        string          `json:"law"`
	Office     string          `json:"office"` // where people can complain
	Code       string          `json:"code"`   // what the card's QR code holds; "" none
	Asked      bool            `json:"asked"`  // the owner asked for that code; else it comes from the shop's contacts
}

// Who is the controller as the notice names it.
type Who struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Mail    string `json:"mail"`
	Phone   string `json:"phone"`
	Officer string `json:"officer"`
}

// UseFacts is what the notice says of a use.
type UseFacts struct {
	ID         string    `json:"id"`
	Name       i18n.Text `json:"name"`
	Why        i18n.Text `json:"why"`
	Basis      string    `json:"basis"`
	Law        string    `json:"law"`
	Special    string    `json:"special"`
	Consent    bool      `json:"consent"`
	Automated  bool      `json:"automated"`
	Categories []string  `json:"categories"`
	Months     int       `json:"months"`
	From       string    `json:"from"`
	Recipients []string  `json:"recipients"` // of the long one
}

// ReceiverFacts is what the notice says of who gets data.
type ReceiverFacts struct {
	ID        string    `json:"id"`
	Name      i18n.Text `json:"name"`
	Outside   bool      `json:"outside"`
	Safeguard string    `json:"safeguard"`
}

// Encode writes facts as they are kept with what was printed.
func (f Facts) Encode() ([]byte, error) { return json.Marshal(f) }

// Decode reads facts that were kept.
func Decode(raw []byte) (f Facts, err error) {
	if err = json.Unmarshal(raw, &f); err != nil {
		err = fmt.Errorf("notice: facts: %w", err)
	}
	return f, err
}

// Facts gives what the notice stands on; code is what a card's QR code holds.
func (n *Notice) Facts(code string) Facts {
	f := n.facts
	f.Code = code
	return f
}

func (v *view) facts(long bool) Facts {
	f := Facts{
		Lang: v.lang, Long: long, Children: v.children, Law: v.law, Office: v.office.Site, Recipients: []ReceiverFacts{},
		Who: Who{Name: v.who.Name, Address: v.who.Address, Mail: v.who.Mail, Phone: v.who.Phone, Officer: v.who.Officer},
	}
	if !long {
		f.Who.Officer = ""
		if f.Who.Mail+f.Who.Phone != "" {
			f.Who.Address = ""
		}
	}
	for i := range v.uses {
		u := &v.uses[i]
		ids, _ := v.categories(u)
		r := UseFacts{
			ID: u.ID, Name: u.Name, Why: u.Why, Basis: string(u.Basis), Consent: u.consent(), Automated: u.Automated,
			Categories: ids, Months: u.Keep.Months, From: string(u.Keep.From), Recipients: []string{},
		}
		if long {
			r.Law, r.Recipients = u.Law, append(r.Recipients, u.Recipients...)
			if u.health() {
				r.Special = u.Special
			}
		}
		f.Uses = append(f.Uses, r)
	}
	for _, r := range v.recipients {
		one := ReceiverFacts{ID: r.ID, Name: r.Name, Outside: r.Outside}
		if long {
			one.Safeguard = r.Safeguard
		}
		f.Recipients = append(f.Recipients, one)
	}
	return f
}

// What is what has changed since a notice was printed.
type What string

// What may change. Those that end in "gone" or "shorter" say that the paper claims more than
// is so: it is to be printed again as well.
const (
	Controller    What = "controller" // From and To: what the paper says, and what is so
	UseNew        What = "use-new"
	UseGone       What = "use-gone"
	WhyChanged    What = "why"
	GroundChanged What = "ground"
	CategoryNew   What = "category-new"
	CategoryGone  What = "category-gone"
	KeptLonger    What = "longer" // Months: before and now
	KeptShorter   What = "shorter"
	KeptFrom      What = "from"
	ReceiverNew   What = "recipient-new" // with a use: for that one
	ReceiverGone  What = "recipient-gone"
	ReceiverNamed What = "recipient-named"
	WentOutside   What = "outside" // or came back, or is safe in another way
	ChildrenTold  What = "children"
	Automation    What = "automated"
	LawChanged    What = "law" // the country: its law or its authority
	CodeChanged   What = "code"
)

// Change is one thing that has changed.
type Change struct {
	What      What      `json:"what"`
	UseID     string    `json:"use,omitempty"`
	Category  string    `json:"category,omitempty"`
	Recipient string    `json:"recipient,omitempty"`
	From      string    `json:"from,omitempty"` // of the shop's own: a name, an address
	To        string    `json:"to,omitempty"`
	Before    int       `json:"before,omitempty"` // months
	Now       int       `json:"now,omitempty"`
	Use       i18n.Text `json:"-"` // names, for sentences
	Receiver  i18n.Text `json:"-"`
}

// Diff tells what has changed from what a paper stood on to what is so now.
func Diff(was, is Facts) []Change {
	var out []Change
	for _, f := range [][2]string{
		{was.Who.Name, is.Who.Name}, {was.Who.Address, is.Who.Address}, {was.Who.Mail, is.Who.Mail}, {was.Who.Phone, is.Who.Phone}, {was.Who.Officer, is.Who.Officer},
	} {
		if f[0] != f[1] {
			out = append(out, Change{What: Controller, From: f[0], To: f[1]})
		}
	}
	for _, u := range is.Uses {
		i := slices.IndexFunc(was.Uses, func(o UseFacts) bool { return o.ID == u.ID })
		if i < 0 {
			out = append(out, Change{What: UseNew, UseID: u.ID, Use: u.Name})
			continue
		}
		out = append(out, diffUse(was, is, was.Uses[i], u)...)
	}
	for _, u := range was.Uses {
		if !slices.ContainsFunc(is.Uses, func(o UseFacts) bool { return o.ID == u.ID }) {
			out = append(out, Change{What: UseGone, UseID: u.ID, Use: u.Name})
		}
	}
	out = append(out, diffReceivers(was, is)...)
	if was.Children != is.Children {
		out = append(out, Change{What: ChildrenTold})
	}
	if was.Law != is.Law || was.Office != is.Office {
		out = append(out, Change{What: LawChanged, From: was.Office, To: is.Office})
	}
	if was.Code != is.Code {
		out = append(out, Change{What: CodeChanged, From: was.Code, To: is.Code})
	}
	return out
}

// diffUse tells what has changed about a use.
func diffUse(was, is Facts, old, now UseFacts) []Change {
	var out []Change
	add := func(c Change) {
		c.UseID, c.Use = now.ID, now.Name
		out = append(out, c)
	}
	lang := is.Lang
	if old.Why.Either(lang) != now.Why.Either(lang) || is.Long && old.Name.Either(lang) != now.Name.Either(lang) {
		add(Change{What: WhyChanged})
	}
	if old.Basis != now.Basis || old.Consent != now.Consent || old.Law != now.Law || old.Special != now.Special {
		add(Change{What: GroundChanged})
	}
	if old.Automated != now.Automated {
		add(Change{What: Automation})
	}
	for _, c := range without(now.Categories, old.Categories) {
		add(Change{What: CategoryNew, Category: c})
	}
	for _, c := range without(old.Categories, now.Categories) {
		add(Change{What: CategoryGone, Category: c})
	}
	switch kept := (Change{Before: old.Months, Now: now.Months}); {
	case old.From != now.From || (old.Months == 0) != (now.Months == 0):
		kept.What = KeptFrom
		add(kept)
	case now.Months > old.Months:
		kept.What = KeptLonger
		add(kept)
	case now.Months < old.Months:
		kept.What = KeptShorter
		add(kept)
	}
	for _, r := range without(now.Recipients, old.Recipients) {
		add(Change{What: ReceiverNew, Recipient: r, Receiver: is.receiver(r)})
	}
	for _, r := range without(old.Recipients, now.Recipients) {
		add(Change{What: ReceiverGone, Recipient: r, Receiver: was.receiver(r)})
	}
	return out
}

// diffReceivers tells who else gets data, whatever for, and who no more.
func diffReceivers(was, is Facts) []Change {
	var out []Change
	for _, r := range is.Recipients {
		i := slices.IndexFunc(was.Recipients, func(o ReceiverFacts) bool { return o.ID == r.ID })
		c := Change{Recipient: r.ID, Receiver: r.Name}
		switch {
		case i < 0 && !is.Long: // the long one says it at the use
			c.What = ReceiverNew
		case i < 0:
			continue
		case was.Recipients[i].Name.Either(is.Lang) != r.Name.Either(is.Lang):
			c.What, c.From, c.To = ReceiverNamed, was.Recipients[i].Name.Either(is.Lang), r.Name.Either(is.Lang)
		case was.Recipients[i].Outside != r.Outside || was.Recipients[i].Safeguard != r.Safeguard:
			c.What = WentOutside
		default:
			continue
		}
		out = append(out, c)
	}
	for _, r := range was.Recipients {
		if !is.Long && is.receiver(r.ID).Empty() {
			out = append(out, Change{What: ReceiverGone, Recipient: r.ID, Receiver: r.Name})
		}
	}
	return out
}

func (f Facts) receiver(id string) i18n.Text {
	if i := slices.IndexFunc(f.Recipients, func(r ReceiverFacts) bool { return r.ID == id }); i >= 0 {
		return f.Recipients[i].Name
	}
	return i18n.Text{}
}

// without lists what is in a and not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// CategoryName names a category of a change.
func (c Change) CategoryName(lang string) string {
	k, ok := datamap.Find(c.Category)
	if !ok {
		return c.Category
	}
	return k.Name.In(lang)
}
