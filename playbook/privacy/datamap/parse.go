package datamap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"custode/internal/i18n"
	"custode/internal/source"
	"custode/internal/textfile"
)

// Limits of what Parse takes: a declaration is written by hand.
const (
	maxBytes  = 128 << 10
	maxUses   = 60
	maxText   = 300
	maxMonths = 1200
	maxDeep   = 40
)

// Error is what is wrong in a privacy.yaml, and where (1-based). Its ID is of a closed
// list: yaml, large, unknown-key, type, trade, id, twice, category, basis, from, about, months,
// text, special, law, recipient, safeguard, where.
type Error struct {
	ID           string
	Line, Column int
	Args         []string // what was written, where it is a word of ours
}

func (e *Error) Error() string {
	return fmt.Sprintf("privacy.yaml:%d:%d: %s", e.Line, e.Column, e.ID)
}

// Parse reads a privacy.yaml. Its error is an *Error. The YAML library panics over some
// broken texts: they count as broken.
func Parse(raw []byte) (d Declaration, err error) {
	defer func() {
		if recover() != nil {
			d, err = Declaration{}, &Error{ID: "yaml", Line: 1, Column: 1}
		}
	}()
	raw = textfile.Text(raw)
	if tooMuch(raw) {
		return d, &Error{ID: "large", Line: 1, Column: 1}
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return d, yamlError(err)
	}
	if refers(file) {
		return d, &Error{ID: "yaml", Line: 1, Column: 1}
	}
	if err := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(&d); err != nil && !errors.Is(err, io.EOF) {
		return Declaration{}, yamlError(err)
	}
	path, id, args := d.wrong()
	if id == "" {
		return d, nil
	}
	e := &Error{ID: id, Args: args}
	e.Line, e.Column = position(file, path)
	return Declaration{}, e
}

// refers reports whether a text has what refers to other parts of it: that could grow
// without end, and a declaration needs none.
func refers(file *ast.File) bool {
	for _, doc := range file.Docs {
		for _, t := range []ast.NodeType{ast.AnchorType, ast.AliasType, ast.TagType, ast.MergeKeyType, ast.DirectiveType} {
			if doc.Body != nil && len(ast.Filter(t, doc.Body)) > 0 {
				return true
			}
		}
	}
	return false
}

// tooMuch reports whether a text is more than a declaration needs: the YAML library takes
// very long over lists in lists, empty lines in a row and odd ends of lines.
func tooMuch(raw []byte) bool {
	if len(raw) > maxBytes || !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return true
	}
	open, blank := 0, 0
	for l := range bytes.Lines(raw) {
		if blank++; len(bytes.TrimSpace(l)) > 0 {
			blank = 0
		}
		indent := len(l) - len(bytes.TrimLeft(l, " -?:\t"))
		open += bytes.Count(l, []byte("{")) + bytes.Count(l, []byte("["))
		if blank > maxDeep || bytes.Count(l, []byte("\r")) > 1 || indent > 2*maxDeep || open > maxDeep {
			return true
		}
		open = max(0, open-bytes.Count(l, []byte("}"))-bytes.Count(l, []byte("]")))
	}
	return false
}

func yamlError(err error) *Error {
	e := &Error{ID: "yaml", Line: 1, Column: 1}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		e.Line, e.Column = at.GetToken().Position.Line, at.GetToken().Position.Column
	}
	var unknown *yaml.UnknownFieldError
	var kind *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	switch {
	case errors.As(err, &unknown):
		e.ID, e.Args = "unknown-key", []string{unknown.Token.Value}
	case errors.As(err, &kind), errors.As(err, &node):
		e.ID = "type"
	}
	return e
}

// position finds where a path stands; what is missing is missed in what it belongs to.
func position(file *ast.File, path string) (line, column int) {
	for {
		if p, err := yaml.PathString(path); err == nil {
			if n, err := p.FilterFile(file); err == nil && n != nil {
				pos := n.GetToken().Position
				return pos.Line, pos.Column
			}
		}
		if !strings.Contains(path, ".") {
			return 1, 1
		}
		path = path[:strings.LastIndexAny(path, ".[")]
	}
}

var goodID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// wrong says what about a declaration can't stay, and where.
func (d Declaration) wrong() (path, id string, args []string) {
	if d.Trade != "" && !slices.ContainsFunc(Trades(), func(t Trade) bool { return t.ID == d.Trade }) {
		return "$.trade", "trade", []string{d.Trade}
	}
	c := d.Controller
	for _, f := range [][2]string{{"name", c.Name}, {"address", c.Address}, {"mail", c.Mail}, {"phone", c.Phone}, {"officer", c.Officer}} {
		if !plain(f[1]) {
			return "$.controller." + f[0], "text", nil
		}
	}
	if len(d.Uses) > maxUses {
		return "$.uses", "large", nil
	}
	for i, r := range d.Recipients {
		at := fmt.Sprintf("$.recipients[%d]", i)
		switch {
		case !goodID.MatchString(r.ID):
			return at + ".id", "id", []string{r.ID}
		case slices.ContainsFunc(d.Recipients[:i], func(o Recipient) bool { return o.ID == r.ID }):
			return at + ".id", "twice", []string{r.ID}
		case !said(r.Name):
			return at + ".name", "text", nil
		case !slices.Contains([]string{"", "adequacy", "clauses"}, r.Safeguard):
			return at + ".safeguard", "safeguard", []string{r.Safeguard}
		}
	}
	for i, u := range d.Uses {
		at := fmt.Sprintf("$.uses[%d]", i)
		if slices.ContainsFunc(d.Uses[:i], func(o Use) bool { return o.ID == u.ID }) {
			return at + ".id", "twice", []string{u.ID}
		}
		if field, id, args := d.wrongUse(u); id != "" {
			return at + "." + field, id, args
		}
	}
	for i, e := range d.Elsewhere {
		at := fmt.Sprintf("$.elsewhere[%d]", i)
		if _, ok := Find(e.Category); !ok {
			return at + ".category", "category", []string{e.Category}
		}
		if !plain(e.Where) || strings.TrimSpace(e.Where) == "" {
			return at + ".where", "where", nil
		}
	}
	return "", "", nil
}

// wrongUse says what about a use can't stay.
func (d Declaration) wrongUse(u Use) (field, id string, args []string) {
	switch {
	case !goodID.MatchString(u.ID):
		return "id", "id", []string{u.ID}
	case !said(u.Name):
		return "name", "text", nil
	case !said(u.Why):
		return "why", "text", nil
	case !slices.Contains([]string{"customers", "suppliers", "staff"}, u.About):
		return "about", "about", []string{u.About}
	case !slices.Contains([]Basis{Consent, Contract, Obligation, Interest}, u.Basis):
		return "basis", "basis", []string{string(u.Basis)}
	case len(u.Categories) == 0:
		return "categories", "category", []string{""}
	case u.Keep.Months < 0 || u.Keep.Months > maxMonths || u.Keep.Months == 0 && u.Keep.From != Withdrawal:
		return "keep.months", "months", nil
	case !slices.Contains([]From{LastContact, Invoice, Withdrawal}, u.Keep.From):
		return "keep.from", "from", []string{string(u.Keep.From)}
	}
	for i, c := range u.Categories {
		if _, ok := Find(c); !ok {
			return fmt.Sprintf("categories[%d]", i), "category", []string{c}
		}
	}
	for i, r := range u.Recipients {
		if !slices.ContainsFunc(d.Recipients, func(k Recipient) bool { return k.ID == r }) {
			return fmt.Sprintf("recipients[%d]", i), "recipient", []string{r}
		}
	}
	for i, f := range u.Folders {
		if !plain(f) || f == "" {
			return fmt.Sprintf("folders[%d]", i), "text", nil
		}
	}
	if slices.Contains(u.Categories, "health") && !slices.Contains(Conditions(), u.Special) {
		return "special", "special", []string{u.Special}
	}
	if u.Law != "" {
		if list, err := sources(); err != nil || !cited(list, u.Law) {
			return "law", "law", []string{u.Law}
		}
	}
	return "", "", nil
}

var sources = sync.OnceValues(source.Load)

func cited(list *source.List, ref string) bool {
	_, ok := list.Find(ref)
	return ok
}

// Conditions lists the conditions of Art. 9(2) GDPR under which a shop may hold data about
// health: explicit consent (a), employment (b), legal claims (f), care by a professional (h).
func Conditions() []string {
	return []string{"explicit-consent", "employment", "legal-claims", "health-care"}
}

// said reports whether a text is there, in one language at least, and short and plain.
func said(t i18n.Text) bool { return !t.Empty() && plain(t.EN) && plain(t.IT) }

func plain(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxText && !strings.ContainsFunc(s, unicode.IsControl)
}

// Encode writes a declaration as Parse reads it, under a comment.
func Encode(d Declaration, comment string) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.SplitSeq(comment, "\n") {
		if line != "" {
			b.WriteString("# " + line + "\n")
		}
	}
	raw, err := yaml.MarshalWithOptions(d, yaml.IndentSequence(true))
	b.Write(raw)
	return b.Bytes(), err
}
