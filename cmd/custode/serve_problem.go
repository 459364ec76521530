package main

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

// Problems implements [web.Reporter].
func (o *office) Problems() (list []web.Choice) {
	for _, k := range cases.Reports() {
		list = append(list, web.Choice{ID: string(k), Name: o.sh.words.T("web.problem.kind." + string(k))})
	}
	return list
}

// mostReported is how many pages are known on which something was reported; then all are forgotten.
const mostReported = 1000

// ReportProblem implements [web.Reporter].
func (o *office) ReportProblem(ctx context.Context, p web.Problem) error {
	if !slices.Contains(cases.Reports(), rules.Why(p.Kind)) {
		return fault.New(fault.Bug, "fault.bug", "report")
	}
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	o.settling.Lock()
	defer o.settling.Unlock()
	page := sha256.Sum256([]byte(p.Page))
	if _, sent := o.reported[page]; sent && p.Page != "" {
		return nil
	}
	told := cases.Told{Text: plain(oneLine(p.Text)), Name: plain(oneLine(p.Name))}
	id, err := job.Report(ctx, st, teller{o.sh.words, set.Shop}, job.Problem{Kind: rules.Why(p.Kind), Told: told, At: o.sh.now()})
	if id == 0 {
		return err
	}
	if o.reported == nil || len(o.reported) >= mostReported {
		o.reported = map[[32]byte]int64{}
	}
	o.reported[page] = id
	return err
}

// oneLine puts blanks where lines end.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
