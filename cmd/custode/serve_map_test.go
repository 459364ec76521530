package main

import (
	"os"
	"path/filepath"
	"testing"

	"custode/cmd/custode/internal/web"
)

func TestMapOnThePage(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	if q, err := o.MapQuestion(t.Context(), "use-3"); err != nil || q.Kind != "shop" || len(q.Trades) == 0 || q.GoOn != "" {
		t.Fatalf("%+v %v", q, err)
	}
	begin := web.MapAnswer{Trade: "hairdresser", Address: "Via Inventata 1", Reach: "shop@example.com 055 000 000"}
	for wrong, a := range map[string]web.MapAnswer{"fault.map.trade": {Trade: "x"}, "fault.map.reach": {Trade: "hairdresser", Reach: "nowhere"}} {
		if _, _, err := o.AnswerMap(t.Context(), a); !isFault(err, wrong) {
			t.Error(wrong, err)
		}
	}
	at, done, err := o.AnswerMap(t.Context(), begin)
	if err != nil || done || at != "use-0" {
		t.Fatal(at, done, err)
	}
	if _, err := os.Stat(filepath.Join(home, "privacy.yaml")); err == nil {
		t.Error("it counts before it is answered")
	}
	first, err := o.MapQuestion(t.Context(), at)
	if err != nil || first.Kind != "use" {
		t.Fatalf("%+v %v", first, err)
	}
	no := web.MapAnswer{At: at, ID: first.ID, Say: "no"}
	for range 2 { // sent twice, one use goes
		if at, _, err = o.AnswerMap(t.Context(), no); err != nil || at != "use-0" {
			t.Fatal(at, err)
		}
	}
	o = officeOf(t, home) // it was left, and is taken up
	if q, err := o.MapQuestion(t.Context(), ""); err != nil || q.GoOn != "use-0" || q.Address != "Via Inventata 1" {
		t.Errorf("%+v %v", q, err)
	}
	recipientIsOne(t, o)
	uses, whys := 0, 0
	for n := 0; at != ""; n++ {
		q, err := o.MapQuestion(t.Context(), at)
		if err != nil || n > 60 {
			t.Fatal(n, err)
		}
		a := web.MapAnswer{At: q.At, ID: q.ID, Say: "yes", Months: max(q.Months, q.Least)}
		if q.Kind == "use" {
			uses++
		} else {
			whys++
			a.Why, a.Words, a.Basis = "own", "garden work", "contract"
		}
		if at, done, err = o.AnswerMap(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if !done || uses == 0 || whys == 0 {
		t.Errorf("done %t, %d uses, %d reasons", done, uses, whys)
	}
	p, err := o.Privacy(t.Context())
	if err != nil || !p.Declared || len(p.Uses) != uses+whys {
		t.Errorf("%d uses and reasons were said, %d are kept, %v", uses+whys, len(p.Uses), err)
	}
	if _, err := os.Stat(filepath.Join(home, "privacy.half.yaml")); err == nil {
		t.Error("answers still wait")
	}
}

// recipientIsOne holds that a form with somebody else who gets data, sent twice, adds them once.
func recipientIsOne(t *testing.T, o *office) {
	t.Helper()
	before, err := o.MapQuestion(t.Context(), "use-0")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if at, _, err := o.AnswerMap(t.Context(), web.MapAnswer{At: "use-0", ID: before.ID, Say: "yes", Months: max(before.Months, before.Least), Own: "Studio Inventato"}); err != nil || at != "use-1" {
			t.Fatal(at, err)
		}
	}
	q, err := o.MapQuestion(t.Context(), "use-0")
	if err != nil || len(q.Recipients) != len(before.Recipients)+1 || !q.Recipients[len(before.Recipients)].On {
		t.Errorf("%d recipients, before %d, %v", len(q.Recipients), len(before.Recipients), err)
	}
}
