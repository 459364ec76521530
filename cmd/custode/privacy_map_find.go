package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/playbook/privacy/datamap"
)

// problem is one thing to look at: the same problem with the same kind of data, in however many folders.
type problem struct {
	of       datamap.Problem
	category datamap.Category
	children bool
	folders  []string
	files    []datamap.HeldFile
	months   int
	invoices bool // of its uses one counts from the end of a year
}

// problemOf makes one of a finding.
func problemOf(f datamap.Finding, m *datamap.Map) problem {
	invoices := slices.ContainsFunc(m.Declaration.Uses, func(u datamap.Use) bool {
		return u.Keep.From == datamap.Invoice && slices.Contains(f.Holding.Uses, u.ID)
	})
	return problem{
		of: f.Problem, category: f.Holding.Category, children: f.Problem == datamap.Sensitive && !f.Holding.Category.Sensitive,
		files: f.Files, months: f.Months, invoices: invoices,
	}
}

// problems puts the findings of several folders together. Before the owner has said
// anything, nothing is called not needed.
func (sh *shell) problems(m *datamap.Map) (out []problem) {
	several := severalRoots(m)
	for _, f := range m.Findings {
		if f.Problem == datamap.NotNeeded && len(m.Declaration.Uses) == 0 {
			continue
		}
		one := problemOf(f, m)
		i := slices.IndexFunc(out, func(p problem) bool {
			return p.of == one.of && p.category.ID == one.category.ID && p.months == one.months && p.children == one.children && p.invoices == one.invoices
		})
		if i < 0 {
			i = len(out)
			one.files = nil
			out = append(out, one)
		}
		out[i].folders = append(out[i].folders, sh.mapFolder(*f.Holding, several))
		out[i].files = append(out[i].files, f.Files...)
	}
	return out
}

// mapFiles is how many files of a problem are named.
const mapFiles = 3

// mapFindings says in plain words what is not needed, kept too long or sensitive, and what to do.
func (sh *shell) mapFindings(p *page, m *datamap.Map) {
	w, list := sh.words, sh.problems(m)
	if len(list) == 0 {
		if len(m.Declaration.Uses) > 0 && len(m.Holdings) > 0 {
			p.gap()
			p.wrap("", p.green(w.T("privacy.map.fine")))
		}
		return
	}
	p.gap()
	p.wrap("", p.bold(w.T("privacy.map.look")))
	said := map[string]bool{} // commands
	for _, one := range list {
		say, do := sh.problemWords(one)
		p.hanging(p.amber("!")+" ", say)
		p.wrap("  ", do)
		for i, f := range one.files {
			if i == mapFiles {
				p.hanging("    ", p.dim(w.N("privacy.find.more", int64(len(one.files)-i))))
				break
			}
			p.hanging("    ", p.dim(printable(f.Path)))
		}
		for i, c := range mapCommands(one) {
			if line := sh.command(c...); !said[line] && (i == 0 || one.of == datamap.KeptTooLong) {
				said[line] = true
				p.hanging("    ", line)
			}
		}
	}
}

// problemWords says what a problem is, and what to do about it.
func (sh *shell) problemWords(one problem) (say, do string) {
	w, key := sh.words, "privacy.find."+string(one.of)
	name, where := one.category.Name.In(w.Lang), strings.Join(one.folders, ", ")
	switch {
	case one.of == datamap.KeptTooLong:
		oldest := one.files[0].Newest
		if at, err := time.Parse("2006-01", oldest); err == nil {
			oldest = w.Month(at)
		}
		return w.N(key, int64(len(one.files)), name, where, oldest, strconv.Itoa(one.months)), w.T(one.doKey())
	case one.children:
		key = "privacy.find.children"
	}
	return w.N(key, int64(len(one.files)), name, where), w.T(one.doKey())
}

// doKey is where the words stand that say what to do about a problem.
func (one problem) doKey() string {
	switch {
	case one.children:
		return "privacy.find.children.do"
	case one.birth():
		return "privacy.find.birth.do"
	}
	return "privacy.find." + string(one.of) + ".do"
}

// birth reports whether dates of birth are not needed: of those the year may be enough.
func (one problem) birth() bool { return one.of == datamap.NotNeeded && one.category.ID == "birth" }

// age is how many months old is too old, for a command that counts from the day of a record. Invoices are kept
// from the end of their year on.
func (one problem) age() int {
	if one.invoices {
		return one.months + 12
	}
	return one.months
}

// mapCommands gives the commands that help with a problem: first they count, then they ask.
func mapCommands(one problem) [][]string {
	out := [][]string{}
	switch {
	case one.of == datamap.Sensitive:
		if paths := openPaths(one.files); len(paths) > 0 {
			out = append(out, append([]string{"custode", "encrypt"}, paths...))
		}
	case one.of == datamap.KeptTooLong:
		var rows, whole []string
		for _, f := range one.files {
			if isTable(f) && f.Dated {
				rows = append(rows, f.Path)
			} else {
				whole = append(whole, f.Path)
			}
		}
		older := []string{"--older-than", strconv.Itoa(one.age()) + "m", "--dry-run"}
		if len(rows) > 0 {
			out = append(out, slices.Concat([]string{"custode", "privacy", "purge"}, rows[:min(len(rows), mapFiles)], older))
		}
		if len(whole) > 0 {
			out = append(out, slices.Concat([]string{"custode", "privacy", "purge", "--whole"}, whole[:min(len(whole), mapFiles)], older))
		}
	case one.category.ID == "birth":
		for _, f := range one.files {
			if isTable(f) && len(f.Columns) > 0 && len(out) < mapFiles {
				out = append(out, []string{"custode", "privacy", "coarsen", f.Path, "--column", f.Columns[0], "--to", "year", "--dry-run"})
			}
		}
	}
	return out
}

// isTable reports whether rows and columns of a file can be changed where it lies.
func isTable(f datamap.HeldFile) bool {
	return !f.Sealed && slices.Contains([]string{".csv", ".tsv"}, strings.ToLower(filepath.Ext(f.Path)))
}

// openPaths gives the files that are readable, or where they are many, the folders that they lie in.
func openPaths(files []datamap.HeldFile) (out []string) {
	for _, f := range files {
		if !f.Sealed {
			out = append(out, f.Path)
		}
	}
	if len(out) <= mapFiles {
		return out
	}
	for i, path := range out {
		out[i] = filepath.Dir(path)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
