package vcard

import "bytes"

// property is one content line, unfolded (RFC 6350, 3.3): a name, parameters, and
// behind a colon the value.
type property struct {
	open    bool
	raw     []byte
	line    int64 // on which it begins
	scanned int   // raw[:scanned] was looked at for the colon
	quoted  bool  // raw[scanned] stands in quotes
	colon   int   // -1 where it is not found
	soft    bool  // the line ended with a soft line break
	skip    bool  // the value is passed over
	long    bool  // it is handed over as text; raw is value only
	qp, b64 bool  // how the value is encoded, once it is to be decoded
	kind    byte  // what was found out about the encoding: 0 nothing, or 'q', 'b', '-'
}

func (p *property) begin(line int64) {
	*p = property{open: true, raw: p.raw[:0], line: line, colon: -1}
}

// find looks for the colon, outside of quotes; where there is none, for any.
func (p *property) find() {
	if p.scan(); p.colon < 0 && !p.long {
		p.colon = bytes.IndexByte(p.raw, ':')
	}
}

func (p *property) scan() {
	if p.colon >= 0 || p.long {
		return
	}
	for ; p.scanned < len(p.raw); p.scanned++ {
		switch c := p.raw[p.scanned]; {
		case c == '"':
			p.quoted = !p.quoted
		case c == ':' && !p.quoted:
			p.colon = p.scanned
			return
		}
	}
}

// head is where the value begins.
func (p *property) head() int { return p.colon + 1 }

// endLine looks for a soft line break at the end of a line.
func (p *property) endLine() {
	if n := len(p.raw); n > 0 && p.raw[n-1] == '=' && !p.skip && p.isQuoted() {
		p.raw, p.soft = p.raw[:n-1], true
	}
}

// encoding tells how the value is encoded: 'q' quoted-printable, 'b' base64.
func (p *property) encoding() byte {
	if p.long {
		switch {
		case p.qp:
			return 'q'
		case p.b64:
			return 'b'
		}
		return '-'
	}
	p.scan()
	if p.kind != 0 || p.colon < 0 {
		return p.kind
	}
	p.kind = '-'
	p.eachParam(func(key, value []byte) {
		if len(key) > 0 && !bytes.EqualFold(key, []byte("ENCODING")) {
			return
		}
		switch {
		case bytes.EqualFold(value, []byte("QUOTED-PRINTABLE")):
			p.kind = 'q'
		case bytes.EqualFold(value, []byte("BASE64")), bytes.EqualFold(value, []byte("B")):
			p.kind = 'b'
		}
	})
	return p.kind
}

func (p *property) isQuoted() bool { return p.encoding() == 'q' }

func (p *property) isBase64() bool { return p.encoding() == 'b' }

// name is the name of the property in upper case, without its group; empty where
// the line is no property.
func (p *property) name() []byte {
	if p.colon < 0 {
		return nil
	}
	name := p.raw[:p.colon]
	if i := bytes.IndexByte(name, ';'); i >= 0 {
		name = name[:i]
	}
	if i := bytes.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) > maxName {
		return nil
	}
	for _, c := range name {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return nil
		}
	}
	for i, c := range name {
		if c >= 'a' && c <= 'z' {
			name[i] = c - ('a' - 'A')
		}
	}
	return name
}

// isPicture tells a value that is a picture, a sound, a key or a file in base64.
func (p *property) isPicture() bool {
	if p.colon < 0 {
		return false
	}
	value := p.raw[p.head():]
	if len(value) > 5 && bytes.EqualFold(value[:5], []byte("data:")) {
		start := value[5:min(len(value), 256)]
		i := bytes.IndexByte(start, ',')
		return i >= 0 && bytes.HasSuffix(bytes.ToLower(start[:i]), []byte(";base64")) || bytes.Contains(bytes.ToLower(start), []byte(";base64"))
	}
	if !p.isBase64() {
		return false
	}
	switch string(p.name()) {
	case "PHOTO", "LOGO", "SOUND", "KEY", "ATTACH":
		return true
	}
	return false
}

// eachParam calls f for each parameter, without its quotes. One without a key is of
// vCard 2.1.
func (p *property) eachParam(f func(key, value []byte)) {
	if p.colon < 0 {
		return
	}
	_, rest, _ := bytes.Cut(p.raw[:p.colon], []byte(";"))
	for len(rest) > 0 {
		n, quoted := 0, false
		for ; n < len(rest) && (quoted || rest[n] != ';'); n++ {
			if rest[n] == '"' {
				quoted = !quoted
			}
		}
		param := rest[:n]
		rest = rest[min(n+1, len(rest)):]
		key, value, ok := bytes.Cut(param, []byte("="))
		if !ok {
			key, value = nil, param
		}
		f(bytes.TrimSpace(key), bytes.Trim(bytes.TrimSpace(value), `"`))
	}
}
