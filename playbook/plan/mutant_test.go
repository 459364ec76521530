package plan

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"custode/internal/i18n"
)

// embedded gives the plans that are built in, and the one of the tests.
func embedded(tb testing.TB) []*Plan {
	tb.Helper()
	lib, err := Load(book(tb))
	if err != nil {
		tb.Fatal(err)
	}
	shop, err := Parse(book(tb), []byte(read(tb, "shop.yaml")))
	if err != nil {
		tb.Fatal(err)
	}
	return append(lib.All(), shop)
}

// What Encode writes is read as the same plan.
func TestEncode(t *testing.T) {
	for _, p := range embedded(t) {
		raw, err := Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(book(t), raw)
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		if diff := cmp.Diff(p.file(), again.file(), cmp.AllowUnexported(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s:\n%s", p.ID, diff)
		}
	}
}

// A mutant breaks a plan in one way; blame lists the steps of which one must be named (none:
// any will do), and it may find that this plan has nothing to break (false).
type mutant struct {
	name string
	harm func(r *rand.Rand, y *yamlPlan) (blame []string, ok bool)
}

// pick chooses a step that fits.
func pick(r *rand.Rand, y *yamlPlan, fits func(s *yamlStep) bool) (*yamlStep, bool) {
	var all []*yamlStep
	for i := range y.Steps {
		if fits(&y.Steps[i]) {
			all = append(all, &y.Steps[i])
		}
	}
	if len(all) == 0 {
		return nil, false
	}
	return all[r.IntN(len(all))], true
}

func of(types ...Type) func(s *yamlStep) bool {
	return func(s *yamlStep) bool { return slices.Contains(types, s.Type) }
}

func notStart(s *yamlStep) bool { return s.Type != Start }

// referrers lists the steps that lead to a step.
func referrers(y *yamlPlan, id string) []string {
	var out []string
	for _, s := range y.Steps {
		if s.Next == id || s.Body == id || slices.Contains(s.Branches, id) || slices.Contains(slices.Collect(maps.Values(s.On)), id) {
			out = append(out, s.ID)
		}
	}
	return out
}

// texts lists the texts of a step that are there.
func texts(s *yamlStep) []*i18n.Text {
	var out []*i18n.Text
	for _, t := range []*i18n.Text{&s.Say, &s.How, &s.DoNot} {
		if !t.Empty() {
			out = append(out, t)
		}
	}
	for i := range s.Evidence {
		out = append(out, &s.Evidence[i].What)
	}
	return out
}

// lead sets one of the ways on of a step.
func lead(r *rand.Rand, s *yamlStep, to string) {
	switch {
	case len(s.On) > 0:
		keys := slices.Sorted(maps.Keys(s.On))
		s.On[keys[r.IntN(len(keys))]] = to
	case len(s.Branches) > 0 && r.IntN(2) == 0:
		s.Branches[r.IntN(len(s.Branches))] = to
	case s.Body != "" && r.IntN(2) == 0:
		s.Body = to
	default:
		s.Next = to
	}
}

// before lists the steps on the ways from the start to a step, itself included, but repeats,
// to which their bodies rightly come back.
func before(y *yamlPlan, id string) []string {
	out, todo := []string{}, []string{id}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		if slices.Contains(out, at) {
			continue
		}
		out = append(out, at)
		todo = append(todo, referrers(y, at)...)
	}
	return slices.DeleteFunc(out, func(id string) bool {
		return slices.ContainsFunc(y.Steps, func(s yamlStep) bool { return s.ID == id && (s.Type == Repeat || s.Type == Start) })
	})
}

var mutants = []mutant{
	{"dropped", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, notStart)
		id := s.ID
		y.Steps = slices.DeleteFunc(y.Steps, func(o yamlStep) bool { return o.ID == id })
		return referrers(y, id), ok
	}},
	{"no start", func(_ *rand.Rand, y *yamlPlan) ([]string, bool) {
		y.Steps = y.Steps[1:]
		return []string{y.Steps[0].ID}, true
	}},
	{"renamed", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, notStart)
		who := referrers(y, s.ID)
		s.ID += "-x"
		return who, ok
	}},
	{"dangling", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(s *yamlStep) bool { return s.Type != End })
		lead(r, s, "nowhere")
		return []string{s.ID}, ok
	}},
	{"cyclic", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(s *yamlStep) bool { return s.Type != End && s.Type != Start })
		if back := before(y, s.ID); ok && len(back) > 0 {
			s.Next, s.Type = back[r.IntN(len(back))], Action
			s.On, s.Cautious, s.Branches, s.Body, s.Until, s.Max, s.For, s.Plan = nil, "", nil, "", "", 0, "", ""
		}
		return nil, ok
	}},
	{"one language", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(s *yamlStep) bool { return len(texts(s)) > 0 })
		t := texts(s)[r.IntN(len(texts(s)))]
		if r.IntN(2) == 0 {
			t.EN = ""
		} else {
			t.IT = " "
		}
		return []string{s.ID}, ok
	}},
	{"other type", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(*yamlStep) bool { return true })
		all := slices.DeleteFunc(slices.Sorted(maps.Keys(shapes)), func(t Type) bool { return t == s.Type })
		s.Type = append(all, "weight")[r.IntN(len(all)+1)]
		return []string{s.ID}, ok
	}},
	{"twice", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(*yamlStep) bool { return true })
		twin := *s
		y.Steps = slices.Insert(y.Steps, r.IntN(len(y.Steps)+1), twin)
		return []string{twin.ID}, ok
	}},
	{"no answer", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, of(Decision, Choice))
		if ok {
			keys := slices.Sorted(maps.Keys(s.On))
			delete(s.On, keys[r.IntN(len(keys))])
			return []string{s.ID}, true
		}
		return nil, false
	}},
	{"careless", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(s *yamlStep) bool { return s.Type == Decision && s.On["yes"] != s.On["no"] })
		if ok {
			s.Cautious = map[string]string{"yes": "no", "no": "yes"}[s.Cautious]
			return []string{s.ID}, true
		}
		return nil, false
	}},
	{"unsourced", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, of(Action, Decision, Choice, Wait))
		s.Sources = [][]string{nil, {"HEARSAY"}, {"GDPR:"}}[r.IntN(3)]
		return []string{s.ID}, ok
	}},
	{"no such fact", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(s *yamlStep) bool { return len(s.Asks) > 0 })
		s.Asks[r.IntN(len(s.Asks))] += "_x"
		return []string{s.ID}, ok
	}},
	{"no limit", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, of(Repeat))
		if ok {
			s.Max = []int{0, -1, 21, 1 << 40}[r.IntN(4)]
			return []string{s.ID}, true
		}
		return nil, false
	}},
	{"no condition", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, of(Repeat))
		if ok {
			s.Until = []string{"", "recovered", "recovered = yes", "((("}[r.IntN(4)]
			return []string{s.ID}, true
		}
		return nil, false
	}},
	{"out of its branch", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, of(Parallel))
		if ok {
			first, _ := pick(r, y, func(b *yamlStep) bool { return slices.Contains(s.Branches, b.ID) })
			lead(r, first, y.Steps[len(y.Steps)-1].ID)
			return nil, first.Type != Parallel && first.Type != Repeat
		}
		return nil, false
	}},
	{"past the register", func(_ *rand.Rand, y *yamlPlan) ([]string, bool) {
		i := slices.IndexFunc(y.Steps, func(s yamlStep) bool {
			return s.Type == Call || slices.Contains(s.Asks, Register) || s.Sets[Register] != ""
		})
		id, next := y.Steps[i].ID, y.Steps[i].Next
		for j := range y.Steps {
			s := &y.Steps[j]
			if s.Next == id {
				s.Next = next
			}
			for k := range s.On {
				if s.On[k] == id {
					s.On[k] = next
				}
			}
		}
		return nil, next != ""
	}},
	{"too long", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, func(s *yamlStep) bool { return len(texts(s)) > 0 })
		texts(s)[0].IT = strings.Repeat("parola ", 26)
		return []string{s.ID}, ok
	}},
	{"no such plan", func(r *rand.Rand, y *yamlPlan) ([]string, bool) {
		s, ok := pick(r, y, of(Call))
		if ok {
			s.Plan = []string{"nowhere", y.ID}[r.IntN(2)]
			return []string{s.ID}, true
		}
		return nil, false
	}},
}

// A thousand broken plans: each is found, by the id of a step. With CUSTODE_TORTURE a
// thousand of each plan, all of them through their text.
func TestMutants(t *testing.T) {
	plans := embedded(t)
	k := known(t, plans...)
	n, torture := 1000, os.Getenv("CUSTODE_TORTURE") != ""
	if torture {
		n *= len(plans)
	}
	r := rand.New(rand.NewPCG(20261128, 6))
	made := map[string]int{}
	for i := range n {
		m := mutants[i%len(mutants)]
		p, y, blame := victim(t, r, plans, m)
		made[m.name]++
		got := judgeFile(t, k, y, torture || r.IntN(50) == 0)
		named := slices.ContainsFunc(got, func(f Fault) bool {
			return f.Step != "" && (blame == nil || slices.Contains(blame, f.Step))
		})
		if !named {
			t.Errorf("%d: %s of %s, steps %v: %v", i, m.name, p.ID, blame, got)
		}
	}
	for _, m := range mutants {
		if made[m.name] < 20 {
			t.Errorf("%s: only %d", m.name, made[m.name])
		}
	}
}

// victim breaks a plan that has what can be broken so.
func victim(t *testing.T, r *rand.Rand, plans []*Plan, m mutant) (*Plan, yamlPlan, []string) {
	t.Helper()
	for range 1000 {
		p := plans[r.IntN(len(plans))]
		y := clone(t, p)
		if blame, ok := m.harm(r, &y); ok {
			return p, y, blame
		}
	}
	t.Fatalf("no plan has anything for %s", m.name)
	return nil, yamlPlan{}, nil
}

func clone(tb testing.TB, p *Plan) yamlPlan {
	tb.Helper()
	y := p.file()
	for i := range y.Steps {
		s := &y.Steps[i]
		s.Asks, s.Branches, s.Sources, s.Evidence = slices.Clone(s.Asks), slices.Clone(s.Branches), slices.Clone(s.Sources), slices.Clone(s.Evidence)
		s.On, s.Sets = maps.Clone(s.On), maps.Clone(s.Sets)
	}
	return y
}

// judgeFile checks a plan, from its text or without it.
func judgeFile(tb testing.TB, k Known, y yamlPlan, text bool) []Fault {
	tb.Helper()
	p, err := build(k.Facts, y, nil, nil)
	if text {
		raw, failed := encodeFile(y)
		if failed != nil {
			tb.Fatal(failed)
		}
		p, err = Parse(k.Facts, raw)
	}
	if err != nil {
		var e *Error
		if !errors.As(err, &e) {
			tb.Fatalf("not an *Error: %v", err)
		}
		return []Fault{e.Fault}
	}
	others := k.Plans
	k.Plans = func(id string) (*Plan, bool) {
		if id == p.ID {
			return p, true
		}
		return others(id)
	}
	return Lint(p, k)
}

// Plans whose text is cut off anywhere, or has a hole or noise in it: an error or faults,
// never a panic; a plan that is cut off is never taken for whole.
func TestCutText(t *testing.T) {
	plans := embedded(t)
	k := known(t, plans...)
	n := 66
	if os.Getenv("CUSTODE_TORTURE") != "" {
		n = 1000 * len(plans)
	}
	r := rand.New(rand.NewPCG(20261128, 7))
	judge := func(raw []byte) ([]Fault, string) {
		p, err := Parse(k.Facts, raw)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Code == "" || e.Line < 1 {
				t.Fatalf("not a fault with its line: %v", err)
			}
			return []Fault{e.Fault}, fmt.Sprint(e.Line)
		}
		return Lint(p, k), ""
	}
	for i := range n {
		p := plans[i%len(plans)]
		whole := strings.TrimRight(string(p.Raw), " \n")
		a := r.IntN(len(whole))
		if got, _ := judge([]byte(whole[:a])); len(got) == 0 {
			t.Errorf("%s cut off at %d is taken for whole", p.ID, a)
		} else if first := strings.Index(whole, "- id: "); a > first+20 && got[0].Code == "yaml" && got[0].Step == "" {
			t.Errorf("%s cut off at %d: no step is named: %v", p.ID, a, got)
		}
		b := min(len(whole), a+1+r.IntN(40))
		judge([]byte(whole[:a] + whole[b:]))
		noise := []byte(whole)
		for range 1 + r.IntN(3) {
			noise[r.IntN(len(noise))] = byte(r.IntN(256))
		}
		judge(noise)
	}
}
