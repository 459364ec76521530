package sqlitefile

import (
	"bytes"
	"slices"
	"strings"
)

// definition is what a CREATE TABLE statement says of the records of a table.
type definition struct {
	columns []string // those that are stored
	alias   int      // the column that is the rowid, -1 for none
	order   []int    // WITHOUT ROWID: the column of each value of a record
}

// parseCreate reads a CREATE TABLE statement, as tolerant as the format of files needs:
// SQLite has checked the statement, or somebody has edited it. A statement that is
// no table with columns gives no columns. (https://www.sqlite.org/lang_createtable.html)
func parseCreate(sql []byte) definition {
	p := create{lex: lexer{b: sql}, alias: -1}
	if !p.statement() || len(p.columns) == 0 {
		return definition{alias: -1}
	}
	return p.definition()
}

// column is a column of a CREATE TABLE statement.
type column struct {
	name    string
	integer bool // its type is INTEGER and nothing else
	virtual bool // computed when it is read
}

type create struct {
	lex     lexer
	columns []column
	key     []string // the columns of the primary key
	alias   int      // the column that its own PRIMARY KEY makes the rowid
	ofTable bool     // the primary key is a constraint of the table
	noRowid bool
}

// statement reads all of it.
func (p *create) statement() bool {
	if !p.lex.next().is("CREATE") {
		return false
	}
	for {
		t := p.lex.next()
		if t.kind == end {
			return false
		}
		if t.is("TABLE") {
			break
		}
	}
	for {
		t := p.lex.next()
		if t.kind == end || t.is("AS") {
			return false
		}
		if t.sign('(') {
			break
		}
	}
	for p.item() {
		if len(p.columns) > mostColumns {
			return false
		}
	}
	for {
		t := p.lex.next()
		if t.kind == end {
			return true
		}
		p.noRowid = p.noRowid || t.is("ROWID")
	}
}

// item reads a column or a constraint of the table; false behind the last one.
func (p *create) item() bool {
	t := p.lex.next()
	for _, word := range [...]string{"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"} {
		if t.is(word) {
			return p.constraints(t)
		}
	}
	if t.kind != word && t.kind != quoted {
		return !t.sign(')') && t.kind != end
	}
	p.columns = append(p.columns, column{name: t.name()})
	c := &p.columns[len(p.columns)-1]
	var before, first token
	typed := 0
	inType := true
	for depth := 0; ; before = t {
		t = p.lex.next()
		switch {
		case t.kind == end:
			return false
		case t.sign('('):
			if depth++; before.is("AS") {
				c.virtual = true
			} else if inType {
				typed++ // INTEGER(10) is another type
			}
		case t.sign(')'):
			if depth--; depth < 0 {
				c.integer = typed == 1 && first.named("INTEGER")
				return false
			}
		case depth > 0:
		case t.sign(','):
			c.integer = typed == 1 && first.named("INTEGER")
			return true
		case inType && t.starts():
			inType = false
			c.integer = typed == 1 && first.named("INTEGER")
		case inType:
			if typed++; typed == 1 {
				first = t
			}
		case t.is("STORED") && c.virtual:
			c.virtual = false
		}
		if depth == 0 && t.is("KEY") && before.is("PRIMARY") {
			p.ownKey(c)
		}
	}
}

// ownKey reads on behind the PRIMARY KEY of a column.
func (p *create) ownKey(c *column) {
	p.key = []string{c.name}
	saved := p.lex
	if !p.lex.next().is("DESC") && c.integer { // INTEGER PRIMARY KEY DESC is no alias, for history's sake
		p.alias = len(p.columns) - 1
	}
	p.lex = saved
}

// constraints reads one or more constraints of the table, up to the comma or the end.
func (p *create) constraints(t token) bool {
	var before token
	for depth, key := 0, false; ; before, t = t, p.lex.next() {
		switch {
		case t.kind == end:
			return false
		case t.sign('('):
			depth++
			if before.is("KEY") && key {
				p.keyColumns()
				depth--
			}
		case t.sign(')'):
			if depth--; depth < 0 {
				return false
			}
		case depth == 0 && t.sign(','):
			return true
		case depth == 0 && t.is("KEY"):
			key = before.is("PRIMARY")
		}
	}
}

// keyColumns reads the columns of a PRIMARY KEY up to its closing bracket.
func (p *create) keyColumns() {
	p.key, p.ofTable = nil, true
	for first, depth := true, 0; ; {
		t := p.lex.next()
		switch {
		case t.kind == end, t.sign(')') && depth == 0:
			return
		case t.sign('('):
			depth++
		case t.sign(')'):
			depth--
		case t.sign(',') && depth == 0:
			first = true
		case first:
			p.key = append(p.key, t.name())
			first = false
		}
	}
}

// definition says how records are laid out (sections 2.3 and 2.4).
func (p *create) definition() definition {
	d := definition{alias: -1}
	place := make(map[string]int, len(p.columns)) // of what is stored
	for i, c := range p.columns {
		if c.virtual {
			continue
		}
		if i == p.alias {
			d.alias = len(d.columns)
		}
		name := strings.ToLower(c.name)
		if _, twice := place[name]; !twice {
			place[name] = len(d.columns)
		}
		if p.ofTable && len(p.key) == 1 && c.integer && strings.EqualFold(c.name, p.key[0]) {
			d.alias = len(d.columns)
		}
		d.columns = append(d.columns, c.name)
	}
	if !p.noRowid {
		return d
	}
	d.alias = -1
	inKey := make([]bool, len(d.columns))
	for _, name := range p.key {
		if i, ok := place[strings.ToLower(name)]; ok && !inKey[i] {
			inKey[i] = true
			d.order = append(d.order, i)
		}
	}
	for i, in := range inKey {
		if !in {
			d.order = append(d.order, i)
		}
	}
	if slices.IsSorted(d.order) {
		d.order = nil
	}
	return d
}

// The kinds of tokens.
const (
	end    = iota
	word   // a name or keyword without quotes, or a number
	quoted // in "", '', `` or []
	sign
)

type token struct {
	kind int
	text []byte
}

// is reports whether t is the given keyword.
func (t token) is(keyword string) bool { return t.kind == word && t.named(keyword) }

// named reports whether t, quoted or not, reads as the given word.
func (t token) named(w string) bool {
	return (t.kind == word || t.kind == quoted) && strings.EqualFold(t.name(), w)
}

func (t token) sign(c byte) bool { return t.kind == sign && t.text[0] == c }

// starts reports whether t ends the type of a column: a constraint begins.
func (t token) starts() bool {
	if t.kind != word {
		return false
	}
	for _, w := range [...]string{"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"} {
		if t.is(w) {
			return true
		}
	}
	return false
}

// name is the text of t without its quotes.
func (t token) name() string {
	if t.kind != quoted || len(t.text) < 2 {
		return string(t.text)
	}
	q, in := t.text[0], t.text[1:len(t.text)-1]
	if q != '[' {
		in = bytes.ReplaceAll(in, []byte{q, q}, []byte{q})
	}
	return string(in)
}

// lexer takes a statement apart (https://www.sqlite.org/lang_keywords.html, lang_comment.html).
type lexer struct {
	b []byte
	i int
}

func (l *lexer) next() token {
	l.blanks()
	if l.i == len(l.b) {
		return token{}
	}
	from := l.i
	c := l.b[l.i]
	l.i++
	switch c {
	case '"', '\'', '`', '[':
		l.quote(c)
		return token{quoted, l.b[from:l.i]}
	}
	if !nameByte(c) {
		return token{sign, l.b[from:l.i]}
	}
	for l.i < len(l.b) && nameByte(l.b[l.i]) {
		l.i++
	}
	return token{word, l.b[from:l.i]}
}

// quote goes behind the closing quote.
func (l *lexer) quote(c byte) {
	if c == '[' {
		c = ']'
	}
	for l.i < len(l.b) {
		l.i++
		if l.b[l.i-1] != c {
			continue
		}
		if c == ']' || l.i == len(l.b) || l.b[l.i] != c {
			return
		}
		l.i++
	}
}

// blanks passes over blanks and comments.
func (l *lexer) blanks() {
	for l.i < len(l.b) {
		rest := l.b[l.i:]
		switch {
		case rest[0] <= ' ':
			l.i++
		case bytes.HasPrefix(rest, []byte("--")):
			l.passTo(rest, "\n")
		case bytes.HasPrefix(rest, []byte("/*")):
			l.passTo(rest, "*/")
		default:
			return
		}
	}
}

func (l *lexer) passTo(rest []byte, mark string) {
	if n := bytes.Index(rest[2:], []byte(mark)); n >= 0 {
		l.i += 2 + n + len(mark)
	} else {
		l.i = len(l.b)
	}
}

func nameByte(c byte) bool {
	return c >= 0x80 || c == '_' || c == '$' || c == '.' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
