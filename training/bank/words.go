package bank

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"custode/internal/readable"
	"custode/training/question"
)

// tongues sees that a text is in two languages, each in its place.
func (l *linter) tongues(t named) {
	if t.proper {
		return
	}
	if t.text.EN == t.text.IT && len(readable.Words(t.text.EN)) > 1 {
		l.fault("same", "%s: %q", t.name, t.text.EN)
	}
	if english, italian := count(t.text.EN); italian > english {
		l.fault("swapped", "%s: %q", t.name, t.text.EN)
	}
	if english, italian := count(t.text.IT); english > italian {
		l.fault("swapped", "%s: %q", t.name, t.text.IT)
	}
}

// Words that are in nearly every sentence of one language, and no words of the other.
var (
	englishWords = words("the and you your is are it of to with for that this what who they not we be on by has have was")
	italianWords = words("il lo la gli le un una di che e è non per con del della dei da al alla nel si ti chi cosa sono ha hai come")
)

func words(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// count tells how many words of each language a text has.
func count(s string) (english, italian int) {
	for _, w := range readable.Words(strings.ToLower(s)) {
		if englishWords[w] {
			english++
		}
		if italianWords[w] {
			italian++
		}
	}
	return english, italian
}

var (
	allOf = regexp.MustCompile(`(?i)\b(?:all|none|any|both|neither) of (?:the )?(?:above|below|these|them|those)\.?$|\b(?:tutt[ei]|nessun[ao]?) (?:(?:del)?l[ei]|quest[ei]|di quest[ei]|delle) ?(?:precedenti|risposte|opzioni|quest[ei])?\.?$|\b(?:a|b|c) (?:and|or|e|o) (?:b|c|d)\b\.?$|\b(?:precedenti|opzioni precedenti)\b`)

	notEN = regexp.MustCompile(`\b(?:not|never|except|cannot)\b|n['’]t\b`)
	notIT = regexp.MustCompile(`\b(?:non|mai|tranne|eccetto)\b`)
	// which finds the questions that ask for one of several things: there a small "not" turns
	// the answer round. ("What do you do if it does not open?" is another matter.)
	which = regexp.MustCompile(`(?i)^\W*(?:so |now |allora |e )?(?:in |of |di |a |per )?(?:which|what|who|quale?|quali|che cosa|cosa|chi)\b`)
	inner = regexp.MustCompile(`(?i)\b(?:if|when|who|that|because|se|quando|perché|che)\b`)
)

// stem sees that nobody overlooks a not, and that no option stands for the others.
func (l *linter) stem(q *question.Question) {
	for _, o := range q.Options {
		for _, s := range []string{o.Text.EN, o.Text.IT} {
			if allOf.MatchString(strings.TrimSpace(s)) {
				l.fault("all-of", "option %s: %q", o.ID, s)
			}
		}
	}
	if q.Type != question.Single && q.Type != question.Multiple {
		return
	}
	if s, ok := quiet(q.Text.EN, notEN); ok {
		l.fault("negative", "en: %q", s)
	}
	if s, ok := quiet(q.Text.IT, notIT); ok {
		l.fault("negative", "it: %q", s)
	}
	if loud := strings.Contains(q.Text.EN, "NOT"); loud != strings.Contains(q.Text.IT, "NON") {
		l.fault("negative", "NOT in one language only")
	}
}

// quiet finds a question with a "not" in small letters in its main clause.
func quiet(text string, not *regexp.Regexp) (string, bool) {
	for _, s := range readable.Sentences(text) {
		if !strings.Contains(s, "?") || !which.MatchString(s) {
			continue
		}
		main := s
		if first := which.FindStringIndex(s); first != nil {
			if at := inner.FindStringIndex(s[first[1]:]); at != nil {
				main = s[:first[1]+at[0]]
			}
		}
		if not.MatchString(main) {
			return s, true
		}
	}
	return "", false
}

var (
	domain = regexp.MustCompile(`(?i)(?:[a-z]+://|@)?(?:[\p{L}\d_-]+\.)+\p{L}{2,}(?:[/:?#]\S*)?`)
	number = regexp.MustCompile(`[+(]?\d[\d ()./-]{6,}\d`)
	date   = regexp.MustCompile(`^(?:\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{4})$`)
	// reserved numbers: Ofcom's for drama, and 555-01xx.
	reserved = regexp.MustCompile(`^(?:\+?44|0)20794600?\d{2,3}$|^\+?1?(?:\d{3})?55501\d\d$`)
)

// files are endings of names that look like domains.
var files = words("pdf doc docx docm xls xlsx xlsm zip exe html htm csv txt jpg jpeg png iso js scr age lnk bat apk msi rar eml ics vcf mp4 heic")

// names sees that nothing leads to, or names, somebody real.
func (l *linter) names(where, s string) {
	for w := range strings.FieldsSeq(s) {
		if !strings.Contains(strings.TrimRight(w, ".,;:!?»”\")"), ".") {
			continue // nearly all words: the expression is slow
		}
		if at := strings.LastIndex(w, "@"); at >= 0 && !strings.Contains(w[at:], "/") {
			w = w[at:] // of an address, the domain counts
		}
		for _, d := range domain.FindAllString(w, -1) {
			if !free(d) {
				l.fault("domain", "%s: %s", where, d)
			}
		}
	}
	for _, n := range number.FindAllString(s, -1) {
		digits := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) || r == '+' {
				return r
			}
			return -1
		}, n)
		if !date.MatchString(n) && len(strings.TrimPrefix(digits, "+")) >= 8 && !reserved.MatchString(digits) {
			l.fault("phone", "%s: %s", where, n)
		}
	}
	if b := brand(s); b != "" {
		l.fault("brand", "%s: %s", where, b)
	}
}

// free reports whether a domain is nobody's, or no domain but the name of a file.
func free(s string) bool {
	host := strings.ToLower(s)
	_, rest, link := strings.Cut(host, "://")
	if link {
		host = rest
	}
	mail := strings.HasPrefix(host, "@")
	host = strings.TrimPrefix(host, "@")
	if i := strings.IndexAny(host, "/:?#"); i >= 0 {
		host = host[:i]
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if slices.Contains([]string{"test", "example", "invalid", "localhost"}, last) {
		return true
	}
	if len(labels) > 1 && labels[len(labels)-2] == "example" && slices.Contains([]string{"com", "org", "net"}, last) {
		return true
	}
	return !link && !mail && files[last]
}

// brands are companies and programs that are known to everybody: questions name none.
var brands = map[string]bool{
	"1password": true, "adobe": true, "airbnb": true, "amazon": true, "american express": true, "anydesk": true, "avast": true, "banco bpm": true,
	"bancomat": true, "bank of america": true, "barclays": true, "bartolini": true, "bitlocker": true, "bitwarden": true, "bnp paribas": true,
	"booking com": true, "bper": true, "carrefour": true, "chase bank": true, "chatgpt": true, "conad": true, "deutsche bank": true, "dhl": true,
	"dpd": true, "dropbox": true, "ebay": true, "esselunga": true, "etsy": true, "evri": true, "facebook": true, "fastweb": true, "fedex": true,
	"fineco": true, "gmail": true, "godaddy": true, "google": true, "hsbc": true, "icloud": true, "ikea": true, "instagram": true,
	"intesa sanpaolo": true, "ipad": true, "iphone": true, "kaspersky": true, "keepass": true, "klarna": true, "lastpass": true, "lidl": true,
	"linkedin": true, "lloyds": true, "mac os": true, "macos": true, "mastercard": true, "mcafee": true, "microsoft": true, "n26": true,
	"natwest": true, "netflix": true, "nexi": true, "office 365": true, "onedrive": true, "openai": true, "outlook": true, "paypal": true,
	"poste italiane": true, "postepay": true, "powerpoint": true, "revolut": true, "royal mail": true, "ryanair": true, "santander": true,
	"satispay": true, "sda express": true, "shopify": true, "snapchat": true, "spotify": true, "sumup": true, "t-mobile": true, "teamviewer": true,
	"telecom italia": true, "tesco": true, "tiktok": true, "trenitalia": true, "tripadvisor": true, "twitter": true, "unicredit": true, "usps": true,
	"veracrypt": true, "verizon": true, "vinted": true, "vodafone": true, "wells fargo": true, "western union": true, "wetransfer": true,
	"whatsapp": true, "windtre": true, "wordpress": true, "youtube": true,
}

// capital are brands that are also words of every day, or parts of some: with a capital they count.
var capital = map[string]bool{
	"Acrobat": true, "Alexa": true, "Android": true, "Apple": true, "Aruba": true, "BRT": true, "Chrome": true, "Coop": true, "Copilot": true,
	"Enel": true, "Eni": true, "Excel": true, "GLS": true, "Gemini": true, "Hermes": true, "Iliad": true, "Messenger": true, "Meta": true,
	"Norton": true, "O2": true, "Slack": true, "Stripe": true, "TNT": true, "Telegram": true, "UPS": true, "Visa": true, "Windows": true, "Zoom": true,
}

// brand finds the first of them in a text.
func brand(s string) string {
	all := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range all {
		if capital[w] {
			return w
		}
		for _, n := range []int{1, 2, 3} {
			if i+n <= len(all) && brands[strings.ToLower(strings.Join(all[i:i+n], " "))] {
				return strings.Join(all[i:i+n], " ")
			}
		}
	}
	return ""
}
