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
func (o *office) Look(ctx context.Context, tell func(web.Progress)) (out web.Outcome, err error) {
	sh := o.sh
	set, st, err := sh.enter(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	opt, err := sh.scanJob(set, scanOptions{}, false)
	if err != nil {
		return out, err
	}
	total := countAhead(ctx, opt)
	opt.Progress = func(files, _ int64, _ bool) {
		tell(web.Progress{Done: files, Total: total, Note: sh.words.N("web.look.files", files)})
	}
	r, err := sh.runScan(ctx, st, opt)
	if err != nil {
		return out, err
	}
	defer r.Close() // of it, only the sums are shown
	out = web.Outcome{Title: sh.words.T("web.look.done"), Lines: []string{sh.looked(r)}, Next: "/"}
	switch t := r.Totals; {
	case t.WithFindings > 0:
		out.Lines = append(out.Lines, sh.found(t))
	case r.Whole():
		out.Lines = append(out.Lines, sh.words.T("scan.clean"))
	case t.Complete():
		out.Lines = append(out.Lines, sh.words.T("scan.clean-but"))
	default:
		out.Lines = append(out.Lines, sh.words.T("scan.nothing-but"))
	}
	return out, nil
}
