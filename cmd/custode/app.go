package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/host/posture"
	"custode/internal/i18n"
	"custode/internal/place"
	"custode/scan/walk"
)

// shell is what a command runs in: the streams, the clock, the environment and
// the language. Nothing else in this package touches the process.
type shell struct {
	in       *os.File
	out, err io.Writer
	env      func(string) string
	now      func() time.Time
	width    int // of the terminal, in columns

	inTerm, outTerm, errTerm bool
	bare                     bool // the terminal would show the sequences that colour text, not the colours
	byClick                  bool // on an icon: nobody typed a command

	posture func(home string, env func(string) string) posture.Computer // how this computer is protected

	disk     walk.Disk     // nil for the system's files; tests put one there that fails
	patience time.Duration // with it; 0 for the usual one

	shelf *shelf       // what is built in
	kept  *job.KeptMap // the map of the data, of a page; a command makes its own

	words     *i18n.Words
	langFixed bool   // by flag or environment: the settings don't change it
	home      string // absolute; "" if the system names none
	homeFlag  string // as it was given, so that commands that we propose have it too
}

// run runs one command line and gives the exit code. A panic becomes 70, and
// prints nothing of what custode had in its hands.
func (sh *shell) run(ctx context.Context, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			code = sh.exit(panicked(r))
		}
	}()
	if err := sh.speak(args); err != nil {
		return sh.exit(err)
	}
	sh.shelf = sh.builtIn()
	app := newApp(sh)
	line, err := arrange(app, args)
	if err != nil {
		return sh.exit(err)
	}
	if line.help {
		sh.help(app, line.command)
		return 0
	}
	return sh.exit(app.RunContext(ctx, append([]string{app.Name}, line.args...)))
}

// speak chooses the language before anything is said: the flag, CUSTODE_LANG,
// or the system's locale. The settings are asked later, by whoever reads them.
func (sh *shell) speak(args []string) (err error) {
	wish := sh.env("CUSTODE_LANG")
	for i, a := range args {
		name, value, eq := strings.Cut(a, "=")
		if name != "--lang" && name != "-lang" {
			continue
		}
		if !eq && i+1 < len(args) {
			value = args[i+1]
		}
		wish = value
	}
	sh.langFixed = known(wish)
	sh.words, err = i18n.Load(i18n.Pick(wish, place.Locale(sh.env)))
	return err
}

func newApp(sh *shell) *cli.App {
	t := sh.words.T
	return &cli.App{
		Name: "custode", Usage: t("app.usage"), Version: version,
		Reader: sh.in, Writer: sh.out, ErrWriter: sh.err,
		HideHelp: true, HideVersion: true, // both are ours: see help.go and version.go
		DisableSliceFlagSeparator: true,                         // a folder may have a comma in its name
		ExitErrHandler:            func(*cli.Context, error) {}, // exit codes are exit's business
		OnUsageError:              func(_ *cli.Context, err error, _ bool) error { return badUsage("fault.usage.flags", err) },
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "home", Usage: t("flag.home"), DefaultText: t("flag.home.default")},
			&cli.StringFlag{Name: "lang", Usage: t("flag.lang"), DefaultText: "en | it"},
		},
		Before: sh.settle,
		Action: func(c *cli.Context) error {
			if !c.Args().Present() && sh.byClick {
				return sh.clicked(c.Context)
			}
			return sh.unknown(c.App.Commands, c.Args().First())
		},
		Commands: polite(
			initCommand(sh), checkCommand(sh), serveCommand(sh), scanCommand(sh), encryptCommand(sh), decryptCommand(sh), verifyCommand(sh),
			unlockCommand(sh), lockCommand(sh), holdCommand(sh), openCommand(sh),
			keysCommand(sh), watchCommand(sh), guardCommand(), alertsCommand(sh), playbookCommand(sh), quizCommand(sh), staffCommand(sh), privacyCommand(sh), serviceCommand(sh),
			backupCommand(sh), restoreCommand(sh), journalCommand(sh), completionCommand(sh), completeCommand(sh), manpageCommand(sh), versionCommand(sh),
		),
	}
}

// polite gives every command of the tree the manners that urfave/cli v2 leaves
// to each.
func polite(cmds ...*cli.Command) []*cli.Command {
	for _, c := range cmds {
		c.HideHelp = true
		c.OnUsageError = func(_ *cli.Context, err error, _ bool) error { return badUsage("fault.usage.flags", err) }
		polite(c.Subcommands...)
	}
	return cmds
}

// settle takes the flags that every command has.
func (sh *shell) settle(c *cli.Context) error {
	if lang := c.String("lang"); c.IsSet("lang") && !known(lang) {
		return fault.New(fault.Usage, "fault.usage.lang", lang)
	}
	env := sh.env
	if c.IsSet("home") && c.String("home") == "" {
		return fault.New(fault.Usage, "fault.usage.empty")
	}
	if c.IsSet("home") {
		sh.homeFlag = c.String("home")
		env = func(k string) string {
			if k == "CUSTODE_HOME" {
				return c.String("home")
			}
			return sh.env(k)
		}
	}
	home, err := place.Home(env)
	if err != nil {
		return fault.On(fault.Config, "fault.home.none", "", err)
	}
	sh.home = filepath.Clean(home)
	return nil
}

func known(lang string) bool { return slices.Contains(i18n.Languages(), lang) }

func badUsage(id string, err error) error {
	return &fault.Error{Code: fault.Usage, ID: id, Args: []any{strings.TrimPrefix(err.Error(), "flag provided but ")}, Err: err}
}

// errListed ends a command that did what it could and has listed the rest: 1.
var errListed = errors.New("not all could be done")

// codeError is a command's own exit code: that of check.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// panicked makes a fault of a panic. The value of a panic may hold content, so
// only its type is told.
func panicked(r any) error {
	return &fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{fmt.Sprintf("%T", r)}}
}

// exit is the one place where errors turn into exit codes and sentences.
func (sh *shell) exit(err error) int {
	var own codeError
	var f *fault.Error
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errListed):
		return 1
	case errors.As(err, &own):
		return int(own)
	case errors.Is(err, context.Canceled):
		f = fault.New(fault.Interrupted, "fault.interrupted")
	case !errors.As(err, &f):
		f = &fault.Error{Code: fault.CodeOf(err, fault.Bug), ID: "fault.unforeseen", Err: err, Args: []any{fmt.Sprintf("%T", err)}}
	}
	sh.complain(f)
	return int(f.Code)
}

// complain says what failed, on which file, why, and what to do next.
func (sh *shell) complain(f *fault.Error) {
	w := sh.words
	if w == nil {
		fmt.Fprintln(sh.err, "custode:", f.ID)
		return
	}
	msg := sh.says(f)
	hint := f.ID + ".hint"
	if c := fault.Cause(f.Err); c != "" {
		msg += " (" + w.T("cause."+c) + ")"
		if own := "cause." + c + ".hint"; w.Has(own) {
			hint = own
		}
	}
	p := sh.page(sh.err, sh.errTerm)
	p.hanging(p.red(w.T("app.error"))+" ", msg)
	if w.Has(hint) {
		p.hanging(p.dim(w.T("app.hint"))+" ", w.T(hint))
	}
}

// says is what failed, and on which file.
func (sh *shell) says(f *fault.Error) string {
	msg := sh.words.T(f.ID, f.Args...)
	if f.Path != "" {
		msg += ": " + printable(f.Path)
	}
	return msg
}

// isFault reports whether err is the fault of that name.
func isFault(err error, id string) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.ID == id
}

// jsonFlag is the flag that every command has.
func (sh *shell) jsonFlag(to *bool) cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: sh.words.T("flag.json"), Destination: to}
}

// textFlag is a flag that takes a text; usage is the key of what it is for.
func (sh *shell) textFlag(name, usage string, to *string) cli.Flag {
	return &cli.StringFlag{Name: name, Usage: sh.words.T(usage), Destination: to}
}

// none refuses arguments, for the commands that take none.
func none(c *cli.Context) error {
	if c.Args().Present() {
		return fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().First()))
	}
	return nil
}
