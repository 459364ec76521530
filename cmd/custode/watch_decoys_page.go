package main

import (
	"errors"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/scan/watch/decoy"
)

// The document of watch decoys --json.
type decoysDoc struct {
	Schema  string     `json:"schema"`
	Action  string     `json:"action"`
	DryRun  bool       `json:"dry_run"`
	Folders int        `json:"folders"` // with decoys, of place
	Without int        `json:"folders_without"`
	Freed   int        `json:"freed"`
	Decoys  []decoyDoc `json:"decoys"`
}

type decoyDoc struct {
	Path    string `json:"path"`
	Folder  string `json:"folder"`
	Bytes   int64  `json:"bytes"`
	MadeAt  string `json:"made_at"`
	Outcome string `json:"outcome"`
	Error   string `json:"error"` // with failed
}

// decoyTrouble names why something failed; "" if it did not.
func decoyTrouble(r job.DecoyResult) string {
	switch {
	case r.Outcome != job.DecoyFailed:
		return ""
	case errors.Is(r.Err, decoy.ErrTaken):
		return "taken"
	}
	if c := fault.Cause(r.Err); c != "" {
		return c
	}
	return "io"
}

// amiss reports whether a decoy is not as it should be.
func (d *decoying) amiss(r job.DecoyResult) bool {
	switch r.Outcome {
	case job.DecoyFailed, job.DecoyOutcome(decoy.Changed):
		return true
	case job.DecoyOutcome(decoy.Gone):
		return d.o.action == "list"
	case job.DecoyOutcome(decoy.Away):
		return true
	default:
		return false
	}
}

// show says what became of the decoys, and ends with 1 where something is amiss.
func (d *decoying) show() (err error) {
	if d.o.json {
		err = d.sh.json(d.document())
	} else {
		err = d.page(d.sh.page(d.sh.out, d.sh.outTerm))
	}
	for _, r := range d.results {
		if err == nil && d.amiss(r) {
			err = errListed
		}
	}
	return err
}

func (d *decoying) document() decoysDoc {
	doc := decoysDoc{
		Schema: "custode.decoys/1", Action: d.o.action, DryRun: d.o.dryRun,
		Folders: d.placing.Folders, Without: d.placing.Without, Freed: d.placing.Freed, Decoys: []decoyDoc{},
	}
	for _, r := range d.results {
		made := ""
		if !r.MadeAt.IsZero() {
			made = r.MadeAt.UTC().Format(time.RFC3339)
		}
		doc.Decoys = append(doc.Decoys, decoyDoc{r.Path, r.Folder, r.Size, made, string(r.Outcome), decoyTrouble(r)})
	}
	return doc
}

func (d *decoying) page(p *page) error {
	w := d.sh.words
	switch d.o.action {
	case "place":
		d.placePage(p)
	case "remove":
		d.removePage(p)
	default:
		d.listPage(p)
	}
	var bad []job.DecoyResult
	for _, r := range d.results {
		if d.amiss(r) {
			bad = append(bad, r)
		}
	}
	if len(bad) > 0 {
		p.gap()
		p.wrap("", p.amber(w.N("decoys.amiss."+d.o.action, int64(len(bad)))))
		for _, r := range bad {
			why := w.T("decoys.state." + string(r.Outcome))
			if c := decoyTrouble(r); c != "" {
				why += " (" + w.T("cause."+c) + ")"
			}
			p.hanging("  ", shown(r.Path, "")+": "+why)
		}
	}
	return p.fail
}

func (d *decoying) placePage(p *page) {
	w := d.sh.words
	switch placed, planned := d.count(job.DecoyPlaced), d.count(job.DecoyPlanned); {
	case planned > 0:
		p.wrap("", p.bold(w.N("decoys.planned", planned)))
		d.names(p, job.DecoyPlanned)
	case placed > 0:
		p.wrap("", p.green(w.N("decoys.placed", placed)))
		d.names(p, job.DecoyPlaced)
	case d.placing.Folders == 0:
		p.wrap("", w.T("decoys.no-folder"))
	case d.count(job.DecoyFailed) == 0:
		p.wrap("", w.T("decoys.all-there"))
	}
	if n := int64(d.placing.Freed); n > 0 {
		p.wrap("", p.amber(w.N("decoys.freed", n)))
	}
	if n := int64(d.placing.Without); n > 0 {
		p.wrap("", w.N("decoys.without", n))
	}
	if d.count(job.DecoyPlaced)+d.count(job.DecoyPlanned) > 0 {
		p.gap()
		p.wrap("", w.T(d.tell))
	}
}

// names lists the decoys with an outcome.
func (d *decoying) names(p *page, o job.DecoyOutcome) {
	if d.unnamed {
		return
	}
	for _, path := range d.paths(o) {
		p.hanging("  ", shown(path, ""))
	}
}

// paths are those of the decoys with an outcome.
func (d *decoying) paths(o job.DecoyOutcome) (list []string) {
	for _, r := range d.results {
		if r.Outcome == o {
			list = append(list, r.Path)
		}
	}
	return list
}

func (d *decoying) removePage(p *page) {
	w := d.sh.words
	switch n := d.count(job.DecoyRemoved); {
	case n > 0 && d.o.dryRun:
		p.wrap("", p.bold(w.N("decoys.would-remove", n)))
		d.names(p, job.DecoyRemoved)
	case n > 0:
		p.wrap("", p.green(w.N("decoys.removed", n)))
	case len(d.results) == 0:
		p.wrap("", w.T("decoys.none"))
	}
	if n := d.count(job.DecoyOutcome(decoy.Gone)); n > 0 {
		p.wrap("", w.N("decoys.were-gone", n))
	}
}

func (d *decoying) listPage(p *page) {
	w := d.sh.words
	if len(d.results) == 0 {
		p.wrap("", w.T("decoys.none"))
		p.line("    " + shellLine(d.sh.proposed([]string{"custode", "watch", "decoys", "place"})))
		return
	}
	if n := d.count(job.DecoyOutcome(decoy.Present)); n > 0 {
		p.wrap("", p.green(w.N("decoys.present", n)))
		d.names(p, job.DecoyOutcome(decoy.Present))
	}
}
