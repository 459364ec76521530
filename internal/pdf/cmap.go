package pdf

import (
	"encoding/binary"
	"errors"
)

var errFont = errors.New("pdf: the font cannot be read")

// coverage reads from a TrueType font which characters of the basic plane it has: its
// table "cmap" in format 4.
func coverage(font []byte) (map[rune]bool, error) {
	be := binary.BigEndian
	cmap := table(font, "cmap")
	if len(cmap) < 4 {
		return nil, errFont
	}
	for i := range int(be.Uint16(cmap[2:])) {
		rec := 4 + i*8
		if rec+8 > len(cmap) {
			return nil, errFont
		}
		at := int(be.Uint32(cmap[rec+4:]))
		if at+14 > len(cmap) || be.Uint16(cmap[at:]) != 4 {
			continue
		}
		return format4(cmap[at:])
	}
	return nil, errFont
}

// table finds a table of a font by its name.
func table(font []byte, name string) []byte {
	if len(font) < 12 {
		return nil
	}
	be := binary.BigEndian
	for i := range int(be.Uint16(font[4:])) {
		rec := 12 + i*16
		if rec+16 > len(font) {
			return nil
		}
		from, size := int(be.Uint32(font[rec+8:])), int(be.Uint32(font[rec+12:]))
		if string(font[rec:rec+4]) == name && from+size <= len(font) {
			return font[from : from+size]
		}
	}
	return nil
}

func format4(t []byte) (map[rune]bool, error) {
	be := binary.BigEndian
	n := int(be.Uint16(t[6:])) / 2
	if 16+8*n > len(t) {
		return nil, errFont
	}
	out := map[rune]bool{}
	for i := range n {
		end, start := int(be.Uint16(t[14+2*i:])), int(be.Uint16(t[16+2*n+2*i:]))
		delta, at := int(be.Uint16(t[16+4*n+2*i:])), 16+6*n+2*i
		offset := int(be.Uint16(t[at:]))
		for c := start; c <= end && c < 0xffff; c++ {
			glyph := c + delta
			if offset != 0 {
				p := at + offset + 2*(c-start)
				if p+2 > len(t) {
					return nil, errFont
				}
				glyph = int(be.Uint16(t[p:]))
				if glyph != 0 {
					glyph += delta
				}
			}
			if glyph&0xffff != 0 {
				out[rune(c)] = true //nolint:gosec // below 0xffff
			}
		}
	}
	return out, nil
}
