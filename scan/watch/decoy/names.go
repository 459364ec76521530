package decoy

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// keys are the forms in which programs order names: as bytes, as Windows does, and as
// people's lists do.
var keys = []func(string) string{func(s string) string { return s }, strings.ToUpper, strings.ToLower}

// namer finds names in one folder.
type namer struct {
	low, high []string // the first and last of all visible names, for each of keys
	sorted    []string // all visible names
	taken     map[string]bool
	style     style
	stems     []string
	year      string // written behind stems; "" where names have none
	d         *dice
	rank      func(names []string) map[string]int // see Order
}

// style is how the files of a folder are called.
type style struct {
	between string // words
	upper   bool
	title   bool
}

func newNamer(f Folder, w words, d *dice, year string) *namer {
	n := &namer{taken: map[string]bool{}, d: d, stems: d.shuffled(w["stems"])}
	for _, e := range f.Entries {
		n.taken[strings.ToLower(e.Name)] = true
		if e.hidden() {
			continue
		}
		n.sorted = append(n.sorted, e.Name)
	}
	slices.Sort(n.sorted)
	for _, key := range keys {
		low, high := "", ""
		for i, name := range n.sorted {
			k := key(name)
			if i == 0 || k < low {
				low = k
			}
			high = max(high, k)
		}
		n.low, n.high = append(n.low, low), append(n.high, high)
	}
	n.style = styleOf(f.Entries)
	if hasYear(n.sorted) {
		n.year = year
	}
	return n
}

// styleOf looks at how the files are called.
func styleOf(list []Entry) style {
	seps := map[string]int{" ": 1}
	upper, title, all := 0, 0, 0
	for _, e := range list {
		if e.hidden() || !e.Regular {
			continue
		}
		stem, _, _ := strings.Cut(e.Name, ".")
		for _, sep := range []string{" ", "_", "-"} {
			seps[sep] += strings.Count(stem, sep) * 2
		}
		letters := strings.TrimFunc(stem, func(r rune) bool { return !unicode.IsLetter(r) })
		if letters == "" {
			continue
		}
		all++
		if letters == strings.ToUpper(letters) {
			upper++
		}
		if unicode.IsUpper([]rune(letters)[0]) {
			title++
		}
	}
	s := style{between: " "}
	for _, sep := range []string{"_", "-"} {
		if seps[sep] > seps[s.between] {
			s.between = sep
		}
	}
	s.upper = all > 0 && upper*2 > all
	s.title = all == 0 || title*2 > all
	return s
}

func hasYear(names []string) bool {
	with := 0
	for _, name := range names {
		for i := 0; i+4 <= len(name); i++ {
			if p := name[i : i+4]; (strings.HasPrefix(p, "20") || strings.HasPrefix(p, "19")) && p[2] >= '0' && p[2] <= '9' && p[3] >= '0' && p[3] <= '9' {
				with++
				break
			}
		}
	}
	return with*3 > len(names) && with > 0
}

// write writes words as the folder's files are called.
func (s style) write(words ...string) string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, strings.Fields(w)...)
		}
	}
	name := strings.Join(out, s.between)
	switch {
	case s.upper:
		return strings.ToUpper(name)
	case s.title && name != "":
		return strings.ToUpper(name[:1]) + name[1:]
	}
	return name
}

func (n *namer) free(name string) bool { return !n.taken[strings.ToLower(name)] }

// isFirst reports whether a name stands before all others, isLast after them, by each
// of keys.
func (n *namer) isFirst(name string) bool {
	for i, key := range keys {
		if len(n.sorted) > 0 && key(name) >= n.low[i] {
			return false
		}
	}
	return n.free(name)
}

func (n *namer) isLast(name string) bool {
	for i, key := range keys {
		if len(n.sorted) > 0 && key(name) <= n.high[i] {
			return false
		}
	}
	return n.free(name)
}

// What is put before a stem where none stands in its place by itself. People do the
// same.
var (
	forFirst = []string{"", "01", "00", "000", "(1)", "!", "!!", "!!!"}
	forLast  = []string{"", "z", "zz", "zzz", "zzzz"}
)

// first finds a name that stands before all others.
func (n *namer) first(ext string) string { return n.search(forFirst, n.isFirst, ext) }

// last finds one that stands after all.
func (n *namer) last(ext string) string {
	if name := n.search(forLast, n.isLast, ext); n.isLast(name) {
		return name
	}
	// The last name begins with a letter after z. One that goes on where it ends stands
	// after it, or there is none.
	for _, name := range slices.Backward(n.sorted) {
		stem := strings.TrimRight(strings.TrimSuffix(name, extension(name)), " .")
		if next := stem + "_2." + ext; stem != "" && len(next) <= 200 && readable(next) && n.isLast(next) {
			return next
		}
	}
	if name := n.search([]string{"\u017e"}, n.isLast, ext); n.isLast(name) { // after all letters of western Europe, great and small
		return name
	}
	return n.search(forLast, n.free, ext)
}

func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[i:]
	}
	return ""
}

// readable reports whether a name is one that people would give.
func readable(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return r == unicode.ReplacementChar || !unicode.IsPrint(r) || strings.ContainsRune(`<>:"/\|?*`, r)
	})
}

// search tries stems behind each prefix until one fits, and gives any free one if none
// does. Where it matters which, of several that fit.
func (n *namer) search(prefixes []string, fits func(string) bool, ext string) string {
	enough := 1
	if n.rank != nil {
		enough = enoughNames
	}
	var list []string
	for _, pre := range prefixes {
		for _, name := range n.names(pre, ext) {
			if len(list) < enough && fits(name) {
				list = append(list, name)
			}
		}
	}
	if len(list) > 0 {
		return n.best(list)
	}
	for i := 2; ; i++ {
		for _, name := range n.names(strings.Repeat("0", i), ext) {
			if n.free(name) {
				return name
			}
		}
	}
}

// best is the name that stands first as the disk lists them; the first of the list where
// that is the same, or not known.
func (n *namer) best(list []string) string {
	if n.rank == nil || len(list) < 2 {
		return list[0]
	}
	return foremost(list, n.rank(list))
}

func foremost(list []string, order map[string]int) string {
	return slices.MinFunc(list, func(a, b string) int { return cmp.Compare(order[a], order[b]) })
}

// names gives the stems as names behind a prefix.
func (n *namer) names(pre, ext string) []string {
	var out []string
	for _, stem := range n.stems {
		if n.year != "" {
			out = append(out, n.style.write(pre, stem, n.year)+"."+ext)
			continue
		}
		out = append(out, n.style.write(pre, stem)+"."+ext)
	}
	return out
}

// middle finds the name with as many before it as after it, as nearly as the stems go; but
// where the disk lists files by an order of its own, the one that stands first there.
func (n *namer) middle(ext string) string {
	if n.rank != nil {
		free := slices.DeleteFunc(n.names("", ext), func(name string) bool { return !n.free(name) })
		if order := n.rank(free); len(order) > 0 {
			return foremost(free, order)
		}
	}
	best, off := "", 0
	for _, name := range n.names("", ext) {
		if !n.free(name) {
			continue
		}
		at, _ := slices.BinarySearch(n.sorted, name)
		if o := max(2*at-len(n.sorted), len(n.sorted)-2*at); best == "" || o < off {
			best, off = name, o
		}
	}
	if best == "" {
		return n.search(forFirst, n.free, ext)
	}
	return best
}

// add notes a name that is given. Its stem is not used again.
func (n *namer) add(name string) {
	n.stems = slices.DeleteFunc(n.stems, func(stem string) bool {
		return strings.Contains(strings.ToLower(name), strings.ToLower(n.style.write(stem)))
	})
	n.taken[strings.ToLower(name)] = true
	at, _ := slices.BinarySearch(n.sorted, name)
	n.sorted = slices.Insert(n.sorted, at, name)
	for i, key := range keys {
		if k := key(name); len(n.sorted) == 1 || k < n.low[i] {
			n.low[i] = k
		}
		n.high[i] = max(n.high[i], key(name))
	}
}
