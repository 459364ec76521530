package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
)

// commandLine is a command line put in the order that urfave/cli v2 wants.
type commandLine struct {
	command []*cli.Command // the command and its subcommand; empty for the program itself
	args    []string
	help    bool
}

// arrange lets flags stand anywhere: urfave/cli v2 silently ignores a flag that
// stands after an argument, and a --dry-run ignored is a disaster. It moves the
// program's own flags to the front and each command's before its arguments,
// obeys "--", and refuses what it does not know, with a suggestion.
func arrange(app *cli.App, args []string) (commandLine, error) {
	var line commandLine
	var global, local, rest []string
	level := app.Commands
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			rest, i = append(rest, args[i+1:]...), len(args)
			continue
		case a == "-h" || a == "--help" || a == "help" && len(line.command) == 0 && len(rest) == 0:
			line.help = true
			continue
		case (a == "-v" || a == "--version") && len(line.command) == 0:
			a = "version"
		}
		if !strings.HasPrefix(a, "-") || a == "-" {
			if next := find(level, a); next != nil && len(rest) == 0 {
				line.command, level = append(line.command, next), next.Subcommands
			} else {
				rest = append(rest, a)
			}
			continue
		}
		f, into := lookUp(app, line.command, a, &global, &local)
		if f == nil {
			return line, unknownFlag(app, line.command, a)
		}
		*into = append(*into, a)
		name, value, eq := strings.Cut(a, "=")
		if isBool(f) {
			if eq {
				return line, fault.New(fault.Usage, "fault.usage.bool", name)
			}
			continue
		}
		if !eq {
			if i++; i == len(args) {
				return line, fault.New(fault.Usage, "fault.usage.value", a)
			}
			value = args[i]
			*into = append(*into, value)
		}
		if _, number := f.(*cli.IntFlag); number {
			if _, err := strconv.Atoi(value); err != nil {
				return line, fault.New(fault.Usage, "fault.usage.number", name, printable(value))
			}
		}
	}
	line.args = global
	for _, c := range line.command {
		line.args = append(line.args, c.Name)
	}
	line.args = append(append(line.args, local...), "--")
	line.args = append(line.args, rest...)
	return line, nil
}

func find(level []*cli.Command, name string) *cli.Command {
	for _, c := range level {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

// lookUp finds the flag that an argument names, and where it belongs.
func lookUp(app *cli.App, command []*cli.Command, arg string, global, local *[]string) (cli.Flag, *[]string) {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	has := func(f cli.Flag) bool { return slices.Contains(f.Names(), name) }
	if len(command) > 0 {
		flags := command[len(command)-1].Flags
		if i := slices.IndexFunc(flags, has); i >= 0 {
			return flags[i], local
		}
	}
	if i := slices.IndexFunc(app.Flags, has); i >= 0 {
		return app.Flags[i], global
	}
	return nil, nil
}

func isBool(f cli.Flag) bool {
	_, ok := f.(*cli.BoolFlag)
	return ok
}

func unknownFlag(app *cli.App, command []*cli.Command, arg string) error {
	given, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	var names []string
	flags := slices.Clone(app.Flags)
	if len(command) > 0 {
		flags = append(flags, command[len(command)-1].Flags...)
	}
	for _, f := range flags {
		names = append(names, f.Names()...)
	}
	shown, _, _ := strings.Cut(arg, "=")
	if s := nearest(given, names); s != "" {
		return fault.New(fault.Usage, "fault.usage.flag-near", shown, "--"+s)
	}
	return fault.New(fault.Usage, "fault.usage.flag", shown)
}

// unknownSub answers a command that wants a subcommand and did not get one.
func (sh *shell) unknownSub(c *cli.Context) error {
	if c.Args().Present() {
		return sh.unknown(c.Command.Subcommands, c.Args().First())
	}
	var names []string
	for _, s := range c.Command.Subcommands {
		names = append(names, s.Name)
	}
	return fault.New(fault.Usage, "fault.usage.sub", c.Command.Name, strings.Join(names, ", "))
}

// unknown answers a word that is no command, or no word at all.
func (sh *shell) unknown(cmds []*cli.Command, name string) error {
	if name == "" {
		return fault.New(fault.Usage, "fault.usage.none")
	}
	var names []string
	for _, c := range cmds {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	if s := nearest(name, names); s != "" {
		return fault.New(fault.Usage, "fault.usage.command-near", printable(name), s)
	}
	return fault.New(fault.Usage, "fault.usage.command", printable(name))
}

// nearest gives the name that is meant, if a slip of one or two letters
// explains the difference, or "".
func nearest(given string, names []string) string {
	best, at := "", min(3, len(given)/2+1) // "" for what is nothing like it
	for _, n := range names {
		if d := distance(strings.ToLower(given), n); d < at {
			best, at = n, d
		}
	}
	return best
}

// distance is Levenshtein's, with two swapped neighbours counting as one slip.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
