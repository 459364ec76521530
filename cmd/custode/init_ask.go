package main

import (
	"cmp"
	"context"
	"strings"

	"custode/internal/i18n"
)

// askAll asks the three questions, except those that a flag or this computer has answered.
func (sh *shell) askAll(ctx context.Context, set *settings, o initOptions) (err error) {
	a, t := sh.asker(ctx), sh.words.T
	p := sh.page(sh.err, sh.errTerm)
	p.wrap("", p.bold(t("init.welcome")))
	p.wrap("", t("init.welcome.more"))
	p.gap()
	any := func(s string) (string, string) { return plain(s), "" }
	known := !sh.langFixed && o.country == "" && sh.localeTells()
	if known {
		p.wrap("", p.dim(t("init.by-locale", set.Country)))
		p.gap()
	}
	if !sh.langFixed && !known {
		if err := sh.askLanguage(a, set, o); err != nil {
			return err
		}
		t, known = sh.words.T, true
	}
	if o.shop == "" {
		if set.Shop, err = a.text(t("init.ask.shop"), set.Shop, any); err != nil {
			return err
		}
	}
	if o.country == "" && !known {
		set.Country, err = a.text(t("init.ask.country"), set.Country, func(s string) (string, string) {
			if c, ok := countryCode(s); ok {
				return c, ""
			}
			return "", t("init.ask.country.wrong")
		})
		if err != nil {
			return err
		}
	}
	if len(o.folders) > 0 {
		return nil
	}
	_, err = a.text(t("init.ask.folders"), strings.Join(set.Folders, ", "), func(s string) (string, string) {
		folders, wrong := sh.foldersOf(s)
		set.Folders = folders
		return "", wrong
	})
	return err
}

// askLanguage asks for the language and the country, in one question.
func (sh *shell) askLanguage(a *asker, set *settings, o initOptions) (err error) {
	t := sh.words.T
	_, err = a.text(t("init.ask.language"), set.Language+" "+set.Country, func(s string) (string, string) {
		said, country, both := strings.Cut(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;-_/", r) }), " "), " ")
		lang, ok := map[string]string{"en": "en", "english": "en", "inglese": "en", "it": "it", "italiano": "it", "italian": "it"}[strings.ToLower(said)]
		if !ok {
			return "", t("init.ask.language.wrong")
		}
		switch {
		case both:
			if country, ok = countryCode(country); !ok {
				return "", t("init.ask.country.wrong")
			}
		case lang == set.Language:
			country = set.Country
		default:
			country = map[string]string{"en": "GB", "it": "IT"}[lang]
		}
		set.Language = lang
		if o.country == "" {
			set.Country = country
		}
		return "", ""
	})
	if err != nil {
		return err
	}
	if sh.words, err = i18n.Load(set.Language); err != nil {
		return err
	}
	set.Shop = cmp.Or(plain(o.shop), sh.defaults().Shop) // in that language
	return nil
}

// foldersOf reads a list of folders with commas between them; ~ is the home.
func (sh *shell) foldersOf(list string) (out []string, wrong string) {
	for part := range strings.SplitSeq(list, ",") {
		part = strings.Trim(strings.TrimSpace(part), `"'`)
		if part == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(part, "~"); ok && (rest == "" || rest[0] == '/') {
			part = sh.env("HOME") + rest
		}
		abs, err := folder(part)
		if err != nil {
			return nil, sh.words.T("init.ask.folders.wrong", printable(part))
		}
		out = append(out, abs)
	}
	if len(out) == 0 {
		return nil, sh.words.T("init.ask.folders.none")
	}
	return out, ""
}
