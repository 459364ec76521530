package intake

import (
	"encoding/base64"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// stated is what somebody wrote themselves: the subject and the first lines, without what is
// quoted below.
type stated struct{ lines []line }

type line struct {
	text  string
	again bool // the subject of the mail that is answered to or passed on
	title bool
}

// firstLines is how many lines of a mail are read: who writes a whole letter is not answering
// with a code, and a person has to read it.
const firstLines = 10

var (
	answered = regexp.MustCompile(`(?i)^\s*(?:re|r|rif|aw|fw|fwd|i|inoltro|wg)(?:\[\d+\])?\s*:`)
	// quotedAt is where the mail that is answered to begins, in the words of mail programs.
	quotedAt = regexp.MustCompile(`(?i)^\s*(?:>|\|)|^\s*-{2,}\s*(?:original|messaggio|forwarded|inoltrato|risposta|ursprüngliche)|^\s*_{10,}|^\s*(?:on|il|le|am)\b.{5,200}(?:wrote|ha scritto|a écrit|schrieb)\s*:?\s*$|^\s*\*?(?:from|da|von|de|mittente)\s*:\*?\s|^-- ?$`)
	brokenAt = regexp.MustCompile(`(?i)^\s*(?:on|il)\b.{10,}[,<@]`) // the first half of such a line
	endsSo   = regexp.MustCompile(`(?i)(?:wrote|ha scritto)\s*:?\s*$`)
	quoteTag = regexp.MustCompile(`(?is)<blockquote|class="?[^">]*(?:gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote)|id="?(?:divRplyFwdMsg|appendonsend|mail-editor-reference)|<hr`)
	hidden   = regexp.MustCompile(`(?is)<(?:style|script|head|title)\b.*?</(?:style|script|head|title)>|<!--.*?-->`)
	breaks   = regexp.MustCompile(`(?i)<(?:br|/p|/div|/tr|/li|/h\d)[^>]*>`)
	tags     = regexp.MustCompile(`(?s)<[^>]*>`)
)

// statement cuts a mail down to what somebody wrote themselves.
func statement(subject, text string) (s stated) {
	if strings.TrimSpace(subject) != "" {
		s.lines = append(s.lines, line{text: subject, again: answered.MatchString(subject), title: true})
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		if quotedAt.MatchString(l) || brokenAt.MatchString(l) && i+1 < len(lines) && endsSo.MatchString(lines[i+1]) {
			break
		}
		if strings.TrimSpace(l) == "" {
			continue
		}
		if len(s.lines) > firstLines {
			break
		}
		s.lines = append(s.lines, line{text: l})
	}
	return s
}

// What stops all. The words of the second list mean it only where little else is written.
var (
	stopAlways = []string{
		"unsubscribe", "unsubscribes", "cancellami", "cancellatemi", "disiscrivimi", "disiscrivetemi", "disiscrizione", "disiscrivermi", "cancellarmi", "rimuovimi", "rimuovetemi", "rimuovermi",
		"unsuscribe", "optout",
	}
	stopShort = []string{"stop", "basta", "revoca", "revoco", "fermate", "smettetela", "smettila"}
	stopTwo   = []string{"opt out", "remove me", "take me off", "no piu mail", "non scrivetemi", "non scrivermi", "do not contact", "dont contact", "do not write", "dont write"}
)

// fewWords is what a line of little else has at most.
const fewWords = 6

// stops tells whether somebody wants no more of anything.
func (s stated) stops() bool {
	return slices.ContainsFunc(s.lines, func(l line) bool {
		text := plain(strings.NewReplacer("'", "", "’", "").Replace(l.text))
		words := strings.Fields(text)
		for _, w := range words {
			if slices.Contains(stopAlways, w) || slices.Contains(stopShort, w) && len(words) <= fewWords && !l.again {
				return true
			}
		}
		return slices.ContainsFunc(stopTwo, func(two string) bool { return strings.Contains(" "+text+" ", " "+two+" ") })
	})
}

// body is the text of a mail: its first plain part, else its first page.
func body(m *netmail.Message) string {
	plainText, page := texts(textproto.MIMEHeader(m.Header), m.Body, 0)
	if strings.TrimSpace(plainText) == "" {
		return unpaged(page)
	}
	return plainText
}

// deepest is how many parts may lie within each other.
const deepest = 5

// texts finds the first plain text and the first page in a part.
func texts(h textproto.MIMEHeader, in io.Reader, depth int) (text, page string) {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind, params = "text/plain", nil
	}
	if strings.HasPrefix(kind, "multipart/") {
		if depth >= deepest {
			return "", ""
		}
		parts := multipart.NewReader(in, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil { // the end, or a mail that was cut off: what was read of it counts
				return text, page
			}
			t, pg := texts(p.Header, p, depth+1)
			if text == "" {
				text = t
			}
			if page == "" {
				page = pg
			}
		}
	}
	if disposition, _, _ := mime.ParseMediaType(h.Get("Content-Disposition")); disposition == "attachment" {
		return "", ""
	}
	switch kind {
	case "text/plain":
		return decode(h, in, params["charset"]), ""
	case "text/html":
		return "", decode(h, in, params["charset"])
	}
	return "", ""
}

// decode undoes how a part is written. Where that fails, what was read counts.
func decode(h textproto.MIMEHeader, in io.Reader, charset string) string {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		in = quotedprintable.NewReader(in)
	case "base64":
		in = base64.NewDecoder(base64.StdEncoding, in)
	}
	raw, _ := io.ReadAll(io.LimitReader(in, maxMail))
	if charset != "" {
		if e, err := htmlindex.Get(charset); err == nil {
			if out, err := e.NewDecoder().Bytes(raw); err == nil {
				raw = out
			}
		}
	}
	return strings.ToValidUTF8(string(raw), "\uFFFD")
}

// unpaged is the text of a page, up to what is quoted in it.
func unpaged(page string) string {
	if at := quoteTag.FindStringIndex(page); at != nil {
		page = page[:at[0]]
		if open := strings.LastIndexByte(page, '<'); open > strings.LastIndexByte(page, '>') {
			page = page[:open]
		}
	}
	page = hidden.ReplaceAllString(page, "")
	page = strings.Join(strings.Fields(page), " ") // line ends mean nothing in a page
	return html.UnescapeString(tags.ReplaceAllString(breaks.ReplaceAllString(page, "\n"), " "))
}
