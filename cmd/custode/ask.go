package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"custode/internal/fault"
	"custode/internal/secret"
)

// asker puts questions on the terminal, one line each, with a default that the
// Enter key takes.
type asker struct {
	sh  *shell
	ctx context.Context //nolint:containedctx // it lives as long as the command
}

func (sh *shell) asker(ctx context.Context) *asker { return &asker{sh, ctx} }

// line gives the next line, and false when there is none or the user wants to stop.
func (a *asker) line() (string, bool) {
	line, ok := a.sh.typed(a.ctx, false)
	return string(line), ok
}

// typed reads one line from the terminal, and not a byte more: the next question
// may be one that wants no echo. It gives false at the end of input, and at once
// on Ctrl-C.
func (sh *shell) typed(ctx context.Context, hidden bool) ([]byte, bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	var fd int
	var before *term.State // nil: with echo
	if hidden {
		fd = int(sh.in.Fd())
		before, _ = term.GetState(fd) // no terminal, as in tests: read as it is
	}
	got := make(chan []byte, 1)
	go func() {
		defer close(got)
		var line []byte
		var err error
		if before != nil {
			line, err = term.ReadPassword(fd)
		} else {
			line, err = readLine(sh.in)
		}
		if err == nil {
			got <- line
		}
	}()
	select {
	case line, ok := <-got:
		return line, ok
	case <-ctx.Done():
		if before != nil {
			_ = term.Restore(fd, before) // the program ends
		}
		return nil, false
	}
}

// readLine reads up to the end of a line, or of what there is.
func readLine(f *os.File) ([]byte, error) {
	line := make([]byte, 0, 128)
	for b := [1]byte{}; ; {
		n, err := f.Read(b[:])
		switch {
		case n == 1 && b[0] == '\n':
			return []byte(strings.TrimSuffix(string(line), "\r")), nil
		case n == 1 && len(line) < 1<<16:
			line = append(line, b[0])
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		case err != nil:
			return nil, err
		}
	}
}

// secret asks for what is not shown while it is typed.
func (a *asker) secret(question string) (secret.Bytes, error) {
	p := a.sh.page(a.sh.err, a.sh.errTerm)
	fmt.Fprint(a.sh.err, p.bold(question)+": ")
	line, ok := a.sh.typed(a.ctx, true)
	fmt.Fprintln(a.sh.err) // the Enter key was not shown either
	if !ok {
		return secret.Bytes{}, fault.New(fault.Interrupted, "fault.interrupted")
	}
	return secret.New(line), nil
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
			if prompt = ">"; def != "" {
				prompt = "[" + printable(def) + "]:"
			}
		} else {
			prompt += ":"
		}
		fmt.Fprint(a.sh.err, p.bold(prompt)+" ")
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
