package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// Pathfinder shows which folders this computer has.
type Pathfinder interface {
	// Folders lists the folders in a folder; of "", the places where to begin. What cannot be listed says why in
	// words. It waits seconds at most, also for a drive that does not answer.
	Folders(ctx context.Context, at string) Folders
}

// Folders is a folder, and what folders are in it.
type Folders struct {
	At     string // where it really is; "": nowhere yet
	Name   string // of it, as it is shown
	Up     string // the folder above it; "": the places where to begin
	In     []FolderLine
	Wrong  string // why it cannot be listed
	Hidden bool   // some are not listed
}

// FolderLine is one folder to go into.
type FolderLine struct{ Path, Name string }

func folderRoutes() []route {
	return []route{
		{"POST", "/start/folder", fresh, folderForStart, false},
		{"POST", "/folder", present, folderForForm, false},
	}
}

// pickPrefix begins the names of the fields of the picker; all others are those of the form that asks.
const pickPrefix = "pick."

// foldersView is the page on which a folder is picked. No address has a path in it: it is one form that is sent
// anew at each step, with what was typed in the form that asks.
type foldersView struct {
	Folders

	Action, Back string // addresses of the picker, and of the place in the page with the form
	Some         []FolderLine
	Pager        leaf
	Kept         []typed
}

// pickFolder lets a person look for a folder, beginning at what was typed. back draws the form anew, with what was
// typed there, and with the folder; "": none was picked.
func (v *visit) pickFolder(action, anchor, began string, back func(folder string) error) error {
	form := v.r.PostForm
	picked := func(name string) (string, bool) {
		return form.Get(pickPrefix + name), form.Has(pickPrefix + name)
	}
	if path, take := picked("take"); take {
		return back(path)
	}
	if _, not := picked("not"); not {
		return back("")
	}
	at, in := picked("go")
	if !in {
		if at, in = picked("at"); !in {
			at = began
		}
	}
	f := v.office.Folders(v.ctx(), at)
	if f.At == "" && !in { // what was typed leads nowhere
		f = v.office.Folders(v.ctx(), "")
	}
	view := foldersView{Folders: f, Action: action, Back: action + anchor}
	view.Kept = slices.DeleteFunc(v.written(), func(t typed) bool { return strings.HasPrefix(t.Name, pickPrefix) })
	all, page := int64(len(f.In)), int64(v.count(pickPrefix+"page"))
	last := (all + leafHolds - 1) / leafHolds
	if _, moved := picked("go"); moved || page < 1 || page > last {
		page = 1
	}
	from := (page - 1) * leafHolds
	view.Pager, view.Some = leaf{Page: page, Last: last}, f.In[from:min(from+leafHolds, all)]
	return v.page("folders", http.StatusOK, view)
}

// Before and After are the numbers of the pages around; 0: there is none.
func (f foldersView) Before() int64 { return f.Pager.Page - 1 }

// After is the number of the next page; 0: there is none.
func (f foldersView) After() int64 {
	if f.Pager.Page < f.Pager.Last {
		return f.Pager.Page + 1
	}
	return 0
}

// folderForStart picks a folder for the form of the first run.
func folderForStart(v *visit) error {
	if err := v.speakFrom(v.field("language")); err != nil {
		return err
	}
	return v.pickFolder("/start/folder", "#folders", "", func(folder string) error {
		return v.startPage(http.StatusOK, folder, nil)
	})
}

// folderForForm picks a folder for one of the forms that ask for one: which, the button says.
func folderForForm(v *visit) error {
	form := v.field("for")
	switch form {
	case "add", "backup":
		typed, anchor := v.r.PostForm.Get("folder"), map[string]string{"add": "#folder", "backup": "#backups"}[form]
		return v.pickFolder("/folder", anchor, typed, func(folder string) error {
			if folder == "" {
				folder = typed
			}
			return v.settingsPage(http.StatusOK, func(view *settingsView) {
				if form == "add" {
					view.Typed = folder
				} else {
					view.BackupsTo = folder
				}
			})
		})
	case "answer":
		f := tried{ID: v.field("id"), Act: "answer", Value: v.field("value"), Until: v.field("until")}
		return v.pickFolder("/folder", "#value-"+f.ID, f.Value, func(folder string) error {
			if folder != "" {
				f.Value = folder
			}
			return v.questionsPage(http.StatusOK, f)
		})
	}
	return refusal{http.StatusBadRequest, "web.broken-form"}
}
