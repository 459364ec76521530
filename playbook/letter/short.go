package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"custode/internal/paper"
)

// How much a short message may take: two messages of the GSM alphabet, and what of it the
// name, the kinds of data and the contact may take.
const (
	oneMessage  = 160
	eachOfMore  = 153
	maxMessages = 2
	shortShop   = 28
	shortKinds  = 44
	shortTo     = 40
)

func (f *filler) shortShop(d def) Value {
	v := f.plain(d.Facts[0])
	if v.State == Known {
		v.Text = cut(alphabet(unlink(v.Text, " ")), shortShop)
	}
	return v
}

func (f *filler) shortDate(d def) Value {
	v := f.plain(d.Facts[0])
	if t, ok := f.in.Facts.Time(d.Facts[0]); ok && v.State == Known {
		t = t.In(f.in.Zone)
		v.Text = t.Format("2 ") + strings.Fields(f.word("short_months"))[t.Month()-1]
	}
	return v
}

func (f *filler) shortKinds(d def) Value {
	v := f.plain(d.Facts[0])
	if v.State != Known {
		return v
	}
	text := ""
	for _, id := range f.in.Facts.List(d.Facts[0]) {
		next := text + ", " + f.word("short_"+id)
		if weight(next) > shortKinds {
			text += ", " + f.word("short_more")
			break
		}
		text = next
	}
	v.Text, v.Items = strings.TrimPrefix(text, ", "), nil
	return v
}

// shortMay names the worst that may follow.
func (f *filler) shortMay(d def) Value {
	v := f.plain(d.Facts[0])
	if v.State != Known {
		return v
	}
	kinds := f.in.Facts.List(d.Facts[0])
	key := "risk_scam"
	for _, r := range []struct {
		word  string
		kinds []string
	}{
		{"risk_money", []string{"payment_card", "bank"}},
		{"risk_login", []string{"passwords"}},
		{"risk_identity", []string{"identity_document", "tax_id"}},
		{"risk_private", []string{"health", "special"}},
	} {
		if slices.ContainsFunc(r.kinds, func(k string) bool { return slices.Contains(kinds, k) }) {
			key = r.word
			break
		}
	}
	v.Text, v.Items, v.Derived = f.word(key), nil, true
	return v
}

func (f *filler) shortDid(d def) Value {
	v := f.measures(d, true)
	if v.State == Known {
		v.Text, v.Items, v.Derived = f.word("short_acted"), nil, true
	}
	return v
}

func (f *filler) shortContact(d def) Value {
	v := f.plain(d.Facts[0])
	if v.State != Known {
		return v
	}
	if text := contact(unlink(v.Text, "")); text != "" {
		v.Text = text
		return v
	}
	return Value{Ask: v.Ask}
}

// phone is a telephone number within a text.
var phone = regexp.MustCompile(`\+?[0-9][0-9 ()/.-]{4,}[0-9]`)

// contact shortens a way to reach somebody: to its phone number where it is too long.
func contact(text string) string {
	text = alphabet(paper.Line(text))
	if weight(text) <= shortTo {
		return text
	}
	if n := phone.FindString(text); n != "" {
		return n
	}
	return cut(text, shortTo)
}

// link is what a phone turns into something to tap on.
var link = regexp.MustCompile(`(?i)\S*(://|www\.)\S*|(^|[^\w@.])([a-z0-9-]+\.)+[a-z]{2,}(/\S*)?`)

// unlink takes links out of a text. An address of mail stays. Where dot is not empty, the
// name of a site stays as words.
func unlink(text, dot string) string {
	text = paper.Line(text)
	return paper.Line(link.ReplaceAllStringFunc(text, func(s string) string {
		if dot == "" || strings.Contains(s, "/") {
			return ""
		}
		return strings.ReplaceAll(s, ".", dot)
	}))
}

// cut shortens a text to so many characters, at a word where it can.
func cut(s string, n int) string {
	if weight(s) <= n {
		return s
	}
	r := []rune(s)
	for weight(string(r)) > n {
		r = r[:len(r)-1]
	}
	s = string(r)
	if i := strings.LastIndexByte(s, ' '); i > n/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:-")
}

// The alphabet of text messages (GSM 03.38); those of the second row count twice.
const (
	gsm      = "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwice = "^{}\\[~]|€"
)

// plainLetters are letters that have no accent to take off.
var plainLetters = strings.NewReplacer("’", "'", "‘", "'", "“", "\"", "”", "\"", "«", "\"", "»", "\"", "–", "-", "—", "-", "…", "...", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ı", "i", "œ", "oe", "Œ", "OE")

// alphabet writes a text with the letters that text messages have: with others, one
// message would hold 70 characters only. What has no such letter becomes "?".
func alphabet(s string) string {
	var b strings.Builder
	for _, r := range plainLetters.Replace(norm.NFC.String(s)) {
		if strings.ContainsRune(gsm, r) || strings.ContainsRune(gsmTwice, r) {
			b.WriteRune(r)
			continue
		}
		base := '?'
		for _, d := range norm.NFD.String(string(r)) {
			if !unicode.Is(unicode.Mn, d) {
				if strings.ContainsRune(gsm, d) {
					base = d
				}
				break
			}
		}
		b.WriteRune(base)
	}
	return b.String()
}

// weight counts the characters of a text as a message counts them.
func weight(s string) int {
	n := 0
	for _, r := range s {
		n++
		if strings.ContainsRune(gsmTwice, r) {
			n++
		}
	}
	return n
}

// Short gives a short message as it is sent, how many characters it counts and how many
// messages it takes.
func (l Letter) Short() (text string, characters, messages int) {
	var parts []string
	for _, s := range l.Sections {
		for _, p := range s.Parts {
			parts = append(parts, p.Text.String())
		}
	}
	text = alphabet(paper.Line(strings.Join(parts, " ")))
	characters = weight(text)
	if messages = 1; characters > oneMessage {
		messages = (characters + eachOfMore - 1) / eachOfMore
	}
	return text, characters, messages
}
