package main

import (
	"slices"

	"custode/scan"
	"custode/scan/detect"
)

// scanExcluded lists what the settings leave out, with the reasons given there.
func (sh *shell) scanExcluded(p *page, r *scan.Report, all bool) {
	if r.Left == 0 {
		return
	}
	w, base := sh.words, commonFolder(r.Roots)
	p.gap()
	p.wrap("", p.amber(w.T("scan.excluded")))
	files := r.Excluded
	if !all {
		files = files[:min(len(files), listedRest)]
	}
	for _, f := range files {
		s := shown(f.Path, base) + ": " + printable(f.Because)
		if slices.Contains(r.Roots, f.Path) {
			s += " " + w.T("scan.excluded-root")
		}
		p.hanging("  ", s)
	}
	if more := r.Left - int64(len(files)); more > 0 {
		p.wrap("  ", w.N("scan.excluded-more", more))
	}
}

// kind says how many of a kind, or of an own pattern, a finding has.
func (sh *shell) kind(x detect.Finding) string {
	if x.Kind == detect.Own {
		return sh.words.N("kind.own", x.Count, printable(x.Pattern))
	}
	return sh.words.N("kind."+string(x.Kind), x.Count)
}

// ownKinds takes out of a file's findings those of own patterns, and says for
// each pattern how many there are.
func (sh *shell) ownKinds(f scan.File) (others []detect.Finding, own []string) {
	var names []string
	sum := map[string]int64{}
	for _, x := range f.Findings {
		if x.Kind != detect.Own {
			others = append(others, x)
			continue
		}
		if sum[x.Pattern] == 0 {
			names = append(names, x.Pattern)
		}
		sum[x.Pattern] += x.Count
	}
	for _, n := range names {
		own = append(own, sh.kind(detect.Finding{Kind: detect.Own, Pattern: n, Count: sum[n]}))
	}
	return others, own
}
