package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/i18n"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/decide"
	"custode/playbook/fact"
)

type assessOptions struct {
	runOptions
	authority, people, because string
}

func playAssessCommand(sh *shell) *cli.Command {
	var o assessOptions
	t := sh.words.T
	return &cli.Command{
		Name: "assess", Usage: t("cmd.play.assess"), UsageText: t("cmd.play.assess.use"), Description: t("cmd.play.assess.more"),
		Flags: sh.runFlags(&o.runOptions,
			&cli.StringFlag{Name: "authority", Usage: t("flag.play.authority"), Destination: &o.authority},
			&cli.StringFlag{Name: "people", Usage: t("flag.play.people"), Destination: &o.people},
			&cli.StringFlag{Name: "because", Usage: t("flag.play.because"), Destination: &o.because},
		),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.playAssess(c.Context, o)
		},
	}
}

type assessedDoc struct {
	Schema string `json:"schema"`
	Run    int64  `json:"run"`
	assessmentDoc
	DecidedAuthority string `json:"decided_authority"`
	DecidedPeople    string `json:"decided_people"`
	Arithmetic       string `json:"arithmetic"`
}

// playAssess shows what the rules say and why, and takes the decision of a person.
func (sh *shell) playAssess(ctx context.Context, o assessOptions) error {
	d, id, r, err := sh.onRun(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	var said []string
	for _, one := range []struct{ key, said string }{{"authority_decision", o.authority}, {"people_decision", o.people}} {
		if one.said != "" {
			said = append(said, one.key+"="+one.said)
		}
	}
	given, err := d.pairs(said)
	if err != nil {
		return err
	}
	if len(given) > 0 {
		r, err = d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) { return d.decides(r, given, o.because) })
		if err == nil {
			r, err = d.giveReasons(ctx, id, r, given, o.because)
		}
		if err != nil {
			return err
		}
	}
	if o.json {
		v := d.rules.Severity(r.Facts)
		return sh.json(assessedDoc{
			Schema: "custode.assessment/1", Run: id, assessmentDoc: d.assessment(r),
			DecidedAuthority: r.Facts["authority_decision"].Text, DecidedPeople: r.Facts["people_decision"].Text, Arithmetic: arithmetic(v),
		})
	}
	p := sh.page(sh.out, sh.outTerm)
	d.header(p, id, r)
	d.assessmentPage(p, r)
	w := sh.words
	p.gap()
	for _, key := range []string{"authority_decision", "people_decision"} {
		def, _ := d.book.Find(key)
		if v, ok := r.Facts[key]; ok {
			p.wrap("", def.Label.In(w.Lang)+": "+p.bold(d.value(def, v.Text)))
		}
	}
	p.wrap("", p.dim(w.T("play.legal")))
	return p.fail
}

// decides makes the events of decisions, beside what the rules say of each.
func (d *responder) decides(r *playbook.Run, given playbook.Answers, because string) ([]playbook.Event, error) {
	ruled := d.rules.Judge(r.Facts)
	return r.Decide(d.who(), given, because, map[string]string{
		"authority_decision": ruled.Authority.Answer.String(), "people_decision": ruled.People.Answer.String(),
	})
}

// giveReasons lets what a person says about a decision stand in the letters as its reason.
func (d *responder) giveReasons(ctx context.Context, id int64, r *playbook.Run, decided playbook.Answers, because string) (*playbook.Run, error) {
	because = asSentence(plain(because))
	if because == "" {
		return r, nil
	}
	reasons := playbook.Answers{}
	for key := range decided {
		reasons[strings.TrimSuffix(key, "_decision")+"_reasons"] = because
	}
	return d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) { return r.Know(d.who(), reasons, fact.Said) })
}

// ruling is what the rules answer about "authority" or "people".
func (d *responder) ruling(r *playbook.Run, about string) decide.Finding {
	o := d.rules.Judge(r.Facts)
	if about == "authority" {
		return o.Authority
	}
	return o.People
}

func (d *responder) assessment(r *playbook.Run) assessmentDoc {
	o, v := d.rules.Judge(r.Facts), d.rules.Severity(r.Facts)
	doc := assessmentDoc{
		Severity: string(v.Band), Score: v.SE, NotifyAuthority: o.Authority.Prepare(), NotifyPeople: o.People.Prepare(),
		Authority: o.Authority.Answer.String(), People: o.People.Answer.String(), Why: []string{}, Missing: []string{},
	}
	seen := map[string]bool{}
	for _, f := range []decide.Finding{o.Authority, o.People} {
		for _, rule := range f.Reasons {
			if text := rule.Reason.In(d.sh.words.Lang); f.Answer != fact.Maybe && !seen[text] {
				seen[text] = true
				doc.Why = append(doc.Why, text)
			}
		}
		for _, key := range f.Missing {
			if !seen["?"+key] {
				seen["?"+key] = true
				doc.Missing = append(doc.Missing, key)
			}
		}
	}
	return doc
}

// reasons are the sentences for a decision as the rules give it: of "authority" or "people".
func (d *responder) reasons(r *playbook.Run, about string) string {
	return reasonsIn(d.sh.words, d.ruling(r, about))
}

// reasonsIn says in a language why the rules answer as they do.
func reasonsIn(w *i18n.Words, f decide.Finding) string {
	if f.Answer == fact.Maybe && len(f.Missing) == 0 {
		return w.T("play.assess.unsettled")
	}
	if f.Answer == fact.Maybe {
		return w.T("play.assess.cannot-say")
	}
	var out []string
	for _, rule := range f.Reasons {
		out = append(out, rule.Reason.In(w.Lang))
	}
	if len(out) == 0 {
		return w.T("play.assess.no-exception")
	}
	return strings.Join(out, " ")
}

// assessmentPage shows both answers with their reasons, what would change them, and the
// severity with its arithmetic.
func (d *responder) assessmentPage(p *page, r *playbook.Run) {
	w := d.sh.words
	o := d.rules.Judge(r.Facts)
	p.line(p.bold(w.T("play.assess.head")))
	d.findingPage(p, "authority", o.Authority)
	d.peoplePage(p, o)
	say, assumed := d.severityWords(r)
	p.wrap("  ", say)
	if assumed {
		p.wrap("  ", p.dim(w.T("play.severity.assumed")))
	}
}

// peoplePage shows whether the people must be told, and how if not one by one.
func (d *responder) peoplePage(p *page, o decide.Outcome) {
	d.findingPage(p, "people", o.People)
	if o.People.Answer != fact.No && o.Public == fact.Yes {
		p.wrap("  ", d.sh.words.T("play.assess.public"))
	}
}

// findingWords is what the rules answer, in words, with the reasons and what would change it.
type findingWords struct {
	Say     string
	Why     []reasonWords
	Missing []string // keys of facts
}

// reasonWords is a reason and where it stands; "" of what is no rule.
type reasonWords struct{ Text, Source string }

func (d *responder) findingWords(about string, f decide.Finding) findingWords {
	w := d.sh.words
	v := findingWords{Say: w.T("play.assess." + about + "." + f.Answer.String())}
	if f.Answer == fact.Maybe {
		v.Missing = f.Missing
		if len(f.Missing) == 0 {
			v.Why = []reasonWords{{Text: w.T("play.assess.unsettled")}}
		}
		return v
	}
	for _, rule := range f.Reasons {
		v.Why = append(v.Why, reasonWords{rule.Reason.In(w.Lang), d.cited([]string{rule.Source})})
	}
	if len(f.Reasons) == 0 {
		v.Why = []reasonWords{{Text: w.T("play.assess.no-exception")}}
	}
	return v
}

func (d *responder) findingPage(p *page, about string, f decide.Finding) {
	w, v := d.sh.words, d.findingWords(about, f)
	text := v.Say
	switch f.Answer {
	case fact.Yes:
		text = p.red(text)
	case fact.Maybe:
		text = p.amber(text)
	case fact.No:
		text = p.green(text)
	}
	p.wrap("  ", text)
	for _, why := range v.Why {
		if why.Source != "" {
			why.Text += " " + p.dim("("+why.Source+")")
		}
		p.hanging("    - ", why.Text)
	}
	if len(v.Missing) > 0 {
		var names []string
		for _, key := range v.Missing {
			def, _ := d.book.Find(key)
			names = append(names, def.Label.In(w.Lang)+" ["+key+"]")
		}
		p.hanging("    - ", w.T("play.assess.missing", strings.Join(names, "; ")))
	}
}

// severityWords is the severity with its arithmetic, and whether something in it is assumed.
func (d *responder) severityWords(r *playbook.Run) (say string, assumed bool) {
	w, v := d.sh.words, d.rules.Severity(r.Facts)
	say = w.T("play.severity", w.T("play.severity."+string(v.Band)), decimal(w.Lang, v.SE), decimalText(w.Lang, arithmetic(v)))
	return say, slices.ContainsFunc(v.Terms, func(t decide.Term) bool { return t.Assumed })
}

// arithmetic shows how a severity was computed: 3 x 0.75 + 0.5.
func arithmetic(v decide.Severity) string {
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	return f(v.DPC) + " x " + f(v.EI) + " + " + f(v.CB)
}

func decimal(lang string, x float64) string {
	return decimalText(lang, strconv.FormatFloat(x, 'f', -1, 64))
}

func decimalText(lang, s string) string {
	if lang == "it" {
		return strings.ReplaceAll(s, ".", ",")
	}
	return s
}

// deadlines are the clocks of the shop's country that run in an incident.
func (d *responder) deadlines(r *playbook.Run) []clock.Deadline {
	if _, ok := r.FalseAlarm(); ok {
		return nil
	}
	return d.clockBook.Deadlines(clock.ForCountry(d.set.Country), r.Facts, d.sh.now().Location(), d.sh.now())
}

func (d *responder) deadlineDocs(r *playbook.Run) []deadlineDoc {
	docs := []deadlineDoc{}
	for _, l := range d.deadlines(r) {
		docs = append(docs, deadlineDoc{l.ID, stamp(l.Due), d.sources.Cite(l.Source).EN, l.Met, l.Target, l.Late})
	}
	return docs
}

// clockLine says how long there is for the most pressing deadline of the law.
func (d *responder) clockLine(p *page, r *playbook.Run) {
	w, now := d.sh.words, d.sh.now()
	if !r.Closed.IsZero() {
		p.wrap("", w.T("play.closed", w.DateTime(d.zoned(r.Closed))))
		return
	}
	l, ok := d.pressing(r)
	switch {
	case !ok:
	case l.Due.IsZero():
		p.wrap("", p.dim(w.T("play.clock.not-yet", l.Label.In(w.Lang))))
	case now.After(l.Due):
		p.wrap("", p.red(w.T("play.clock.over", l.Label.In(w.Lang), w.DateTime(d.zoned(l.Due)))))
	default:
		p.wrap("", p.amber(w.T("play.clock.left", l.Label.In(w.Lang), w.Duration(l.Due.Sub(now)), w.DateTime(d.zoned(l.Due)))))
	}
}

// pressing is the most pressing deadline of the law that is not met; false: there is none.
func (d *responder) pressing(r *playbook.Run) (clock.Deadline, bool) {
	now := d.sh.now()
	for _, l := range d.deadlines(r) {
		if !l.Target && !l.Met && !l.Waits() && (l.Rule.Met != "" || !now.After(l.Due) || l.Due.IsZero()) { // of a rule without it nobody can tell whether it was met
			return l, true
		}
	}
	return clock.Deadline{}, false
}

// doubtful is how long after the first sign somebody may say that they knew, before it is asked about.
const doubtful = 24 * time.Hour

// earlier says where the authority may count from an earlier moment than the shop does.
func (d *responder) earlier(p *page, r *playbook.Run) {
	aware, knows := r.Facts.Time("aware_at")
	noticed, saw := r.Facts.Time("detected_at")
	if knows && saw && aware.Sub(noticed) > doubtful {
		p.wrap("  ", p.amber(d.sh.words.T("play.clock.earlier", d.sh.words.DateTime(d.zoned(noticed)))))
	}
}

// clocks lists all deadlines.
func (d *responder) clocks(p *page, r *playbook.Run) {
	w := d.sh.words
	if _, ok := r.FalseAlarm(); ok {
		return
	}
	p.line(p.bold(w.T("play.clocks")))
	d.earlier(p, r)
	for _, l := range d.deadlines(r) {
		state := w.T("play.clock.open")
		switch {
		case l.Waits():
			state = w.T("play.clock.may")
		case l.Met && l.Late:
			state = p.amber(w.T("play.clock.met-late"))
		case l.Met:
			state = p.green(w.T("play.clock.met"))
		case l.Late:
			state = p.red(w.T("play.clock.late"))
		}
		due := w.T("play.clock.waits")
		if def, ok := d.book.Find(l.Start); ok && l.Due.IsZero() {
			due = w.T("play.clock.starts", def.Label.In(w.Lang))
		}
		switch {
		case l.Waits():
			due = l.Only.In(w.Lang)
		case !l.Due.IsZero():
			due = w.DateTime(d.zoned(l.Due))
		}
		kind := d.sources.Cite(l.Source).In(w.Lang)
		if l.Target {
			kind += ", " + w.T("play.clock.target")
		}
		p.hanging("  ", l.Label.In(w.Lang)+": "+due+" · "+state+" "+p.dim("("+kind+")"))
	}
}
