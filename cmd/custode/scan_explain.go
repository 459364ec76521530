package main

import (
	"os"
	"strings"

	"custode/internal/fault"
	"custode/scan"
	"custode/scan/detect"
)

// explained checks what --explain names: one file, and nothing else beside it.
func explained(o *scanOptions) error {
	if o.explain == "" {
		return nil
	}
	if len(o.paths) > 0 {
		return fault.New(fault.Usage, "fault.usage.explain")
	}
	if info, err := os.Stat(o.explain); err == nil && info.IsDir() && o.explain != "-" {
		return fault.On(fault.Usage, "fault.usage.explain-folder", o.explain, nil)
	}
	o.paths, o.all = []string{o.explain}, true
	return nil
}

// explainPage tells everything about one file in plain words.
func (sh *shell) explainPage(r *scan.Report, f scan.File) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.line(p.bold(w.T("scan.explain.title")) + "  " + p.dim(w.DateTime(r.StartedAt)))
	p.gap()
	p.wrap("", p.bold(shown(f.Path, "")))
	sh.explainReading(p, f)
	if len(f.Findings) > 0 {
		sh.explainFindings(p, f)
		sh.explainPeople(p, f)
		sh.explainAround(p, f)
		sh.explainRisk(p, f)
		p.gap()
		sh.advise(p, "", f, "")
	}
	return p.fail
}

// explainReading says what the file was read as, and what of it was not looked at.
func (sh *shell) explainReading(p *page, f scan.File) {
	w := sh.words
	if f.State == scan.Skipped || f.Format == "" {
		p.wrap("", p.amber(sh.unseenWord(f)))
		return
	}
	format := strings.ToUpper(f.Format)
	if w.Has("scan.format." + f.Format) {
		format = w.T("scan.format." + f.Format)
	}
	s := w.T("scan.explain.read", format, w.Bytes(f.Stamp.Size))
	switch {
	case f.State == scan.Sealed:
		p.wrap("", s+" "+w.T("scan.explain.sealed"))
	case f.Unseen():
		p.wrap("", s)
		p.wrap("", p.amber(w.T("scan.explain.part", w.T("why."+string(f.Reason)))))
	case len(f.Findings) == 0:
		p.wrap("", s+" "+w.T("scan.explain.whole")+" "+w.T("scan.explain.nothing"))
	default:
		p.wrap("", s+" "+w.T("scan.explain.whole"))
	}
	for _, piece := range f.Unread {
		p.hanging("  - ", shown(piece.Path, "")+": "+w.T("why."+string(piece.Reason)))
	}
	if f.UnreadMore > 0 {
		p.wrap("    ", w.N("scan.excluded-more", f.UnreadMore))
	}
	if f.Pictures > 0 {
		p.wrap("", p.amber(w.N("scan.explain.pictures", f.Pictures)))
	}
}

// explainFindings says of each finding where it stands first, and what makes it sure.
func (sh *shell) explainFindings(p *page, f scan.File) {
	w := sh.words
	p.gap()
	p.line(p.bold(w.T("scan.explain.found")))
	levels := map[detect.Confidence]bool{}
	for _, x := range f.Findings {
		what := sh.kind(x)
		if x.Distinct < x.Count {
			what += " (" + w.N("scan.distinct", x.Distinct) + ")"
		}
		p.hanging("- ", what+", "+strings.ReplaceAll(w.T("scan.explain.such", x.Sample), "• •", "•"+unbroken+"•"))
		p.hanging("  ", where(x.Where, func(word string) string { return w.T("where." + word) }))
		p.hanging("  ", w.T("scan.sure."+string(x.Confidence))+": "+w.T("scan.proof."+string(x.Why)))
		levels[x.Confidence] = true
	}
	p.gap()
	for _, c := range []detect.Confidence{detect.High, detect.Medium, detect.Low} {
		if levels[c] {
			p.hanging("  "+w.T("scan.sure."+string(c))+" = ", w.T("scan.level."+string(c)))
		}
	}
}

// explainPeople says how many people it is about, and how they were told apart.
func (sh *shell) explainPeople(p *page, f scan.File) {
	w := sh.words
	p.gap()
	if f.People == 0 {
		p.hanging(p.bold(w.T("scan.explain.people"))+" ", w.T("scan.explain.nobody"))
		return
	}
	var ways []string
	for _, c := range f.Counted {
		ways = append(ways, w.T("scan.counted."+string(c)))
	}
	s := w.N("scan.persons", f.People) + ". " + strings.Join(ways, " ")
	if f.People > exactPeople {
		s += " " + w.T("scan.counted.about")
	}
	p.hanging(p.bold(w.T("scan.explain.people"))+" ", s)
}

// exactPeople is up to how many people are counted exactly.
const exactPeople = 1024

// explainAround says where the file lies, who can read it, how old it is, where else it lies.
func (sh *shell) explainAround(p *page, f scan.File) {
	w := sh.words
	rows := [][2]string{{w.T("scan.explain.place"), w.T("scan.place." + string(f.Exposure))}}
	if f.Access != "" {
		rows = append(rows, [2]string{w.T("scan.explain.access"), w.T("scan.access." + string(f.Access))})
	}
	if newest, byRecords := f.Age(); !newest.IsZero() {
		s := w.T("scan.explain.newest-file", w.Month(newest))
		if byRecords {
			s = w.T("scan.explain.newest-records", w.Month(newest))
		}
		if f.Old {
			s += " " + w.T("scan.explain.old")
		}
		rows = append(rows, [2]string{w.T("scan.explain.age"), s})
	}
	if f.Path != "-" {
		s := w.T("scan.explain.no-copies")
		for i, c := range f.Copies {
			if i > 0 {
				s += ", " + shown(c, "")
				continue
			}
			s = shown(c, "")
		}
		if f.CopiesMore > 0 {
			s += ", " + w.N("scan.excluded-more", f.CopiesMore)
		}
		rows = append(rows, [2]string{w.T("scan.explain.copies"), s})
	}
	p.gap()
	p.definitions(rows)
}

// explainRisk says how the risk is made up.
func (sh *shell) explainRisk(p *page, f scan.File) {
	w := sh.words
	p.gap()
	p.line(p.bold(w.T("scan.explain.risk")) + " " + p.risk(w, f.Risk))
	p.hanging("  ", w.T("scan.explain.base", w.T("risk.level."+string(f.Base)), w.T("risk."+string(f.RiskReason)), w.T("scan.crowd."+crowd(f))))
	halves := 0
	for _, x := range f.Factors() {
		var s string
		switch x.Name {
		case "place":
			s = w.T("scan.place." + x.Value)
		case "access":
			s = w.T("scan.access." + x.Value)
		case "age":
			s = sh.age(f)
		default:
			continue
		}
		halves += x.Halves
		p.hanging("  + ", w.N("scan.explain.halves", int64(x.Halves), s))
	}
	if halves > 0 {
		p.wrap("  ", w.T("scan.explain.rule"))
	}
}

// crowd is how many people the risk sees.
func crowd(f scan.File) string {
	for _, x := range f.Factors() {
		if x.Name == "people" {
			return x.Value
		}
	}
	return "none"
}
