package web

import (
	"context"
	"net/http"
)

// Decoyer lays decoys into the data folders, and takes them out again.
type Decoyer interface {
	// LayDecoys lays those that the folders lack. What could not be laid is told, and is no error.
	LayDecoys(ctx context.Context, tell func(Progress)) (Outcome, error)
	// RemoveDecoys takes out those that are as they were laid; one that somebody has changed stays.
	RemoveDecoys(ctx context.Context, tell func(Progress)) (Outcome, error)
}

// Decoys is how it stands with the decoys.
type Decoys struct {
	Status, Title string
	Missing       []string
	Laid          bool // there are some, or should be
}

func decoyRoutes() []route {
	return []route{
		{"POST", "/watch/decoys", present, doDecoys, false},
	}
}

// doDecoys does one of both, as the button says. It looks through all data folders, so it is a work.
func doDecoys(v *visit) error {
	switch v.field("do") {
	case "lay":
		return v.begin(v.words.T("web.watch.decoys.laying"), "/watch#decoys", v.office.LayDecoys)
	case "remove":
		return v.begin(v.words.T("web.watch.decoys.removing"), "/watch#decoys", v.office.RemoveDecoys)
	}
	return refusal{http.StatusBadRequest, "web.broken-form"}
}
