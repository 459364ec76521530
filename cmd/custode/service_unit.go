package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/place"
)

// unit is a file with which systemd starts the watch, or the daily check.
type unit struct {
	part    unitPart
	name    string // custode-watch.service
	path    string
	system  bool // of the computer, run by root; else of this user
	program string
	home    string
}

// unitFolder is where the units of the computer's administrator lie.
const unitFolder = "/etc/systemd/system"

// unit is that of this home: for root one of the computer, for others one of the user.
func (sh *shell) unit() (unit, error) {
	u := unit{system: os.Geteuid() == 0, home: sh.realHome(), name: "custode-watch" + sh.ofHome() + ".service"}
	folder := unitFolder
	if !u.system {
		config := sh.env("XDG_CONFIG_HOME")
		if !filepath.IsAbs(config) {
			config = filepath.Join(sh.env("HOME"), ".config")
		}
		folder = filepath.Join(config, "systemd", "user")
		if !filepath.IsAbs(folder) {
			return u, fault.New(fault.Config, "fault.service.home")
		}
	}
	u.path = filepath.Join(folder, u.name)
	var err error
	if u.program, err = os.Executable(); err == nil {
		u.program, err = filepath.EvalSymlinks(u.program)
	}
	if err != nil {
		return u, fault.On(fault.Bug, "fault.service.program", u.program, err)
	}
	for _, p := range []string{u.program, u.home} {
		if strings.ContainsFunc(p, unicode.IsControl) {
			return u, fault.On(fault.Usage, "fault.service.name", p, nil)
		}
	}
	return u, nil
}

// ofHome tells the services of homes apart: "" of the usual one, else "-1a2b3c4d".
func (sh *shell) ofHome() string {
	usual, err := place.Home(func(k string) string {
		if k == "CUSTODE_HOME" {
			return ""
		}
		return sh.env(k)
	})
	if err == nil && filepath.Clean(usual) == filepath.Clean(sh.home) {
		return ""
	}
	sum := sha256.Sum256([]byte(sh.realHome()))
	return "-" + hex.EncodeToString(sum[:4])
}

func (u unit) systemd() host.Systemd { return host.Systemd{User: !u.system} }

// text is the whole unit. It can be read without knowing custode.
func (u unit) text() string {
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	switch u.part {
	case unitCheck:
		u.checkText(line)
	case unitTimer:
		timerText(line)
	case unitWatch:
		u.watchText(line)
	}
	return unitMark().on(b.String())
}

func (u unit) watchText(line func(string)) {
	line("[Unit]")
	line("Description=custode watches who touches the customers' files")
	if u.system {
		line("After=local-fs.target network-online.target")
		line("Wants=network-online.target")
	}
	line("StartLimitIntervalSec=0")
	line("")
	line("[Service]")
	line("Type=notify")
	line("ExecStart=" + quoteUnit(u.program) + " --home " + quoteUnit(u.home) + " watch")
	line("# Wrong options, wrong settings, no permission: to start again would not help.")
	line("RestartPreventExitStatus=64 77 78")
	line("Restart=always")
	line("RestartSec=30")
	line("# The watch says every minute that it is not stuck.")
	line("WatchdogSec=10min")
	line("TimeoutStartSec=10min")
	line("UMask=0077")
	line("")
	for _, s := range hardening {
		line(s)
	}
	if u.system {
		line("# It watches with fanotify (SYS_ADMIN, DAC_READ_SEARCH), asks whose process it was")
		line("# (SYS_PTRACE), touches a file of its own in each folder to see whether it is seen,")
		line("# and starts the part that keeps the record as the user whose records they are.")
		line("# At its gate it answers before other work does (SYS_NICE, IPC_LOCK).")
		line("CapabilityBoundingSet=CAP_SYS_ADMIN CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_SYS_PTRACE CAP_SETUID CAP_SETGID CAP_KILL CAP_SYS_NICE CAP_IPC_LOCK")
		for _, s := range systemHardening {
			line(s)
		}
	}
	line("")
	line("[Install]")
	if u.system {
		line("WantedBy=multi-user.target")
	} else {
		line("WantedBy=default.target")
	}
}

// hardening is what a watch never needs, in either kind of unit.
var hardening = []string{
	"NoNewPrivileges=yes", "LockPersonality=yes", "MemoryDenyWriteExecute=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes",
	"RestrictNamespaces=yes", "SystemCallArchitectures=native",
}

// systemHardening is that of root's. ProtectSystem=strict, ProtectHome, PrivateTmp and
// ProtectProc are not in it: the watch looks at the folders of people, writes its probes
// there, and asks /proc about their programs.
var systemHardening = []string{
	"ProtectSystem=full", "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes",
	"ProtectClock=yes", "ProtectHostname=yes", "DevicePolicy=closed", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
}

// quoteUnit writes a word of a command as systemd reads it: nothing in it is replaced.
func quoteUnit(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "$", "$$").Replace(s) + `"`
}

// look tells what lies where the unit belongs.
func (u unit) look() (unitState, error) { return unitMark().look(u.path, u.text()) }

// write puts the unit in its place.
func (u unit) write() error { return writeService(u.path, u.text()) }

// safeProgram refuses to let root run a program that others can replace.
func (u unit) safeProgram() error {
	if !u.system {
		return nil
	}
	for p := u.program; ; p = filepath.Dir(p) {
		info, err := os.Lstat(p)
		if err != nil {
			return fault.On(fault.CodeOf(err, fault.IO), "fault.service.program", p, err)
		}
		if !host.RootsAlone(info) {
			return fault.On(fault.NoPerm, "fault.service.replaceable", p, fmt.Errorf("mode %v", info.Mode()))
		}
		if p == filepath.Dir(p) {
			return nil
		}
	}
}
