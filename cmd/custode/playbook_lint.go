package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook/plan"
)

func playLintCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "lint", Usage: t("cmd.play.lint"), UsageText: t("cmd.play.lint.use"), Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return fault.New(fault.Usage, "fault.play.lint")
			}
			return sh.playLint(c.Args().Slice(), asJSON)
		},
	}
}

type lintedDoc struct {
	Path   string     `json:"path"`
	Plan   string     `json:"playbook"`
	Faults []faultDoc `json:"faults"`
}

type faultDoc struct {
	plan.Fault
	Text string `json:"text"`
}

type lintDoc struct {
	Schema string      `json:"schema"`
	Files  []lintedDoc `json:"files"`
}

// mostPlan is how much of a file is read: a plan is much smaller.
const mostPlan = 1 << 20

// playLint checks plans in files: what is wrong with each, where, and 1 if anything is.
func (sh *shell) playLint(files []string, asJSON bool) error {
	if _, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	l, err := sh.loadPlans()
	if err != nil {
		return err
	}
	doc, bad := lintDoc{Schema: "custode.lint/1"}, 0
	for _, path := range files {
		raw, err := readPlan(path)
		if err != nil {
			return err
		}
		one := lintedDoc{Path: path}
		p, err := plan.Parse(l.book, raw)
		var wrong *plan.Error
		var faults []plan.Fault
		switch {
		case errors.As(err, &wrong):
			faults = []plan.Fault{wrong.Fault}
		case err != nil:
			return err
		default:
			one.Plan = p.ID
			faults = l.lint(p)
		}
		one.Faults = sh.faultDocs(faults)
		bad += len(faults)
		doc.Files = append(doc.Files, one)
	}
	if err := sh.showLint(doc, asJSON); err != nil {
		return err
	}
	if bad > 0 {
		return errListed
	}
	return nil
}

// faultDocs are faults with their sentences.
func (sh *shell) faultDocs(faults []plan.Fault) []faultDoc {
	docs := []faultDoc{}
	for _, f := range faults {
		docs = append(docs, faultDoc{f, sh.words.T(f.Key(), f.Detail)})
	}
	return docs
}

// readPlan reads a file that may hold a plan.
func readPlan(path string) ([]byte, error) {
	return readUpTo(path, mostPlan, "fault.play.big", "fault.play.read")
}

// readUpTo reads a file that somebody wrote, at most so many bytes; big and unread say what is
// wrong with it.
func readUpTo(path string, most int64, big, unread string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err == nil && info.Size() > most {
		return nil, fault.On(fault.Data, big, path, nil)
	}
	var raw []byte
	if err == nil {
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.NoInput), unread, path, err)
	}
	return raw, nil
}

// atLine says in which line something stands, before the sentence; nothing for none.
func (sh *shell) atLine(n int) string {
	if n <= 0 {
		return ""
	}
	return sh.words.T("play.lint.line", sh.words.Int(int64(n))) + " "
}

func (sh *shell) showLint(doc lintDoc, asJSON bool) error {
	if asJSON {
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	for _, f := range doc.Files {
		if len(f.Faults) == 0 {
			p.wrap("", printable(f.Path)+": "+p.green(w.T("play.lint.sound")))
			continue
		}
		p.wrap("", printable(f.Path)+": "+w.N("play.lint.faults", int64(len(f.Faults))))
		for _, one := range f.Faults {
			at := sh.atLine(one.Line)
			if one.Step != "" {
				at += "[" + one.Step + "] "
			}
			p.hanging("  "+at, one.Text)
		}
	}
	return p.fail
}
