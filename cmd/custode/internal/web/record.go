package web

import (
	"context"
	"errors"
	"net/http"

	"custode/internal/fault"
	"custode/internal/paper"
)

// Recorder keeps the record of processing that the law wants, Art. 30 GDPR.
type Recorder interface {
	// ProcessingRecord is the record as it stands. It fails with "fault.privacy.nothing" until the questions of the map are answered.
	ProcessingRecord(ctx context.Context) (paper.Doc, error)
	// PrintProcessingRecord draws the record as a file. Form: "pdf", "html", "csv".
	PrintProcessingRecord(ctx context.Context, form string) (Download, error)
}

func recordRoutes() []route {
	return []route{
		{"GET", "/privacy/record", present, showRecord, false},
		{"GET", "/privacy/record/{form}", present, printRecord, false},
	}
}

func showRecord(v *visit) error {
	doc, err := v.office.ProcessingRecord(v.ctx())
	if f, ok := errors.AsType[*fault.Error](err); ok && f.ID == "fault.privacy.nothing" {
		return v.see("/privacy") // there the questions begin
	}
	if err != nil {
		return err
	}
	return v.page("privacy_record", http.StatusOK, registerView{doc.Title, blocksOf(doc)})
}

func printRecord(v *visit) error {
	return v.givePaper(v.office.PrintProcessingRecord, "pdf", "html", "csv")
}
