package seal_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"strings"
	"testing"

	agetest "c2sp.org/CCTV/age"
	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/seal"
)

// vector is one file of the community's tests of the age format.
type vector struct {
	expect string
	digest string // of the content
	ids    []age.Identity
	file   []byte
}

func readVector(t *testing.T, name string) vector {
	t.Helper()
	b, err := fs.ReadFile(agetest.Vectors, name)
	if err != nil {
		t.Fatal(err)
	}
	var v vector
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
			v.ids = append(v.ids, parseIdentity(t, value))
		case "passphrase":
			id, err := age.NewScryptIdentity(value)
			if err != nil {
				t.Fatal(err)
			}
			v.ids = append(v.ids, id)
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

func parseIdentity(t *testing.T, text string) age.Identity {
	t.Helper()
	ids, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return ids[0]
}

// TestVectors: the 26 good files open to the right digest, by each way of
// opening; the 121 others fail, and DecryptTo and Verify release nothing.
func TestVectors(t *testing.T) {
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
		t.Run(e.Name(), func(t *testing.T) { holds(t, v) })
	}
	if good != 26 || bad != 121 {
		t.Errorf("%d good vectors and %d bad ones, want 26 and 121", good, bad)
	}
}

func holds(t *testing.T, v vector) {
	t.Helper()
	want := v.expect == "success"
	r, o := bytes.NewReader(v.file), seal.Options{Workers: 2}
	var out bytes.Buffer
	s, err := seal.DecryptTo(t.Context(), &out, r, v.ids, o)
	digest := sha256.Sum256(out.Bytes())
	switch {
	case (err == nil) != want:
		t.Fatalf("expect %s: %v", v.expect, err)
	case want && (hex.EncodeToString(digest[:]) != v.digest || s.Plain != digest):
		t.Fatal("another content")
	case !want && out.Len() > 0:
		t.Fatalf("%d bytes released", out.Len())
	}
	if s, err = seal.Verify(t.Context(), r, int64(len(v.file)), v.ids, o); (err == nil) != want || s.Plain != digest && want {
		t.Errorf("Verify: expect %s: %v", v.expect, err)
	}
	out.Reset()
	if _, err = seal.Decrypt(t.Context(), &out, bytes.NewReader(v.file), v.ids, o); (err == nil) != want {
		t.Errorf("Decrypt: expect %s: %v", v.expect, err)
	}
	// What is written before an error is what age writes too: it is authentic.
	var theirs []byte
	var src io.Reader = bytes.NewReader(v.file)
	armored := bytes.Contains(v.file, []byte("-----BEGIN"))
	if armored {
		src = armor.NewReader(src)
	}
	if tr, err := age.Decrypt(src, v.ids...); err == nil {
		theirs, _ = io.ReadAll(tr)
	}
	if !bytes.HasPrefix(theirs, out.Bytes()) {
		t.Errorf("%d bytes written that age does not give", out.Len())
	}
	at, err := seal.Open(r, int64(len(v.file)), v.ids...)
	var content []byte
	if err == nil {
		content, err = io.ReadAll(io.NewSectionReader(at, 0, at.Size()))
	}
	if err == nil && !want || err != nil && want && !armored {
		t.Errorf("Open: expect %s: %v", v.expect, err)
	} else if err == nil && sha256.Sum256(content) != digest {
		t.Error("Open: another content")
	}
}
