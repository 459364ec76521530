package reader

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"

	"custode/scan/reader/archive"
)

// ext is the extension of a file's name in lower case, without its dot.
func ext(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
}

// isAge tells a file sealed with age, binary or armored. Armor that ends within
// the head with something written below it is a text that holds a sealed piece.
func isAge(head []byte) bool {
	if bytes.HasPrefix(head, []byte("age-encryption.org/v1\n")) {
		return true
	}
	if !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("-----BEGIN AGE ENCRYPTED FILE-----")) {
		return false
	}
	_, below, ended := bytes.Cut(head, []byte("-----END AGE ENCRYPTED FILE-----"))
	return !ended || len(bytes.TrimSpace(below)) == 0
}

// magic is what a binary format has at a fixed place.
type magic struct {
	at     int
	bytes  string
	format string
	zeros  bool // the bytes could begin a text: a zero byte must be near
}

// magics are looked at in order; the first that fits counts.
func magics() []magic {
	return []magic{
		{0, "%PDF-", "pdf", false},
		{0, "{\\rtf", "rtf", false},
		{0, "PK\x03\x04", "zip", false},
		{0, "PK\x05\x06", "zip", false},
		{0, "PK\x07\x08", "zip", false},
		{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", false},
		{0, "\x1f\x8b", "gz", false},
		{0, "SQLite format 3\x00", "sqlite", false},
		{0, "\x89PNG\r\n\x1a\n", "png", false},
		{0, "\xff\xd8\xff", "jpeg", false},
		{0, "GIF87a", "gif", true},
		{0, "GIF89a", "gif", true},
		{0, "II*\x00", "tiff", false},
		{0, "MM\x00*", "tiff", false},
		{0, "BM", "bmp", true},
		{8, "WEBP", "webp", true},
		{4, "ftypheic", "heic", true},
		{4, "ftypheix", "heic", true},
		{4, "ftypmif1", "heic", true},
		{4, "ftypavif", "avif", true},
		{0, "7z\xbc\xaf\x27\x1c", "7z", false},
		{0, "Rar!\x1a\x07", "rar", false},
		{0, "\xfd7zXZ\x00", "xz", false},
		{0, "BZh", "bz2", true},
		{0, "\x28\xb5\x2f\xfd", "zst", false},
		{257, "ustar", "tar", true},
		{0, "\x37\x7f\x06\x82", "sqlite-wal", false},
		{0, "\x37\x7f\x06\x83", "sqlite-wal", false},
		{0, "!BDN", "pst", true},
		{4, "Standard Jet DB", "mdb", true},
		{4, "Standard ACE DB", "mdb", true},
		{4, "ftyp", "mp4", true},
		{0, "MZ", "exe", true},
		{0, "\x7fELF", "elf", false},
	}
}

// binaryFormat names the binary format of a file and says why it is not
// examined; both are empty for a file that none of the magics fits.
func (r *Reader) binaryFormat(head []byte, ext string) (format, reason string) {
	near := head[:min(len(head), 4096)]
	for _, m := range r.magics {
		if len(head) < m.at || !bytes.HasPrefix(head[m.at:], []byte(m.bytes)) {
			continue
		}
		if m.zeros && bytes.IndexByte(near, 0) < 0 && !looksBinary(near) {
			continue
		}
		return refine(m.format, head, ext)
	}
	// A PDF may stand behind a few bytes of rubbish.
	if bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) && looksBinary(head) {
		return "pdf", ReasonNoReader
	}
	if archive.Looks(head) == "tar" { // of before the mark "ustar"
		return "tar", ReasonNoReader
	}
	return "", ""
}

// refine tells apart what shares a container.
func refine(format string, head []byte, ext string) (name, reason string) {
	switch format {
	case "png", "jpeg", "gif", "tiff", "bmp", "webp", "heic", "avif":
		return format, ReasonImageOnly
	case "zip":
		return zipFormat(head), ReasonNoReader
	case "ole":
		return oleFormat(head, ext), ReasonNoReader
	}
	return format, ReasonNoReader
}

// part is a name that stands in the first 64 KiB of a container.
type part struct{ name, format string }

func zipFormat(head []byte) string {
	for _, p := range []part{
		{"mimetypeapplication/vnd.oasis.opendocument.text", "odt"},
		{"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ods"},
		{"mimetypeapplication/vnd.oasis.opendocument.presentation", "odp"},
		{"word/", "docx"},
		{"xl/", "xlsx"},
		{"ppt/", "pptx"},
	} {
		if bytes.Contains(head, []byte(p.name)) {
			return p.format
		}
	}
	return "zip"
}

// oleFormat tells what an OLE compound file is by its streams' names, which are
// in UTF-16; these may stand beyond the head, then the extension decides.
func oleFormat(head []byte, ext string) string {
	for _, p := range []part{
		{"W\x00o\x00r\x00d\x00D\x00o\x00c\x00", "doc"},
		{"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00", "xls"},
		{"P\x00o\x00w\x00e\x00r\x00P\x00o\x00i\x00n\x00t\x00", "ppt"},
		{"_\x00_\x00s\x00u\x00b\x00s\x00t\x00g\x00", "msg"},
	} {
		if bytes.Contains(head, []byte(p.name)) {
			return p.format
		}
	}
	switch ext {
	case "doc", "xls", "ppt", "msg":
		return ext
	}
	return "ole"
}

// looksBinary tells bytes that are no text in any encoding of 8 bits: more than
// one in 50 is a control character that texts do not have (one is always let
// pass), or more than one in ten is zero. A log with a block of zeros left by a crash is still a text.
func looksBinary(head []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	zeros, controls, i := 0, 0, 0
	for ; i+8 <= len(head); i += 8 {
		x := binary.LittleEndian.Uint64(head[i:])
		del := x ^ 0x7f*ones
		if ((x-' '*ones)&^x|(del-ones)&^del)&highs == 0 {
			continue // none below the blank, and no 0x7f
		}
		for _, c := range head[i : i+8] {
			controls += int(controlClass[c])
		}
	}
	for _, c := range head[i:] {
		controls += int(controlClass[c])
	}
	if controls > 0 {
		zeros = bytes.Count(head, []byte{0})
	}
	return zeros > len(head)/10 || controls-zeros > 1+len(head)/50
}

// controlClass is 1 for the bytes that texts do not have.
var controlClass = func() (class [256]uint8) {
	for c := range byte(' ') {
		if !textControl(c) {
			class[c] = 1
		}
	}
	class[0x7f] = 1
	return class
}()

// textControl tells the control characters that texts do have: \a \b \t \n \v \f
// \r, the end-of-file of DOS and the escape of terminals.
func textControl(c byte) bool {
	return c >= '\a' && c <= '\r' || c == 0x1a || c == 0x1b
}

// looksMail tells a mail message, or a mailbox of them, by its header: two or
// more usual fields of which one is of the kind that only mails have. One field
// is enough in a file called .eml or .mbox.
func looksMail(head []byte, ext string) bool {
	if len(head) == 0 || !isFieldName(head[:1]) {
		return false
	}
	named := ext == "eml" || ext == "mbox"
	mailbox := bytes.HasPrefix(head, []byte("From "))
	fields, sure := 0, 0
	for n := 0; n < 40 && len(head) > 0; n++ {
		var line []byte
		line, head, _ = bytes.Cut(head, []byte("\n"))
		switch {
		case n == 0 && mailbox, len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && fields > 0:
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || !isFieldName(name) {
			break
		}
		switch strings.ToLower(string(name)) {
		case "from", "received", "return-path", "message-id", "delivered-to", "mime-version":
			fields, sure = fields+1, sure+1
		case "to", "cc", "bcc", "subject", "date", "reply-to", "sender", "content-type", "x-mailer", "in-reply-to":
			fields++
		}
	}
	return fields >= 2 && sure >= 1 || (named || mailbox) && fields >= 1
}

func isFieldName(name []byte) bool {
	if len(name) == 0 || len(name) > 60 {
		return false
	}
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}
