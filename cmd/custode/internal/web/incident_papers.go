package web

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"custode/internal/fault"
	"custode/internal/paper"
)

// Writer writes the papers of an incident.
type Writer interface {
	// Letters lists the letters of an incident.
	Letters(ctx context.Context, id int64) (IncidentLetters, error)
	// Letter fills a letter with what is known. Stage "" is the usual one.
	Letter(ctx context.Context, id int64, kind, stage string) (IncidentLetter, error)
	// PrintLetter draws a letter as a file and writes down that it was prepared. Form: "pdf", "html".
	PrintLetter(ctx context.Context, a Act, kind, stage, form string) (Download, error)
	// SentLetter writes down that a letter was sent.
	SentLetter(ctx context.Context, a Act, kind, stage string) error
	// IncidentReport is the report of an incident.
	IncidentReport(ctx context.Context, id int64) (IncidentHead, paper.Doc, error)
	// PrintIncidentReport draws the report as a file.
	PrintIncidentReport(ctx context.Context, id int64, form string) (Download, error)
}

// IncidentLetters is the list of letters.
type IncidentLetters struct {
	IncidentHead

	Letters []LetterLine // that a step of the plan asks for, that the law asks for always, or that were made already
	Others  []LetterLine
}

// LetterLine is a letter in the list.
type LetterLine struct{ Kind, Name, State string }

// IncidentLetter is a letter that is filled.
type IncidentLetter struct {
	IncidentHead

	Kind, Name string
	Meter      string
	Doc        paper.Doc
	Gaps       []LetterGap
	Nameless   string   // why something cannot be known; "": nothing
	Told       []string // when it was prepared and sent, by whom
	Stages     []Choice // that it can be written for; none: it has no stages
}

// LetterGap is a field that is not known. Key is the fact to say; "": none fills it.
type LetterGap struct {
	Key, Name, Ask string
	Mandatory      bool
}

func incidentPaperRoutes() []route {
	return []route{
		{"GET", "/incident/{id}/letters", present, showLetters, false},
		{"GET", "/incident/{id}/letter/{kind}", present, showLetter, false},
		{"POST", "/incident/{id}/letter/{kind}", present, useLetter, false},
		{"GET", "/incident/{id}/report", present, showReport, false},
		{"GET", "/incident/{id}/report/{form}", present, printReport, false},
	}
}

func showLetters(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	list, err := v.office.Letters(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.page("incident_letters", http.StatusOK, list)
}

// letterView is the page of a letter.
type letterView struct {
	IncidentLetter

	Paper     []paperBlock
	Stage     string
	Overtaken *OvertakenError
}

func showLetter(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.letterPage(http.StatusOK, id, nil)
}

func (v *visit) letterPage(status int, id int64, over *OvertakenError) error {
	stage := v.field("stage")
	l, err := v.office.Letter(v.ctx(), id, v.r.PathValue("kind"), stage)
	if err != nil {
		return err
	}
	return v.page("incident_letter", status, letterView{l, blocksOf(l.Doc), stage, over})
}

// useLetter gives a letter as a file, or writes down that it was sent.
func useLetter(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	kind, stage := v.r.PathValue("kind"), v.field("stage")
	if a.What != "sent" {
		f, err := v.office.PrintLetter(v.ctx(), a, kind, stage, a.What)
		if err != nil {
			return err
		}
		return v.give(f, a.What == "html")
	}
	err = v.office.SentLetter(v.ctx(), a, kind, stage)
	if over, ok := errors.AsType[*OvertakenError](err); ok {
		return v.letterPage(http.StatusConflict, a.ID, over)
	}
	if err != nil {
		return err
	}
	return v.see(v.incidentPath(a.ID) + "/letters")
}

// reportView is the page of the report.
type reportView struct {
	IncidentHead

	Name  string
	Paper []paperBlock
}

func showReport(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	head, doc, err := v.office.IncidentReport(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.page("incident_report", http.StatusOK, reportView{head, doc.Title, blocksOf(doc)})
}

func printReport(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.givePaper(func(ctx context.Context, form string) (Download, error) {
		return v.office.PrintIncidentReport(ctx, id, form)
	}, "pdf", "html")
}

// givePaper draws a paper in the form that the address says, which must be one of these, and gives it away.
func (v *visit) givePaper(draw func(ctx context.Context, form string) (Download, error), forms ...string) error {
	form := v.r.PathValue("form")
	if !slices.Contains(forms, form) {
		return fault.New(fault.NoInput, "fault.play.ending", form)
	}
	f, err := draw(v.ctx(), form)
	if err != nil {
		return err
	}
	return v.give(f, form == "html")
}

// paperBlock is a block of a paper as the template "paper" lays it out.
type paperBlock struct {
	paper.Block

	As string // heading, under, para, list, fields, table, sign
}

// blocksOf are the blocks of a paper, harmless to be read.
func blocksOf(d paper.Doc) (list []paperBlock) {
	names := map[paper.Kind]string{paper.Heading: "heading", paper.Para: "para", paper.List: "list", paper.Fields: "fields", paper.Table: "table", paper.Sign: "sign", paper.Chart: "para"}
	d = paper.Cleaned(d)
	if d.Mark != "" {
		list = append(list, paperBlock{paper.Block{Text: paper.Say(d.Mark)}, "para"})
	}
	if len(d.Above) > 0 {
		list = append(list, paperBlock{paper.Block{Text: d.Above}, "para"})
	}
	for _, b := range d.Blocks {
		as := names[b.Kind]
		if b.Kind == paper.Heading && b.Under {
			as = "under"
		}
		if as != "" {
			list = append(list, paperBlock{b, as})
		}
	}
	return list
}
