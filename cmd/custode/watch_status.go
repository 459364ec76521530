package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/alert"
	"custode/internal/fault"
	"custode/scan/watch/baseline"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// coveragePage says of each folder what is seen there.
func (sh *shell) coveragePage(p *page, t teller, s lookout.Status) {
	w := sh.words
	for _, folder := range slices.Sorted(maps.Keys(s.Coverage)) {
		c := s.Coverage[folder]
		p.line("  " + shorten(printable(folder), p.width-2))
		if c.Backend == "" {
			p.wrap("    ", p.amber(w.T("watch.why.gone")))
			continue
		}
		p.wrap("    ", t.covered(c))
		if why := t.lesser(c); why != "" {
			p.wrap("    ", p.amber(why))
		}
	}
	switch {
	case s.Gate == lookout.GateOn && s.Denied > 0:
		p.wrap("  ", p.amber(w.N("watch.gate.denied", s.Denied)))
	case s.Gate == lookout.GateOn:
		p.wrap("  ", w.T("watch.gate.on"))
	case s.Gate == lookout.GateFailed:
		p.wrap("  ", p.amber(w.T("watch.gate.failed")))
	}
	for _, m := range s.Missing {
		p.wrap("  ", p.red(w.T("watch.missing", printable(m))))
	}
}

// The document of watch --status --json.
type watchStatusDoc struct {
	Schema   string             `json:"schema"`
	Running  bool               `json:"running"`
	PID      int                `json:"pid"`
	Since    string             `json:"since"`
	Heard    string             `json:"heard"`
	Root     bool               `json:"root"`
	Learned  bool               `json:"learned"`
	Learning string             `json:"learning_since"`
	Paused   string             `json:"paused_until"`
	Folders  []watchFolderDoc   `json:"folders"`
	Missing  []string           `json:"missing"`
	Files    int                `json:"files"`
	Events   int64              `json:"events"`
	BusyMS   int64              `json:"busy_ms"`
	Gate     string             `json:"gate"`
	Denied   int64              `json:"denied"`
	Gaps     []watchGapDoc      `json:"gaps"`
	Unsent   []watchDeliveryDoc `json:"undelivered"`
}

type watchFolderDoc struct {
	Path    string `json:"path"`
	Backend string `json:"backend"`
	Changes bool   `json:"changes"`
	Reads   bool   `json:"reads"`
	Who     bool   `json:"who"`
	DelayMS int64  `json:"delay_ms"`
	Why     string `json:"why"`
}

type watchGapDoc struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Why      string `json:"why"`
	Lost     int64  `json:"lost"`
	Compared bool   `json:"compared"`
	Changed  int    `json:"changed"`
}

type watchDeliveryDoc struct {
	Channel string `json:"channel"`
	Subject string `json:"subject"`
	Tries   int    `json:"tries"`
	Error   string `json:"error"`
	Next    string `json:"next"`
}

// gapsShown is how far back gaps are told.
const gapsShown = 7 * 24 * time.Hour

// watchStatus says whether the watch runs, what it sees and what it missed.
func (sh *shell) watchStatus(ctx context.Context, asJSON bool) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // nothing was written
	k, err := sh.watchStands(ctx, st)
	if err != nil {
		return err
	}
	plan, err := sh.watchPlan(ctx, st, set)
	if err != nil {
		return err
	}
	if asJSON {
		doc := watchStatusDoc{
			Schema: "custode.watch-status/1", Running: k.running, PID: k.PID, Since: stamp(k.Started), Heard: stamp(k.At), Root: k.Root, Learned: learned(plan, sh.now()),
			Learning: stamp(plan.Since), Missing: append([]string{}, k.Missing...), Files: k.Files, Events: k.Events, BusyMS: k.Busy.Milliseconds(),
			Folders: []watchFolderDoc{}, Gaps: []watchGapDoc{}, Unsent: []watchDeliveryDoc{},
		}
		doc.Gate, doc.Denied = k.Gate, k.Denied
		if plan.Pause.After(sh.now()) {
			doc.Paused = stamp(plan.Pause)
		}
		for _, folder := range slices.Sorted(maps.Keys(k.Coverage)) {
			c := k.Coverage[folder]
			doc.Folders = append(doc.Folders, watchFolderDoc{folder, c.Backend, c.Changes, c.Reads, c.Who, c.Delay.Milliseconds(), string(c.Why)})
		}
		for _, g := range k.gaps {
			doc.Gaps = append(doc.Gaps, watchGapDoc{stamp(g.From), stamp(g.To), string(g.Why), g.Lost, g.Compared, g.Changed})
		}
		for _, d := range k.unsent {
			doc.Unsent = append(doc.Unsent, watchDeliveryDoc{d.Channel, d.Subject, d.Tries, d.Error, stamp(d.Due)})
		}
		return sh.json(doc)
	}
	return sh.watchStatusPage(set, k, plan)
}

func learned(p lookout.Plan, now time.Time) bool {
	return !p.Since.IsZero() && now.Sub(p.Since) >= rules.Learning
}

// watchStands is how it stands with the watch.
type watchStands struct {
	job.Kept

	running bool
	gaps    []lookout.Blind  // of the last days
	unsent  []alert.Delivery // that did not arrive
}

// watchStands tells how it stands with the watch.
func (sh *shell) watchStands(ctx context.Context, st state) (k watchStands, err error) {
	if k.Kept, k.running, err = sh.watchState(ctx, st); err != nil {
		return k, err
	}
	if err = st.Blinds(ctx, sh.now().Add(-gapsShown), func(b lookout.Blind) error { k.gaps = append(k.gaps, b); return nil }); err != nil {
		return k, err
	}
	k.unsent, err = st.FailedDeliveries(ctx, sh.now().Add(-gapsShown))
	return k, err
}

// learns says how far the watch is with learning what is normal, and what a person should do for
// that; "" nothing.
func (sh *shell) learns(plan lookout.Plan) string {
	w := sh.words
	switch left := rules.Learning - sh.now().Sub(plan.Since); {
	case plan.Since.IsZero():
	case left > 0:
		return w.T("watch.learning", w.Duration(left.Round(time.Hour)))
	case slices.ContainsFunc(plan.Habits, func(h rules.Habit) bool { return h.Said == rules.Unsaid }):
		return w.T("watch.review-due", sh.command("custode", "watch", "review"))
	}
	return ""
}

// blindWords says when the watch could not see, for how long and why, and what changed meanwhile.
func (sh *shell) blindWords(b lookout.Blind) (gap, changed string) {
	w := sh.words
	gap = w.T("watch.gap", w.DateTime(b.From), w.Duration(b.To.Sub(b.From)), w.T("watch.gap."+string(b.Why)))
	if b.Changed > 0 {
		changed = w.N("watch.gap.changed", int64(b.Changed))
	}
	return gap, changed
}

func (sh *shell) watchStatusPage(set settings, k watchStands, plan lookout.Plan) error {
	p, w, t := sh.page(sh.out, sh.outTerm), sh.words, teller{sh.words, set.Shop}
	switch {
	case k.running:
		p.line(p.green(w.T("watch.on", w.DateTime(k.Started))))
		sh.coveragePage(p, t, k.Status)
	case k.At.IsZero():
		p.wrap("", p.amber(w.T("watch.never")))
		p.wrap("", w.T("watch.start", sh.command("custode", "watch")))
		return p.fail
	default:
		p.wrap("", p.red(w.T("watch.off", w.DateTime(k.At))))
		p.wrap("", w.T("watch.start", sh.command("custode", "watch")))
	}
	p.gap()
	if plan.Pause.After(sh.now()) {
		p.wrap("", p.amber(w.T("watch.paused", w.DateTime(plan.Pause))))
	}
	if s := sh.learns(plan); s != "" {
		p.wrap("", s)
	}
	if len(k.gaps) == 0 {
		p.wrap("", w.T("watch.no-gaps"))
	}
	for i, g := range k.gaps {
		if i == 0 {
			p.wrap("", w.N("watch.gaps", int64(len(k.gaps))))
		}
		if len(k.gaps)-i > maxGaps {
			continue
		}
		text, changed := sh.blindWords(g)
		if changed != "" {
			text += " " + p.red(changed)
		}
		p.wrap("  ", text)
	}
	if len(k.unsent) > 0 {
		p.wrap("", p.red(w.N("watch.unsent", int64(len(k.unsent)))))
	}
	return p.fail
}

// maxGaps are shown, the latest ones.
const maxGaps = 8

// watchPause notes that much will happen for a while.
func (sh *shell) watchPause(ctx context.Context, o watchOptions) error {
	lasts, err := time.ParseDuration(strings.ToLower(o.pause))
	if o.pause == "0" {
		lasts, err = 0, nil
	}
	if n, nerr := strconv.Atoi(o.pause); nerr == nil && n > 0 { // hours, as people say it
		lasts, err = time.Duration(n)*time.Hour, nil
	}
	if err != nil || lasts < 0 || lasts > lookout.MostPause {
		return fault.New(fault.Usage, "fault.watch.pause", printable(o.pause))
	}
	if lasts > 0 && strings.TrimSpace(o.why) == "" {
		return fault.New(fault.Usage, "fault.watch.why")
	}
	_, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	until := sh.now().Add(lasts)
	if err := st.Pause(ctx, lookout.Pause{Until: until, Why: plain(o.why), By: sh.person()}); err != nil {
		return err
	}
	if o.json {
		return sh.json(map[string]string{"schema": "custode.watch-pause/1", "until": stamp(until)})
	}
	p := sh.page(sh.out, sh.outTerm)
	if lasts == 0 {
		p.wrap("", sh.words.T("watch.pause.over"))
		return p.fail
	}
	p.wrap("", sh.words.T("watch.pause.until", sh.words.DateTime(until)))
	return p.fail
}

// The document of watch --reconcile --json.
type reconcileDoc struct {
	Schema     string         `json:"schema"`
	Mode       string         `json:"mode"`
	Files      int            `json:"files"`
	DurationMS int64          `json:"duration_ms"`
	Damaged    bool           `json:"baseline_damaged"`
	Counts     map[string]int `json:"counts"`
	Changes    []changeDoc    `json:"changes"`
	More       int            `json:"more"`
}

type changeDoc struct {
	What string `json:"what"`
	Path string `json:"path"`
	From string `json:"from,omitempty"`
}

// mostChanges is how many differences a document lists.
const mostChanges = 10_000

// reconcile holds the folders against the baseline, once.
func (sh *shell) reconcile(ctx context.Context, o watchOptions) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	release, err := sh.lock("watch")
	if err != nil {
		return err
	}
	defer release()
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	opt, err := sh.lookoutOptions()
	if err != nil {
		return err
	}
	plan, err := sh.watchPlan(ctx, st, set)
	if err != nil {
		return err
	}
	doc := reconcileDoc{Schema: "custode.reconcile/1", Changes: []changeDoc{}}
	c, err := lookout.Reconcile(ctx, opt, plan, o.whole, func(what baseline.What, path, was string) error {
		if len(doc.Changes) >= mostChanges {
			doc.More++
			return nil
		}
		d := changeDoc{What: string(what), Path: path}
		if what == baseline.Renamed {
			d.From = was
		}
		doc.Changes = append(doc.Changes, d)
		return nil
	})
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.watch.compare", opt.Dir, err)
	}
	if err := st.SaveChecked(ctx, c); err != nil {
		return err
	}
	doc.Mode, doc.Files, doc.DurationMS, doc.Damaged, doc.Counts = c.Mode, c.Files, c.Took.Milliseconds(), c.Damaged, c.Counts
	if o.json {
		return sh.json(doc)
	}
	return sh.reconcilePage(doc)
}

func (sh *shell) reconcilePage(d reconcileDoc) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if d.Damaged {
		p.wrap("", p.red(w.T("watch.compare.damaged")))
	}
	if d.Mode == "first" {
		p.wrap("", w.N("watch.compare.first", int64(d.Files)))
		return p.fail
	}
	p.wrap("", w.N("watch.compare.files", int64(d.Files)))
	if len(d.Changes) == 0 {
		p.wrap("", p.green(w.T("watch.compare.same")))
		return p.fail
	}
	for _, what := range []baseline.What{baseline.Hidden, baseline.Changed, baseline.Removed, baseline.Added, baseline.Renamed, baseline.Opened} {
		n := d.Counts[string(what)]
		if n == 0 {
			continue
		}
		p.gap()
		head := w.N("watch.compare."+string(what), int64(n))
		if what == baseline.Hidden {
			head = p.red(head)
		}
		p.wrap("", head)
		shown := 0
		for _, c := range d.Changes {
			if c.What != string(what) {
				continue
			}
			if shown++; shown > lookout.MostPaths {
				p.line("  " + w.T("watch.more"))
				break
			}
			text := printable(c.Path)
			if c.From != "" {
				text = printable(c.From) + " → " + text
			}
			p.line("  " + shorten(text, p.width-2))
		}
	}
	return p.fail
}
