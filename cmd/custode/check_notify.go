package main

import (
	"context"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/internal/host"
	"custode/playbook/daily"
)

// newsTold is what became of the news of a check.
type newsTold struct {
	news int  // things that are new or worse
	ways int  // to a person
	kept bool // a watch runs: it sends what is in the queue
}

// newsThings is how many things a message names.
const newsThings = 5

// notify tells what is new or worse through the ways that the settings have. A message that does not arrive
// is in the queue, for the watch or the next check to send.
func (sh *shell) notify(ctx context.Context, st state, set settings, c job.Check) (t newsTold, err error) {
	ways := sh.channels(set)
	if t.ways = len(ways); t.ways == 0 { // it stays news until somebody can be told
		return t, nil
	}
	say := teller{sh.words, set.Shop}
	t.news, err = job.TellNews(ctx, st, c, func(news []daily.Item) (subject, body string) { return sh.newsMessage(say, c, news) })
	if err != nil {
		return t, err
	}
	var k job.Kept
	if there, err := st.State(ctx, "status", &k); err != nil || there && k.Running(c.At, host.Alive) {
		t.kept = true
		return t, err
	}
	hours, _, _ := set.Hours.week()
	post := &job.Post{Store: st, Teller: say, Channels: ways, Hours: hours, Beat: -1, Now: set.clock(sh.now)}
	if err := post.Deliver(ctx); err != nil { // hands it over, so that it is due from now on
		return t, err
	}
	return t, post.Deliver(ctx)
}

// newsMessage is the message: what is new or worse, each with what to do. It names no file: mail
// goes where files never should.
func (sh *shell) newsMessage(say teller, c job.Check, news []daily.Item) (subject, body string) {
	w := sh.words
	var b strings.Builder
	for i, it := range news {
		if i == newsThings {
			b.WriteString("\n" + w.N("check.news.more", int64(len(news)-i)) + "\n")
			break
		}
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString("[" + w.T("check.tag."+string(it.Status)) + "] " + sh.itemTitle(it) + "\n")
		b.WriteString(w.T("check.why") + " " + sh.say(it.Why) + "\n")
		if do := sh.say(it.Do); do != "" {
			b.WriteString(w.T("check.do") + " " + do + "\n")
		}
		if len(it.Command) > 0 && !namesFile(it) {
			b.WriteString("    " + shellLine(it.Command) + "\n")
		}
	}
	b.WriteString("\n" + sh.scoreLine(c) + ". " + w.T("check.news.once") + "\n")
	b.WriteString("\n" + say.foot(c.Head))
	return say.subject(w.N("check.news", int64(len(news)))), b.String()
}

// namesFile reports whether an item's command names a file or folder of the shop.
func namesFile(it daily.Item) bool {
	for _, arg := range it.Command {
		if strings.ContainsAny(arg, `/\`) {
			return true
		}
	}
	return false
}

// showTold says in a line how the shop is, and what was told to whom.
func (sh *shell) showTold(c job.Check, t newsTold) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	sh.gapLine(p, c)
	p.wrap("", p.status(w.T("check.status."+string(c.Status)), c.Status)+"  "+sh.scoreLine(c))
	switch {
	case t.ways == 0:
		p.hanging(p.amber(w.T("app.note"))+" ", w.T("check.told.nobody"))
	case t.news == 0:
		p.wrap("", w.T("check.told.nothing"))
	default:
		p.wrap("", w.N("check.told", int64(t.news)))
	}
	return p.fail
}
