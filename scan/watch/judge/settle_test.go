package judge_test

import (
	"testing"

	"custode/scan/watch"
)

// TestSettle: before a program opens another file, what several files of its session
// became is not put off.
func TestSettle(t *testing.T) {
	s := newShop(t)
	for _, n := range []string{"00.csv", "01.csv", "02.csv", "03.csv"} {
		s.write(n, list(400))
	}
	for _, n := range []string{"00.csv", "01.csv", "02.csv"} {
		s.write(n, noise(n, 3000))
	}
	if len(s.news) > 0 {
		t.Fatal("they were to wait")
	}
	if s.take(s.j.Settle()); len(s.news) != 1 {
		t.Errorf("%v", s.news)
	}
	s.write("05.csv", list(500))
	s.write("05.csv", list(501))
	if f := s.j.Settle(); f != nil {
		t.Errorf("one file that is written again and again does wait: %v", f)
	}
}

// TestSettleHalfWritten: two files that are being saved are no damage, three are.
func TestSettleHalfWritten(t *testing.T) {
	s := newShop(t)
	for i, n := range []string{"00.csv", "01.csv", "02.csv", "03.csv", "04.csv", "05.csv"} {
		s.write(n, list(400))
		if i < 3 {
			continue
		}
		s.put(n, noise(n, 3000))
		s.tell(watch.Event{Op: watch.Write, Path: s.path(n)})
		if s.take(s.j.Settle()); i < 5 && len(s.news) > 0 {
			t.Fatalf("%d half written: %v", i-2, s.news)
		}
	}
	if len(s.news) != 1 {
		t.Errorf("%v", s.news)
	}
}
