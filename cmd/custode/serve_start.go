package main

import (
	"context"
	"path/filepath"
	"slices"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
)

// Proposals implements [web.Starter].
func (o *office) Proposals() web.Setup {
	set := o.sh.defaults()
	return web.Setup{Language: o.sh.words.Lang, Shop: set.Shop, Country: set.Country, Folders: set.Folders}
}

// SetUp implements [web.Starter].
func (o *office) SetUp(ctx context.Context, s web.Setup) (map[string]string, error) {
	sh, wrong := o.sh, map[string]string{}
	if _, err := sh.settings(); err == nil {
		return nil, fault.New(fault.CannotMake, "fault.serve.set-up")
	} else if !isFault(err, "fault.home.fresh") {
		return nil, err
	}
	set := sh.defaults()
	set.Folders = nil
	if plain(s.Shop) != "" {
		set.Shop = plain(s.Shop)
	}
	country, ok := countryCode(s.Country)
	if set.Country = country; !ok {
		wrong["country"] = sh.words.T("web.start.country.wrong")
	}
	for _, f := range s.Folders {
		if _, no := sh.folderTyped(f); no != "" {
			wrong["folders"] = no
			continue
		}
		if err := (initOptions{folders: append(slices.Clip(set.Folders), f)}).into(&set); err != nil {
			wrong["folders"] = sh.words.T("init.ask.folders.wrong", printable(f))
		}
	}
	if len(set.Folders) == 0 && wrong["folders"] == "" {
		wrong["folders"] = sh.words.T("init.ask.folders.none")
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	st, err := sh.open(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close() // every write was committed
	return nil, sh.keep(ctx, st, set, false)
}

// folderTyped is a data folder as somebody typed it on the page; wrong says in words why it is none. Below what a part
// of a path would be, nobody could say.
func (sh *shell) folderTyped(path string) (abs, wrong string) {
	if !filepath.IsAbs(path) {
		return "", sh.words.T("web.folders.whole", printable(path))
	}
	abs, err := folder(path)
	if err != nil {
		return "", sh.words.T("init.ask.folders.wrong", printable(path))
	}
	if sh.homeApart([]string{abs}) != nil {
		return "", capital(sh.words.T("fault.init.home")) + ": " + printable(abs)
	}
	return abs, ""
}

// Look implements [web.Starter]: the scan of all data folders.
func (o *office) Look(ctx context.Context, tell func(web.Progress)) (web.Outcome, error) {
	return o.look(ctx, tell, web.Outcome{Title: o.sh.words.T("web.look.done"), Next: "/"})
}
