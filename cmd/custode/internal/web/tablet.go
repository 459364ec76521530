package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
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
		{"POST", "/language", known, chooseLanguage, false},
		{"GET", "/{$}", anyone, staffHome, false},
	}, slices.Concat(quizRoutes(), problemRoutes(known), stepRoutes())...)
}

// NewStaff makes the server for a tablet of the staff: another door, which leads to nothing but what
// staffRoutes has. ours says by which names the network reaches it.
func NewStaff(o Options, ours func(host string) bool) (*Server, error) {
	s, err := New(o)
	if err == nil {
		s.ours, s.scheme, s.table, s.staff = ours, "https", staffRoutes(), true
	}
	return s, err
}

// staffView is the first page of the staff: the code, or what there is to do.
type staffView struct {
	Wrong string
	In    bool
	Lines []string // where one can go: names of pages
}

func staffHome(v *visit) error {
	return v.page("staff", http.StatusOK, staffView{In: !v.session.since.IsZero(), Lines: staffPlaces()})
}

// staffPlaces are the pages of the staff.
func staffPlaces() []string { return []string{"quiz", "problem", "steps"} }

func enterByCode(v *visit) error {
	if wait := v.tries.wait(v.now()); wait > 0 {
		return v.page("staff", http.StatusTooManyRequests, staffView{Wrong: v.words.T("web.unlock.wait", v.words.Duration(wait))})
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, v.field("code"))
	if !v.code.right(digits, v.now()) {
		v.tries.failure(v.now())
		return v.page("staff", http.StatusForbidden, staffView{Wrong: v.words.T("web.staff.wrong")})
	}
	v.tries.success()
	http.SetCookie(v.w, &http.Cookie{Name: cookie, Value: v.admit(), Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode})
	return v.see("/")
}

// Tablet is how a tablet of the staff gets in, on the owner's screen. Its zero value: the door is shut.
type Tablet struct {
	Server      *Server
	Addresses   func() []string // "192.168.1.20:8751", the likeliest first
	Fingerprint string          // of the certificate: SHA-256, in pairs
}

// Doorkeeper opens and shuts the other door, for the staff, while the page runs.
type Doorkeeper interface {
	Tablet() Tablet
	// OpenDoor does nothing where it is open already.
	OpenDoor() error
	// ShutDoor ends what the tablets do there, and returns when that has ended.
	ShutDoor()
}

// tabletView is the owner's page.
type tabletView struct {
	On          bool
	Shut        bool // it was shut a moment ago
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
	}
}

func showTablet(v *visit) error { return v.tabletPage(false) }
func newCode(v *visit) error    { return v.tabletPage(true) }

func openDoor(v *visit) error {
	if err := v.office.OpenDoor(); err != nil {
		return err
	}
	return v.see("/tablet")
}

func shutDoor(v *visit) error {
	v.office.ShutDoor()
	return v.see("/tablet?noted=shut")
}

// tabletPage shows the way in. The code is shown once, as the answer to the form: it stands in no address.
func (v *visit) tabletPage(withCode bool) error {
	t := v.office.Tablet()
	view := tabletView{On: t.Server != nil, Shut: t.Server == nil && v.field("noted") == "shut"}
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

// ListenStaff opens the door for the staff: TLS at a port of every address of this computer.
func ListenStaff(ctx context.Context, port string, cert tls.Certificate) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", ":"+port)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}), nil
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
		if ip := p.Addr(); err == nil && ip.IsPrivate() && ip.Is4() {
			out = append(out, ip.String())
		}
	}
	return out
}
