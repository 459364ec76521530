package archive

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

func TestNames(t *testing.T) {
	for raw, want := range map[string]string{
		"città.txt":       "città.txt",
		"citt\x85.txt":    "città.txt", // as DOS and Windows Explorer write
		"perch\x82":       "perché",
		"citt\xe0.txt":    "città.txt", // as programs for Windows write
		"perch\xe9 no":    "perché no",
		"a\x00\n\x1b/..":  "a\x00\n\x1b/..",
		"":                "",
		"\x93virgolette”": "ôvirgoletteΓÇ¥",
	} {
		if got := zipName([]byte(raw)); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
	for c := 0x80; c < 0x100; c++ {
		b := []byte{'a', byte(c)}
		dos, windows := charmap.CodePage437.DecodeByte(byte(c)), charmap.Windows1252.DecodeByte(byte(c))
		if got := []rune(cp437)[c-0x80]; got != dos {
			t.Errorf("code page 437, %x: %q, want %q", c, got, dos)
		}
		if got, _ := utf8.DecodeRuneInString(westernName(b)[1:]); got != windows {
			t.Errorf("Windows-1252, %x: %q, want %q", c, got, windows)
		}
	}
	for _, c := range []string{"x", "è", "€"} {
		long := zipName([]byte(strings.Repeat(c, 5000)))
		if len(long) > maxName || len(long) < maxName-3 || !utf8.ValidString(long) {
			t.Errorf("%d bytes of %s", len(long), c)
		}
	}
}
