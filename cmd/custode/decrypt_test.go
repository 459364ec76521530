package main

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	agetest "c2sp.org/CCTV/age"
	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"

	"custode/encrypt/keys"
	"custode/encrypt/seal"
	"custode/internal/secret"
)

// sealFiles seals files with the key of an identity file, as age -o F.age F && rm F:
// sealfile KEY_FILE FILE ...
func sealFiles(ts *testscript.TestScript, _ bool, args []string) {
	ids, err := age.ParseIdentities(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	var to age.Recipient
	switch id := ids[0].(type) {
	case *age.HybridIdentity:
		to = id.Recipient()
	case *age.X25519Identity:
		to = id.Recipient()
	}
	for _, f := range args[1:] {
		path := ts.MkAbs(f)
		info, err := os.Stat(path)
		ts.Check(err)
		content, err := os.ReadFile(path)
		ts.Check(err)
		ts.Check(os.WriteFile(path+".age", sealed(ts, content, to), info.Mode().Perm()))
		ts.Check(os.Chtimes(path+".age", info.ModTime(), info.ModTime()))
		ts.Check(os.Remove(path))
	}
}

func sealed(t interface{ Fatalf(string, ...any) }, content []byte, to age.Recipient) []byte {
	var b bytes.Buffer
	s, err := seal.Seal(context.Background(), &b, bytes.NewReader(content), []age.Recipient{to}, seal.Options{})
	if err != nil {
		t.Fatalf("%v", err)
	}
	s.Forget()
	return b.Bytes()
}

// spoilFile spoils a file: spoil FILE cut N, spoil FILE flip N, spoil FILE zero,
// spoil FILE grow N (to N bytes of text, before anything is sealed).
func spoilFile(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	n := 0
	if len(args) > 2 {
		n, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	switch args[1] {
	case "cut":
		b = b[:n]
	case "flip":
		b[n] ^= 1
	case "zero":
		clear(b)
	case "grow":
		b = bytes.Repeat(b, n/len(b)+1)[:n]
	default:
		ts.Fatalf("spoil: %s?", args[1])
	}
	ts.Check(os.WriteFile(path, b, 0o600))
}

// holdsOnly wants just these names in a folder: holds DIR NAME ...
func holdsOnly(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got, want := strings.Join(names, " "), strings.Join(args[1:], " "); got != want {
		ts.Fatalf("%s holds %s", args[0], got)
	}
}

// typeSheet writes the lines of a recovery sheet as somebody types them: typesheet
// KEY_FILE OUT [LINE], with two characters of that line swapped.
func typeSheet(ts *testscript.TestScript, _ bool, args []string) {
	id, err := keys.Parse(secret.FromString(strings.TrimSpace(ts.ReadFile(args[0]))))
	ts.Check(err)
	lines, err := keys.SheetLines(id)
	ts.Check(err)
	var out []string
	for i, l := range lines {
		b := []byte(strings.ToLower(string(l.Reveal())))
		if len(args) > 2 && args[2] == strconv.Itoa(i+1) {
			for k := 0; ; k++ {
				if b[k] != b[k+1] && b[k] != ' ' && b[k+1] != ' ' {
					b[k], b[k+1] = b[k+1], b[k]
					break
				}
			}
		}
		out = append(out, string(b))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(out, "\n")+"\n"), 0o600))
}

// vector is one file of the community's tests of the age format.
type vector struct {
	expect, digest, keys, passphrase string
	file                             []byte
}

func readVector(t *testing.T, name string) (v vector) {
	t.Helper()
	b, err := fs.ReadFile(agetest.Vectors, name)
	if err != nil {
		t.Fatal(err)
	}
	packed := false
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		if b = rest; !ok {
			t.Fatalf("%s: no payload", name)
		}
		if len(line) == 0 {
			break
		}
		key, value, _ := strings.Cut(string(line), ": ")
		switch key {
		case "expect":
			v.expect = value
		case "payload":
			v.digest = value
		case "identity":
			v.keys += value + "\n"
		case "passphrase":
			v.passphrase = value + "\n"
		case "compressed":
			packed = true
		}
	}
	if v.file = b; packed {
		r, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if v.file, err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// TestDecryptVectors: of the 147 vectors of the age format, the 26 good ones give
// the right content; the 121 others end with an error's code and leave no file.
func TestDecryptVectors(t *testing.T) {
	all, err := fs.ReadDir(agetest.Vectors, ".")
	if err != nil {
		t.Fatal(err)
	}
	good, bad := 0, 0
	for _, e := range all {
		v := readVector(t, e.Name())
		if v.expect == "success" {
			good++
		} else {
			bad++
		}
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			decryptsVector(t, v)
		})
	}
	if good != 26 || bad != 121 {
		t.Errorf("%d good vectors and %d bad ones, want 26 and 121", good, bad)
	}
}

func decryptsVector(t *testing.T, v vector) {
	t.Helper()
	dir, home := t.TempDir(), filepath.Join(t.TempDir(), "none")
	in, out := filepath.Join(dir, "in.age"), filepath.Join(dir, "out")
	args := []string{"decrypt", in, "-o", out}
	putFile(t, in, v.file)
	if v.keys != "" {
		args = append(args, "-i", filepath.Join(dir, "key"))
		putFile(t, filepath.Join(dir, "key"), []byte(v.keys))
	}
	if v.passphrase != "" {
		args = append(args, "--passphrase-file", filepath.Join(dir, "pass"))
		putFile(t, filepath.Join(dir, "pass"), []byte(v.passphrase))
	}
	before := names(t, dir)
	r := custode(t, home, args...)
	if v.expect != "success" {
		if after := names(t, dir); r.code < 64 || r.code == 70 || after != before || r.err == "" {
			t.Errorf("expect %s: exit %d %s; the folder holds %s", v.expect, r.code, r.err, after)
		}
		return
	}
	content, err := os.ReadFile(out)
	if sum := sha256.Sum256(content); r.code != 0 || err != nil || hex.EncodeToString(sum[:]) != v.digest {
		t.Errorf("exit %d %s, %v", r.code, r.err, err)
	}
}

func putFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(entries)
}

// TestDecryptMutated spoils a file in 500 ways, by a bit or at its end: each one is
// found, and leaves neither a file nor part of one, in its place or elsewhere.
func TestDecryptMutated(t *testing.T) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	whole := sealed(t, bytes.Repeat([]byte("Anna;055 0100\n"), 11_000), id.Recipient())
	rng := rand.New(rand.NewPCG(7, 7))
	const parts = 10
	for part := range parts {
		seeds := make([]int, 500/parts)
		for i := range seeds {
			seeds[i] = rng.IntN(len(whole))
		}
		t.Run(strconv.Itoa(part), func(t *testing.T) {
			t.Parallel()
			dir, home := t.TempDir(), filepath.Join(t.TempDir(), "none")
			in, key := filepath.Join(dir, "in.csv.age"), filepath.Join(dir, "key")
			putFile(t, key, []byte(id.String()+"\n"))
			putFile(t, in, whole)
			before := names(t, dir)
			for i, at := range seeds {
				bad := bytes.Clone(whole)
				if i%5 == 0 {
					bad = bad[:at]
				} else {
					if i%5 == 1 {
						at %= 2000 // the header
					}
					bad[at] ^= 1 << (i % 8)
				}
				putFile(t, in, bad)
				args := []string{"decrypt", "-i", key, in}
				if i%2 == 0 {
					args = append(args, "-o", filepath.Join(dir, "out"))
				}
				r := custode(t, home, args...)
				if after := names(t, dir); r.code != 65 && r.code != 77 || r.out != "" || after != before {
					t.Errorf("byte %d, %d: exit %d %s %s; the folder holds %s", at, i, r.code, r.out, r.err, after)
				}
				if now, err := os.ReadFile(in); err != nil || !bytes.Equal(now, bad) {
					t.Errorf("byte %d: the sealed file was touched", at)
				}
			}
		})
	}
}
