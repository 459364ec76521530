package datamap

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Folder gives the folder that the map shows for a file: the first below the data folder,
// or "" for a file that lies in the data folder itself.
func Folder(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	first, _, deeper := strings.Cut(rel, string(filepath.Separator))
	if !deeper {
		return ""
	}
	return first
}

// Judge makes the map of what was found and what the owner says. About how many people they
// are, it does not tell; scanned is when the last scan of all ended.
func Judge(decl Declaration, found []Found, now, scanned time.Time) *Map {
	m := &Map{Declaration: decl, Scanned: scanned, Holdings: holdings(found)}
	for i := range m.Holdings {
		h := &m.Holdings[i]
		h.Uses = usesOf(decl.Uses, h.Category.ID, h.Folder)
	}
	for _, judge := range []func(h *Holding) (Finding, bool){
		func(h *Holding) (Finding, bool) { return notNeeded(h) },
		func(h *Holding) (Finding, bool) { return tooLong(h, decl.Uses, now) },
		func(h *Holding) (Finding, bool) { return sensitive(h) },
	} {
		for i := range m.Holdings {
			if f, yes := judge(&m.Holdings[i]); yes {
				f.Holding = &m.Holdings[i]
				m.Findings = append(m.Findings, f)
			}
		}
	}
	return m
}

// holdings groups what was found by category, folder and data folder.
func holdings(found []Found) []Holding {
	type key struct{ category, folder, root string }
	type inside struct {
		key
		path string
	}
	var list []Holding
	at, files, childish := map[key]int{}, map[inside]int{}, map[string]bool{}
	speak := func(name string) bool { // many files have columns of one name, and stand in several holdings
		yes, known := childish[name]
		if !known {
			yes = speaks(name, content().children)
			childish[name] = yes
		}
		return yes
	}
	for _, f := range found {
		c := Of(f.Kind)
		k := key{c.ID, Folder(f.Root, f.Path), f.Root}
		i, ok := at[k]
		if !ok {
			i, at[k] = len(list), len(list)
			list = append(list, Holding{Category: c, Folder: k.folder, Root: f.Root, Children: speak(k.folder)})
		}
		h := &list[i]
		n, ok := files[inside{k, f.Path}]
		if !ok {
			n, files[inside{k, f.Path}] = len(h.Files), len(h.Files)
			h.Files = append(h.Files, HeldFile{Path: f.Path, Sealed: f.Sealed, Dated: f.Dated})
			if f.Sealed {
				h.Sealed++
			}
			h.Children = h.Children || speak(below(f.Root, f.Path))
		}
		file := &h.Files[n]
		file.Count += f.Count
		file.Newest = max(file.Newest, f.Newest)
		if f.Column != "" && !slices.Contains(file.Columns, f.Column) {
			file.Columns = append(file.Columns, f.Column)
			h.Children = h.Children || speak(f.Column)
		}
		h.Count += f.Count
		h.Newest = max(h.Newest, f.Newest)
	}
	order := map[string]int{}
	for i, c := range content().categories {
		order[c.ID] = i
	}
	slices.SortFunc(list, func(a, b Holding) int {
		return cmp.Or(order[a.Category.ID]-order[b.Category.ID], strings.Compare(a.Folder, b.Folder), strings.Compare(a.Root, b.Root))
	})
	for i := range list {
		slices.SortFunc(list[i].Files, func(a, b HeldFile) int { return strings.Compare(a.Path, b.Path) })
	}
	return list
}

// children reports whether the name of a file, of a folder on the way to it, or of one of
// its columns speaks of children.
func (f HeldFile) children(root string) bool {
	list := content().children
	return speaks(below(root, f.Path), list) || slices.ContainsFunc(f.Columns, func(c string) bool { return speaks(c, list) })
}

// below is the path of a file below its data folder.
func below(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return filepath.Base(path)
	}
	return rel
}

// usesOf gives the uses that say why a category is held in a folder: those that name the
// folder, else those for all folders.
func usesOf(uses []Use, category, folder string) []string {
	var named, all []string
	for _, u := range uses {
		switch {
		case !slices.Contains(u.Categories, category):
		case len(u.Folders) == 0:
			all = append(all, u.ID)
		case slices.Contains(u.Folders, cmp.Or(folder, ".")):
			named = append(named, u.ID)
		}
	}
	if named != nil {
		return named
	}
	return all
}

func notNeeded(h *Holding) (Finding, bool) {
	if len(h.Uses) > 0 {
		return Finding{}, false
	}
	files := slices.Clone(h.Files)
	slices.SortStableFunc(files, func(a, b HeldFile) int { return cmp.Compare(b.Count, a.Count) })
	return Finding{Problem: NotNeeded, Files: files}, true
}

// tooLong tells of the files whose newest record is past the time of every use. Data
// of which no use says why they are held, or how long, are never that.
func tooLong(h *Holding, uses []Use, now time.Time) (Finding, bool) {
	f := Finding{Problem: KeptTooLong}
	var keep []Keep
	for _, u := range uses {
		if slices.Contains(h.Uses, u.ID) {
			if u.Keep.Months <= 0 {
				return f, false
			}
			keep = append(keep, u.Keep)
			f.Months = max(f.Months, u.Keep.Months)
		}
	}
	if len(keep) == 0 {
		return f, false
	}
	for _, file := range h.Files {
		newest, err := time.Parse("2006-01", file.Newest)
		if err == nil && !slices.ContainsFunc(keep, func(k Keep) bool { return !k.Past(newest, now) }) {
			f.Files = append(f.Files, file)
		}
	}
	slices.SortStableFunc(f.Files, func(a, b HeldFile) int { return strings.Compare(a.Newest, b.Newest) })
	return f, len(f.Files) > 0
}

// Past reports whether data whose newest record is of some month are kept too long now.
// The month counts as if the record were of its last day: records of November 2024, kept
// for 24 months, may stay until the end of November 2026. Invoices are counted from the
// end of their year.
func (k Keep) Past(newest, now time.Time) bool {
	from := newest.Year()*12 + int(newest.Month()) - 1
	if k.From == Invoice {
		from = newest.Year()*12 + 11
	}
	return now.Year()*12+int(now.Month())-1 > from+k.Months
}

func sensitive(h *Holding) (Finding, bool) {
	f := Finding{Problem: Sensitive}
	whole := h.Category.Sensitive || speaks(h.Folder, content().children)
	if whole {
		f.Files = slices.Clone(h.Files)
	} else {
		for _, file := range h.Files {
			if h.Children && file.children(h.Root) {
				f.Files = append(f.Files, file)
			}
		}
	}
	slices.SortStableFunc(f.Files, func(a, b HeldFile) int { return cmp.Compare(b.Count, a.Count) })
	return f, len(f.Files) > 0
}
