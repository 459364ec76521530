package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/cold"
	"custode/playbook/daily/trend"
	"custode/playbook/privacy/datamap"
	"custode/scan"
)

// stock is what lies in the data folders, kept while nothing was written down since: to turn a page
// does not go through all files again.
type stock struct {
	mu      sync.Mutex
	inv     *job.Inventory // nil: none was taken
	at      time.Time
	seq     int64 // of the journal's last entry then
	folders []string
}

// stockKeeps is how long that is good where nothing was written down: files change by themselves.
const stockKeeps = time.Minute

// inventory gives what lies in the data folders. It is not to be changed.
func (o *office) inventory(ctx context.Context, st state, set settings) (*job.Inventory, error) {
	seq, err := st.Last(ctx)
	if err != nil {
		return nil, err
	}
	k, now := &o.stock, o.sh.now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if age := now.Sub(k.at); k.inv != nil && k.seq == seq && age >= 0 && age < stockKeeps && slices.Equal(k.folders, set.Folders) {
		return k.inv, nil
	}
	inv, err := job.TakeInventory(ctx, st, job.InventoryOptions{Folders: set.Folders, Usual: o.sh.usualFolders(), Now: now})
	if err != nil {
		return nil, err
	}
	k.inv, k.at, k.seq, k.folders = inv, now, seq, set.Folders
	return inv, nil
}

// Data implements [web.Holder].
func (o *office) Data(ctx context.Context, want web.DataWish) (web.Data, error) {
	var d web.Data
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return d, err
	}
	defer st.Close() // every write was committed
	ended, covered, err := st.LastWholeScan(ctx)
	if err != nil || covered == nil {
		return d, err
	}
	inv, err := o.inventory(ctx, st, set)
	if err != nil {
		return d, err
	}
	r, err := o.sh.ringIfAny()
	if err != nil {
		return d, err
	}
	w := o.sh.words
	d.Scanned, d.NoKeys, d.At = true, r == nil, w.T("web.data.at", w.DateTime(ended.Local()))
	o.sh.dataSum(&d, inv, covered)
	o.sh.dataChoices(&d, inv, want.DataFilter)
	var list []*job.Item
	skip := want.Skip
	for it := range o.sh.through(inv, want.DataFilter) {
		d.Found++
		if sealable(it) {
			d.CanSeal++
		}
		if skip--; skip < 0 && int64(len(list)) < want.Most {
			list = append(list, it)
		}
	}
	if d.Files, err = o.sh.dataFiles(ctx, st, list, inv.Roots()); err != nil {
		return d, err
	}
	return d, o.sh.dataChart(ctx, st, &d)
}

// dataSum says how much there is of what.
func (sh *shell) dataSum(d *web.Data, inv *job.Inventory, covered []string) {
	w := sh.words
	switch {
	case inv.Open > 0:
		d.Sum = w.N("scan.found", inv.Open) + "."
		if inv.People > 0 {
			d.Sum = w.N("scan.found", inv.Open) + ", " + w.N("scan.people", inv.People)
		}
	case inv.Unseen > 0:
		d.Sum = w.T("scan.clean-but")
	default:
		d.Sum = w.T("scan.clean")
	}
	if n := inv.Sealed - inv.Kept; n > 0 {
		d.Notes = append(d.Notes, w.N("scan.sealed", n))
	}
	if inv.Kept > 0 {
		d.Notes = append(d.Notes, w.N("web.data.kept", inv.Kept))
	}
	if inv.Unseen > 0 {
		d.Notes = append(d.Notes, w.N("web.data.unseen", inv.Unseen))
	}
	if inv.Gone > 0 {
		d.Notes = append(d.Notes, w.N("web.data.gone-since", inv.Gone))
	}
	for _, f := range inv.Folders {
		if !slices.Contains(covered, f.Path) {
			d.Notes = append(d.Notes, w.T("web.data.uncovered", printable(f.Path)))
		}
		d.Folders = append(d.Folders, web.DataFolder{Name: printable(f.Path), Away: f.Away, Files: f.Open, People: f.People, Sealed: f.Sealed, Unseen: f.Unseen})
	}
	if inv.More > 0 {
		d.Cut = w.T("web.data.cut", w.Int(int64(len(inv.Items))))
	}
	var safe, old int64
	open := map[scan.Risk]int64{}
	for i := range inv.Items {
		it := &inv.Items[i]
		if it.Held == job.HeldOpen {
			open[it.Risk]++
		}
		if it.Held == job.HeldOpen && it.Group == cold.Cold {
			safe++
		}
		if hardlyNeeded(it) {
			old++
		}
	}
	for _, r := range []scan.Risk{scan.High, scan.Medium, scan.Low} {
		if open[r] > 0 {
			d.Risks = append(d.Risks, web.RiskCount{ID: string(r), Tag: w.T("web.data.tag." + string(r)), Status: riskStatus[r], Files: open[r]})
		}
	}
	if safe > 0 {
		d.Safe = w.N("web.data.safe", safe)
	}
	if old > 0 {
		d.Unneeded = w.N("web.data.unneeded", old)
	}
}

// hardlyNeeded reports whether the advice for a readable file is to delete it, or something in it.
func hardlyNeeded(it *job.Item) bool {
	return it.Held == job.HeldOpen && slices.Contains([]scan.AdviceID{scan.DeleteCodes, scan.EmptyTrash, scan.DeleteCopy, scan.CutCards, scan.DeleteOld}, it.Advice)
}

// sealable reports whether a file may be sealed by a click: no program needs it as it is.
func sealable(it *job.Item) bool {
	return it.Held == job.HeldOpen && slices.Contains([]cold.Group{cold.Cold, cold.Daily, cold.Little}, it.Group)
}

// through goes through the files that a filter lets through, in their order.
func (sh *shell) through(inv *job.Inventory, by web.DataFilter) func(func(*job.Item) bool) {
	held := map[string]job.Holding{"": job.HeldOpen, "old": job.HeldOpen, "sealed": job.HeldSealed, "unseen": job.HeldUnseen}
	folder := ""
	for _, f := range placesOf(inv) {
		if nameOf(f) == by.Folder {
			folder = f
		}
	}
	return func(yield func(*job.Item) bool) {
		for i := range inv.Items {
			it := &inv.Items[i]
			h, is := held[by.Show]
			switch {
			case !is || it.Held != h,
				by.Show == "old" && !hardlyNeeded(it),
				by.Folder != "" && (folder == "" || !it.Below(folder)),
				by.Kind != "" && !slices.Contains(it.Categories, by.Kind),
				by.Risk != "" && string(it.Risk) != by.Risk:
				continue
			}
			if !yield(it) {
				return
			}
		}
	}
}

// nameOf is what a file or folder is called in a form or an address: no name of a person stands there.
func nameOf(path string) string { return markOf([]byte(path)) }

// markOf tells one content from another in a form or an address, without showing it.
func markOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// mostPlaces is how many folders the list can be narrowed to.
const mostPlaces = 200

// placesOf lists the data folders, and the folders right in them that hold something.
func placesOf(inv *job.Inventory) (out []string) {
	seen := map[string]bool{}
	for _, f := range inv.Folders {
		out, seen[f.Path] = append(out, f.Path), true
	}
	for i := range inv.Items {
		it := &inv.Items[i]
		rel, err := filepath.Rel(it.Root, it.Path)
		first, _, deeper := strings.Cut(rel, string(filepath.Separator))
		if dir := filepath.Join(it.Root, first); err == nil && deeper && !seen[dir] && len(out) < mostPlaces {
			out, seen[dir] = append(out, dir), true
		}
	}
	slices.Sort(out)
	return out
}

// dataChoices lists by what the files can be narrowed.
func (sh *shell) dataChoices(d *web.Data, inv *job.Inventory, by web.DataFilter) {
	w := sh.words
	all := func(on string) web.Choice { return web.Choice{Name: w.T("web.data.all"), On: on == ""} }
	for _, id := range []string{"", "old", "unseen", "sealed"} {
		d.ByShow = append(d.ByShow, web.Choice{ID: id, Name: w.T("web.data.show." + cmp.Or(id, "open")), On: id == by.Show})
	}
	d.ByPlace, d.ByKind, d.ByRisk = []web.Choice{all(by.Folder)}, []web.Choice{all(by.Kind)}, []web.Choice{all(by.Risk)}
	base := ""
	if len(inv.Folders) == 1 {
		base = inv.Folders[0].Path
	}
	for _, dir := range placesOf(inv) {
		if dir != base {
			d.ByPlace = append(d.ByPlace, web.Choice{ID: nameOf(dir), Name: inSentence(shown(dir, base)), On: nameOf(dir) == by.Folder})
		}
	}
	for _, c := range datamap.Categories() {
		if slices.ContainsFunc(inv.Items, func(it job.Item) bool { return slices.Contains(it.Categories, c.ID) }) {
			d.ByKind = append(d.ByKind, web.Choice{ID: c.ID, Name: c.Name.In(w.Lang), On: c.ID == by.Kind})
		}
	}
	for _, r := range []scan.Risk{scan.High, scan.Medium, scan.Low} {
		d.ByRisk = append(d.ByRisk, web.Choice{ID: string(r), Name: w.T("risk.level." + string(r)), On: string(r) == by.Risk})
	}
}

// inSentence is a path with ordinary blanks: a page breaks its lines itself.
func inSentence(s string) string { return strings.ReplaceAll(s, unbroken, " ") }

// dataChart draws how many files lay open on the days that were checked.
func (sh *shell) dataChart(ctx context.Context, st state, d *web.Data) error {
	w, now := sh.words, sh.now()
	runs, err := st.Checks(ctx, now.AddDate(0, 0, -reportDays))
	if err != nil {
		return err
	}
	points := make([]trend.Point, 0, len(runs))
	for _, run := range runs {
		points = append(points, trend.Point{Day: run.At.In(now.Location()), Score: int(run.OpenFiles)})
	}
	line := trend.LastAmounts(points, reportDays, now)
	seen, ok := line.Look()
	if !ok {
		return nil
	}
	n := func(p trend.Point) string { return w.Int(int64(p.Score)) }
	d.ChartWords = w.T("web.data.chart.words", n(seen.First), w.Date(seen.First.Day), n(seen.Last), n(seen.Low), n(seen.High))
	if seen.Without > 0 {
		d.ChartWords += " " + w.N("check.trend.without", int64(seen.Without))
	}
	labels := trend.Labels{ID: "open", Title: w.T("web.data.chart"), Desc: d.ChartWords, First: w.Date(seen.First.Day), Last: w.Date(seen.Last.Day)}
	d.Chart = template.HTML(line.Amounts(labels)) //nolint:gosec // drawn by us, its texts are escaped there
	return nil
}
