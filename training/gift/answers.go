package gift

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	truths     = map[string]bool{"T": true, "TRUE": true, "F": false, "FALSE": false}
	goodWeight = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]*)?$`)
	goodNumber = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
)

// answers reads what is between the braces. The order of the cases is Moodle's.
func (b *block) answers(q *Question, in cut) *Error {
	if at := strings.LastIndex(in.s, "####"); at >= 0 {
		q.Feedback = words(in.from(at+4), false)
		in = in.to(at).trim()
	}
	head, _, _ := strings.Cut(in.s, "#")
	truth, isTruth := truths[strings.Trim(head, blanks)]
	has := func(sign string) bool { return strings.Contains(in.s, sign) }
	switch {
	case in.s == "":
		q.Kind = Essay
		return nil
	case in.s[0] == '#':
		q.Kind = Numerical
		return b.numbers(q, in.from(1))
	case has("~"):
		q.Kind = Choice
		return b.choices(q, in)
	case has("=") && has("->"):
		q.Kind = Matching
		return b.pairs(q, in)
	case isTruth:
		q.Kind, q.True = TrueFalse, truth
		said := append(strings.SplitN(in.s, "#", 3), "", "")
		q.IfWrong, q.IfRight = words(cut{s: said[1]}, false), words(cut{s: said[2]}, false)
		return nil
	}
	q.Kind = Short
	return b.shorts(q, in)
}

// pieces cuts answers at signs. The first has none; the others begin with theirs.
func pieces(in cut, signs string) (first cut, rest []cut) {
	start := -1
	for i := range len(in.s) {
		if strings.IndexByte(signs, in.s[i]) < 0 {
			continue
		}
		if start < 0 {
			first = in.to(i)
		} else {
			rest = append(rest, in.from(start).to(i-start))
		}
		if start = i; len(rest) > MaxAnswers {
			return first, rest
		}
	}
	if start < 0 {
		return in.trim(), nil
	}
	return first.trim(), append(rest, in.from(start))
}

// counted sees that there are enough answers, and not too many.
func (b *block) counted(in cut, n, least int) *Error {
	switch {
	case n < least:
		return b.fail(in.at, "few")
	case n > MaxAnswers:
		return b.fail(in.at, "answers")
	}
	return nil
}

// right sees that something can be right.
func (b *block) right(q *Question, in cut) *Error {
	if !slices.ContainsFunc(q.Answers, func(a Answer) bool { return a.Weight > 0 }) {
		return b.fail(in.at, "no-right")
	}
	return nil
}

func (b *block) choices(q *Question, in cut) *Error {
	first, rest := pieces(in, "~=")
	if first.s != "" {
		return b.fail(first.at, "stray")
	}
	if err := b.counted(in, len(rest), 2); err != nil {
		return err
	}
	for _, p := range rest {
		a := Answer{Right: p.s[0] == '='}
		if a.Right {
			a.Weight = 100
		}
		if err := b.add(q, a, p.from(1), p.at); err != nil {
			return err
		}
	}
	return b.right(q, in)
}

// add reads the text of an answer, which must not be empty, and adds it; at is where it begins.
func (b *block) add(q *Question, a Answer, p cut, at int) *Error {
	if err := b.answer(&a, p); err != nil {
		return err
	}
	if a.Text.S == "" {
		return b.fail(at, "empty-answer")
	}
	q.Answers = append(q.Answers, a)
	return nil
}

// listed cuts a text into answers; the first one may lack its "=".
func (b *block) listed(text, in cut) ([]cut, *Error) {
	first, all := pieces(text, "=")
	for i, p := range all {
		all[i] = cut{strings.TrimPrefix(p.s, "="), p.at}
	}
	if first.s != "" {
		all = append([]cut{first}, all...)
	}
	return all, b.counted(in, len(all), 1)
}

// answer reads weight, text and feedback of an answer.
func (b *block) answer(a *Answer, p cut) *Error {
	p, err := b.weight(&a.Weight, p.trim())
	if err != nil {
		return err
	}
	at := strings.IndexByte(p.s, '#')
	if at >= 0 {
		a.Feedback = words(p.from(at+1), false)
		p = p.to(at)
	}
	a.Text = words(p, false)
	return nil
}

// weight reads a weight, if there is one. What could only be a weight, and is none, is wrong.
func (b *block) weight(w *float64, p cut) (cut, *Error) {
	if !strings.HasPrefix(p.s, "%") {
		return p, nil
	}
	end := strings.IndexByte(p.s[1:min(len(p.s), 20)], '%')
	if end < 0 {
		return p, nil
	}
	s := p.s[1 : 1+end]
	if strings.Trim(s, "0123456789.,+-") != "" || !strings.ContainsAny(s, "0123456789") {
		return p, nil // text that begins with a per cent sign
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !goodWeight.MatchString(s) || n < -100 || n > 100 {
		return p, b.fail(p.at, "weight")
	}
	*w = round(n)
	return p.from(end + 2), nil
}

// round keeps five decimals, as Moodle does; and no negative zero.
func round(n float64) float64 {
	if n = math.Round(n*1e5) / 1e5; n == 0 {
		return 0
	}
	return n
}

func (b *block) shorts(q *Question, in cut) *Error {
	all, err := b.listed(in, in)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := b.add(q, Answer{Weight: 100}, p, p.at); err != nil {
			return err
		}
	}
	return b.right(q, in)
}

func (b *block) pairs(q *Question, in cut) *Error {
	first, rest := pieces(in, "=")
	if first.s != "" {
		return b.fail(first.at, "stray")
	}
	if err := b.counted(in, len(rest), 2); err != nil {
		return err
	}
	for _, p := range rest {
		at := strings.Index(p.s, "->")
		if at < 0 {
			return b.fail(p.at, "pair")
		}
		a := Answer{Text: words(p.from(1).to(at-1), false), Match: strings.Trim(plain(p.s[at+2:]), blanks)}
		if a.Match == "" {
			return b.fail(p.at, "empty-answer")
		}
		q.Answers = append(q.Answers, a)
	}
	return nil
}

// numbers reads the answers of a numerical question; "~#feedback" at the end is for any
// other number.
func (b *block) numbers(q *Question, in cut) *Error {
	rest, other := in, strings.IndexByte(in.s, '~')
	if other >= 0 {
		rest = in.to(other)
	}
	all, err := b.listed(rest, in)
	if err != nil {
		return err
	}
	for _, p := range all {
		a := Answer{Weight: 100}
		if err := b.answer(&a, p); err != nil {
			return err
		}
		if !a.number() {
			return b.fail(p.at, "number")
		}
		q.Answers = append(q.Answers, a)
	}
	if other >= 0 {
		p := in.from(other + 1).trim()
		a := Answer{Value: "*"}
		number, said, _ := strings.Cut(p.s, "#")
		if number = strings.Trim(plain(number), blanks); number != "" && number != "*" {
			return b.fail(p.at, "number")
		}
		a.Feedback = words(cut{s: said}, false)
		q.Answers = append(q.Answers, a)
	}
	return b.right(q, in)
}

// number reads the text of an answer as a number; it may be a margin or an interval too.
func (a *Answer) number() bool {
	s, at := a.Text.S, strings.Index(a.Text.S, "..")
	if a.Text.Format != "" {
		return false
	}
	a.Text = Text{}
	good := func(into *string, s string) bool {
		*into = strings.Trim(s, blanks)
		return goodNumber.MatchString(*into)
	}
	if s == "" || s == "*" {
		a.Value = "*"
		return true
	}
	if at > 0 {
		return good(&a.Value, s[:at]) && good(&a.Upper, s[at+2:])
	}
	if number, margin, ok := strings.Cut(s, ":"); ok {
		return good(&a.Value, number) && good(&a.Margin, margin)
	}
	return good(&a.Value, s)
}
