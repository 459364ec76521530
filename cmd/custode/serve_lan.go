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
	shut   func() // waits for its end; nil: it is shut
}

// Tablet implements [web.Doorkeeper].
func (o *office) Tablet() web.Tablet {
	o.door.mu.Lock()
	defer o.door.mu.Unlock()
	return o.door.tablet
}

// OpenDoor implements [web.Doorkeeper]: at the first free port after the page's.
func (o *office) OpenDoor() error {
	d := &o.door
	d.turn.Lock()
	defer d.turn.Unlock()
	if o.Tablet().Server != nil {
		return nil
	}
	n, err := strconv.Atoi(d.port)
	if err != nil {
		return fault.On(fault.Bug, "fault.serve.page", "", err)
	}
	cert, fingerprint, err := o.sh.certificate(web.Neighbours())
	if err != nil {
		return err
	}
	var at string
	var l web.Listener
	for range mostPorts {
		n++
		at = strconv.Itoa(n)
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
	d.tablet, d.shut = web.Tablet{}, nil
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

// showStaffDoor says where a tablet of the staff gets in.
func (sh *shell) showStaffDoor(p *page, t web.Tablet) {
	w := sh.words
	all := t.Addresses()
	if len(all) == 0 {
		p.wrap("", w.T("serve.lan.none"))
		return
	}
	p.wrap("", w.T("serve.lan", "https://"+all[0]+"/"))
	p.wrap("", w.T("serve.lan.how"))
}
