package question

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"custode/internal/i18n"
)

// reader turns the tree of YAML into questions. It walks the tree by hand, so that each
// mistake is told with its own line, also those that no YAML library knows of.
type reader struct {
	own     bool
	line    func(int) int // of the part that is being read: the line in the file
	now     string        // the id of the question that is being read
	errs    Errors
	ids     map[string]bool // of questions
	places  map[string]bool // what is wrong at this place is told already
	aims    map[string]bool // the objectives' ids; nil: the head could not be read
	topic   string
	onlyEN  *Error // own: the first text in English only, ...
	onlyIT  *Error
	both    *Error // ... and the first that has both
	counted int    // questions, good and bad
}

func (r *reader) full() bool { return len(r.errs) >= maxErrors }

// put notes an error.
func (r *reader) put(line, column int, code, detail string) {
	key := fmt.Sprint(line, ":", column, code, detail)
	if !r.full() && !r.places[key] {
		r.places[key] = true
		r.errs = append(r.errs, &Error{Line: line, Column: max(column, 1), Question: r.now, Code: code, Detail: detail})
	}
}

// fail notes an error at a node.
func (r *reader) fail(n ast.Node, code, detail string) {
	line, column := r.place(n)
	r.put(line, column, code, printable(detail))
}

// place says where in the file a node begins.
func (r *reader) place(n ast.Node) (line, column int) {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		n = m.Key
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return r.line(1), 1
	}
	return r.line(n.GetToken().Position.Line), n.GetToken().Position.Column
}

// wrong notes that a node is not what is wanted there.
func (r *reader) wrong(n ast.Node, name string) {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode, *ast.DirectiveNode:
		r.fail(n, "yaml", n.GetToken().Value) // what refers to other parts of the text could grow without end
	default:
		r.fail(n, "kind", name)
	}
}

// fields is a mapping that has been read. at is where it stands.
type fields struct {
	at  ast.Node
	all map[string]ast.Node
}

func (f fields) has(name string) bool { return f.all[name] != nil }

// fields reads a mapping that may have these fields; nil: it is none. An empty value is as
// good as a field that is not there.
func (r *reader) fields(n ast.Node, name string, may ...string) (fields, bool) {
	m, ok := n.(ast.MapNode)
	if !ok {
		r.wrong(n, name)
		return fields{}, false
	}
	out := fields{at: n, all: map[string]ast.Node{}}
	for it := m.MapRange(); it.Next(); {
		key := it.Key()
		if _, plain := key.(*ast.StringNode); !plain {
			r.wrong(key, name)
			continue
		}
		word := key.GetToken().Value
		if !slices.Contains(may, word) {
			r.fail(key, "field", word)
			continue
		}
		if _, empty := it.Value().(*ast.NullNode); !empty {
			out.all[word] = it.Value()
		}
	}
	return out, true
}

// needs notes which of some fields are not there.
func (r *reader) needs(f fields, names ...string) {
	for _, name := range names {
		if !f.has(name) {
			r.fail(f.at, "lacks", name)
		}
	}
}

// each runs through a list; how many entries it has.
func (r *reader) each(f fields, name string, do func(ast.Node)) int {
	n := f.all[name]
	if n == nil {
		return 0
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrong(n, name)
		return 0
	}
	for _, v := range list.Values {
		do(v)
	}
	return len(list.Values)
}

// word reads a text as it stands; numbers and yes or no are texts too.
func (r *reader) word(n ast.Node, name string) string {
	switch v := n.(type) {
	case nil, *ast.NullNode:
		return ""
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode:
		return v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return v.GetToken().Value
	}
	r.wrong(n, name)
	return ""
}

// words reads a list of words.
func (r *reader) words(f fields, name, code string, good func(string) bool) []string {
	var out []string
	r.each(f, name, func(n ast.Node) {
		w := r.word(n, name)
		if !good(w) || slices.Contains(out, w) {
			r.fail(n, code, w)
		}
		out = append(out, w)
	})
	return out
}

// truth reads true or false.
func (r *reader) truth(f fields, name string) bool {
	n := f.all[name]
	if n == nil {
		return false
	}
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.wrong(n, name)
		return false
	}
	return b.Value
}

// plain reads a text of one language and sees that it may be shown.
func (r *reader) plain(n ast.Node, name string, most int) string {
	s := strings.TrimSpace(r.word(n, name))
	if at := strings.IndexFunc(s, func(c rune) bool { return c == '\t' || forbidden(c) }); at >= 0 || !utf8.ValidString(s) {
		r.fail(n, "text", s)
	}
	if count := utf8.RuneCountInString(s); count > most {
		r.fail(n, "long", fmt.Sprintf("%s: %d > %d", name, count, most))
	}
	return s
}

// text reads a text in both languages.
func (r *reader) text(f fields, name string, most int) i18n.Text {
	n := f.all[name]
	if n == nil {
		return i18n.Text{}
	}
	if _, isMap := n.(ast.MapNode); !isMap {
		s := r.plain(n, name, most)
		switch {
		case s == "":
			r.fail(n, "lacks", name)
		case !r.own:
			r.fail(n, "languages", name)
		}
		return i18n.Text{EN: s, IT: s}
	}
	m, _ := r.fields(n, name, "en", "it")
	t := i18n.Text{EN: r.plain(m.all["en"], name, most), IT: r.plain(m.all["it"], name, most)}
	line, column := r.place(n)
	here := &Error{Line: line, Column: column, Question: r.now, Code: "languages", Detail: name}
	switch {
	case t.Empty():
		r.fail(n, "lacks", name)
	case !r.own && !t.Whole():
		r.fail(n, "languages", name)
	case t.IT == "":
		t.IT = t.EN
		r.onlyEN = first(r.onlyEN, here)
	case t.EN == "":
		t.EN = t.IT
		r.onlyIT = first(r.onlyIT, here)
	default:
		r.both = first(r.both, here)
	}
	return t
}

func first(a, b *Error) *Error {
	if a == nil {
		return b
	}
	return a
}

// end sees that a file of the shop's own is in one language, or in both, throughout.
func (r *reader) end(f *File) {
	r.now = ""
	if len(f.Questions) == 0 && len(r.errs) == 0 {
		r.put(1, 1, "lacks", "questions")
	}
	var odd *Error
	switch {
	case r.both != nil:
		odd = first(r.onlyEN, r.onlyIT)
	case r.onlyEN != nil && r.onlyIT != nil:
		odd = r.onlyIT
		if r.onlyEN.Line > r.onlyIT.Line {
			odd = r.onlyEN
		}
	}
	if odd != nil {
		r.now = odd.Question
		r.put(odd.Line, odd.Column, odd.Code, odd.Detail)
	}
}
