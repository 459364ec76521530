package mime

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// got is one part as a test sees it.
type got struct {
	Part
	Body string
}

// keeper keeps all that is handed over.
type keeper struct {
	headers []string
	lines   []int64
	parts   []got
	err     error // to return from Part
}

func (k *keeper) Header(_ int, text []byte, line int64) error {
	k.headers = append(k.headers, string(text))
	k.lines = append(k.lines, line)
	return nil
}

func (k *keeper) Part(p Part, body io.Reader) error {
	if k.err != nil {
		return k.err
	}
	b, err := io.ReadAll(body)
	k.parts = append(k.parts, got{p, string(b)})
	return err
}

func read(t *testing.T, src string) (*keeper, Info) {
	t.Helper()
	k := &keeper{}
	info, err := Read(t.Context(), strings.NewReader(src), false, Options{}, k)
	if err != nil {
		t.Fatal(err)
	}
	return k, info
}

// golden is what Python finds in a fixture.
type golden struct {
	Headers []string `json:"headers"`
	Parts   []goldenPart
}

type goldenPart struct {
	Type   string `json:"type"`
	Name   string `json:"name"`
	Depth  int    `json:"depth"`
	Alt    bool   `json:"alt"`
	Text   string `json:"text"`
	SHA256 string `json:"sha256"`
	Size   int    `json:"size"`
}

func TestAgainstPython(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 6 {
		t.Fatal("no fixtures", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want golden
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			base := strings.TrimSuffix(file, ".json")
			src, err := os.ReadFile(base + ".eml")
			if err != nil {
				if src, err = os.ReadFile(base + ".mbox"); err != nil {
					t.Fatal(err)
				}
			}
			k, info := read(t, string(src))
			if info.Unread != 0 || info.Broken != 0 || info.Encrypted != 0 {
				t.Errorf("%+v", info)
			}
			if diff := cmp.Diff(want.Parts, k.asGolden()); diff != "" {
				t.Errorf("parts (-python +ours):\n%s", diff)
			}
			for i, h := range want.Headers { // Python adds quotes around names that are not ASCII
				want.Headers[i] = strings.ReplaceAll(h, `"`, "")
			}
			if diff := cmp.Diff(want.Headers, k.fields("From", "To", "Subject")); diff != "" {
				t.Errorf("headers (-python +ours):\n%s", diff)
			}
			for i, h := range k.headers {
				checkLines(t, src, h, k.lines[i])
			}
		})
	}
}

// checkLines finds each field of a header where it should be in the file.
func checkLines(t *testing.T, src []byte, header string, line int64) {
	t.Helper()
	file := bytes.Split(src, []byte("\n"))
	for i, f := range strings.Split(header, "\n") {
		name, _, ok := strings.Cut(f, ":")
		if at := int(line) - 1 + i; ok && !bytes.HasPrefix(file[at], []byte(name+":")) {
			t.Errorf("%s is not on line %d", name, at+1)
		}
	}
}

func (k *keeper) asGolden() []goldenPart {
	var out []goldenPart
	for _, p := range k.parts {
		g := goldenPart{Type: p.Type, Name: p.Name, Depth: p.Depth, Alt: p.Alternative}
		if strings.HasPrefix(p.Type, "text/") {
			g.Text = strings.ReplaceAll(p.Body, "\r\n", "\n")
		} else {
			sum := sha256.Sum256([]byte(p.Body))
			g.SHA256, g.Size = hex.EncodeToString(sum[:]), len(p.Body)
		}
		out = append(out, g)
	}
	return out
}

func (k *keeper) fields(names ...string) []string {
	var out []string
	for _, h := range k.headers {
		for _, name := range names {
			for f := range strings.Lines(h) {
				if strings.HasPrefix(f, name+": ") {
					out = append(out, strings.ReplaceAll(strings.Join(strings.Fields(f), " "), `"`, ""))
				}
			}
		}
	}
	return out
}
