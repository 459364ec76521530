package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/training"
	"custode/training/gift"
	"custode/training/question"
)

// questions is all that can be asked: what is built in, and the shop's own.
type questions struct {
	built, own []*question.File
	bank       *training.Bank
	topics     map[string]i18n.Text // titles by id
}

// ownQuestions is the folder of the shop's own questions.
func (sh *shell) ownQuestions() string { return filepath.Join(sh.home, "questions") }

// mostQuestions is how large a file of questions may be, in bytes.
const mostQuestions = 32 << 20

// loadQuestions reads the questions. A file of the shop's own that is not sound is left out,
// and said with the reason: a quiz does not fail for it.
func (sh *shell) loadQuestions() (*questions, error) {
	built, err := sh.builtIn().questions()
	if err != nil {
		return nil, err
	}
	l := &questions{built: built, topics: map[string]i18n.Text{}}
	for _, f := range built {
		l.topics[f.Topic] = f.Title
	}
	taken := l.ids()
	names, err := os.ReadDir(sh.ownQuestions())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.quiz.folder", sh.ownQuestions(), err)
	}
	for _, name := range names {
		path := filepath.Join(sh.ownQuestions(), name.Name())
		if !isQuestions(path) {
			continue
		}
		got, err := sh.readQuestions(path, gift.Options{})
		if err != nil {
			return nil, err
		}
		sh.tellAside(path, got)
		if got.file == nil {
			continue
		}
		got.file.Questions = slices.DeleteFunc(got.file.Questions, func(q question.Question) bool {
			twice := taken[q.ID]
			if taken[q.ID] = true; twice {
				p := sh.page(sh.err, sh.errTerm)
				p.hanging(p.amber(sh.words.T("app.note"))+" ", sh.words.T("quiz.own.twice", printable(path), printable(q.ID)))
			}
			return twice
		})
		if _, there := l.topics[got.file.Topic]; !there {
			l.topics[got.file.Topic] = sh.ownTitle(got.file)
		}
		l.own = append(l.own, got.file)
	}
	l.bank = training.NewBank(l.built, l.own, training.Takes(sh.words.Lang))
	return l, nil
}

// ids are those of all questions that were read.
func (l *questions) ids() map[string]bool {
	taken := map[string]bool{}
	for _, f := range slices.Concat(l.built, l.own) {
		for i := range f.Questions {
			taken[f.Questions[i].ID] = true
		}
	}
	return taken
}

// ownTitle is the title of a topic of the shop's own.
func (sh *shell) ownTitle(f *question.File) i18n.Text {
	if !f.Title.Empty() {
		return f.Title
	}
	t := sh.words.T("quiz.own.topic")
	return i18n.Text{EN: t, IT: t}
}

func isQuestions(path string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".gift", ".txt", ".aiken"}, strings.ToLower(filepath.Ext(path)))
}

// aside is one thing to say about a file that was read.
type aside struct {
	Line  int    `json:"line"`
	What  string `json:"what"` // error, note or loss
	Code  string `json:"code"`
	About string `json:"about"` // the question, or ""
	Text  string `json:"text"`
}

// readFile is what came of a file of questions: nil where nothing in it can be asked.
type readFile struct {
	file *question.File
	said []aside
}

// errors counts what is wrong, rather than only worth saying.
func (r readFile) errors() (n int) {
	for _, a := range r.said {
		if a.What == "error" {
			n++
		}
	}
	return n
}

// readQuestions reads a file of questions by its ending: YAML, else Aiken or GIFT. The error is
// only that of reading; what is wrong in the file is in what it gives.
func (sh *shell) readQuestions(path string, o gift.Options) (readFile, error) {
	raw, err := readUpTo(path, mostQuestions, "fault.quiz.big", "fault.quiz.read")
	if err != nil {
		return readFile{}, err
	}
	w := sh.words
	var out readFile
	if ext := strings.ToLower(filepath.Ext(path)); ext == ".yaml" || ext == ".yml" {
		f, err := question.ParseOwn(raw)
		var wrong question.Errors
		if err != nil && !errors.As(err, &wrong) {
			return out, err
		}
		for _, e := range wrong {
			out.said = append(out.said, aside{e.Line, "error", e.Code, e.Question, w.T("quiz.wrong."+e.Code, printable(e.Detail))})
		}
		if len(wrong) == 0 {
			out.file = f
		}
		return out, nil
	}
	parse := gift.Parse
	if looksLikeAiken(raw) {
		parse = gift.ParseAiken
	}
	tree, notes, err := parse(raw)
	var wrong gift.Errors
	if err != nil && !errors.As(err, &wrong) {
		return out, err
	}
	for _, e := range wrong {
		out.said = append(out.said, aside{e.Line, "error", e.Code, "", w.T("gift."+e.Code, printable(e.Detail))})
	}
	for _, n := range notes {
		out.said = append(out.said, aside{n.Line, "note", n.Code, "", w.T("gift."+n.Code, printable(n.Detail))})
	}
	if tree == nil {
		return out, nil
	}
	f, losses := gift.ToQuestions(tree, o)
	for _, l := range losses {
		out.said = append(out.said, sh.lossAside(l))
	}
	if len(f.Questions) > 0 {
		out.file = f
	}
	return out, nil
}

func (sh *shell) lossAside(l gift.Loss) aside {
	return aside{l.Line, "loss", l.Code, l.Title, sh.words.T("gift."+l.Code, printable(l.Detail))}
}

// looksLikeAiken reports whether a text has a line ANSWER: and no braces.
func looksLikeAiken(raw []byte) bool {
	s := string(raw)
	return !strings.ContainsAny(s, "{}") && (strings.HasPrefix(s, "ANSWER:") || strings.Contains(s, "\nANSWER:"))
}

// mostAsides is how many things are said about one file on the way to something else.
const mostAsides = 3

// tellAside says what is wrong in a file of the shop's own, in short.
func (sh *shell) tellAside(path string, got readFile) {
	n := got.errors()
	if n == 0 {
		return
	}
	p, w := sh.page(sh.err, sh.errTerm), sh.words
	what := "quiz.own.some"
	if got.file == nil {
		what = "quiz.own.unsound"
	}
	p.hanging(p.amber(w.T("app.note"))+" ", w.T(what, printable(path)))
	told := 0
	for _, a := range got.said {
		if a.What != "error" {
			continue
		}
		if told == mostAsides {
			p.hanging("  ", w.T("quiz.own.more", sh.command("custode", "quiz", "lint", path)))
			break
		}
		p.hanging("  "+sh.atLine(a.Line), a.Text)
		told++
	}
}

// boosts are the incidents and exercises for which there are questions.
func (d *trainer) boosts(ctx context.Context) ([]training.Boost, error) {
	var out []training.Boost
	take := func(st state) error {
		rows, err := st.Runs(ctx)
		for _, r := range rows {
			if d.q.bank.About(r.Plan) {
				out = append(out, training.Boost{Plan: r.Plan, Since: r.Opened})
			}
		}
		return err
	}
	if err := take(d.st); err != nil || !d.sh.drilled() {
		return out, err
	}
	st, err := d.sh.openDrill(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close() // it was only read
	return out, take(st)
}
