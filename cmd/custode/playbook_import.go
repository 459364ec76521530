package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/safefile"
	"custode/internal/source"
	"custode/playbook/fact"
	"custode/playbook/plan"
	"custode/playbook/plan/cacao"
)

type importOptions struct {
	json bool
	out  string
}

func playImportCommand(sh *shell) *cli.Command {
	var o importOptions
	t := sh.words.T
	return &cli.Command{
		Name: "import", Usage: t("cmd.play.import"), UsageText: t("cmd.play.import.use"), Description: t("cmd.play.import.more"),
		Flags: []cli.Flag{sh.jsonFlag(&o.json), &cli.StringFlag{Name: "out", Usage: t("flag.play.draft"), Destination: &o.out}},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.play.import")
			}
			return sh.playImport(o, c.Args().First())
		},
	}
}

func playExportCommand(sh *shell) *cli.Command {
	var out string
	t := sh.words.T
	return &cli.Command{
		Name: "export", Usage: t("cmd.play.export"), UsageText: t("cmd.play.export.use"),
		Flags: []cli.Flag{&cli.StringFlag{Name: "out", Usage: t("flag.play.export"), Destination: &out}},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.play.which")
			}
			return sh.playExport(c.Args().First(), out)
		},
	}
}

// ownPlans is the folder of the shop's own plans.
func (sh *shell) ownPlans() string { return filepath.Join(sh.home, "playbooks") }

// library is the plans, and what they refer to.
type library struct {
	book    *fact.Book
	plans   *plan.Library
	sources *source.List
}

// lint lists what is wrong in a plan.
func (l library) lint(p *plan.Plan) []plan.Fault {
	return plan.Lint(p, plan.Known{Facts: l.book, Sources: l.sources, Plans: l.plans.Get})
}

// loadPlans reads the plans that are built in and those of the shop's own. One of these
// that is not sound is left out, and said: it must not stand in the way of an incident.
func (sh *shell) loadPlans() (l library, err error) {
	if l, err = sh.builtIn().plans(); err != nil {
		return l, err
	}
	l.plans = l.plans.Clone()
	own, err := filepath.Glob(filepath.Join(sh.ownPlans(), "*.yaml"))
	if err != nil {
		return l, nil //nolint:nilerr // a home whose path is a bad pattern has no plans of its own
	}
	for _, path := range own {
		raw, err := readPlan(path)
		var p *plan.Plan
		if err == nil {
			p, err = plan.Parse(l.book, raw)
		}
		if err != nil || len(l.lint(p)) > 0 {
			pg := sh.page(sh.err, sh.errTerm)
			pg.wrap("", pg.amber(sh.words.T("play.own.unsound", sh.command("custode", "playbook", "lint", path))))
			continue
		}
		l.plans.Add(p)
	}
	return l, nil
}

type noteDoc struct {
	cacao.Note
	Text string `json:"text"`
}

type importDoc struct {
	Schema   string     `json:"schema"`
	Playbook string     `json:"playbook"`
	Path     string     `json:"path"`
	Sound    bool       `json:"sound"`
	Notes    []noteDoc  `json:"notes"`
	Faults   []faultDoc `json:"faults"`
}

// playImport takes a plan in: one that is sound becomes the shop's own; of one that is not
// a draft is written where --out says, with what is still to do.
func (sh *shell) playImport(o importOptions, path string) error {
	if _, err := sh.settings(); err != nil {
		return err
	}
	l, err := sh.loadPlans()
	if err != nil {
		return err
	}
	raw, err := readPlan(path)
	if err != nil {
		return err
	}
	p, notes, err := l.readEither(path, raw)
	if err != nil {
		return err
	}
	doc := importDoc{Schema: "custode.imported/1", Playbook: p.ID, Notes: []noteDoc{}, Faults: sh.faultDocs(l.lint(p))}
	for _, n := range notes {
		doc.Notes = append(doc.Notes, noteDoc{n, sh.words.T(n.Key(), n.Detail)})
	}
	if doc.Sound = len(doc.Faults) == 0; doc.Sound {
		doc.Path, err = sh.keepPlan(p)
	} else if o.out != "" {
		var text []byte
		if text, err = plan.Encode(p); err == nil {
			doc.Path, err = o.out, newFile(o.out, text)
		}
	}
	if err != nil {
		return err
	}
	return sh.showImport(doc, o)
}

// readEither reads a plan as YAML, or as a CACAO document in JSON.
func (l library) readEither(path string, raw []byte) (*plan.Plan, []cacao.Note, error) {
	if strings.EqualFold(filepath.Ext(path), ".json") {
		r, err := cacao.Import(cacao.Known{Facts: l.book, Sources: l.sources}, raw)
		if err != nil {
			return nil, nil, fault.On(fault.Data, "fault.play.cacao", path, nil)
		}
		return r.Plan, r.Notes, nil
	}
	p, err := plan.Parse(l.book, raw)
	if err != nil {
		return nil, nil, fault.On(fault.Data, "fault.play.unreadable", path, nil)
	}
	return p, nil, nil
}

// keepPlan puts a sound plan among the shop's own.
func (sh *shell) keepPlan(p *plan.Plan) (string, error) {
	text := p.Raw
	if len(text) == 0 {
		var err error
		if text, err = plan.Encode(p); err != nil {
			return "", err
		}
	}
	path := filepath.Join(sh.ownPlans(), p.ID+".yaml")
	if err := os.MkdirAll(sh.ownPlans(), 0o700); err != nil {
		return "", fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", path, err)
	}
	if err := safefile.Write(path, text, 0o600); err != nil {
		return "", fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", path, err)
	}
	return path, nil
}

func (sh *shell) showImport(doc importDoc, o importOptions) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	switch {
	case o.json:
		if err := sh.json(doc); err != nil {
			return err
		}
	case doc.Sound:
		p.wrap("", p.green(w.T("play.import.kept", doc.Playbook)))
	default:
		p.wrap("", p.amber(w.N("play.lint.faults", int64(len(doc.Faults)))))
		for _, f := range doc.Faults {
			p.hanging("  ", "["+printable(f.Step)+"] "+f.Text)
		}
	}
	if !o.json {
		for _, n := range doc.Notes {
			p.hanging("  ", "["+printable(n.Step)+"] "+n.Text)
		}
		if !doc.Sound {
			p.wrap("", w.T("play.import.draft"))
		}
	}
	if !doc.Sound {
		return errors.Join(p.fail, errListed)
	}
	return p.fail
}

// playExport writes a plan: as CACAO 2.0 (JSON), or as our YAML where the name ends so.
func (sh *shell) playExport(id, out string) error {
	if _, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	l, err := sh.loadPlans()
	if err != nil {
		return err
	}
	p, ok := l.plans.Get(id)
	if !ok {
		return fault.New(fault.NoInput, "fault.play.no-plan", printable(id))
	}
	raw := p.Raw
	if !strings.EqualFold(filepath.Ext(out), ".yaml") {
		if raw, err = cacao.Export(cacao.Known{Facts: l.book, Sources: l.sources}, p, sh.words.Lang, sh.now().UTC()); err != nil {
			return err
		}
	}
	if out != "" {
		return newFile(out, raw)
	}
	_, err = sh.out.Write(raw)
	return err
}
