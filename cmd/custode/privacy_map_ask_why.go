package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"custode/playbook/privacy/datamap"
)

// why asks for what a category is held, in the folders in which no use says it: the number
// of a use, the owner's own words, or nothing: it is not needed.
func (m *mapAsker) why(c datamap.Category, held *datamap.Map) error {
	folders, files := unexplained(c, held)
	m.p.gap()
	m.p.wrap("", m.p.bold(m.w.T("privacy.ask.why", c.Name.In(m.w.Lang))))
	m.p.hanging("  ", m.w.N("privacy.ask.why.files", int64(files), printable(strings.Join(folders, ", "))))
	for i, u := range m.d.Uses {
		m.p.hanging(fmt.Sprintf("  %2d  ", i+1), printable(u.Name.Either(m.w.Lang)))
	}
	answer, err := m.text(m.w.T("privacy.ask.why.answer"), "0", func(s string) (string, string) {
		n, err := strconv.Atoi(s)
		switch {
		case err == nil && n >= 0 && n <= len(m.d.Uses):
			return s, ""
		case err == nil || len(plain(s)) > 200 || plain(s) == "":
			return "", m.w.T("privacy.ask.number", strconv.Itoa(len(m.d.Uses)))
		}
		return plain(s), ""
	})
	if err != nil || answer == "0" {
		return err
	}
	if n, err := strconv.Atoi(answer); err == nil {
		m.assign(n-1, c.ID, folders)
		return nil
	}
	return m.own(answer, c.ID)
}

// unexplained gives the folders in which no use says why a category is held, and counts the files.
func unexplained(c datamap.Category, held *datamap.Map) (folders []string, files int) {
	for _, f := range held.Findings {
		if f.Problem == datamap.NotNeeded && f.Holding.Category.ID == c.ID {
			folders = append(folders, cmp.Or(f.Holding.Folder, "."))
			files += len(f.Files)
		}
	}
	return folders, files
}

// assign has a use say why a category is held, in these folders too.
func (m *mapAsker) assign(i int, category string, folders []string) {
	u := &m.d.Uses[i]
	if !slices.Contains(u.Categories, category) {
		u.Categories = append(slices.Clone(u.Categories), category)
	}
	for _, f := range folders {
		if len(u.Folders) > 0 && !slices.Contains(u.Folders, f) {
			u.Folders = append(slices.Clone(u.Folders), f)
		}
	}
	m.condition(u)
}

// condition sees to it that data about health have one: shops ask for the person's yes.
func (m *mapAsker) condition(u *datamap.Use) {
	if slices.Contains(u.Categories, "health") && u.Special == "" {
		u.Special = "explicit-consent"
		m.p.wrap("  ", m.w.T("privacy.ask.health"))
	}
}

// own makes a use in the owner's words.
func (m *mapAsker) own(words, category string) error {
	u := m.inWords(words, category)
	bases := ownBases()
	for i, b := range bases {
		m.p.hanging(fmt.Sprintf("  %2d  ", i+1), m.w.T("privacy.basis."+string(b)))
	}
	_, err := m.text(m.w.T("privacy.ask.basis"), "", func(s string) (string, string) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > len(bases) {
			return "", m.w.T("privacy.ask.number", strconv.Itoa(len(bases)))
		}
		u.Basis = bases[n-1]
		return "", ""
	})
	if err != nil {
		return err
	}
	u.Keep.From = keptFrom(u.Basis)
	if err := m.months(&u, 0); err != nil {
		return err
	}
	m.condition(&u)
	m.d.Uses = append(m.d.Uses, u)
	return nil
}

// ownBases are the grounds that a use of the owner's own can have.
func ownBases() []datamap.Basis {
	return []datamap.Basis{datamap.Consent, datamap.Contract, datamap.Obligation, datamap.Interest}
}

// keptFrom is from when the months of a use of the owner's own count.
func keptFrom(b datamap.Basis) datamap.From {
	if b == datamap.Consent {
		return datamap.Withdrawal
	}
	return datamap.LastContact
}

// inWords is a use in the owner's words, without its ground.
func (m *mapAsker) inWords(words, category string) datamap.Use {
	begin := m.w.T("privacy.ask.own.begin") + " "
	if !strings.HasPrefix(strings.ToLower(words), begin) {
		words = begin + words
	}
	id := "own-" + strconv.Itoa(len(m.d.Uses)+1)
	name := []rune(strings.TrimPrefix(words, begin))
	return datamap.Use{
		ID: id, Name: m.mine(strings.ToUpper(string(name[:1])) + string(name[1:])), Why: m.mine(words), About: "customers",
		Categories: []string{category}, Keep: datamap.Keep{Months: 24, From: datamap.LastContact},
	}
}
