package web

import (
	"context"
	"net/http"
)

// Setter shows and changes the settings, and what runs by itself. What cannot be is told in words, by
// field or as one sentence; nothing is changed then.
type Setter interface {
	Settings(ctx context.Context) (Settings, error)
	SaveShop(ctx context.Context, s ShopForm) (wrong map[string]string, err error)
	// AddFolder and DropFolder change which folders hold customers' data, and tell whether anything was changed.
	AddFolder(ctx context.Context, path string) (changed bool, wrong string, err error)
	DropFolder(ctx context.Context, path string) (changed bool, wrong string, err error)
	// SealByItself switches on or off that new files in a data folder are sealed by themselves.
	SealByItself(ctx context.Context, path string, on bool) (changed bool, wrong string, err error)
	TestAlerts(ctx context.Context, tell func(Progress)) (Outcome, error)
	// BackUp writes custode's own folder into a sealed file in a folder.
	BackUp(ctx context.Context, folder string, tell func(Progress)) (Outcome, error)
}

// Settings are the settings as the page shows them, without any secret.
type Settings struct {
	ShopForm

	Folders   []string
	Seals     []SealLine
	SealsSaid SealsSaid
	Suggested []string // by this computer, and not among the folders
	Alerts    []AlertWay
	Screen    bool     // alerts can be shown on this computer's screen, and are not
	Beat      string   // the daily sign of life
	BeatAt    string   // when (08:30); "": never
	Watch     []string // whether the watch and the daily check run by themselves
	File      string   // where the settings stand
	Home      string
	Version   string
	Backups   string // the folder in which the copies lie, as the owner has said; "" not said
	Saved     string // when the last backup of custode's own folder was written; "": never
	SavedFile string // and where
}

// SealLine is a folder, and whether new files in it are sealed by themselves.
type SealLine struct {
	Path string
	On   bool
}

// SealsSaid says how it stands with that.
type SealsSaid struct {
	Waits string // what it waits for; ""
	Say   string // whether this computer starts it; "": nothing is sealed by itself
	Watch bool   // the page of the watch lets it
}

// ShopForm is what is said of the shop.
type ShopForm struct {
	Shop, Country, Language string
	Hours                   string // lines
	Mark                    string // of the settings from which the form was made
}

func settingsRoutes() []route {
	return []route{
		{"GET", "/settings", present, showSettings, false},
		{"POST", "/settings", present, saveShop, false},
		{"POST", "/settings/add", present, addFolder, false},
		{"POST", "/settings/drop", present, dropFolder, false},
		{"POST", "/settings/seal", present, sealByItself, false},
		{"POST", "/settings/test", present, testAlerts, false},
	}
}

// settingsView is the page of the settings.
type settingsView struct {
	Settings

	Countries []countryChoice
	Noted     string            // one of settingsNotes
	Part      string            // the id of the part that is open; "": all are folded
	Wrong     map[string]string // by field
	Typed     string            // a folder to add
	BackupsTo string
	CameBack  string // a file that came back from a backup
	Trying    bool   // a backup of custode is being chosen
}

// settingsNotes are what can be said above the page after something was done, with the part that shows it.
func settingsNotes() map[string]string {
	return map[string]string{
		"saved": "", "added": "folders", "had": "folders", "dropped": "folders", "had-not": "folders", "seals": "folders", "seals-not": "folders", "mail-gone": "alerts",
		string(DroppedAll): "alerts", string(DroppedWay): "alerts", string(DroppedBare): "alerts",
	}
}

func showSettings(v *visit) error {
	return v.settingsPage(http.StatusOK, func(*settingsView) {})
}

// settingsPage draws the page, with what was typed and refused.
func (v *visit) settingsPage(status int, with func(*settingsView)) error {
	s, err := v.office.Settings(v.ctx())
	if err != nil {
		return err
	}
	view := settingsView{Settings: s, BackupsTo: s.Backups, Wrong: map[string]string{}}
	if part, is := settingsNotes()[v.field("noted")]; is && v.r.Method == http.MethodGet {
		view.Noted, view.Part = v.field("noted"), part
	}
	with(&view)
	view.Countries = v.countries(view.Country)
	return v.page("settings", status, view)
}

func saveShop(v *visit) error {
	form := ShopForm{v.field("shop"), v.field("country"), v.field("language"), v.field("hours"), v.field("mark")}
	if v.pages[form.Language] == nil {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	wrong, err := v.office.SaveShop(v.ctx(), form)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return v.settingsPage(http.StatusUnprocessableEntity, func(view *settingsView) {
			mark := view.Mark
			view.Part = "of-shop"
			view.ShopForm, view.Wrong = form, wrong
			if wrong["mark"] != "" { // the next time it is meant
				view.Mark = mark
			}
		})
	}
	if form.Language != v.field("spoken") { // else who reads the page in the other language goes on so
		v.change(v.r, func(s *session) { s.lang = form.Language })
	}
	return v.see("/settings?noted=saved")
}

func addFolder(v *visit) error {
	path := v.field("folder")
	changed, wrong, err := v.office.AddFolder(v.ctx(), path)
	return v.folderDone(changed, wrong, err, [2]string{"added", "had"}, path)
}

func dropFolder(v *visit) error {
	changed, wrong, err := v.office.DropFolder(v.ctx(), v.r.PostFormValue("folder"))
	return v.folderDone(changed, wrong, err, [2]string{"dropped", "had-not"}, "")
}

func sealByItself(v *visit) error {
	on := v.field("on") != ""
	note := "seals-not"
	if on {
		note = "seals"
	}
	_, wrong, err := v.office.SealByItself(v.ctx(), v.r.PostFormValue("folder"), on)
	return v.folderDone(true, wrong, err, [2]string{note, note}, "")
}

// folderDone goes on after a folder was added or dropped. notes are for a change and for none.
func (v *visit) folderDone(changed bool, wrong string, err error, notes [2]string, typed string) error {
	switch {
	case err != nil:
		return err
	case wrong != "":
		return v.settingsPage(http.StatusUnprocessableEntity, func(view *settingsView) {
			view.Part, view.Wrong, view.Typed = "folders", map[string]string{"folder": wrong}, typed
		})
	case !changed:
		return v.see("/settings?noted=" + notes[1])
	}
	return v.see("/settings?noted=" + notes[0])
}

func testAlerts(v *visit) error {
	return v.begin(v.words.T("web.settings.test"), "/settings", v.office.TestAlerts)
}
