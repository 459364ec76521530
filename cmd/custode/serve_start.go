package main

import (
	"context"
	"errors"
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
		wrong["country"] = sh.words.T("init.ask.country.wrong")
	}
	for _, f := range s.Folders {
		err := initOptions{folders: append(slices.Clip(set.Folders), f)}.into(&set)
		if err != nil {
			wrong["folders"] = sh.words.T("init.ask.folders.wrong", printable(f))
		}
	}
	var apart *fault.Error
	switch err := sh.homeApart(set.Folders); {
	case len(set.Folders) == 0 && wrong["folders"] == "":
		wrong["folders"] = sh.words.T("init.ask.folders.none")
	case errors.As(err, &apart):
		wrong["folders"] = sh.words.T(apart.ID) + ": " + printable(apart.Path)
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

// Look implements [web.Starter]: the scan of all data folders.
func (o *office) Look(ctx context.Context, tell func(web.Progress)) (web.Outcome, error) {
	return o.look(ctx, tell, web.Outcome{Title: o.sh.words.T("web.look.done"), Next: "/"})
}
