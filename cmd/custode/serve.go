package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/safefile"
)

// servePort is where the page listens unless it is told otherwise.
const servePort = "127.0.0.1:8750"

// anyPort is one that is free.
const anyPort = "127.0.0.1:0"

// servedFile is written into the home while a page runs.
const servedFile = "serve.json"

// serveLock is the lock of who begins or ends a page.
const serveLock = "serve"

type serveOptions struct {
	addr      string
	noBrowser bool
	lan       bool
	clicked   bool // nobody sees what is printed: see clicked.go
}

func serveCommand(sh *shell) *cli.Command {
	var o serveOptions
	t := sh.words.T
	return &cli.Command{
		Name: "serve", Usage: t("cmd.serve"), UsageText: t("cmd.serve.use"), Description: t("cmd.serve.more"),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Usage: t("flag.serve.addr"), Value: servePort, Destination: &o.addr},
			&cli.BoolFlag{Name: "lan", Usage: t("flag.serve.lan"), Destination: &o.lan},
			&cli.BoolFlag{Name: "no-browser", Usage: t("flag.serve.no-browser"), Destination: &o.noBrowser},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.serve(c.Context, o)
		},
	}
}

// served is where a page of this home runs. It is written for this user alone, so that a second
// `custode serve` asks the first one for a link instead of starting another.
type served struct {
	Name string `json:"name"` // of the page, the same every time: a bookmark stays good
	Addr string `json:"addr,omitempty"`
	Key  string `json:"key,omitempty"` // with which a link is asked for
	Pid  int    `json:"pid,omitempty"`

	Door string `json:"door,omitempty"` // the port at which the door for the staff opens with the page, if the owner said so
}

func (s served) host() string {
	return s.Name + ".localhost:" + s.port()
}

func (s served) port() string { return s.Addr[strings.LastIndexByte(s.Addr, ':')+1:] }

// pageLeaves are the files that a page leaves in a folder in which nothing was set up.
func pageLeaves() []string { return []string{servedFile, serveLock + ".lock", serveLock + ".pid"} }

func (sh *shell) servedPath() string { return filepath.Join(sh.home, servedFile) }

// serve runs the page until it is told to end.
func (sh *shell) serve(ctx context.Context, o serveOptions) error {
	if err := onlyHere(o.addr); err != nil {
		return err
	}
	if set, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	} else if err == nil && !sh.langFixed {
		if err := sh.speakAs(set.Language); err != nil {
			return err
		}
	}
	l, now, runs, err := sh.standAt(ctx, o)
	if err != nil {
		return err
	}
	if runs.Link != "" {
		return sh.showRunning(runs, o) //nolint:contextcheck // the browser outlives the command
	}
	defer l.Close() // nothing is written to it
	defer sh.noteGone(now)
	c := newCounter(sh)
	opt := web.Options{Host: now.host(), Key: now.Key, Lang: sh.words.Lang, Office: c.office, Now: sh.now, Version: version, Going: c.going, OtherUser: host.OtherUser}
	if o.clicked {
		opt.Idle = clickedIdle
	}
	c.door.opt, c.door.port = opt, now.port()
	c.door.opt.Idle, c.door.opt.Going = 0, nil // it ends with the page
	office := &office{counter: c, sh: sh}
	if o.lan {
		if err := office.OpenDoor(); err != nil { //nolint:contextcheck // it is open until the page ends
			return err
		}
	} else if now.Door != "" {
		office.reopenDoor(now.Door) //nolint:contextcheck // it is open until the page ends
	}
	defer c.ShutDoor()
	s, err := web.New(opt)
	if err != nil {
		return fault.On(fault.Bug, "fault.serve.page", "", err)
	}
	if err := sh.showLink(s.Link(), o); err != nil { //nolint:contextcheck // the browser outlives the command
		return err
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.dim(sh.words.T("serve.end")))
	sh.showStaffDoor(p, office.Tablet())
	defer c.closeFiles()
	defer c.own.end()
	if err := s.Serve(ctx, l); err != nil {
		return &fault.Error{Code: fault.CodeOf(err, fault.IO), ID: "fault.serve.listen", Args: []any{o.addr}, Err: err}
	}
	p.wrap("", sh.words.T("serve.ended"))
	return p.fail
}

// onlyHere wants an address of this computer that no other reaches.
func onlyHere(addr string) error {
	at, err := netip.ParseAddrPort(strings.Replace(addr, "localhost:", "127.0.0.1:", 1))
	if err != nil || !at.Addr().IsLoopback() {
		return fault.New(fault.Usage, "fault.serve.addr", printable(addr))
	}
	return nil
}

// wasServed reads where the page ran last.
func (sh *shell) wasServed() (s served) {
	raw, err := os.ReadFile(sh.servedPath())
	if err != nil || json.Unmarshal(raw, &s) != nil || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return served{}
	}
	return s
}

func (sh *shell) noteServed(s served) error {
	raw, err := json.Marshal(s)
	if err == nil {
		err = safefile.Write(sh.servedPath(), raw, 0o600)
	}
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.serve.note", sh.servedPath(), err)
	}
	return nil
}

// noteGone says that a page runs no more, unless another has taken its place or is about to. Without the note a
// dead address is found out anyway.
func (sh *shell) noteGone(s served) {
	free, err := sh.lock(serveLock)
	if err != nil {
		return
	}
	defer free()
	if was := sh.wasServed(); was.Key == s.Key {
		_ = sh.noteServed(served{Name: s.Name, Door: was.Door})
	}
}

// ask asks a page that runs for a link; false if none runs there. One of an older version (custode was
// upgraded while it ran) gives way unless something goes on in it, and is waited for.
func (s served) ask(ctx context.Context, staff bool) (runs web.Given, ok bool) {
	if s.Pid == 0 || !host.Alive(s.Pid) || onlyHere(s.Addr) != nil {
		return runs, false
	}
	runs, err := web.AskLink(ctx, web.Asked{Addr: s.Addr, Host: s.host(), Key: s.Key, Version: version, Staff: staff})
	for range 50 {
		if !errors.Is(err, web.ErrGone) || !host.Alive(s.Pid) || ctx.Err() != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return runs, err == nil
}

// showLink opens the page in the browser, and shows its address for who has to do it. It fails where
// there is no browser and nobody sees what is shown.
func (sh *shell) showLink(link string, o serveOptions) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	say := "serve.open"
	if !o.noBrowser {
		_, err := host.Open(sh.env, link)
		if err == nil {
			say = "serve.opened"
		} else if o.clicked {
			return fault.New(fault.CannotMake, "fault.click.browser")
		}
	}
	p.wrap("", w.T(say))
	p.line("  " + link)
	return nil
}

// showRunning opens the page that runs already, and says of which version it is if it is of another.
func (sh *shell) showRunning(runs web.Given, o serveOptions) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", w.T("serve.running"))
	switch {
	case runs.Older(version):
		p.wrap("", w.T("serve.older", printable(runs.Version), version))
	case runs.Version != version:
		p.wrap("", w.T("serve.differs", printable(cmp.Or(runs.Version, "?")), version))
	}
	if runs.Staff {
		p.wrap("", w.T("serve.lan.running"))
		if runs.Moved != "" {
			p.wrap("", w.T("serve.lan.moved", printable(runs.Moved)))
		}
	}
	return sh.showLink(runs.Link, o)
}
