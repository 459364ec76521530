package textfile_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"custode/internal/textfile"
)

func utf16Of(s string, order binary.AppendByteOrder) string {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

// TestText: however an editor left it, the text is the same.
func TestText(t *testing.T) {
	const text = "negozio: Caffè 😀\n  righe: 2\n"
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	for name, raw := range map[string]string{
		"plain": text, "CRLF": crlf, "BOM": "\ufeff" + text, "BOM and CRLF": "\ufeff" + crlf,
		"UTF-16": utf16Of(crlf, binary.LittleEndian), "UTF-16, other order": utf16Of(crlf, binary.BigEndian),
	} {
		if got := string(textfile.Text([]byte(raw))); got != text {
			t.Errorf("%s: %q", name, got)
		}
	}
	for raw, want := range map[string]string{
		"": "", "\ufeff": "", "\xff\xfe": "", "\xff\xfea": "\ufffd", "\xff\xfe\x00\xd8": "\ufffd", "\xff\xfe\x00\xd8a\x00": "\ufffda",
		"a\rb": "a\rb", "a\n\ufeffb": "a\n\ufeffb",
	} {
		if got := string(textfile.Text([]byte(raw))); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("\xff\xfe\x00\xd8a\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got := textfile.Text(raw); len(got) > 2*len(raw) {
			t.Errorf("%d bytes became %d", len(raw), len(got))
		}
	})
}
