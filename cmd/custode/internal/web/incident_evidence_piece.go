package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"

	"custode/internal/fault"
)

// EvidencePiece is all that is known of one piece of evidence.
type EvidencePiece struct {
	IncidentHead

	Item    EvidenceItem
	Facts   []Fact   // when and how it was taken in
	Sums    []Fact   // SHA-256 in hex
	Notes   []string // what was not as it should be when it was taken in
	Handled []string // who did what with it, and when
}

// pieceView is the page of a piece.
type pieceView struct {
	EvidencePiece

	Who   string
	Held  bool // the keys are at hand
	Wrong string
	To    string // that was typed
}

func evidencePath(head, item string) string { return head + "/evidence/" + item }

func showPiece(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.piecePage(http.StatusOK, id, v.r.PathValue("item"), pieceView{})
}

func (v *visit) piecePage(status int, id int64, item string, view pieceView) error {
	var err error
	if view.EvidencePiece, err = v.office.EvidencePiece(v.ctx(), id, item); err != nil {
		return err
	}
	if view.Held, err = v.office.Held(v.ctx()); err != nil {
		return err
	}
	view.Who = v.session.name
	return v.page("incident_piece", status, view)
}

// unlockEvidence asks for the passphrase and goes back to where that was asked for.
func unlockEvidence(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.withKeys(func() error {
		if item := v.field("item"); item != "" {
			return v.see(local(evidencePath(v.incidentPath(id), item)))
		}
		return v.see(v.incidentPath(id) + "/evidence#export")
	})
}

// givePiece is a POST: it is written down who looks.
func givePiece(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.stream(func(begin func(Download) io.Writer) error {
		return v.office.GiveEvidence(v.ctx(), Act{ID: id, By: v.session.name, Step: v.r.PathValue("item")}, begin)
	})
}

func exportEvidence(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	a := Act{ID: id, By: v.session.name, What: v.field("for"), Text: v.field("key")}
	if a.What != "sealed" && a.What != "readable" && a.What != "key" {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	err = v.stream(func(begin func(Download) io.Writer) error { return v.office.ExportEvidence(v.ctx(), a, begin) })
	if bad := (*fault.Error)(nil); errors.As(err, &bad) && bad.Code == fault.Usage {
		return v.evidencePage(http.StatusUnprocessableEntity, id, evidenceView{Key: a.Text, BadKey: faultView(v.words, bad)})
	}
	return err
}

// stream sends a file as it comes. What fails after the first byte breaks the answer off, so that the browser does not
// take what it has for the whole file.
func (v *visit) stream(give func(begin func(Download) io.Writer) error) error {
	begun := false
	err := give(func(d Download) io.Writer {
		begun = true
		h := v.w.Header()
		h.Set("Content-Type", d.Type)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
		return v.w
	})
	v.waited(v.r)
	if err != nil && begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// verifyEvidence is long work: a film of a camera has some gigabytes.
func verifyEvidence(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	office := v.office
	return v.begin(v.words.T("web.evidence.verifying"), v.incidentPath(id)+"/evidence", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.VerifyEvidence(ctx, id, tell)
	})
}

func handEvidence(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	err = v.office.HandEvidence(v.ctx(), a)
	if wrong, ok := errors.AsType[*MistypedError](err); ok {
		return v.piecePage(http.StatusUnprocessableEntity, a.ID, a.Step, pieceView{Wrong: (*wrong)[""], To: a.Text})
	}
	if err != nil {
		return err
	}
	return v.see(local(evidencePath(v.incidentPath(a.ID), a.Step)))
}
