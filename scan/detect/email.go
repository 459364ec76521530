package detect

import (
	"bytes"
	"unicode/utf8"
)

// The longest local part and domain, in bytes (RFC 5321, 4.5.3.1).
const (
	maxLocal  = 64
	maxDomain = 255
)

// headerLook is how far back a header's name is looked for, in bytes; less than
// the context that a reader hands over, so that a cut between lines changes nothing.
const headerLook = 480

// mail is an e-mail address in the buffer; start is -1 for none.
type mail struct{ start, at, end int }

// nextMail returns the first address whose '@' stands in buf[pos:limit].
func (c *Collector) nextMail(pos, limit int) mail {
	for pos < limit {
		i := bytes.IndexByte(c.buf[pos:limit], '@')
		if i < 0 {
			break
		}
		at := pos + i
		if m, ok := mailAt(c.buf, at); ok {
			return m
		}
		pos = at + 1
	}
	return mail{start: -1}
}

// emitMail reports an address, lower-cased: the local part is nearly nowhere
// case-sensitive in practice, and one person must count once.
func (c *Collector) emitMail(m mail) {
	c.norm = appendLower(c.norm[:0], c.buf[m.start:m.end])
	c.emit(Email, m.start, m.end, High)
}

// mailAt looks around the '@' at at. The local part is a dot-atom of RFC 5322,
// 3.2.3, with letters of any script (RFC 6532), without the characters that
// in files stand around an address rather than in it (= / ? | { `).
func mailAt(b []byte, at int) (mail, bool) {
	start, ok := localStart(b, at)
	if !ok {
		return mail{}, false
	}
	end, ok := domainEnd(b, at+1)
	if !ok || !personal(b, mail{start, at, end}) {
		return mail{}, false
	}
	return mail{start, at, end}, true
}

// localStart returns the first byte of the local part that ends at at.
func localStart(b []byte, at int) (int, bool) {
	i := at
	for i > 0 {
		w := 1
		if x := b[i-1]; !localByte[x] {
			if w = localRune(b, i); w == 0 {
				break
			}
		} else if x == '.' && b[i] == '.' {
			break
		}
		if i -= w; at-i > maxLocal {
			return 0, false
		}
	}
	for i < at && !isAlnum(b[i]) && b[i] != '_' && b[i] < utf8.RuneSelf {
		i++
	}
	return i, i < at && b[at-1] != '.'
}

// localByte has the ASCII characters of local parts, domainByte those of domains.
var localByte, domainByte = mailBytes()

func mailBytes() (local, domain [256]bool) {
	for c := range byte(utf8.RuneSelf) {
		local[c], domain[c] = isAlnum(c), isAlnum(c) || c == '-'
	}
	for _, c := range []byte("._-+%~'&!#$*^}") {
		local[c] = true
	}
	return local, domain
}

// localRune returns the width of the local part's character that ends at i, or 0.
func localRune(b []byte, i int) int {
	if c := b[i-1]; c < utf8.RuneSelf {
		return one(localByte[c])
	}
	if r, w := utf8.DecodeLastRune(b[max(0, i-utf8.UTFMax):i]); wordRune(r) {
		return w
	}
	return 0
}

// domainEnd returns the end of the domain that begins at i: at least two labels
// of at most 63 bytes (RFC 1035, 2.3.4), of which the last is a top level domain
// or an encoded one (xn--). Where something else begins right behind it with a
// capital (mario@example.comTel, mario@example.com.Grazie), the domain ends before.
func domainEnd(b []byte, i int) (int, bool) {
	start, label, numeric, labels := i, i, 0, 0
	var end, top [2]int // of the last label and of the one before
	hi := min(len(b), start+maxDomain+1)
	for i-start <= maxDomain {
		for i < hi && domainByte[b[i]] {
			i++
		}
		if w := domainRune(b, i); w > 0 {
			i += w
			continue
		}
		last := i
		for last > label && b[last-1] == '-' {
			last--
		}
		if last == label || last-label > 63 || b[label] == '-' {
			break
		}
		end, top = [2]int{last, end[0]}, [2]int{label, top[0]}
		labels++
		if digitRun(b, label, last-label) == last-label {
			numeric++
		}
		if i >= len(b) || b[i] != '.' || last != i {
			break
		}
		i++
		label = i
	}
	if labels < 2 || numeric > 1 || i-start > maxDomain || scaled(b[start:end[0]]) {
		return 0, false
	}
	if topLevel(b[top[0]:end[0]]) {
		return end[0], true
	}
	if cut := top[0] + border(b[top[0]:end[0]]); topLevel(b[top[0]:cut]) {
		return cut, true
	}
	sentence := labels > 2 && (b[top[0]] >= 'A' && b[top[0]] <= 'Z' || b[top[0]] >= utf8.RuneSelf)
	return end[1], sentence && topLevel(b[top[1]:end[1]])
}

// border returns where in a label a capital follows a small letter, 0 for nowhere.
func border(label []byte) int {
	for i := 1; i < len(label); i++ {
		if label[i]-'A' <= 'Z'-'A' && label[i-1]-'a' <= 'z'-'a' {
			return i
		}
	}
	return 0
}

// scaled says whether what stands for a domain is the end of a picture's name:
// logo@2x.ai.
func scaled(domain []byte) bool {
	return len(domain) > 2 && isDigit(domain[0]) && domain[1]|0x20 == 'x' && domain[2] == '.'
}

// domainRune returns the width of the domain's character at i, or 0.
func domainRune(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	if c := b[i]; c < utf8.RuneSelf {
		return one(domainByte[c])
	}
	if r, w := utf8.DecodeRune(b[i:min(len(b), i+utf8.UTFMax)]); wordRune(r) {
		return w
	}
	return 0
}

// personal says whether the address is somebody's: not a message number, a
// part of a mail (cid:), a login in a URL, a remote of a repository.
func personal(b []byte, m mail) bool {
	if m.end < len(b) && b[m.end] == ':' && remotePath(b, m) {
		return false
	}
	if m.start == 0 {
		return true
	}
	switch b[m.start-1] {
	case '/':
		return m.start < 2 || b[m.start-2] != '/'
	case ':':
		return !endsFold(b[:m.start], "cid:") && !urlLogin(b, m.start-1) && !messageHeader(b, m.start)
	case '<', ' ', '\t', '\n':
		return !messageHeader(b, m.start)
	}
	return true
}

// remotePath says whether what follows the address and a colon is a path on
// another computer: git@host:owner/name, user@host:/srv.
func remotePath(b []byte, m mail) bool {
	switch string(b[m.start:m.at]) {
	case "git", "hg", "svn", "root":
		return true
	}
	for i := m.end + 1; i < len(b) && i < m.end+maxWord && b[i] > ' '; i++ {
		if b[i] == '/' {
			return true
		}
	}
	return false
}

// urlLogin says whether the ':' at i stands in https://name:password@host.
func urlLogin(b []byte, i int) bool {
	j := i
	for j > 0 && i-j < maxWord && b[j-1] > ' ' && b[j-1] != '/' {
		j--
	}
	return j >= 3 && string(b[j-3:j]) == "://"
}

func endsFold(b []byte, end string) bool {
	return len(b) >= len(end) && bytes.EqualFold(b[len(b)-len(end):], []byte(end))
}

// messageHeader says whether i stands in a Message-ID, In-Reply-To, References
// or Content-ID line of a mail (RFC 5322, 3.6.4), whose numbers look like
// addresses. A line that begins with a blank continues the one before. At most
// headerLook bytes are looked at.
func messageHeader(b []byte, i int) bool {
	lo := max(0, i-headerLook)
	for {
		nl := bytes.LastIndexByte(b[lo:i], '\n')
		if nl < 0 && lo > 0 {
			return false
		}
		line := lo + nl + 1
		text := bytes.TrimLeft(b[line:], " \t\">")
		for _, name := range [...]string{"message-id:", "in-reply-to:", "references:", "content-id:", "x-message-id:", "uid:"} {
			if len(text) >= len(name) && bytes.EqualFold(text[:len(name)], []byte(name)) {
				return true
			}
		}
		if b[line] != ' ' && b[line] != '\t' {
			return false
		}
		if nl < 0 {
			return false
		}
		i = lo + nl
	}
}
