package secret_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"custode/internal/secret"
)

// word is what must not be seen, in any of the ways bytes are printed.
const word = "Tramonto-7319"

func leaks(out string) bool {
	b := []byte(word)
	for _, shape := range []string{
		word, fmt.Sprintf("%x", word), fmt.Sprintf("%X", word), fmt.Sprintf("%d", b), strings.TrimPrefix(fmt.Sprintf("%#v", b), "[]byte{"), fmt.Sprintf("%b", b),
		fmt.Sprintf("%o", b), fmt.Sprintf("%q", b), fmt.Sprintf("%c", b), fmt.Sprintf("%U", b), "VHJhbW9udG8tNzMxOQ",
	} {
		if strings.Contains(out, strings.Trim(shape, "[]}")) {
			return true
		}
	}
	return false
}

type outside struct {
	Name string
	Key  secret.Bytes
	Ptr  *secret.Bytes
}

type inside struct {
	name string
	key  secret.Bytes
	ptr  *secret.Bytes
	deep struct{ keys []secret.Bytes }
	m    map[string]secret.Bytes
}

func subjects() map[string]any {
	s := secret.FromString(word)
	in := inside{name: "shown", key: s, ptr: &s, m: map[string]secret.Bytes{"k": s}}
	in.deep.keys = []secret.Bytes{s, s}
	return map[string]any{
		"value": s, "pointer": &s, "list": []secret.Bytes{s}, "map": map[string]secret.Bytes{"a": s}, "array": [1]secret.Bytes{s},
		"exported field": outside{"shown", s, &s}, "pointer to exported field": &outside{"shown", s, &s},
		"unexported field": in, "pointer to unexported field": &in, "any": []any{s, &s},
	}
}

func TestNeverPrints(t *testing.T) {
	for name, v := range subjects() {
		for _, flags := range []string{"", "+", "#", "-", " ", "0", "20", "+#", ".3", "# "} {
			for verb := byte('A'); verb <= 'z'; verb++ {
				format := "%" + flags + string(verb)
				if out := fmt.Sprintf(format, v); leaks(out) {
					t.Errorf("%s with %s: %s", name, format, out)
				}
			}
		}
		if out := fmt.Sprint(v) + fmt.Sprintln(v) + fmt.Errorf("x: %v", v).Error(); leaks(out) {
			t.Errorf("%s: %s", name, out)
		}
		if out, err := json.Marshal(v); err != nil || leaks(string(out)) {
			t.Errorf("%s as JSON: %s, %v", name, out, err)
		}
		var b bytes.Buffer
		if _ = xml.NewEncoder(&b).Encode(v); leaks(b.String()) { // some of these XML cannot hold at all
			t.Errorf("%s as XML: %s", name, b.String())
		}
		if _ = gob.NewEncoder(&b).Encode(v); leaks(b.String()) {
			t.Errorf("%s as gob: %q", name, b.String())
		}
		for kind, h := range map[string]slog.Handler{"text": slog.NewTextHandler(&b, nil), "json": slog.NewJSONHandler(&b, nil)} {
			b.Reset()
			slog.New(h).Info("message", "key", v, slog.Group("g", "key", v))
			if b.Len() == 0 || leaks(b.String()) {
				t.Errorf("%s in slog %s: %s", name, kind, b.String())
			}
		}
	}
}

// TestLeaksSees proves that the test above can fail.
func TestLeaksSees(t *testing.T) {
	plain := struct{ key []byte }{[]byte(word)}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "%d", "%q"} {
		if out := fmt.Sprintf(format, plain); !leaks(out) {
			t.Errorf("%s: not seen in %s", format, out)
		}
	}
	if out, _ := json.Marshal(struct{ Key []byte }{[]byte(word)}); !leaks(string(out)) {
		t.Errorf("not seen in %s", out)
	}
}

// TestPanic lets a child die of a panic and reads what Go says about it.
func TestPanic(t *testing.T) {
	if name := os.Getenv("SECRET_PANIC"); name != "" {
		if name == "error" {
			panic(fmt.Errorf("lost: %v", secret.FromString(word)))
		}
		panic(subjects()[name])
	}
	names := []string{"error"}
	for name := range subjects() {
		names = append(names, name)
	}
	for _, name := range names {
		cmd := exec.Command(os.Args[0], "-test.run=^TestPanic$")
		cmd.Env = append(os.Environ(), "SECRET_PANIC="+name)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || !bytes.Contains(out, []byte("panic: ")) {
			t.Fatalf("%s: no panic: %v\n%s", name, err, out)
		}
		if leaks(string(out)) {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func TestWipe(t *testing.T) {
	raw := []byte(word)
	s := secret.New(raw)
	other := s
	if string(other.Reveal()) != word || other.Len() != len(word) {
		t.Fatal("the content is not there")
	}
	s.Wipe()
	if !bytes.Equal(raw, make([]byte, len(word))) {
		t.Errorf("after Wipe: %q", raw)
	}
	if other.Len() != 0 || other.Reveal() != nil {
		t.Error("a copy still has it")
	}
	s.Wipe()
	var zero secret.Bytes
	zero.Wipe()
	if zero.Len() != 0 || zero.Reveal() != nil || zero.String() != secret.Mask {
		t.Error("the zero value is not empty")
	}
}

func TestEqual(t *testing.T) {
	a := secret.FromString(word)
	if !a.Equal(secret.FromString(word)) || a.Equal(secret.FromString(word+"x")) || a.Equal(secret.Bytes{}) || !(secret.Bytes{}).Equal(secret.Bytes{}) {
		t.Error("Equal is wrong")
	}
}
