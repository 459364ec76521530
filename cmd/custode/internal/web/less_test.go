package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// heap is an office with some files that can go.
type heap struct {
	*madeUp
	Lessener

	plan LessPlan
	want LessWish
	done int
	back int64
}

func (h *heap) PlanLess(_ context.Context, want LessWish) (LessPlan, error) {
	h.want = want
	return h.plan, nil
}

func (h *heap) Less(_ context.Context, want LessWish, _ func(Progress)) (Outcome, error) {
	h.want = want
	h.done++
	return Outcome{Title: "less is held"}, nil
}

func (h *heap) Undos(_ context.Context, skip, most int64) ([]UndoLine, int64, error) {
	if skip != 0 || most != leafHolds {
		return nil, 51, nil
	}
	return []UndoLine{{ID: 7, Name: "a <b>.csv", Line: "deleted", There: true}, {ID: 6, Name: "gone.csv"}}, 51, nil
}

func (h *heap) Held(context.Context) (bool, error) { return h.open, nil }

func (h *heap) TakeBack(_ context.Context, id int64) (Outcome, error) {
	h.back = id
	return Outcome{Title: "it is back"}, nil
}

// TestLess: nothing goes before it was agreed to, and only what was; without keys, or without files, nothing does.
func TestLess(t *testing.T) {
	s := newSite(t)
	h := &heap{madeUp: s.madeUp, plan: LessPlan{
		Name: "plan1", Count: 1, Head: "What is older", Files: []LessFile{{"<visits>.csv", []string{"24 of 49 rows go"}}}, Stays: []string{"b.csv: in use"},
		Asks: []LessColumn{{"f2", "two.csv", []Choice{{ID: "First <day>", Name: "First <day>"}}}}, Order: true,
	}}
	s.o.Office = func(string) Office { return h }
	form := url.Values{"do": {"old"}, "months": {"24"}, "file": {"f1", "f2"}, "column.f3": {"Last"}}
	want(t, s.post("/data/less", form), http.StatusOK, "&lt;visits&gt;.csv", "24 of 49 rows go", "b.csv: in use", `name="seen" value="plan1"`, `name="file" value="f2"`, `name="column.f3" value="Last"`, `name="column.f2"`, `value="First &lt;day&gt;"`, `value="month-first"`)
	if h.want.Do != "old" || h.want.Months != 24 || h.want.Columns["f3"] != "Last" || len(h.want.Files) != 2 {
		t.Errorf("%+v", h.want)
	}
	for _, seen := range []string{"", "plan0"} {
		form.Set("seen", seen)
		want(t, s.post("/data/less/now", form), http.StatusConflict, "changed since you saw this page")
	}
	form.Set("seen", "plan1")
	h.plan.Keys = true
	want(t, s.post("/data/less/now", form), http.StatusConflict, `href="/vault/keys"`)
	h.plan.Keys, h.plan.Count = false, 0
	want(t, s.post("/data/less/now", form), http.StatusConflict)
	if s.all.Wait(); h.done != 0 {
		t.Fatal("done before it was agreed to")
	}
	h.plan.Count = 1
	if r := s.post("/data/less/now", form); r.Header.Get("Location") != "/work/1" {
		t.Error(r.Status)
	}
	s.all.Wait()
	want(t, s.get("/work/1"), http.StatusOK, "less is held")
	if h.done != 1 || h.want.Seen != "plan1" {
		t.Errorf("%d, %+v", h.done, h.want)
	}
	for name, bad := range map[string]url.Values{
		"nothing is ticked":      {"do": {"gone"}},
		"no such act":            {"do": {"burn"}, "file": {"f1"}},
		"of no age":              {"do": {"old"}, "file": {"f1"}},
		"of an age that is none": {"do": {"old"}, "months": {"-3"}, "file": {"f1"}},
	} {
		for _, path := range []string{"/data/less", "/data/less/now"} {
			if r := s.post(path, bad); r.StatusCode/100 != 4 {
				t.Errorf("%s, %s: %s", path, name, r.Status)
			}
		}
	}
}

// TestUndoPage: what can be taken back is listed page by page, and to take it back needs the keys.
func TestUndoPage(t *testing.T) {
	s := newSite(t)
	h := &heap{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return h }
	page := want(t, s.get("/data/undo"), http.StatusOK, "a &lt;b&gt;.csv", `name="id" value="7"`, "not in its folder any more", `href="/data/undo?page=2"`)
	if strings.Contains(page, `value="6"`) {
		t.Error("what is not there is offered")
	}
	want(t, s.get("/data/undo?page=2"), http.StatusOK)
	want(t, s.post("/data/undo", url.Values{"id": {"7"}}), http.StatusOK, `name="passphrase"`, `name="id" value="7"`)
	if h.back != 0 {
		t.Fatal("taken back without keys")
	}
	if r := s.post("/data/undo", url.Values{"id": {"7"}, "passphrase": {madeUpPass}}); r.Header.Get("Location") != "/work/1" {
		t.Error(r.Status)
	}
	if s.all.Wait(); h.back != 7 {
		t.Errorf("%d is taken back", h.back)
	}
}
