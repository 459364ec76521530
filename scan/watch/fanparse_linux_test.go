package watch

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// loader is the program that loads others.
func loader(t *testing.T) string {
	t.Helper()
	for _, p := range []string{"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"} {
		if full, err := filepath.EvalSymlinks(p); err == nil {
			return full
		}
	}
	t.Skip("no loader")
	return ""
}

func TestKindOfHead(t *testing.T) {
	self, err := os.ReadFile("/proc/self/exe")
	must(t, err)
	cat, err := os.ReadFile("/bin/cat")
	must(t, err)
	ld, err := os.ReadFile(loader(t))
	must(t, err)
	for name, c := range map[string]struct {
		head []byte
		want binaryKind
	}{
		"cat": {cat, loadedBinary}, "loader": {ld, plainBinary}, "script": {[]byte("#!/bin/sh\n"), scriptText},
		"empty": {nil, plainBinary}, "self": {self, kindOfHead(self)},
	} {
		if got := kindOfHead(c.head[:min(len(c.head), 4096)]); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestScriptArg(t *testing.T) {
	for line, want := range map[string]string{
		"sh\x00run.sh\x00secret\x00":     "run.sh",
		"python3\x00-u\x00/opt/x.py\x00": "/opt/x.py",
		"sh\x00-c\x00cat secret\x00":     "",
		"perl\x00-ne\x00print\x00":       "",
		"bash\x00--norc\x00x\x00":        "x",
		"sh\x00":                         "",
		"":                               "",
	} {
		if got := scriptArg([]byte(line)); got != want {
			t.Errorf("%q: %q", line, got)
		}
	}
}

func TestParseStat(t *testing.T) {
	got, err := parseStat([]byte("42 (a) b) (c) S 7 42 9 34816 42 0 1 2 3 4 5 6 7 8 20 0 1 0 12345 0 0"))
	if err != nil || got != (procStat{parent: 7, session: 9, terminal: true, start: 12345}) {
		t.Errorf("%+v %v", got, err)
	}
	got, err = parseStatus([]byte("Name:\tx\nUmask:\t0022\nPPid:\t7\nUid:\t1\t2\t3\t1000\nGid:\t1\n"))
	if err != nil || got != (procStat{uid: 1000, parent: 7}) {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range []string{"", "Uid:\t1", "\nUid:\t1\t2\t3\n", "\nUid:\t1\t2\t3\t-1\n"} {
		if _, err := parseStatus([]byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	for _, bad := range []string{"", "42", "42 (x) S 1", "42 (x) S a b c d e f g h i j k l m n o p q r s"} {
		if _, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// record is a record as the kernel writes it.
func record(mask uint64, pid int32, infos ...[]byte) []byte {
	body := bytes.Join(infos, nil)
	b := make([]byte, fanMetaSize, fanMetaSize+len(body))
	order.PutUint32(b, uint32(fanMetaSize+len(body)))
	b[4] = unix.FANOTIFY_METADATA_VERSION
	order.PutUint16(b[6:], fanMetaSize)
	order.PutUint64(b[8:], mask)
	order.PutUint32(b[16:], ^uint32(0))
	order.PutUint32(b[20:], uint32(pid))
	return append(b, body...)
}

func info(kind byte, handle, name string) []byte {
	b := make([]byte, fanFIDHead, 64)
	b[0] = kind
	copy(b[4:], "12345678")
	order.PutUint32(b[12:], uint32(len(handle)))
	order.PutUint32(b[16:], 1)
	b = append(append(b, handle...), name...)
	if name != "" {
		b = append(b, 0)
	}
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	order.PutUint16(b[2:], uint16(len(b)))
	return b
}

func TestParseFan(t *testing.T) {
	b := record(unix.FAN_RENAME, 7, info(unix.FAN_EVENT_INFO_TYPE_OLD_DFID_NAME, "HAND", "a"), info(unix.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME, "OTHER", "b c"), info(unix.FAN_EVENT_INFO_TYPE_FID, "FILE", ""))
	b = append(b, record(unix.FAN_OPEN, 8, info(unix.FAN_EVENT_INFO_TYPE_DFID_NAME, "HAND", "x"), info(99, "?", "?"))...)
	r, rest, err := parseFan(b)
	one := "12345678\x01\x00\x00\x00"
	if err != nil || r.dir != one+"HAND" || r.name != "a" || r.toDir != one+"OTHER" || r.to != "b c" || r.file != one+"FILE" || r.pid != 7 {
		t.Fatalf("%+v %v", r, err)
	}
	r, rest, err = parseFan(rest)
	if err != nil || len(rest) != 0 || r.name != "x" || r.pid != 8 || r.file != "" {
		t.Fatalf("%+v %v", r, err)
	}
}

func FuzzParseFan(f *testing.F) {
	f.Add(record(unix.FAN_OPEN, 8, info(unix.FAN_EVENT_INFO_TYPE_DFID_NAME, "HAND", "x")))
	f.Add(record(unix.FAN_RENAME, 7, info(unix.FAN_EVENT_INFO_TYPE_OLD_DFID_NAME, "HAND", "a"), info(unix.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME, "OTHER", "b c")))
	f.Add(record(unix.FAN_Q_OVERFLOW, 0))
	f.Add([]byte("nonsense that is longer than one record of the kernel"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for rest := b; len(rest) > 0; {
			r, next, err := parseFan(rest)
			if err != nil {
				return
			}
			if len(next) > len(rest)-fanMetaSize || len(r.name)+len(r.dir)+len(r.to)+len(r.toDir)+len(r.file) > 5*len(rest) {
				t.Fatalf("%d bytes left of %d", len(next), len(rest))
			}
			if _, err := openKey(r.dir, "/nowhere"); err == nil {
				t.Fatal("a made-up folder was opened")
			}
			rest = next
		}
	})
}

func FuzzParseProc(f *testing.F) {
	f.Add([]byte("42 (a) b) (c) S 7 42 9 34816 42 0 1 2 3 4 5 6 7 8 20 0 1 0 12345 0 0"))
	f.Add([]byte("Name:\tx\nUid:\t1\t2\t3\t1000\n"))
	f.Add([]byte("sh\x00-\x00--\x00-c\x00"))
	f.Add([]byte("\x7fELF\x02\x01"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = parseStat(b)
		_, _ = parseStatus(b)
		_ = scriptArg(b)
		_ = kindOfHead(b)
	})
}
