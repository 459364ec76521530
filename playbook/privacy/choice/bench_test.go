package choice_test

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// heapPeak looks at the heap every 20 ms until it is asked for the most.
func heapPeak(tb testing.TB) func() uint64 {
	tb.Helper()
	runtime.GC()
	most, stop := uint64(0), make(chan struct{})
	wait := sync.WaitGroup{}
	wait.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	})
	return func() uint64 {
		close(stop)
		wait.Wait()
		return most
	}
}
