package gift

import (
	"strings"
)

// ParseAiken reads a file in Aiken, a format for choices with one right answer:
//
//	Who may open the till?
//	A. A guest
//	B) The cashier
//	ANSWER: B
//
// It gives the tree, notes and errors that Parse gives. A question may go over several lines;
// so may an option. Blank lines mean nothing. Comments are there none.
func ParseAiken(raw []byte) (*File, []Note, error) {
	s, notes, wrong := text(raw)
	if wrong != nil {
		return nil, nil, Errors{wrong}
	}
	a := &aiken{out: &File{}}
	for l := range strings.Lines(s) {
		a.line++
		if a.take(strings.Trim(l, blanks)); len(a.errs) == MaxErrors || len(a.out.Items) > MaxItems {
			code := "many"
			if len(a.errs) < MaxErrors {
				code = "big"
			}
			return nil, notes, append(a.errs, &Error{a.line, 1, code, printable(l)})
		}
	}
	if a.q != nil {
		a.fail(a.begun, "aiken-answer", a.q.Text.S)
	}
	switch {
	case len(a.errs) > 0 && len(a.out.Items) == 0:
		return nil, notes, a.errs
	case len(a.errs) > 0:
		return a.out, notes, a.errs
	case len(a.out.Items) == 0:
		return nil, notes, Errors{{1, 1, "nothing", printable(s)}}
	}
	return a.out, notes, nil
}

// aiken reads line by line.
type aiken struct {
	out   *File
	errs  Errors
	line  int
	begun int       // the line where the question begins
	text  []string  // of the question or of the last option, line by line
	q     *Question // the question that is being read; nil: none
	bad   bool      // something about it has been told
}

// fail tells what is wrong with a question, once.
func (a *aiken) fail(line int, code, detail string) {
	if !a.bad {
		a.errs = append(a.errs, &Error{line, 1, code, printable(detail)})
	}
	a.bad = true
}

func (a *aiken) take(l string) {
	letter, option := aikenOption(l)
	answer, isAnswer := strings.CutPrefix(l, "ANSWER:")
	switch {
	case l == "":
	case isAnswer:
		a.end(strings.TrimSpace(answer), l)
	case a.q == nil && letter == "":
		a.q, a.begun, a.text, a.bad = &Question{Kind: Choice}, a.line, []string{l}, false
	case letter != "":
		if a.q == nil {
			a.q, a.begun, a.text, a.bad = &Question{Kind: Choice}, a.line, nil, false
			a.fail(a.line, "empty-text", l)
		}
		a.close()
		switch n := len(a.q.Answers); {
		case n >= 26:
			a.fail(a.line, "answers", l)
			return
		case letter != string("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n]):
			a.fail(a.line, "aiken-option", l)
		}
		a.q.Answers, a.text = append(a.q.Answers, Answer{}), []string{option}
	default:
		a.text = append(a.text, l)
	}
}

// aikenOption cuts an option into its letter and its text.
func aikenOption(l string) (letter, option string) {
	if len(l) < 2 || l[0] < 'A' || l[0] > 'Z' || l[1] != '.' && l[1] != ')' || len(l) > 2 && strings.IndexByte(blanks, l[2]) < 0 {
		return "", ""
	}
	return l[:1], strings.Trim(l[2:], blanks)
}

// close puts the lines read so far where they belong.
func (a *aiken) close() {
	t := Text{S: strings.Trim(strings.Join(a.text, "\n"), blanks)}
	if n := len(a.q.Answers); n > 0 {
		a.q.Answers[n-1].Text = t
		if t.S == "" {
			a.fail(a.line, "empty-answer", a.q.Text.S)
		}
	} else {
		a.q.Text = t
	}
	a.text = nil
}

// end ends a question with its answer.
func (a *aiken) end(answer, l string) {
	if a.q == nil {
		a.bad = false
		a.fail(a.line, "empty-text", l)
		return
	}
	a.close()
	at := strings.Index("ABCDEFGHIJKLMNOPQRSTUVWXYZ", answer)
	switch n := len(a.q.Answers); {
	case n < 2:
		a.fail(a.line, "few", a.q.Text.S)
	case len(answer) != 1 || at < 0 || at >= n:
		a.fail(a.line, "aiken-letter", l)
	default:
		a.q.Answers[at].Right, a.q.Answers[at].Weight = true, 100
	}
	if !a.bad {
		a.out.Items = append(a.out.Items, Item{Line: a.begun, Question: a.q})
	}
	a.q = nil
}
