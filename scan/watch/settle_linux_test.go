package watch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Whatever was done to the files before Settle was called has been told when it
// returns, however much was going on; and the process is known that asks.
func TestSettle(t *testing.T) {
	_, shop := disk(t)
	w, err := Start(t.Context(), Options{Folders: []string{shop}, Now: time.Now, Backend: fanName, self: -1})
	must(t, err)
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	told := map[string]bool{}
	var taker sync.WaitGroup
	taker.Go(func() {
		for {
			b, err := w.Next(ctx)
			if err != nil {
				return
			}
			mu.Lock()
			for _, e := range b.Events {
				if e.Op.Has(CloseWrite) {
					told[e.Path] = true
				}
			}
			mu.Unlock()
			b.Done()
		}
	})
	defer taker.Wait()
	defer cancel()
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 100 {
				path := filepath.Join(shop, fmt.Sprintf("%d-%d.txt", g, i))
				if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
					t.Error(err)
				}
				who, err := w.Settle(t.Context(), os.Getpid(), 1<<22)
				if err != nil || len(who) != 2 || who[0] == nil || who[0].PID != os.Getpid() || who[1] != nil {
					t.Errorf("%v %v", who, err)
				}
				mu.Lock()
				if !told[path] {
					t.Errorf("%s was not told", path)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
}

func TestSettleWhenNobodyTakes(t *testing.T) {
	_, shop := disk(t)
	w, err := Start(t.Context(), Options{Folders: []string{shop}, Now: time.Now, Backend: fanName, self: -1})
	must(t, err)
	defer w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := w.Settle(ctx); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("%v", err)
	}
}
