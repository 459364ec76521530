package mime

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// maxSets bounds the charsets whose decoders are kept.
const maxSets = 32

// charsets holds the decoders of the charsets met in a file.
type charsets struct {
	known map[string]charset
}

// charset brings text to UTF-8.
type charset struct {
	to      transform.Transformer
	foreign bool // a charset that cannot be read: its text comes as it is
}

func (c *charsets) begin() {
	c.known = make(map[string]charset)
}

// of finds the decoder of a charset by its name in lower case, ready for a new
// text. One that is not known is read as UTF-8 or Windows-1252.
func (c *charsets) of(name string) charset {
	set, ok := c.known[name]
	if !ok {
		set = newCharset(name)
		if len(c.known) >= maxSets {
			clear(c.known)
		}
		c.known[name] = set
	}
	set.to.Reset()
	return set
}

func newCharset(name string) charset {
	switch name = strings.Trim(name, " '\""); name {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit", "unknown-8bit", "binary":
		return charset{to: mixed{}}
	case "utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "csutf7":
		return charset{to: &utf7{}}
	case "utf-16le", "utf-16", "unicode", "ucs-2", "iso-10646-ucs-2":
		return charset{to: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()}
	case "utf-16be":
		return charset{to: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()}
	case "utf-32", "utf-32le", "utf-32be":
		order := utf32.BigEndian
		if name == "utf-32le" {
			order = utf32.LittleEndian
		}
		return charset{to: utf32.UTF32(order, utf32.UseBOM).NewDecoder()}
	case "gb2312", "gbk", "x-gbk", "cp936", "ms936", "gb_2312-80", "euc-cn":
		name = "gb18030" // holds them all
	case "shift-jis", "cp932", "ms932", "windows-932":
		name = "shift_jis"
	case "cp949", "ms949", "uhc", "ks_c_5601":
		name = "euc-kr"
	}
	for _, prefix := range [...]string{"cp125", "win-125", "win125", "x-cp125", "ansi-125"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			name = "windows-125" + rest
		}
	}
	if rest, ok := strings.CutPrefix(name, "iso8859"); ok {
		name = "iso-8859" + rest
	}
	enc, err := htmlindex.Get(name)
	if err != nil || enc == encoding.Replacement {
		enc, err = ianaindex.MIME.Encoding(name)
	}
	if err != nil || enc == nil || enc == encoding.Replacement {
		return charset{to: mixed{}, foreign: strings.HasPrefix(name, "iso-2022-")}
	}
	return charset{to: enc.NewDecoder()}
}

// append appends src to dst in UTF-8.
func (c *charsets) append(dst []byte, name string, src []byte) []byte {
	to := c.of(name).to
	for {
		dst = slices.Grow(dst, 2*len(src)+utf8.UTFMax*2)
		nd, ns, err := to.Transform(dst[len(dst):cap(dst)], src, true)
		dst, src = dst[:len(dst)+nd], src[ns:]
		if err == nil || nd == 0 && ns == 0 {
			return appendText(dst, src)
		}
	}
}

// setOf tells the charset of a text from its name and its first bytes, and how
// many of these are a byte order mark.
func setOf(name, typ string, head []byte) (string, int) {
	wide := strings.HasPrefix(name, "utf-16") || name == "unicode"
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8", 3
	case strings.HasPrefix(name, "utf-32"):
	case bytes.HasPrefix(head, []byte("\xff\xfe")) && (wide || isWide(head[2:], 1)):
		return "utf-16le", 2
	case bytes.HasPrefix(head, []byte("\xfe\xff")) && (wide || isWide(head[2:], 0)):
		return "utf-16be", 2
	case name == "utf-16" && isWide(head, 0) && !isWide(head, 1):
		return "utf-16be", 0
	case name == "" && typ == "text/html":
		return metaCharset(head), 0
	}
	return name, 0
}

// isWide tells whether b can be UTF-16 with the high bytes at odd (1) or even (0)
// places: some of them are zero.
func isWide(b []byte, high int) bool {
	zeros, units := 0, 0
	for i := high; i < len(b); i += 2 {
		units++
		if b[i] == 0 {
			zeros++
		}
	}
	return zeros*20 > units
}

// metaCharset finds the charset that a page states itself, in its first bytes.
func metaCharset(head []byte) string {
	_, rest, ok := bytes.Cut(bytes.ToLower(head), []byte("charset="))
	if !ok {
		return ""
	}
	name := token(bytes.TrimLeft(rest, "\"' "))
	name, _, _ = strings.Cut(name, "'")
	name, _, _ = strings.Cut(name, ">")
	if name = strings.TrimRight(name, "/"); strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32") {
		return "" // it could not have been read so far if that were so
	}
	return name
}

// looksBinary tells content that is no text, whatever it is called.
func looksBinary(head []byte) bool {
	for _, c := range head {
		if c < ' ' && (c < '\a' || c > '\r') && c != 0x1b && c != 0x1a {
			return true
		}
	}
	return bytes.HasPrefix(head, []byte("%PDF-"))
}

// western is a byte in Windows-1252.
func western(c byte) rune { return charmap.Windows1252.DecodeByte(c) }

// mixed copies UTF-8 and takes each byte that is not part of a character of it as
// Windows-1252. It keeps nothing, so one serves all.
type mixed struct{}

// Reset is of transform.Transformer.
func (mixed) Reset() {}

// Transform is of transform.Transformer.
func (mixed) Transform(dst, src []byte, last bool) (nd, ns int, err error) {
	if len(src) > len(dst) {
		src, last, err = src[:len(dst)], false, transform.ErrShortDst
	}
	if !last {
		if n := unfinished(src); n > 0 {
			src = src[:len(src)-n]
			if err == nil {
				err = transform.ErrShortSrc
			}
		}
	}
	if utf8.Valid(src) {
		n := copy(dst, src)
		return n, n, err
	}
	for ns < len(src) {
		c, size := rune(src[ns]), 1
		if c >= utf8.RuneSelf {
			if c, size = utf8.DecodeRune(src[ns:]); c == utf8.RuneError && size == 1 {
				c = western(src[ns])
			}
		}
		if nd+utf8.RuneLen(c) > len(dst) {
			return nd, ns, transform.ErrShortDst
		}
		nd += utf8.EncodeRune(dst[nd:], c)
		ns += size
	}
	return nd, ns, err
}

// unfinished counts the bytes at the end of b that begin a UTF-8 character and
// do not end it.
func unfinished(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if utf8.FullRune(b[len(b)-i:]) {
				return 0
			}
			return i
		}
	}
	return 0
}
