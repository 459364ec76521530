package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completionScripts are what each shell reads. They hold no names of commands: they ask
// `custode complete`, so they never say what this custode does not know.
//
//go:embed completion
var completionScripts embed.FS

// completionShells are the shells, and what the script of each is called.
var completionShells = [][2]string{{"bash", "custode.bash"}, {"zsh", "custode.zsh"}, {"fish", "custode.fish"}, {"powershell", "custode.ps1"}}

// completionCommand prints the script with which a shell completes what is typed.
func completionCommand(sh *shell) *cli.Command {
	t := sh.words.T
	var subs []*cli.Command
	for _, s := range completionShells {
		subs = append(subs, &cli.Command{
			Name: s[0], Usage: t("cmd.completion.for", completionNames[s[0]]), UsageText: "custode completion " + s[0], Description: t("cmd.completion." + s[0] + ".more"),
			Action: func(c *cli.Context) error {
				if err := none(c); err != nil {
					return err
				}
				text, err := completionScripts.ReadFile("completion/" + s[1])
				if err != nil {
					return err
				}
				_, err = sh.out.Write(text)
				return err
			},
		})
	}
	return &cli.Command{
		Name: "completion", Usage: t("cmd.completion"), UsageText: "custode completion bash | zsh | fish | powershell", Description: t("cmd.completion.more"),
		Action:      func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: subs,
	}
}

var completionNames = map[string]string{"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "PowerShell"}

// filesToo is what `custode complete` prints where a file or a folder may stand.
const filesToo = ":files"

// completeName is the command that the scripts ask.
const completeName = "complete"

// completeCommand answers the scripts: the words of the command line before the one that is being
// typed, and that one with "=" before it (PowerShell leaves out empty words). One candidate a line,
// with what it is for behind a tabulator; filesToo where files and folders are meant. It touches no file.
func completeCommand(sh *shell) *cli.Command {
	return &cli.Command{Name: completeName, Hidden: true, Action: func(c *cli.Context) error {
		args := c.Args().Slice()
		if len(args) == 0 {
			return none(c)
		}
		last := len(args) - 1
		for _, candidate := range candidates(c.App, args[:last], strings.TrimPrefix(args[last], "=")) {
			if _, err := fmt.Fprintln(sh.out, candidate); err != nil {
				return err
			}
		}
		return nil
	}}
}

// candidates lists what may stand where cur is being typed, after the words before.
func candidates(app *cli.App, before []string, cur string) []string {
	var command []*cli.Command
	level, flags := app.Commands, app.Flags
	var waits cli.Flag // the flag whose value comes next
	words, ended := 0, false
	for _, a := range before {
		switch {
		case waits != nil:
			waits = nil
		case ended:
			words++
		case a == "--":
			ended = true
		case strings.HasPrefix(a, "-") && a != "-":
			var none []string
			f, _ := lookUp(app, command, a, &none, &none)
			if f != nil && !isBool(f) && !strings.Contains(a, "=") {
				waits = f
			}
		default:
			next := find(level, a)
			if next == nil || words > 0 {
				words++
				continue
			}
			command, level = append(command, next), next.Subcommands
		}
	}
	if len(command) > 0 {
		flags = append(slices.Clip(command[len(command)-1].Flags), app.Flags...)
	}
	if waits != nil {
		return starting("", cur, values(waits))
	}
	if name, value, eq := strings.Cut(cur, "="); eq && strings.HasPrefix(cur, "-") && !ended {
		var none []string
		if f, _ := lookUp(app, command, name, &none, &none); f != nil && !isBool(f) {
			return starting(name+"=", value, values(f))
		}
		return nil
	}
	if strings.HasPrefix(cur, "-") && !ended {
		return starting("", cur, flagNames(flags))
	}
	if len(level) > 0 && words == 0 && !ended {
		return starting("", cur, commandNames(level))
	}
	if len(command) == 0 {
		return nil
	}
	return []string{filesToo}
}

// starting gives those candidates that begin with what was typed, with prefix before each.
func starting(prefix, typed string, all []string) (out []string) {
	for _, c := range all {
		switch {
		case c == filesToo:
			out = append(out, c)
		case strings.HasPrefix(c, typed):
			out = append(out, prefix+c)
		}
	}
	return out
}

func commandNames(cmds []*cli.Command) (out []string) {
	for _, c := range cmds {
		if !c.Hidden {
			out = append(out, c.Name+"\t"+c.Usage)
		}
	}
	return out
}

func flagNames(flags []cli.Flag) (out []string) {
	for _, f := range flags {
		doc, ok := f.(cli.DocGenerationFlag)
		if seen, can := f.(cli.VisibleFlag); !ok || can && !seen.IsVisible() {
			continue
		}
		for _, name := range f.Names() {
			dash := "--"
			if len(name) == 1 {
				dash = "-"
			}
			out = append(out, dash+name+"\t"+strings.ReplaceAll(doc.GetUsage(), "`", ""))
		}
	}
	return append(out, "--help\t")
}

// values lists what a flag takes, where that is a choice ("en | it"); else it may be a file.
func values(f cli.Flag) (out []string) {
	for v := range strings.SplitSeq(flagChoices(f), "|") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return []string{filesToo}
	}
	return out
}

func flagChoices(f cli.Flag) string {
	if d := defaultText(f); strings.Contains(d, " | ") {
		return d
	}
	return ""
}
