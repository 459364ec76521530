package web

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// Going is what goes on in this program, though nobody looks.
type Going struct {
	Watch bool // a watch that was started here: it ends with the program, and loses nothing
	Files bool // a sealed file is open: the readable copy would be taken from under who writes in it
}

func endRoutes() []route {
	return []route{
		{"POST", "/end", present, endCustode, false},
	}
}

// notEnded says why the page does not end.
type notEnded struct {
	Works []workLink
	Files bool
	Watch bool
}

// workLink leads to a work that goes on.
type workLink struct{ Path, Title string }

// endCustode ends the page for who cannot press Ctrl-C anywhere. What must not be cut off keeps it, and it says what
// that is; a watch of its own ends with it for who says so.
func endCustode(v *visit) error {
	on := v.going()
	view := notEnded{Works: v.works.going(), Files: on.Files, Watch: on.Watch}
	if len(view.Works) > 0 || view.Files || view.Watch && v.field("watch") == "" {
		return v.page("end_not", http.StatusConflict, view)
	}
	if err := v.page("ended", http.StatusOK, nil); err != nil {
		return err
	}
	v.over()
	return nil
}

// going is what [Options.Going] tells.
func (s *Server) going() Going {
	if s.o.Going == nil {
		return Going{}
	}
	return s.o.Going()
}

// busy reports whether something goes on that would be cut off if the page ended by itself.
func (s *Server) busy() bool { return len(s.works.going()) > 0 || s.going() != Going{} }

// going lists what goes on, the first begun first.
func (ws *works) going() (out []workLink) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var ids []int
	for id, w := range ws.all {
		w.mu.Lock()
		if !w.ended {
			ids = append(ids, id)
		}
		w.mu.Unlock()
	}
	slices.Sort(ids)
	for _, id := range ids {
		out = append(out, workLink{"/work/" + strconv.Itoa(id), ws.all[id].title})
	}
	return out
}

// newcomer is a newer custode that was started while this page could not give way to it.
type newcomer struct {
	mu      sync.Mutex
	version string
}

func (n *newcomer) came(version string) { n.mu.Lock(); defer n.mu.Unlock(); n.version = version }

// waits is its version; "" none came.
func (n *newcomer) waits() string { n.mu.Lock(); defer n.mu.Unlock(); return n.version }
