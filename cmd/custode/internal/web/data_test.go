package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// heldData is made up: what lies in the folders, and a plan.
type heldData struct {
	Office

	data   Data
	want   DataWish
	plan   SealPlan
	sealed []SealWish
}

func (h *heldData) Data(_ context.Context, want DataWish) (Data, error) {
	h.want = want
	return h.data, nil
}

func (h *heldData) PlanSealing(context.Context, SealWish) (SealPlan, error) { return h.plan, nil }

func (h *heldData) Seal(_ context.Context, want SealWish, tell func(Progress)) (Outcome, error) {
	h.sealed = append(h.sealed, want)
	tell(Progress{Done: 1, Total: 2, Note: "1 of 2 files"})
	return Outcome{Title: "Sealed", Lines: []string{"a line"}, Parts: []Part{{Say: "These:", List: []string{"<one>.csv"}, More: "and 3 more"}}, Next: "/data"}, nil
}

func newData(t *testing.T) (*site, *heldData) {
	t.Helper()
	s := newSite(t)
	h := &heldData{}
	s.Office = h
	return s, h
}

// TestDataPage: names of files are text, the filter stands in the addresses of the other pages, and
// what can't be sealed has no box to tick.
func TestDataPage(t *testing.T) {
	s, h := newData(t)
	want(t, s.get("/data"), http.StatusOK, "Nobody has looked yet")
	h.data = Data{
		Scanned: true, Sum: "Two files", Found: 120, CanSeal: 1, Files: []DataFile{
			{ID: "aa11", Path: "Clienti/<script>.csv", Status: "act", Tag: "high risk", Seals: true},
			{ID: "bb22", Path: "posta.mbox", Status: "attention", Tag: "medium risk", People: "about 3 people", Kinds: "3 phone numbers", Do: "Ask."},
			{ID: "cc33", Path: "altro.csv", Status: "attention", Tag: "medium risk", Gone: true},
		},
		Risks:  []RiskCount{{"high", "high risk", "act", 44}},
		ByRisk: []Choice{{Name: "All"}, {ID: "high", Name: "high", On: true}},
	}
	body := want(t, s.get("/data?risk=high&page=2"), http.StatusOK, "Clienti/&lt;script&gt;.csv", `value="aa11"`, `<option value="high" selected>`, `href="/data?page=1&amp;risk=high"`, `href="/data?page=3&amp;risk=high"`,
		`<a href="/data?risk=high#list"><span class="tag act">high risk</span>44 files</a>`, `<details class="fold held" open><summary><span class="tag act">high risk</span>1 file on this page`,
		`<details class="fold held"><summary><span class="tag attention">medium risk</span>2 files on this page`, "<summary>about 3 people</summary>")
	if strings.Contains(body, "bb22") || strings.Contains(body, "<script>.csv") {
		t.Error(body)
	}
	if h.want != (DataWish{DataFilter: DataFilter{Risk: "high"}, Skip: 50, Most: 50}) {
		t.Errorf("%+v", h.want)
	}
	h.data.NoKeys = true
	if body := want(t, s.get("/data"), http.StatusOK, "you need keys"); strings.Contains(body, `type="checkbox"`) || strings.Contains(body, "Seal the ticked") {
		t.Error("files can be ticked where there are no keys")
	}
}

// TestSealAgreed: nothing is sealed without a plan that was seen, as it is now.
func TestSealAgreed(t *testing.T) {
	s, h := newData(t)
	want(t, s.post("/data/seal", url.Values{}), http.StatusUnprocessableEntity, "No file was chosen")
	h.plan = SealPlan{Name: "p1", Count: 2, Does: []string{"2 files would be sealed."}, Stays: []string{"1 file: in the bin"}}
	form := url.Values{"file": {"aa11", "bb22"}, "risk": {"high"}}
	want(t, s.post("/data/seal", form), http.StatusOK, "2 files would be sealed.", "1 file: in the bin", `name="file" value="aa11"`, `name="file" value="bb22"`, `name="risk" value="high"`, `name="seen" value="p1"`)
	for _, seen := range []string{"", "p0"} {
		form.Set("seen", seen)
		want(t, s.post("/data/seal/now", form), http.StatusConflict, "have changed since", `name="seen" value="p1"`)
	}
	form.Set("seen", "p1")
	h.plan.Keys = "keys first"
	if body := want(t, s.post("/data/seal/now", form), http.StatusConflict, "keys first"); strings.Contains(body, "/data/seal/now") {
		t.Error("a button that can't work")
	}
	h.plan.Keys, h.plan.Count = "", 0
	want(t, s.post("/data/seal/now", form), http.StatusConflict, "nothing to seal")
	if len(h.sealed) > 0 {
		t.Fatalf("sealed: %+v", h.sealed)
	}
	h.plan.Count = 2
	r := s.post("/data/seal/now", form)
	if r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	at := r.Header.Get("Location")
	for end := time.Now().Add(10 * time.Second); len(s.works.going()) > 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	want(t, s.get(at), http.StatusOK, "<h1>Sealed</h1>", "a line", "These:", "&lt;one&gt;.csv", "and 3 more", `href="/data"`)
	if len(h.sealed) != 1 || h.sealed[0].Seen != "p1" || len(h.sealed[0].Files) != 2 || h.sealed[0].Risk != "high" {
		t.Errorf("%+v", h.sealed)
	}
}
