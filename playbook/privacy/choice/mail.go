package choice

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// mail brings an address to its normal form.
func mail(text string) (string, error) {
	if !strings.HasSuffix(text, ">") {
		return address(text)
	}
	i := strings.LastIndexByte(text, '<')
	if i < 0 {
		return "", ErrName
	}
	name, inner := strings.TrimSpace(text[:i]), text[i+1:len(text)-1]
	normal, err := address(strings.TrimSpace(inner))
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(name, "<>") {
		return "", ErrName
	}
	// an address as the name: some programs write to that one
	if strings.ContainsAny(name, "@\uff20\ufe6b") {
		if same, err := address(strings.Trim(name, `"' `)); err != nil || same != normal {
			return "", ErrName
		}
	}
	return normal, nil
}

// address is mail without a name around it.
func address(text string) (string, error) {
	at := strings.LastIndexByte(text, '@')
	if at <= 0 {
		return "", ErrLocal
	}
	local, err := localPart(text[:at])
	if err != nil {
		return "", err
	}
	domain, err := domainPart(text[at+1:])
	if err != nil {
		return "", err
	}
	return local + "@" + domain, nil
}

// escapes are what has to be escaped between quotes.
var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// localPart takes quotes off where the mailbox does not need them, so that
// "anna"@example.com is anna@example.com.
func localPart(s string) (string, error) {
	quoted := len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"'
	if quoted {
		var ok bool
		if s, ok = unquote(s[1 : len(s)-1]); !ok {
			return "", ErrLocal
		}
	}
	s = strings.ReplaceAll(lower(s), "ς", "σ") // both are the small form of Σ
	if len(s) > 64 {
		return "", ErrLocal
	}
	if dotAtom(s) {
		return s, nil
	}
	if !quoted {
		return "", ErrLocal
	}
	return `"` + escapes.Replace(s) + `"`, nil
}

// unquote reads the inside of a quoted mailbox. What separates addresses is
// refused in it, though mail allows it: a program that splits a list at commas
// would find somebody else's address there.
func unquote(s string) (string, bool) {
	b := strings.Builder{}
	escaped := false
	for _, r := range s {
		switch {
		case strings.ContainsRune("@,;<>", r), r >= utf8.RuneSelf && !letter(r):
			return "", false
		case !escaped && r == '"':
			return "", false
		case !escaped && r == '\\':
			escaped = true
			continue
		}
		escaped = false
		b.WriteRune(r)
	}
	return b.String(), !escaped && b.Len() > 0
}

// dotAtom is a mailbox that needs no quotes (RFC 5322, 6532).
func dotAtom(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		if r >= utf8.RuneSelf {
			if !letter(r) {
				return false
			}
		} else if !asciiLetter(r) && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r) {
			return false
		}
	}
	return true
}

// dots are the other full stops between the labels of a domain.
var dots = strings.NewReplacer("\u3002", ".", "\uff61", ".")

// domainPart is the domain in ASCII. The mapping is that of UTS 46 without its
// list of exceptions; what it would turn into anything but letters, marks and
// digits is refused.
func domainPart(s string) (string, error) {
	if len(s) > 4*253 {
		return "", ErrDomain
	}
	if isASCII(s) {
		s = strings.ToLower(s)
	} else {
		s = dots.Replace(norm.NFKC.String(lower(norm.NFKC.String(s))))
	}
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	if len(labels) < 2 {
		return "", ErrDomain
	}
	for i, label := range labels {
		if !labelOK(label) {
			return "", ErrDomain
		}
		labels[i] = toASCII(label)
		if len(labels[i]) > 63 {
			return "", ErrDomain
		}
	}
	s = strings.Join(labels, ".")
	if len(s) > 253 || strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return "", ErrDomain
	}
	return s, nil
}

func labelOK(label string) bool {
	if label == "" || len(label) > 4*63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	if first, _ := utf8.DecodeRuneInString(label); unicode.IsMark(first) {
		return false
	}
	for _, r := range label {
		if r != '-' && !asciiLetter(r) && (r < utf8.RuneSelf || !letter(r)) {
			return false
		}
	}
	return true
}

func asciiLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// letter is one of the characters beyond ASCII that addresses may hold.
func letter(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.Nd) }

// lower is the small form in NFC. It follows the full table, in which the
// Turkish capital İ is not the capital of i.
func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return norm.NFC.String(cases.Lower(language.Und, cases.HandleFinalSigma(false)).String(norm.NFC.String(s)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
