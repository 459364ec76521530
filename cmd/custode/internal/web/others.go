package web

import (
	"context"
	"net/http"
)

// Closer closes files to others on this computer, and gives them back.
type Closer interface {
	// Others is a part of the files with personal data that others can read, the worst first.
	Others(ctx context.Context, skip, most int64) (Others, error)
	// CloseToOthers leaves files to their owner. What it could not do is in its outcome, with the reason. A fault of
	// code CannotMake where the list is another one than was seen.
	CloseToOthers(ctx context.Context, want CloseWish, tell func(Progress)) (Outcome, error)
	// Closed is a part of what custode has closed and is closed still, the last first, and how much there is.
	Closed(ctx context.Context, skip, most int64) ([]OthersFile, int64, error)
	// GiveBack gives files back to those who could read them.
	GiveBack(ctx context.Context, want CloseWish, tell func(Progress)) (Outcome, error)
}

// CloseWish is which files are to be closed to others, or given back to them.
type CloseWish struct {
	All     bool     // of the whole list, not of this page alone
	Files   []string // ids, where not All
	Folders bool     // their data folders too
	Seen    string   // the name of the list that was seen; only for closing
}

// Others are files that others can read.
type Others struct {
	Scanned bool   // the data folders were looked at
	Name    string // of this list: where other files are in it, it has another one
	Count   int64
	Files   []OthersFile
	Unknown string   // says of how many files it is not known who can read them; ""
	Folders []string // the data folders that others get into
}

// OthersFile is one of them.
type OthersFile struct {
	ID, Name    string
	Status, Tag string // the risk
	Who         string // can read it, or could; in a sentence
	Where       string // what there is to be said of where it lies; ""
}

func othersRoutes() []route {
	return []route{
		{"GET", "/data/others", present, showOthers, false},
		{"POST", "/data/others", present, closeToOthers, false},
		{"GET", "/data/closed", present, showClosed, false},
		{"POST", "/data/closed", present, giveBack, false},
	}
}

type othersView struct {
	Others

	Pager leaf
}

func showOthers(v *visit) error {
	o, err := v.office.Others(v.ctx(), v.skip(), leafHolds)
	if err != nil {
		return err
	}
	return v.page("data-others", http.StatusOK, othersView{o, v.leafOf("/data/others", o.Count, nil)})
}

// closeWish reads what was chosen.
func (v *visit) closeWish() (want CloseWish, err error) {
	want = CloseWish{All: v.field("do") == "all", Files: v.r.PostForm["file"], Folders: v.field("folders") != "", Seen: v.field("seen")}
	switch {
	case !want.All && v.field("do") != "chosen":
		return want, refusal{http.StatusBadRequest, "web.broken-form"}
	case !want.All && len(want.Files) == 0:
		return want, refusal{http.StatusUnprocessableEntity, "web.less.none-chosen"}
	}
	return want, nil
}

func closeToOthers(v *visit) error {
	want, err := v.closeWish()
	if err != nil {
		return err
	}
	office := v.office
	return v.begin(v.words.T("web.others.doing"), "/data/others", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.CloseToOthers(ctx, want, tell)
	})
}

// closedView is the page of what can be given back.
type closedView struct {
	List  []OthersFile
	Count int64
	Pager leaf
}

func showClosed(v *visit) error {
	list, all, err := v.office.Closed(v.ctx(), v.skip(), leafHolds)
	if err != nil {
		return err
	}
	return v.page("data-closed", http.StatusOK, closedView{list, all, v.leafOf("/data/closed", all, nil)})
}

func giveBack(v *visit) error {
	want, err := v.closeWish()
	if err != nil {
		return err
	}
	office := v.office
	return v.begin(v.words.T("web.others.back.doing"), "/data/closed", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.GiveBack(ctx, want, tell)
	})
}
