package reader

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// placed is a sink that also notes the parts.
type placed struct {
	record
	parts []string
}

func (p *placed) Part(at Part) {
	s := fmt.Sprintf("%s|%d|%s|%d", at.Path, at.Index, at.Section, at.Unit)
	if n := len(p.parts); n == 0 || p.parts[n-1] != s {
		p.parts = append(p.parts, s)
	}
}

// rtfObject is an object in the wrapping that programs give to a file which was
// put into a letter.
func rtfObject(name, content string) string {
	long := func(n int) string { return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}) }
	inner := "\x02\x00" + name + "\x00C:\\" + name + "\x00\x00\x00\x03\x00" + long(3) + "C:\x00" + long(len(content)) + content
	return `{\object\objemb{\*\objdata ` + hex.EncodeToString([]byte("\x01\x05\x00\x00"+long(2)+long(8)+"Package\x00"+long(0)+long(0)+long(len(inner))+inner)) + `}}`
}

func rtfRow(cells ...string) string {
	return `\trowd\pard\intbl ` + strings.Join(cells, `\cell `) + `\cell\row `
}

const rtfHead = `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f6\fcharset130 Johab;}}`

func TestRTF(t *testing.T) {
	table := rtfRow("Nome", "E-mail") + rtfRow("Mario", `mario{\b @}example.com`)
	for _, c := range []struct {
		name, src string
		out       Outcome
		got       []string
		parts     []string
	}{
		{
			"a letter", rtfHead + `Gentile Mario,\par a presto{\footnote nota}}`,
			Outcome{Format: "rtf", Examined: true},
			[]string{`text "Gentile Mario,\na presto\nnota\n"`},
			[]string{"|0||3", "|0|note|3"},
		},
		{
			"two tables", rtfHead + table + `\pard\par ` + table + `{\footnote nota}` + rtfRow("Anna", "", "x") + `}`,
			Outcome{Format: "rtf", Examined: true},
			[]string{
				`column 0 "Nome" field=false`, `column 1 "E-mail" field=false`, `2: 0="Mario"`, `2: 1="mario@example.com"`, `end`,
				`text "\nnota\n"`, // the rows are held until the header is known
				`column 2 "Nome" field=false`, `column 3 "E-mail" field=false`, `2: 2="Mario"`, `2: 3="mario@example.com"`, `end`,
				`3: 2="Anna"`, `column 4`, `3: 4="x"`, `end`,
			},
			[]string{"|1||2", "|0||3", "|0|note|3", "|2||2"},
		},
		{
			"a file inside", rtfHead + `a` + rtfObject("clienti.csv", "nome;email\nMario;mario@example.com\n") + `}`,
			Outcome{Format: "rtf", Examined: true},
			[]string{`column 0 "nome" field=false`, `column 1 "email" field=false`, `2: 0="Mario"`, `2: 1="mario@example.com"`, `end`, `text "a\n"`},
			[]string{"clienti.csv|0||0", "|0||3"},
		},
		{
			"a file that is not read", rtfHead + `a` + rtfObject("x.7z", "7z\xbc\xaf\x27\x1c........") + `}`,
			Outcome{Format: "rtf", Reason: ReasonPart, Unread: []Unread{{"x.7z", ReasonNoReader}}},
			[]string{`text "a\n"`},
			[]string{"|0||3"},
		},
		{
			"a sealed file", rtfHead + `a` + rtfObject("x.age", "age-encryption.org/v1\n...") + `}`,
			Outcome{Format: "rtf", Examined: true, Sealed: 1},
			[]string{`text "a\n"`},
			[]string{"|0||3"},
		},
		{
			"a picture", rtfHead + `a{\pict 00}}`, Outcome{Format: "rtf", Examined: true, Pictures: 1}, []string{`text "a\n"`}, []string{"|0||3"},
		},
		{
			"nothing but a picture", rtfHead + `{\info{\author Anna}}{\pict 00}\par}`,
			Outcome{Format: "rtf", Reason: ReasonImageOnly, Pictures: 1},
			[]string{`text "\nAnna\n"`},
			[]string{"|0||3", "|0|properties|3"},
		},
		{
			"cut off", rtfHead + `mario@example.com`, Outcome{Format: "rtf", Reason: ReasonDamaged}, []string{`text "mario@example.com\n"`}, []string{"|0||3"},
		},
		{
			"a code page that is not known", rtfHead + `a{\f6\'88}}`, Outcome{Format: "rtf", Reason: ReasonEncoding}, []string{`text "aˆ\n"`}, []string{"|0||3"},
		},
	} {
		s := &placed{record: record{t: t, lines: true, context: 512}}
		out, err := NewReader().Read(context.Background(), strings.NewReader(c.src), "a", s)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		s.flush()
		c.out.Bytes = int64(len(c.src))
		if diff := cmp.Diff(c.out, out); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.got, s.out); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.parts, s.parts); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestRTFMail reads a letter that is attached to a mail, and one that is too deep.
func TestRTFMail(t *testing.T) {
	src := rtfHead + `mario@example.com}`
	for range maxNested - 1 {
		src = rtfHead + rtfObject("a.rtf", src) + "}"
	}
	got, out := readString(t, "From: a@example.org\nSubject: x\nContent-Type: application/rtf; name=\"l.rtf\"\n\n"+src, "a.eml")
	if out.Examined || !slices.ContainsFunc(out.Unread, func(u Unread) bool { return u.Reason == ReasonDeep }) {
		t.Errorf("%+v %q", out, got)
	}
	got, out = readString(t, "From: a@example.org\nSubject: x\nContent-Type: application/rtf; name=\"l.rtf\"\n\n"+rtfHead+`mario{\i @}example.com}`, "a.eml")
	if !out.Examined || !strings.Contains(strings.Join(got, "\n"), "mario@example.com") {
		t.Errorf("%+v %q", out, got)
	}
}

// TestRTFBroken: what can't be read any more is not examined, and says so.
func TestRTFBroken(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out, err := NewReader().Read(ctx, bytes.NewReader([]byte(rtfHead+"a}")), "a.rtf", &record{t: t})
	if err == nil || out.Examined || out.Reason != ReasonBroken {
		t.Errorf("%+v %v", out, err)
	}
}
