package archive

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

func TestLooks(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range files {
		kind := strings.TrimPrefix(filepath.Ext(name), ".")
		switch {
		case kind == "md" || kind == "sh" || strings.HasSuffix(name, "prefix.zip") || strings.HasSuffix(name, "adjusted.zip"):
			kind = ""
		}
		seen++
		if got := Looks(fixture(t, filepath.Base(name))); got != kind {
			t.Errorf("%s looks like %q", name, got)
		}
	}
	if seen < 30 {
		t.Errorf("%d fixtures", seen)
	}
	for head, want := range map[string]string{
		"":                          "",
		"PK":                        "",
		"Rar!\x1a\x07\x00":          "rar",
		"Rar!\x1a\x07\x01\x00":      "rar",
		"\xfd7zXZ\x00\x00":          "xz",
		"\x28\xb5\x2f\xfd\x00":      "zstd",
		"MSCF\x00\x00\x00\x00":      "cab",
		"\x1f\x9d\x90":              "Z",
		"PK\x05\x06\x00":            "zip",
		"PK\x07\x08PK\x03\x04":      "zip",
		"BZh9 is not one":           "",
		"BZh91AY&SY":                "bz2",
		"\x1f\x8b\x08":              "gz",
		"Mario;mario@example.com":   "",
		strings.Repeat("\x00", 512): "",
		strings.Repeat("a", 512):    "",
		"\x20\x10-lh5-\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x20\x01": "lzh",
		"\x60\xea\x29\x00\x1e\x0b\x01\x00\x10\x00\x02\x00":                      "arj",
	} {
		if got := Looks([]byte(head)); got != want {
			t.Errorf("%.30q looks like %q", head, got)
		}
	}
}

// rar4 builds a RAR of version 4 from blocks of type, flags, and rest.
func rar4(blocks ...[]byte) []byte {
	return append([]byte("Rar!\x1a\x07\x00"), bytes.Join(blocks, nil)...)
}

func rar4Block(kind byte, flags uint16, rest, data string) []byte {
	return header("\x00\x00", kind, flags, uint16(7+len(rest)), []byte(rest), []byte(data))
}

func rar4File(flags uint16, data string) []byte {
	rest := header("", uint32(len(data)), make([]byte, 21), []byte("name"))
	return rar4Block(0x74, flags|0x8000, string(rest), data)
}

func vint(v uint64) string { return string(binary.AppendUvarint(nil, v)) }

func rar5(blocks ...string) []byte {
	return []byte("Rar!\x1a\x07\x01\x00" + strings.Join(blocks, ""))
}

func rar5Block(kind, flags uint64, rest string) string {
	body := vint(kind) + vint(flags) + rest
	return "\x00\x00\x00\x00" + vint(uint64(len(body))) + body
}

func rar5File(fileFlags uint64, extra, data string) string {
	flags, rest := uint64(2), ""
	if extra != "" {
		flags |= 1
		rest += vint(uint64(len(extra)))
	}
	rest += vint(uint64(len(data))) + vint(fileFlags) + vint(5) + vint(0) + vint(0) + vint(0) + vint(4) + "name" + extra
	return rar5Block(2, flags, rest) + data
}

func TestLocked(t *testing.T) {
	main4, end4 := rar4Block(0x73, 0, "123456", ""), rar4Block(0x7b, 0x4000, "", "")
	main5, end5 := rar5Block(1, 0, "\x00"), rar5Block(5, 0, "\x00")
	crypt := vint(3) + vint(1) + "xy"
	plain := vint(3) + vint(2) + "xy"
	for _, c := range []struct {
		why, format   string
		in            []byte
		locked, known bool
	}{
		{"plain", "7z", fixture(t, "plain.7z"), false, true},
		{"plain, open directory", "7z", fixture(t, "open.7z"), false, true},
		{"files", "7z", fixture(t, "files.7z"), true, true},
		{"directory", "7z", fixture(t, "headers.7z"), true, true},
		{"packed directory", "7z", fixture(t, "packed.7z"), false, false},
		{"nothing", "7z", nil, false, false},
		{"4, open", "rar", rar4(main4, rar4File(0, "data"), end4), false, true},
		{"4, closed", "rar", rar4(main4, rar4File(4, "data"), rar4File(4, "data"), end4), true, true},
		{"4, closed, without an end", "rar", rar4(main4, rar4File(4, "data")), true, true},
		{"4, some closed", "rar", rar4(main4, rar4File(4, "data"), rar4File(0, "data"), end4), false, true},
		{"4, a directory and a closed file", "rar", rar4(main4, rar4File(0xe0, ""), rar4File(4, "data"), end4), true, true},
		{"4, headers", "rar", rar4(rar4Block(0x73, 0x80, "123456", ""), noise(100)), true, true},
		{"4, rubbish", "rar", rar4(main4, make([]byte, 100)), false, false},
		{"4, cut", "rar", rar4(main4, rar4File(4, "data"), end4[:5]), false, false},
		{"5, open", "rar", rar5(main5, rar5File(0, "", "data"), end5), false, true},
		{"5, open with extras", "rar", rar5(main5, rar5File(0, plain, "data"), end5), false, true},
		{"5, closed", "rar", rar5(main5, rar5File(0, plain+crypt, "data"), rar5File(0, crypt, ""), end5), true, true},
		{"5, some closed", "rar", rar5(main5, rar5File(0, crypt, "data"), rar5File(0, "", ""), end5), false, true},
		{"5, a directory and a closed file", "rar", rar5(main5, rar5File(1, "", ""), rar5File(0, crypt, "data"), end5), true, true},
		{"5, headers", "rar", rar5(rar5Block(4, 0, "xyz")), true, true},
		{"5, rubbish", "rar", rar5(main5, string(bytes.Repeat([]byte{0xff}, 100))), false, false},
		{"another", "zip", fixture(t, "aes.zip"), false, false},
	} {
		locked, known := Locked(c.format, bytes.NewReader(c.in), int64(len(c.in)))
		if locked != c.locked || known != c.known {
			t.Errorf("%s: %s: locked %v, known %v", c.format, c.why, locked, known)
		}
		for n := range c.in { // no panic, and no lock for what is cut off
			Locked(c.format, bytes.NewReader(c.in[:n]), int64(n))
		}
	}
}

func TestLockedBitFlips(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for _, name := range []string{"plain.7z", "files.7z", "headers.7z", "packed.7z"} {
		b := fixture(t, name)
		for range 2000 {
			bad := bytes.Clone(b)
			bad[6+rnd.IntN(len(bad)-6)] ^= 1 << rnd.IntN(8)
			Locked("7z", bytes.NewReader(bad), int64(len(bad)))
		}
	}
}
