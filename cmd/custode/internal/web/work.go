package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"custode/internal/fault"
)

// Progress is how far a work is. Total 0: nobody knows how much it is.
type Progress struct {
	Done, Total int64
	Note        string // where it is, in words
}

// Outcome is how a work ended, in words, and the page where to go on.
type Outcome struct {
	Title string
	Lines []string
	Parts []Part
	Next  string // an address of ours
}

// Part is a list below a sentence.
type Part struct {
	Say  string
	Fold string // the line under which the list is folded; "": it is open
	List []string
	More string // how many more there are; "": none
	To   string // where something is done about it, an address of ours; "": nowhere
	Do   string // what the button says that leads there
}

// job is what a work does. It tells how far it is as often as it likes.
type job func(ctx context.Context, tell func(Progress)) (Outcome, error)

// work is something long that goes on by itself: who started it may leave the page.
type work struct {
	mu       sync.Mutex
	title    string
	back     string
	progress Progress
	ended    bool
	outcome  Outcome
	failed   failView
	changed  chan struct{} // closed at each change
}

// works are those of this server. What has ended is kept until the server ends, but for the oldest.
type works struct {
	mu   sync.Mutex
	last int
	all  map[int]*work
}

const mostWorks = 50

// begin starts a work and goes on with its page. It outlives the request, and ends with the server.
func (v *visit) begin(title, back string, do job) error {
	w := &work{title: title, back: back, changed: make(chan struct{})}
	ws := &v.works
	ws.mu.Lock()
	if ws.all == nil {
		ws.all = map[int]*work{}
	}
	ws.last++
	id := ws.last
	ws.all[id] = w
	ws.tidy()
	ws.mu.Unlock()
	words, r := v.words, v.r.Clone(context.WithoutCancel(v.ctx())) // the request itself ends
	v.all.Go(func() {
		var out Outcome
		err := func() (err error) {
			defer func() {
				if r := recover(); r != nil {
					err = &fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{fmt.Sprintf("%T", r)}}
				}
			}()
			out, err = do(v.Server.ctx, func(p Progress) { w.set(func() { w.progress = p }) })
			return err
		}()
		v.waited(r)
		var f *fault.Error
		w.set(func() {
			w.ended, w.outcome = true, out
			switch {
			case err == nil:
			case errors.As(err, &f):
				w.failed = faultView(words, f)
			case errors.Is(err, context.Canceled):
				w.failed = failView{What: words.T("web.work.stopped"), Do: words.T("web.work.stopped.hint")}
			default:
				w.failed = failView{What: words.T("web.failed"), Do: words.T("web.failed.hint")}
			}
		})
	})
	return v.see("/work/" + strconv.Itoa(id))
}

// tidy forgets the oldest of those that have ended where there are too many. What goes on is never forgotten: it keeps the
// page from ending, and the keys from being let go of. The caller holds mu.
func (ws *works) tidy() {
	for _, id := range slices.Sorted(maps.Keys(ws.all)) {
		if len(ws.all) <= mostWorks {
			return
		}
		w := ws.all[id]
		w.mu.Lock()
		ended := w.ended
		w.mu.Unlock()
		if ended {
			delete(ws.all, id)
		}
	}
}

func (w *work) set(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn()
	close(w.changed)
	w.changed = make(chan struct{})
}

// workView is a work as its page shows it.
type workView struct {
	ID          string
	Title, Back string
	Percent     int // -1: not known
	Note        string
	Ended       bool
	Outcome     Outcome
	Failed      failView
}

// ToToday reports whether the page of today is another way on: not before there are settings.
func (w workView) ToToday() bool {
	return w.Outcome.Next != "/" && !strings.HasPrefix(w.Outcome.Next, "/start")
}

func (w *work) view(id string) (workView, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	v := workView{ID: id, Title: w.title, Back: w.back, Percent: -1, Note: w.progress.Note, Ended: w.ended, Outcome: w.outcome, Failed: w.failed}
	if t := w.progress.Total; t > 0 {
		v.Percent = int(min(100, 100*w.progress.Done/t))
	}
	return v, w.changed
}

func (v *visit) work() (*work, string, error) {
	id := v.r.PathValue("id")
	n, err := strconv.Atoi(id)
	if err == nil {
		v.works.mu.Lock()
		defer v.works.mu.Unlock()
		if w := v.works.all[n]; w != nil {
			return w, id, nil
		}
	}
	return nil, "", refusal{http.StatusNotFound, "web.no-work"}
}

// hidden is a work as a locked page may show it: that it goes on, and how far it is. Of what, where, and how it
// ended may name files and people.
func (w workView) hidden(title string) workView {
	return workView{ID: w.ID, Title: title, Back: "/", Percent: w.Percent, Ended: w.Ended}
}

func showWork(v *visit) error {
	w, id, err := v.work()
	if err != nil {
		return err
	}
	view, _ := w.view(id)
	if v.session.locked {
		if view.Ended { // how, stands behind the passphrase
			rt := route{needs: present}
			if !v.admitted(rt, true) {
				return nil
			}
		}
		view = view.hidden(v.words.T("web.work.locked"))
	}
	f := frameView{Data: view}
	if !view.Ended {
		f.Refresh = 3
	}
	return v.draw("work", http.StatusOK, f)
}

// eventsEvery is how often a page is told at most.
const eventsEvery = 250 * time.Millisecond

// followWork tells the script of the page how far it is (server-sent events), until it has ended.
func followWork(v *visit) error {
	w, id, err := v.work()
	if err != nil {
		return err
	}
	flush := http.NewResponseController(v.w)
	v.w.Header().Set("Content-Type", "text/event-stream")
	for {
		view, changed := w.view(id)
		if s, there := v.find(v.r, false); !there || s.locked { // since the last look, too
			view = view.hidden("")
		}
		b, _ := json.Marshal(struct {
			Percent int    `json:"percent"`
			Note    string `json:"note"`
			Ended   bool   `json:"ended"`
		}{view.Percent, view.Note, view.Ended})
		if _, err := fmt.Fprintf(v.w, "data: %s\n\n", b); err != nil || flush.Flush() != nil || view.Ended {
			return nil //nolint:nilerr // who followed it has gone
		}
		select {
		case <-changed:
		case <-v.ctx().Done():
			return nil
		case <-v.Server.ctx.Done():
			return nil
		}
		select {
		case <-time.After(eventsEvery):
		case <-v.ctx().Done():
			return nil
		}
	}
}
