package seek

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// mailTerm is an address in the form in which addresses are compared: small
// letters in NFC before the @, without quotes, and a domain in ASCII behind it.
// Dots and "+tag" stay: they are other addresses.
type mailTerm struct {
	term          int
	local, domain string
}

// The longest mailbox and domain that are looked at, in bytes.
const (
	maxLocal  = 160
	maxDomain = 255
)

func (s *Seeker) addMail(i int, text string) error {
	if end := strings.LastIndexByte(text, '<'); end >= 0 && strings.HasSuffix(text, ">") {
		text = strings.TrimSpace(text[end+1 : len(text)-1])
	}
	at := strings.LastIndexByte(text, '@')
	if at < 1 {
		return ErrMail
	}
	m := mailTerm{term: i}
	var ok bool
	if m.local, ok = localOf(text[:at]); !ok {
		return ErrMail
	}
	if m.domain, ok = domainOf([]byte(text[at+1:])); !ok {
		return ErrMail
	}
	s.mails = append(s.mails, m)
	s.sure |= 1 << i
	s.class['@'], s.class['%'] = classAt, classAt
	return nil
}

// localOf brings a mailbox, as it was typed, to the form that is compared.
func localOf(text string) (string, bool) {
	if len(text) > 2 && text[0] == '"' && text[len(text)-1] == '"' {
		return unquoted([]byte(text[1 : len(text)-1])), true
	}
	if text[0] == '.' || text[len(text)-1] == '.' || strings.Contains(text, "..") {
		return "", false
	}
	for i := 0; i < len(text); {
		w := localAt([]byte(text), i)
		if w == 0 {
			return "", false
		}
		i += w
	}
	return small(text), true
}

// small is the small form in NFC, of the full table.
func small(s string) string {
	ascii := func(r rune) bool { return r < utf8.RuneSelf }
	if !strings.ContainsFunc(s, func(r rune) bool { return !ascii(r) }) {
		return strings.ToLower(s)
	}
	s = norm.NFC.String(cases.Lower(language.Und, cases.HandleFinalSigma(false)).String(norm.NFC.String(s)))
	return strings.ReplaceAll(s, "ς", "σ")
}

// unquoted is the small form of the inside of a mailbox in quotes.
func unquoted(b []byte) string {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		out = append(out, b[i])
	}
	return small(string(out))
}

// domainOf brings a domain to ASCII. It is not ok when it is none.
func domainOf(b []byte) (string, bool) {
	text := string(b)
	if slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf }) {
		text = norm.NFKC.String(small(norm.NFKC.String(text)))
		text = strings.NewReplacer("。", ".", "｡", ".").Replace(text)
		var err error
		if text, err = idna.Punycode.ToASCII(text); err != nil {
			return "", false
		}
	}
	text = strings.TrimRight(strings.ToLower(text), ".-")
	dot := false
	for i := range len(text) {
		switch {
		case text[i] == '.':
			if i == 0 || text[i-1] == '.' {
				return "", false
			}
			dot = true
		case !isAlnum(text[i]) && text[i] != '-':
			return "", false
		}
	}
	return text, dot && len(text) <= maxDomain
}

// localAt is the width of the character at i if a mailbox can hold it unquoted.
func localAt(b []byte, i int) int {
	c := b[i]
	if c < utf8.RuneSelf {
		if isAlnum(c) || strings.IndexByte(".!#$%&'*+-/=?^_`{|}~", c) >= 0 {
			return 1
		}
		return 0
	}
	if r, w := utf8.DecodeRune(b[i:]); unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
		return w
	}
	return 0
}

// mail looks whether an address of the person stands around the @ at i, or the
// %40 that stands for one in links.
func (s *Seeker) mail(f *found, b []byte, i int) {
	after := i + 1
	if b[i] == '%' {
		if i+2 >= len(b) || b[i+1] != '4' || b[i+2] != '0' {
			return
		}
		after = i + 3
	}
	if i == 0 || after >= len(b) {
		return
	}
	for k := range s.mails {
		m := &s.mails[k]
		if c := b[after]; c < utf8.RuneSelf && lower(c) != m.domain[0] && m.domain[0] != 'x' {
			continue
		}
		if c := b[i-1]; c < utf8.RuneSelf && c != '"' && lower(c) != m.local[len(m.local)-1] {
			continue
		}
		end := domainEnd(b, after)
		if d := b[after:end]; !equalFold(d, m.domain) {
			if !slices.ContainsFunc(d, func(c byte) bool { return c >= utf8.RuneSelf }) {
				continue
			}
			if domain, ok := domainOf(d); !ok || domain != m.domain {
				continue
			}
		}
		if start := m.starts(b, i); start >= 0 {
			f.add(hit{term: m.term, at: start, anchor: i, end: end})
		}
	}
}

// domainEnd is the end of the domain that begins at i, without the full stop or
// dash that may follow it; i where it goes on as no domain does.
func domainEnd(b []byte, i int) int {
	start := i
	limit := min(len(b), i+4*maxDomain)
	for i < limit {
		c := b[i]
		if c < utf8.RuneSelf {
			if !isAlnum(c) && c != '.' && c != '-' {
				break
			}
			i++
			continue
		}
		r, w := utf8.DecodeRune(b[i:])
		if r != '。' && r != '｡' && !unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			break
		}
		i += w
	}
	if i < len(b) && b[i] == '_' {
		return start
	}
	for i > start && (b[i-1] == '.' || b[i-1] == '-') {
		i--
	}
	return i
}

func equalFold(b []byte, small string) bool {
	if len(b) != len(small) {
		return false
	}
	for i := range b {
		if lower(b[i]) != small[i] {
			return false
		}
	}
	return true
}

// starts is where the mailbox that ends at b[at] begins, if it is that of the
// term, -1 if not. Letters, digits and the signs . _ + - % before it make
// another mailbox, other signs do not: mailto:, address=, dell'.
func (m *mailTerm) starts(b []byte, at int) int {
	if b[at-1] == '"' {
		open := bytes.LastIndexByte(b[max(0, at-maxLocal):at-1], '"')
		if open < 0 {
			return -1
		}
		open += max(0, at-maxLocal)
		if unquoted(b[open+1:at-1]) == m.local {
			return open
		}
		return -1
	}
	if start := at - len(m.local); start >= 0 && equalFold(b[start:at], m.local) {
		return m.bounded(b, start)
	}
	start := at
	for start > max(0, at-maxLocal) {
		_, w := utf8.DecodeLastRune(b[:start])
		if localAt(b, start-w) == 0 {
			break
		}
		start -= w
	}
	run := b[start:at]
	if !slices.ContainsFunc(run, func(c byte) bool { return c >= utf8.RuneSelf }) {
		return -1
	}
	for i := range run { // it may begin behind any sign
		if utf8.RuneStart(run[i]) && len(run)-i <= 2*len(m.local)+8 && small(string(run[i:])) == m.local {
			return m.bounded(b, start+i)
		}
	}
	return -1
}

// bounded is start if no mailbox goes on before it, else -1.
func (*mailTerm) bounded(b []byte, start int) int {
	if wordBefore(b, start) {
		if start >= 3 && b[start-3] == '%' && isHex(b[start-2]) && isHex(b[start-1]) && b[start-3+1] < '8' { // %3A, %3D
			return start
		}
		return -1
	}
	if start > 0 {
		switch b[start-1] {
		case '.', '_', '+', '-', '%':
			return -1
		}
	}
	return start
}

func isHex(c byte) bool { return isDigit(c) || (c|0x20)-'a' <= 'f'-'a' }
