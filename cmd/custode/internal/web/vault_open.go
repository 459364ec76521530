package web

import (
	"context"
	"net/http"
)

// Opener opens sealed files in the programs of this computer.
type Opener interface {
	// Open makes a private readable copy of a sealed file, and opens it in the program that belongs to
	// it. Each time the program saves, the new version is sealed.
	Open(ctx context.Context, path string) error
	// InUse reports whether a program has the copy of an open file open still. False also where there is no such file.
	InUse(id string) bool
	// Done seals what was saved last and removes the readable copy. It may take a minute, while a program still writes.
	Done(ctx context.Context, id string) (Outcome, error)
}

// OpenFile is a sealed file of which there is a readable copy.
type OpenFile struct {
	ID, Name string
	Said     []string // since when, where the copy lies, what was saved
	Looks    bool     // it is to look at only: what is saved is not kept
	Ended    bool     // it has ended by itself, as its program did
}

func openRoutes() []route {
	return []route{
		{"POST", "/vault/open", present, openSealed, false},
		{"POST", "/vault/done", present, doneWith, false},
	}
}

func openSealed(v *visit) error {
	return v.withKeys(func() error {
		if err := v.office.Open(v.ctx(), v.r.PostFormValue("file")); err != nil {
			return err
		}
		return v.see("/vault#open")
	})
}

// stillView is the question whether to close a file that a program has open.
type stillView struct{ ID, Name string }

func doneWith(v *visit) error {
	id, name := v.field("id"), v.field("name")
	if v.field("sure") == "" && v.office.InUse(id) {
		return v.page("still", http.StatusConflict, stillView{id, name})
	}
	office := v.office
	return v.begin(v.words.T("web.open.closing", name), "/vault", func(ctx context.Context, _ func(Progress)) (Outcome, error) {
		return office.Done(ctx, id)
	})
}
