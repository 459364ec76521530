package job_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/playbook"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

func incidents(t *testing.T, home string) (job.Incidents, *store.Store) {
	t.Helper()
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := plan.Load(book)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), home, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return job.Incidents{Store: st, Book: book, Library: lib}, st
}

// next does the first open step, with every fact unknown, and gives its id; "" at the end.
func next(ctx context.Context, in job.Incidents, id int64) (step string, err error) {
	_, err = in.Change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) {
		open := r.Path().Open
		if len(open) == 0 {
			return nil, nil
		}
		step = open[0].ID
		return r.Done(playbook.Who{Name: "anna", At: time.Now()}, step, unknown(open[0].Step), "")
	})
	return step, err
}

func unknown(s *plan.Step) playbook.Answers {
	given := playbook.Answers{}
	for _, key := range s.Asks {
		given[key] = fact.Unknown
	}
	return given
}

// stepsDone lists the steps of the events that say that one is done; one twice is an error.
func stepsDone(t *testing.T, r *playbook.Run) []string {
	t.Helper()
	var out []string
	for _, e := range r.Events {
		if e.Kind != playbook.Done {
			continue
		}
		if slices.Contains(out, e.Step) {
			t.Errorf("%s is done twice", e.Step)
		}
		out = append(out, e.Step)
	}
	return out
}

// TestWalCut cuts the write-ahead log at random places behind a commit that was
// confirmed, as a power cut does: what was confirmed is there, once, and the next step
// goes on from it.
func TestWalCut(t *testing.T) {
	home := t.TempDir()
	in, _ := incidents(t, home)
	id, _, err := in.Begin(t.Context(), playbook.Who{Name: "anna", At: time.Now()}, "lost-device", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	wal := filepath.Join(home, "custode.db-wal")
	size := func() int64 {
		t.Helper()
		info, err := os.Stat(wal)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	var confirmed []string
	ends := []int64{size()}
	for {
		step, err := next(t.Context(), in, id)
		if err != nil {
			t.Fatal(err)
		}
		if step == "" {
			break
		}
		confirmed = append(confirmed, step)
		ends = append(ends, size())
	}
	if len(confirmed) < 10 || ends[len(ends)-1] <= ends[0] {
		t.Fatalf("only %d steps, the log from %d to %d", len(confirmed), ends[0], ends[len(ends)-1])
	}
	db, err := os.ReadFile(filepath.Join(home, "custode.db"))
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(wal)
	if err != nil {
		t.Fatal(err)
	}
	rounds := 40
	if os.Getenv("CUSTODE_TORTURE") != "" {
		rounds = 1000
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		k := rnd.IntN(len(confirmed)) // the last that is confirmed
		cut := ends[k] + rnd.Int64N(ends[k+1]-ends[k]+1)
		torn := filepath.Join(t.TempDir(), "home")
		for name, raw := range map[string][]byte{"custode.db": db, "custode.db-wal": log[:cut]} {
			if err := errors.Join(os.MkdirAll(torn, 0o700), os.WriteFile(filepath.Join(torn, name), raw, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		st, err := store.Open(t.Context(), torn, time.Now)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		after := in
		after.Store = st
		r, err := after.Run(t.Context(), id)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if got := stepsDone(t, r); len(got) < k || !slices.Equal(got, confirmed[:len(got)]) || len(got) > k+1 {
			t.Fatalf("cut at %d behind step %d: done are %q", cut, k, got)
		}
		if step, err := next(t.Context(), after, id); err != nil || step != "" && !slices.Contains(confirmed[k:], step) {
			t.Fatalf("cut at %d: next is %q, %v", cut, step, err)
		}
		if _, f, err := st.Verify(t.Context(), nil); err != nil || f != nil {
			t.Fatalf("cut at %d: the journal: %v, %v", cut, f, err)
		}
		if err := errors.Join(st.Close(), os.RemoveAll(torn)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTwoPeople lets several people do the steps of one run at once: each step is done
// once, by one of them, and the others are told who.
func TestTwoPeople(t *testing.T) {
	home := t.TempDir()
	in, _ := incidents(t, home)
	id, _, err := in.Begin(t.Context(), playbook.Who{Name: "anna", At: time.Now()}, "lost-device", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for {
		r, err := in.Run(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		open := r.Path().Open
		if len(open) == 0 {
			break
		}
		steps++
		results := make(chan error, 4)
		var wg sync.WaitGroup
		for person := range cap(results) { // all have seen the same step
			wg.Go(func() {
				who := playbook.Who{Name: fmt.Sprintf("person-%d", person), At: time.Now()}
				_, err := in.Change(t.Context(), id, func(r *playbook.Run) ([]playbook.Event, error) {
					return r.Done(who, open[0].ID, unknown(open[0].Step), "")
				})
				results <- err
			})
		}
		wg.Wait()
		close(results)
		won := 0
		for err := range results {
			var at *playbook.StepError
			switch {
			case err == nil:
				won++
			case !errors.Is(err, playbook.ErrAlready) || !errors.As(err, &at) || at.By == "":
				t.Errorf("%s: %v", open[0].ID, err)
			}
		}
		if won != 1 {
			t.Errorf("%s was done by %d", open[0].ID, won)
		}
	}
	r, err := in.Run(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got := stepsDone(t, r); len(got) != steps || !r.Path().Complete {
		t.Errorf("%d done, %d confirmed, complete %v", len(got), steps, r.Path().Complete)
	}
}

// TestKeepsItsPlan begins a run and then gives custode another version of the plan: the
// run keeps the one that it began with.
func TestKeepsItsPlan(t *testing.T) {
	in, _ := incidents(t, t.TempDir())
	id, r, err := in.Begin(t.Context(), playbook.Who{Name: "anna", At: time.Now()}, "lost-device", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	in.Library = &plan.Library{} // a custode that has none of these plans any more
	got, err := in.Run(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got.Plan.Digest != r.Plan.Digest || len(got.Steps()) != len(r.Steps()) {
		t.Errorf("another plan: %s, %s", got.Plan.Digest, r.Plan.Digest)
	}
	if _, err := in.Run(t.Context(), id+1); !errors.Is(err, job.ErrNoRun) {
		t.Errorf("a run that there is not: %v", err)
	}
}
