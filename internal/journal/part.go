package journal

import "time"

// Part is what of a journal is wanted to read, the newest first.
type Part struct {
	Kind     string    // only these; "" all
	From, To time.Time // at or after From and before To; zero: no end on that side
	Skip     int64     // so many of the newest are left out
	Most     int64     // so many at most
}
