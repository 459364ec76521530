package question

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"custode/internal/i18n"
)

var same = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Question{}, "Line")}

// maker makes up files that Parse takes.
type maker struct{ *rand.Rand }

// pieces are what texts are made of, with all that means something to YAML.
var pieces = []string{
	"key", "a: b", "- c", "# d", `"`, `\`, "'", "{", "}", "[x]", ",", "&a", "*b", "!!c", "%", "@", "`", "|", ">", "\n", "\n\n", "~", "null", "true", "12", "0x1f", ".5",
	"é", "«»", "😀", "\u00a0", "\u3000", "\u2003", "---", "...", "? ", ": ", "<<", "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{", "=", "\\n", "\\u0041", "$(x)", "no", "  ",
}

func (m maker) plain(least int) string {
	s := ""
	for range least + m.IntN(6) {
		s += pieces[m.IntN(len(pieces))] + []string{"", " "}[m.IntN(2)]
	}
	if least > 0 {
		s = "x" + s + "x" // Parse takes off spaces at the ends
	} else if s != "" {
		s = "x" + s + "x"
	}
	return s
}

func (m maker) text() i18n.Text { return i18n.Text{EN: m.plain(1), IT: m.plain(1)} }

func (m maker) question(i int) Question {
	q := Question{
		ID: fmt.Sprintf("t-%d", i), Topic: "t", Objective: "a", Type: []Type{Single, Multiple, TrueFalse, Order, Spot}[m.IntN(5)], Level: 1 + m.IntN(3),
		Essential: m.IntN(2) == 0, Sources: []string{"GDPR:5(1)", "NCSC"}[:1+m.IntN(2)], Plans: []string{"p", "q"}[:m.IntN(3)], Text: m.text(), Explain: m.text(),
	}
	switch q.Type {
	case Single, Multiple:
		for j := range 3 + m.IntN(4) {
			o := Option{ID: fmt.Sprint(j), Text: m.text(), Right: j == 0 || j == 1 && q.Type == Multiple}
			if !o.Right {
				o.Why = m.text()
			}
			q.Options = append(q.Options, o)
		}
		m.Shuffle(len(q.Options), func(i, j int) { q.Options[i], q.Options[j] = q.Options[j], q.Options[i] })
	case TrueFalse:
		q.Statement = m.IntN(2) == 0
	case Order:
		for j := range 3 + m.IntN(4) {
			q.Steps = append(q.Steps, Step{ID: fmt.Sprint(j), Text: m.text()})
		}
	case Spot:
		q.Scene = &Scene{Kind: []SceneKind{Mail, Chat, Screen}[m.IntN(3)], Genuine: m.IntN(2) == 0}
		for j, kind := range []PartKind{From, ReplyTo, Subject, Body, Link, Attachment, Button}[:2+m.IntN(6)] {
			p := Part{ID: fmt.Sprint(j), Kind: kind, Text: m.text()}
			if kind == From || kind == ReplyTo || kind == Link {
				p.Target = "a@b.test"
			}
			switch {
			case !q.Scene.Genuine && j < 2:
				p.Clue = m.text()
			case m.IntN(2) == 0:
				p.Fine = m.text()
			}
			q.Scene.Parts = append(q.Scene.Parts, p)
		}
	}
	return q
}

// What Encode writes is read as the same file.
func TestEncode(t *testing.T) {
	seeds := uint64(40)
	if os.Getenv("CUSTODE_TORTURE") != "" {
		seeds = 4000
	}
	for seed := range seeds {
		m := maker{rand.New(rand.NewPCG(7, seed))}
		f := &File{Topic: "t", Title: m.text(), Objectives: []Objective{{ID: "a", Text: m.text()}}}
		f.Title.EN, f.Title.IT = "x", "y"
		for i := range 1 + m.IntN(5) {
			f.Questions = append(f.Questions, m.question(i))
		}
		raw, err := Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, read := range []func([]byte) (*File, error){Parse, ParseOwn} {
			again, err := read(raw)
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, raw)
			}
			if diff := cmp.Diff(f, again, same); diff != "" {
				t.Fatalf("seed %d:\n%s\n%s", seed, diff, raw)
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, bad := range []string{"\x1b[31m", "a\u202eb", "a\tb", "\xff", "\x00"} {
		f := &File{Topic: "t", Questions: []Question{{ID: "t-1", Type: TrueFalse, Level: 1, Text: i18n.Text{EN: bad, IT: "b"}}}}
		if raw, err := Encode(f); err == nil {
			t.Errorf("%q is written:\n%s", bad, raw)
		}
	}
}

// FuzzParse: no text makes Parse panic, what is wrong is an Error with a known code, and what
// is right can be written and read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(shop(f)))
	f.Add([]byte("schema: custode.quiz/1\nquestions:\n- {id: a, type: true-false, text: b, statement: true}\n"))
	f.Add([]byte("questions:\n  -\n  - &a {? b : *a}\n - c\nschema: |\n  x\n"))
	f.Add([]byte("schema: custode.quiz/1\nquestions: [{id: a, type: order, text: \"\\u0041\", steps: [{id: a}]}]\n"))
	for _, c := range cases {
		if len(c.bad) < 1000 {
			f.Add([]byte(c.bad))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, read := range []func([]byte) (*File, error){Parse, ParseOwn} {
			file, err := read(raw)
			if err != nil {
				for _, e := range told1(t, err) {
					if e.Detail == "" || e.Line < 1 || e.Column < 1 {
						t.Errorf("%+v", e)
					}
				}
				continue
			}
			out, err := Encode(file)
			if err != nil {
				t.Fatalf("%v\n%q", err, raw)
			}
			again, err := read(out)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if diff := cmp.Diff(file, again, same); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}
