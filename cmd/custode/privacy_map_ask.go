package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/internal/safefile"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/datamap/record"
)

// mapAsker asks what data are held for, one question at a time. What was answered is in d,
// which is whole at every moment.
type mapAsker struct {
	*asker

	p     *page
	w     *i18n.Words
	set   settings
	found []datamap.Found
	d     datamap.Declaration
}

// askMap asks. Whoever stops on the way loses nothing: privacy.yaml is as it was, and the
// answers wait for the next time.
func (sh *shell) askMap(ctx context.Context, old datamap.Declaration, trade string, set settings, found []datamap.Found) (datamap.Declaration, error) {
	m := &mapAsker{asker: sh.asker(ctx), p: sh.page(sh.err, sh.errTerm), w: sh.words, set: set, found: found}
	m.p.wrap("", m.p.bold(m.w.T("privacy.ask.welcome")))
	m.p.wrap("", m.w.T("privacy.ask.more"))
	if half, ok := sh.halfMap(); ok {
		old = half
		m.p.wrap("", m.w.T("privacy.ask.half"))
	}
	m.p.gap()
	err := m.all(old, trade)
	if isFault(err, "fault.interrupted") && m.d.Trade != "" {
		if raw, wrong := datamap.Encode(m.d, sh.words.T("privacy.file.half")); wrong == nil && safefile.Write(sh.halfPath(), raw, 0o600) == nil {
			return m.d, fault.New(fault.Interrupted, "fault.privacy.stopped")
		}
	}
	return m.d, err
}

// halfMap gives the answers of the last time, if somebody stopped on the way.
func (sh *shell) halfMap() (datamap.Declaration, bool) {
	raw, err := os.ReadFile(sh.halfPath())
	if err != nil {
		return datamap.Declaration{}, false
	}
	d, err := datamap.Parse(raw)
	return d, err == nil && d.Trade != ""
}

func (m *mapAsker) all(old datamap.Declaration, trade string) error {
	if err := m.begin(old, trade); err != nil {
		return err
	}
	if err := m.shop(); err != nil {
		return err
	}
	for i, n := 0, 1; i < len(m.d.Uses); n++ {
		stays, err := m.use(i, n, len(m.d.Uses)-i+n-1)
		if err != nil {
			return err
		}
		if stays {
			i++
		} else {
			m.d.Uses = slices.Delete(m.d.Uses, i, i+1)
		}
	}
	if err := m.rest(); err != nil {
		return err
	}
	m.tidy()
	m.p.gap()
	return nil
}

// tidy leaves out who gets nothing.
func (m *mapAsker) tidy() {
	m.d.Recipients = slices.DeleteFunc(m.d.Recipients, func(r datamap.Recipient) bool {
		return !slices.ContainsFunc(m.d.Uses, func(u datamap.Use) bool { return slices.Contains(u.Recipients, r.ID) })
	})
}

// begin asks for the trade, and starts from what is usual there, or from what the owner
// said earlier.
func (m *mapAsker) begin(old datamap.Declaration, trade string) (err error) {
	list := datamap.Trades()
	if trade == "" {
		for i, t := range list {
			m.p.hanging(fmt.Sprintf("  %d  ", i+1), t.Name.In(m.w.Lang))
		}
		def := ""
		if i := slices.IndexFunc(list, func(t datamap.Trade) bool { return t.ID == old.Trade }); i >= 0 {
			def = strconv.Itoa(i + 1)
		}
		trade, err = m.text(m.w.T("privacy.ask.trade"), def, func(s string) (string, string) {
			for i, t := range list {
				if s == strconv.Itoa(i+1) || strings.EqualFold(s, t.ID) {
					return t.ID, ""
				}
			}
			return "", m.w.T("privacy.ask.number", strconv.Itoa(len(list)))
		})
		if err != nil {
			return err
		}
	}
	d := old
	if old.Trade != trade || len(old.Uses) == 0 {
		if d, err = datamap.Preset(trade, m.set.Country); err != nil {
			return err
		}
		d = datamap.Fit(d, m.found)
		d.Controller, d.Elsewhere = old.Controller, old.Elsewhere
	}
	d.Controller.Name = cmp.Or(d.Controller.Name, m.set.Shop)
	for _, r := range datamap.Recipients() {
		if !slices.ContainsFunc(d.Recipients, func(k datamap.Recipient) bool { return k.ID == r.ID }) {
			d.Recipients = append(d.Recipients, r)
		}
	}
	d.Uses, d.Recipients = slices.Clone(d.Uses), slices.Clone(d.Recipients)
	m.d = d
	return nil
}

// short takes an answer that may be empty, and must fit into the file.
func (m *mapAsker) short(s string) (string, string) {
	if s = plain(s); len(s) > 200 {
		return "", m.w.T("privacy.ask.long")
	}
	return s, ""
}

// shop asks where customers reach the shop.
func (m *mapAsker) shop() (err error) {
	c := &m.d.Controller
	if c.Address, err = m.text(m.w.T("privacy.ask.address"), c.Address, m.short); err != nil {
		return err
	}
	_, err = m.text(m.w.T("privacy.ask.reach"), strings.Join(strings.Fields(c.Mail+" "+c.Phone), " "), func(s string) (string, string) {
		mail, phone, ok := reach(s)
		if !ok {
			return "", m.w.T("privacy.ask.reach.wrong")
		}
		c.Mail, c.Phone = mail, phone
		return "", ""
	})
	return err
}

// reach takes an e-mail address and a phone number out of one line, in any order.
func reach(s string) (mail, phone string, ok bool) {
	var rest []string
	for _, word := range strings.FieldsFunc(plain(s), func(r rune) bool { return strings.ContainsRune(" ,;", r) }) {
		name, host, at := strings.Cut(word, "@")
		switch {
		case at && mail == "" && name != "" && strings.Contains(host, ".") && !strings.Contains(host, "@"):
			mail = word
		case strings.Trim(word, "+-./()0123456789") == "":
			rest = append(rest, word)
		default:
			return "", "", false
		}
	}
	phone = strings.Join(rest, " ")
	return mail, phone, len(s) <= 200
}

// use asks whether one use is so, and what is different.
func (m *mapAsker) use(i, n, of int) (stays bool, err error) {
	u := m.d.Uses[i]
	m.p.gap()
	m.p.wrap("", m.p.bold(m.w.T("privacy.ask.use", strconv.Itoa(n), strconv.Itoa(of), printable(u.Name.Either(m.w.Lang)))))
	lines, err := m.useSaid(u)
	if err != nil {
		return false, err
	}
	for _, l := range lines {
		m.p.hanging("  ", l)
	}
	answer, err := m.text(m.w.T("privacy.ask.right"), m.w.T("ask.yes"), func(s string) (string, string) {
		switch strings.ToLower(s) {
		case m.w.T("ask.yes"), m.w.T("ask.yes")[:1], "y", "yes":
			return "y", ""
		case m.w.T("ask.no"), "n":
			return "n", ""
		case "c":
			return "c", ""
		}
		return "", m.w.T("privacy.ask.right.wrong")
	})
	if err != nil || answer != "c" {
		return answer != "n", err
	}
	return true, m.change(i)
}

// useSaid says what a use is: of what data and why, how long and who gets them.
func (m *mapAsker) useSaid(u datamap.Use) ([]string, error) {
	keep, err := record.Keep(u.Keep, m.w.Lang)
	if err != nil {
		return nil, err
	}
	why := m.categories(u.Categories) + ", " + printable(u.Why.Either(m.w.Lang))
	if len(u.Folders) > 0 {
		why += " " + m.w.T("privacy.ask.use.folders", printable(strings.Join(u.Folders, ", ")))
	}
	return []string{why + ".", m.w.T("privacy.ask.use.more", keep, m.names(u.Recipients))}, nil
}

// change asks how long, and who gets the data.
func (m *mapAsker) change(i int) error {
	u := &m.d.Uses[i]
	if err := m.months(u, m.least(u)); err != nil {
		return err
	}
	return m.given(u)
}

// least is for how many months the law has the data of a use kept; 0: it says nothing.
func (m *mapAsker) least(u *datamap.Use) int {
	if u.Law == "" {
		return 0
	}
	if d, err := datamap.Preset(m.d.Trade, m.set.Country); err == nil {
		for _, p := range d.Uses {
			if p.ID == u.ID && p.Law == u.Law {
				return p.Keep.Months
			}
		}
	}
	return 0
}

func (m *mapAsker) months(u *datamap.Use, least int) error {
	_, err := m.text(m.w.T("privacy.ask.months"), strconv.Itoa(max(u.Keep.Months, 1)), func(s string) (string, string) {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		switch {
		case err != nil || n < 1 || n > 1200:
			return "", m.w.T("privacy.ask.number", "1200")
		case n < least:
			return "", m.w.T("privacy.ask.months.law", strconv.Itoa(least))
		}
		u.Keep.Months = n
		return "", ""
	})
	return err
}

// given asks who gets the data: by numbers, or a name of the owner's.
func (m *mapAsker) given(u *datamap.Use) error {
	var now []string
	for i, r := range m.d.Recipients {
		m.p.hanging(fmt.Sprintf("  %2d  ", i+1), printable(r.Name.Either(m.w.Lang)))
		if slices.Contains(u.Recipients, r.ID) {
			now = append(now, strconv.Itoa(i+1))
		}
	}
	_, err := m.text(m.w.T("privacy.ask.given"), cmp.Or(strings.Join(now, " "), "0"), func(s string) (string, string) {
		ids, more, ok := m.recipients(s)
		if !ok {
			return "", m.w.T("privacy.ask.given.wrong", strconv.Itoa(len(m.d.Recipients)))
		}
		m.d.Recipients = append(m.d.Recipients, more...)
		u.Recipients = ids
		return "", ""
	})
	return err
}

// recipients reads "1 3", "0", or a name.
func (m *mapAsker) recipients(s string) (ids []string, more []datamap.Recipient, ok bool) {
	s = plain(s)
	if s == "" || len(s) > 100 {
		return nil, nil, false
	}
	if strings.Trim(s, "0123456789 ,;") != "" { // a name
		r := datamap.Recipient{ID: "own-" + strconv.Itoa(len(m.d.Recipients)+1), Name: m.mine(s)}
		return []string{r.ID}, []datamap.Recipient{r}, true
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;", r) }) {
		n, err := strconv.Atoi(word)
		switch {
		case err != nil || n < 0 || n > len(m.d.Recipients):
			return nil, nil, false
		case n > 0 && !slices.Contains(ids, m.d.Recipients[n-1].ID):
			ids = append(ids, m.d.Recipients[n-1].ID)
		}
	}
	return ids, nil, true
}

// mine is a text in the owner's language.
func (m *mapAsker) mine(s string) i18n.Text {
	if m.w.Lang == "it" {
		return i18n.Text{IT: s}
	}
	return i18n.Text{EN: s}
}

func (m *mapAsker) categories(ids []string) string {
	var out []string
	for _, id := range ids {
		c, _ := datamap.Find(id)
		out = append(out, c.Name.In(m.w.Lang))
	}
	return strings.Join(out, ", ")
}

// names writes recipients; "nobody" for none.
func (m *mapAsker) names(ids []string) string {
	var out []string
	for _, r := range m.d.Recipients {
		if slices.Contains(ids, r.ID) {
			out = append(out, printable(r.Name.Either(m.w.Lang)))
		}
	}
	return cmp.Or(strings.Join(out, ", "), m.w.T("privacy.nobody"))
}

// rest asks about what is held and no use says why. Passwords and the codes of cards are
// not asked about: no use needs them in a file.
func (m *mapAsker) rest() error {
	var asked []string
	for {
		held := datamap.Judge(m.d, m.found, time.Time{}, time.Time{})
		i := slices.IndexFunc(held.Findings, func(f datamap.Finding) bool {
			return f.Problem == datamap.NotNeeded && f.Holding.Category.ID != "login" && !slices.Contains(asked, f.Holding.Category.ID)
		})
		if i < 0 {
			return nil
		}
		category := held.Findings[i].Holding.Category
		asked = append(asked, category.ID)
		if err := m.why(category, held); err != nil {
			return err
		}
	}
}
