package trim

import (
	"bytes"
	"regexp"
	"strings"
	"time"
)

// Order is how the numbers of a date stand that has its year at the end.
type Order int

// The orders.
const (
	Unsure     Order = iota
	DayFirst         // 31/12/2019
	MonthFirst       // 12/31/2019
)

// date is a cell that holds one: what stands where. m and d are 0 where the cell
// does not say.
type date struct {
	y, m, d int
	first   Order // how m and d were read; Unsure: it is certain
	other   bool  // read the other way it is a date as well
	short   bool  // two digits of the year only

	year, month part // where they stand; month is empty where m is 0
	between     part // May( 12, )1985: kept of it is the blank before the day
	dayInMid    bool
	end         int // of the date: what follows is the time of day
}

// part is a stretch of the cell.
type part struct{ from, to int }

// token is a run of digits or of letters.
type token struct {
	part

	n    int // of digits; -1: letters
	word string
}

// months are the names, by their first three letters or more, in English and Italian.
var months = map[string]int{
	"jan": 1, "january": 1, "gen": 1, "gennaio": 1, "feb": 2, "february": 2, "febbraio": 2, "mar": 3, "march": 3, "marzo": 3,
	"apr": 4, "april": 4, "aprile": 4, "may": 5, "mag": 5, "maggio": 5, "jun": 6, "june": 6, "giu": 6, "giugno": 6,
	"jul": 7, "july": 7, "lug": 7, "luglio": 7, "aug": 8, "august": 8, "ago": 8, "agosto": 8,
	"sep": 9, "sept": 9, "september": 9, "set": 9, "sett": 9, "settembre": 9, "oct": 10, "october": 10, "ott": 10, "ottobre": 10,
	"nov": 11, "november": 11, "novembre": 11, "dec": 12, "december": 12, "dic": 12, "dicembre": 12,
}

// timeOfDay is what may follow a date.
var timeOfDay = regexp.MustCompile(`^(?:,?[T ]\s*\d{1,2}(?:[:.]\d{2}){1,2}(?:[.,]\d{1,9})?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|[A-Z]{3,4}|(?:UTC|GMT)?\s*[+-]\d{2}:?\d{2})?|T\d{4,6}Z?)$`)

// longest is more than any date with its time needs.
const longest = 48

// read reads a cell as a date. Nothing, a number and what has something more in it is none.
func read(cell []byte) (date, bool) {
	b := bytes.TrimRight(cell, " \t")
	if len(b) < 2 || len(b) > longest {
		return date{}, false
	}
	tokens, seps := cut(b)
	d, ok := shape(tokens, seps)
	if !ok {
		return date{}, false
	}
	if rest := b[d.end:]; len(rest) > 0 && (d.d == 0 || !timeOfDay.Match(rest)) {
		return date{}, false
	}
	return d, true
}

// cut finds the first three runs of digits or letters, and what stands between them.
func cut(b []byte) (tokens []token, seps []string) {
	at := 0
	for at < len(b) && (b[at] == ' ' || b[at] == '\t') {
		at++
	}
	for len(tokens) < 3 && at < len(b) {
		from, kind := at, class(b[at])
		if kind == 0 {
			break
		}
		for at < len(b) && class(b[at]) == kind {
			at++
		}
		t := token{part: part{from, at}, n: -1}
		if kind == 'd' {
			t.n = number(b[from:at])
		} else {
			t.word = strings.ToLower(string(b[from:at]))
		}
		tokens = append(tokens, t)
		sep := at
		for at < len(b) && bytes.IndexByte([]byte("/.-, "), b[at]) >= 0 {
			at++
		}
		if at < len(b) && class(b[at]) == 0 {
			break
		}
		seps = append(seps, string(b[sep:at]))
	}
	return tokens, seps
}

func class(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return 'd'
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return 'l'
	}
	return 0
}

// number reads up to eight digits; more are none.
func number(b []byte) (n int) {
	if len(b) > 8 {
		return -2
	}
	for _, c := range b {
		n = 10*n + int(c-'0')
	}
	return n
}

func (t token) digits() int {
	if t.n < 0 {
		return 0
	}
	return t.to - t.from
}

// whole tells whether a token is a year of four digits.
func (t token) whole() bool { return t.digits() == 4 && t.n >= 1900 && t.n <= 2100 }

// small tells whether it may be a day, a month or the last two digits of a year.
func (t token) small() bool { return t.digits() == 1 || t.digits() == 2 }

// shape finds out which kind of date the tokens are.
func shape(t []token, seps []string) (date, bool) {
	if len(t) > 0 && t[0].digits() == 8 {
		return compact(t[0])
	}
	if len(t) == 3 {
		if d, ok := three(t, seps); ok {
			return d, true
		}
	}
	if len(t) >= 2 && len(seps) > 0 {
		if d, ok := two(t, seps[0]); ok && len(t) == 2 {
			return d, true
		}
	}
	if len(t) == 1 && (t[0].whole() || t[0].digits() == 2) {
		return date{y: t[0].n, short: !t[0].whole(), year: t[0].part, end: t[0].to}, true
	}
	return date{}, false
}

// compact is 20191231.
func compact(t token) (date, bool) {
	y, m, d := t.n/10000, t.n/100%100, t.n%100
	return date{y: y, m: m, d: d, year: part{t.from, t.from + 4}, month: part{t.from + 4, t.from + 6}, end: t.to}, y >= 1900 && y <= 2100 && exists(y, m, d)
}

// three is a date with day, month and year.
func three(t []token, seps []string) (date, bool) {
	sign := strings.TrimSpace(seps[0])
	switch {
	case t[0].whole() && t[1].small() && t[2].small() && (sign == "-" || sign == "/" || sign == ".") && seps[0] == seps[1]:
		return date{y: t[0].n, m: t[1].n, d: t[2].n, year: t[0].part, month: t[1].part, end: t[2].to}, exists(t[0].n, t[1].n, t[2].n)
	case t[0].small() && t[1].small() && (t[2].whole() || t[2].digits() == 2):
		return numbers(t, seps)
	case t[0].small() && months[t[1].word] > 0 && (t[2].whole() || t[2].digits() == 2) && !strings.Contains(seps[0], ","):
		d := date{y: t[2].n, m: months[t[1].word], d: t[0].n, short: !t[2].whole(), year: t[2].part, month: t[1].part, end: t[2].to}
		return d, exists(leap(d), d.m, d.d)
	case months[t[0].word] > 0 && t[1].small() && t[2].whole():
		d := date{y: t[2].n, m: months[t[0].word], d: t[1].n, year: t[2].part, month: t[0].part, between: part{t[0].to, t[1].from}, dayInMid: true, end: t[2].to}
		return d, exists(d.y, d.m, d.d)
	}
	return date{}, false
}

// leap is the year by which a day is checked: of two digits nobody knows the
// century, and 29 February is given the benefit.
func leap(d date) int {
	if d.short {
		return 2000 + d.y
	}
	return d.y
}

// numbers is 31/12/2019 or 12/31/2019. With full stops it is the former: nobody
// writes the other so. Two digits of the year between hyphens could be its
// beginning or its end, and are not read.
func numbers(t []token, seps []string) (date, bool) {
	sign := strings.TrimSpace(seps[0])
	if seps[0] != seps[1] || sign != "/" && sign != "-" && sign != "." || t[2].digits() == 2 && sign == "-" {
		return date{}, false
	}
	d := date{y: t[2].n, short: !t[2].whole(), year: t[2].part, end: t[2].to}
	y := leap(d)
	dayFirst, monthFirst := exists(y, t[1].n, t[0].n), sign != "." && exists(y, t[0].n, t[1].n)
	switch {
	case dayFirst:
		d.m, d.d, d.month, d.other = t[1].n, t[0].n, t[1].part, monthFirst && t[0].n != t[1].n
	case monthFirst:
		d = d.monthFirst(t)
	default:
		return date{}, false
	}
	if sign != "." && dayFirst != monthFirst || d.other {
		d.first = DayFirst
		if !dayFirst {
			d.first = MonthFirst
		}
	}
	if d.other {
		d.between = t[0].part // what turned needs
	}
	return d, true
}

func (d date) monthFirst(t []token) date {
	d.m, d.d, d.month, d.between, d.dayInMid = t[0].n, t[1].n, t[0].part, part{t[0].to, t[1].from}, true
	return d
}

// turned is a date read the other way.
func (d date) turned() date {
	if !d.other {
		return d
	}
	day := d.between
	d.m, d.d, d.first = d.d, d.m, MonthFirst
	d.between, d.dayInMid, d.month = part{day.to, d.month.from}, true, day
	return d
}

// in gives the date as a column reads it whose order is o.
func (d date) in(o Order) date {
	if o == MonthFirst && d.other {
		return d.turned()
	}
	return d
}

// two is a month and a year.
func two(t []token, sep string) (date, bool) {
	sign := strings.TrimSpace(sep)
	plain := sign == "/" || sign == "-" || sign == "."
	d := date{end: t[1].to}
	switch {
	case t[0].whole() && plain && t[1].small():
		d.y, d.m, d.year, d.month = t[0].n, t[1].n, t[0].part, t[1].part
	case t[0].small() && plain && (t[1].whole() || t[1].digits() == 2 && t[1].n > 31):
		d.y, d.m, d.short, d.year, d.month = t[1].n, t[0].n, !t[1].whole(), t[1].part, t[0].part
	case months[t[0].word] > 0 && t[1].whole():
		d.y, d.m, d.year, d.month = t[1].n, months[t[0].word], t[1].part, t[0].part
	}
	return d, d.m >= 1 && d.m <= 12
}

// exists tells whether there is such a day.
func exists(y, m, d int) bool {
	return m >= 1 && m <= 12 && d >= 1 && d <= time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// last is the last day that a date can mean, as 2019-12-31. Two digits are the
// year of this century until 20 years from now, so that an appointment to come
// never passes for one of a century ago.
func (d date) last(today time.Time) time.Time {
	y, m, day := d.y, d.m, d.d
	if d.short {
		if y += 2000; y > today.Year()+20 {
			y -= 100
		}
	}
	if m == 0 {
		m = 12
	}
	if day == 0 {
		return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC)
}

// filler tells the days that programs write where there is none.
func (d date) filler() bool {
	return d.m == 1 && d.d == 1 && !d.short && (d.y == 1900 || d.y == 1970)
}

// coarse is what is left of a cell: a part of what stood there, and nothing new.
func (d date) coarse(cell []byte, to Step) []byte {
	start := 0
	for start < len(cell) && (cell[start] == ' ' || cell[start] == '\t') {
		start++
	}
	out := append([]byte{}, cell[:start]...)
	switch {
	case to == Year:
		out = append(out, cell[d.year.from:d.year.to]...)
	case d.dayInMid: // 12/31/2019, May 12, 1985
		out = append(append(out, cell[d.month.from:d.between.to]...), cell[d.year.from:d.year.to]...)
	case d.year.from < d.month.from:
		out = append(out, cell[d.year.from:d.month.to]...)
	default:
		out = append(out, cell[d.month.from:d.year.to]...)
	}
	return append(out, cell[len(bytes.TrimRight(cell, " \t")):]...)
}

// isCoarse tells whether a date says no more than is to be left.
func (d date) isCoarse(to Step) bool { return d.d == 0 && (to == Month || d.m == 0) }
