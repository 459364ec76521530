package office

import (
	"bytes"
	"strings"
)

// isLook tells parts that hold nothing of the document by their names: fonts,
// the settings of a printer.
func isLook(name string) bool {
	for _, end := range [...]string{".odttf", ".fntdata", ".ttf", ".otf", ".eot", ".woff", ".woff2"} {
		if hasSuffix(name, end) {
			return true
		}
	}
	return name == "layout-cache" || strings.Contains(name, "printersettings") && hasSuffix(name, ".bin")
}

// isDouble tells pictures of what is read anyway, or of the program, by their
// names.
func isDouble(name string) bool {
	for _, dir := range [...]string{"thumbnails/", "configurations2/", "docprops/thumbnail.", "objectreplacements/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return false
}

// formatOf tells the format by the folder of the main part.
func formatOf(name string) string {
	switch {
	case strings.HasPrefix(name, "xl/"):
		return "xlsx"
	case strings.HasPrefix(name, "word/"):
		return "docx"
	case strings.HasPrefix(name, "ppt/"):
		return "pptx"
	default:
		return ""
	}
}

// isBinarySheet tells the parts of a binary workbook, which cannot be read.
func isBinarySheet(name string) bool {
	return strings.HasPrefix(name, "xl/") && hasSuffix(name, ".bin") &&
		!strings.HasPrefix(name, "xl/embeddings/") && !strings.Contains(name, "printersettings") &&
		!hasSuffix(name, "vbaproject.bin")
}

// embedded hands over a part that is not XML, unless it is a picture.
func (r *reader) embedded(i int, name string) error {
	head := r.part.head()
	switch {
	case isPicture(head, name):
		r.info.Pictures += btoi(!isDouble(name))
		return nil
	case isLook(name) && bytes.IndexByte(head, 0) >= 0 && !isContainer(head):
		return nil
	case len(head) == 0:
		return r.settlePart()
	}
	size := r.dir.entries[i].size
	if err := r.h.Embedded(r.dir.label(i), size, &r.part); err != nil {
		if r.part.halt != nil {
			return r.part.halt
		}
		return err
	}
	return r.settlePart()
}

// settlePart counts a part that is not XML when something was wrong with it.
func (r *reader) settlePart() error {
	if r.part.halt != nil {
		return r.part.halt
	}
	if r.part.bad {
		r.unread(true)
	}
	return nil
}

// isPicture tells a picture by how it begins; by its name only one that is
// packed.
func isPicture(head []byte, name string) bool {
	for _, sign := range [...]string{
		"\x89PNG", "\xff\xd8\xff", "GIF8", "BM", "II*\x00", "MM\x00*", "II\xbc\x01", "VCLMTF",
		"\xd7\xcd\xc6\x9a", "\x01\x00\x09\x00", "\x02\x00\x09\x00", "\x00\x00\x01\x00", "8BPS",
	} {
		if bytes.HasPrefix(head, []byte(sign)) {
			return true
		}
	}
	if len(head) >= 44 && bytes.HasPrefix(head, []byte("\x01\x00\x00\x00")) && string(head[40:44]) == " EMF" {
		return true
	}
	if len(head) >= 12 && bytes.HasPrefix(head, []byte("RIFF")) && string(head[8:12]) == "WEBP" {
		return true
	}
	return bytes.HasPrefix(head, []byte("\x1f\x8b")) && (hasSuffix(name, ".emz") || hasSuffix(name, ".wmz") || hasSuffix(name, ".svgz"))
}

// isContainer tells files that hold others, whatever they are named.
func isContainer(head []byte) bool {
	for _, sign := range [...]string{"PK\x03\x04", "\xd0\xcf\x11\xe0", "%PDF", "7z\xbc\xaf", "Rar!", "\x1f\x8b"} {
		if bytes.HasPrefix(head, []byte(sign)) {
			return true
		}
	}
	return false
}
