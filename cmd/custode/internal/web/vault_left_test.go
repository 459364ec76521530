package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// leftOffice has one copy that was left, and notes what is done with it.
type leftOffice struct {
	*madeUp

	did []string
}

func (o *leftOffice) Left(ctx context.Context) ([]LeftCopy, error) {
	one, err := o.LookLeft(ctx, "one")
	return []LeftCopy{one}, err
}

func (o *leftOffice) LookLeft(_ context.Context, id string) (LeftCopy, error) {
	return LeftCopy{ID: id, Name: "clienti.csv.age", Known: true}, nil
}

func (o *leftOffice) EndLeft(_ context.Context, id string, do LeftEnd) (Outcome, error) {
	o.did = append(o.did, id+" "+string(do))
	return Outcome{Title: "Seen to"}, nil
}

// TestLeft: what may be the only copy is thrown away only once that was said.
func TestLeft(t *testing.T) {
	s := newSite(t)
	o := &leftOffice{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	want(t, s.get("/vault/left"), http.StatusOK, "clienti.csv.age", `value="throw"`)
	want(t, s.post("/vault/left", url.Values{"id": {"one"}}), http.StatusBadRequest)
	want(t, s.post("/vault/left", url.Values{"id": {"one"}, "do": {"throw"}}), http.StatusOK, "Throw this copy away?", "clienti.csv.age")
	if len(o.did) > 0 {
		t.Fatalf("thrown away unasked: %q", o.did)
	}
	for _, form := range []url.Values{{"id": {"one"}, "do": {"seal"}}, {"id": {"one"}, "do": {"throw"}, "sure": {"yes"}}} {
		r := s.post("/vault/left", form)
		s.all.Wait()
		want(t, s.get(r.Header.Get("Location")), http.StatusOK, "Seen to")
	}
	if w := []string{"one seal", "one throw"}; !slices.Equal(o.did, w) {
		t.Errorf("%q, want %q", o.did, w)
	}
}
