package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// Starter sets a shop up: the same four questions as `custode init`.
type Starter interface {
	// Countries are those that a shop can be in, sorted.
	Countries() []Country
	// Proposals are what this computer suggests.
	Proposals() Setup
	// SetUp writes the settings. What cannot be is told by field, in words; nothing is written then.
	SetUp(ctx context.Context, s Setup) (wrong map[string]string, err error)
	// Look looks for personal data in all data folders.
	Look(ctx context.Context, tell func(Progress)) (Outcome, error)
}

// Setup is what the first run asks.
type Setup struct {
	Language, Shop, Country string
	Folders                 []string
}

// Country is one that a shop can be in.
type Country struct{ Code, Name string }

// startView is the form of the first run.
type startView struct {
	Setup
	Countries []countryChoice
	Suggested []suggestion
	Other     string // further folders, one a line
	Wrong     map[string]string
}

type suggestion struct {
	Path   string
	Chosen bool
}

func startRoutes() []route {
	return []route{
		{"GET", "/start", fresh, showStart, false},
		{"POST", "/start", fresh, start, false},
	}
}

func showStart(v *visit) error {
	p := v.office.Proposals()
	view := startView{Setup: p, Countries: v.countries(p.Country)}
	for _, f := range p.Folders {
		view.Suggested = append(view.Suggested, suggestion{f, true})
	}
	return v.page("start", http.StatusOK, view)
}

// countryChoice is an entry of the list of countries.
type countryChoice struct {
	Country

	Chosen bool
}

// countries are those to choose from. Where none of them is chosen yet, the first entry is none.
func (v *visit) countries(chosen string) (all []countryChoice) {
	all, none := append(all, countryChoice{Chosen: true}), true
	for _, c := range v.office.Countries() {
		all, none = append(all, countryChoice{c, c.Code == chosen}), none && c.Code != chosen
	}
	if !none {
		all = all[1:]
	}
	return all
}

// setup is what was answered. Of the folders it has those that were ticked.
func (v *visit) setup() Setup {
	return Setup{Language: v.field("language"), Shop: v.field("shop"), Country: v.field("country"), Folders: append([]string{}, v.r.PostForm["folder"]...)}
}

// speakFrom goes on in the language that was chosen in the form.
func (v *visit) speakFrom(lang string) error {
	if v.pages[lang] == nil {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	v.change(v.r, func(o *session) { o.lang = lang })
	v.session.lang = lang
	v.speak()
	return nil
}

// startPage draws the form anew, with what was answered, and with one more folder if there is one.
func (v *visit) startPage(status int, more string, wrong map[string]string) error {
	s := v.setup()
	view := startView{Setup: s, Countries: v.countries(s.Country), Other: v.field("folders"), Wrong: wrong}
	for _, f := range v.office.Proposals().Folders {
		view.Suggested = append(view.Suggested, suggestion{f, f == more || slices.Contains(view.Folders, f)})
		if f == more {
			more = ""
		}
	}
	if more != "" && !slices.Contains(strings.Split(strings.ReplaceAll(view.Other, "\r", ""), "\n"), more) {
		view.Other = trimmed(view.Other + "\n" + more)
	}
	return v.page("start", status, view)
}

// start takes the answers, and goes on with the first look at the folders.
func start(v *visit) error {
	s := v.setup()
	for line := range strings.Lines(v.field("folders")) {
		if line = strings.Trim(strings.TrimSpace(line), `"'`); line != "" {
			s.Folders = append(s.Folders, line)
		}
	}
	if err := v.speakFrom(s.Language); err != nil {
		return err
	}
	wrong, err := v.office.SetUp(v.ctx(), s)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return v.startPage(http.StatusUnprocessableEntity, "", wrong)
	}
	return v.begin(v.words.T("web.look"), "/", v.office.Look)
}
