package detect

import "bytes"

// mobile says whether bare digits have the shape of a mobile number of the
// country: 3xx and seven more in Italy, 06 or 07 and eight more in France, 07
// and nine more in Britain (ITU E.129 national numbering plans).
func (p *plan) mobile(digits []byte) bool {
	switch p.code {
	case "39":
		return len(digits) == 10 && digits[0] == '3'
	case "33":
		return len(digits) == 10 && digits[0] == '0' && (digits[1] == '6' || digits[1] == '7')
	case "44":
		return len(digits) == 11 && digits[0] == '0' && digits[1] == '7'
	}
	return false
}

// alone says whether b[d:end] is all of a cell whose header speaks of nothing
// else, or ends a line of text, as numbers do that people jot down behind a name.
func (c *Collector) alone(d, end int) bool {
	b := c.buf
	if c.col != nil {
		return d == 0 && end == len(b) && (c.hint == "" || c.hint == Address || c.hint == Name)
	}
	for end < len(b) && (b[end] == ' ' || b[end] == '\r' || b[end] == '.' || b[end] == ';' || b[end] == ',') {
		end++
	}
	word := bytes.TrimRight(b[max(0, d-16):d], " .:")
	for _, code := range [...]string{"cod", "codice", "code", "kod", "num", "numero", "nr", "n", "n°"} {
		if endsFold(word, code) && !wordBefore(word, len(word)-len(code)) {
			return false
		}
	}
	return (end >= len(b) || b[end] == '\n') && (d == 0 || b[d-1] == ' ' || b[d-1] == '\n' || b[d-1] == '\t' || b[d-1] == ':' || b[d-1] == ';')
}
