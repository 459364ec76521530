package detect

import "bytes"

// The bounds of a key that only a label names, and how far before a word of it
// the beginning of a key is looked for, in bytes.
const (
	minNamedSecret = 16
	maxNamedSecret = 256
	secretBack     = 28
	maxLogin       = 256
)

// secretWord looks for a key in the word b[ws:we], which has a digit: at its
// beginning or, where a '_', '-', '.' or '$' joins it to what stands before, at
// the beginning of that. It returns the end, 0 for none.
func (c *Collector) secretWord(ws, we int) int {
	b := c.buf
	if we-ws >= 5 && mayStart(b[ws], b[ws+1]) {
		if end := c.secretAt(ws); end > 0 {
			return end
		}
	}
	if ws == 0 {
		if we-ws == 32 {
			return c.mailchimp(ws, we)
		}
		return 0
	}
	switch b[ws-1] {
	case '_', '-':
		return c.secretJoined(ws)
	case '$':
		if ws > 8 && b[ws-2] == 'n' || ws > 8 && b[ws-2] == 'x' {
			return c.secretJoined(ws)
		}
	case '.':
		if ws > 2 && b[ws-2] == 'G' && b[ws-3] == 'S' {
			return c.secretAt(ws - 3)
		}
		if ws > 25 && b[ws-24] == '.' && b[ws-25] == 'G' && b[ws-26] == 'S' { // no digit in the first part
			return c.secretAt(ws - 26)
		}
	case '/':
		if b[ws] == 'T' && ws > 9 && b[ws-2] == 's' {
			return c.slackHook(ws)
		}
	}
	if we-ws == 32 {
		return c.mailchimp(ws, we)
	}
	return 0
}

// secretJoined looks for the beginning of a key before ws.
func (c *Collector) secretJoined(ws int) int {
	b := c.buf
	if ws > 1 && isDigit(b[ws-2]) && b[ws-1] != '-' { // a date, a number
		return 0
	}
	s := ws
	for s > 0 && ws-s < secretBack && (isAlnum(b[s-1]) || b[s-1] == '_' || b[s-1] == '-' || b[s-1] == '$') {
		s--
	}
	for ; s < ws-2; s++ {
		if mayStart(b[s], b[s+1]) && (s == 0 || !isAlnum(b[s-1])) {
			if end := c.secretAt(s); end > 0 {
				return end
			}
		}
	}
	return 0
}

// ruleAt returns the rule of the key that begins at b[i], and its end.
func ruleAt(b []byte, i int) (*secretRule, int) {
	if i+12 > len(b) || !mayStart(b[i], b[i+1]) {
		return nil, 0
	}
	for n := range secretRules {
		r := &secretRules[n]
		if r.prefix[0] != b[i] || r.prefix[1] != b[i+1] || !bytes.HasPrefix(b[i:], []byte(r.prefix)) {
			continue
		}
		end := i + len(r.prefix)
		stop := min(len(b), end+r.max+1)
		for dots := 0; end < stop && r.alphabet.has(b[end]); end++ {
			if b[end] == '.' {
				if dots++; dots > 2 {
					break
				}
			}
		}
		if r.alphabet == jwtLike && b[end-1] == '.' {
			end--
		}
		if n := end - i - len(r.prefix); n < r.min || n > r.max || end < len(b) && (isAlnum(b[end]) || b[end] == '_' && r.alphabet != urlSafe) {
			continue
		}
		return r, end
	}
	return nil, 0
}

// secretAt reports the key that begins at i and returns its end, 0 for none.
func (c *Collector) secretAt(i int) int {
	b := c.buf
	if i > 0 && (isAlnum(b[i-1]) || b[i-1] == '/' && i > 1 && b[i-2] != '/' && b[i] == 'A') {
		return 0
	}
	r, end := ruleAt(b, i)
	if r == nil {
		return 0
	}
	token := b[i:end]
	if variety(token[len(r.prefix):]) < 6 {
		return 0
	}
	confidence := High
	switch {
	case r.check != nil && !r.check(token):
		if r.service != "GitHub" {
			return 0
		}
		confidence = Low
	case r.low || documented(token):
		confidence = Low
	case r.service == "JWT", r.service == "Twilio":
		confidence = Medium
	}
	c.emitWord(Secret, i, end, confidence)
	if r.service == "AWS" {
		return max(end, c.awsSecret(end, confidence))
	}
	return end
}

// secretStarts says whether one of the keys begins at i.
func (c *Collector) secretStarts(i int) bool {
	r, _ := ruleAt(c.buf, i)
	return r != nil
}

// documented says whether a key is one of those in manuals.
func documented(token []byte) bool {
	for _, w := range [...]string{"EXAMPLE", "example", "xxxx", "XXXX", "1234567890", "abcdefghij", "ABCDEFGHIJ", "4eC39HqLyjWDarjtT1zdp7dc"} {
		if bytes.Contains(token, []byte(w)) {
			return true
		}
	}
	return false
}

// variety counts the different characters in a key, of its first hundred.
func variety(v []byte) int {
	var seen [2]uint64
	n := 0
	for _, x := range v[:min(len(v), 100)] {
		if x < 128 && seen[x>>6]>>(x&63)&1 == 0 {
			seen[x>>6] |= 1 << (x & 63)
			n++
		}
	}
	return n
}

// awsSecret looks for the secret of an AWS key behind it: a run of forty
// characters of base64 by itself, with both capitals and small letters.
func (c *Collector) awsSecret(from int, confidence Confidence) int {
	b := c.buf
	hi := min(len(b), from+200)
	for i := from; i < hi; {
		n := 0
		for i+n < len(b) && n <= 40 && (isAlnum(b[i+n]) || b[i+n] == '/' || b[i+n] == '+') {
			n++
		}
		if k := classify(b[i : i+n]); n == 40 && k.upper > 2 && k.lower > 2 && k.digits > 0 && variety(b[i:i+n]) > 14 {
			c.emitWord(Secret, i, i+n, confidence)
			return i + n
		}
		i += n + 1
	}
	return 0
}

// mailchimp is 32 hex digits and the data centre: …-us12.
func (c *Collector) mailchimp(ws, we int) int {
	b := c.buf
	n := 0
	if we+4 <= len(b) && b[we] == '-' && b[we+1] == 'u' && b[we+2] == 's' {
		n = digitRun(b, we+3, 3)
	}
	if n == 0 || n > 2 || wordAt(b, we+3+n) || !allHex(b[ws:we]) || variety(b[ws:we]) < 6 {
		return 0
	}
	c.emitWord(Secret, ws, we+3+n, High)
	return we + 3 + n
}

// slackHook is hooks.slack.com/services/T…/B…/….
func (c *Collector) slackHook(ws int) int {
	b := c.buf
	const path = "hooks.slack.com/services/"
	if ws < len(path) || string(b[ws-len(path):ws]) != path {
		return 0
	}
	end, slashes := ws, 0
	for end < len(b) && end-ws < 100 && (isAlnum(b[end]) || b[end] == '/') {
		if b[end] == '/' {
			slashes++
		}
		end++
	}
	if slashes != 2 || end-ws < 40 || variety(b[ws:end]) < 10 {
		return 0
	}
	c.emitWord(Secret, ws, end, confidenceOf(b[ws:end]))
	return end
}

func confidenceOf(token []byte) Confidence {
	if documented(token) {
		return Low
	}
	return High
}

// telegram is the token of a bot: its number, a colon, and 35 characters that
// begin with AA. The colon is at i.
func (c *Collector) telegram(i int) int {
	b := c.buf
	if i+36 > len(b) || b[i+1] != 'A' || b[i+2] != 'A' {
		return 0
	}
	n := digitRunBefore(b, i, 11)
	end := i + 1
	for end < len(b) && end-i <= 36 && urlSafe.has(b[end]) {
		end++
	}
	if n < 8 || n > 10 || end-i != 36 || wordBefore(b, i-n) || variety(b[i:end]) < 10 {
		return 0
	}
	c.emitWord(Secret, i-n, end, confidenceOf(b[i-n:end]))
	return end
}

// urlSecret is the login in a link, whose "://" is at i: a password of a
// database, or of a site (RFC 3986, 3.2.1). It returns the end of the login.
func (c *Collector) urlSecret(i int) int {
	b := c.buf
	start := i
	for start > 0 && i-start < 16 && (isAlnum(b[start-1]) || b[start-1] == '+' || b[start-1] == '-') {
		start--
	}
	colon, at := 0, 0
	for k := i + 3; k < len(b) && k-i < maxLogin; k++ {
		x := b[k]
		if x == '@' {
			at = k
			break
		}
		if x <= ' ' || x == '/' || x == '"' || x == '<' || x == '>' || x == '?' || x == '\'' {
			return 0
		}
		if x == ':' && colon == 0 {
			colon = k
		}
	}
	if at == 0 || colon <= i+2 || at-colon < 4 || start == i || at+1 >= len(b) || !isAlnum(b[at+1]) && b[at+1] != '[' {
		return 0
	}
	user, pass := b[i+3:colon], b[colon+1:at]
	k := classify(pass)
	if placeholderLike(pass, k, false) || bytes.EqualFold(user, pass) && k.digits == 0 || bytes.ContainsAny(pass, "{}[]()|") {
		return 0
	}
	confidence := High
	if host := b[at+1:]; bytes.HasPrefix(host, []byte("example.")) || bytes.HasPrefix(host, []byte("host")) || bytes.HasPrefix(host, []byte("localhost")) || k.digits+k.signs == 0 {
		confidence = Low
	}
	c.emitWord(Secret, start, at, confidence)
	return at
}

// secretBehind reports the key behind the sign at i that its label names
// (client_secret = …), if it looks like one and no rule knows it.
func (c *Collector) secretBehind(i int) {
	b := c.buf
	from, _ := valueBehind(b, i)
	if from == none {
		return
	}
	to := from
	for to < len(b) && to-from <= maxNamedSecret && namedByte(b[to]) {
		to++
	}
	if c.namedSecret(b[from:to]) && !c.secretStarts(from) && !named(b, from, to) {
		c.emitWord(Secret, from, to, Medium)
	}
}

func namedByte(x byte) bool {
	return isAlnum(x) || x == '-' || x == '_' || x == '+' || x == '/' || x == '=' || x == '.' || x == '~'
}

// namedSecret says whether a value that something calls a secret looks like
// one: 16 to 256 characters, letters and digits, well mixed.
func (c *Collector) namedSecret(v []byte) bool {
	if len(v) < minNamedSecret || len(v) > maxNamedSecret {
		return false
	}
	k := classify(v)
	return k.digits >= 2 && k.lower+k.upper >= 4 && k.signs <= len(v)/8 && variety(v) >= 9 && !documented(v) && bytes.IndexByte(v, ' ') < 0 && !bytes.Contains(v, []byte("//"))
}

// keyMark ends the first line of a private key in PEM (RFC 7468, 10 and 11).
const keyMark = "PRIVATE KEY-----"

// minKeyText is the shortest text that may hold a private key, in bytes.
const minKeyText = 80

// nextKey returns where in buf[pos:limit] the next mark of a private key is.
func (c *Collector) nextKey(pos, limit int) int {
	if limit-pos < len(keyMark) || len(c.buf) < minKeyText {
		return none
	}
	if i := bytes.Index(c.buf[pos:limit], []byte(keyMark)); i >= 0 {
		return pos + i
	}
	return none
}

// privateKey reports the private key whose mark stands at i, if there is a line
// of base64 behind it.
func (c *Collector) privateKey(i int) {
	b := c.buf
	lo, body := max(0, i-40), i+len(keyMark)
	start := bytes.LastIndex(b[lo:i], []byte("-----BEGIN "))
	if start >= 0 && keyBody(b[body:min(len(b), body+400)]) {
		c.emitWord(Secret, lo+start, body, High)
	}
}

// keyBody says whether what follows the first line of a key is one: base64
// after the line end, real or written as \n, with or without headers.
func keyBody(b []byte) bool {
	run := 0
	for i := range b {
		switch x := b[i]; {
		case isAlnum(x) || x == '+' || x == '/':
			if run++; run >= 40 {
				return variety(b[i-39:i+1]) >= 12
			}
		case x == '-' && i+4 < len(b) && string(b[i:i+4]) == "----":
			return false
		default:
			run = 0
		}
	}
	return false
}
