package fact

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrCond is an expression that cannot be understood.
var ErrCond = errors.New("not a condition")

// Cond is a condition on facts in three-valued logic:
//
//	data_encrypted == yes and (key_safe != yes or people_count >= 100)
//	data_kinds has health
//
// A comparison with a fact that is not known is Maybe, whatever the comparison. Of a tri
// only == and != are asked; of a number also < <= > >=; of a choice == and !=; of a list
// "has". "n/a" counts as not known.
type Cond struct {
	src  string
	eval func(Set) Tri
	keys []string
}

// Compile reads a condition.
func (b *Book) Compile(src string) (*Cond, error) {
	p := parser{book: b, rest: tokens(src)}
	eval, err := p.or(0)
	if err == nil && len(p.rest) > 0 {
		err = fmt.Errorf("%w: %q is too much", ErrCond, p.rest[0])
	}
	if err != nil {
		return nil, err
	}
	slices.Sort(p.keys)
	return &Cond{src: src, eval: eval, keys: slices.Compact(p.keys)}, nil
}

// Eval judges the condition by what is known.
func (c *Cond) Eval(s Set) Tri { return c.eval(s) }

// Keys are the facts that it asks for, sorted.
func (c *Cond) Keys() []string { return slices.Clone(c.keys) }

func (c *Cond) String() string { return c.src }

func tokens(src string) []string {
	for _, sign := range []string{"(", ")", "==", "!=", "<=", ">="} {
		src = strings.ReplaceAll(src, sign, " "+sign+" ")
	}
	return strings.Fields(src)
}

// deepest is how deep brackets and "not" may be nested.
const deepest = 50

type parser struct {
	book *Book
	rest []string
	keys []string
}

func (p *parser) take() string {
	if len(p.rest) == 0 {
		return ""
	}
	t := p.rest[0]
	p.rest = p.rest[1:]
	return t
}

func (p *parser) next(word string) bool {
	if len(p.rest) == 0 || p.rest[0] != word {
		return false
	}
	p.take()
	return true
}

func (p *parser) or(depth int) (func(Set) Tri, error) {
	return p.chain("or", depth, p.and, Tri.Or)
}

func (p *parser) and(depth int) (func(Set) Tri, error) {
	return p.chain("and", depth, p.not, Tri.And)
}

func (p *parser) chain(word string, depth int, part func(int) (func(Set) Tri, error), join func(Tri, Tri) Tri) (func(Set) Tri, error) {
	left, err := part(depth)
	for err == nil && p.next(word) {
		var right func(Set) Tri
		right, err = part(depth)
		before := left
		left = func(s Set) Tri { return join(before(s), right(s)) }
	}
	return left, err
}

func (p *parser) not(depth int) (func(Set) Tri, error) {
	if depth > deepest {
		return nil, fmt.Errorf("%w: nested too deep", ErrCond)
	}
	if p.next("not") {
		f, err := p.not(depth + 1)
		return func(s Set) Tri { return f(s).Not() }, err
	}
	if !p.next("(") {
		return p.atom()
	}
	f, err := p.or(depth + 1)
	if err == nil && !p.next(")") {
		err = fmt.Errorf("%w: a bracket is not closed", ErrCond)
	}
	return f, err
}

func (p *parser) atom() (func(Set) Tri, error) {
	key, op, want := p.take(), p.take(), p.take()
	d, ok := p.book.Find(key)
	if !ok {
		return nil, fmt.Errorf("%w: %w: %q", ErrCond, ErrNoFact, key)
	}
	p.keys = append(p.keys, key)
	bad := fmt.Errorf("%w: %s %s %s", ErrCond, key, op, want)
	switch d.Type {
	case YesNo, OneOf:
		if _, ok := d.canonical(want); !ok || op != "==" && op != "!=" {
			return nil, bad
		}
		return known(key, func(text string) bool { return (text == want) == (op == "==") }), nil
	case SomeOf:
		if _, ok := d.Option(want); !ok || op != "has" {
			return nil, bad
		}
		return known(key, func(text string) bool { return slices.Contains(strings.Split(text, ","), want) }), nil
	case Number:
		n, err := strconv.ParseInt(want, 10, 64)
		if err != nil || !slices.Contains([]string{"==", "!=", "<", "<=", ">", ">="}, op) {
			return nil, bad
		}
		return known(key, func(text string) bool {
			have, _ := strconv.ParseInt(text, 10, 64) // canonical
			return compare(have, op, n)
		}), nil
	case Free, Moment:
	}
	return nil, bad
}

func known(key string, f func(string) bool) func(Set) Tri {
	return func(s Set) Tri {
		v := s[key]
		if !v.Known() {
			return Maybe
		}
		return truth(f(v.Text))
	}
}

func compare(a int64, op string, b int64) bool {
	switch op {
	case "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}
