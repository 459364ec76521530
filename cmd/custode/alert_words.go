package main

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/alert"
	"custode/internal/i18n"
	"custode/internal/journal"
	"custode/scan/watch"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// teller puts what the watch noticed into words.
type teller struct {
	w    *i18n.Words
	shop string
}

// Case tells of an incident: what happened, what is usual, what to do.
func (t teller) Case(c cases.Case, what string, head journal.Head) (subject, body string) {
	var b strings.Builder
	b.WriteString(t.paragraph(c) + "\n")
	if c.ID != 0 {
		b.WriteString("\n" + t.ifWell(c) + "\n")
	}
	if what != rules.Over {
		b.WriteString("\n" + t.ifNot(c) + "\n")
		for i, l := range t.steps(c) {
			b.WriteString(t.w.Int(int64(i+1)) + ". " + l + "\n")
		}
	}
	b.WriteString("\n" + t.foot(head))
	return t.subject(t.turned(c, what)), b.String()
}

// ifWell says what to type where nothing was wrong, ifNot begins what to do else.
func (t teller) ifWell(c cases.Case) string {
	if c.Rule == cases.Reported {
		return t.w.T("alert.if-well", t.w.Int(c.ID))
	}
	return t.w.T("alert.if-you", t.w.Int(c.ID))
}

func (t teller) ifNot(c cases.Case) string {
	if c.Rule == cases.Reported {
		return t.w.T("alert.if-amiss")
	}
	return t.w.T("alert.if-not")
}

func (t teller) subject(title string) string {
	if t.shop != "" {
		return "custode, " + printable(t.shop) + ": " + title
	}
	return "custode: " + title
}

func (t teller) foot(head journal.Head) string {
	if head.Seq == 0 {
		return t.w.T("alert.foot.unsaved") + "\n"
	}
	return t.w.T("alert.foot", t.w.Int(head.Seq), head.Receipt()) + "\n"
}

// title is the rule in three or four words.
func (t teller) title(c cases.Case) string {
	key := "alert.title." + string(c.Rule)
	if k := key + "." + string(c.Why); c.Why != "" && t.w.Has(k) {
		key = k
	}
	return t.w.T(key)
}

// turned is the title with what became of the incident.
func (t teller) turned(c cases.Case, what string) string {
	switch what {
	case rules.Worse:
		return t.w.T("alert.worse", t.title(c))
	case rules.Over:
		return t.w.T("alert.over", t.title(c))
	}
	return t.title(c)
}

// paragraph is what happened, in sentences.
func (t teller) paragraph(c cases.Case) string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	add(t.happened(c))
	if c.Rule == cases.Reported {
		if c.Told.Text != "" {
			add(t.w.T("alert.said", printable(c.Told.Text)))
		}
		return strings.Join(out, " ")
	}
	if staked(c) {
		add(t.stake(c))
	}
	if c.Rule == rules.Bulk && c.Usual > 0 {
		add(t.w.N("alert.usual", int64(c.Usual)))
	}
	if c.Rule == rules.Hours {
		add(t.w.T("alert.hours"))
	}
	if c.Counts.Read > 0 && c.Counts.Changed+c.Counts.Deleted+c.Counts.Renamed+c.Counts.Unreadable+c.Counts.Created == 0 && c.Rule == rules.Bulk {
		add(t.w.T("alert.unchanged"))
	}
	if c.Rule == rules.Bulk && c.Counts.Deleted > 0 {
		add(t.w.N("alert.repacked", int64(c.Counts.Deleted)))
	}
	return strings.Join(out, " ")
}

// happened says when, who and what.
func (t teller) happened(c cases.Case) string {
	key := "alert.what." + string(c.Rule)
	if c.Why != "" {
		key += "." + string(c.Why)
	}
	when, folder := t.when(c.Opened, c.Last), t.folder(c.Folder)
	switch c.Rule {
	case rules.Blind:
		if !t.w.Has(key) {
			key = "alert.what.blind.unclear"
		}
		s := t.w.T(key, t.when(c.Opened, c.Opened), t.w.Duration(c.Last.Sub(c.Opened)))
		if c.Counts.Files > 0 {
			s += " " + t.w.N("alert.blind.changed", int64(c.Counts.Files))
		}
		return s
	case cases.Reported:
		name := t.w.T("alert.who.nameless")
		if c.Told.Name != "" {
			name = printable(c.Told.Name)
		}
		return t.w.T(key, t.when(c.Opened, c.Opened), name)
	case rules.Decoy:
		name := ""
		if len(c.Paths) > 0 {
			name, folder = printable(filepath.Base(c.Paths[0])), t.folder(filepath.Dir(c.Paths[0])) // the watched one may be far above
		}
		return t.w.T(key, when, t.who(c.Who), name, folder)
	case rules.Unreadable:
		return t.w.N(key, int64(max(c.Counts.Unreadable, 1)), when, t.who(c.Who), folder) + t.kinds(c.Kinds)
	case rules.Bulk:
		return t.w.N(key, int64(c.Counts.Read), when, t.who(c.Who), folder)
	case rules.Mass:
		n := map[rules.Why]int{rules.ManyDeleted: c.Counts.Deleted, rules.ManyRenamed: c.Counts.Renamed, rules.OpenToEveryone: c.Counts.Exposed}[c.Why]
		return t.w.N(key, int64(max(n, 1)), when, t.who(c.Who), folder)
	case rules.Stranger, rules.Hours:
	}
	return t.w.N(key, int64(max(c.Counts.Files, 1)), when, t.who(c.Who), folder)
}

// kinds says which sorts of files no longer open.
func (t teller) kinds(kinds map[string]int) string {
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b string) int {
		if kinds[a] != kinds[b] {
			return kinds[b] - kinds[a]
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, k := range names {
		key := "alert.kind." + k
		if !t.w.Has(key + ".one") {
			key = "alert.kind.other"
		}
		parts = append(parts, t.w.N(key, int64(kinds[k])))
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + t.w.T("alert.kinds", strings.Join(parts, ", "))
}

// staked tells whether there is something to say of whose data was in the files: not of a decoy alone, which holds nobody's
// and which no scan knows.
func staked(c cases.Case) bool {
	if c.Rule != rules.Blind && c.Rule != rules.Decoy {
		return true
	}
	return c.Stake.Known > 0 && (c.Rule == rules.Blind || c.Counts.Files > 1)
}

// stake says whose data was in the files, and what of them was sealed.
func (t teller) stake(c cases.Case) string {
	n := int64(c.Counts.Files)
	var s string
	switch {
	case c.Stake.People > 0:
		s = t.w.N("alert.stake.people", c.Stake.People)
	case c.Stake.Known > 0:
		s = t.w.T("alert.stake.nobody")
	default:
		s = t.w.T("alert.stake.unknown")
	}
	sealed := int64(c.Stake.Sealed)
	switch {
	case sealed == 0:
		s += " " + t.w.T("alert.stake.open")
	case sealed >= n:
		s += " " + t.w.T("alert.stake.sealed")
	default:
		s += " " + t.w.N("alert.stake.some", sealed)
	}
	return s
}

// who names the person and the program, as far as the computer tells.
func (t teller) who(w rules.Who) string {
	program := printable(filepath.Base(w.Program))
	switch {
	case !w.Known():
		return t.w.T("alert.who.unknown")
	case w.User == "":
		return t.w.T("alert.who.program", program)
	case w.Program == "":
		return t.w.T("alert.who.user", printable(w.User))
	case w.Human:
		return t.w.T("alert.who.human", printable(w.User), program)
	}
	return t.w.T("alert.who.both", printable(w.User), program)
}

func (t teller) folder(path string) string { return printable(filepath.Base(path)) }

// when says from when to when, as shortly as it can.
func (t teller) when(from, to time.Time) string {
	if took := to.Sub(from); took >= 2*time.Second {
		return t.w.T("alert.when.span", from.Format("15:04"), t.w.Date(from), t.w.Duration(took))
	}
	return t.w.T("alert.when", from.Format("15:04"), t.w.Date(from))
}

// steps are what to do if it was nobody who may.
func (t teller) steps(c cases.Case) []string {
	steps := t.advice(c)
	if c.ID != 0 {
		if planFor(c) != "" || c.Rule == cases.Reported {
			steps = append(steps, t.w.T("alert.do.incident", t.w.Int(c.ID)))
		}
		steps = append(steps, t.w.T("alert.do.show", t.w.Int(c.ID)))
	}
	return steps
}

// advice are the steps for which nobody has to type anything.
func (t teller) advice(c cases.Case) []string {
	key := "alert.do." + string(c.Rule)
	if k := key + "." + string(c.Why); t.w.Has(k) {
		key = k
	}
	return strings.Split(t.w.T(key), "\n")
}

// Together puts several messages into one.
func (t teller) Together(list []alert.Message, digest bool) (subject, body string) {
	key := "alert.together"
	if digest {
		key = "alert.digest"
	}
	var b strings.Builder
	for i, m := range list {
		if i > 0 {
			b.WriteString("\n" + strings.Repeat("-", 40) + "\n\n")
		}
		_, title, _ := strings.Cut(m.Subject, ": ")
		b.WriteString(title + "\n\n" + m.Body)
	}
	return t.subject(t.w.N(key, int64(len(list)))), b.String()
}

// Heartbeat says that the watch goes on, or that it does not.
func (t teller) Heartbeat(h job.Heartbeat) (subject, body string) {
	p := []string{t.w.N("alert.beat.files", int64(h.Watch.Files))}
	if h.Watch.At.IsZero() || h.Watch.Ended {
		p[0] = t.w.T("alert.beat.off")
	}
	if h.Blind >= time.Second {
		p = append(p, t.w.T("alert.beat.blind", t.w.Duration(h.Blind)))
	} else {
		p = append(p, t.w.T("alert.beat.seen"))
	}
	if h.Cases > 0 {
		p = append(p, t.w.N("alert.beat.cases", int64(h.Cases)))
	} else {
		p = append(p, t.w.T("alert.beat.quiet"))
	}
	if h.Unseen > 0 {
		p = append(p, t.w.N("alert.beat.unseen", int64(h.Unseen)))
	}
	return t.subject(t.w.T("alert.beat")), strings.Join(p, "\n") + "\n\n" + t.w.T("alert.beat.why") + "\n\n" + t.foot(h.Head)
}

// covered says in one line what is seen of a folder.
func (t teller) covered(c lookout.Covered) string {
	yes := func(b bool) string {
		if b {
			return t.w.T("watch.yes")
		}
		return t.w.T("watch.no")
	}
	changes := yes(c.Changes)
	if c.Changes && c.Delay > 0 {
		changes = t.w.T("watch.within", t.delay(c.Delay))
	}
	return t.w.T("watch.sees", changes, yes(c.Reads), yes(c.Who))
}

func (t teller) delay(d time.Duration) string {
	if d >= time.Minute {
		return t.w.Duration(d)
	}
	tenths := max(1, int64((d+99*time.Millisecond)/(100*time.Millisecond)))
	return t.w.T("watch.seconds", t.w.Int(tenths/10), t.w.Int(tenths%10))
}

// lesser says why a folder has no better sensor, "" where it has the best.
func (t teller) lesser(c lookout.Covered) string {
	if c.Sysctl != "" {
		return t.w.T("watch.why.limit", c.Sysctl, t.w.Int(int64(c.Value)))
	}
	if c.Why == "" {
		return ""
	}
	key := "watch.why." + string(c.Why)
	if c.Why == watch.System || !t.w.Has(key) {
		key = "watch.why.system"
	}
	return t.w.T(key)
}
