package main

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/safefile"
	"custode/playbook/privacy/datamap"
)

// Places of questions: a use by its number from 0, a kind of data by its ID.
const (
	atUse = "use-"
	atWhy = "why-"
)

// mapping is the questions of the map on a page: a [mapAsker] that nobody sits in front of.
type mapping struct {
	*mapAsker

	st   state
	half bool // somebody stopped on the way
}

// onMap opens the questions, with what was answered so far.
func (o *office) onMap(ctx context.Context, fn func(m *mapping) error) error {
	sh := *o.sh
	sh.out, sh.err = io.Discard, io.Discard
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	m := &mapping{&mapAsker{asker: sh.asker(ctx), p: sh.page(io.Discard, false), w: sh.words, set: set}, st, false}
	if m.d, m.half = sh.halfMap(); !m.half {
		if m.d, err = sh.declaration(); err != nil {
			return err
		}
	}
	return fn(m)
}

// gather looks up what lies in the data folders: which kinds of data to ask about, and which uses are usual with them.
func (m *mapping) gather(ctx context.Context) error {
	held, _, err := m.sh.mapIn(ctx, m.st, m.set)
	m.found = held.Found
	return err
}

// MapQuestion implements [web.Mapper].
func (o *office) MapQuestion(ctx context.Context, at string) (q web.MapQuestion, err error) {
	err = o.onMap(ctx, func(m *mapping) error {
		if !m.half { // nothing was answered yet: there is only the first one
			at = ""
		}
		if n, ok := strings.CutPrefix(at, atUse); ok {
			if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(m.d.Uses) {
				q, err = m.useQuestion(i)
				return err
			}
		}
		if at != "" {
			if err := m.gather(ctx); err != nil {
				return err
			}
		}
		if strings.HasPrefix(at, atUse) {
			at = m.nextWhy("")
		}
		if id, ok := strings.CutPrefix(at, atWhy); ok {
			if q, ok = m.whyQuestion(id); ok {
				return nil
			}
		}
		q = m.shopQuestion()
		if m.half {
			o.mu.Lock()
			q.GoOn = cmp.Or(o.mapAt, atUse+"0")
			o.mu.Unlock()
		}
		return nil
	})
	if err == nil && q.Kind != "shop" {
		o.mu.Lock()
		o.mapAt = q.At
		o.mu.Unlock()
	}
	return q, err
}

// shopQuestion asks for the trade, and where customers reach the shop.
func (m *mapping) shopQuestion() web.MapQuestion {
	c := m.d.Controller
	q := web.MapQuestion{Kind: "shop", Title: m.w.T("privacy.ask.welcome"), Address: c.Address, Reach: strings.Join(strings.Fields(c.Mail+" "+c.Phone), " ")}
	for _, t := range datamap.Trades() {
		q.Trades = append(q.Trades, web.Choice{ID: t.ID, Name: t.Name.In(m.w.Lang), On: t.ID == m.d.Trade})
	}
	return q
}

// useQuestion asks whether a use is so.
func (m *mapping) useQuestion(i int) (q web.MapQuestion, err error) {
	u := m.d.Uses[i]
	q = web.MapQuestion{
		At: atUse + strconv.Itoa(i), Kind: "use", ID: u.ID, Months: max(u.Keep.Months, 1), Least: m.least(&u),
		Title: m.w.T("privacy.ask.use", strconv.Itoa(i+1), strconv.Itoa(len(m.d.Uses)), printable(u.Name.Either(m.w.Lang))),
	}
	for _, r := range m.d.Recipients {
		q.Recipients = append(q.Recipients, web.Choice{ID: r.ID, Name: printable(r.Name.Either(m.w.Lang)), On: slices.Contains(u.Recipients, r.ID)})
	}
	q.Lines, err = m.useSaid(u)
	return q, err
}

// unsaid are the kinds of data that are held and of which no use says why, by their IDs. Passwords
// and the codes of cards are not asked about: no use needs them in a file.
func (m *mapping) unsaid() (held *datamap.Map, ids []string) {
	held = datamap.Judge(m.d, m.found, time.Time{}, time.Time{})
	for _, f := range held.Findings {
		if id := f.Holding.Category.ID; f.Problem == datamap.NotNeeded && id != "login" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return held, ids
}

// nextWhy is the place of the kind of data after one; "": there is none.
func (m *mapping) nextWhy(after string) string {
	_, ids := m.unsaid()
	for _, id := range ids {
		if id > after {
			return atWhy + id
		}
	}
	return ""
}

// whyQuestion asks for what a kind of data is held.
func (m *mapping) whyQuestion(id string) (q web.MapQuestion, ok bool) {
	held, ids := m.unsaid()
	if !slices.Contains(ids, id) {
		return q, false
	}
	c, _ := datamap.Find(id)
	folders, files := unexplained(c, held)
	q = web.MapQuestion{At: atWhy + id, Kind: "why", ID: id, Months: 24, Title: m.w.T("privacy.ask.why", capital(c.Name.In(m.w.Lang)))}
	q.Lines = []string{m.w.N("privacy.ask.why.files", int64(files), printable(strings.Join(folders, ", ")))}
	if id == "health" {
		q.Lines = append(q.Lines, m.w.T("privacy.ask.health"))
	}
	for _, u := range m.d.Uses {
		q.Uses = append(q.Uses, web.Choice{ID: u.ID, Name: printable(u.Name.Either(m.w.Lang))})
	}
	for _, b := range ownBases() {
		q.Bases = append(q.Bases, web.Choice{ID: string(b), Name: m.w.T("privacy.basis." + string(b))})
	}
	return q, true
}

// AnswerMap implements [web.Mapper].
func (o *office) AnswerMap(ctx context.Context, a web.MapAnswer) (next string, done bool, err error) {
	o.noting.Lock()
	defer o.noting.Unlock()
	err = o.onMap(ctx, func(m *mapping) error {
		if err := m.gather(ctx); err != nil {
			return err
		}
		switch {
		case a.At == "":
			if err := m.answerShop(a); err != nil {
				return err
			}
			next = atUse + "0"
		case !m.half: // answered to the end in another window
			done = true
			return nil
		case strings.HasPrefix(a.At, atUse):
			if next, err = m.answerUse(a); err != nil {
				return err
			}
		default:
			if err := m.answerWhy(a); err != nil {
				return err
			}
			next = m.nextWhy(a.ID)
		}
		if n, ok := strings.CutPrefix(next, atUse); ok {
			if i, err := strconv.Atoi(n); err != nil || i >= len(m.d.Uses) {
				next = m.nextWhy("")
			}
		}
		if done = next == ""; done {
			m.tidy()
			o.mu.Lock()
			o.mapAt = ""
			o.mu.Unlock()
			return m.sh.keepDeclaration(ctx, m.st, m.d)
		}
		raw, err := datamap.Encode(m.d, m.w.T("privacy.file.half"))
		if err != nil {
			return fault.On(fault.Bug, "fault.privacy.write", m.sh.halfPath(), err)
		}
		if err := safefile.Write(m.sh.halfPath(), raw, 0o600); err != nil {
			return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.privacy.write", m.sh.halfPath(), err)
		}
		return nil
	})
	return next, done, err
}

// answerShop begins with what is usual in the trade, or with what was said earlier.
func (m *mapping) answerShop(a web.MapAnswer) error {
	if !slices.ContainsFunc(datamap.Trades(), func(t datamap.Trade) bool { return t.ID == a.Trade }) {
		return fault.New(fault.Usage, "fault.map.trade")
	}
	address, wrong := m.short(a.Address)
	mail, phone, ok := reach(a.Reach)
	if wrong != "" || !ok {
		return fault.New(fault.Usage, "fault.map.reach")
	}
	if err := m.begin(m.d, a.Trade); err != nil {
		return err
	}
	c := &m.d.Controller
	c.Address, c.Mail, c.Phone = address, mail, phone
	return nil
}

// answerUse takes whether a use is so, how long and who gets it. Of a use that was answered already
// (the form was sent twice) nothing is done again.
func (m *mapping) answerUse(a web.MapAnswer) (next string, err error) {
	i, err := strconv.Atoi(strings.TrimPrefix(a.At, atUse))
	if err != nil || i < 0 || i >= len(m.d.Uses) || m.d.Uses[i].ID != a.ID {
		return a.At, nil //nolint:nilerr // an old page: the question that stands there now comes next
	}
	if a.Say == "no" {
		m.d.Uses = slices.Delete(m.d.Uses, i, i+1)
		return a.At, nil
	}
	u := &m.d.Uses[i]
	if a.Months < max(m.least(u), 1) || a.Months > 1200 {
		return "", fault.New(fault.Usage, "fault.map.months", strconv.Itoa(max(m.least(u), 1)))
	}
	if a.Months != max(u.Keep.Months, 1) {
		u.Keep.Months = a.Months
	}
	u.Recipients = nil
	for _, r := range m.d.Recipients {
		if slices.Contains(a.Recipients, r.ID) {
			u.Recipients = append(u.Recipients, r.ID)
		}
	}
	if own := plain(a.Own); own != "" {
		if len(own) > 100 {
			return "", fault.New(fault.Usage, "fault.map.words")
		}
		if id := m.recipient(own); !slices.Contains(u.Recipients, id) {
			u.Recipients = append(u.Recipients, id)
		}
	}
	return atUse + strconv.Itoa(i+1), nil
}

// recipient is the ID of the recipient of a name. One that is new is added; the form may have been
// sent twice.
func (m *mapping) recipient(name string) string {
	for _, r := range m.d.Recipients {
		if strings.EqualFold(r.Name.Either(m.w.Lang), name) {
			return r.ID
		}
	}
	r := datamap.Recipient{Name: m.mine(name)}
	for n := len(m.d.Recipients) + 1; ; n++ { // one of a higher number may have stayed where others went
		r.ID = "own-" + strconv.Itoa(n)
		if !slices.ContainsFunc(m.d.Recipients, func(o datamap.Recipient) bool { return o.ID == r.ID }) {
			break
		}
	}
	m.d.Recipients = append(m.d.Recipients, r)
	return r.ID
}

// answerWhy takes for what a kind of data is held: by a use, by one of the owner's own, by none.
func (m *mapping) answerWhy(a web.MapAnswer) error {
	held, ids := m.unsaid()
	if a.Why == "" || !slices.Contains(ids, a.ID) {
		return nil
	}
	if a.Why != "own" {
		i := slices.IndexFunc(m.d.Uses, func(u datamap.Use) bool { return u.ID == a.Why })
		if i < 0 {
			return fault.New(fault.Usage, "fault.map.why")
		}
		c, _ := datamap.Find(a.ID)
		folders, _ := unexplained(c, held)
		m.assign(i, a.ID, folders)
		return nil
	}
	words := plain(a.Words)
	switch {
	case words == "" || len(words) > 200:
		return fault.New(fault.Usage, "fault.map.words")
	case !slices.Contains(ownBases(), datamap.Basis(a.Basis)):
		return fault.New(fault.Usage, "fault.map.basis")
	case a.Months < 1 || a.Months > 1200:
		return fault.New(fault.Usage, "fault.map.months", "1")
	}
	u := m.inWords(words, a.ID)
	u.Basis, u.Keep.Months, u.Keep.From = datamap.Basis(a.Basis), a.Months, keptFrom(datamap.Basis(a.Basis))
	m.condition(&u)
	m.d.Uses = append(m.d.Uses, u)
	return nil
}
