package detect

import (
	"bytes"
	"hash/maphash"
)

// spokenBack is how far before a value the words that announce it are read, in bytes.
const spokenBack = 48

// beforeValue has the bytes that may stand right before a value that words
// announce, lastOfWord those that may stand before them.
var beforeValue, lastOfWord = announcedBytes()

func announcedBytes() (before, last [256]bool) {
	for _, x := range []byte{' ', '>', '\'', '"'} {
		before[x] = true
	}
	for _, x := range []byte{' ', '\'', ',', 0xA8, 0xA9} {
		last[x] = true
	}
	for _, w := range announcing() {
		last[w[len(w)-1]], last[upper(w[len(w)-1])] = true, true
	}
	for w := range passWords {
		last[w[len(w)-1]], last[upper(w[len(w)-1])] = true, true
	}
	return before, last
}

// spoken looks at the word b[ws:we], which has a digit, for what words before
// it announce with no sign between them: la password è Estate2024, PIN 1234,
// nato il 12/03/1984, <password>Estate2024, 'DB_PASSWORD', 'Estate2024'.
func (c *Collector) spoken(ws, we int) {
	b := c.buf
	switch b[ws-1] {
	case ' ':
		if isLetter(b[ws-2]) && lastTwo[b[ws-3]&31]>>(b[ws-2]&31)&1 == 1 || b[ws-2] == 0xA8 || b[ws-2] == 0xA9 || b[ws-2] == '\'' {
			c.spokenWord(ws, we, ws-1)
		}
	case '>':
		if isLetter(b[ws-2]) {
			c.spokenTag(ws)
		}
	case '\'', '"':
		switch {
		case b[ws-2] == ' ' && (isLetter(b[ws-3]) || b[ws-3] == 0xA8):
			c.spokenWord(ws, we, ws-2)
		case b[ws-2] == ',' || b[ws-2] == ' ' && b[ws-3] == ',':
			c.defined(ws)
		}
	}
}

// announcers are the words that may stand right before a value.
var announcers = setOfWords(announcing())

func announcing() []string {
	words := []string{"is", "ist", "est", "es", "era", "was", "e", "il", "on", "am", "le", "el", "cvv", "cvc", "csc", "cid", "in"}
	for w, kind := range passWords {
		if kind != vaguePass {
			words = append(words, w)
		}
	}
	for w := range passAround {
		words = append(words, w)
	}
	return words
}

// lastTwo are the last two letters of announcers, the last but one by row.
var lastTwo = lastLetters()

func lastLetters() (two [32]uint32) {
	for _, w := range announcing() {
		before := byte(' ')
		if n := len(w); n > 1 {
			before = w[n-2]
		}
		two[before&31] |= 1 << (w[len(w)-1] & 31)
	}
	return two
}

func setOfWords(words []string) *wordSet {
	s := new(wordSet)
	for _, w := range words {
		s.add(w)
	}
	return s
}

// spokenWord looks at the words that end at end, before the value at ws.
func (c *Collector) spokenWord(ws, we, end int) {
	b := c.buf
	i, h, n := end, uint32(0), 0
	for i > 0 && n <= 12 && isLetter(b[i-1]) {
		i--
		h = wordStep(h, lower(b[i]))
		n++
	}
	accent := n == 0 // è
	if !accent && (!announcers.has(h) || n > 12) {
		return
	}
	lo := max(0, ws-spokenBack)
	text := b[lo:end]
	if k := bytes.LastIndexAny(text, "\n\r\t;,.:=!?\"|<>"); k >= 0 {
		text = text[k+1:]
	} else if lo > 0 {
		if k = bytes.IndexByte(text, ' '); k < 0 {
			return
		}
		text = text[k:]
	}
	switch said := c.said(text); said.kind {
	case CardCode:
		if n := we - ws; (n == 3 || n == 4) && digitRun(b, ws, 5) == n && !decimalAfter(b, we) {
			c.emitWord(CardCode, ws, we, High)
		}
	case BirthDate:
		if isDigit(b[ws]) {
			c.spokenBirth(ws)
		}
	case Password:
		c.spokenPassword(ws, said)
	default:
	}
}

// said is what words announce: linked says that a verb does it.
type said struct {
	key    uint64
	kind   Kind
	word   passWord
	linked bool
}

// said returns what a text announces, from memory if it can.
func (c *Collector) said(text []byte) said {
	key := maphash.Bytes(labelSeed, text)
	slot := &c.saids[key%uint64(len(c.saids))]
	if slot.key != key {
		*slot = parseSaid(headerWords(string(bytes.ToValidUTF8(text, nil))))
		slot.key = key
	}
	return *slot
}

func parseSaid(words []string) said {
	if len(words) == 0 {
		return said{}
	}
	switch last := words[len(words)-1]; {
	case last == "cvv" || last == "cvc" || last == "csc" || last == "cid" && len(words) == 1:
		return said{kind: CardCode}
	case datesAfter[last]:
		if born(words[:len(words)-1]) {
			return said{kind: BirthDate}
		}
		return said{}
	}
	s := said{kind: Password}
	for len(words) > 1 && linking[words[len(words)-1]] {
		words = words[:len(words)-1]
		s.linked = true
	}
	if s.word = passwordLabel(words); s.word == noPass || s.word == vaguePass && !s.linked {
		return said{}
	}
	return s
}

// linking are the words between the one that says password and the value.
var linking = parseVocabulary(nil, `is ist est es era was e`)

func (c *Collector) spokenPassword(ws int, said said) {
	b := c.buf
	kind, linked := said.word, said.linked
	quote := byte(0)
	if b[ws-1] != ' ' {
		quote = b[ws-1]
	}
	v, alone := passwordToken(b, ws, quote)
	if kind == pinPass {
		v = pinToken(b, v)
	}
	k := classify(b[v.from:v.to])
	if kind != pinPass && (k.digits == 0 || k.lower+k.upper == 0 && !linked || k.lower+k.upper+k.digits < 4) {
		return
	}
	if confidence, ok := passwordLooks(b[v.from:v.to], kind, v.quoted, alone); ok && !c.secretStarts(v.from) {
		c.emitWord(Password, v.from, v.to, confidence)
	}
}

// spokenTag is <password>Estate2024</password>.
func (c *Collector) spokenTag(ws int) {
	b := c.buf
	start := bytes.LastIndexByte(b[max(0, ws-maxLabel):ws], '<')
	if start < 0 {
		return
	}
	start += max(0, ws-maxLabel)
	if !mayEndLabel(b[:ws-1]) {
		return
	}
	switch l := c.lookUp(b[start+1 : ws-1]); l.kind {
	case Password:
		v, alone := passwordToken(b, ws, 0)
		if confidence, ok := passwordLooks(b[v.from:v.to], l.word, true, alone); ok && v.to < len(b) && b[v.to] == '<' {
			c.emitWord(Password, v.from, v.to, confidence)
		}
	case Secret:
		c.secretBehind(ws - 1)
	default:
	}
}

// defined is define('DB_PASSWORD', 'Estate2024'): the value begins at ws.
func (c *Collector) defined(ws int) {
	b := c.buf
	i := ws - 1
	for i > 0 && ws-i < 6 && (b[i-1] == ' ' || b[i-1] == ',') {
		i--
	}
	if i < 2 || b[i-1] != b[ws-1] || !isLetter(b[i-2]) || !mayEndLabel(b[:i-1]) {
		return
	}
	start := bytes.LastIndexByte(b[max(0, i-1-maxLabel):i-1], b[ws-1])
	if start < 0 {
		return
	}
	start += max(0, i-1-maxLabel)
	if open := bytes.TrimRight(b[max(0, start-4):start], " "); !bytes.HasSuffix(open, []byte("(")) || b[start+1] == '/' {
		return // or a file: read('/etc/passwd', 'utf8')
	}
	switch l := c.lookUp(b[start+1 : i-1]); l.kind {
	case Password:
		v, alone := passwordToken(b, ws, b[ws-1])
		if confidence, ok := passwordLooks(b[v.from:v.to], l.word, v.quoted, alone); ok {
			c.emitWord(Password, v.from, v.to, confidence)
		}
	case Secret:
		c.secretBehind(ws - 2)
	default:
	}
}

// datesAfter are the words right before a date of birth; bornWords those that
// say that it is one, bornAt those before a place between them.
var (
	datesAfter = parseVocabulary(nil, `il on am le el in`)
	bornAt     = parseVocabulary(nil, `a ad in en at`)
	bornWords  = parseVocabulary(nil, `nato nata nati born geboren ne nee nacido nacida`)
)

// born says whether words end with nato, or nato a Torino.
func born(words []string) bool {
	if n := len(words); n == 0 || bornWords[words[n-1]] {
		return n > 0
	}
	for i, w := range words[max(0, len(words)-6):] {
		if bornWords[w] {
			place := words[max(0, len(words)-6)+i+1:]
			return bornAt[place[0]]
		}
	}
	return false
}

// spokenBirth is nato il 12/03/1984, nata a Torino il 12.3.1984.
func (c *Collector) spokenBirth(ws int) {
	b := c.buf
	to := ws
	for to < len(b) && to-ws < 11 && (isDigit(b[to]) || b[to] == '/' || b[to] == '.' || b[to] == '-') {
		to++
	}
	for to > ws && !isDigit(b[to-1]) {
		to--
	}
	switch {
	case wordAt(b, to) || !c.dateCell(b[ws:to]):
	case c.col == nil:
		c.field([]byte("Nato il"), label{kind: BirthDate}, ws, ws, to)
	default:
		c.emit(BirthDate, ws, to, High)
	}
}
