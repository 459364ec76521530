package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// help prints the page of the program or of one command: what it is for,
// examples first, then its flags.
func (sh *shell) help(app *cli.App, command []*cli.Command) {
	p, t := sh.page(sh.out, sh.outTerm), sh.words.T
	if len(command) == 0 {
		p.wrap("", app.Name+" - "+app.Usage)
		p.gap()
		p.line(p.bold(t("help.use")))
		p.line("  custode " + t("help.shape"))
		sh.commands(p, app.Commands, "")
		sh.flags(p, t("help.flags.all"), app.Flags)
		p.gap()
		p.wrap("", t("help.more"))
		return
	}
	c := command[len(command)-1]
	words := []string{app.Name}
	for _, c := range command {
		words = append(words, c.Name)
	}
	name := strings.Join(words, " ")
	p.wrap("", name+" - "+c.Usage)
	p.gap()
	p.line(p.bold(t("help.use")))
	for l := range strings.SplitSeq(c.UsageText, "\n") {
		p.line("  " + l)
	}
	if c.Description != "" {
		p.gap()
		for par := range strings.SplitSeq(c.Description, "\n") {
			p.wrap("", par)
		}
	}
	sh.commands(p, c.Subcommands, strings.TrimPrefix(name, "custode")+" ")
	sh.flags(p, t("help.flags"), c.Flags)
	sh.flags(p, t("help.flags.all"), app.Flags)
}

func (sh *shell) commands(p *page, cmds []*cli.Command, prefix string) {
	if len(cmds) == 0 {
		return
	}
	p.gap()
	p.line(p.bold(sh.words.T("help.commands")))
	var rows [][2]string
	for _, c := range cmds {
		if c.Hidden {
			continue
		}
		rows = append(rows, [2]string{strings.TrimSpace(prefix + c.Name), c.Usage})
	}
	p.definitions(rows)
}

func (sh *shell) flags(p *page, title string, flags []cli.Flag) {
	if len(flags) == 0 {
		return
	}
	p.gap()
	p.line(p.bold(title))
	p.definitions(sh.flagRows(flags))
}

// flagRows gives each option as it is typed, with what it is for.
func (*shell) flagRows(flags []cli.Flag) (rows [][2]string) {
	for _, f := range flags {
		if seen, can := f.(cli.VisibleFlag); can && !seen.IsVisible() {
			continue
		}
		left := "--" + f.Names()[0]
		if len(f.Names()[0]) == 1 {
			left = left[1:]
		}
		doc, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		// The placeholder stands in the usage in backquotes, as urfave/cli has it.
		usage := doc.GetUsage()
		if before, rest, ok := strings.Cut(usage, "`"); ok {
			value, after, _ := strings.Cut(rest, "`")
			left += " " + value
			usage = before + value + after
		}
		if d := defaultText(f); d != "" {
			usage += " (" + d + ")"
		}
		rows = append(rows, [2]string{left, usage})
	}
	return rows
}

func defaultText(f cli.Flag) string {
	switch f := f.(type) {
	case *cli.StringFlag:
		return f.DefaultText
	case *cli.StringSliceFlag:
		return f.DefaultText
	case *cli.IntFlag:
		return f.DefaultText
	}
	return ""
}
