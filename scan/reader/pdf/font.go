package pdf

import (
	"bytes"
	"container/list"
	"math"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	memoSize      = 256 // glyphs of a composite font that are remembered
	maxWidths     = 64 << 10
	maxTypeOne    = 64 << 10 // bytes of a Type 1 program among which its encoding is looked for
	flagFixed     = 1
	flagSymbolic  = 4
	maxGlyphWidth = 100 // the widest glyph, in font sizes
)

// glyph is what a code shows.
type glyph struct {
	text  string  // empty when nobody knows
	width float64 // in font sizes
	known bool    // the text is more than a guess
}

// widthRange are the CIDs from lo to hi, which have one width.
type widthRange struct {
	lo, hi uint32
	w      float32
}

// memo is a glyph of a composite font that was looked up before.
type memo struct {
	code uint32
	set  bool
	glyph
}

// font is a font as far as text needs it.
type font struct {
	simple   *[256]glyph // of a font with codes of one byte; nil for a composite font
	em       float64     // what one font size is in font sizes of ordinary fonts, for Type 3
	vertical bool

	unicode  *cmap // from codes to characters, nil when there is none
	encoding *cmap // from codes to CIDs, nil for codes of two bytes that are the CIDs
	utf16    bool  // codes are UTF-16
	widths   []widthRange
	dw       float64
	memos    []memo
}

// keptFont is a font that is kept.
type keptFont struct {
	num  int
	f    *font
	cost int
}

// font returns the font that an entry of the resources names.
func (d *document) font(o object) *font {
	num := 0
	if r, ok := o.(ref); ok {
		num = int(r)
		if e, ok := d.fonts[num]; ok {
			d.fontsLru.MoveToFront(e)
			k, _ := e.Value.(*keptFont)
			return k.f
		}
	}
	f := d.readFont(d.dict(o))
	if num == 0 {
		return f
	}
	k := &keptFont{num: num, f: f, cost: f.cost()}
	d.fonts[num] = d.fontsLru.PushFront(k)
	d.fontCost += k.cost
	for d.fontCost > maxFontBytes && d.fontsLru.Len() > 1 {
		e := d.fontsLru.Back()
		d.dropFont(e)
	}
	return f
}

func (d *document) dropFont(e *list.Element) {
	old, _ := e.Value.(*keptFont)
	d.fontsLru.Remove(e)
	delete(d.fonts, old.num)
	d.fontCost -= old.cost
}

func (f *font) cost() int {
	n := 512 + 16*cap(f.widths) + 64*cap(f.memos)
	if f.simple != nil {
		n += 256 * 40
	}
	for _, m := range []*cmap{f.unicode, f.encoding} {
		if m != nil {
			n += m.cost()
		}
	}
	return n
}

func (d *document) readFont(o dict) *font {
	f := &font{em: 1, dw: 1}
	if s := d.stream(o.get("ToUnicode")); s != nil {
		r := d.decode(s, decodePlain)
		f.unicode = readCMap(newLexer(4<<10), r)
		if r.err != nil || f.unicode.cut {
			d.lost++
		}
		r.close()
	}
	if d.name(o.get("Subtype")) == "Type0" {
		d.readComposite(f, o)
	} else {
		d.readSimple(f, o)
	}
	return f
}

// readComposite reads a Type 0 font, section 9.7.
func (d *document) readComposite(f *font, o dict) {
	f.memos = make([]memo, memoSize)
	switch e := d.resolve(o.get("Encoding")).(type) {
	case name:
		n := string(e)
		f.vertical = strings.HasSuffix(n, "-V")
		f.utf16 = strings.HasPrefix(n, "Uni") && (strings.Contains(n, "UCS2") || strings.Contains(n, "UTF16"))
		if !strings.HasPrefix(n, "Identity") && !f.utf16 && f.unicode != nil && len(f.unicode.spaces) > 0 {
			f.encoding = &cmap{spaces: f.unicode.spaces}
		}
	case *stream:
		r := d.decode(e, decodePlain)
		f.encoding = readCMap(newLexer(4<<10), r)
		r.close()
		f.vertical = d.whole(e.get("WMode")) == 1
		if len(f.encoding.spaces) == 0 {
			f.encoding = nil
		}
	}
	down := d.array(o.get("DescendantFonts"))
	if len(down) == 0 {
		return
	}
	cid := d.dict(down[0])
	if w := d.resolve(cid.get("DW")); w != nil {
		f.dw = clampWidth(number(w) / 1000)
	}
	d.readCIDWidths(f, d.array(cid.get("W")))
}

// readCIDWidths reads the widths of section 9.7.4.3.
func (d *document) readCIDWidths(f *font, w array) {
	add := func(lo, hi int, v object) {
		width := float32(clampWidth(d.number(v) / 1000))
		if lo < 0 || hi < lo || hi > 1<<24 || len(f.widths) >= maxWidths {
			return
		}
		if n := len(f.widths); n > 0 && f.widths[n-1].w == width && f.widths[n-1].hi+1 == uint32(lo) {
			f.widths[n-1].hi = uint32(hi)
			return
		}
		f.widths = append(f.widths, widthRange{uint32(lo), uint32(hi), width})
	}
	for i := 0; i+1 < len(w); {
		lo := d.whole(w[i])
		if a, ok := d.resolve(w[i+1]).(array); ok {
			for k, v := range a {
				add(lo+k, lo+k, v)
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			break
		}
		add(lo, d.whole(w[i+1]), w[i+2])
		i += 3
	}
	sortWidths(f.widths)
}

func clampWidth(w float64) float64 {
	if math.IsNaN(w) {
		return 0
	}
	return max(-maxGlyphWidth, min(maxGlyphWidth, w))
}

// readSimple reads a font with codes of one byte, section 9.6.
func (d *document) readSimple(f *font, o dict) {
	f.simple = new([256]glyph)
	desc := d.dict(o.get("FontDescriptor"))
	base := string(d.name(o.get("BaseFont")))
	if len(base) > 7 && base[6] == '+' {
		base = base[7:]
	}
	d.readEncoding(f, o, desc, base)
	flags := d.whole(desc.get("Flags"))
	standard := standardWidth(base, flags&flagFixed != 0)
	widths, first := d.array(o.get("Widths")), d.whole(o.get("FirstChar"))
	missing, hasMissing := d.number(desc.get("MissingWidth")), desc.get("MissingWidth") != nil
	scale := 0.001
	type3 := d.name(o.get("Subtype")) == "Type3"
	if m := d.array(o.get("FontMatrix")); type3 && len(m) >= 4 {
		scale = math.Hypot(d.number(m[0]), d.number(m[1]))
	}
	sum, n := 0.0, 0.0
	for code := range f.simple {
		g := &f.simple[code]
		w := missing
		i := code - first
		switch {
		case i >= 0 && i < len(widths):
			w = d.number(widths[i])
		case len(widths) == 0 && !hasMissing && !type3:
			w = standard(g.text)
		}
		g.width = clampWidth(w * scale)
		if w > 0 && len(widths) > 0 {
			sum += g.width
			n++
		}
	}
	if type3 && n > 0 {
		f.em = 2 * sum / n // letters are about half as wide as their size
	}
}

// readEncoding finds out what the codes of a simple font show.
func (d *document) readEncoding(f *font, o, desc dict, base string) {
	enc := d.resolve(o.get("Encoding"))
	from, _ := enc.(name)
	var diffs array
	if e, ok := enc.(dict); ok {
		from = d.name(e.get("BaseEncoding"))
		diffs = d.array(e.get("Differences"))
	}
	symbolic := d.whole(desc.get("Flags"))&flagSymbolic != 0
	embedded := desc.get("FontFile") != nil || desc.get("FontFile2") != nil || desc.get("FontFile3") != nil
	type3 := d.name(o.get("Subtype")) == "Type3"
	pictures := isPictures(base)
	if from == "" && d.name(o.get("Subtype")) == "TrueType" {
		from = "WinAnsiEncoding"
	}
	// Without an encoding a symbolic font has its own, which is only guessed.
	sure := !type3 && (enc != nil && from != "" || !symbolic || !embedded && !pictures)
	table := encodingTable(from)
	for code := range f.simple {
		g := &f.simple[code]
		if r := table[code]; r != 0 && !type3 {
			*g = glyph{text: plain(string(r)), known: sure}
		}
		if pictures && (code < '0' || code > '9') {
			*g = glyph{text: "•", known: true}
		}
	}
	if s := d.stream(desc.get("FontFile")); s != nil && from == "" {
		d.typeOneEncoding(f, s)
	}
	code := 0
	for _, v := range diffs {
		switch v := d.resolve(v).(type) {
		case int64:
			code = int(v & 0xffff)
		case name:
			if code < 256 {
				t := glyphText(string(v))
				if t != "" {
					t = plain(t)
				}
				f.simple[code] = glyph{text: t, known: t != ""}
			}
			code++
		}
	}
	if f.unicode == nil {
		return
	}
	for code := range f.simple {
		if t := f.unicode.char(uint32(code)); t != "" {
			if t = plain(t); t != "" {
				f.simple[code] = glyph{text: t, known: true}
			}
		}
	}
}

// isPictures tells the fonts of which the letters are pictures.
func isPictures(base string) bool {
	for _, n := range []string{"Symbol", "ZapfDingbats", "Wingdings", "Webdings", "Dingbats"} {
		if strings.HasPrefix(base, n) && !strings.HasPrefix(base, "SymbolType") {
			return true
		}
	}
	return false
}

// typeOneEncoding reads the encoding in the clear part of a Type 1 program.
func (d *document) typeOneEncoding(f *font, s *stream) {
	r := d.decode(s, decodePlain)
	defer r.close()
	b, _ := all(r, maxTypeOne)
	i := bytes.Index(b, []byte("/Encoding"))
	if end := bytes.Index(b, []byte("eexec")); i < 0 || end < i {
		return
	}
	l := newLexer(4 << 10)
	l.reset(bytes.NewReader(b[i+len("/Encoding"):]), 0)
	code := -1
	for {
		switch t := l.next(); t {
		case tokenEnd:
			return
		case tokenInt:
			code = int(l.num & 0xffff)
		case tokenName:
			if code >= 0 && code < 256 && string(l.tok) != ".notdef" {
				t := glyphText(string(l.tok))
				if t != "" {
					t = plain(t)
				}
				f.simple[code] = glyph{text: t, known: t != ""}
			}
			code = -1
		case tokenWord:
			switch string(l.tok) {
			case "def", "readonly", "StandardEncoding":
				for i := range f.simple {
					g := &f.simple[i]
					g.known = g.known || l.tokenIs("StandardEncoding") && g.text != ""
				}
				return
			}
		}
	}
}

// next reads a code from the beginning of s: what it shows and how many bytes it
// has.
func (f *font) next(s []byte) (g glyph, code uint32, n int) {
	if f.simple != nil {
		return f.simple[s[0]], uint32(s[0]), 1
	}
	n = min(2, len(s))
	if f.encoding != nil {
		n = f.encoding.split(s)
	}
	code = codeOf(s[:n])
	m := &f.memos[code%memoSize]
	if !m.set || m.code != code {
		*m = memo{code: code, set: true, glyph: f.look(code)}
	}
	return m.glyph, code, n
}

// look finds what a code of a composite font shows.
func (f *font) look(code uint32) glyph {
	cid := code
	if f.encoding != nil {
		x, ok := lookup(f.encoding.cids, code)
		if ok {
			cid = uint32(x.last) + code - x.lo
		}
	}
	g := glyph{width: f.dw}
	if w, ok := findWidth(f.widths, cid); ok {
		g.width = w
	}
	if f.vertical {
		g.width = 1
	}
	if f.unicode != nil {
		g.text = f.unicode.char(code)
	}
	if g.text == "" && f.utf16 {
		if r := rune(code & 0xffff); !utf16.IsSurrogate(r) && utf8.ValidRune(r) {
			g.text = string(r)
			if r < 0x250 && len(f.widths) == 0 {
				g.width = 0.5
			}
		}
	}
	if g.text != "" {
		g.text = plain(g.text)
	}
	g.known = g.text != ""
	return g
}
