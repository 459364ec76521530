package main

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"

	"custode/cmd/custode/internal/web"
	"custode/scan/detect"
)

// renamed are the names that x/text still has as they were in CLDR 32 (2017), as CLDR 48 (2025) has them, by language.
func renamed(lang, code string) string {
	return map[string]map[string]string{
		"en": {"MK": "North Macedonia", "MO": "Macao SAR China", "SZ": "Eswatini", "TR": "Türkiye"},
		"it": {"MK": "Macedonia del Nord", "PA": "Panama", "SZ": "Eswatini"},
	}[lang][code]
}

// byName is where a country stands in a list: marks above and below letters count for nothing.
func byName(c web.Country) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(c.Name))
}

// Countries implements [web.Starter]: those that a shop can be in, by their names in the language of the page.
func (o *office) Countries() (all []web.Country) {
	names := display.Regions(language.Make(o.sh.words.Lang))
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			if !detect.KnownCountry(code) {
				continue
			}
			region, err := language.ParseRegion(code)
			if err == nil {
				all = append(all, web.Country{Code: code, Name: cmp.Or(renamed(o.sh.words.Lang, code), names.Name(region))})
			}
		}
	}
	slices.SortFunc(all, func(a, b web.Country) int { return strings.Compare(byName(a), byName(b)) })
	return all
}
