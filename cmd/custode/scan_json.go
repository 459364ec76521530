package main

import (
	"strings"
	"time"

	"custode/scan"
)

// The documents of scan --json, as interface.md and docs/schema have them.
type scanDoc struct {
	Schema     string        `json:"schema"`
	StartedAt  string        `json:"started_at"`
	DurationMS int64         `json:"duration_ms"`
	Folders    []string      `json:"folders"`
	Complete   bool          `json:"complete"`
	Totals     scan.Totals   `json:"totals"`
	Coverage   coverageDoc   `json:"coverage"`
	Files      []fileDoc     `json:"files"`
	Errors     []fileProblem `json:"errors"`
	Unread     []fileProblem `json:"not_examined"`
	Unnamed    int64         `json:"unnamed,omitempty"` // files beyond those, of which only the coverage tells
	Excluded   []excludedDoc `json:"excluded"`          // by the settings
	MoreLeft   int64         `json:"excluded_more,omitempty"`
	Decoys     int64         `json:"decoys,omitempty"` // left out: they are custode's
}

// coverageDoc accounts for every byte below the folders: files and bytes are the
// sums of what follows.
type coverageDoc struct {
	scan.Account
	Percent  int           `json:"percent"`
	Examined scan.Account  `json:"examined"`
	Sealed   scan.Account  `json:"encrypted"`
	Listed   []scan.Listed `json:"listed"`
}

type fileDoc struct {
	Path       string       `json:"path"`
	Format     string       `json:"format"`
	Bytes      int64        `json:"bytes"`
	Encrypted  bool         `json:"encrypted"`
	State      string       `json:"state"`
	Risk       string       `json:"risk"`
	RiskReason string       `json:"risk_reason"`
	People     int64        `json:"people"`
	Findings   []findingDoc `json:"findings"`
	*adviceDoc              // of files with findings
}

// adviceDoc is what made the risk of a file, and what to do about it.
type adviceDoc struct {
	RiskBase   string      `json:"risk_base"`
	Factors    []factorDoc `json:"risk_factors"`
	CountedBy  []string    `json:"counted_by,omitempty"` // of files that were read now
	Pictures   int64       `json:"pictures,omitempty"`
	Place      string      `json:"place"`
	ReadableBy string      `json:"readable_by,omitempty"`
	Newest     string      `json:"newest,omitempty"`
	NewestBy   string      `json:"newest_by,omitempty"`
	Copies     []string    `json:"copies"`
	MoreCopies int64       `json:"copies_more,omitempty"`
	Spare      bool        `json:"spare"`
	Advice     stepDoc     `json:"advice"`
}

type factorDoc struct {
	Factor    string `json:"factor"`
	Value     string `json:"value"`
	HalfSteps int    `json:"half_steps"`
}

type stepDoc struct {
	ID      string   `json:"id"`
	Command []string `json:"command"`
}

// adviceDocument tells of one file with findings.
func (sh *shell) adviceDocument(f scan.File) *adviceDoc {
	if len(f.Findings) == 0 {
		return nil
	}
	step := scan.Advise(f)
	d := &adviceDoc{
		RiskBase: string(f.Base), Factors: []factorDoc{}, Place: string(f.Exposure), ReadableBy: string(f.Access),
		Copies: append([]string{}, f.Copies...), MoreCopies: f.CopiesMore, Spare: f.Spare,
		Advice: stepDoc{string(step.ID), append([]string{}, sh.proposed(step.Command)...)},
	}
	d.Pictures = f.Pictures
	for _, c := range f.Counted {
		d.CountedBy = append(d.CountedBy, string(c))
	}
	for _, x := range f.Factors() {
		d.Factors = append(d.Factors, factorDoc{x.Name, x.Value, x.Halves})
	}
	if newest, byRecords := f.Age(); !newest.IsZero() {
		d.Newest, d.NewestBy = newest.Format("2006-01"), "file"
		if byRecords {
			d.NewestBy = "records"
		}
	}
	return d
}

type findingDoc struct {
	Kind       string `json:"kind"`
	Pattern    string `json:"pattern,omitempty"` // with own: the name that the settings give it
	Count      int64  `json:"count"`
	Distinct   int64  `json:"distinct"`
	Confidence string `json:"confidence"`
	Sample     string `json:"sample"`
	Where      string `json:"where"`
	Why        string `json:"why,omitempty"`     // what it rests on
	Example    bool   `json:"example,omitempty"` // numbers published for tests
}

type excludedDoc struct {
	Path    string `json:"path"`
	Because string `json:"because"`
}

type fileProblem struct {
	Path   string `json:"path"` // archive.zip!/inner.csv for what lies in a file
	Error  string `json:"error"`
	Format string `json:"format,omitempty"`
	More   int64  `json:"more,omitempty"` // parts of the file that are not listed
}

// scanDocument is the document without its files.
func (sh *shell) scanDocument(r *scan.Report) scanDoc {
	d := scanDoc{
		Schema: "custode.scan/1", StartedAt: r.StartedAt.Format(time.RFC3339), DurationMS: r.Duration.Milliseconds(),
		Folders: r.Roots, Complete: r.Whole(), Totals: r.Totals, Coverage: coverageOf(&r.Ledger), Unnamed: r.Unnamed,
		Files: []fileDoc{}, Errors: []fileProblem{}, Unread: []fileProblem{}, Excluded: []excludedDoc{}, MoreLeft: r.Left - int64(len(r.Excluded)),
		Decoys: r.Ledger.Decoys(),
	}
	for _, f := range r.Excluded {
		d.Excluded = append(d.Excluded, excludedDoc{f.Path, f.Because})
	}
	for _, f := range r.Unseen {
		p := fileProblem{Path: f.Path, Error: string(f.Reason), Format: f.Format, More: f.UnreadMore}
		if f.State == scan.Failed {
			d.Errors = append(d.Errors, p)
		} else {
			d.Unread = append(d.Unread, p)
		}
		for _, piece := range f.Unread {
			d.Unread = append(d.Unread, fileProblem{Path: f.Path + "!/" + piece.Path, Error: string(piece.Reason)})
		}
	}
	return d
}

func coverageOf(l *scan.Ledger) coverageDoc {
	d := coverageDoc{Account: l.Looked(), Percent: l.Percent(), Examined: l.Examined, Sealed: l.Sealed, Listed: []scan.Listed{}}
	for _, x := range l.Listed() {
		d.Files, d.Bytes = d.Files+x.Files, d.Bytes+x.Bytes
		d.Listed = append(d.Listed, x)
	}
	return d
}

// fileDocument tells of one file.
func (sh *shell) fileDocument(f scan.File) fileDoc {
	fd := fileDoc{
		Path: f.Path, Format: f.Format, Bytes: f.Stamp.Size, Encrypted: f.Encrypted(), State: string(f.State),
		Risk: string(f.Risk), RiskReason: string(f.RiskReason), People: f.People, Findings: []findingDoc{},
		adviceDoc: sh.adviceDocument(f),
	}
	for _, x := range f.Findings {
		fd.Findings = append(fd.Findings, findingDoc{
			Kind: string(x.Kind), Pattern: x.Pattern, Count: x.Count, Distinct: x.Distinct, Confidence: string(x.Confidence),
			Sample: x.Sample, Where: where(x.Where, english), Why: string(x.Why), Example: x.Example,
		})
	}
	return fd
}

// english names units and sections for programs.
func english(word string) string {
	return strings.ReplaceAll(strings.TrimPrefix(word, "section."), "none", "text")
}
