package web

import (
	"context"
	"net/http"
)

// Archiver puts a whole folder away as one sealed file.
type Archiver interface {
	// ArchiveFrom is the folder where one begins to look for one to put away; "": not known.
	ArchiveFrom() string
	// PlanArchive says what would happen; nothing does. A fault.Usage where the folder cannot be one.
	PlanArchive(ctx context.Context, folder string) (ArchivePlan, error)
	// Archive puts a folder away, if the plan is the one that was agreed to.
	Archive(ctx context.Context, folder, seen string, tell func(Progress)) (Outcome, error)
}

// ArchivePlan says in words what would become of a folder.
type ArchivePlan struct {
	Name   string // of this plan: where something else goes or stays, it has another one
	Path   string // of the folder, by which it is meant
	Folder string // as it is shown
	To     string // the sealed file that it becomes
	Wrong  string // why it cannot be put away; ""
	Goes   string // how many files
	Holds  []string
	Does   []string // what happens
	Stays  Part     // what stays readable
	Keys   string   // keys are missing: what to do first; "" they are there
	Unlock bool     // the keys have to be unlocked for it
}

func archiveRoutes() []route {
	return []route{
		{"GET", "/data/archive", present, showArchive, false},
		{"POST", "/data/archive/folder", present, folderToArchive, false},
		{"POST", "/data/archive/now", present, archiveNow, false},
	}
}

// archiveView asks before a folder is put away.
type archiveView struct {
	ArchivePlan

	Changed bool // it is another plan than the one that was agreed to
}

func showArchive(v *visit) error { return v.page("data-archive", http.StatusOK, nil) }

// folderToArchive picks the folder, and says what would become of it.
func folderToArchive(v *visit) error {
	return v.pick(picking{action: "/data/archive/folder", typed: v.office.ArchiveFrom(), back: func(folder string) error {
		if folder == "" {
			return v.see("/data/archive")
		}
		plan, err := v.office.PlanArchive(v.ctx(), folder)
		if err != nil {
			return err
		}
		return v.page("data-archive-plan", http.StatusOK, archiveView{plan, false})
	}})
}

// archiveNow puts away what was agreed to, and only that.
func archiveNow(v *visit) error {
	folder, seen, office := v.r.PostFormValue("folder"), v.field("seen"), v.office
	plan, err := office.PlanArchive(v.ctx(), folder)
	if err != nil {
		return err
	}
	if changed := plan.Name != seen; changed || plan.Wrong != "" || plan.Keys != "" {
		return v.page("data-archive-plan", http.StatusConflict, archiveView{plan, changed})
	}
	begin := func() error {
		return v.begin(v.words.T("web.archive.doing"), "/data", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.Archive(ctx, folder, seen, tell)
		})
	}
	if plan.Unlock {
		return v.withKeys(begin)
	}
	return begin()
}
