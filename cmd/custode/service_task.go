package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/safefile"
)

// task is what Windows' Task Scheduler starts: the watch, or the daily check. It runs as the user, with no more rights
// than that, while the user is logged in, and without a window. The text that was registered is kept in the home: what is
// there was installed.
type task struct {
	part    unitPart // unitWatch or unitCheck
	name    string   // custode-watch-1a2b3c4d: one pair for each home, as all users share the names
	path    string   // the text, as it was registered
	program string
	home    string
	account string // the user's security identifier
}

// taskPair is the watch and the daily check.
type taskPair []task

// tasks are those of this home.
func (sh *shell) tasks() (taskPair, error) {
	t := task{home: sh.realHome(), account: host.AccountID()}
	var err error
	if t.program, err = os.Executable(); err == nil {
		t.program, err = filepath.EvalSymlinks(t.program)
	}
	if err != nil {
		return nil, fault.On(fault.Bug, "fault.service.program", t.program, err)
	}
	sum := sha256.Sum256([]byte(strings.ToLower(t.home)))
	watch, check := t, t
	watch.part, watch.name = unitWatch, "custode-watch-"+hex.EncodeToString(sum[:4])
	check.part, check.name = unitCheck, "custode-check-"+hex.EncodeToString(sum[:4])
	for _, p := range []*task{&watch, &check} {
		p.path = filepath.Join(t.home, "service", p.name+".xml")
	}
	return taskPair{watch, check}, nil
}

// text is the task as the Task Scheduler reads it, in the order in which it writes its own. The daily check is asked each
// hour whether it is due, and what was missed is made up for; the watch starts with the user, and anew if it ended.
// Source: schema 1.2 of the Task Scheduler, https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
func (t task) text() string {
	limit, words := "PT0S", "custode watches who touches the customers' files"
	args := []string{"--headless", t.program, "--home", t.home, "watch"}
	triggers := `    <LogonTrigger>
      <Repetition>
        <Interval>PT10M</Interval>
      </Repetition>
      <Enabled>true</Enabled>
      <UserId>` + xmlText(t.account) + `</UserId>
    </LogonTrigger>
`
	if t.part == unitCheck {
		limit, words = "PT30M", "custode holds the daily check and tells what is new or worse"
		args = []string{"--headless", t.program, "--home", t.home, "check", "--notify", "--if-due"}
		triggers = `    <CalendarTrigger>
      <Repetition>
        <Interval>PT1H</Interval>
        <Duration>P1D</Duration>
      </Repetition>
      <StartBoundary>2026-01-01T09:00:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>` + xmlText(t.account) + `</UserId>
      <Delay>PT5M</Delay>
    </LogonTrigger>
`
	}
	for i, a := range args {
		args[i] = quoteArgument(a)
	}
	return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>custode service install</Author>
    <Description>` + xmlText(words) + `</Description>
  </RegistrationInfo>
  <Triggers>
` + triggers + `  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>` + xmlText(t.account) + `</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>` + limit + `</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>%SystemRoot%\System32\conhost.exe</Command>
      <Arguments>` + xmlText(strings.Join(args, " ")) + `</Arguments>
    </Exec>
  </Actions>
</Task>
`
}

// xmlText writes a text so that it can stand in XML.
func xmlText(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

// quoteArgument writes a word of a command line as Windows' programs read it. No name of a file there has a quotation mark.
func quoteArgument(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\\&^%") {
		return s
	}
	if strings.HasSuffix(s, `\`) {
		s += `\` // else it would quote the mark
	}
	return `"` + s + `"`
}

// file is the text as schtasks reads it from a file: UTF-16, its order told by the first two bytes, lines ending as there.
func (t task) file() []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(t.text(), "\n", "\r\n"))) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// look tells whether the task was installed, and whether as this program would do it now.
func (t task) look() (unitState, error) {
	raw, err := os.ReadFile(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return unitNone, nil
	case err != nil:
		return unitNone, fault.On(fault.CodeOf(err, fault.IO), "fault.service.read", t.path, err)
	case bytes.Equal(raw, t.file()):
		return unitOurs, nil
	}
	return unitOlder, nil
}

// write puts the text where the Task Scheduler reads it, and where it is kept.
func (t task) write() error {
	err := os.MkdirAll(filepath.Dir(t.path), 0o700)
	if err == nil {
		err = safefile.Write(t.path, t.file(), 0o600)
	}
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.service.write", t.path, err)
	}
	return nil
}
