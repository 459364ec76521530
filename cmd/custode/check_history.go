package main

import (
	"context"
	"runtime"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/playbook/daily"
	"custode/playbook/daily/trend"
)

// trendDays is how many days the page draws.
const trendDays = 30

// scoreLine is the score, and what it was on the last day before today on which somebody looked.
func (sh *shell) scoreLine(c job.Check) string {
	w := sh.words
	s := w.T("check.score", w.Int(int64(c.Score)))
	if c.Before == nil {
		return s
	}
	at, was := c.Before.At.In(c.At.Location()), w.Int(int64(c.Before.Score))
	switch today := job.Midnight(c.At); {
	case !at.Before(today):
		return w.T("check.was.today", s, was, at.Format("15:04"))
	case !at.Before(today.AddDate(0, 0, -1)):
		return w.T("check.was.yesterday", s, was)
	default:
		return w.T("check.was.on", s, was, w.Date(at))
	}
}

// gapLine says on which days no check was held.
func (sh *shell) gapLine(p *page, c job.Check) {
	if s := sh.gapWords(c); s != "" {
		p.wrap("", p.amber(s))
	}
}

func (sh *shell) gapWords(c job.Check) string {
	w := sh.words
	switch {
	case c.From.IsZero():
		return ""
	case c.From.Equal(c.To):
		return w.T("check.gap.day", w.Date(c.From))
	}
	return w.T("check.gap.days", w.Date(c.From), w.Date(c.To))
}

// series are the scores of the last days.
func series(c job.Check, days int) trend.Series {
	points := make([]trend.Point, 0, len(c.Runs))
	for _, run := range c.Runs {
		points = append(points, trend.Point{Day: run.At.In(c.At.Location()), Score: run.Score})
	}
	return trend.Last(points, days, c.At)
}

// trendWords says what a picture of the scores shows, for who can't see it; "" where there is no trend yet.
func (sh *shell) trendWords(s trend.Series) string {
	seen, ok := s.Look()
	if !ok {
		return ""
	}
	w := sh.words
	score := func(p trend.Point) string { return w.Int(int64(p.Score)) }
	text := w.T("check.trend.words", score(seen.First), w.Date(seen.First.Day), score(seen.Last), score(seen.Low), score(seen.High))
	if seen.Without > 0 {
		text += " " + w.N("check.trend.without", int64(seen.Without))
	}
	return text
}

// trendLines draws the scores of the last days, and says the same in words.
func (sh *shell) trendLines(p *page, c job.Check) {
	s := series(c, trendDays)
	words := sh.trendWords(s)
	if words == "" {
		return
	}
	picture := s.Plain()
	if sh.drawsBlocks() {
		picture = s.Blocks()
	}
	p.line(sh.words.T("check.trend", picture))
	p.wrap("", p.dim(words))
}

// drawsBlocks reports whether what we write to has the letters that are blocks of different
// heights. A terminal that is not known to have them gets digits.
func (sh *shell) drawsBlocks() bool {
	if runtime.GOOS == "windows" { // the old console's letters have two of the eight
		return sh.env("WT_SESSION") != ""
	}
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := sh.env(key); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return runtime.GOOS == "darwin"
}

// The parts of the document of check --json that tell of what was before.
type previousDoc struct {
	At    string `json:"at"`
	Score int    `json:"score"`
}

type gapDoc struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type trendDoc struct {
	Day        string `json:"day"`
	Score      int    `json:"score"`
	OpenFiles  int64  `json:"open_files"`
	OpenPeople int64  `json:"open_people"`
}

func (d *checkDoc) history(c job.Check) {
	if c.Before != nil {
		d.Previous = &previousDoc{stamp(c.Before.At), c.Before.Score}
	}
	if !c.From.IsZero() {
		d.Gap = &gapDoc{c.From.Format(time.DateOnly), c.To.Format(time.DateOnly)}
	}
	d.Trend = []trendDoc{}
	for _, run := range c.Runs {
		t := trendDoc{run.Day, run.Score, run.OpenFiles, run.OpenPeople}
		if n := len(d.Trend); n > 0 && d.Trend[n-1].Day == t.Day {
			d.Trend[n-1] = t
			continue
		}
		d.Trend = append(d.Trend, t)
	}
}

// recentDoc is the document of a check that was not held, since there is one that is young enough.
type recentDoc struct {
	Schema string `json:"schema"`
	At     string `json:"at"`
	Status string `json:"status"`
	Score  int    `json:"score"`
}

// longestApart is more than lies between two checks of the system's: after that one is due in any case.
const longestApart = 48 * time.Hour

// heldAlready gives the last check if it is young enough that another is not wanted.
func (sh *shell) heldAlready(ctx context.Context, st state, now time.Time, o checkOptions) (daily.Run, bool, error) {
	if o.due {
		run, there, err := job.LastCheck(ctx, st, now, longestApart)
		return run, there && now.Before(daily.NextDue(run.At, now.Location())), err
	}
	if o.older <= 0 {
		return daily.Run{}, false, nil
	}
	return job.LastCheck(ctx, st, now, o.older)
}

// recent says that there was a check just now, and ends with the code of its status.
func (sh *shell) recent(run daily.Run, o checkOptions) error {
	var err error
	if w := sh.words; o.json {
		err = sh.json(recentDoc{"custode.check-recent/1", stamp(run.At), string(run.Status), run.Score})
	} else {
		p := sh.page(sh.out, sh.outTerm)
		p.wrap("", w.T("check.recent", w.DateTime(run.At.Local()), w.Int(int64(run.Score))))
		err = p.fail
	}
	if err != nil {
		return err
	}
	return statusCode(run.Status)
}
