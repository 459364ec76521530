package plan

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"

	"custode/playbook/fact"
)

//go:embed content
var content embed.FS

// Library is the plans that are built in.
type Library struct {
	plans []*Plan
	stems []map[string]float64 // a plan each: what its words weigh
}

// Load reads the plans that are built in.
func Load(book *fact.Book) (*Library, error) {
	names, err := fs.Glob(content, "content/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	lib := &Library{}
	for _, name := range names {
		raw, err := content.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("plan: %w", err)
		}
		p, err := Parse(book, raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if p.ID+".yaml" != path.Base(name) {
			return nil, fmt.Errorf("plan: %s holds %s", name, p.ID)
		}
		lib.plans = append(lib.plans, p)
	}
	for _, p := range lib.plans {
		lib.stems = append(lib.stems, weights(p))
	}
	return lib, nil
}

// Clone gives a library of the same plans, to which others can be added.
func (l *Library) Clone() *Library {
	return &Library{slices.Clone(l.plans), slices.Clone(l.stems)}
}

// All gives the plans, sorted by id.
func (l *Library) All() []*Plan { return slices.Clone(l.plans) }

// Get finds a plan.
func (l *Library) Get(id string) (*Plan, bool) {
	i := slices.IndexFunc(l.plans, func(p *Plan) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return l.plans[i], true
}

// Incidents gives the plans that one begins with: those that no other plan calls.
func (l *Library) Incidents() []*Plan {
	called := map[string]bool{}
	for _, p := range l.plans {
		for _, s := range p.Steps {
			called[s.Plan] = true
		}
	}
	return slices.DeleteFunc(l.All(), func(p *Plan) bool { return called[p.ID] })
}

// Match offers plans for what a person says happened, the best first; none where no word
// of it is in any plan. It hears both languages, whichever the person reads.
func (l *Library) Match(said string) []*Plan {
	type hit struct {
		plan  *Plan
		score float64
	}
	heard := wordsOf(said)
	var hits []hit
	incidents := l.Incidents()
	for i, p := range l.plans {
		if !slices.Contains(incidents, p) {
			continue
		}
		score := 0.0
		for _, w := range heard {
			best, key := 0.0, ""
			for stem, weight := range l.stems[i] {
				if s := weight * max(alike(stemOf(w), stem), alike(w, stem)); s > best || s == best && stem < key {
					best, key = s, stem
				}
			}
			if best > 0 {
				score += best * l.rare(key)
			}
		}
		if score > 0 {
			hits = append(hits, hit{p, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	var out []*Plan
	for _, h := range hits {
		if h.score >= hits[0].score/4 { // a word in passing is no reason to offer a plan
			out = append(out, h.plan)
		}
	}
	return out
}

// rare weighs a word by how few plans have it.
func (l *Library) rare(stem string) float64 {
	n := 0
	for _, s := range l.stems {
		if s[stem] > 0 {
			n++
		}
	}
	return math.Log(1 + float64(len(l.plans))/float64(n))
}

// weights gathers the stems of a plan: its words count most, then its title.
func weights(p *Plan) map[string]float64 {
	out := map[string]float64{}
	put := func(text string, w float64) {
		for _, word := range wordsOf(text) {
			for _, s := range []string{word, stemOf(word)} { // the whole word for slips of the finger in its end
				out[s] = max(out[s], w)
			}
		}
	}
	put(p.Title.EN+" "+p.Title.IT, 0.5)
	for _, w := range slices.Concat(p.Words.EN, p.Words.IT) {
		put(w, 1/float64(max(1, len(wordsOf(w))))) // one word of several says less
	}
	return out
}

// Add puts a plan of the shop's own into the library; one with the same id takes the
// place of the one that is built in.
func (l *Library) Add(p *Plan) {
	i, there := slices.BinarySearchFunc(l.plans, p.ID, func(q *Plan, id string) int { return cmp.Compare(q.ID, id) })
	if there {
		l.plans[i], l.stems[i] = p, weights(p)
		return
	}
	l.plans, l.stems = slices.Insert(l.plans, i, p), slices.Insert(l.stems, i, weights(p))
}
