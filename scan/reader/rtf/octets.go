package rtf

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const (
	maxPages   = 64 // code pages of one file
	softHyphen = '\u00ad'
	hardSpace  = '\u00a0'
	hardHyphen = '\u2011'
)

// octets turns bytes and numbers into characters.
type octets struct {
	pages   []page  // those met so far; the first one is that of the document
	fonts   []uint8 // page of each font
	unknown []bool  // pages that are counted when they are used
	deff    int     // font of text that has none
	font    int     // that the font table is at
	plain   uint8   // its page
	pend    [utf8.UTFMax]byte
	pending int      // bytes in pend
	page    uint8    // their page
	high    rune     // first half of a pair of \u
	pair    [2]byte  // to decode
	made    [16]byte // decoded
}

func (o *octets) begin() {
	o.pages, o.unknown = make([]page, 1, 8), make([]bool, 1, 8)
	o.document(western)
}

// document makes number the code page of the document.
func (o *octets) document(number int) {
	p, known := newPage(number)
	o.pages[0], o.unknown[0] = p, !known
}

// find is the index of a code page, 0 being that of the document.
func (o *octets) find(number int) uint8 {
	if number == 0 {
		return 0
	}
	for i := 1; i < len(o.pages); i++ {
		if o.pages[i].number == number {
			return uint8(i)
		}
	}
	if len(o.pages) >= maxPages {
		return 0
	}
	p, known := newPage(number)
	o.pages, o.unknown = append(o.pages, p), append(o.unknown, !known)
	return uint8(len(o.pages) - 1) //nolint:gosec // never more than maxPages
}

// set notes the code page of the font that the font table is at.
func (o *octets) set(number int) {
	if o.font < 0 || o.font >= maxFonts {
		return
	}
	if o.font >= len(o.fonts) {
		fonts := make([]uint8, min(maxFonts, max(64, 2*o.font)))
		copy(fonts, o.fonts)
		o.fonts = fonts
	}
	o.fonts[o.font] = o.find(number)
}

// of is the code page of a font.
func (o *octets) of(font int) uint8 {
	if font < 0 || font >= len(o.fonts) {
		return 0
	}
	return o.fonts[font]
}

// standard finds the code page of text without a font.
func (o *octets) standard() { o.plain = o.of(o.deff) }

// text adds text that stands for itself.
func (r *reader) text(b []byte) error {
	if r.fall > 0 {
		n := min(r.fall, len(b))
		r.fall -= n
		b = b[n:]
	}
	for len(b) > 0 && r.octets.pending > 0 {
		if err := r.octet(b[0], true); err != nil {
			return err
		}
		b = b[1:]
	}
	if len(b) == 0 {
		return nil
	}
	if err := r.single(); err != nil {
		return err
	}
	return r.put(b)
}

// single gives up a first half of a pair that has no second one.
func (r *reader) single() error {
	if r.octets.high == 0 {
		return nil
	}
	r.octets.high = 0
	return r.put([]byte("\uFFFD"))
}

// octet adds a byte in the code page of the font. raw says that it stands in the
// file as it is: programs that write such bytes write UTF-8, most of them.
func (r *reader) octet(c byte, raw bool) error {
	if r.fall > 0 {
		r.fall--
		return nil
	}
	o := &r.octets
	if o.pending > 0 {
		return r.more(c, raw)
	}
	if c < 0x80 {
		return r.char(rune(c))
	}
	i := r.cur.font
	if r.cur.right {
		i = r.cur.other
	}
	p := &o.pages[i]
	if p.leads(c) || p.two == nil && (raw || p.utf8) && c >= 0xc2 && c <= 0xf4 {
		o.pend[0], o.pending, o.page = c, 1, i
		return nil
	}
	o.pair[0] = c
	return r.decode(i, 1)
}

// more adds a byte to those of a character that is not complete.
func (r *reader) more(c byte, raw bool) error {
	o := &r.octets
	if o.pages[o.page].two != nil {
		if c < '0' {
			if err := r.settle(); err != nil {
				return err
			}
			return r.octet(c, raw)
		}
		o.pending = 0
		o.pair = [2]byte{o.pend[0], c}
		return r.decode(o.page, 2)
	}
	o.pend[o.pending] = c
	o.pending++
	all, n := o.pend, o.pending
	if !utf8.FullRune(all[:n]) {
		return nil
	}
	o.pending = 0
	if u, size := utf8.DecodeRune(all[:n]); size > 1 {
		return r.char(u)
	}
	o.pair[0] = all[0]
	if err := r.decode(o.page, 1); err != nil {
		return err
	}
	for _, c := range all[1:n] { // as if they came now
		if err := r.octet(c, raw); err != nil {
			return err
		}
	}
	return nil
}

// settle adds what there is of a character that is not complete.
func (r *reader) settle() error {
	o := &r.octets
	if o.pending == 0 {
		return nil
	}
	all, n := o.pend, o.pending
	o.pending = 0
	for _, c := range all[:n] {
		o.pair[0] = c
		if err := r.decode(o.page, 1); err != nil {
			return err
		}
	}
	return nil
}

// decode adds the character of the first n bytes of pair in a code page.
func (r *reader) decode(i uint8, n int) error {
	o := &r.octets
	if o.unknown[i] {
		o.unknown[i] = false
		r.info.Unread++
	}
	p := &o.pages[i]
	if p.two == nil {
		return r.char(p.one.DecodeByte(o.pair[0]))
	}
	if err := r.single(); err != nil {
		return err
	}
	p.two.Reset()
	n, _, _ = p.two.Transform(o.made[:], o.pair[:n], true) // made is long enough, and what is no character becomes U+FFFD
	return r.put(o.made[:n])
}

// unicode adds a character by its number (\u), half a pair perhaps.
func (r *reader) unicode(n int) error {
	r.fall = int(r.cur.skips)
	if n < 0 {
		n += 1 << 16
	}
	c := rune(utf8.RuneError)
	if n >= 0 && n <= utf8.MaxRune {
		c = rune(n)
	}
	o := &r.octets
	switch {
	case c >= 0xd800 && c < 0xdc00:
		err := r.single()
		o.high = c
		return err
	case c >= 0xdc00 && c < 0xe000:
		c = utf16.DecodeRune(o.high, c)
		o.high = 0
	}
	return r.char(c)
}

// char adds a character.
func (r *reader) char(c rune) error {
	if err := r.single(); err != nil {
		return err
	}
	if c >= 0x80 && c < 0xa0 { // no program means a control character by it
		c = charmap.Windows1252.DecodeByte(byte(c))
	}
	switch {
	case c == '\t':
		return r.tab()
	case c == '\n' || c == '\r' || c == '\v' || c == '\f':
		return r.line(r.flow.shut)
	case c < ' ' || c == 0x7f || c == softHyphen:
		return nil
	case c == hardSpace:
		c = ' '
	case c == hardHyphen:
		c = '-'
	}
	var b [utf8.UTFMax]byte
	return r.put(b[:utf8.EncodeRune(b[:], c)])
}
