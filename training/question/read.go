package question

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// OwnTopic is the topic of a file of the shop's own that names none.
const OwnTopic = "own"

// How long texts may be, in characters, and lists.
const (
	longTitle = 200
	longText  = 2000
	longShort = 1000 // an option, a step, a part and what is said about it

	leastOptions, mostOptions = 2, 12
	leastSteps, mostSteps     = 3, 9
	leastParts, mostParts     = 2, 20
)

var (
	goodID     = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	goodSource = regexp.MustCompile(`^[A-Z][A-Z0-9-]{0,39}(:[A-Za-z0-9][A-Za-z0-9 ().,-]{0,39})?$`)
	address    = regexp.MustCompile(`^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$`)
	link       = regexp.MustCompile(`^(?:[a-z][a-z0-9+.-]*://[^\s/?#]\S*|(?:mailto|tel|sms):\S+)$`)
)

// head reads what stands around the questions, and the questions where they are part of it.
func (r *reader) head(f *File, p part) {
	n := r.parsed(p)
	if n == nil {
		return
	}
	m, ok := r.fields(n, "schema", "schema", "topic", "title", "objectives", "questions")
	if !ok {
		return
	}
	if s := r.word(m.all["schema"], "schema"); s != Schema {
		at := m.all["schema"]
		if at == nil {
			at = n
		}
		r.fail(at, "schema", s)
		return
	}
	f.Topic, f.Title = OwnTopic, r.text(m, "title", longTitle)
	if m.has("topic") {
		f.Topic = r.id(m, "topic", nil)
	}
	r.topic, r.aims = f.Topic, map[string]bool{}
	r.each(m, "objectives", func(n ast.Node) {
		if o, ok := r.fields(n, "objectives", "id", "text"); ok {
			r.needs(o, "id", "text")
			f.Objectives = append(f.Objectives, Objective{ID: r.id(o, "id", r.aims), Text: r.text(o, "text", longShort)})
		}
	})
	if !r.own {
		r.needs(m, "topic", "title", "objectives")
	}
	r.each(m, "questions", func(n ast.Node) {
		r.now = ""
		r.question(f, n)
	})
}

// part reads one entry of the list of questions.
func (r *reader) part(f *File, p part) {
	n := r.parsed(p)
	if n == nil {
		return
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrong(n, "questions")
		return
	}
	for _, v := range list.Values {
		r.question(f, v)
	}
}

// id reads an id that is not yet among the others (nil: it stands alone).
func (r *reader) id(f fields, name string, others map[string]bool) string {
	n := f.all[name]
	if n == nil {
		return ""
	}
	id := r.word(n, name)
	switch {
	case !goodID.MatchString(id):
		r.fail(n, "id", id)
	case others[id]:
		r.fail(n, "twice", id)
	case others != nil:
		others[id] = true
	}
	return id
}

// parts of a question that go with its type only.
var goesWith = map[string][]Type{
	"options": {Single, Multiple}, "statement": {TrueFalse}, "steps": {Order}, "scene": {Spot},
}

func (r *reader) question(f *File, n ast.Node) {
	m, ok := r.fields(n, "questions", "id", "objective", "type", "level", "essential", "plans", "sources", "text", "options", "statement", "steps", "scene", "explain")
	if !ok {
		return
	}
	if r.counted++; r.counted > maxQuestions {
		r.fail(n, "big", fmt.Sprintf("%d > %d", r.counted, maxQuestions))
		return
	}
	if id := r.word(m.all["id"], "id"); goodID.MatchString(id) {
		r.now = id
	}
	q := Question{Topic: f.Topic, Level: 1}
	q.Line, _ = r.place(n)
	q.ID = r.id(m, "id", r.ids)
	if !r.own && r.topic != "" && q.ID != "" && !strings.HasPrefix(q.ID, r.topic+"-") {
		r.fail(m.all["id"], "id", q.ID)
	}
	q.Essential = r.truth(m, "essential")
	q.Plans = r.words(m, "plans", "plan", goodID.MatchString)
	q.Sources = r.words(m, "sources", "source", goodSource.MatchString)
	q.Text, q.Explain = r.text(m, "text", longText), r.text(m, "explain", longText)
	r.needs(m, "id", "type", "text")
	if !r.own {
		r.needs(m, "objective", "level", "sources", "explain")
	}
	if at := m.all["objective"]; at != nil {
		if q.Objective = r.word(at, "objective"); r.aims != nil && !r.aims[q.Objective] {
			r.fail(at, "objective", q.Objective)
		}
	}
	if at := m.all["level"]; at != nil {
		level, err := strconv.Atoi(r.word(at, "level"))
		if q.Level = level; err != nil || level < 1 || level > 3 {
			r.fail(at, "level", r.word(at, "level"))
		}
	}
	r.answers(&q, m)
	f.Questions = append(f.Questions, q)
}

// answers reads what goes with the type of a question.
func (r *reader) answers(q *Question, m fields) {
	at := m.all["type"]
	if at == nil {
		return
	}
	q.Type = Type(r.word(at, "type"))
	if !slices.Contains([]Type{Single, Multiple, TrueFalse, Order, Spot}, q.Type) {
		r.fail(at, "type", string(q.Type))
		return
	}
	for _, name := range []string{"options", "statement", "steps", "scene"} {
		switch goes := slices.Contains(goesWith[name], q.Type); {
		case goes && !m.has(name):
			r.fail(m.at, "lacks", name)
			return
		case !goes && m.has(name):
			r.fail(m.all[name], "extra", name)
		}
	}
	switch q.Type {
	case Single, Multiple:
		r.options(q, m)
	case TrueFalse:
		q.Statement = r.truth(m, "statement")
	case Order:
		r.steps(q, m)
	case Spot:
		q.Scene = r.scene(m.all["scene"])
	}
}

func (r *reader) options(q *Question, m fields) {
	ids, right := map[string]bool{}, 0
	n := r.each(m, "options", func(n ast.Node) {
		o, ok := r.fields(n, "options", "id", "text", "right", "why")
		if !ok {
			return
		}
		r.needs(o, "id", "text")
		opt := Option{ID: r.id(o, "id", ids), Text: r.text(o, "text", longShort), Right: r.truth(o, "right"), Why: r.text(o, "why", longShort)}
		if opt.Right {
			right++
		} else if !r.own {
			r.needs(o, "why")
		}
		q.Options = append(q.Options, opt)
	})
	if n != len(q.Options) {
		return // what is missing has been told
	}
	at, count := m.all["options"], fmt.Sprint(right)
	switch {
	case n < leastOptions || n > mostOptions:
		r.fail(at, "options", fmt.Sprint(n))
	case right == 0:
		r.fail(at, "no-right", count)
	case q.Type == Single && right > 1:
		r.fail(at, "two-right", count)
	case right == n:
		r.fail(at, "no-wrong", count)
	case q.Type == Multiple && right < 2:
		r.fail(at, "one-right", count)
	}
}

func (r *reader) steps(q *Question, m fields) {
	ids := map[string]bool{}
	n := r.each(m, "steps", func(n ast.Node) {
		if s, ok := r.fields(n, "steps", "id", "text"); ok {
			r.needs(s, "id", "text")
			q.Steps = append(q.Steps, Step{ID: r.id(s, "id", ids), Text: r.text(s, "text", longShort)})
		}
	})
	if n < leastSteps || n > mostSteps {
		r.fail(m.all["steps"], "steps", fmt.Sprint(n))
	}
}

func (r *reader) scene(n ast.Node) *Scene {
	m, ok := r.fields(n, "scene", "kind", "genuine", "parts")
	if !ok {
		return nil
	}
	r.needs(m, "kind", "genuine", "parts")
	s := &Scene{Genuine: r.truth(m, "genuine")}
	if at := m.all["kind"]; at != nil {
		if s.Kind = SceneKind(r.word(at, "kind")); !slices.Contains([]SceneKind{Mail, Chat, Screen}, s.Kind) {
			r.fail(at, "scene", string(s.Kind))
		}
	}
	ids := map[string]bool{}
	count := r.each(m, "parts", func(n ast.Node) { r.scenePart(s, n, ids) })
	switch clues := len(s.Clues()); {
	case !m.has("parts"):
	case count < leastParts || count > mostParts:
		r.fail(m.all["parts"], "parts", fmt.Sprint(count))
	case m.has("genuine") && s.Genuine != (clues == 0):
		r.fail(m.all["genuine"], "verdict-clues", fmt.Sprint(clues))
	}
	return s
}

func (r *reader) scenePart(s *Scene, n ast.Node, ids map[string]bool) {
	m, ok := r.fields(n, "parts", "id", "kind", "text", "target", "clue", "fine")
	if !ok {
		return
	}
	r.needs(m, "id", "kind")
	p := Part{
		ID: r.id(m, "id", ids), Kind: PartKind(r.word(m.all["kind"], "kind")), Text: r.text(m, "text", longText),
		Target: r.plain(m.all["target"], "target", longShort), Clue: r.text(m, "clue", longShort), Fine: r.text(m, "fine", longShort),
	}
	s.Parts = append(s.Parts, p)
	if !slices.Contains([]PartKind{From, ReplyTo, Subject, Body, Link, Attachment, Button}, p.Kind) {
		if m.has("kind") {
			r.fail(m.all["kind"], "part", string(p.Kind))
		}
		return
	}
	if p.Kind != ReplyTo {
		r.needs(m, "text")
	}
	if !p.Clue.Empty() && !p.Fine.Empty() {
		r.fail(m.all["fine"], "extra", "fine")
	}
	at := m.all["target"]
	if at == nil {
		at = n
	}
	mailed := s.Kind == Mail && (p.Kind == From || p.Kind == ReplyTo)
	switch {
	case p.Kind == Link && !link.MatchString(p.Target) && !address.MatchString(p.Target),
		mailed && !address.MatchString(p.Target),
		p.Kind == ReplyTo && p.Target == "",
		strings.ContainsRune(p.Target, '\n'):
		r.fail(at, "target", p.Target)
	}
}
