package main

import (
	"slices"
	"strings"
	"time"

	"custode/internal/source"
	"custode/playbook/daily"
)

// standards writes the standards that an item serves in few words, the numbers of one after its name:
// "CIS 3.2, 3.6 · GDPR 32(1)(a)".
func standards(maps []string) string {
	var out []string
	last := ""
	for _, m := range maps {
		name, place, _ := strings.Cut(m, " ")
		if name == last {
			out[len(out)-1] += ", " + place
			continue
		}
		out, last = append(out, m), name
	}
	return strings.Join(out, " · ")
}

// sourcesOf gives the sources of standards, each once: its name, where it stands, when its numbers were last
// held against it.
func (sh *shell) sourcesOf(maps []string) ([]sourceView, error) {
	list, err := source.Load()
	if err != nil {
		return nil, err
	}
	w := sh.words
	var out []sourceView
	var told []string
	for _, m := range maps {
		s, there := list.Find(daily.SourceOf(m))
		if !there || slices.Contains(told, s.ID) {
			continue
		}
		told = append(told, s.ID)
		short, title, day := s.Short.EN, s.Title.EN, s.Checked
		if w.Lang == "it" {
			short, title = s.Short.IT, s.Title.IT
		}
		if at, err := time.Parse(time.DateOnly, s.Checked); err == nil {
			day = w.Date(at)
		}
		out = append(out, sourceView{short, title, strings.TrimPrefix(s.URL, "https://"), w.T("report.source."+string(s.Status), day)})
	}
	slices.SortFunc(out, func(a, b sourceView) int { return strings.Compare(a.Short, b.Short) })
	return out, nil
}
