package detect

import "bytes"

// maxOctets is how many groups of digits with dots between them are looked at;
// longer rows are passed over whole.
const maxOctets = 5

// ipv4 looks at the dotted row of digits whose first group is b[d:we], and
// returns where to go on: behind the row if it has the shape of an address,
// whether it is one or not, 0 otherwise. Addresses that are nobody's (RFC 6890)
// are not reported.
func (c *Collector) ipv4(d, we int) int {
	b := c.buf
	if d > 0 && (b[d-1] == '.' || b[d-1] == '-' || b[d-1] == ',') {
		return 0
	}
	if k := we + 1 + digitRun(b, we+1, 4); k >= len(b) || b[k] != '.' {
		return 0
	}
	var octets [4]int
	end, groups := d, 0
	for groups <= maxOctets {
		n := digitRun(b, end, 4)
		if n == 0 || n > 3 || n > 1 && b[end] == '0' {
			return 0
		}
		octet := 0
		for _, x := range b[end : end+n] {
			octet = octet*10 + int(x-'0')
		}
		if octet > 255 {
			return 0
		}
		octets[groups&3] = octet
		end += n
		groups++
		if end+1 >= len(b) || b[end] != '.' || !isDigit(b[end+1]) {
			break
		}
		end++
	}
	if groups != 4 || wordAt(b, end) {
		return 0
	}
	if c.hint == Phone {
		return 0
	}
	if !public4(octets) || !c.standsAsAddress(d, end, octets) {
		return end
	}
	c.emitIP(d, end)
	return end
}

func (c *Collector) emitIP(start, end int) {
	confidence := Low
	if c.hint == IPAddress {
		confidence = Medium
	}
	last := c.last
	c.norm = appendLower(c.norm[:0], c.buf[start:end])
	c.emit(IPAddress, start, end, confidence)
	c.last = last
}

// public4 says whether an address may be somebody's: not private, of this
// computer, of the link, of documentation, shared, multicast or reserved.
func public4(o [4]int) bool {
	a, b := o[0], o[1]
	switch {
	case a == 0, a == 10, a == 127, a >= 224,
		a == 100 && b >= 64 && b < 128,
		a == 169 && b == 254,
		a == 172 && b >= 16 && b < 32,
		a == 192 && (b == 168 || b == 0 && (o[2] == 0 || o[2] == 2) || b == 88 && o[2] == 99),
		a == 198 && (b == 18 || b == 19 || b == 51 && o[2] == 100),
		a == 203 && b == 0 && o[2] == 113,
		o[2] == 0 && o[3] == 0:
		return false
	}
	return true
}

// standsAsAddress says whether what stands around four numbers lets them be an
// address: not a version, a network, a part of a name.
func (c *Collector) standsAsAddress(d, end int, o [4]int) bool {
	b := c.buf
	if end+1 < len(b) && (b[end] == '/' && isDigit(b[end+1]) || b[end] == '-' && isAlnum(b[end+1])) {
		return false
	}
	if c.hint == IPAddress {
		return true
	}
	if o[0] < 10 && o[1] < 10 && o[2] < 10 && o[3] < 10 {
		return false // a chapter
	}
	if d == 0 || b[d-1] == '\n' {
		return true
	}
	switch b[d-1] {
	case '/':
		return d > 2 && b[d-2] == '/'
	case '_', '#', '$', '%', '\\', '+', '~', '*':
		return false
	}
	return !versionBefore(b, d)
}

// versionBefore says whether the word before i speaks of a version.
func versionBefore(b []byte, i int) bool {
	for n := 0; i > 0 && n < 4 && (b[i-1] == ' ' || b[i-1] == ':' || b[i-1] == '=' || b[i-1] == '.' || b[i-1] == '"' || b[i-1] == '\''); n++ {
		i--
	}
	end := i
	for i > 0 && end-i < 12 && isLetter(b[i-1]) {
		i--
	}
	var room [12]byte
	word := appendLower(room[:0], b[i:end])
	switch string(word) {
	case "v", "ver", "version", "versione", "versions", "rel", "release", "build", "firmware", "fw", "rev", "revision", "oid", "driver", "agent", "sezione", "section", "chapter", "capitolo", "art", "par", "paragrafo", "upgrade":
		return true
	}
	return bytes.HasSuffix(word, []byte("version"))
}

// ipv6 looks for an address of the global unicast range, 2000::/3, whose first
// group ends before the colon at i (RFC 4291, 2.2), and returns where to go on;
// 0 for none. What reads like a row of groups but isn't one is passed over.
func (c *Collector) ipv6(i int) int {
	b := c.buf
	if i < 4 || b[i-4] != '2' && b[i-4] != '3' || !isHex(b[i-3]) || !isHex(b[i-2]) || !isHex(b[i-1]) {
		return 0
	}
	start := i - 4
	if start > 0 && (b[start-1] == ':' || b[start-1] == '.' || b[start-1] == '-' || b[start-1] == '/' && (start < 2 || b[start-2] != '/')) || wordBefore(b, start) {
		return 0
	}
	end, groups, gaps := i, 1, 0
	for end < len(b) && b[end] == ':' {
		k := end + 1
		if k < len(b) && b[k] == ':' {
			gaps++
			k++
		}
		n := 0
		for k+n < len(b) && n < 5 && isHex(b[k+n]) {
			n++
		}
		if n == 0 {
			if gaps > 0 && b[k-2] == ':' {
				end = k
			}
			break
		}
		if n > 4 {
			return 0
		}
		groups++
		if end = k + n; groups > 9 {
			break
		}
	}
	whole := groups == 8 && gaps == 0 || gaps == 1 && groups >= 2 && groups < 8
	if !whole || wordAt(b, end) || end < len(b) && b[end] == ':' && end+1 < len(b) && isHex(b[end+1]) {
		if groups > 2 {
			return end
		}
		return 0
	}
	first := b[start : start+4]
	if bytes.EqualFold(first, []byte("2001")) && documentation6(b[start+5:end]) || bytes.EqualFold(first, []byte("3fff")) {
		return end
	}
	if gaps == 1 && groups < 3 {
		return end
	}
	c.emitIP(start, end)
	return end
}

// documentation6 says whether what follows 2001: is the group db8 (RFC 3849).
func documentation6(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("0"))
	return len(b) > 3 && bytes.EqualFold(b[:3], []byte("db8")) && b[3] == ':'
}
