package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"custode/internal/fault"
)

// asker puts questions on the terminal, one line each, with a default that the
// Enter key takes.
type asker struct {
	sh    *shell
	lines *bufio.Reader
}

func (sh *shell) asker() *asker { return &asker{sh: sh, lines: bufio.NewReader(sh.in)} }

// text asks for a line until check accepts it; check returns what it stands
// for, or a sentence that says what is wrong.
func (a *asker) text(question, def string, check func(string) (string, string)) (string, error) {
	p := a.sh.page(a.sh.err, a.sh.errTerm)
	for {
		prompt := question
		if def != "" {
			prompt += " [" + printable(def) + "]"
		}
		if cells(prompt) > p.width-20 { // room for the answer, and no word cut in two
			p.wrap("", p.bold(question))
			prompt = "[" + printable(def) + "]"
		}
		fmt.Fprint(a.sh.err, p.bold(prompt)+": ")
		line, err := a.lines.ReadString('\n')
		if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
			fmt.Fprintln(a.sh.err)
			return "", fault.New(fault.Interrupted, "fault.interrupted")
		}
		line = strings.TrimSpace(line)
		if line == "" {
			line = def
		}
		value, wrong := check(line)
		if wrong == "" {
			return value, nil
		}
		p.wrap("  ", wrong)
	}
}

// yes asks a question whose safe answer, the default, is no.
func (a *asker) yes(question string) (bool, error) {
	t := a.sh.words.T
	v, err := a.text(question+" ("+t("ask.yes")+"/"+t("ask.no")+")", t("ask.no"), func(s string) (string, string) {
		switch strings.ToLower(s) {
		case t("ask.yes"), t("ask.yes")[:1], "y", "yes":
			return "y", ""
		case t("ask.no"), "n":
			return "n", ""
		}
		return "", t("ask.yes-or-no")
	})
	return v == "y", err
}
