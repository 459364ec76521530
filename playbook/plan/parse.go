package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"custode/internal/i18n"
	"custode/internal/textfile"
	"custode/playbook/fact"
)

// Limits of what Parse takes: a plan is written by hand.
const (
	maxBytes = 128 << 10
	maxSteps = 200
	maxDepth = 40
	maxBlank = 50 // empty lines in a row
)

// Error is a text that is no plan. It is one Fault, and says where.
type Error struct{ Fault }

func (e *Error) Error() string {
	at := fmt.Sprintf("line %d, column %d", e.Line, e.Column)
	if e.Step != "" {
		at += ", step " + e.Step
	}
	return fmt.Sprintf("plan: %s: %s: %s", at, e.Code, e.Detail)
}

// yamlPlan and yamlStep are the shape of the file.
type yamlPlan struct {
	Schema  string     `yaml:"schema"`
	ID      string     `yaml:"id"`
	Version string     `yaml:"version"`
	Title   i18n.Text  `yaml:"title"`
	When    i18n.Text  `yaml:"when"`
	Words   words      `yaml:"words"`
	Steps   []yamlStep `yaml:"steps"`
}

type words = struct {
	EN []string `yaml:"en"`
	IT []string `yaml:"it"`
}

type yamlStep struct {
	ID       string            `yaml:"id"`
	Type     Type              `yaml:"type"`
	Phase    Phase             `yaml:"phase,omitempty"`
	Role     Role              `yaml:"role,omitempty"`
	Say      i18n.Text         `yaml:"say,omitempty"`
	How      i18n.Text         `yaml:"how,omitempty"`
	DoNot    i18n.Text         `yaml:"do_not,omitempty"`
	Asks     []string          `yaml:"asks,omitempty"`
	Sets     map[string]string `yaml:"sets,omitempty"`
	Due      *yamlDue          `yaml:"due,omitempty"`
	Evidence []Evidence        `yaml:"evidence,omitempty"`
	Contacts []string          `yaml:"contacts,omitempty"`
	Letters  []string          `yaml:"letters,omitempty"`
	Drill    *Drill            `yaml:"drill,omitempty"`
	Sources  []string          `yaml:"sources,omitempty"`
	On       map[string]string `yaml:"on,omitempty"`
	Cautious string            `yaml:"cautious,omitempty"`
	Branches []string          `yaml:"branches,omitempty"`
	Body     string            `yaml:"body,omitempty"`
	Until    string            `yaml:"until,omitempty"`
	Max      int               `yaml:"max,omitempty"`
	For      string            `yaml:"for,omitempty"`
	Plan     string            `yaml:"plan,omitempty"`
	Next     string            `yaml:"next,omitempty"`
}

type yamlDue struct {
	Within string `yaml:"within"`
	From   string `yaml:"from"`
}

// place says where in the file a step and its fields stand.
type place struct {
	line   int
	fields map[string]int
}

// Parse reads a plan. What it gives is well-formed, not yet sound: Lint judges that.
// Its error is an *Error.
func Parse(book *fact.Book, raw []byte) (p *Plan, err error) {
	defer func() { // the YAML library panics over some broken texts
		if r := recover(); r != nil {
			p, err = nil, fail(raw, "yaml", "", 1, 1)
		}
	}()
	raw = textfile.Text(raw)
	if err := tooMuch(raw); err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return nil, fromYAML(raw, err)
	}
	root, err := rootOf(file, raw)
	if err != nil {
		return nil, err
	}
	var y yamlPlan
	if err := yaml.NewDecoder(bytes.NewReader(nil), yaml.Strict()).DecodeFromNode(root, &y); err != nil {
		return nil, fromYAML(raw, err)
	}
	return build(book, y, raw, places(root))
}

// build makes a plan of what stands in the file.
func build(book *fact.Book, y yamlPlan, raw []byte, places []place) (*Plan, error) {
	p := &Plan{ID: y.ID, Version: y.Version, Title: tidy(y.Title), When: tidy(y.When), Words: y.Words, Raw: bytes.Clone(raw), index: map[string]int{}, places: places}
	sum := sha256.Sum256(raw)
	p.Digest = hex.EncodeToString(sum[:])
	if y.Schema != Schema {
		return nil, fail(raw, "schema", printable(y.Schema), 1, 1)
	}
	if len(y.Steps) > maxSteps {
		return nil, fail(raw, "big", fmt.Sprintf("%d > %d", len(y.Steps), maxSteps), 1, 1)
	}
	for i, s := range y.Steps {
		step, err := s.step(book)
		if err == nil && p.index[s.ID] > 0 || i > 0 && s.ID == p.Steps[0].ID {
			err = &field{"id", "twice", printable(s.ID)}
		}
		if err != nil {
			return nil, p.failAt(i, s.ID, err)
		}
		p.index[s.ID] = i
		p.Steps = append(p.Steps, step)
	}
	if err := p.printable(); err != nil {
		return nil, err
	}
	return p, nil
}

// tooMuch refuses, before YAML sees it, what is no text, too long or nested too deep.
func tooMuch(raw []byte) error {
	switch {
	case len(raw) > maxBytes:
		return fail(nil, "big", fmt.Sprintf("%d > %d", len(raw), maxBytes), 1, 1)
	case !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0:
		at := bytes.IndexByte(raw, 0)
		for i := 0; at < 0 || i < at; {
			r, n := utf8.DecodeRune(raw[i:])
			if r == utf8.RuneError && n == 1 {
				at = i
				break
			}
			i += n
		}
		return fail(raw, "text", "", 1+bytes.Count(raw[:at], []byte("\n")), 1)
	}
	open, line, blank := 0, 0, 0
	for l := range bytes.Lines(raw) {
		line++
		if blank++; len(bytes.TrimSpace(l)) > 0 {
			blank = 0
		}
		if blank > maxBlank || bytes.Count(l, []byte("\r")) > 1 { // the YAML library takes long over them
			return fail(raw, "big", fmt.Sprintf("%d > %d", max(blank, maxBlank+1), maxBlank), line, 1)
		}
		indent := len(l) - len(bytes.TrimLeft(l, " -?:\t"))
		open += bytes.Count(l, []byte("{")) + bytes.Count(l, []byte("["))
		if indent > 2*maxDepth || open > maxDepth {
			return fail(raw, "deep", fmt.Sprint(max(indent, open)), line, 1)
		}
		open = max(0, open-bytes.Count(l, []byte("}"))-bytes.Count(l, []byte("]")))
	}
	return nil
}

// rootOf gives the mapping that the file is. A plan needs no anchors: what refers to
// other parts of the text could grow without end.
func rootOf(file *ast.File, raw []byte) (ast.Node, error) {
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, fail(raw, "yaml", "", 1, 1)
	}
	root := file.Docs[0].Body
	if _, ok := root.(ast.MapNode); !ok {
		return nil, fail(raw, "field", "", 1, 1)
	}
	for _, t := range []ast.NodeType{ast.AnchorType, ast.AliasType, ast.TagType, ast.MergeKeyType, ast.DirectiveType} {
		if found := ast.Filter(t, root); len(found) > 0 {
			pos := found[0].GetToken().Position
			return nil, fail(raw, "yaml", "", pos.Line, pos.Column)
		}
	}
	return root, nil
}

// fields runs through a mapping.
func fields(n ast.Node, each func(key string, line int, value ast.Node)) {
	m, ok := n.(ast.MapNode)
	if !ok {
		return
	}
	for it := m.MapRange(); it.Next(); {
		each(it.Key().GetToken().Value, it.Key().GetToken().Position.Line, it.Value())
	}
}

func places(root ast.Node) []place {
	var out []place
	fields(root, func(key string, _ int, steps ast.Node) {
		list, ok := steps.(*ast.SequenceNode)
		if key != "steps" || !ok {
			return
		}
		for _, s := range list.Values {
			at := place{fields: map[string]int{}}
			fields(s, func(key string, line int, _ ast.Node) {
				at.fields[key] = line
				if at.line == 0 || line < at.line {
					at.line = line
				}
			})
			out = append(out, at)
		}
	})
	return out
}

func (p *Plan) failAt(i int, id string, err error) error {
	var f *field
	if !errors.As(err, &f) {
		return err
	}
	return &Error{Fault{Step: printable(id), Code: f.code, Detail: f.detail, Line: p.line(i, f.name), Column: 1}}
}

// line gives the line of a field of a step, else that of the step.
func (p *Plan) line(i int, name string) int {
	if i >= len(p.places) {
		return 0
	}
	if l, ok := p.places[i].fields[name]; ok {
		return l
	}
	return p.places[i].line
}

// fromYAML tells where YAML is wrong and in which step.
func fromYAML(raw []byte, err error) error {
	line, column, code, detail := 1, 1, "yaml", ""
	if ye, ok := errors.AsType[yaml.Error](err); ok {
		if t := ye.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	var unknown *yaml.UnknownFieldError
	var kind *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	var over *yaml.OverflowError
	switch {
	case errors.As(err, &unknown):
		code = "field"
		if unknown.Token != nil {
			detail = printable(unknown.Token.Value)
		}
	case errors.As(err, &kind), errors.As(err, &node), errors.As(err, &over):
		code = "kind"
	}
	return fail(raw, code, detail, line, column)
}

var idLine = regexp.MustCompile(`(?m)^\s*(?:- +)?(?:\{ *)?id: *["']?([a-zA-Z0-9_-]+)`)

// fail makes an Error; the step is the one whose id stands last before that line.
func fail(raw []byte, code, detail string, line, column int) error {
	e := &Error{Fault{Code: code, Detail: detail, Line: line, Column: column}}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	if detail == "" { // the library's own words are English: the line itself tells more
		at := bytes.TrimSpace(lines[min(max(line, 1), len(lines))-1])
		e.Detail = printable(strings.ToValidUTF8(string(at), "\uFFFD"))
	}
	before := lines[:min(max(line, 0), len(lines))]
	first := false
	for _, l := range before {
		first = first || bytes.HasPrefix(l, []byte("steps:")) // a plan has an id too, and it stands before the steps
	}
	if !first {
		return e
	}
	for _, l := range slices.Backward(before) {
		if m := idLine.FindSubmatch(l); m != nil || bytes.HasPrefix(l, []byte("steps:")) {
			if m != nil {
				e.Step = string(m[1])
			}
			break
		}
	}
	return e
}
