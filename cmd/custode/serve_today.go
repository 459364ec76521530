package main

import (
	"context"
	"regexp"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/playbook/daily"
)

// checkKeeps is how long a check is shown before it is held anew, where nothing was written down since.
const checkKeeps = 10 * time.Minute

// Today implements [web.Checker]. To look at the page again is no new check: it would fill the journal.
func (o *office) Today(ctx context.Context, anew bool) (web.Today, error) {
	sh := o.sh
	set, st, err := sh.enter(ctx)
	if err != nil {
		return web.Today{}, err
	}
	defer st.Close() // every write was committed
	last, err := st.Last(ctx)
	if err != nil {
		return web.Today{}, err
	}
	o.checking.Lock()
	defer o.checking.Unlock()
	if c := o.check; o.practised.Swap(false) || anew || c.At.IsZero() || c.Head.Seq != last || sh.now().Sub(c.At) > checkKeeps || sh.now().Before(c.At) {
		if o.check, err = sh.judge(ctx, st, set); err != nil {
			return web.Today{}, err
		}
	}
	return o.sh.today(o.check, set), nil
}

// today puts a check into words.
func (sh *shell) today(c job.Check, set settings) web.Today {
	v := sh.report(c, set, forOwner)
	t := web.Today{
		Shop: v.Shop, At: v.At, Status: string(c.Status), Score: sh.scoreLine(c), Counts: v.Counts,
		Gap: sh.gapWords(c), Trend: v.Trend, TrendWords: v.TrendWords, Receipt: v.Receipt, Below: v.Below,
	}
	base := commonFolder(set.Folders)
	for _, it := range c.First(len(c.Items)) {
		th := sh.thingOf(c, it, base)
		switch {
		case it.Question:
			t.Questions = append(t.Questions, th)
		case it.Snooze != nil:
			t.Off = append(t.Off, th)
		case t.First == nil:
			t.First = &th
		default:
			t.Then = append(t.Then, th)
		}
	}
	for _, it := range c.Items {
		if it.Status == daily.OK {
			t.Fine = append(t.Fine, sh.thingOf(c, it, base))
		}
	}
	return t
}

// asideCommand is a command that a sentence names in brackets, for who sits at a terminal. The page has a button.
var asideCommand = regexp.MustCompile(`\s*\(custode [a-z][^()]*\)`)

// sansCommand leaves such commands out of a sentence.
func sansCommand(s string) string { return asideCommand.ReplaceAllString(s, "") }

// onPage says what to do as the page does, where a terminal has a command: a sentence that leads to one ends here.
func (sh *shell) onPage(key, do string) string {
	if key = "web.do." + key; sh.words.Has(key) {
		return sh.words.T(key)
	}
	if do = sansCommand(unticked(do)); strings.HasSuffix(do, ":") {
		do = strings.TrimSuffix(do, ":") + "."
	}
	return do
}

// plainReport is the report as the page gives it: to who has buttons it names no command.
func (sh *shell) plainReport(c job.Check, set settings, audience string) reportView {
	v, i := sh.report(c, set, audience), 0
	for _, it := range c.First(len(c.Items)) {
		if it.Question || it.Snooze != nil || i == len(v.First) {
			continue
		}
		f := &v.First[i]
		f.Title, f.Why, f.Do, f.Command = sansCommand(f.Title), sansCommand(unticked(f.Why)), sh.onPage(it.Do.Key, f.Do), ""
		i++
	}
	for i := range v.Then {
		v.Then[i].Title = sansCommand(v.Then[i].Title)
	}
	for _, g := range v.Groups {
		for i := range g.Lines {
			g.Lines[i].Title = sansCommand(g.Lines[i].Title)
		}
	}
	if n := c.Questions(); n > 0 {
		v.Asks = sh.words.N("web.today.questions", int64(n))
	}
	return v
}

// thingOf puts an item into words.
func (sh *shell) thingOf(c job.Check, it daily.Item, base string) web.Thing {
	v, l := sh.reportItem(it, base), sh.reportLine(it, c.Since)
	v.Do = sh.onPage(it.Do.Key, v.Do)
	return web.Thing{
		ID: it.ID, Group: string(it.Group), Status: string(it.Status), Tag: l.Tag, Title: sansCommand(v.Title), Why: sansCommand(unticked(v.Why)), Do: v.Do,
		Minutes: v.Minutes, Command: v.Command, Files: v.Files, More: v.More, Acts: sh.acts(it, c.At),
	}
}
