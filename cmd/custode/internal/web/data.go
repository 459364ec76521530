package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
)

// Holder knows what personal data lie where, looks again, and seals files.
type Holder interface {
	// Data is a part of what lies in the data folders, the worst first.
	Data(ctx context.Context, want DataWish) (Data, error)
	// LookAgain scans all data folders.
	LookAgain(ctx context.Context, tell func(Progress)) (Outcome, error)
	// PlanSealing says what would happen; nothing does.
	PlanSealing(ctx context.Context, want SealWish) (SealPlan, error)
	// Seal seals. What it could not seal is in its outcome, with the reason.
	Seal(ctx context.Context, want SealWish, tell func(Progress)) (Outcome, error)
	// Unneeded is what nothing says the use of, or what has been kept too long.
	Unneeded(ctx context.Context) (Unneeded, error)
}

// DataFilter narrows the list of files. "" is: all, and for Show: what is readable.
type DataFilter struct {
	Folder, Kind, Risk string // ids of the choices that [Data] gives
	Show               string // old, sealed, unseen
}

// DataWish is which files are wanted.
type DataWish struct {
	DataFilter

	Skip, Most int64
}

// Data is what lies in the data folders.
type Data struct {
	Scanned bool        // the data folders were looked at
	At      string      // when, in a sentence
	Sum     string      // how many files hold personal data, of how many people
	Risks   []RiskCount // how many readable files are of which, the worst first
	Notes   []string
	Folders []DataFolder

	Found   int64 // files that the filter lets through
	Files   []DataFile
	Cut     string // says that the list ends before the files do; ""
	ByPlace []Choice
	ByKind  []Choice
	ByRisk  []Choice
	ByShow  []Choice

	NoKeys   bool   // nothing can be sealed before there are keys
	CanSeal  int64  // readable files that the filter lets through, and that can be sealed from here
	Safe     string // says how many files can be sealed without disturbing anybody; "": none
	Unneeded string // says how many files are hardly needed; "": none

	Chart      template.HTML // a drawing of ours; "" where two days were not checked yet
	ChartWords string
}

// RiskCount is how many readable files are of one risk.
type RiskCount struct {
	ID, Tag, Status string
	Files           int64
}

// DataFolder is one data folder.
type DataFolder struct {
	Name           string
	Away           bool
	Files, People  int64 // readable files with personal data, and about whom
	Sealed, Unseen int64
}

// DataFile is one file of the list.
type DataFile struct {
	ID      string
	Path    string // below the data folder, where there is one
	Status  string // of the tag
	Tag     string // the risk, or that it is sealed
	People  string
	Kinds   string
	Why     string
	Do      string
	Deletes bool // it is a copy that can go
	Others  bool // others can read it, and that is what to do about it
	Seals   bool // it can be sealed from here
	Gone    bool // it is not there any more, since it was looked at
}

// SealWish is what is to be sealed.
type SealWish struct {
	DataFilter

	Files []string // ids; none: All counts
	All   string   // listed: all that the filter lets through; safe: all that can be sealed without asking
	Seen  string   // the name of the plan that was agreed to
}

// SealPlan says in words what would be sealed.
type SealPlan struct {
	Name  string // of this plan: where other files are in it, it has another one
	Count int64
	Does  []string // what happens
	Files []string // some of them
	More  string
	Stays []string // what stays as it is, and why
	Keys  string   // keys are missing: what to do first; "" they are there
}

// Unneeded is what need not be there.
type Unneeded struct {
	Said  bool // somebody has said what the data are used for; else nothing can be called not needed
	Finds []UnneededFind
	Files int64 // the files that the list of files calls hardly needed
}

// UnneededFind is one kind of data in some files.
type UnneededFind struct {
	Say, Do string
	Files   []Choice
	More    string
	Months  int64 // it is kept too long: how old is too old; 0: not for that
	Birth   bool  // dates of birth, of which the year may be enough
}

func dataRoutes() []route {
	return []route{
		{"GET", "/data", present, showData, false},
		{"POST", "/data/look", present, lookAgain, false},
		{"POST", "/data/seal", present, planSealing, false},
		{"POST", "/data/seal/now", present, sealNow, false},
		{"GET", "/data/unneeded", present, showUnneeded, false},
	}
}

// dataView is the page of the data.
type dataView struct {
	Data

	By     DataFilter
	Pager  leaf
	Broken []BrokenOff
}

// DataGroup is some files of the list that have the same risk.
type DataGroup struct {
	Tag, Status string
	Files       []DataFile
}

// Groups are the files of the page, in their order, those of one risk together.
func (d Data) Groups() (out []DataGroup) {
	for _, f := range d.Files {
		if n := len(out); n == 0 || out[n-1].Tag != f.Tag {
			out = append(out, DataGroup{Tag: f.Tag, Status: f.Status})
		}
		last := &out[len(out)-1]
		last.Files = append(last.Files, f)
	}
	return out
}

// Says reports whether there is more to say of the file than fits in a line.
func (f DataFile) Says() bool {
	return f.People != "" && f.Kinds != "" || !f.Gone && (f.Do != "" || f.Why != "")
}

// Several reports whether there is more than one data folder.
func (d Data) Several() bool { return len(d.Folders) > 1 }

// Away reports whether a data folder is not there.
func (d Data) Away() bool {
	return slices.ContainsFunc(d.Folders, func(f DataFolder) bool { return f.Away })
}

func (v *visit) dataFilter() DataFilter {
	return DataFilter{Folder: v.field("folder"), Kind: v.field("kind"), Risk: v.field("risk"), Show: v.field("show")}
}

// Narrowed reports whether the filter leaves something out.
func (f DataFilter) Narrowed() bool { return f != DataFilter{} }

func showData(v *visit) error {
	by := v.dataFilter()
	d, err := v.office.Data(v.ctx(), DataWish{DataFilter: by, Skip: v.skip(), Most: leafHolds})
	if err != nil {
		return err
	}
	q := url.Values{"folder": {by.Folder}, "kind": {by.Kind}, "risk": {by.Risk}, "show": {by.Show}}
	return v.pageOfWork("data", http.StatusOK, func(broken []BrokenOff) any {
		return dataView{d, by, v.leafOf("/data", d.Found, q), broken}
	})
}

func lookAgain(v *visit) error {
	return v.begin(v.words.T("web.data.looking"), "/data", v.office.LookAgain)
}

// sealView is the page that asks before anything is sealed.
type sealView struct {
	SealPlan

	Want    SealWish
	Changed bool // the files are others than those that were agreed to
}

func (v *visit) sealWish() SealWish {
	want := SealWish{DataFilter: v.dataFilter(), All: v.field("all"), Seen: v.field("seen")}
	if want.All == "" {
		want.Files = v.r.PostForm["file"]
	}
	return want
}

// planSealing shows what would happen. It is a POST for the names of many files; it changes nothing.
func planSealing(v *visit) error {
	want := v.sealWish()
	if want.All == "" && len(want.Files) == 0 {
		return refusal{http.StatusUnprocessableEntity, "web.data.none-chosen"}
	}
	plan, err := v.office.PlanSealing(v.ctx(), want)
	if err != nil {
		return err
	}
	return v.page("data-seal", http.StatusOK, sealView{SealPlan: plan, Want: want})
}

// sealNow seals what was agreed to, and only that.
func sealNow(v *visit) error {
	want := v.sealWish()
	plan, err := v.office.PlanSealing(v.ctx(), want)
	if err != nil {
		return err
	}
	if plan.Name != want.Seen || plan.Count == 0 || plan.Keys != "" {
		return v.page("data-seal", http.StatusConflict, sealView{SealPlan: plan, Want: want, Changed: plan.Name != want.Seen})
	}
	office := v.office
	return v.begin(v.words.T("web.data.sealing"), "/data", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.Seal(ctx, want, tell)
	})
}

func showUnneeded(v *visit) error {
	u, err := v.office.Unneeded(v.ctx())
	if err != nil {
		return err
	}
	return v.page("data-unneeded", http.StatusOK, u)
}
