package main

import (
	"html/template"
	"time"

	"custode/cmd/custode/internal/job"
)

// reportScore is the score in words.
func (sh *shell) reportScore(c job.Check) string {
	return sh.words.T("check.score", sh.words.Int(int64(c.Score)))
}

// reportTrend is how the score went, drawn and said. There is none yet.
func (sh *shell) reportTrend(job.Check) (template.HTML, string) { return "", "" }

// sinceOf is since when each item is as it is, where that is known.
func sinceOf(job.Check) map[string]time.Time { return nil }
