package web

import (
	"context"
	"net/http"
)

// Unsealer makes sealed files readable again for good.
type Unsealer interface {
	// LookUnseal tells what would be made readable: the sealed file, or with all every one in and below its
	// folder. A fault.NoInput where custode knows no such file.
	LookUnseal(ctx context.Context, path string) (Unsealing, error)
	// Unseal does it, with the keys that are at hand, and tells what became of each.
	Unseal(ctx context.Context, path string, all bool, tell func(Progress)) (Outcome, error)
}

// Unsealing is what would be made readable.
type Unsealing struct {
	Path         string // of the sealed file
	Name, Folder string
	One, All     string // what it would be of the file, and of its folder, in words; All "": the same
}

func unsealRoutes() []route {
	return []route{{"POST", "/vault/unseal", present, unsealFile, false}}
}

// unsealFile says first what it means, and does it when it is meant. It is the answer to a form: a name
// in an address would stay in the browser.
func unsealFile(v *visit) error {
	path, how := v.r.PostFormValue("file"), v.field("how")
	office := v.office
	if how != "one" && how != "all" {
		look, err := office.LookUnseal(v.ctx(), path)
		if err != nil {
			return err
		}
		return v.page("unseal", http.StatusOK, look)
	}
	return v.withKeys(func() error {
		return v.begin(v.words.T("web.unseal.doing"), "/vault", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.Unseal(ctx, path, how == "all", tell)
		})
	})
}
