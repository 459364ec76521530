// Package web is custode for people who do not use a terminal: the same product as a page on
// this computer.
//
// A request goes through the guard (guard.go: the name it was sent to, where it comes from, how
// many there are), then through the table of routes (routes.go), which says of each what it needs:
// nothing, a session, or a session that is not locked (session.go). A handler gets a [visit] and
// gives an error; render.go makes pages of both, in the language of the visitor. What a page
// shows and does, it asks the [Office], which has one small interface a subject, each beside the
// handlers of its subject: today.go, data.go and so on. Work that takes long goes on by itself
// (work.go). Templates are under page/, the style and the script under static/; all of it is part
// of the program, and nothing comes from elsewhere. Every essential action works without scripts.
package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"custode/internal/i18n"
)

// Office is what the pages show and do, in one language.
type Office interface {
	Locker
	Starter
	Restorer
	Pathfinder
	Checker
	TodayActor
	Holder
	Archiver
	Unpacker
	Lessener
	Closer
	Teamer
	Quizzer
	Journaler
	Responder
	Helper
	Caller
	Registrar
	Recorder
	Exerciser
	Setter
	Mailer
	Channeler
	Rehearser
	FactKeeper
	Writer
	EvidenceKeeper
	Privateer
	Requester
	Chooser
	Mapper
	Vaulter
	Unsealer
	Finisher
	KeyMaker
	Recoverer
	KeyHolder
	Rekeyer
	LeftKeeper
	Watcher
	Decoyer
	WatchRunner
	Reporter
	Opener
	Doorkeeper
}

// Options is what a server is made of. What is not said to be optional is wanted.
type Options struct {
	Host   string // the only name that is answered, with its port: "k3f9.localhost:8750"
	Key    string // with which another process of this user asks for a link
	Lang   string // of the pages, until a visitor chooses another
	Office func(lang string) Office
	Now    func() time.Time

	Version string        // of the program; the page gives way to a newer one that asks it for a link. Optional
	Idle    time.Duration // after which the page ends if nobody uses it and nothing goes on; 0: never
	// OtherUser reports whether another user of this computer sends a request from an address to one of ours: nobody is let in
	// by a link that was not theirs, which others may see where it is given to the browser. Optional.
	OtherUser func(from, to netip.AddrPort) bool
	Going     func() Going // what needs this program, though nobody looks: then neither Idle ends the page nor does it give way; optional
}

// Server is the page. Its methods may be called by several at once.
type Server struct {
	o      Options
	pages  map[string]*pages // by language
	doors  doors
	works  works
	ours   func(host string) bool // by which names we are asked
	table  []route
	staff  bool // this is the door for the staff
	code   code // that opens it
	scheme string
	style  string // what the files under static/ are called, so that a new program is never shown with an old style
	slots  chan struct{}
	each   *crowd        // who is answered at the door for the staff; nil at the owner's
	asked  time.Duration // within which a request has to be there, with its form
	tries  pace
	sheets pace   // the sheets of who forgot the passphrase
	seats  seats  // of the quizzes
	told   hourly // problems that the staff reported
	newer  newcomer

	ctx  context.Context //nolint:containedctx // of the work that goes on, which outlives the requests that begin it
	stop context.CancelFunc
	all  sync.WaitGroup

	over func()        // lets Serve end
	ends chan struct{} // closed by over
}

// New makes a server. Close lets go of the work that goes on.
func New(o Options) (*Server, error) {
	s := &Server{o: o, pages: map[string]*pages{}, slots: make(chan struct{}, mostAtOnce), asked: 30 * time.Second}
	for _, lang := range i18n.Languages() {
		p, err := loadPages(lang)
		if err != nil {
			return nil, err
		}
		s.pages[lang] = p
	}
	s.style, s.scheme, s.table = assetsTag(), "http", routes()
	s.ours = func(host string) bool { return strings.EqualFold(host, o.Host) }
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.ends = make(chan struct{})
	s.over = sync.OnceFunc(func() { close(s.ends) })
	s.doors.used = o.Now()
	return s, nil
}

// Close ends the work that goes on and waits for it, forgets who was let in, and, where it is the owner's door, locks.
func (s *Server) Close() {
	s.stop()
	s.all.Wait()
	s.seats.tidy(time.Time{})
	s.doors.shut()
	if !s.staff {
		s.o.Office(s.o.Lang).Lock()
	}
}

// Handler answers requests.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.table {
		mux.Handle(r.method+" "+r.pattern, s.serve(mux, r))
	}
	const rest = "/"
	mux.HandleFunc(rest, func(w http.ResponseWriter, r *http.Request) { // what the table does not have
		for _, other := range []string{http.MethodGet, http.MethodPost} {
			asked := r.Clone(r.Context())
			asked.Method = other
			if _, pattern := mux.Handler(asked); other != r.Method && pattern != rest {
				w.Header().Set("Allow", other)
				s.refuse(w, r, http.StatusMethodNotAllowed, "web.wrong-method")
				return
			}
		}
		s.refuse(w, r, http.StatusNotFound, "web.no-page")
	})
	return s.guard(mux)
}

// Listener is a door that is open.
type Listener = net.Listener

// Listen opens the door at an address of this computer.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	var c net.ListenConfig
	return c.Listen(ctx, "tcp", addr)
}

// Serve answers until ctx ends, nobody has used the page for [Options.Idle], a newer custode takes its place, or somebody ends it on the page; then it lets what is being
// answered end, and closes the server. There are limits on the time of a header and of a form, on idle connections, on the size of headers. An
// upload has the time it needs, and so has an answer, but at the door for the staff, which has none that are long.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.lookAround(ctx)
	srv := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: s.asked, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	if s.staff {
		srv.WriteTimeout = answersWithin
	}
	quiet(srv)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-s.ends:
	case <-ctx.Done():
	}
	s.Close() // what goes on ends, and its pages are told
	grace, end := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer end()
	_ = srv.Shutdown(grace)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}
