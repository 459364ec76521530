package lookout

import (
	"errors"
	"hash/fnv"
	"os"
	"slices"

	"custode/scan/watch"
	"custode/scan/watch/baseline"
	"custode/scan/watch/judge"
	"custode/scan/watch/rules"
)

// batch takes what the sensors told: it is noted and passed on at once, and judged by and
// by, since a look at a file takes longer than anything else.
func (l *lookout) batch(b watch.Batch) error {
	var err error
	l.hasten(len(b.Events))
	some := l.some[:0]
	for i := range b.Events {
		if l.gate != nil {
			l.gate.See(&b.Events[i])
		}
		err = errors.Join(err, l.note(&b.Events[i]))
		if l.o.Events == nil {
			continue
		}
		some = append(some, Seen{&b.Events[i], l.expects(&b.Events[i])})
		if len(some) == together || i == len(b.Events)-1 {
			l.o.Events(some)
			clear(some)
			some = some[:0]
		}
	}
	l.some = some
	for _, g := range b.Blind {
		l.blind(g, false)
	}
	l.events += int64(len(b.Events))
	l.queue.add(b)
	return err
}

// together is how many events are passed on at once at most.
const together = 128

// note writes down that something happened.
func (l *lookout) note(ev *watch.Event) error {
	if ev.Op&watch.Changes != 0 {
		l.now.event(ev)
	}
	if rows := l.record.Add(ev, l.judge.Folder(pathOf(ev))); rows != nil {
		return l.say(Entry{Activity: rows})
	}
	return nil
}

func pathOf(ev *watch.Event) string {
	if ev.Path == "" {
		return ev.From
	}
	return ev.Path
}

// event judges one.
func (l *lookout) event(ev *watch.Event) error {
	if ev.Op&watch.Changes == 0 && l.ownRead(ev) {
		return nil
	}
	return l.judged(l.judge.Facts(*ev))
}

// expects reports whether a habit, or what custode has announced, explains an event. It
// goes by what happened alone: what became of the file is not known yet.
func (l *lookout) expects(ev *watch.Event) bool {
	if ev.Op&watch.Changes == 0 && l.ownRead(ev) {
		return true
	}
	path := pathOf(ev)
	f := rules.Fact{
		At: ev.At, Path: path, Folder: l.judge.Folder(path),
		Own: (ev.Actor == nil || l.ours(ev.Actor)) && l.intents.Announced(path),
	}
	if a := ev.Actor; a != nil {
		f.Who = judge.Who(a)
	}
	for _, f.Verb = range judge.Verbs(ev) {
		if !l.engine.Profile().Expects(&f) {
			return false
		}
	}
	return true
}

// ownRead reports whether it is custode that reads, as it has announced.
func (l *lookout) ownRead(ev *watch.Event) bool {
	if ev.Actor != nil && ev.Actor.Program != "" && ev.Actor.Digest != l.o.Own {
		return false
	}
	return l.intents.Reads(ev.Path)
}

func (l *lookout) judged(facts []rules.Fact) error {
	l.denials.See(facts)
	var err error
	for _, f := range facts {
		err = errors.Join(err, l.news(l.engine.See(f)))
	}
	return err
}

func (l *lookout) news(list []rules.News) error {
	l.denials.Take(list)
	var err error
	for _, n := range list {
		if n.What == rules.Over {
			delete(l.grown, n.Incident.Serial)
		} else {
			l.grown[n.Incident.Serial] = n.Incident.Counts.Files
			l.grave = l.grave || l.gate == nil && n.Incident.Severity >= rules.High // at the gate programs wait, and who is denied is settled
		}
		err = errors.Join(err, l.say(Entry{News: &n}))
	}
	return err
}

// grew tells which open incidents and habits have changed.
func (l *lookout) grew() error {
	var e Entry
	for _, i := range l.engine.Open() {
		if l.grown[i.Serial] != i.Counts.Files {
			l.grown[i.Serial] = i.Counts.Files
			e.Grown = append(e.Grown, i)
		}
	}
	p := l.engine.Profile()
	var changed []rules.Habit
	for _, h := range p.Habits() {
		k := h.Key()
		if w := weigh(h); l.habits[k] != w {
			l.habits[k] = w
			changed = append(changed, h)
		}
	}
	if changed != nil {
		e.Habits = &Habits{Since: p.Since, List: changed}
	}
	if e.Grown == nil && e.Habits == nil {
		return nil
	}
	return l.say(e)
}

// weigh is a number that changes when a habit does, but for when it was seen last,
// which counts by the day.
func weigh(h rules.Habit) int {
	sum := fnv.New64a()
	for _, n := range []int64{int64(h.Verbs), int64(h.Hours[0]), int64(h.Hours[1]), int64(h.Hours[2]), int64(h.Most), int64(h.Deleted), int64(h.Renamed), h.Last.Unix() / 86400} { //nolint:gosec // bits only
		var b [8]byte
		for i := range b {
			b[i] = byte(n >> (8 * i)) //nolint:gosec // bits only
		}
		_, _ = sum.Write(b[:]) // it never fails
	}
	_, _ = sum.Write([]byte(h.Digest))
	return int(sum.Sum64()) //nolint:gosec // bits only
}

// blind notes an interval: a comparison is to show what was missed.
func (l *lookout) blind(b watch.Blind, killed bool) {
	if slices.Contains([]watch.Why{watch.Network, watch.NotRoot, watch.System}, b.Why) {
		return // a lesser sensor, which the status tells
	}
	for _, p := range l.waiting { // a storm is one interval
		if p.Why == b.Why && !p.told && slices.Equal(p.Folders, b.Folders) {
			p.To = b.To
			if p.Lost >= 0 && b.Lost >= 0 {
				p.Lost += b.Lost
			}
			return
		}
	}
	l.waiting = append(l.waiting, &pending{Blind: Blind{Blind: b, Killed: killed}, until: l.o.Now().Add(l.times.Haste)})
}

// grave reports whether a person is to know of an interval. A computer that is switched
// off at night, or sleeps, shows nothing to anybody.
func (p *pending) grave() bool {
	return p.Changed > 0 || p.Killed || p.Why == watch.Covered
}

func (l *lookout) tellBlind(p *pending) error {
	p.told = true
	b := p.Blind // it may grow while that is being written down
	err := l.say(Entry{Blind: &b})
	if p.grave() {
		err = errors.Join(err, l.news(l.engine.Blindness(p.From, p.To, string(p.Why), p.Changed, p.Paths...)))
	}
	return err
}

// compared takes a comparison that is over.
func (l *lookout) compared(c compared) error {
	l.checking = false
	c.checked.Counts = map[string]int{}
	own := func(d difference) bool { return l.intents.Announced(d.path) || watch.Probe(d.path) }
	var err error
	for _, d := range c.differ {
		if l.now.has(d.path) || l.before.has(d.path) || d.what == baseline.Touched || own(d) {
			continue
		}
		if l.earlier != nil && l.earlier.explains(d) {
			continue
		}
		c.checked.Counts[string(d.what)]++
		if len(c.checked.Paths) < MostPaths {
			c.checked.Paths = append(c.checked.Paths, d.path)
		}
	}
	total := c.more
	for _, n := range c.checked.Counts {
		total += n
	}
	if c.checked.Err == "" {
		l.last, l.earlier = c.checked.Digest, nil
		_ = os.Remove(touchedPath(l.o.Dir) + ".old") // what it explained is in the baseline now
	}
	err = l.say(Entry{Checked: &c.checked})
	for _, p := range c.blinds {
		p.Compared, p.Changed, p.Paths = c.checked.Err == "", total, c.checked.Paths
		if p.told { // it took long: only the numbers are new
			b := p.Blind
			err = errors.Join(err, l.say(Entry{Blind: &b}))
			if total > 0 {
				err = errors.Join(err, l.news(l.engine.Blindness(p.From, p.To, string(p.Why), total, p.Paths...)))
			}
			continue
		}
		err = errors.Join(err, l.tellBlind(p))
	}
	l.closing = nil
	if c.checked.Damaged {
		err = errors.Join(err, l.news(l.engine.Blindness(l.o.Now(), l.o.Now(), "baseline", 0)))
	}
	if total > 0 && len(c.blinds) == 0 {
		err = errors.Join(err, l.news(l.engine.Blindness(l.fast, l.o.Now(), "unseen", total, c.checked.Paths...)))
	}
	return err
}

// selfTested notes what a self-test showed; what was promised and not shown is told.
func (l *lookout) selfTested(reports []watch.Report) error {
	l.testing, l.tested = false, l.o.Now()
	l.missing = nil
	for _, r := range reports {
		for _, op := range r.Missing(l.promised[r.Folder]) {
			l.missing = append(l.missing, op.String()+" "+r.Folder)
		}
	}
	var err error
	if len(l.missing) > 0 {
		err = l.news(l.engine.Blindness(l.tested, l.tested, "sensor", 0))
	}
	return errors.Join(err, l.status())
}

func (l *lookout) status() error {
	s := Status{
		PID: os.Getpid(), Started: l.started, Root: l.o.Root, Tested: l.tested, Missing: l.missing, Files: l.judge.Known(), Learning: l.learning,
		Events: l.events, Busy: l.busy, Next: l.alive.Sample.Add(l.times.Turn()), Coverage: map[string]Covered{}, Gate: l.gated,
	}
	if l.gate != nil {
		g := l.gate.Stats()
		s.Asked, s.Denied, s.Skipped = g.Asked, g.Denied, g.Skipped
		l.denied = g.Denied
	}
	for folder, c := range l.w.Coverage().Folders {
		v := Covered{Backend: c.Backend, Changes: c.Changes, Reads: c.Reads, Who: c.Who, Permissions: c.Permissions, Delay: c.Delay, Why: c.Why}
		if limit, is := errors.AsType[*watch.LimitError](c.Err); is {
			v.Sysctl, v.Value = limit.Sysctl, limit.Value
		}
		s.Coverage[folder] = v
	}
	return l.say(Entry{Status: &s})
}
