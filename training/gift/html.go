package gift

import (
	"html"
	"regexp"
	"strings"
)

var alt = regexp.MustCompile(`(?i)\balt\s*=\s*(?:"([^"]*)"|'([^']*)')`)

// breaks are the tags that begin or end a line.
var breaks = map[string]bool{
	"p": true, "div": true, "br": true, "li": true, "ul": true, "ol": true, "tr": true, "table": true, "pre": true, "blockquote": true, "hr": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true,
}

// untag gives a text without its tags, its entities as characters, and the first of the tags.
// It passes over the text once.
func untag(s string) (bare, first string) {
	var b strings.Builder
	say := func(s string) { b.WriteString(html.UnescapeString(strings.ReplaceAll(s, "\n", " "))) }
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			say(s)
			return b.String(), first
		}
		say(s[:at])
		s = s[at:]
		if len(s) < 2 || !isTag(s[1]) {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		end, name := strings.IndexByte(s, '>'), tagName(s)
		if strings.HasPrefix(s, "<!--") {
			if end = strings.Index(s, "-->"); end >= 0 {
				end += 2
			}
		}
		if end < 0 {
			say(s)
			return b.String(), first
		}
		tag := s[:end+1]
		s = s[end+1:]
		if first == "" {
			first = tag
		}
		switch {
		case breaks[name]:
			b.WriteByte('\n')
		case name == "td", name == "th":
			b.WriteByte(' ')
		case name == "img":
			if m := alt.FindStringSubmatch(tag); m != nil {
				say(m[1] + m[2])
			}
		case name == "script" && tag[1] != '/', name == "style" && tag[1] != '/':
			if s = skip(s, name); s == "" {
				return b.String(), first
			}
		}
	}
}

// tagName gives the name of the tag that a text begins with, in small letters.
func tagName(s string) string {
	s = strings.ToLower(strings.TrimLeft(s[1:min(len(s), 20)], "/!?"))
	for i := range len(s) {
		if (s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') {
			return s[:i]
		}
	}
	return s
}

func isTag(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/' || c == '!' || c == '?'
}

// skip finds the end of a script or a style sheet.
func skip(s, name string) string {
	for i := 0; i+2+len(name) <= len(s); i++ {
		if s[i] == '<' && s[i+1] == '/' && strings.EqualFold(s[i+2:i+2+len(name)], name) {
			return s[i:]
		}
	}
	return ""
}
