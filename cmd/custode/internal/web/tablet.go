package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"html/template"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"custode/internal/fault"
	"custode/internal/qr"
)

// codeLives is how long the six digits open a session.
const codeLives = 15 * time.Minute

// code is the six digits that stand on the owner's screen. It keeps a hash only.
type code struct {
	mu    sync.Mutex
	sum   [32]byte
	until time.Time
}

// Code makes six digits that open a session on a tablet of the staff for a quarter of an hour. The
// ones before are good no more.
func (s *Server) Code() (digits string, until time.Time) {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails
	digits = fmt.Sprintf("%06d", n)
	s.code.mu.Lock()
	defer s.code.mu.Unlock()
	s.code.sum, s.code.until = sha256.Sum256([]byte(digits)), s.o.Now().Add(codeLives)
	return digits, s.code.until
}

// right reports whether these are the digits.
func (c *code) right(digits string, now time.Time) bool {
	sum := sha256.Sum256([]byte(digits))
	c.mu.Lock()
	defer c.mu.Unlock()
	return subtle.ConstantTimeCompare(sum[:], c.sum[:]) == 1 && now.Before(c.until)
}

// staffRoutes is the whole table of the door for the staff: what is not in it is not answered there.
func staffRoutes() []route {
	return append([]route{
		{"GET", "/static/{file}", anyone, asset, false},
		{"POST", "/code", anyone, enterByCode, false},
		{"POST", "/language", anyone, chooseLanguage, false},
		{"GET", "/{$}", anyone, staffHome, false},
	}, slices.Concat(quizRoutes(), problemRoutes(known), stepRoutes())...)
}

// NewStaff makes the server for a tablet of the staff: another door, which leads to nothing but what
// staffRoutes has. ours says by which names the network reaches it.
func NewStaff(o Options, ours func(host string) bool) (*Server, error) {
	s, err := New(o)
	if err == nil {
		s.ours, s.scheme, s.table, s.staff = ours, "https", staffRoutes(), true
		s.each = &crowd{most: mostAtOnce, each: requestsEach}
	}
	return s, err
}

// staffView is the first page of the staff: the code, or what there is to do.
type staffView struct {
	Wrong string
	In    bool
	Lines []string // where one can go: names of pages

	Back  string  // where to go on once the code was typed; "": here
	Post  bool    // what was typed is sent there
	Typed []typed // before the code was asked for
	Shown []typed // of it, what a person wrote
}

func staffHome(v *visit) error {
	return v.staffPage(http.StatusOK, staffView{In: !v.session.since.IsZero(), Lines: staffPlaces()})
}

func (v *visit) staffPage(status int, view staffView) error {
	view.Shown = byHand(view.Back, view.Typed)
	return v.page("staff", status, view)
}

// staffPlaces are the pages of the staff.
func staffPlaces() []string { return []string{"quiz", "problem", "steps"} }

// staffFailure puts an error into words for the staff, who can do nothing about the shop's computer.
func (v *visit) staffFailure(err error) (status int, view failView) {
	w := v.words
	status, view = http.StatusInternalServerError, failView{What: w.T("web.failed"), Do: w.T("web.staff.failed.hint")}
	if no, ok := errors.AsType[refusal](err); ok {
		status, view.What, view.Do = no.status, w.T(no.id), w.T(no.id+".hint")
		if hint := "web.staff." + strings.TrimPrefix(no.id, "web.") + ".hint"; w.Has(hint) {
			view.Do = w.T(hint)
		}
	} else if f, ok := errors.AsType[*fault.Error](err); ok {
		status, view.What = statusOf(f.Code), faultView(w, f).What
	}
	return status, view
}

func enterByCode(v *visit) error {
	view := staffView{Back: local(v.field("back")), Post: v.field("post") != "", Typed: v.kept()}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, v.field("code"))
	wait, err := v.tries.try(v.now, func() (bool, error) {
		if !v.code.right(digits, v.now()) {
			return false, ErrWrong
		}
		return true, nil
	})
	switch {
	case wait > 0:
		view.Wrong = v.words.T("web.unlock.wait", v.words.Duration(wait))
		return v.staffPage(http.StatusTooManyRequests, view)
	case err != nil:
		view.Wrong = v.words.T("web.staff.wrong")
		return v.staffPage(http.StatusForbidden, view)
	}
	http.SetCookie(v.w, &http.Cookie{Name: cookie, Value: v.admit(v.words.Lang), Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode})
	if shown := byHand(view.Back, view.Typed); len(shown) > 0 {
		return v.page("again", http.StatusOK, unlockView{Back: view.Back, Look: "/", Typed: view.Typed, Shown: shown})
	}
	if view.Post { // a button: it is pressed again there
		return v.see("/")
	}
	return v.see(view.Back)
}

// Tablet is how a tablet of the staff gets in, on the owner's screen. Its zero value: the door is shut.
type Tablet struct {
	Server      *Server
	Addresses   func() []string // "192.168.1.20:8751", the likeliest first
	Fingerprint string          // of the certificate: SHA-256, in pairs
	Always      bool            // it opens by itself each time custode starts
	Failed      error           // why it is shut though it should have opened by itself
	Moved       string          // the port at which the tablets know it, where it is open at another; "": it is there
}

// Doorkeeper opens and shuts the other door, for the staff, while the page runs.
type Doorkeeper interface {
	Tablet() Tablet
	// OpenDoor does nothing where it is open already.
	OpenDoor() error
	// ShutDoor ends what the tablets do there, and returns when that has ended.
	ShutDoor()
	// KeepDoor says whether the door opens by itself each time custode starts, where it is now. One that is shut is not kept.
	KeepDoor(always bool) error
}

// tabletView is the owner's page.
type tabletView struct {
	On          bool
	Shut        bool // it was shut a moment ago
	Always      bool // it opens by itself
	Failed      *failView
	Moved       string // the port at which the tablets look for it, in vain
	Address     string
	Others      []string
	QR          template.HTML
	Fingerprint []string
	Code        string
	Until       time.Time
}

func tabletRoutes() []route {
	return []route{
		{"GET", "/tablet", present, showTablet, false},
		{"POST", "/tablet", present, newCode, false},
		{"POST", "/tablet/open", present, openDoor, false},
		{"POST", "/tablet/shut", present, shutDoor, false},
		{"POST", "/tablet/always", present, keepDoor, false},
	}
}

func showTablet(v *visit) error { return v.tabletPage(false) }
func newCode(v *visit) error    { return v.tabletPage(true) }

func openDoor(v *visit) error {
	err := v.office.OpenDoor()
	if err == nil {
		err = v.office.KeepDoor(v.field("always") != "")
	}
	if err != nil {
		return err
	}
	return v.see("/tablet")
}

// shutDoor shuts it for good: it opens by itself no more.
func shutDoor(v *visit) error {
	if err := v.office.KeepDoor(false); err != nil {
		return err
	}
	v.office.ShutDoor()
	return v.see("/tablet?noted=shut")
}

func keepDoor(v *visit) error {
	if err := v.office.KeepDoor(v.field("always") != ""); err != nil {
		return err
	}
	return v.see("/tablet#always")
}

// tabletPage shows the way in. The code is shown once, as the answer to the form: it stands in no address.
func (v *visit) tabletPage(withCode bool) error {
	t := v.office.Tablet()
	view := tabletView{On: t.Server != nil, Shut: t.Server == nil && v.field("noted") == "shut", Always: t.Always, Moved: t.Moved}
	if t.Failed != nil {
		_, failed := v.failure(t.Failed)
		view.Failed = &failed
	}
	if !view.On {
		return v.page("tablet", http.StatusOK, view)
	}
	view.Fingerprint = strings.Split(t.Fingerprint, ":")
	for i, a := range t.Addresses() {
		if i == 0 {
			view.Address = "https://" + a + "/"
			continue
		}
		view.Others = append(view.Others, "https://"+a+"/")
	}
	if view.Address != "" {
		c, err := qr.New(view.Address)
		if err != nil {
			return err
		}
		view.QR = template.HTML(c.SVG(v.words.T("web.tablet.qr"))) //nolint:gosec // drawn by us, its text is escaped there
	}
	if withCode {
		view.Code, view.Until = t.Server.Code()
		view.Code = view.Code[:3] + " " + view.Code[3:]
	}
	return v.page("tablet", http.StatusOK, view)
}

// ListenStaff opens the door for the staff: TLS at a port of every address by which the network of the shop reaches this
// computer, and of its own.
func ListenStaff(ctx context.Context, port string, cert tls.Certificate) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", ":"+port)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(gate{l, &crowd{most: mostCallers, each: callersEach}}, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}), nil
}

// Neighbours are the addresses by which the network of the shop reaches this computer: private ones
// (RFC 1918, RFC 4193) of interfaces that are up.
func Neighbours() (out []string) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range all {
		p, err := netip.ParsePrefix(a.String())
		if ip := p.Addr(); err == nil && ofShop(ip) {
			out = append(out, ip.String())
		}
	}
	return out
}
