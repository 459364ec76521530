package main

import (
	"context"
	"os"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/host"
	"custode/internal/place"
	"custode/playbook/daily"
)

// Settings implements [web.Setter].
func (o *office) Settings(ctx context.Context) (web.Settings, error) {
	sh := o.sh
	set, st, err := sh.enter(ctx)
	if err != nil {
		return web.Settings{}, err
	}
	defer st.Close() // every write was committed
	run := o.watchRun(ctx, false)
	s := web.Settings{
		ShopForm: web.ShopForm{Shop: set.Shop, Country: set.Country, Language: set.Language, Hours: strings.Join(set.Hours, "\n"), Mark: sh.settingsMark()},
		Folders:  set.Folders, Alerts: sh.alertWays(set), Screen: !sh.onDesktop(set) && host.HasDesktop(sh.env), Beat: sh.beatWords(set), Watch: sh.serviceWords(run),
		Seals: set.seals(), SealsSaid: sh.sealsSaid(set, run), File: sh.settingsPath(), Home: sh.home, Version: version,
	}
	if d := set.beat(); d >= 0 {
		s.BeatAt = clockText(int(d.Minutes()))
	}
	for _, f := range place.DataFolders(sh.env) {
		if !slices.Contains(set.Folders, f) {
			s.Suggested = append(s.Suggested, f)
		}
	}
	now := set.clock(sh.now)()
	said, err := st.CheckAnswers(ctx, now.Location())
	if err != nil {
		return s, err
	}
	s.Backups = daily.Facts{Answers: said}.PlaceOfCopies(now)
	b, err := job.LastBackup(ctx, st)
	if s.SavedFile = b.File; err == nil && !b.At.IsZero() {
		s.Saved = sh.words.T("keys.status.backed-up", sh.words.Date(b.At.Local()), printable(b.File))
	}
	return s, err
}

// settingsMark tells one state of the settings from another, also one that a person wrote.
func (sh *shell) settingsMark() string {
	raw, err := os.ReadFile(sh.settingsPath())
	if err != nil {
		return ""
	}
	return markOf(raw)
}

// SaveShop implements [web.Setter].
func (o *office) SaveShop(ctx context.Context, f web.ShopForm) (map[string]string, error) {
	wrong, w := map[string]string{}, o.sh.words
	_, err := o.changeSettings(ctx, func(set *settings) bool {
		if f.Mark != o.sh.settingsMark() {
			wrong["mark"] = w.T("web.settings.meanwhile")
		}
		if set.Shop = plain(f.Shop); set.Shop == "" {
			wrong["shop"] = w.T("web.settings.no-name")
		}
		country, ok := countryCode(f.Country)
		if set.Country = country; !ok {
			wrong["country"] = w.T("web.start.country.wrong")
		}
		set.Language, set.Hours = f.Language, nil
		for line := range strings.Lines(f.Hours) {
			if line = plain(line); line != "" {
				set.Hours = append(set.Hours, line)
			}
		}
		if _, id := set.wrongHours(); id != "" {
			wrong["hours"] = w.T("web.settings.hours.wrong")
		}
		return len(wrong) == 0
	})
	return wrong, err
}

// changeSettings lets fn change the settings, and writes them if it says so and anything is different. One
// form after the other: each sees what the one before it wrote.
func (o *office) changeSettings(ctx context.Context, fn func(*settings) bool) (changed bool, err error) {
	o.checking.Lock()
	defer o.checking.Unlock()
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return false, err
	}
	defer st.Close() // every write was committed
	was := set
	set.Folders, set.AutoSeal = slices.Clone(set.Folders), slices.Clone(set.AutoSeal)
	if !fn(&set) || same(was, set) && slices.Equal(was.Hours, set.Hours) && was.Alerts.same(set.Alerts) {
		return false, noteSettings(ctx, st, was) // a form that is sent again after custode was ended in the middle of it
	}
	o.check.At = o.check.At.AddDate(-1, 0, 0) // it was held with other settings
	return true, o.sh.keep(ctx, st, set, false)
}

// AddFolder implements [web.Setter].
func (o *office) AddFolder(ctx context.Context, path string) (changed bool, wrong string, err error) {
	path = strings.Trim(path, `"'`) // as it is copied from a file manager
	changed, err = o.changeSettings(ctx, func(set *settings) bool {
		abs, no := o.sh.folderTyped(path)
		if wrong = no; no != "" {
			return false
		}
		if !slices.Contains(set.Folders, abs) {
			set.Folders = append(set.Folders, abs)
		}
		return true
	})
	return changed, wrong, err
}

// DropFolder implements [web.Setter].
func (o *office) DropFolder(ctx context.Context, path string) (changed bool, wrong string, err error) {
	changed, err = o.changeSettings(ctx, func(set *settings) bool {
		set.Folders = slices.DeleteFunc(set.Folders, func(f string) bool { return f == path })
		if len(set.Folders) == 0 {
			wrong = o.sh.words.T("web.settings.drop.last")
		} else if _, id := set.wrongAuto(); id != "" {
			wrong = o.sh.words.T("web.settings.drop.sealing")
		}
		return wrong == ""
	})
	return changed, wrong, err
}
