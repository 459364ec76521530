package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

// EvidenceKeeper keeps what an incident leaves.
type EvidenceKeeper interface {
	// Evidence lists what was collected.
	Evidence(ctx context.Context, id int64) (IncidentEvidence, error)
	// CanTake reports whether there are keys to seal evidence to; the error says what to do.
	CanTake() error
	// TakeEvidence takes a file in as it comes. What breaks off leaves nothing. [*OvertakenError] if the
	// same file was taken in since the form was drawn.
	TakeEvidence(ctx context.Context, a Act, name string, r io.Reader) error
	// HandEvidence writes down to whom an item was given: the item is the step of the act, who got it
	// is its text.
	HandEvidence(ctx context.Context, a Act) error
}

// IncidentEvidence is what was collected.
type IncidentEvidence struct {
	IncidentHead

	Items []EvidenceItem
}

// EvidenceItem is one piece of evidence.
type EvidenceItem struct {
	ID, Name, Size string
	Sum            string // SHA-256 in hex
	Text           string
	Sound          bool
	State          string   // whether it is sound, as a word
	Handled        []string // who did what with it, and when
}

// mostUpload is how much may be taken in at a time, in bytes.
const mostUpload int64 = 2 << 30

// mostAround is how much of an upload may be no file: fields, and what stands between the parts.
const mostAround = mostForm

func evidenceRoutes() []route {
	return []route{
		{"GET", "/incident/{id}/evidence", present, showEvidence, false},
		{"POST", "/incident/{id}/evidence", present, takeEvidence, true},
		{"POST", "/incident/{id}/handed", present, handEvidence, false},
	}
}

// evidenceView is the page of the evidence.
type evidenceView struct {
	IncidentEvidence

	Who       string
	Overtaken *OvertakenError
	Wrong     string
	Handed    string // the item of which something was mistyped
	To        string // that was typed
	Taken     bool
}

func showEvidence(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.evidencePage(http.StatusOK, id, evidenceView{Taken: v.field("taken") != ""})
}

func (v *visit) evidencePage(status int, id int64, view evidenceView) error {
	var err error
	if view.IncidentEvidence, err = v.office.Evidence(v.ctx(), id); err != nil {
		return err
	}
	view.Who = v.session.name
	return v.page("incident_evidence", status, view)
}

// takeEvidence takes files in as they come: nothing of them is kept in memory or in a temporary file
// on the way. The fields of the form come before its files.
func takeEvidence(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	tooBig := refusal{http.StatusRequestEntityTooLarge, "web.incident.evidence.too-big"}
	parts, err := v.parts(mostUpload, tooBig)
	if err != nil {
		return err
	}
	if err := v.office.CanTake(); err != nil {
		return err
	}
	taken, err := v.takeParts(Act{ID: id, Seen: -1, By: v.session.name}, parts)
	var most *http.MaxBytesError
	over, late := errors.AsType[*OvertakenError](err)
	switch {
	case late:
		return v.evidencePage(http.StatusConflict, id, evidenceView{Overtaken: over})
	case errors.As(err, &most):
		return tooBig
	case err != nil:
		return err
	case taken == 0:
		return v.evidencePage(http.StatusUnprocessableEntity, id, evidenceView{Wrong: v.words.T("web.incident.evidence.which")})
	}
	return v.see(v.incidentPath(id) + "/evidence?taken=1")
}

// parts reads an upload part by part. Its files may have so many bytes in all: one that announces more is refused with
// tooBig, and of one that sends more no more is read.
func (v *visit) parts(most int64, tooBig refusal) (*multipart.Reader, error) {
	if v.r.ContentLength > most+mostAround {
		return nil, tooBig
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, most+mostAround)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "web.broken-form"}
	}
	return parts, nil
}

// takeParts goes through the parts of an upload, and says how many files were taken in.
func (v *visit) takeParts(a Act, parts *multipart.Reader) (taken int, err error) {
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return taken, nil
		}
		if err != nil {
			return taken, brokenOff(err)
		}
		if part.FormName() == "file" {
			name := fileName(part)
			if name == "" { // none was chosen
				continue
			}
			if a.Seen < 0 {
				return taken, refusal{http.StatusBadRequest, "web.broken-form"}
			}
			err := v.office.TakeEvidence(v.ctx(), a, name, part)
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = brokenOff(err)
			}
			if err != nil {
				return taken, err
			}
			taken++
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, mostAround))
		if err != nil {
			return taken, brokenOff(err)
		}
		switch text := trimmed(string(b)); part.FormName() {
		case "seen":
			if a.Seen, err = strconv.Atoi(text); err != nil {
				return taken, refusal{http.StatusBadRequest, "web.broken-form"}
			}
		case "text":
			a.Text = text
		}
	}
}

// brokenOff is what an upload that ends too early is.
func brokenOff(err error) error {
	if most := (*http.MaxBytesError)(nil); errors.As(err, &most) {
		return err
	}
	return refusal{http.StatusBadRequest, "web.incident.evidence.cut"}
}

// fileName is what a file is called, without the folders of the computer that it comes from, be it
// of whichever system; "" where none was chosen.
func fileName(part *multipart.Part) string {
	name := part.FileName()
	return trimmed(name[strings.LastIndexAny(name, `/\`)+1:])
}

func handEvidence(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	err = v.office.HandEvidence(v.ctx(), a)
	if wrong, ok := errors.AsType[*MistypedError](err); ok {
		return v.evidencePage(http.StatusUnprocessableEntity, a.ID, evidenceView{Wrong: (*wrong)[""], Handed: a.Step, To: a.Text})
	}
	if err != nil {
		return err
	}
	return v.see(v.incidentPath(a.ID) + "/evidence")
}
