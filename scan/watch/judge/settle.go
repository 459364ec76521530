package judge

import (
	"custode/scan/watch"
	"custode/scan/watch/rules"
)

// Settle looks at files whose look waits, because a program is held before it opens
// another one: what its session did is to be known first. Of a session that has one file
// waiting, nothing is looked at, since many programs write to one file all the time; of
// one that has several, those that are closed; and where there are three that are half
// written, which no save leaves behind, those too.
func (j *Judge) Settle() []rules.Fact {
	if len(j.waiting) < 2 {
		return nil
	}
	closed, open := map[int]int{}, map[int]int{}
	for _, d := range j.waiting {
		if d.ev.Op.Has(watch.CloseWrite) {
			closed[maker(d.ev)]++
		} else {
			open[maker(d.ev)]++
		}
	}
	var out []rules.Fact
	for path, d := range j.waiting {
		of, least := open, 3
		if d.ev.Op.Has(watch.CloseWrite) {
			of, least = closed, 2
		}
		if of[maker(d.ev)] >= least {
			delete(j.waiting, path)
			out = j.seen(out, d.ev)
		}
	}
	return out
}
