package main

import (
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

// manpageCommand prints the manual page of all commands, as man wants it, in the language that is
// asked for. Packages are made with it; it says what --help says.
func manpageCommand(sh *shell) *cli.Command {
	return &cli.Command{Name: "manpage", Hidden: true, Action: func(c *cli.Context) error {
		if err := none(c); err != nil {
			return err
		}
		_, err := io.WriteString(sh.out, sh.manpage(c.App))
		return err
	}}
}

// roff writes a manual page.
type roff struct{ b strings.Builder }

// macro writes a request with its text.
func (r *roff) macro(name string, words ...string) {
	r.b.WriteString("." + name)
	for _, w := range words {
		r.b.WriteString(` "` + strings.ReplaceAll(escaped(w), `"`, `\(dq`) + `"`)
	}
	r.b.WriteString("\n")
}

// text writes a line that is filled.
func (r *roff) text(s string) {
	if s = escaped(s); strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	r.b.WriteString(s + "\n")
}

// escaped takes away what roff would make of a text.
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, unbroken, `\ `).Replace(s)
}

func (sh *shell) manpage(app *cli.App) string {
	r, t := &roff{}, sh.words.T
	r.macro("TH", "CUSTODE", "1", "", "custode "+version, t("man.title"))
	r.macro("SH", t("man.name"))
	r.text("custode - " + app.Usage)
	r.macro("SH", t("help.use"))
	r.text("custode " + t("help.shape"))
	r.macro("SH", t("man.what"))
	r.text(t("man.about"))
	r.macro("SH", t("help.flags.all"))
	r.flags(sh, app.Flags)
	r.macro("SH", t("help.commands"))
	r.commands(sh, "custode", app.Commands)
	r.macro("SH", t("man.exit"))
	for row := range strings.SplitSeq(t("man.exit.rows"), "\n") {
		code, what, _ := strings.Cut(row, " ")
		r.macro("TP")
		r.text(code)
		r.text(what)
	}
	r.macro("SH", t("man.files"))
	r.text(t("man.files.text"))
	return r.b.String()
}

func (r *roff) commands(sh *shell, above string, cmds []*cli.Command) {
	for _, c := range cmds {
		if c.Hidden {
			continue
		}
		name := above + " " + c.Name
		r.macro("SS", name)
		r.text(c.Usage)
		if len(c.Subcommands) == 0 {
			r.macro("PP")
			r.macro("nf")
			for l := range strings.SplitSeq(c.UsageText, "\n") {
				r.text(l)
			}
			r.macro("fi")
		}
		for par := range strings.SplitSeq(c.Description, "\n") {
			if par != "" {
				r.macro("PP")
				r.text(par)
			}
		}
		r.flags(sh, c.Flags)
		r.commands(sh, name, c.Subcommands)
	}
}

func (r *roff) flags(sh *shell, flags []cli.Flag) {
	for _, row := range sh.flagRows(flags) {
		r.macro("TP")
		r.macro("B", row[0])
		r.text(row[1])
	}
}
