package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/training/gift"
	"custode/training/question"
)

type quizImportOptions struct {
	json  bool
	name  string
	title string
	level int
}

func quizImportCommand(sh *shell) *cli.Command {
	var o quizImportOptions
	t := sh.words.T
	return &cli.Command{
		Name: "import", Usage: t("cmd.quiz.import"), UsageText: t("cmd.quiz.import.use"), Description: t("cmd.quiz.import.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "name", Usage: t("flag.quiz.name"), Destination: &o.name},
			&cli.StringFlag{Name: "title", Usage: t("flag.quiz.title"), Destination: &o.title},
			&cli.IntFlag{Name: "level", Usage: t("flag.quiz.level"), Destination: &o.level},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 || o.level < 0 || o.level > 3 {
				return fault.New(fault.Usage, "fault.quiz.import")
			}
			return sh.quizImport(c.Args().First(), o)
		},
	}
}

type quizFileDoc struct {
	Schema    string  `json:"schema"`
	Path      string  `json:"path"` // the file that was written or looked at; "" none
	Questions int     `json:"questions"`
	Said      []aside `json:"said"`
}

// quizImport makes questions from elsewhere the shop's own: as a file of YAML in the home.
func (sh *shell) quizImport(path string, o quizImportOptions) error {
	if _, err := sh.settings(); err != nil {
		return err
	}
	got, err := sh.readQuestions(path, gift.Options{Title: o.title, Level: o.level})
	if err != nil {
		return err
	}
	doc := quizFileDoc{Schema: "custode.quiz-file/1", Said: got.said}
	if got.file == nil {
		if err := sh.showQuizFile(doc, o.json, path); err != nil {
			return err
		}
		return fault.On(fault.Data, "fault.quiz.nothing", path, nil)
	}
	l, err := sh.loadQuestions()
	if err != nil {
		return err
	}
	l.rename(got.file)
	raw, err := question.Encode(got.file)
	if err != nil {
		return fault.On(fault.Data, "fault.quiz.nothing", path, err)
	}
	if o.name == "" {
		o.name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	doc.Path = filepath.Join(sh.ownQuestions(), questionsName(o.name)+".yaml")
	doc.Questions = len(got.file.Questions)
	if err := os.MkdirAll(sh.ownQuestions(), 0o700); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.quiz.folder", sh.ownQuestions(), err)
	}
	if err := newFile(doc.Path, raw); err != nil {
		return err
	}
	return sh.showQuizFile(doc, o.json, path)
}

// rename gives questions other ids where theirs are taken.
func (l *questions) rename(f *question.File) {
	taken := l.ids()
	for i := range f.Questions {
		id := f.Questions[i].ID
		for n := 2; taken[id]; n++ {
			id = f.Questions[i].ID + "-" + strconv.Itoa(n)
		}
		f.Questions[i].ID, taken[id] = id, true
	}
}

// questionsName makes a name that every system takes.
func questionsName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r + ('a' - 'A')
		}
		return '-'
	}, s)
	if s = strings.Trim(s, "-"); s == "" {
		return "questions"
	}
	return s[:min(len(s), 60)]
}

// showQuizFile says what came of a file.
func (sh *shell) showQuizFile(doc quizFileDoc, asJSON bool, from string) error {
	if doc.Said == nil {
		doc.Said = []aside{}
	}
	if asJSON {
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if len(doc.Said) > 0 {
		p.wrap("", printable(from)+":")
	}
	for _, what := range []string{"error", "note", "loss"} {
		sh.showAsides(p, doc.Said, what)
	}
	if doc.Path != "" {
		p.wrap("", p.green(w.N("quiz.imported", int64(doc.Questions), printable(doc.Path))))
	}
	return p.fail
}

// mostOfAKind is how many of one kind are shown to people one by one; --json has all.
const mostOfAKind = 3

// showAsides says what there is to say of one sort, what is alike together.
func (sh *shell) showAsides(p *page, said []aside, what string) {
	w := sh.words
	var codes []string
	alike := map[string][]aside{}
	for _, a := range said {
		if a.What != what {
			continue
		}
		if len(alike[a.Code]) == 0 {
			codes = append(codes, a.Code)
		}
		alike[a.Code] = append(alike[a.Code], a)
	}
	if len(codes) > 0 {
		p.wrap("  ", p.bold(w.T("quiz.said."+what)))
	}
	for _, code := range codes {
		list := alike[code]
		for _, a := range list[:min(len(list), mostOfAKind)] {
			text := a.Text
			if a.About != "" {
				text = printable(a.About) + ": " + text
			}
			p.hanging("    "+sh.atLine(a.Line), text)
		}
		if more := len(list) - mostOfAKind; more > 0 {
			p.wrap("    ", p.dim(w.N("quiz.said.more", int64(more))))
		}
	}
}

func quizLintCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "lint", Usage: t("cmd.quiz.lint"), UsageText: t("cmd.quiz.lint.use"), Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.quiz.import")
			}
			return sh.quizLint(c.Args().First(), asJSON)
		},
	}
}

// quizLint says what is wrong in a file of questions, and writes nothing; 1 if anything is.
func (sh *shell) quizLint(path string, asJSON bool) error {
	if _, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	got, err := sh.readQuestions(path, gift.Options{})
	if err != nil {
		return err
	}
	doc := quizFileDoc{Schema: "custode.quiz-file/1", Said: got.said}
	if got.file != nil {
		doc.Questions = len(got.file.Questions)
	}
	if err := sh.showQuizFile(doc, asJSON, path); err != nil {
		return err
	}
	if got.errors() > 0 || got.file == nil {
		return errListed
	}
	if !asJSON {
		p := sh.page(sh.out, sh.outTerm)
		p.wrap("", printable(path)+": "+p.green(sh.words.N("quiz.sound", int64(doc.Questions))))
		return p.fail
	}
	return nil
}

func quizExportCommand(sh *shell) *cli.Command {
	var out, topic string
	t := sh.words.T
	return &cli.Command{
		Name: "export", Usage: t("cmd.quiz.export"), UsageText: t("cmd.quiz.export.use"), Description: t("cmd.quiz.export.more"),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: t("flag.quiz.out"), Destination: &out},
			&cli.StringFlag{Name: "topic", Usage: t("flag.quiz.topic"), Destination: &topic},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.quizExport(topic, out)
		},
	}
}

// quizExport writes questions for other programs: GIFT, or one topic as YAML.
func (sh *shell) quizExport(topic, out string) error {
	if _, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	l, err := sh.loadQuestions()
	if err != nil {
		return err
	}
	files, err := l.only(topic)
	if err != nil {
		return err
	}
	var raw []byte
	var said []aside
	n := 0
	for _, f := range files {
		n += len(f.Questions)
	}
	switch ext := strings.ToLower(filepath.Ext(out)); {
	case (ext == ".yaml" || ext == ".yml") && len(files) == 1:
		raw, err = question.Encode(files[0])
	case ext == ".yaml" || ext == ".yml":
		return fault.New(fault.Usage, "fault.quiz.one-topic")
	case ext == ".gift" || ext == ".txt":
		raw, said, err = sh.asGIFT(files)
	default:
		return fault.New(fault.Usage, "fault.quiz.ending", printable(out))
	}
	if err != nil {
		return err
	}
	if err := newFile(out, raw); err != nil {
		return err
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	sh.showAsides(p, said, "loss")
	p.wrap("", p.green(w.N("quiz.exported", int64(n), printable(out))))
	return p.fail
}

// asGIFT writes topics as one file, each behind its category.
func (sh *shell) asGIFT(files []*question.File) ([]byte, []aside, error) {
	var all gift.File
	var said []aside
	for _, f := range files {
		tree, losses := gift.FromQuestions(f, sh.words.Lang)
		all.Items = append(all.Items, tree.Items...)
		for _, l := range losses {
			l.Line = 0 // of a file that nobody has
			said = append(said, sh.lossAside(l))
		}
	}
	var b bytes.Buffer
	err := gift.Write(&b, &all)
	return b.Bytes(), said, err
}
