package store_test

import (
	"context"
	"testing"
	"time"

	"custode/cmd/custode/internal/store"
	"custode/scan/watch/lookout"
)

// TestTurn: who asks again and again sees each change at once, also after
// a long time of quiet.
func TestTurn(t *testing.T) {
	ctx, home := context.Background(), t.TempDir()
	watch, err := store.Open(ctx, home, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	turn := func() int64 {
		t.Helper()
		n, err := watch.Turn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	last := turn()
	for quiet := range 70 {
		for range quiet {
			if n := turn(); n != last {
				t.Fatalf("%d became %d by itself", last, n)
			}
		}
		if err := watch.Pause(ctx, lookout.Pause{Until: time.Now(), Why: "test"}); err != nil {
			t.Fatal(err)
		}
		n := turn()
		if n == last {
			t.Fatalf("after %d times of quiet the change is not seen", quiet)
		}
		last = n
	}
}
