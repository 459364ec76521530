package detect

import (
	"bytes"
	"hash/maphash"
	"math"
	"unicode/utf8"
)

// maxLabel is the longest label before a ':', '=' or tab, in bytes; maxGap is
// how many blanks may stand between it and the sign, and behind the sign.
const (
	maxLabel = 40
	maxGap   = 8
)

// none stands for a mark that is not there.
const none = math.MaxInt

// signs are the next signs behind which a value may stand.
type signs struct{ colon, equal, tab, key int }

// nextMark returns the first ':' or '=', and in text the first tab, in
// buf[pos:limit]. Each is looked for apart, by the fastest search there is.
func (c *Collector) nextMark(pos, limit int) int {
	m := &c.signs
	if m.colon < pos {
		m.colon = nextColon(c.buf[:limit], pos)
	}
	if m.equal < pos {
		m.equal = indexFrom(c.buf[:limit], pos, '=')
	}
	if m.tab < pos {
		if m.tab = none; c.col == nil {
			m.tab = indexFrom(c.buf[:limit], pos, '\t')
		}
	}
	if m.key < pos {
		m.key = c.nextKey(pos, limit)
	}
	return min(m.colon, m.equal, m.tab, m.key)
}

// nextColon returns the first ':' in b[pos:] that does not stand between digits,
// as those of times do, or stands behind what an address of the net may begin with.
func nextColon(b []byte, pos int) int {
	for {
		i := indexFrom(b, pos, ':')
		if i == none || i < 4 || i+1 >= len(b) || !isDigit(b[i-1]) || !isDigit(b[i+1]) || b[i-4]-'2' <= 1 && isHex(b[i-3]) {
			return i
		}
		pos = i + 1
	}
}

func indexFrom(b []byte, pos int, x byte) int {
	if pos >= len(b) {
		return none
	}
	if i := bytes.IndexByte(b[pos:], x); i >= 0 {
		return pos + i
	}
	return none
}

// mark looks at the sign at i, what stands before it and behind, and returns
// where to go on. Most signs are those of times, links and code, and are done
// with after a look at their neighbours.
func (c *Collector) mark(i int) int {
	b := c.buf
	if i == c.signs.key {
		c.privateKey(i)
		return i + len(keyMark)
	}
	if i == 0 || i+1 >= len(b) {
		return i + 1
	}
	before, next := b[i-1], b[i+1]
	switch b[i] {
	case ':':
		switch {
		case next == '/':
			if i+2 < len(b) && b[i+2] == '/' {
				return max(i+3, c.urlSecret(i))
			}
		case i > 3 && isHex(before) && (b[i-4] == '2' || b[i-4] == '3'):
			if end := c.ipv6(i); end > 0 {
				return end
			}
		}
		if next == 'A' && isDigit(before) {
			if end := c.telegram(i); end > 0 {
				return end
			}
		}
		if next == ':' {
			return i + 2
		}
	case '=':
		if next == '=' || before == '!' || before == '<' {
			return i + 2
		}
	default:
		if !isLetter(before) && before != '.' && before != ')' && before < utf8.RuneSelf {
			return i + 1
		}
	}
	if isDigit(before) && (i < 2 || !isLetter(b[i-2])) {
		return i + 1
	}
	return c.labelled(i)
}

// labelled looks for a label of ours before the sign at i, and for the value
// behind it. It returns where to go on.
func (c *Collector) labelled(i int) int {
	b := c.buf
	end := labelEnd(b, i)
	if end == 0 || !mayEndLabel(b[:end]) {
		return i + 1
	}
	start, edge := labelStart(b, end)
	l := c.lookUp(b[start:end])
	switch l.kind {
	case "":
	case Password:
		if start < 2 || b[start-1] != '{' || b[start-2] != '$' && b[start-2] != '#' {
			c.passwordBehind(i, l.word)
		}
	case Secret:
		c.secretBehind(i)
	case CardCode:
		c.cardCodeBehind(i)
	case Name, Address, BirthDate, Health, BankAccount:
		if c.col == nil && edge {
			return c.fieldBehind(start, end, i, l)
		}
	default:
		if c.col == nil && edge && i >= c.from && i < c.to {
			c.block.touch(c, start, l)
		}
	}
	return i + 1
}

// labelEnd returns where the label before the sign at i ends, without blanks,
// quotes and marks of emphasis between them; 0 for none.
func labelEnd(b []byte, i int) int {
	for n := 0; i > 0 && n < maxGap; n++ {
		switch b[i-1] {
		case ' ', '\'', '"', '`', '*', ')':
			i--
			continue
		}
		return i
	}
	return 0
}

// mayEndLabel says whether the last word of b may be that of a label: a look
// into a table by a hash of its letters. Words with accents may always.
func mayEndLabel(b []byte) bool {
	i := len(b)
	if i > 1 && isDigit(b[i-1]) && isLetter(b[i-2]) {
		i--
	}
	h, n := uint32(0), 0
	for ; i > 0 && n <= longestContextWord; i, n = i-1, n+1 {
		x := b[i-1]
		if x >= utf8.RuneSelf {
			return true
		}
		if !isLetter(x) {
			break
		}
		h = wordStep(h, lower(x))
		if x < 'a' && i > 1 && b[i-2] >= 'a' && b[i-2] <= 'z' { // dbPassword
			n++
			break
		}
	}
	return n > 0 && lastWords.has(h)
}

// wordSet is a set of words by hash; it may say yes for others.
type wordSet [1 << 9]uint32

func wordStep(h uint32, x byte) uint32 { return (h^uint32(x))*16777619 + 0x9E37 }

func (s *wordSet) has(h uint32) bool { return s[h>>23]>>(h>>18&31)&1 == 1 }

// add puts a word into the set, read from its end.
func (s *wordSet) add(word string) {
	h := uint32(0)
	for i := len(word); i > 0; i-- {
		h = wordStep(h, word[i-1])
	}
	s[h>>23] |= 1 << (h >> 18 & 31)
}

// lastWords are the words with which a label may end.
var lastWords = lastLabelWords()

func lastLabelWords() *wordSet {
	s := new(wordSet)
	for p := range headerKinds {
		s.add(p[bytes.LastIndexByte([]byte(p), ' ')+1:])
	}
	for _, words := range []map[string]bool{fillers, passAround} {
		for w := range words {
			s.add(w)
		}
	}
	for w := range passWords {
		s.add(w)
	}
	return s
}

// labelStart returns where the label that ends at end begins, and whether it
// begins where labels of fields do: at the start of a line or behind a
// separator. A label longer than maxLabel has none of its own.
func labelStart(b []byte, end int) (int, bool) {
	s, lo := end, max(0, end-maxLabel)
	for s > lo && inLabel[b[s-1]] && (b[s-1] != ' ' || s < 2 || b[s-2] != ' ') {
		s--
	}
	edge := s == 0 || !inLabel[b[s-1]] || b[s-1] == ' '
	if s > lo || s == 0 {
		edge = edge && (s == 0 || labelEdge(b[s-1]))
	} else {
		edge = edge && labelEdge(b[s-1])
	}
	if !edge && s == lo && s > 0 && inLabel[b[s-1]] { // not half a word
		for s < end && b[s] != ' ' {
			s++
		}
	}
	for s < end && (b[s] == ' ' || b[s] == '-' || b[s] == '*') {
		s++
	}
	return s, edge
}

func labelEdge(x byte) bool {
	switch x {
	case '\n', '\r', '\t', ' ', ';', ',', '|', '"', '\'', '{', '>', '&', '?':
		return true
	}
	return false
}

// inLabel has the bytes that a label is made of.
var inLabel = labelBytes()

func labelBytes() (in [256]bool) {
	for i := range in {
		in[i] = i >= utf8.RuneSelf || isAlnum(byte(i))
	}
	for _, x := range []byte(" _-.'()/$*@") {
		in[x] = true
	}
	return in
}

// labelSeed is of the hashes by which labels are told apart. They are kept no
// longer than the process lives.
var labelSeed = maphash.MakeSeed()

// label is what a label says.
type label struct {
	key  uint64 // the hash of it as it stands, but for what is before its first letter
	kind Kind
	weak bool
	word passWord
}

// lookUp returns what a label says. Labels come again and again, so that what
// was found out is kept by hash.
func (c *Collector) lookUp(text []byte) label {
	for len(text) > 0 && text[0] < utf8.RuneSelf && !isLetter(text[0]) { // no word, or one that parseLabel passes over
		text = text[1:]
	}
	key := maphash.Bytes(labelSeed, text)
	slot := &c.labels[key%uint64(len(c.labels))]
	if slot.key != key {
		*slot = parseLabel(text)
		slot.key = key
	}
	return *slot
}

// parseLabel reads a label like a header, and for passwords also as the end of
// a sentence: la password del wifi: ….
func parseLabel(text []byte) label {
	var l label
	if !utf8.Valid(text) {
		return l
	}
	words := headerWords(string(text))
	for len(words) > 0 && (words[0] == "?" || isDigit(words[0][0])) {
		words = words[1:]
	}
	if len(words) == 0 {
		return l
	}
	if len(words) <= maxHeadWords {
		l.kind, l.weak = headerKind(words)
	}
	switch l.kind {
	case "", Password:
		if l.word = passwordLabel(words); l.word == noPass {
			l.kind = ""
			break
		}
		l.kind = Password
	case Name, Address, Health:
		l.weak = l.weak || weakInText(words)
	default:
	}
	return l
}

// weakInText says whether a label that is a sure one over a column may stand
// for something else in text: Via: is a header of HTTP.
func weakInText(words []string) bool {
	for _, w := range words {
		if !doubtful[w] {
			return false
		}
	}
	return true
}

// doubtful are words that in text are as often about programs as about people.
var doubtful = parseVocabulary(nil, doubtfulWords)

// value is what stands behind a sign: b[from:to].
type value struct {
	from, to int
	quoted   bool
}

// valueBehind returns where the value behind the sign at i begins and whether
// in quotes; none where there is none on the line.
func valueBehind(b []byte, i int) (int, byte) {
	j := i + 1
	if b[i] == '=' && j < len(b) && b[j] == '>' {
		j++
	} else if b[i] == ':' && j < len(b) && b[j] == '=' {
		j++
	}
	for n := 0; n < maxGap && j < len(b); n++ {
		switch b[j] {
		case ' ', '\t', '*':
			j++
			continue
		case '<':
			if k := skipTag(b, j); k > j {
				j = k
				continue
			}
		case '"', '\'', '`':
			return j + 1, b[j]
		case '\n', '\r':
			return none, 0
		}
		return j, 0
	}
	return none, 0
}

// skipTag returns the end of the tag at i if it is one of those with which
// pages lay out labels and values.
func skipTag(b []byte, i int) int {
	end := bytes.IndexByte(b[i:min(len(b), i+maxLabel)], '>')
	if end < 2 {
		return i
	}
	name := b[i+1 : i+end]
	if name[0] == '/' {
		name = name[1:]
	}
	n := 0
	for n < len(name) && isAlnum(name[n]) {
		n++
	}
	switch string(name[:n]) {
	case "b", "br", "p", "td", "th", "tr", "dd", "dt", "li", "i", "em", "span", "strong", "font", "div", "label", "TD", "TH", "TR", "B", "BR", "FONT", "SPAN":
		return i + end + 1
	}
	return i
}
