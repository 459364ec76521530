package intake

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/table"
)

// sheet is a table whose columns are understood.
type sheet struct {
	tool    tool
	columns []column
	file    said // what the file says about everybody in it; unsure: nothing
}

// table reads a table.
func (t *taker) table(rows *table.Rows) error {
	_, head, err := rows.Head()
	if err != nil {
		return err
	}
	var names []string
	for _, c := range head.Cells {
		text := rows.Charset.Text(head.Text(c))
		if strings.ContainsAny(text, "@\uff20\ufe6b") || digits(text) > 6 {
			return table.ErrHeader // somebody's contact: the list has no header
		}
		names = append(names, text)
	}
	s, err := t.understand(names)
	if err != nil {
		return err
	}
	t.tally.Tool = s.tool.name
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", rows.Number(), err)
		}
		if row.Empty() {
			continue
		}
		t.line = rows.Number()
		t.tally.Rows++
		rows.Charset.Learn(row.Raw)
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, strings.TrimSpace(rows.Charset.Text(row.Text(c))))
		}
		if err := t.row(s, cells, row.Broken); err != nil {
			return err
		}
	}
}

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// understand tells the program and the columns by their headers.
func (t *taker) understand(names []string) (sheet, error) {
	plainNames := make([]string, len(names))
	for i, n := range names {
		plainNames[i] = table.Plain(n)
	}
	s := sheet{tool: tool{name: "list"}, file: unsure}
	for _, known := range tools() {
		if !slices.ContainsFunc(known.needs, func(n string) bool { return !slices.Contains(plainNames, n) }) {
			s.tool = known
			break
		}
	}
	for i, n := range plainNames {
		c := s.tool.columns[n]
		if s.tool.columns == nil {
			c = byHand(names[i])
		}
		if t.Column != "" && n == table.Plain(t.Column) && c.role != mailAddress && c.role != phoneNumber {
			c = column{role: mailAddress}
		}
		s.columns = append(s.columns, c)
	}
	if s.tool.name == mailchimp {
		s.file = fileKind(t.Name)
	}
	if t.AllNo {
		s.file = leaving
	}
	has := func(roles ...role) bool {
		return slices.ContainsFunc(s.columns, func(c column) bool { return slices.Contains(roles, c.role) })
	}
	switch {
	case !has(mailAddress, phoneNumber):
		return s, &HeaderError{len(names), ErrColumn}
	case s.tool.columns == nil && !t.AllNo && !has(state, noDate, noMark):
		return s, &HeaderError{len(names), ErrState}
	}
	return s, nil
}

// row takes what a row says about each kind of contact in it.
func (t *taker) row(s sheet, cells []string, broken bool) error {
	if len(cells) != len(s.columns) {
		return t.leave(NotReadable) // it cannot be told which cell is which
	}
	found := false
	for _, kind := range [...]choice.Kind{choice.MailKind, choice.PhoneKind} {
		contacts, whole := t.contacts(s, cells, kind)
		if len(contacts) == 0 && whole {
			continue
		}
		found = true
		if err := t.about(s, cells, subject{kind, contacts, whole && !broken}); err != nil {
			return err
		}
	}
	if !found {
		return t.leave(NoContact)
	}
	return nil
}

// contacts reads the contacts of a row of one kind; whole is false where one cannot be read.
func (t *taker) contacts(s sheet, cells []string, kind choice.Kind) (out []choice.Contact, whole bool) {
	want, best := mailAddress, -1
	if kind == choice.PhoneKind {
		want = phoneNumber
	}
	whole = true
	for i, c := range s.columns {
		if c.role != want || cells[i] == "" || best >= 0 && c.rank > best {
			continue
		}
		if c.rank < best {
			out, whole = nil, true
		}
		best = c.rank
		for _, part := range parts(cells[i], kind) {
			one, err := choice.Normal(kind, part, t.Country)
			if err != nil {
				whole = false
				continue
			}
			out = append(out, one)
		}
	}
	return out, whole
}

// parts splits a cell that holds several contacts. A leading ' is what programs put before a
// number or a formula so that a spreadsheet leaves it alone.
func parts(cell string, kind choice.Kind) []string {
	cell = strings.TrimPrefix(cell, "'")
	between := ";|\r\n\t"
	if kind == choice.MailKind && strings.Count(cell, "@") > 1 {
		between += ","
	}
	return strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(between, r) })
}

// subject is whom a row is about.
type subject struct {
	kind     choice.Kind
	contacts []choice.Contact
	whole    bool // all of the row was understood
}

// about takes what a row says about its contacts of one kind.
func (t *taker) about(s sheet, cells []string, who subject) error {
	own := choice.Email
	if who.kind == choice.PhoneKind {
		own = t.Numbers
	}
	channels := []choice.Channel{}
	for _, c := range s.columns {
		fits := c.channel != "" && (c.channel == choice.Email) == (who.kind == choice.MailKind)
		if fits && !slices.Contains(channels, c.channel) {
			channels = append(channels, c.channel)
		}
	}
	if len(channels) == 0 {
		if who.kind == choice.PhoneKind && s.tool.columns != nil {
			return nil // a number in the export of a program that only writes e-mail
		}
		channels = append(channels, own)
	}
	for _, c := range channels {
		if err := t.one(s, cells, who, c); err != nil {
			return err
		}
	}
	return nil
}

// one takes what a row says about one channel, "" for all of a number's.
func (t *taker) one(s sheet, cells []string, who subject, channel choice.Channel) error {
	v := t.verdict(s, cells, channel)
	switch v.said {
	case empty, unasked:
		if s.tool.silent || s.tool.name == mailchimp {
			return t.leave(NotSaid)
		}
		return t.leave(NoAnswer)
	case waiting:
		return t.leave(NotConfirmed)
	case unsure:
		if s.tool.name == mailchimp {
			return t.leave(NotSaid)
		}
		return t.leave(NotUnderstood)
	case yes:
		return t.yes(who, channel, v)
	case bounced, no, leaving, complained:
	}
	return t.no(who, channel, v)
}

// yes takes a yes, if it is one that counts.
func (t *taker) yes(who subject, channel choice.Channel, v verdict) error {
	if !who.whole || len(who.contacts) != 1 {
		if len(who.contacts) == 0 {
			return t.leave(NoContact)
		}
		return t.leave(NotReadable)
	}
	at, why := t.yesAt(v.yes, v.yesWhy)
	wording := t.Wordings[channel]
	switch {
	case t.Purpose == "":
		why = NoPurpose
	case channel == "":
		why = NoChannel
	case why != "":
	case wording == [32]byte{}:
		why = NoWording
	}
	if why != "" {
		return t.leave(why)
	}
	return t.take(who.contacts[0], choice.Event{
		Purpose: t.Purpose, Channel: channel, What: choice.Given, At: at, How: choice.Import, Wording: wording, Basis: choice.Consent,
	})
}

// no takes a no of every contact in the row. Leaving a list counts for every purpose: a list is
// no part of a choice.
func (t *taker) no(who subject, channel choice.Channel, v verdict) error {
	e := choice.Event{Purpose: choice.AllPurposes, Channel: channel, At: t.noAt(v.no, v.noWhy), How: choice.Import}
	if channel == "" {
		e.Channel = choice.AllChannels
	}
	switch v.said {
	case bounced:
		e.What = choice.Expired
	case no:
		e.What = choice.Refused
		if t.Purpose != "" {
			e.Purpose = t.Purpose
		}
	case leaving:
		e.What = choice.Withdrawn
	default:
		e.What = choice.Objected
	}
	if len(who.contacts) == 0 {
		return t.leave(NoContact)
	}
	for _, c := range who.contacts {
		if err := t.take(c, e); err != nil {
			return err
		}
	}
	return nil
}

// verdict is what a row says about a channel, and when.
type verdict struct {
	said          said
	yes, no       moment
	yesWhy, noWhy Reason
}

// verdict reads the cells about a channel: the strictest wins.
func (t *taker) verdict(s sheet, cells []string, channel choice.Channel) verdict {
	v := verdict{yesWhy: NoDate, noWhy: NoDate}
	if s.file != unsure {
		v.said = s.file
	}
	best := -1
	for i, c := range s.columns {
		cell := cells[i]
		if cell == "" || c.channel != "" && c.channel != channel {
			continue
		}
		switch c.role {
		case state:
			v.said = max(v.said, answer(cell, s.tool.yes))
		case noMark:
			if !marked(cell) {
				v.said = max(v.said, mark(answer(cell, nil)))
			}
		case noDate:
			v.said = max(v.said, leaving)
			v.no, v.noWhy = t.later(v, cell)
		case endDate:
			v.said = max(v.said, bounced)
			v.no, v.noWhy = t.later(v, cell)
		case bothDate:
			v.no, v.noWhy = t.later(v, cell)
			fallthrough
		case yesDate:
			if best < 0 || c.rank < best {
				best = c.rank
				v.yes, v.yesWhy = t.when(cell)
			}
		case ignored, mailAddress, phoneNumber:
		}
	}
	if s.tool.name == mailchimp && s.file == unsure && v.said == empty {
		v.said = t.confirmed(s, cells)
	}
	return v
}

// mark is what a mark says: that somebody left, unless it says of itself something else.
func mark(a said) said {
	if a == bounced || a == complained {
		return a
	}
	return leaving
}

// marked tells a mark that says that nothing is marked: "false", "no", "0", "[]".
func marked(cell string) bool {
	return slices.Contains([]string{"", "false", "no", "0", "falso"}, plain(cell))
}

// later is the later one of the date of a no that is known and the one in a cell.
func (t *taker) later(v verdict, cell string) (moment, Reason) {
	m, why := t.when(cell)
	if why != "" || v.noWhy == "" && v.no.late.After(m.late) {
		return v.no, v.noWhy
	}
	return m, ""
}

// confirmed is what a Mailchimp file of another name says: who confirmed said yes, where the
// file has no column of those who left.
func (t *taker) confirmed(s sheet, cells []string) said {
	out := unsure
	for i, c := range s.columns {
		switch {
		case c.role == noDate || c.role == noMark || c.role == endDate:
			return unsure
		case c.role == yesDate && c.rank == 0 && cells[i] != "":
			out = yes
		}
	}
	return out
}
