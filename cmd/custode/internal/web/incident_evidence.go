package web

import (
	"context"
	"io"
	"net/http"
)

// EvidenceKeeper keeps what an incident leaves.
type EvidenceKeeper interface {
	// Evidence lists what was collected.
	Evidence(ctx context.Context, id int64) (IncidentEvidence, error)
	// CanTake reports whether there are keys to seal evidence to; the error says what to do.
	CanTake() error
	// EvidenceRoom is how many bytes there is room for on the disk, besides what custode itself needs; [RoomUnknown] where
	// that is not known.
	EvidenceRoom() int64
	// TakeEvidence takes a file in as it comes. What breaks off leaves nothing. [*OvertakenError] if the
	// same file was taken in since the form was drawn.
	TakeEvidence(ctx context.Context, a Act, name string, r io.Reader) error
	// HandEvidence writes down to whom an item was given: the item is the step of the act, who got it
	// is its text.
	HandEvidence(ctx context.Context, a Act) error
	// EvidencePiece is all that is known of one item.
	EvidencePiece(ctx context.Context, id int64, item string) (EvidencePiece, error)
	// VerifyEvidence reads the sealed file of each item and says whether it is as it was taken in.
	VerifyEvidence(ctx context.Context, id int64, tell func(Progress)) (Outcome, error)
	// GiveEvidence opens an item, which is the step of the act, and writes it to what begin gives: after all that can be
	// told before is in order, and it was written down who looks. What fails after that is an error, too.
	GiveEvidence(ctx context.Context, a Act, begin func(Download) io.Writer) error
	// ExportEvidence writes all items as a bundle that anybody can verify, as GiveEvidence does. What says for
	// whom they are: "sealed" as they lie, "readable", or "key" for the one of the text alone.
	ExportEvidence(ctx context.Context, a Act, begin func(Download) io.Writer) error
}

// IncidentEvidence is what was collected.
type IncidentEvidence struct {
	IncidentHead

	Items []EvidenceItem
	Space string // what all of it takes on the disk
}

// EvidenceItem is one piece of evidence in the list.
type EvidenceItem struct {
	ID, Name, Size string
	Text           string
	Taken          string // by whom, and when
	Gone           string // that its file does not lie where it was put, or is shorter or longer; "": a glance says that it is there
}

func evidenceRoutes() []route {
	return []route{
		{"GET", "/incident/{id}/evidence", present, showEvidence, false},
		{"POST", "/incident/{id}/evidence", present, takeEvidence, true},
		{"POST", "/incident/{id}/evidence/verify", present, verifyEvidence, false},
		{"POST", "/incident/{id}/evidence/export", present, exportEvidence, false},
		{"POST", "/incident/{id}/evidence/unlock", present, unlockEvidence, false},
		{"GET", "/incident/{id}/evidence/{item}", present, showPiece, false},
		{"POST", "/incident/{id}/evidence/{item}", present, givePiece, false},
		{"POST", "/incident/{id}/handed", present, handEvidence, false},
	}
}

// evidenceView is the page of the evidence.
type evidenceView struct {
	IncidentEvidence

	Who       string
	Overtaken *OvertakenError
	Wrong     string
	Taken     bool
	Came      arrival // that is not all kept
	Why       failView
	Text      string   // that was typed
	Room      int64    // in bytes; 0: none
	RoomSaid  string   // "": it is not known
	TooMuch   failView // is said of files that have no room
	Cannot    failView // why nothing can be taken in, and what to do first
	Held      bool     // the keys are at hand
	Key       string   // that was typed for an export
	BadKey    failView
	All       int64 // how many items there are
	Pager     leaf
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
	if view.Held, err = v.office.Held(v.ctx()); err != nil {
		return err
	}
	if view.Came.sent() { // by the same form it may be sent again: what was kept is not taken in twice
		view.Seen = view.Came.act.Seen
	}
	if err := v.office.CanTake(); err != nil {
		_, view.Cannot = v.failure(err)
	}
	view.Room = v.office.EvidenceRoom()
	view.TooMuch.What, view.TooMuch.Do = noRoomError{view.Room}.words(v.words)
	if view.Room < RoomUnknown {
		view.RoomSaid = v.words.Bytes(view.Room)
	}
	view.Who, view.All = v.session.name, int64(len(view.Items))
	from := min(v.skip(), view.All)
	view.Items = view.Items[from:min(from+leafHolds, view.All)]
	view.Pager = v.leafOf(view.Path()+"/evidence", view.All, nil)
	return v.page("incident_evidence", status, view)
}
