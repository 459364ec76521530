package job

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"

	"custode/internal/rawpath"
	"custode/playbook/daily"
	"custode/scan"
	"custode/scan/people"
	"custode/scan/walk"
)

// gatherer collects facts about the known files as they are now.
type gatherer struct {
	facts   daily.ScanFacts
	access  daily.AccessFacts
	people  *people.Sketch
	around  scan.Around
	exclude []scan.Exclusion
	left    []daily.File      // what the settings leave out
	roots   map[string]string // the data folder of each file that others can read
}

// folder notes a data folder that the last whole scan did not cover, or that is
// not there: nothing is known of what it holds now.
func (g *gatherer) folder(dir string, covered []string) {
	if !slices.Contains(covered, dir) {
		g.facts.Uncovered = append(g.facts.Uncovered, daily.File{Path: dir})
	}
	if _, err := os.Stat(dir); err != nil {
		g.facts.Absent = append(g.facts.Absent, daily.File{Path: dir, Note: "why." + string(scan.Absent)})
	}
}

// returned notes a data folder that is there again, but was away at the last
// whole scan: nothing is known of what it holds. One still away is noted by folder.
func (g *gatherer) returned(dir string) {
	if _, err := os.Stat(dir); err == nil {
		g.facts.Uncovered = append(g.facts.Uncovered, daily.File{Path: dir})
	}
}

func (g *gatherer) add(f scan.File, root string) error {
	if f.State == scan.Skipped {
		if f.Rule == scan.RuleSettings {
			g.leave(f, root)
		}
		return nil
	}
	if f.Path == root && f.Reason == scan.Absent { // it was away when it was to be looked at
		g.returned(root)
		return nil
	}
	unseen := f.State == scan.Failed || f.State == scan.NotExamined
	var now since
	if unseen || f.Risk.Rank() > 0 {
		now = lie(f, root)
	}
	if unseen && now == gone { // somebody's temporary file
		return nil
	}
	if f.State == scan.Failed {
		g.facts.Failed = append(g.facts.Failed, daily.File{Path: f.Path, Note: "why." + string(f.Reason)})
	}
	if f.State == scan.NotExamined {
		g.unseen(f)
	}
	if f.State == scan.Examined || f.State == scan.Sealed {
		g.facts.Files++
	}
	if f.Risk.Rank() == 0 {
		return nil
	}
	switch now {
	case gone:
		g.facts.Changed++
		return nil
	case changed:
		g.facts.Changed++
	case same:
	}
	g.around.Judge(&f, true)
	it := daily.File{Path: f.Path, Risk: string(f.Risk), People: f.People, Note: "risk." + string(f.RiskReason)}
	g.facts.Open = append(g.facts.Open, it)
	g.stray(it, f.Exposure)
	switch f.Access {
	case scan.Everyone:
		g.roots[f.Path] = root
		g.access.Everyone = append(g.access.Everyone, it)
	case scan.GroupToo:
		g.roots[f.Path] = root
		g.access.Group = append(g.access.Group, it)
	case scan.AccessUnknown:
		g.access.Unknown++
	case scan.OwnerOnly:
	}
	if f.Sketch == nil {
		return nil
	}
	return g.people.Merge(f.Sketch)
}

// stray notes a file that lies where it is easily lost: off this computer, for everybody to see, or
// where nobody tidies up.
func (g *gatherer) stray(it daily.File, where scan.Exposure) {
	far := false
	switch where {
	case scan.OnRemovable, scan.OnNetwork, scan.InSynced, scan.OnWeb:
		far = true
	case scan.InDownloads, scan.OnDesktop, scan.InTrash, scan.InTemp:
	case scan.NotExposed:
		return
	default: // the system would not say where it lies
		return
	}
	it.Note = "item.data.stray." + string(where)
	g.facts.Stray, g.facts.StrayFar = append(g.facts.Stray, it), g.facts.StrayFar || far
}

// leave notes what the settings leave out, with the reason given there.
func (g *gatherer) leave(f scan.File, root string) {
	out := daily.File{Path: f.Path, Whole: f.Path == root}
	for _, x := range g.exclude {
		if walk.Fits(x.Path, f.Path) {
			out.Because = x.Because
			break
		}
	}
	g.left = append(g.left, out)
}

func (g *gatherer) unseen(f scan.File) {
	if f.Reason == scan.ImageOnly {
		g.facts.Images++
		return
	}
	g.facts.NoRead = append(g.facts.NoRead, daily.File{Path: f.Path, Note: "why." + string(f.Reason)})
}

func (g *gatherer) end() (*daily.ScanFacts, *daily.AccessFacts) {
	worst := func(a, b daily.File) int {
		return cmp.Or(cmp.Compare(scan.Risk(b.Risk).Rank(), scan.Risk(a.Risk).Rank()), cmp.Compare(b.People, a.People), cmp.Compare(a.Path, b.Path))
	}
	for _, l := range [][]daily.File{g.facts.Open, g.facts.Stray, g.facts.Failed, g.facts.NoRead, g.access.Everyone, g.access.Group} {
		slices.SortFunc(l, worst)
	}
	g.facts.People = g.people.Count()
	if l := slices.Concat(g.access.Everyone, g.access.Group); len(l) > 0 {
		g.access.Fix = scan.MakePrivate(l[0].Path, false)
		if len(l) > 1 {
			g.access.Fix = scan.MakePrivate(g.roots[l[0].Path], true)
		}
	}
	return &g.facts, &g.access
}

// since says how a file lies there now, against the last scan.
type since int

const (
	same since = iota
	changed
	gone // deleted or moved away, its data folder being there
)

func lie(f scan.File, root string) since {
	info, err := rawpath.Lstat(f.Path)
	if err == nil {
		// Other permissions are no other content: they are looked at by themselves.
		if now := walk.StampOf(info); now.Size == f.Stamp.Size && now.MTimeNS == f.Stamp.MTimeNS && now.Inode == f.Stamp.Inode {
			return same
		}
		return changed
	}
	if _, err := os.Stat(filepath.Clean(root)); err != nil {
		return changed // the drive or folder is away: what it holds is not gone
	}
	if os.IsNotExist(err) {
		return gone
	}
	return changed
}
