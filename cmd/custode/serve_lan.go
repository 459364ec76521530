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

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/safefile"
)

// serveStaff opens the other door, for a tablet of the staff: at the port after the page's, to the
// whole network, and to nothing but what the staff may do. What it gives back waits for its end.
func (sh *shell) serveStaff(ctx context.Context, opt *web.Options, port string) (ended func(), err error) {
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fault.On(fault.Bug, "fault.serve.page", "", err)
	}
	at := strconv.Itoa(n + 1)
	cert, fingerprint, err := sh.certificate(web.Neighbours())
	if err != nil {
		return nil, err
	}
	staff, err := web.NewStaff(*opt, func(host string) bool {
		ip, ok := strings.CutSuffix(host, ":"+at)
		return ok && slices.Contains(web.Neighbours(), ip)
	})
	if err != nil {
		return nil, fault.On(fault.Bug, "fault.serve.page", "", err)
	}
	l, err := web.ListenStaff(ctx, at, cert)
	if err != nil {
		return nil, &fault.Error{Code: fault.CannotMake, ID: "fault.serve.listen", Args: []any{":" + at}, Err: err}
	}
	opt.Tablet = web.Tablet{Server: staff, Fingerprint: fingerprint, Addresses: func() (out []string) {
		for _, ip := range web.Neighbours() {
			out = append(out, ip+":"+at)
		}
		return out
	}}
	ctx, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- staff.Serve(ctx, l) }()
	return func() {
		stop()
		<-done //nolint:errcheck // its errors are those of connections
	}, nil
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
