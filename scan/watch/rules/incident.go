package rules

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

type incidentKey struct {
	session string
	rule    Rule
	folder  string
}

// incident is an open one, with what it has counted already.
type incident struct {
	Incident
	takes sign
	seen  map[uint64]sign
}

func (e *Engine) begin(k incidentKey, f *Fact, h *hit) *incident {
	e.serial++
	i := &incident{
		Incident: Incident{
			Serial: e.serial, Rule: h.rule, Folder: f.Folder, Who: f.Who, Wide: strings.HasPrefix(k.session, wide), Severity: h.severity, Opened: f.At, Last: f.At,
			Usual: h.usual, Limit: h.limit, Why: h.why, Kinds: map[string]int{},
		},
		takes: h.takes, seen: map[uint64]sign{},
	}
	e.open[k] = i
	return i
}

// of is the open incident to which a hit belongs: that of its actor, or one that the
// same session has already: who searches a folder with one program and then with
// another does one thing.
func (e *Engine) of(f *Fact, h *hit, who []string) *incident {
	if i := e.open[incidentKey{who[h.by], h.rule, f.Folder}]; i != nil {
		return i
	}
	for _, i := range e.open {
		if f.Who.Session != 0 && i.Rule == h.rule && i.Folder == f.Folder && i.Who.Session == f.Who.Session {
			return i
		}
	}
	return nil
}

func (i *incident) copy() Incident {
	c := i.Incident
	c.Kinds = maps.Clone(i.Kinds)
	c.Paths = slices.Clone(i.Paths)
	return c
}

// add counts one file for each thing that was done to it, once. Among the files of the
// incident it is named as it was called before.
func (i *incident) add(path, was, kind string, s sign) {
	k := key(path)
	old, known := i.seen[k]
	if !known {
		i.Counts.Files++
		if len(i.Paths) < MostPaths {
			i.Paths = append(i.Paths, strings.Clone(cmp.Or(was, path)))
		}
	}
	c := &i.Counts
	for _, sum := range [...]struct {
		of sign
		n  *int
	}{
		{signRead, &c.Read},
		{signUnreadable, &c.Unreadable},
		{signChanged, &c.Changed},
		{signNoise, &c.Created},
		{signRenamed, &c.Renamed},
		{signDeleted, &c.Deleted},
		{signUseless, &c.Deleted},
		{signRepacked, &c.Deleted},
		{signExposed, &c.Exposed},
	} {
		if s&^old&sum.of != 0 {
			*sum.n++
		}
	}
	if s&^old&signUnreadable != 0 {
		i.Kinds[kind]++
	}
	if len(i.seen) < mostNames {
		i.seen[k] = old | s
	}
}

// weightOf orders the reasons of a rule, as far as one says more than another.
func weightOf(w Why) int {
	switch w {
	case FirstWrite:
		return 1
	case OtherProgram, Refused:
		return 2
	case Opened, Altered, Newcomer, ManyDeleted, ManyRenamed, OpenToEveryone:
	}
	return 0
}

// hit opens an incident, or makes an open one worse.
func (e *Engine) hit(f *Fact, s sign, h *hit, who []string) []News {
	k := incidentKey{who[h.by], h.rule, f.Folder}
	if i := e.of(f, h, who); i != nil {
		i.Last = f.At
		i.add(f.Path, f.From, f.Was.String(), s)
		if h.severity > i.Severity || h.severity == i.Severity && weightOf(h.why) > weightOf(i.Why) {
			i.Severity, i.Why = h.severity, h.why
			return []News{{Worse, i.copy()}}
		}
		return nil
	}
	i := e.begin(k, f, h)
	for n := range e.recent {
		t := &e.recent[(e.next+n)%len(e.recent)]
		if t.signs&h.takes == 0 || t.folder != f.Folder || t.who[h.by] != who[h.by] || f.At.Sub(t.at) > ten {
			continue
		}
		i.add(t.path, t.was, t.kind, t.signs&h.takes)
		if t.at.Before(i.Opened) {
			i.Opened = t.at
		}
	}
	i.add(f.Path, f.From, f.Was.String(), s)
	return []News{{Began, i.copy()}}
}

// grow adds a fact to the open incidents of its actors.
func (e *Engine) grow(f *Fact, s sign, who []string) {
	for _, w := range who {
		for _, r := range All {
			if i := e.open[incidentKey{w, r, f.Folder}]; i != nil && i.takes&s != 0 {
				i.Last = f.At
				i.add(f.Path, f.From, f.Was.String(), s&i.takes)
			}
		}
	}
}
