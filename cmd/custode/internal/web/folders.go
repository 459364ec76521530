package web

import (
	"cmp"
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
)

// Pathfinder shows which folders this computer has.
type Pathfinder interface {
	// Folders lists the folders in a folder, then the files whose names end in files (".age", or [AnyFile]; "": none);
	// of "", the places where to begin. What cannot be listed says why in words. It waits seconds at most, also for a
	// drive that does not answer.
	Folders(ctx context.Context, at, files string) Folders
}

// The files that a picker shows: any, or the sealed ones.
const (
	AnyFile     = "*"
	sealedFiles = ".age"
)

// Folders is a folder, and what is in it.
type Folders struct {
	At     string // where it really is; "": nowhere yet
	Name   string // of it, as it is shown
	Up     string // the folder above it; "": the places where to begin
	In     []FolderLine
	Wrong  string // why it cannot be listed
	Hidden bool   // some are not listed
}

// FolderLine is one folder to go into, or a file to choose.
type FolderLine struct {
	Path, Name string
	File       bool
}

func folderRoutes() []route {
	return []route{
		{"POST", "/start/folder", fresh, folderForStart, false},
		{"POST", "/folder", present, folderForForm, false},
	}
}

// pickPrefix begins the names of the fields of the picker; all others are those of the form that asks.
const pickPrefix = "pick."

// foldersView is the page on which a folder, or a file, is picked. No address has a path in it: it is one form that is sent
// anew at each step, with what was typed in the form that asks.
type foldersView struct {
	Folders

	Action, Back string // addresses of the picker, and of the place in the page with the form
	File         bool   // a file is picked
	Some         []FolderLine
	Pager        turn
	Kept         []typed
}

// picking is what somebody looks for, and for which form.
type picking struct {
	action, anchor string                  // addresses of the picker, and of the place in the page with the form
	typed          string                  // there, so that it begins there
	files          string                  // it is a file: see [Pathfinder]
	back           func(path string) error // draws the form anew, with what was typed and with what was picked; "": nothing
}

// pick lets a person look for a folder or a file.
func (v *visit) pick(p picking) error {
	form := v.r.PostForm
	picked := func(name string) (string, bool) {
		return form.Get(pickPrefix + name), form.Has(pickPrefix + name)
	}
	if path, take := picked("take"); take {
		return p.back(path)
	}
	if _, not := picked("not"); not {
		return p.back("")
	}
	at, in := picked("go")
	if !in {
		if at, in = picked("at"); !in {
			at = p.typed
			if p.files != "" && at != "" {
				at = filepath.Dir(strings.Trim(at, `"'`))
			}
		}
	}
	f := v.office.Folders(v.ctx(), at, p.files)
	if f.At == "" && !in { // what was typed leads nowhere
		f = v.office.Folders(v.ctx(), "", p.files)
	}
	view := foldersView{Folders: f, Action: p.action, Back: p.action + p.anchor, File: p.files != ""}
	view.Kept = slices.DeleteFunc(v.written(), func(t typed) bool { return strings.HasPrefix(t.Name, pickPrefix) })
	all, page := int64(len(f.In)), int64(v.count(pickPrefix+"page"))
	last := leaves(all)
	if _, moved := picked("go"); moved || page < 1 || page > last {
		page = 1
	}
	from := (page - 1) * leafHolds
	view.Pager, view.Some = turn{"pick.page", page, last}, f.In[from:min(from+leafHolds, all)]
	return v.page("folders", http.StatusOK, view)
}

// folderForStart picks a folder for the form of the first run.
func folderForStart(v *visit) error {
	if err := v.speakFrom(v.field("language")); err != nil {
		return err
	}
	return v.pick(picking{action: "/start/folder", anchor: "#folders", back: func(folder string) error {
		return v.startPage(http.StatusOK, folder, nil)
	}})
}

// folderForForm picks a folder or a file for one of the forms that ask for one: which, the button says.
func folderForForm(v *visit) error {
	p := picking{action: "/folder"}
	switch form := v.field("for"); form {
	case "add":
		return v.pickForSettings(p, "folder", "folder", func(view *settingsView, folder string) { view.Part, view.Typed = "folders", folder })
	case "backup":
		return v.pickForSettings(p, "folder", "backups", func(view *settingsView, folder string) { view.Part, view.BackupsTo = "backup", folder })
	case "saved":
		p.files = sealedFiles
		return v.pickForSettings(p, "file", "saved", func(view *settingsView, file string) {
			view.Part, view.SavedFile, view.Trying = "backup", file, true
		})
	case "back":
		p.files = AnyFile
		return v.pickForSettings(p, "file", "back", func(view *settingsView, file string) { view.Part, view.CameBack = "copies", file })
	case "answer":
		f := tried{ID: v.field("id"), Act: "answer", Value: v.field("value"), Until: v.field("until")}
		p.anchor, p.typed = "#value-"+f.ID, f.Value
		p.back = func(folder string) error {
			f.Value = cmp.Or(folder, f.Value)
			return v.questionsPage(http.StatusOK, f)
		}
		return v.pick(p)
	}
	return refusal{http.StatusBadRequest, "web.broken-form"}
}

// pickForSettings picks for a form of the settings: for the field called name, which stands at id.
func (v *visit) pickForSettings(p picking, name, id string, into func(view *settingsView, path string)) error {
	p.anchor, p.typed = "#"+id, v.r.PostForm.Get(name)
	p.back = func(path string) error {
		return v.settingsPage(http.StatusOK, func(view *settingsView) { into(view, cmp.Or(path, p.typed)) })
	}
	return v.pick(p)
}
