package datamap

import (
	_ "embed"
	"errors"
	"slices"

	"custode/internal/i18n"
)

//go:embed trades.yaml
var tradesYAML []byte

// trades is trades.yaml.
type trades struct {
	Limits     map[string]map[string]limit `yaml:"limits"`
	Recipients []Recipient                 `yaml:"recipients"`
	Shared     []preset                    `yaml:"shared"`
	Trades     []trade                     `yaml:"trades"`
}

// limit is how long a law wants something to be kept.
type limit struct {
	Months int    `yaml:"months"`
	Law    string `yaml:"law"`
}

// trade is what shops of a trade usually use data for.
type trade struct {
	ID   string    `yaml:"id"`
	Name i18n.Text `yaml:"name"`
	Uses []preset  `yaml:"uses"`
}

// preset is a use, or one of the shared ones by its name.
type preset struct {
	Use    `yaml:",inline"`
	Shared string   `yaml:"shared"`
	Limit  string   `yaml:"limit"` // its time, and its law, are those of the country
	Hints  []string `yaml:"hints"` // words in the names of folders
}

// ErrTrade says that there are no defaults for a trade of that name.
var ErrTrade = errors.New("no such trade")

// Trade is a trade for which there are defaults.
type Trade struct {
	ID   string
	Name i18n.Text
}

// Trades lists the trades in the order in which they are offered.
func Trades() []Trade {
	var out []Trade
	for _, t := range content().trades.Trades {
		out = append(out, Trade{t.ID, t.Name})
	}
	return out
}

// Preset gives what shops of a trade usually use data for in a country, by its two
// letters. It fails with ErrTrade.
func Preset(id, country string) (Declaration, error) {
	list, err := presets(id)
	if err != nil {
		return Declaration{}, err
	}
	d := Declaration{Trade: id}
	all := content().trades
	for _, p := range list {
		u := p.Use
		u.Categories, u.Recipients = slices.Clone(u.Categories), slices.Clone(u.Recipients)
		if p.Limit != "" {
			l := all.limit(p.Limit, country)
			u.Keep.Months = l.Months
			if u.Basis == Obligation {
				u.Law = l.Law
			}
		}
		d.Uses = append(d.Uses, u)
	}
	for _, r := range all.Recipients {
		if slices.ContainsFunc(d.Uses, func(u Use) bool { return slices.Contains(u.Recipients, r.ID) }) {
			d.Recipients = append(d.Recipients, r)
		}
	}
	return d, nil
}

// Recipients lists those to whom shops usually give data.
func Recipients() []Recipient { return slices.Clone(content().trades.Recipients) }

// presets gives the uses of a trade, the shared ones in their places.
func presets(id string) ([]preset, error) {
	all := content().trades
	i := slices.IndexFunc(all.Trades, func(t trade) bool { return t.ID == id })
	if i < 0 {
		return nil, ErrTrade
	}
	list := slices.Clone(all.Trades[i].Uses)
	for k, p := range list {
		if p.Shared == "" {
			continue
		}
		at := slices.IndexFunc(all.Shared, func(s preset) bool { return s.ID == p.Shared })
		if at < 0 {
			return nil, ErrTrade
		}
		list[k] = all.Shared[at]
	}
	return list, nil
}

// limit gives the time of a country; the longest of those listed, and no law, where the
// country is not listed.
func (t trades) limit(name, country string) limit {
	if l, ok := t.Limits[name][country]; ok {
		return l
	}
	var most limit
	for _, l := range t.Limits[name] {
		most.Months = max(most.Months, l.Months)
	}
	return most
}

// LawKnown reports whether the time that a country's law wants invoices to be kept is
// built in. Where it is not, Preset takes the longest that it knows.
func LawKnown(country string) bool {
	_, ok := content().trades.Limits["invoice"][country]
	return ok
}

// Fit ties uses to the folders that are called after them: suppliers to "Fornitori". What
// lies there is then held for that alone. A use for which there is no such folder, or that
// has folders, stays as it is.
func Fit(d Declaration, found []Found) Declaration {
	list, err := presets(d.Trade)
	if err != nil {
		return d
	}
	d.Uses = slices.Clone(d.Uses)
	for i, u := range d.Uses {
		at := slices.IndexFunc(list, func(p preset) bool { return p.ID == u.ID })
		if at < 0 || len(u.Folders) > 0 {
			continue
		}
		hints := map[string]bool{}
		for _, h := range list[at].Hints {
			hints[h] = true
		}
		for _, f := range found {
			folder := Folder(f.Root, f.Path)
			if folder != "" && slices.Contains(u.Categories, Of(f.Kind).ID) && !slices.Contains(d.Uses[i].Folders, folder) && speaks(folder, hints) {
				d.Uses[i].Folders = append(d.Uses[i].Folders, folder)
			}
		}
		slices.Sort(d.Uses[i].Folders)
	}
	return d
}
