package main

import (
	"context"
	"slices"

	"custode/cmd/custode/internal/web"
)

// seals are the folders of automatic sealing, and the data folders that are none.
func (s settings) seals() (out []web.SealLine) {
	whole := map[string]bool{}
	for _, a := range s.AutoSeal {
		out = append(out, web.SealLine{Path: a.Path, On: true})
		for _, p := range s.autoPaths(a) {
			whole[p] = true
		}
	}
	for _, f := range s.Folders {
		if !whole[f] {
			out = append(out, web.SealLine{Path: f})
		}
	}
	return out
}

// sealsSaid says what automatic sealing waits for, and whether this computer starts it by itself; nothing where it is
// switched off.
func (sh *shell) sealsSaid(set settings, run web.WatchRun) (said web.SealsSaid) {
	w := sh.words
	if len(set.AutoSeal) == 0 {
		return said
	}
	if _, waits, err := sh.autoReady(); err == nil && waits != "" {
		said.Waits = w.T(autoSays[waits])
	}
	switch {
	case run.Hourly:
		said.Say = w.T("web.seals.hourly")
	case run.Starts:
		said.Say, said.Watch = w.T("web.seals.not-yet"), true
	default:
		said.Say = w.T("web.seals.cannot")
	}
	return said
}

// SealByItself implements [web.Setter].
func (o *office) SealByItself(ctx context.Context, path string, on bool) (changed bool, wrong string, err error) {
	changed, err = o.changeSettings(ctx, func(set *settings) bool {
		is := func(a autoSeal) bool { return a.Path == path }
		switch {
		case !on:
			set.AutoSeal = slices.DeleteFunc(set.AutoSeal, is)
		case !slices.Contains(set.Folders, path): // another tab took it off the list
			wrong = o.sh.words.T("web.settings.noted.had-not")
		case !slices.ContainsFunc(set.AutoSeal, is):
			set.AutoSeal = append(set.AutoSeal, autoSeal{Path: path})
		}
		return wrong == ""
	})
	return changed, wrong, err
}
