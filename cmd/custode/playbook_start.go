package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/internal/rawpath"
	"custode/playbook"
	"custode/playbook/fact"
	"custode/playbook/plan"
	"custode/scan/watch/cases"
)

type startOptions struct {
	runOptions
	what  string
	scan  string
	alert int64
	seen  bool // the alert counts as seen once the incident is there
}

func playStartCommand(sh *shell) *cli.Command {
	var o startOptions
	t := sh.words.T
	return &cli.Command{
		Name: "start", Usage: t("cmd.play.start"), UsageText: t("cmd.play.start.use"), Description: t("cmd.play.start.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "what", Usage: t("flag.play.what"), Destination: &o.what},
			&cli.StringFlag{Name: "from-scan", Usage: t("flag.play.scan"), Destination: &o.scan},
			&cli.Int64Flag{Name: "alert", Usage: t("flag.play.alert"), Destination: &o.alert},
			&cli.StringFlag{Name: "as", Usage: t("flag.play.as"), Destination: &o.as},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Len() > 1 {
				return fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(1)))
			}
			return sh.playStart(c.Context, o, c.Args().First())
		},
	}
}

type startDoc struct {
	Schema   string   `json:"schema"`
	Run      int64    `json:"run"`
	Playbook string   `json:"playbook"`
	Opened   string   `json:"opened_at"`
	Filled   []string `json:"filled"`
}

// playStart begins an incident: it finds the plan, fills in what custode knows, and shows
// the first step.
func (sh *shell) playStart(ctx context.Context, o startOptions, id string) error {
	d, err := sh.responder(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	return d.start(ctx, o, id)
}

// start begins an incident with a plan, or with the one that fits.
func (d *responder) start(ctx context.Context, o startOptions, id string) error {
	sh := d.sh
	known, err := d.knownFacts(ctx, o)
	if err != nil {
		return err
	}
	asks := sh.inTerm && sh.outTerm && !o.json
	if id == "" {
		if id, o.what, err = d.pick(ctx, o, asks); err != nil {
			return err
		}
	}
	n, r, err := d.begin(ctx, o, id, known)
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(startDoc{"custode.started/1", n, id, stamp(r.Opened), d.filled(r)})
	}
	p := sh.page(sh.out, sh.outTerm)
	d.begun(p, n, r)
	if asks {
		d.o.run = n
		return d.lead(ctx, n, r)
	}
	if p.fail != nil {
		return p.fail
	}
	return d.turn(ctx, n, r)
}

// begin begins an incident with a plan and what is known, and what was said of it.
func (d *responder) begin(ctx context.Context, o startOptions, id string, known []job.Filled) (int64, *playbook.Run, error) {
	if _, ok := d.plans.Get(id); !ok {
		return 0, nil, fault.New(fault.NoInput, "fault.play.no-plan", printable(id))
	}
	if what := asSentence(plain(o.what)); what != "" {
		known = append(known, job.Filled{Facts: playbook.Answers{"what_happened": what}, Origin: fact.Said})
	}
	n, r, err := d.in.Begin(ctx, d.who(), id, "", known)
	if err != nil {
		return 0, nil, d.refused(err, 0)
	}
	if o.seen {
		err = d.st.AckCase(ctx, o.alert, d.sh.person(), d.sh.words.T("alerts.incident.note", strconv.FormatInt(n, 10)))
	}
	return n, r, err
}

// filled lists the facts that custode filled in.
func (d *responder) filled(r *playbook.Run) []string {
	keys := []string{}
	for _, def := range d.book.All() {
		if v, ok := r.Facts[def.Key]; ok && v.Origin != fact.Said && v.Origin != fact.Step {
			keys = append(keys, def.Key)
		}
	}
	return keys
}

// knownFacts gathers what custode knows: the shop from the settings, the files from the
// scan, the rest from an alert.
func (d *responder) knownFacts(ctx context.Context, o startOptions) ([]job.Filled, error) {
	var out []job.Filled
	if shop := plain(d.set.Shop); shop != "" {
		out = append(out, job.Filled{Facts: playbook.Answers{"controller_name": shop}, Origin: fact.Settings})
	}
	if !d.o.drill {
		out = append(out, job.Filled{Facts: d.declared(), Origin: fact.Settings})
	}
	before, err := d.saidBefore(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out, job.Filled{Facts: before, Origin: fact.Before})
	at := d.sh.now()
	if o.scan != "" {
		path, err := rawpath.Abs(o.scan)
		if err != nil {
			return nil, fault.On(fault.NoInput, "fault.play.scan", o.scan, err)
		}
		facts, files, err := job.ScanFacts(ctx, d.st, path)
		if err != nil {
			return nil, err
		}
		if files == 0 {
			return nil, fault.On(fault.NoInput, "fault.play.scan", path, nil)
		}
		out = append(out, job.Filled{Facts: facts, Origin: fact.Scan})
	}
	if o.alert != 0 {
		c, err := d.sh.findCase(ctx, d.st, o.alert)
		if err != nil {
			return nil, err
		}
		more, err := d.alertFacts(ctx, c)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
		at = c.Opened
	}
	if d.o.drill {
		return out, nil
	}
	guarded, err := d.measures(ctx, at)
	return append(out, d.spoken(fact.Journal, "measures_before", guarded)), err
}

// spoken is a fact that custode worded, as it is filled in; none where it said nothing.
func (d *responder) spoken(from fact.Origin, key string, said i18n.Text) job.Filled {
	f := job.Filled{Facts: playbook.Answers{}, Origin: from, Words: map[string]i18n.Text{key: said}}
	if text := said.In(d.sh.words.Lang); text != "" {
		f.Facts[key] = text
	}
	return f
}

// alertFacts is what is known of an alert and its files.
func (d *responder) alertFacts(ctx context.Context, c cases.Case) ([]job.Filled, error) {
	then, _, err := job.AlertThen(ctx, d.st, c)
	if err != nil {
		return nil, err
	}
	if err := job.Widen(ctx, d.st, &c); err != nil {
		return nil, err
	}
	count := d.sh.inEach(func(w *i18n.Words) string {
		said := tally(w, then)
		if then.Unlisted > 0 && c.Folder != "" && said != "" {
			said += " " + w.T("play.then.widened")
		}
		return said
	})
	said, how := d.sh.inEach(func(w *i18n.Words) string { return teller{w, d.set.Shop}.paragraph(c) }), "play.from-alert"
	if c.Rule == cases.Reported {
		how = "play.from-report"
		if text := asSentence(plain(c.Told.Text)); text != "" {
			said = i18n.Text{EN: text, IT: text}
		}
	}
	lang := d.sh.words.Lang
	facts := job.AlertFacts(c, then, said.In(lang), count.In(lang))
	for i := range facts {
		facts[i].Words = map[string]i18n.Text{"what_happened": said, "encrypted_files": count}
	}
	facts = append(facts, job.Filled{Facts: touched(c), Origin: fact.Alert})
	return append(facts, d.spoken(fact.Alert, "how_discovered", d.sh.inEach(func(w *i18n.Words) string {
		return w.T(how, strconv.FormatInt(c.ID, 10))
	}))), nil
}

// tally says how many files were sealed at the moment of an alert; "" where there is none
// to ask about.
func tally(w *i18n.Words, then job.Then) string {
	if then.Files == 0 {
		return ""
	}
	n := func(i int) string { return w.Int(int64(i)) }
	parts := []string{w.T("play.then.files", n(then.Files), n(then.Sealed), n(then.Open), n(then.Unknown))}
	if then.Broken {
		parts = []string{w.T("play.then.broken", n(then.Files))}
	}
	if then.Open > 0 {
		parts = append(parts, w.T("play.then.data", n(then.Data)))
	}
	if then.Unlisted > 0 {
		parts = append(parts, w.T("play.then.unlisted", n(then.Unlisted)))
	}
	return strings.Join(parts, " ")
}

// saidBefore is what was said about the shop in the incident before: it stays the same
// mostly, and is shown to be confirmed.
func (d *responder) saidBefore(ctx context.Context) (playbook.Answers, error) {
	rows, err := d.in.Store.Runs(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	r, err := d.in.Run(ctx, rows[0].ID)
	if errors.Is(err, playbook.ErrPlans) || errors.Is(err, playbook.ErrEvents) {
		return nil, nil // that it cannot be read is no reason not to begin this one
	}
	if err != nil {
		return nil, err
	}
	out := playbook.Answers{}
	for _, key := range []string{"role", "controller_name", "controller_id", "controller_address", "reporter_name", "reporter_contact", "contact_point"} {
		if v := r.Facts[key]; v.Known() {
			out[key] = v.Text
		}
	}
	return out, nil
}

// mostOffered is how many plans are offered for what a person said.
const mostOffered = 3

// pick finds the plan for what happened: on a terminal by asking, else by the words.
func (d *responder) pick(ctx context.Context, o startOptions, asks bool) (id, what string, err error) {
	what = o.what
	if !asks {
		if found := d.plans.Match(what); what != "" && len(found) > 0 {
			return found[0].ID, what, nil
		}
		return "", "", fault.New(fault.Usage, "fault.play.which")
	}
	w, a := d.sh.words, d.sh.asker(ctx)
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	if what == "" {
		what, err = a.text(w.T("play.start.what"), "", func(s string) (string, string) { return plain(s), "" })
		if err != nil {
			return "", "", err
		}
	}
	offer := d.plans.Incidents()
	if found := d.plans.Match(what); len(found) > 0 {
		offer = found[:min(len(found), mostOffered)]
	}
	for {
		var all bool
		id, all, err = d.offer(a, p, offer)
		if err != nil || !all {
			return id, what, err
		}
		offer = d.plans.Incidents()
	}
}

// offer lets a person choose among plans; all says that the list of all is wanted.
func (d *responder) offer(a *asker, p *page, offer []*plan.Plan) (id string, all bool, err error) {
	w := d.sh.words
	p.gap()
	for i, pl := range offer {
		p.hanging("  "+padLeft(strconv.Itoa(i+1), 2)+"  ", p.bold(pl.Title.In(w.Lang))+". "+pl.When.In(w.Lang))
	}
	whole := len(offer) == len(d.plans.Incidents())
	if !whole {
		p.hanging("   0  ", w.T("play.start.else"))
	}
	s, err := a.text(w.T("play.start.which"), "1", func(s string) (string, string) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > len(offer) || n == 0 && whole {
			return "", w.T("play.wrong.which", w.Int(int64(len(offer))))
		}
		return s, ""
	})
	if err != nil {
		return "", false, err
	}
	n, _ := strconv.Atoi(s) // just checked
	if n == 0 {
		return "", true, nil
	}
	return offer[n-1].ID, false, nil
}

// begun says what was begun, and what custode filled in.
func (d *responder) begun(p *page, n int64, r *playbook.Run) {
	w := d.sh.words
	p.gap()
	p.wrap("", w.T("play.begun", strconv.FormatInt(n, 10)))
	for i, key := range d.filled(r) {
		def, _ := d.book.Find(key)
		v := r.Facts[key]
		if i == 0 {
			p.wrap("", w.T("play.filled"))
		}
		p.hanging("  ", def.Label.In(w.Lang)+": "+d.value(def, v.Text)+" "+p.dim("("+w.T("play.origin."+string(v.Origin))+")"))
	}
	p.wrap("", p.dim(w.T("play.legal")))
	p.gap()
}

// asSentence makes a sentence of what a person typed in a hurry: it goes into the letters.
func asSentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if s == "" || n == 0 {
		return s
	}
	s = string(unicode.ToUpper(first)) + s[n:]
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return s
}
