package main

import (
	"path/filepath"
	"slices"
	"strings"

	"custode/internal/i18n"
	"custode/scan"
	"custode/scan/detect"
)

// The page shows so many files in a list before it says how many more there are.
const (
	listed     = 15
	listedRest = 8
)

// scanPage shows a report to a person: the sum in a sentence, the files worst
// first, what was not looked at, what to do now.
func (sh *shell) scanPage(r *scan.Report, o scanOptions) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	sh.scanHead(p, r)
	single, err := onlyFile(r)
	switch {
	case err != nil:
		return err
	case single != nil && len(r.Roots) == 1 && single.Path == r.Roots[0]:
		sh.scanFile(p, *single)
	default:
		single = nil
		if err := sh.scanFiles(p, r, o.all); err != nil {
			return err
		}
	}
	sh.scanUnseen(p, r, o.all)
	sh.scanExcluded(p, r, o.all)
	if r.Totals.WithFindings > 0 && single == nil {
		p.gap()
		p.wrap("", w.T("scan.next"))
	}
	return p.fail
}

// onlyFile gives the file of a report that has one, and nil for any other.
func onlyFile(r *scan.Report) (*scan.File, error) {
	if r.Kept() != 1 {
		return nil, nil //nolint:nilnil // there is none, and nothing failed
	}
	for f, err := range r.Files() {
		return &f, err
	}
	return nil, nil //nolint:nilnil // as above
}

func (sh *shell) scanHead(p *page, r *scan.Report) {
	w, t := sh.words, r.Totals
	p.line(p.bold(w.T("scan.title")) + "  " + p.dim(w.DateTime(r.StartedAt)))
	p.gap()
	s := sh.looked(r)
	switch {
	case t.Files == 0 || t.Read >= t.Files-t.Errors:
	case t.Read == 0:
		s += " " + w.T("scan.read-none")
	default:
		s += " " + w.N("scan.read", t.Read)
	}
	p.wrap("", s)
	if missed := sh.missed(r); missed != "" {
		p.wrap("", p.amber(missed))
	}
	switch {
	case t.WithFindings > 0:
		p.wrap("", p.bold(sh.found(t)))
	case t.Files == 0 && r.Ledger.Decoys() > 0 && r.Whole(): // nothing but decoys
	case r.Left > 0 && t.Files == 0:
		p.wrap("", p.amber(w.T("scan.all-left-out")))
	case r.Whole():
		p.wrap("", p.green(w.T("scan.clean")))
	case t.Complete():
		p.wrap("", w.T("scan.clean-but"))
	default:
		p.wrap("", w.T("scan.nothing-but"))
	}
	if t.Sealed > 0 {
		p.wrap("", w.N("scan.sealed", t.Sealed))
	}
	if n := r.Ledger.Decoys(); n > 0 {
		p.wrap("", w.N("scan.decoys", n))
	}
}

// found says how many files hold personal data, of how many people, where they are about people.
func (sh *shell) found(t scan.Totals) string {
	s := sh.words.N("scan.found", t.WithFindings)
	if t.People == 0 {
		return s + "."
	}
	return s + ", " + sh.words.N("scan.people", t.People)
}

// scanFiles lists files in columns: risk, people, name, kinds. It goes through them
// twice: there may be more than memory should hold.
func (sh *shell) scanFiles(p *page, r *scan.Report, all bool) error {
	total := r.Kept()
	if total == 0 {
		return nil
	}
	w, base := sh.words, commonFolder(r.Roots)
	show := total
	if !all {
		show = min(total, listed)
	}
	p.gap()
	risk, people := cells(w.T("scan.col.risk")), cells(w.T("scan.col.people"))
	err := firstFiles(r, show, func(f scan.File) {
		risk, people = max(risk, cells(w.T("risk.level."+string(f.Risk)))), max(people, cells(w.Int(f.People)))
	})
	if err != nil {
		return err
	}
	indent := strings.Repeat(" ", risk+people+4)
	p.line(p.dim(pad(w.T("scan.col.risk"), risk) + "  " + padLeft(w.T("scan.col.people"), people) + "  " + w.T("scan.col.file")))
	err = firstFiles(r, show, func(f scan.File) {
		name := shorten(shown(f.Path, base), p.width-cells(indent))
		p.line(pad(p.riskOf(w, f), risk) + "  " + padLeft(w.Int(f.People), people) + "  " + p.bold(name))
		p.wrap(indent, sh.kinds(f))
		sh.advise(p, indent, f, base)
	})
	if err != nil {
		return err
	}
	if more := total - show; more > 0 {
		p.wrap("", w.N("scan.more", more))
	}
	if base != "" {
		p.gap()
		p.wrap("", p.dim(w.T("scan.below", printable(base))))
	}
	return nil
}

// firstFiles goes through the worst n files.
func firstFiles(r *scan.Report, n int64, fn func(scan.File)) error {
	for f, err := range r.Files() {
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		fn(f)
		n--
	}
	return nil
}

// risk writes a level in its colour; the word says it without the colour too.
func (p *page) risk(w *i18n.Words, r scan.Risk) string {
	s := w.T("risk.level." + string(r))
	switch r {
	case scan.High:
		return p.red(s)
	case scan.Medium:
		return p.amber(s)
	case scan.Low, scan.None:
	}
	return s
}

// riskOf is the risk of a file, if anything is known of it.
func (p *page) riskOf(w *i18n.Words, f scan.File) string {
	if f.Unseen() && len(f.Findings) == 0 {
		return p.amber(w.T("risk.level.unknown"))
	}
	return p.risk(w, f.Risk)
}

// kinds says what a file holds: "120 e-mail addresses, 9 card numbers".
func (sh *shell) kinds(f scan.File) string {
	if len(f.Findings) == 0 {
		return sh.unseenWord(f)
	}
	var order []detect.Kind
	sum := map[detect.Kind]int64{}
	findings, own := sh.ownKinds(f)
	for _, x := range findings {
		if sum[x.Kind] == 0 {
			order = append(order, x.Kind)
		}
		sum[x.Kind] += x.Count
	}
	slices.SortStableFunc(order, func(a, b detect.Kind) int { return severity(b) - severity(a) })
	var out []string
	for _, k := range order {
		out = append(out, sh.words.N("kind."+string(k), sum[k]))
	}
	return strings.Join(append(out, own...), ", ")
}

// severity orders kinds for the eye: what can do most harm stands first.
func severity(k detect.Kind) int {
	return slices.Index(bySeverity, k)
}

// bySeverity is every kind, the least harmful first.
var bySeverity = []detect.Kind{
	detect.Own, detect.IPAddress, detect.VAT, detect.Name, detect.Email, detect.Phone, detect.Address, detect.BirthDate, detect.BankAccount, detect.IBAN,
	detect.NHS, detect.TaxID, detect.PESEL, detect.NIR, detect.NIE, detect.NIF, detect.NINO, detect.SSN, detect.FiscalCode,
	detect.IdentityCard, detect.Passport, detect.Health, detect.Secret, detect.Password, detect.Card, detect.CardCode,
}

func (sh *shell) unseenWord(f scan.File) string {
	w := sh.words
	switch {
	case f.State == scan.Sealed:
		return w.T("scan.state.sealed")
	case f.State == scan.Examined:
		return w.T("scan.state.nothing")
	case f.Rule == scan.RuleSettings:
		return w.T("why.settings") + ": " + printable(f.Because)
	case f.Reason == scan.ByRule:
		return w.T("why.rule") + " (" + f.Rule + ")"
	case f.Reason == scan.NoReader && f.Format != "":
		return w.T("why."+string(f.Reason)) + " (" + f.Format + ")"
	}
	return w.T("why." + string(f.Reason))
}

// scanFile shows one file in full: every finding, a masked sample, the place.
func (sh *shell) scanFile(p *page, f scan.File) {
	w := sh.words
	p.gap()
	p.wrap("", printable(f.Path))
	if len(f.Findings) == 0 {
		p.wrap("", sh.unseenWord(f))
		return
	}
	p.wrap("", w.T("scan.risk", p.risk(w, f.Risk), w.T("risk."+string(f.RiskReason))))
	sh.advise(p, "", f, "")
	p.gap()
	rows := [][3]string{{w.T("scan.col.what"), w.T("scan.col.where"), w.T("scan.col.sample")}}
	for _, x := range f.Findings {
		what := sh.kind(x)
		if x.Distinct < x.Count {
			what += " (" + w.N("scan.distinct", x.Distinct) + ")"
		}
		switch {
		case x.Example:
			what += ", " + w.T("scan.example")
		case x.Confidence != detect.High:
			what += ", " + w.T("scan.sure."+string(x.Confidence))
		}
		rows = append(rows, [3]string{what, where(x.Where, func(word string) string { return w.T("where." + word) }), x.Sample})
	}
	p.columns(rows)
}

// columns writes rows with each column as wide as its widest cell; where that
// is too wide for the page, each row stands below its first cell.
func (p *page) columns(rows [][3]string) {
	var width [3]int
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], cells(c))
		}
	}
	fits := width[0]+width[1]+width[2]+4 <= p.width
	for n, r := range rows {
		switch {
		case fits && n == 0:
			p.line(p.dim(pad(r[0], width[0]) + "  " + pad(r[1], width[1]) + "  " + r[2]))
		case fits:
			p.line(pad(r[0], width[0]) + "  " + pad(r[1], width[1]) + "  " + r[2])
		case n > 0:
			p.line(r[0])
			p.wrap("    ", r[1]+"  "+r[2])
		}
	}
}

// scanUnseen lists what was not looked at: without it "nothing found" would lie.
func (sh *shell) scanUnseen(p *page, r *scan.Report, all bool) {
	if len(r.Unseen) == 0 {
		return
	}
	w := sh.words
	base := commonFolder(r.Roots)
	p.gap()
	p.wrap("", p.amber(w.N("scan.unseen", int64(len(r.Unseen))+r.Unnamed)))
	files := r.Unseen
	if !all {
		files = files[:min(len(files), listedRest)]
	}
	for _, f := range files {
		p.hanging("  ", shown(f.Path, base)+": "+sh.unseenWord(f))
		for _, piece := range f.Unread {
			p.hanging("    ", shown(piece.Path, "")+": "+w.T("why."+string(piece.Reason)))
		}
		if f.UnreadMore > 0 {
			p.wrap("    ", w.N("scan.more", f.UnreadMore))
		}
	}
	switch more := int64(len(r.Unseen)-len(files)) + r.Unnamed; {
	case more > 0 && all:
		p.wrap("  ", w.N("scan.excluded-more", more))
	case more > 0:
		p.wrap("  ", w.N("scan.more", more))
	}
}

// isWithin reports whether a path is a folder, or lies in it. Both are whole, or both are not.
func isWithin(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}

// commonFolder is the one folder that was scanned, or "".
func commonFolder(roots []string) string {
	if len(roots) == 1 && roots[0] != "-" {
		return roots[0]
	}
	return ""
}

// shown gives a path as people read it: below the folder that was scanned.
func shown(path, base string) string {
	if base != "" {
		if rel, err := filepath.Rel(base, path); err == nil && rel != "." && !strings.HasPrefix(rel, "..") {
			path = rel
		}
	}
	return strings.ReplaceAll(printable(path), " ", unbroken)
}
