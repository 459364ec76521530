package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// SearchTerms are what somebody is looked for by, besides what the request says.
type SearchTerms struct{ Names, Emails, Phones, Codes []string }

// RequestFound is what a search found.
type RequestFound struct {
	ID      int64
	Title   string
	Looked  string // how many files were looked through
	Files   []FoundFile
	Perhaps string // what to think of the places that may be somebody else; "": there are none
	Unseen  []Part // what was not looked into
	Kept    string
	Rows    string // how many rows a copy has; "": there is nothing to copy
	Texts   string // what stands in texts and is not in the copy; "": nothing
	All     int64  // how many files there are
}

// FoundFile is a file in which somebody was found.
type FoundFile struct {
	Path, Said string
	Records    []FoundRecord
	More       string // how many records are not shown; "": all are
}

// FoundRecord is what stands at a place.
type FoundRecord struct {
	Where  string
	Fields []Fact
	Text   string
}

// termsOf reads the fields of a search, where several are on lines of their own, or between semicolons.
func (v *visit) termsOf() SearchTerms {
	some := func(name string) (out []string) {
		for text := range strings.FieldsFuncSeq(v.field(name), func(r rune) bool { return r == '\n' || r == ';' }) {
			if text = trimmed(text); text != "" {
				out = append(out, text)
			}
		}
		return out
	}
	return SearchTerms{some("also-name"), some("also-email"), some("also-phone"), some("also-code")}
}

// searchRequest is long work: a shop may have a hundred thousand files.
func searchRequest(v *visit) error {
	id, err := v.requestID()
	if err != nil {
		return err
	}
	r, err := v.office.Request(v.ctx(), id) // there is one
	if err != nil {
		return err
	}
	also := v.termsOf()
	var f tried
	if err := v.office.MayLookFor(also); v.refused(err, &f, nil) {
		return v.requestPage(http.StatusUnprocessableEntity, id, requestView{Wrong: f.Wrong})
	} else if err != nil {
		return err
	}
	return v.withKeys(func() error {
		office := v.office
		return v.begin(v.words.T("web.request.searching", r.Title), requestPath(id), func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.SearchRequest(ctx, id, also, tell)
		})
	})
}

// foundView is the page of what was found.
type foundView struct {
	RequestFound

	Back  string
	Pager leaf
}

func showFound(v *visit) error {
	id, err := v.requestID()
	if err != nil {
		return err
	}
	found, err := v.office.FoundRequest(v.ctx(), id)
	if errors.Is(err, ErrNotSearched) {
		return refusal{http.StatusNotFound, "web.request.not-searched"}
	}
	if err != nil {
		return err
	}
	found.All = int64(len(found.Files))
	from := min(v.skip(), found.All)
	found.Files = found.Files[from:min(from+leafHolds, found.All)]
	return v.page("privacy_found", http.StatusOK, foundView{found, requestPath(id), v.leafOf(requestPath(id)+"/found", found.All, nil)})
}

func copyForRequest(v *visit) error {
	id, err := v.requestID()
	if err != nil {
		return err
	}
	form := v.field("form")
	if form != "csv" && form != "json" {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	d, err := v.office.CopyForRequest(v.ctx(), id, form)
	if errors.Is(err, ErrNotSearched) {
		return refusal{http.StatusNotFound, "web.request.not-searched"}
	}
	if err != nil {
		return err
	}
	return v.give(d, false)
}
