package main

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/playbook/privacy/datamap"
)

// showMap shows what is held, by kind and folder, and then what to look at.
func (sh *shell) showMap(m *datamap.Map, set settings) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.bold(w.T("privacy.map.title", printable(cmp.Or(m.Declaration.Controller.Name, set.Shop)))))
	switch {
	case m.Scanned.IsZero():
		p.wrap("", p.amber(w.T("privacy.map.unscanned", sh.command("custode", "scan"))))
	default:
		p.wrap("", w.T("privacy.map.scanned", w.DateTime(m.Scanned.Local())))
	}
	p.gap()
	if len(m.Holdings) == 0 {
		p.wrap("", w.T("privacy.map.none"))
	} else {
		sh.mapTable(p, m)
	}
	for i, e := range m.Declaration.Elsewhere {
		if i == 0 {
			p.gap()
			p.wrap("", w.T("privacy.map.elsewhere"))
		}
		c, _ := datamap.Find(e.Category)
		p.hanging("  ", c.Name.In(w.Lang)+": "+printable(e.Where))
	}
	sh.mapFindings(p, m)
	sh.mapNext(p, m, set)
	return p.fail
}

// showDeclared says what came of the answers, in short, and what comes next.
func (sh *shell) showDeclared(m *datamap.Map, set settings) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.green(w.T("privacy.declared")))
	p.hanging("  ", printable(sh.privacyPath()))
	if n := int64(len(m.Findings)); n > 0 {
		p.wrap("", p.amber(w.N("privacy.declared.look", n, sh.command("custode", "privacy", "map"))))
	}
	sh.mapLaw(p, m, set)
	p.gap()
	if !m.Declaration.Controller.Reachable() {
		p.wrap("", w.T("privacy.declared.contact"))
		p.hanging("  ", sh.command("custode", "privacy", "map", "--ask"))
		return p.fail
	}
	p.wrap("", w.T("privacy.declared.next"))
	p.hanging("  ", sh.command("custode", "privacy", "notice", "--card", w.T("privacy.declared.card")))
	p.hanging("  ", sh.command("custode", "privacy", "notice", "--out", w.T("privacy.declared.notice")))
	p.hanging("  ", sh.command("custode", "privacy", "statement", "--out", w.T("statement.file")))
	return p.fail
}

// mapTable is a table of kinds of data and folders: 80 columns, the last as wide as the page.
func (sh *shell) mapTable(p *page, m *datamap.Map) {
	w := sh.words
	row := func(name, people, files, sealed, newest string) string {
		return "  " + pad(name, 20) + padLeft(people, 8) + padLeft(files, 6) + padLeft(sealed, 9) + "  " + pad(newest, 9)
	}
	p.hanging(p.dim(row("", w.T("privacy.map.people"), w.T("privacy.map.files"), w.T("privacy.map.sealed"), w.T("privacy.map.newest"))), p.dim(w.T("privacy.map.why")))
	category, several := "", severalRoots(m)
	for _, h := range m.Holdings {
		if h.Category.ID != category {
			category = h.Category.ID
			p.line(p.bold(h.Category.Name.In(w.Lang)))
		}
		l := sh.mapLine(m, h, several)
		left := row(shorten(l.folder, 20), l.people, l.files, l.sealed, l.newest)
		switch {
		case l.used:
			p.hanging(left, l.why)
		case len(m.Declaration.Uses) == 0:
			p.hanging(left, p.dim(l.why))
		default:
			p.hanging(left, p.amber(l.why))
		}
	}
}

// mapLine is one line of the map: what a folder holds of a kind, and why.
type mapLine struct {
	folder, people, files, sealed, newest, why string
	used                                       bool // there is a use for it
}

func (sh *shell) mapLine(m *datamap.Map, h datamap.Holding, several bool) mapLine {
	w := sh.words
	l := mapLine{folder: sh.mapFolder(h, several), people: "-", files: w.Int(int64(len(h.Files))), sealed: "-", newest: "-", used: len(h.Uses) > 0}
	if h.People > 0 {
		l.people = "~" + w.Int(h.People)
	}
	if h.Sealed > 0 {
		l.sealed = w.Int(int64(h.Sealed))
	}
	if at, err := time.Parse("2006-01", h.Newest); err == nil {
		l.newest = w.Month(at)
	}
	switch {
	case l.used:
		l.why = sh.useNames(m, h.Uses)
	case len(m.Declaration.Uses) == 0:
		l.why = w.T("privacy.map.unsaid")
	default:
		l.why = w.T("privacy.map.unneeded")
	}
	return l
}

func severalRoots(m *datamap.Map) bool {
	return slices.ContainsFunc(m.Holdings, func(h datamap.Holding) bool { return h.Root != m.Holdings[0].Root })
}

// mapFolder names a folder as the map shows it: with its data folder where there are several.
func (sh *shell) mapFolder(h datamap.Holding, several bool) string {
	name := printable(h.Folder)
	switch {
	case several && h.Folder != "":
		return printable(filepath.Join(filepath.Base(h.Root), h.Folder))
	case several:
		return printable(filepath.Base(h.Root))
	case h.Folder == "":
		return sh.words.T("privacy.map.root")
	}
	return name
}

func (sh *shell) useNames(m *datamap.Map, ids []string) string {
	var out []string
	for _, u := range m.Declaration.Uses {
		if slices.Contains(ids, u.ID) {
			out = append(out, printable(u.Name.Either(sh.words.Lang)))
		}
	}
	return strings.Join(out, ", ")
}

// mapNext says how to go on.
func (sh *shell) mapNext(p *page, m *datamap.Map, set settings) {
	w := sh.words
	p.gap()
	if len(m.Declaration.Uses) == 0 {
		p.wrap("", w.T("privacy.map.ask"))
		p.hanging("  ", sh.command("custode", "privacy", "map", "--ask"))
		return
	}
	sh.mapLaw(p, m, set)
	p.wrap("", w.T("privacy.map.change", sh.command("custode", "privacy", "map", "--ask")))
	p.hanging("  ", printable(sh.privacyPath()))
	p.wrap("", w.T("privacy.map.notice", sh.command("custode", "privacy", "notice")))
	p.wrap("", w.T("privacy.map.record", sh.command("custode", "privacy", "map", "--record", w.T("privacy.record.example"))))
}

// mapLaw says where custode does not know how long the law wants something kept.
func (sh *shell) mapLaw(p *page, m *datamap.Map, set settings) {
	if !datamap.LawKnown(set.Country) && slices.ContainsFunc(m.Declaration.Uses, func(u datamap.Use) bool { return u.Basis == datamap.Obligation && u.Law == "" }) {
		p.wrap("", sh.words.T("privacy.map.law"))
	}
}

type mapDoc struct {
	Schema    string        `json:"schema"`
	ScannedAt string        `json:"scanned_at"` // "": no scan of all data folders yet
	Trade     string        `json:"trade"`
	Uses      []mapUseDoc   `json:"uses"`
	Holdings  []mapHeldDoc  `json:"holdings"`
	Findings  []mapFoundDoc `json:"findings"`
}

type mapUseDoc struct {
	ID         string   `json:"id"`
	Basis      string   `json:"basis"`
	Categories []string `json:"categories"`
	Folders    []string `json:"folders"`
	Months     int      `json:"keep_months"`
	From       string   `json:"keep_from"`
	Recipients []string `json:"recipients"`
}

type mapHeldDoc struct {
	Category  string       `json:"category"`
	Sensitive bool         `json:"sensitive"`
	Children  bool         `json:"children"`
	Root      string       `json:"root"`
	Folder    string       `json:"folder"`
	People    int64        `json:"people"`
	Count     int64        `json:"count"`
	Sealed    int          `json:"encrypted"`
	Newest    string       `json:"newest"`
	Uses      []string     `json:"uses"`
	Files     []mapFileDoc `json:"files"`
}

type mapFileDoc struct {
	Path    string   `json:"path"`
	Columns []string `json:"columns"`
	Count   int64    `json:"count"`
	Newest  string   `json:"newest"`
	Sealed  bool     `json:"encrypted"`
}

type mapFoundDoc struct {
	Problem  string       `json:"problem"`
	Category string       `json:"category"`
	Root     string       `json:"root"`
	Folder   string       `json:"folder"`
	Months   int          `json:"keep_months"`
	Files    []mapFileDoc `json:"files"`
	Commands [][]string   `json:"commands"` // that help; they ask before they change anything
}

func mapDocOf(m *datamap.Map) mapDoc {
	d := mapDoc{Schema: "custode.privacy-map/1", Trade: m.Declaration.Trade, Uses: []mapUseDoc{}, Holdings: []mapHeldDoc{}, Findings: []mapFoundDoc{}}
	if !m.Scanned.IsZero() {
		d.ScannedAt = stamp(m.Scanned)
	}
	for _, u := range m.Declaration.Uses {
		d.Uses = append(d.Uses, mapUseDoc{u.ID, string(u.Basis), u.Categories, append([]string{}, u.Folders...), u.Keep.Months, string(u.Keep.From), append([]string{}, u.Recipients...)})
	}
	for _, h := range m.Holdings {
		d.Holdings = append(d.Holdings, mapHeldDoc{
			h.Category.ID, h.Category.Sensitive, h.Children, h.Root, h.Folder, h.People, h.Count, h.Sealed, h.Newest, append([]string{}, h.Uses...), mapFileDocs(h.Files),
		})
	}
	for _, f := range m.Findings {
		d.Findings = append(d.Findings, mapFoundDoc{string(f.Problem), f.Holding.Category.ID, f.Holding.Root, f.Holding.Folder, f.Months, mapFileDocs(f.Files), mapCommands(problemOf(f, m))})
	}
	return d
}

func mapFileDocs(files []datamap.HeldFile) []mapFileDoc {
	out := []mapFileDoc{}
	for _, f := range files {
		out = append(out, mapFileDoc{f.Path, append([]string{}, f.Columns...), f.Count, f.Newest, f.Sealed})
	}
	return out
}
