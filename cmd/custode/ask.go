package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"custode/internal/fault"
)

// asker puts questions on the terminal, one line each, with a default that the
// Enter key takes.
type asker struct {
	sh    *shell
	done  <-chan struct{} // closed when the user wants to stop
	lines chan string     // closed at the end of input
}

// asker reads lines in the background, so that Ctrl-C ends a question at once.
func (sh *shell) asker(ctx context.Context) *asker {
	a := &asker{sh: sh, done: ctx.Done(), lines: make(chan string)}
	go func() {
		defer close(a.lines)
		for in := bufio.NewScanner(sh.in); in.Scan(); {
			select {
			case a.lines <- in.Text():
			case <-a.done:
				return
			}
		}
	}()
	return a
}

// line gives the next line, and false when there is none or the user wants to stop.
func (a *asker) line() (string, bool) {
	select {
	case l, ok := <-a.lines:
		return l, ok
	case <-a.done:
		return "", false
	}
}

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
		line, ok := a.line()
		if !ok {
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
