package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"custode/internal/fault"
)

// launchAgent is a file with which launchd of macOS starts the watch, or the daily check: as the user, with no more rights than
// that, while the user is logged in.
type launchAgent struct {
	part    unitPart // unitWatch or unitCheck
	label   string   // local.custode.watch, for a home that is not the usual one local.custode.watch-1a2b3c4d
	path    string
	domain  string // of launchd: gui/501, what runs while the user is logged in on the Mac itself
	program string
	home    string
}

// launchAgents are the watch and the daily check.
type launchAgents []launchAgent

// launchAgents are those of this home.
func (sh *shell) launchAgents() (launchAgents, error) {
	a := launchAgent{home: sh.realHome(), domain: "gui/" + strconv.Itoa(os.Getuid())}
	folder := filepath.Join(sh.env("HOME"), "Library", "LaunchAgents")
	if !filepath.IsAbs(folder) {
		return nil, fault.New(fault.Config, "fault.service.home")
	}
	var err error
	if a.program, err = os.Executable(); err == nil {
		a.program, err = filepath.EvalSymlinks(a.program)
	}
	if err != nil {
		return nil, fault.On(fault.Bug, "fault.service.program", a.program, err)
	}
	for _, p := range []string{a.program, a.home} {
		if !utf8.ValidString(p) || strings.ContainsFunc(p, unicode.IsControl) {
			return nil, fault.On(fault.Usage, "fault.service.name", p, nil)
		}
	}
	watch, check := a, a
	watch.part, watch.label = unitWatch, "local.custode.watch"+sh.ofHome()
	check.part, check.label = unitCheck, "local.custode.check"+sh.ofHome()
	watch.path, check.path = filepath.Join(folder, watch.label+".plist"), filepath.Join(folder, check.label+".plist")
	return launchAgents{watch, check}, nil
}

func agentMark() mark {
	return mark{before: `<?xml version="1.0" encoding="UTF-8"?>` + "\n", begin: "<!-- ", end: " -->"}
}

// text is the whole file, as launchd reads it. The daily check is asked each hour whether it is due, at login too, and
// after the computer slept as soon as it wakes; the watch starts with the user, and anew if it ended.
// Source: launchd.plist(5) of macOS.
func (a launchAgent) text() string {
	args := []string{a.program, "--home", a.home, "watch"}
	more := `	<key>KeepAlive</key>
	<true/>
	<key>ThrottleInterval</key>
	<integer>60</integer>
`
	if a.part == unitCheck {
		args = []string{a.program, "--home", a.home, "check", "--notify", "--if-due"}
		more = `	<key>ProcessType</key>
	<string>Background</string>
	<key>StartCalendarInterval</key>
	<dict>
		<key>Minute</key>
		<integer>7</integer>
	</dict>
`
	}
	var words strings.Builder
	for _, w := range args {
		words.WriteString("\t\t<string>" + xmlText(w) + "</string>\n")
	}
	const private = 0o077
	return agentMark().on(`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>` + xmlText(a.label) + `</string>
	<key>ProgramArguments</key>
	<array>
` + words.String() + `	</array>
	<key>RunAtLoad</key>
	<true/>
` + more + `	<key>Umask</key>
	<integer>` + strconv.Itoa(private) + `</integer>
</dict>
</plist>
`)
}

// look tells what lies where the agent belongs.
func (a launchAgent) look() (unitState, error) { return agentMark().look(a.path, a.text()) }

// write puts a text where launchd looks for it.
func (a launchAgent) write(text string) error { return writeService(a.path, text) }

// remove takes the file away; that there is none is no failure.
func (a launchAgent) remove() error {
	if err := os.Remove(a.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.service.remove", a.path, err)
	}
	return nil
}
