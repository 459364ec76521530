package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/safefile"
)

// mostPorts is how many ports after the page's are tried for the staff's door.
const mostPorts = 5

// staffDoor is the other door, for a tablet of the staff: to the whole network, and to nothing but what the staff may
// do. It is opened and shut while the page runs.
type staffDoor struct {
	turn sync.Mutex  // held while it is opened or shut
	opt  web.Options // of the page; zero: no page runs, and there is no door
	port string      // of the page

	mu     sync.Mutex
	tablet web.Tablet
	at     string // its port; "": it is shut
	shut   func() // waits for its end; nil: it is shut
}

// Tablet implements [web.Doorkeeper].
func (o *office) Tablet() web.Tablet {
	known := o.sh.wasServed().Door
	o.door.mu.Lock()
	defer o.door.mu.Unlock()
	t := o.door.tablet
	t.Always = known != ""
	if t.Server != nil && known != o.door.at {
		t.Moved = known
	}
	return t
}

// KeepDoor implements [web.Doorkeeper]: at the port at which the tablets know it. It is noted where the page runs: a
// backup that comes back on another computer opens no door there.
func (o *office) KeepDoor(always bool) error {
	free, err := o.sh.lock(serveLock)
	if err != nil {
		return busyHere(err)
	}
	defer free()
	was, port := o.sh.wasServed(), ""
	if always {
		o.door.mu.Lock()
		port = o.door.at
		o.door.mu.Unlock()
	}
	if was.Door == port {
		return nil
	}
	was.Door = port
	return o.sh.noteServed(was)
}

// OpenDoor implements [web.Doorkeeper]: where the tablets know it, or else at the first free port after the page's.
func (o *office) OpenDoor() error {
	n, err := strconv.Atoi(o.door.port)
	if err != nil {
		return fault.On(fault.Bug, "fault.serve.page", "", err)
	}
	var ports []string
	if known := o.sh.wasServed().Door; known != "" {
		ports = append(ports, known)
	}
	for range mostPorts {
		n++
		ports = append(ports, strconv.Itoa(n))
	}
	return o.openDoor(ports)
}

// reopenDoor opens the door where the tablets know it, or keeps why it cannot, for its page. The page runs without it.
func (o *office) reopenDoor(port string) {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return // the note was written by another program
	}
	err := o.openDoor([]string{port})
	if busy, ok := errors.AsType[*fault.Error](err); ok && busy.ID == "fault.serve.door" {
		err = &fault.Error{Code: busy.Code, ID: "fault.serve.door-taken", Args: []any{port}, Err: busy.Err}
	}
	o.door.mu.Lock()
	defer o.door.mu.Unlock()
	o.door.tablet.Failed = err
}

// openDoor does nothing where the door is open.
func (o *office) openDoor(ports []string) error {
	d := &o.door
	d.turn.Lock()
	defer d.turn.Unlock()
	if o.Tablet().Server != nil {
		return nil
	}
	cert, fingerprint, err := o.sh.certificate(web.Neighbours())
	if err != nil {
		return err
	}
	var at string
	var l web.Listener
	for _, at = range ports {
		if l, err = web.ListenStaff(context.Background(), at, cert); err == nil {
			break
		}
	}
	if err != nil {
		return fault.On(fault.CannotMake, "fault.serve.door", "", err)
	}
	staff, err := web.NewStaff(d.opt, func(host string) bool {
		ip, ok := strings.CutSuffix(host, ":"+at)
		return ok && slices.Contains(web.Neighbours(), ip)
	})
	if err != nil {
		_ = l.Close() // nobody has called
		return fault.On(fault.Bug, "fault.serve.page", "", err)
	}
	ctx, stop := context.WithCancel(context.Background()) // it ends with the page, or when it is shut
	done := make(chan error, 1)
	go func() { done <- staff.Serve(ctx, l) }()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = func() {
		stop()
		<-done //nolint:errcheck // its errors are those of connections
	}
	d.at = at
	d.tablet = web.Tablet{Server: staff, Fingerprint: fingerprint, Addresses: func() (out []string) {
		for _, ip := range web.Neighbours() {
			out = append(out, ip+":"+at)
		}
		return out
	}}
	return nil
}

// ShutDoor implements [web.Doorkeeper].
func (c *counter) ShutDoor() {
	d := &c.door
	d.turn.Lock()
	defer d.turn.Unlock()
	d.mu.Lock()
	shut := d.shut
	d.tablet, d.at, d.shut = web.Tablet{}, "", nil
	d.mu.Unlock()
	if shut != nil {
		shut()
	}
}

// certificate is the one that the tablets know, or a new one where that is too old or for other addresses.
func (sh *shell) certificate(addresses []string) (c tls.Certificate, fingerprint string, err error) {
	path := filepath.Join(sh.home, "keys", "tablet.pem")
	raw, err := os.ReadFile(path)
	if err == nil {
		if c, fingerprint, err = web.ReadCertificate(raw, addresses, sh.now()); err == nil {
			return c, fingerprint, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return c, "", fault.On(fault.CodeOf(err, fault.IO), "fault.serve.certificate", path, err)
	}
	if raw, err = web.NewCertificate(addresses, sh.now()); err == nil {
		if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
			err = safefile.Write(path, raw, 0o600)
		}
	}
	if err != nil {
		return c, "", fault.On(fault.CodeOf(err, fault.CannotMake), "fault.serve.certificate", path, err)
	}
	return web.ReadCertificate(raw, addresses, sh.now())
}

// showStaffDoor says where a tablet of the staff gets in, or why it does not where it should.
func (sh *shell) showStaffDoor(p *page, t web.Tablet) {
	w := sh.words
	if f, ok := errors.AsType[*fault.Error](t.Failed); ok {
		sh.complain(f)
	}
	if t.Server == nil {
		return
	}
	all := t.Addresses()
	if len(all) == 0 {
		p.wrap("", w.T("serve.lan.none"))
		return
	}
	p.wrap("", w.T("serve.lan", "https://"+all[0]+"/"))
	if t.Moved != "" {
		p.wrap("", w.T("serve.lan.moved", t.Moved))
	}
	p.wrap("", w.T("serve.lan.how"))
}
