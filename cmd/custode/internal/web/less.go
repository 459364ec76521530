package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// Lessener makes files hold less, and takes that back.
type Lessener interface {
	// PlanLess says what would happen; nothing does.
	PlanLess(ctx context.Context, want LessWish) (LessPlan, error)
	// Less does what was agreed to. What it could not do is in its outcome, with the reason.
	Less(ctx context.Context, want LessWish, tell func(Progress)) (Outcome, error)
	// Undos is a part of what can be taken back, the newest first, and how much there is.
	Undos(ctx context.Context, skip, most int64) ([]UndoLine, int64, error)
	// TakeBack brings a file back as it was, with the keys that are at hand.
	TakeBack(ctx context.Context, id int64) (Outcome, error)
}

// LessWish is what is to become of files.
type LessWish struct {
	Do      string            // gone: they are deleted; old: they, or their rows, if they are too old; year: of a date of birth the year stays
	Files   []string          // ids
	Months  int               // how old is too old
	Columns map[string]string // of a file's id: the column with the dates that count
	Order   string            // of day and month, where it cannot be told: day-first, month-first
	Seen    string            // the name of the plan that was agreed to
}

// LessPlan says in words what would become of files.
type LessPlan struct {
	Name  string // of this plan: where a file has changed, it has another one
	Count int64  // files of which something goes
	Head  string // which days count; ""
	Files []LessFile
	Asks  []LessColumn
	Order bool     // whether the day or the month comes first has to be said
	Stays []string // what stays as it is, and why
	Until string   // until when it can be taken back, in a sentence
	Keys  bool     // keys are missing: no copy could be kept to take it back
}

// LessFile is what would become of one file.
type LessFile struct {
	Name  string
	Lines []string
}

// LessColumn asks which column of a file counts.
type LessColumn struct {
	ID, Name string // of the file
	Columns  []Choice
}

// UndoLine is something that can be taken back.
type UndoLine struct {
	ID    int64
	Name  string
	Line  string // what was done, when, and until when it can be taken back
	There bool   // the copy is
}

func lessRoutes() []route {
	return []route{
		{"POST", "/data/less", present, planLess, false},
		{"POST", "/data/less/now", present, lessNow, false},
		{"GET", "/data/undo", present, showUndos, false},
		{"POST", "/data/undo", present, takeBack, false},
	}
}

// lessView is the page that asks before anything goes.
type lessView struct {
	LessPlan

	Want    LessWish
	Changed bool // it is not what was agreed to any more
}

// columnField begins the name of the field with the column of a file.
const columnField = "column."

func (v *visit) lessWish() (want LessWish, err error) {
	want = LessWish{Do: v.field("do"), Files: v.r.PostForm["file"], Months: v.count("months"), Order: v.field("order"), Seen: v.field("seen"), Columns: map[string]string{}}
	for name := range v.r.PostForm {
		if id, is := strings.CutPrefix(name, columnField); is && v.r.PostForm.Get(name) != "" {
			want.Columns[id] = v.r.PostForm.Get(name)
		}
	}
	switch {
	case !slices.Contains([]string{"gone", "old", "year"}, want.Do) || want.Do == "old" && (want.Months < 1 || want.Months > 1200):
		return want, refusal{http.StatusBadRequest, "web.broken-form"}
	case len(want.Files) == 0:
		return want, refusal{http.StatusUnprocessableEntity, "web.less.none-chosen"}
	}
	return want, nil
}

// planLess shows what would happen. It is a POST for the names of many files; it changes nothing.
func planLess(v *visit) error {
	want, err := v.lessWish()
	if err != nil {
		return err
	}
	plan, err := v.office.PlanLess(v.ctx(), want)
	if err != nil {
		return err
	}
	return v.page("data-less", http.StatusOK, lessView{LessPlan: plan, Want: want})
}

// lessNow does what was agreed to, and only that.
func lessNow(v *visit) error {
	want, err := v.lessWish()
	if err != nil {
		return err
	}
	plan, err := v.office.PlanLess(v.ctx(), want)
	if err != nil {
		return err
	}
	if plan.Name != want.Seen || plan.Count == 0 || plan.Keys {
		return v.page("data-less", http.StatusConflict, lessView{LessPlan: plan, Want: want, Changed: plan.Name != want.Seen})
	}
	office := v.office
	return v.begin(v.words.T("web.less.doing."+want.Do), "/data/unneeded", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.Less(ctx, want, tell)
	})
}

// undosView is the page of what can be taken back.
type undosView struct {
	List  []UndoLine
	Pager leaf
}

func showUndos(v *visit) error {
	list, all, err := v.office.Undos(v.ctx(), v.skip(), leafHolds)
	if err != nil {
		return err
	}
	return v.page("data-undo", http.StatusOK, undosView{list, v.leafOf("/data/undo", all, nil)})
}

func takeBack(v *visit) error {
	id, office := int64(v.count("id")), v.office
	return v.withKeys(func() error {
		return v.begin(v.words.T("web.less.back.doing"), "/data/undo", func(ctx context.Context, _ func(Progress)) (Outcome, error) {
			return office.TakeBack(ctx, id)
		})
	})
}
