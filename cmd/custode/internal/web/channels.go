package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"custode/internal/secret"
)

// Channeler sets the ways besides mail by which alerts reach somebody.
type Channeler interface {
	// WholeService tells in words, by field, what cannot be the key of a service; nothing is sent.
	WholeService(f ServiceForm, key secret.Bytes) (wrong map[string]string)
	// AddService sends a test by a service, and keeps its key in a file once that has taken it; else nothing is changed,
	// which is an outcome, too.
	AddService(ctx context.Context, f ServiceForm, key secret.Bytes, tell func(Progress)) (Outcome, error)
	// DropService takes the service of that place in the list out of the settings, and erases a key that AddService
	// kept; nothing where the settings are others than those of the mark.
	DropService(ctx context.Context, place int, mark string) (Dropped, error)
	// ShowOnScreen says whether alerts are shown on this computer's screen.
	ShowOnScreen(ctx context.Context, on bool) error
	// SetBeat sets when the daily sign of life goes out (08:30); "": never. False: that is no time.
	SetBeat(ctx context.Context, at string) (bool, error)
}

// AlertWay is a way by which an alert reaches somebody.
type AlertWay struct {
	Say   string
	By    string // mail, service or screen
	Place int    // of a service, in the list
}

// Dropped is what was removed with a service: the name of the note that says so.
type Dropped string

// What is removed with a service.
const (
	DroppedNothing Dropped = ""
	DroppedAll     Dropped = "service-gone" // with its key
	DroppedWay     Dropped = "service-off"  // its key lies elsewhere, and was not touched
	DroppedBare    Dropped = "service-bare" // its key was gone before
)

// ServiceForm is a service without its key, which is shown nowhere.
type ServiceForm struct {
	Kind string // one of services
	To   string // to whom, or by which server, where that is asked
}

// services are those that the page asks for by what they show; "any" takes a whole address.
func services() []string { return []string{"telegram", "ntfy", "discord", "slack", "any"} }

func channelRoutes() []route {
	return []route{
		{"GET", "/settings/service", present, showService, false},
		{"POST", "/settings/service", present, addService, false},
		{"POST", "/settings/service/drop", present, dropService, false},
		{"POST", "/settings/screen", present, showOnScreen, false},
		{"POST", "/settings/beat", present, setBeat, false},
	}
}

// serviceView is the page of one service; of the list of them, if none is chosen.
type serviceView struct {
	ServiceForm

	Kinds  []string
	AsksTo bool              // besides the key
	Wrong  map[string]string // by field
}

func (v *visit) servicePage(status int, f ServiceForm, wrong map[string]string) error {
	view := serviceView{ServiceForm: f, Kinds: services(), AsksTo: f.Kind == "telegram" || f.Kind == "ntfy", Wrong: wrong}
	return v.page("settings_service", status, view)
}

func showService(v *visit) error {
	f := ServiceForm{Kind: v.field("kind")}
	if !slices.Contains(services(), f.Kind) {
		f.Kind = ""
	}
	return v.servicePage(http.StatusOK, f, nil)
}

// addService tries what was typed. The key is typed each time.
func addService(v *visit) error {
	f := ServiceForm{Kind: v.field("kind"), To: v.field("to")}
	if !slices.Contains(services(), f.Kind) {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	key, office := v.secret("password-key"), v.office
	if wrong := office.WholeService(f, key); len(wrong) > 0 {
		key.Wipe()
		return v.servicePage(http.StatusUnprocessableEntity, f, wrong)
	}
	return v.begin(v.words.T("web.settings.test"), "/settings/service?kind="+f.Kind, func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		defer key.Wipe()
		return office.AddService(ctx, f, key, tell)
	})
}

func dropService(v *visit) error {
	place, err := strconv.Atoi(v.field("place"))
	if err != nil { // 0 is a place, too
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	dropped, err := v.office.DropService(v.ctx(), place, v.field("mark"))
	switch {
	case err != nil:
		return err
	case dropped == DroppedNothing:
		return v.settingsPage(http.StatusConflict, func(view *settingsView) {
			view.Part, view.Wrong = "alerts", map[string]string{"mark": v.words.T("web.channel.meanwhile")}
		})
	}
	return v.see("/settings?noted=" + string(dropped))
}

func showOnScreen(v *visit) error {
	if err := v.office.ShowOnScreen(v.ctx(), v.field("on") != ""); err != nil {
		return err
	}
	return v.see("/settings?noted=saved")
}

func setBeat(v *visit) error {
	at, off := v.field("at"), v.field("off") != ""
	if off {
		at = ""
	}
	done, err := false, error(nil)
	if at != "" || off { // an empty field is no wish for none
		done, err = v.office.SetBeat(v.ctx(), at)
	}
	switch {
	case err != nil:
		return err
	case !done:
		return v.settingsPage(http.StatusUnprocessableEntity, func(view *settingsView) {
			view.Part, view.Wrong = "alerts", map[string]string{"beat": v.words.T("web.channel.beat.wrong")}
		})
	}
	return v.see("/settings?noted=saved")
}
