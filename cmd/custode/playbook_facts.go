package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/fact"
)

func playFactsCommand(sh *shell) *cli.Command {
	var o runOptions
	t := sh.words.T
	return &cli.Command{
		Name: "facts", Usage: t("cmd.play.facts"), UsageText: t("cmd.play.facts.use"), Description: t("cmd.play.facts.more"),
		Flags:  sh.runFlags(&o),
		Action: func(c *cli.Context) error { return sh.playFacts(c.Context, o, c.Args().Slice()) },
	}
}

type factDoc struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Label  string `json:"label"`
	Origin string `json:"origin"`
	From   string `json:"from"` // where custode had it from that a person confirmed; "" otherwise
	Event  int64  `json:"event"`
}

type factsDoc struct {
	Schema string    `json:"schema"`
	Run    int64     `json:"run"`
	Facts  []factDoc `json:"facts"`
}

// playFacts shows what is known, or takes corrections.
func (sh *shell) playFacts(ctx context.Context, o runOptions, args []string) error {
	d, id, r, err := sh.onRun(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	if len(args) > 0 {
		given, err := d.pairs(args)
		if err != nil {
			return err
		}
		r, err = d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) {
			if !r.Closed.IsZero() {
				return nil, playbook.ErrClosed
			}
			return r.Know(d.who(), given, fact.Said)
		})
		if err != nil {
			return err
		}
	}
	if o.json {
		doc := factsDoc{Schema: "custode.facts/1", Run: id, Facts: []factDoc{}}
		for _, def := range d.book.All() {
			if v, ok := r.Facts[def.Key]; ok {
				doc.Facts = append(doc.Facts, factDoc{def.Key, v.Text, def.Label.In(sh.words.Lang), string(v.Origin), string(v.From), v.Event})
			}
		}
		return sh.json(doc)
	}
	p := sh.page(sh.out, sh.outTerm)
	d.factsPage(p, r)
	return p.fail
}

// factsPage lists what is known, by groups, with the key that corrects it.
func (d *responder) factsPage(p *page, r *playbook.Run) {
	w := d.sh.words
	group := ""
	for _, def := range d.book.All() {
		v, ok := r.Facts[def.Key]
		if !ok {
			continue
		}
		if def.Group != group {
			if group != "" {
				p.gap()
			}
			group = def.Group
			p.line(p.bold(w.T("play.group." + group)))
		}
		text := d.value(def, v.Text)
		if from := d.originWords(v); from != "" {
			text += " " + p.dim("("+from+")")
		}
		p.hanging("  ", def.Label.In(w.Lang)+": "+text+"  "+p.dim("["+def.Key+"]"))
	}
	p.gap()
	p.wrap("", w.T("play.facts.how", d.sh.command("custode", "playbook", "facts", "people_count=250")))
}

// originWords says where custode has a value from; "" of what a person said.
func (d *responder) originWords(v fact.Value) string {
	w := d.sh.words
	switch {
	case v.From != "":
		return w.T("play.origin.confirmed", w.T("play.origin."+string(v.From)))
	case v.Origin != fact.Said && v.Origin != fact.Step:
		return w.T("play.origin." + string(v.Origin))
	}
	return ""
}

// value shows the value of a fact to people.
func (d *responder) value(def fact.Def, text string) string {
	w := d.sh.words
	switch text {
	case fact.Unknown:
		return w.T("play.unknown")
	case fact.NotApplicable:
		return w.T("play.not-applicable")
	}
	lang := w.Lang
	switch def.Type {
	case fact.YesNo:
		return w.T("play.tri." + text)
	case fact.Number:
		var n int64
		if _, err := fmt.Sscan(text, &n); err == nil {
			return w.Int(n)
		}
	case fact.Moment:
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return w.DateTime(d.zoned(at))
		}
	case fact.OneOf, fact.SomeOf:
		var names []string
		for id := range strings.SplitSeq(text, ",") {
			if o, ok := def.Option(id); ok {
				names = append(names, o.Label.In(lang))
			}
		}
		return strings.Join(names, "; ")
	case fact.Free:
	}
	return shownText(text)
}

// shownText is what a person wrote, on one line and harmless for the terminal.
func shownText(s string) string {
	return printable(strings.Join(strings.Fields(s), " "))
}

// pairs reads KEY=VALUE arguments.
func (d *responder) pairs(args []string) (playbook.Answers, error) {
	given := playbook.Answers{}
	for _, a := range args {
		key, text, ok := strings.Cut(a, "=")
		if !ok {
			return nil, fault.New(fault.Usage, "fault.play.pair", printable(a))
		}
		def, ok := d.book.Find(key)
		if !ok {
			return nil, fault.New(fault.Usage, "fault.play.no-fact", printable(key))
		}
		v, wrong := d.understand(def, text)
		if wrong != "" {
			return nil, &fault.Error{Code: fault.Usage, ID: "fault.play.value", Args: []any{key + ": " + wrong}}
		}
		given[key] = v
	}
	return given, nil
}

// understand turns what a person typed into a value; wrong is a sentence.
func (d *responder) understand(def fact.Def, typed string) (value, wrong string) {
	w := d.sh.words
	typed = strings.TrimSpace(typed)
	low := strings.ToLower(typed)
	switch {
	case typed == "":
		return "", w.T("play.wrong.empty")
	case slices.Contains([]string{"?", "unknown", "non so", "non lo so", "boh", "don't know", "dont know", "i don't know", "not sure", w.T("play.unknown")}, low):
		return fact.Unknown, ""
	case low == fact.NotApplicable:
		return fact.NotApplicable, ""
	}
	switch def.Type {
	case fact.YesNo:
		switch low {
		case "y", "yes", "s", "si", "sì":
			return "yes", ""
		case "n", "no":
			return "no", ""
		}
		return "", w.T("play.wrong.tri")
	case fact.Moment:
		at, ok := parseWhen(typed, d.sh.now(), d.set.Country == "US")
		if !ok {
			return "", w.T("play.wrong.time")
		}
		if at.After(d.sh.now().Add(2 * time.Minute)) {
			return "", w.T("play.wrong.future")
		}
		return at.Format(time.RFC3339), ""
	case fact.Number:
		typed = wholeNumber(strings.TrimLeft(typed, "~ "))
	case fact.OneOf, fact.SomeOf:
		typed = d.options(def, typed)
	case fact.Free:
	}
	v, err := d.book.Parse(def.Key, typed)
	if err != nil {
		return "", w.T("play.wrong." + string(def.Type))
	}
	return v, ""
}

// wholeNumber takes the signs between thousands out: 1.200, 1,200, 1 200. A number with
// decimals stays as it is, and so is refused: 1.5 is not 15.
func wholeNumber(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(".,' \u00a0\u202f\u2019", r) })
	for i, p := range parts {
		if i > 0 && len(p) != 3 || i == 0 && len(parts) > 1 && len(p) > 3 {
			return s
		}
	}
	return strings.Join(parts, "")
}

// options turns "1, 3" into the ids of options.
func (d *responder) options(def fact.Def, typed string) string {
	parts := strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	for i, p := range parts {
		if n, err := strconv.Atoi(p); err == nil && n >= 1 && n <= len(def.Options) {
			parts[i] = def.Options[n-1].ID
		}
	}
	return strings.Join(parts, ",")
}

// askFact asks a person for a fact; what custode knows already is the answer of Enter. Where
// the step itself is the question (posed), it is not asked again in other words.
func (d *responder) askFact(a *asker, key string, have fact.Value, posed bool) (string, error) {
	def, _ := d.book.Find(key)
	w := d.sh.words
	lang := w.Lang
	p := d.sh.page(d.sh.err, d.sh.errTerm)
	p.gap()
	if !posed { // the step has said it
		p.wrap("  ", p.dim(def.Help.In(lang)))
	}
	for i, o := range def.Options {
		p.hanging(fmt.Sprintf("  %2d  ", i+1), o.Label.In(lang))
	}
	preset := ""
	if have.Known() {
		preset = d.value(def, have.Text)
		switch have.Origin {
		case fact.Said, fact.Step:
		case suggested:
			p.wrap("  ", p.bold(w.T("play.proposed", preset)))
		default:
			p.wrap("  ", p.bold(w.T("play.found", preset, w.T("play.origin."+string(have.Origin)))))
		}
		if cells(preset) > longPreset {
			preset = w.T("play.key.take")
		}
	}
	question := def.Ask.In(lang)
	if posed {
		question = w.T("play.answer")
	}
	question += " (" + w.T("play.answers."+string(def.Type)) + ")"
	v, err := a.text(question, preset, func(typed string) (string, string) {
		switch {
		case have.Known() && (typed == preset || def.Type == fact.Free && slices.Contains(assents, strings.ToLower(typed))):
			return have.Text, ""
		case d.wantsOut(typed):
			return leave, ""
		}
		return d.understand(def, typed)
	})
	if v == leave && err == nil {
		err = errEnough
	}
	return v, err
}

// assents are what people type to a proposal that is right, instead of Enter.
var assents = []string{"y", "yes", "s", "si", "sì", "ok"}

// leave is what stands for a person who wants to stop at a question; no fact has this value.
const leave = "\x00"

// longPreset is how wide a proposal may be to stand in the brackets of a question.
const longPreset = 44
