package letter

import (
	"regexp"
	"strings"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

// renders says how a field is written that is more than the value of one fact.
var renders = map[string]func(*filler, def) Value{
	"":               func(f *filler, d def) Value { return f.plain(d.Facts[0]) },
	"type":           (*filler).stageType,
	"completeness":   func(f *filler, _ def) Value { return said(f.word("full_" + string(f.in.Stage))) },
	"reference":      (*filler).reference,
	"own_reference":  func(f *filler, _ def) Value { return said(f.in.RunID) },
	"today":          (*filler).today,
	"changes":        (*filler).changes,
	"period":         (*filler).period,
	"deadline":       (*filler).deadline,
	"delay":          (*filler).delay,
	"plan":           func(f *filler, _ def) Value { return asked(f.in.Plan, f.word("ask_plan")) },
	"nature":         (*filler).nature,
	"unintelligible": (*filler).unintelligible,
	"consequences": func(f *filler, d def) Value {
		return f.standardItems(d, func(id string) i18n.Text { return f.lib.standard.Kinds[id].Risk })
	},
	"consequences_told": func(f *filler, d def) Value {
		return f.standardItems(d, func(id string) i18n.Text { return f.lib.standard.Kinds[id].May })
	},
	"advice": func(f *filler, d def) Value {
		return f.standardItems(d, func(id string) i18n.Text { return f.lib.standard.Kinds[id].Do })
	},
	"severity":      func(f *filler, _ def) Value { return asked(f.in.Severity, f.word("ask_severity")) },
	"rules":         (*filler).rules,
	"measures":      func(f *filler, d def) Value { return f.measures(d, true) },
	"measures_told": func(f *filler, d def) Value { return f.measures(d, false) },
	"decide":        func(f *filler, d def) Value { return f.decision(d, "decide_") },
	"tell":          func(f *filler, d def) Value { return f.decision(d, "tell_") },
	"ground":        (*filler).ground,
	"evidence":      (*filler).evidence,
	"short_shop":    (*filler).shortShop,
	"short_date":    (*filler).shortDate,
	"short_kinds":   (*filler).shortKinds,
	"short_may":     (*filler).shortMay,
	"short_did":     (*filler).shortDid,
	"short_contact": (*filler).shortContact,
}

// said is a value that custode itself gives.
func said(text string) Value { return Value{State: Known, Text: text, Derived: true} }

// asked is one that it gives where it has it.
func asked(text, question string) Value {
	if strings.TrimSpace(text) == "" {
		return Value{Ask: question}
	}
	return said(text)
}

func list(items []string) Value { return Value{State: Known, Items: items, Derived: true} }

func (f *filler) none() Value { return Value{State: NotApplicable, Why: f.word("na_none")} }

func (f *filler) first() bool { return f.in.Stage == Preliminary || f.in.Stage == Complete }

// today: a form wants the minute, a letter the day.
func (f *filler) today(def) Value {
	if f.kind.Form {
		return said(f.moment(f.in.Now))
	}
	return said(f.day(f.in.Now))
}

func (f *filler) stageType(def) Value {
	switch f.in.Stage {
	case Supplementary:
		return said(f.word("stage_follow"))
	case Withdrawn:
		return said(f.word("stage_withdraw"))
	case Preliminary, Complete:
	}
	return said(f.word("stage_new"))
}

func (f *filler) reference(d def) Value {
	if v := f.plain(d.Facts[0]); v.State == Known || !f.first() {
		return v
	}
	return Value{State: NotApplicable, Why: f.word("na_first")}
}

func (f *filler) changes(def) Value {
	if f.first() {
		return Value{State: NotApplicable, Why: f.word("na_first")}
	}
	if f.in.Changes == nil {
		if f.in.Stage == Withdrawn {
			return Value{Ask: f.word("ask_withdraw")}
		}
		return Value{Ask: f.word("ask_changes")}
	}
	if len(f.in.Changes) == 0 {
		return said(f.word("no_change"))
	}
	var items []string
	for _, c := range f.in.Changes {
		items = append(items, f.with("change", "what", c.Label, "was", c.Was, "now", c.Now))
	}
	return list(items)
}

func (f *filler) period(d def) Value {
	v := f.plain("occurred_from")
	if v.State != Known {
		return v
	}
	to := f.plain("occurred_to")
	switch {
	case to.State == Known && f.in.Facts["occurred_to"].Text != f.in.Facts["occurred_from"].Text:
		a, _ := f.in.Facts.Time("occurred_from")
		b, _ := f.in.Facts.Time("occurred_to")
		if f.day(a) == f.day(b) {
			to.Text = b.In(f.in.Zone).Format("15:04")
			if f.kind.Form {
				v.Text = f.day(a) + " " + f.word("at") + " " + a.In(f.in.Zone).Format("15:04")
				to.Text += f.offset(b)
			}
		}
		v.Text = f.with("from_to", "a", v.Text, "b", to.Text)
		v.Event = max(v.Event, to.Event)
	case to.State == Known || to.State == NotApplicable:
	case f.in.Facts.Tri("gone_on") == fact.Yes:
		v.Text = f.with("from_on", "a", v.Text)
	default:
		v.Text = f.with("from_open", "a", v.Text)
	}
	return v
}

// limit finds the time limit of Art. 33(1).
func (f *filler) limit() (Deadline, bool) {
	for _, d := range f.in.Deadlines {
		if _, at, ok := strings.Cut(d.Article, ":"); ok {
			d.Article = at
		}
		if d.Article == "33(1)" && !d.Due.IsZero() {
			return d, true
		}
	}
	return Deadline{}, false
}

// place is a place in a law: article, paragraph, letter.
var place = regexp.MustCompile(`^(\d+)\((\d+)\)(?:\(([a-z])\))?$`)

// article writes "Art. 33(3)(a)", "art. 33, par. 3, lett. a)".
func (f *filler) article(a string) string {
	if m := place.FindStringSubmatch(a); m != nil && f.in.Lang == "it" {
		a = m[1] + ", par. " + m[2]
		if m[3] != "" {
			a += ", lett. " + m[3] + ")"
		}
	}
	return f.with("article", "n", a)
}

func (f *filler) deadline(def) Value {
	d, ok := f.limit()
	if !ok {
		return Value{Ask: f.word("ask_deadline")}
	}
	key := "due"
	if d.Late {
		key = "due_late"
	}
	return said(f.with(key, "due", f.moment(d.Due), "article", f.article(d.Article)))
}

// delay: the reasons are wanted where the notification is late, or may be.
func (f *filler) delay(d def) Value {
	v := f.plain(d.Facts[0])
	if v.State == Known {
		return v
	}
	if f.in.Facts.Tri("authority_decision") == fact.No {
		return Value{State: NotApplicable, Why: f.word("na_condition")}
	}
	if limit, ok := f.limit(); ok && !limit.Late {
		return Value{State: NotApplicable, Why: f.word("na_in_time")}
	}
	return v
}

func (f *filler) nature(d def) Value {
	var items []string
	open, askedFor := 0, 0
	var event int64
	for i, key := range d.Facts {
		what := f.word([]string{"lost_c", "lost_i", "lost_a"}[i])
		v := f.in.Facts[key]
		event = max(event, v.Event)
		switch {
		case v.Text == "yes":
			items = append(items, what)
		case !v.Known() && v.Text != fact.NotApplicable:
			items = append(items, f.with("lost_open", "what", what))
			open++
			if v.Text != "" {
				askedFor++
			}
		}
	}
	if open == len(d.Facts) {
		return Value{Ask: f.ask(d.Facts[0]), Asked: askedFor == open, Event: event}
	}
	if items == nil {
		items = []string{f.word("lost_none")}
	}
	return Value{State: Known, Items: items, Event: event}
}

func (f *filler) unintelligible(d def) Value {
	v := f.plain("data_encrypted")
	if v.State != Known {
		return v
	}
	if f.in.Facts.Tri("data_encrypted") == fact.No {
		v.Text = f.word("readable")
		return f.counted(v)
	}
	key := f.plain("key_safe")
	if key.State != Known {
		return key
	}
	v.Event = max(v.Event, key.Event)
	v.Text = f.word("readable_key")
	if f.in.Facts.Tri("key_safe") == fact.Yes {
		v.Text = f.word("unreadable")
	}
	return f.counted(v)
}

// counted adds to a form how many files were encrypted then and how many were not.
func (f *filler) counted(v Value) Value {
	if n := f.plain("encrypted_files"); f.kind.Form && n.State == Known {
		v.Items, v.Text = []string{v.Text, n.Text}, ""
		v.Event = max(v.Event, n.Event)
	}
	return v
}

// decision: what the owner decided. "Unknown" is an answer to prepare by, not a decision.
func (f *filler) decision(d def, prefix string) Value {
	v := f.plain(d.Facts[0])
	if v.State == Known {
		v.Text = f.word(prefix + f.in.Facts[d.Facts[0]].Text)
	}
	return v
}

func (f *filler) ground(def) Value {
	s := f.in.Facts
	var items []string
	if s.Tri("data_encrypted").And(s.Tri("key_safe")) == fact.Yes {
		items = append(items, f.word("ground_a"))
	}
	if s.Tri("risk_removed") == fact.Yes {
		items = append(items, f.word("ground_b"))
	}
	if s.Tri("contact_impossible") == fact.Yes {
		items = append(items, f.word("ground_c"))
	}
	switch {
	case items != nil:
		return list(items)
	case s.Tri("people_decision") == fact.Yes:
		return said(f.word("ground_none"))
	}
	return Value{Ask: f.word("ask_ground")}
}

func (f *filler) rules(def) Value {
	if len(f.in.Reasons) == 0 {
		return Value{Ask: f.word("ask_rules")}
	}
	var items []string
	for _, r := range f.in.Reasons {
		items = append(items, f.with("reason_source", "text", r.Text, "source", r.Source))
	}
	return list(items)
}

func (f *filler) evidence(def) Value {
	if len(f.in.Evidence) == 0 {
		return f.none()
	}
	var items []string
	for _, e := range f.in.Evidence {
		items = append(items, f.with("evidence", "name", e.Name, "digest", e.Digest))
	}
	return list(items)
}

func (f *filler) stepItems() []string {
	var items []string
	for _, s := range f.in.Steps {
		items = append(items, f.with("step_done", "at", f.moment(s.At), "what", s.Text))
	}
	return items
}
