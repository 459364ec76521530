package pdf

// maxActual is the longest text, in bytes, that stands for glyphs nobody knows.
const maxActual = 512

// marks is the marked content that is open, section 14.6. Of its properties only
// ActualText counts, which stands for glyphs that are not known otherwise.
type marks struct {
	depth   int
	since   int    // the depth at which a text was given, 0 for none
	text    string // empty when it has been shown
	pending string // the ActualText of the properties that were read last
}

func (m *marks) begin(s string) {
	m.depth++
	if s != "" && m.since == 0 {
		m.since, m.text = m.depth, s
	}
}

func (m *marks) end() {
	if m.depth == 0 {
		return
	}
	if m.depth == m.since {
		m.since, m.text = 0, ""
	}
	m.depth--
}

// instead is what to show for a glyph that is not known.
func (m *marks) instead(g glyph) (string, bool) {
	if m.since == 0 || g.known || g.text == " " {
		return "", false
	}
	s := m.text
	m.text = ""
	return s, true
}

// markBegin begins marked content with properties.
func (r *run) markBegin(s *scope) {
	t := r.marks.pending
	r.marks.pending = ""
	if n := len(r.ops); n > 1 && r.ops[n-1].kind == tokenName { // the first operand is the tag
		all := r.d.dict(s.resources.get("Properties"))
		r.work -= int64(len(all)) / 4
		t = actual(r.d.text(r.d.dict(all.get(name(r.bytes(1)))).get("ActualText")))
	}
	r.marks.begin(t)
}

func actual(t text) string {
	if len(t) == 0 || len(t) > maxActual {
		return ""
	}
	if s := plain(textString(t)); s != " " {
		return s
	}
	return ""
}

// properties reads a dictionary in a content; its begin has been read. It returns
// the token that follows, when that is known to be no part of it.
func (r *run) properties(l *lexer) token {
	depth, wanted := 1, false
	r.marks.pending = ""
	for {
		switch t := l.next(); t {
		case tokenEnd:
			return t
		case tokenDict:
			depth++
		case tokenDictEnd:
			if depth--; depth == 0 {
				return tokenArray // which says nothing in a content
			}
		case tokenName:
			wanted = depth == 1 && l.tokenIs("ActualText")
		case tokenText:
			if wanted {
				r.marks.pending = actual(l.tok)
			}
			wanted = false
		case tokenWord:
			if w := string(l.tok); w != "true" && w != "false" && w != "null" && w != "R" {
				return t
			}
		}
	}
}
