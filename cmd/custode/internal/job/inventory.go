package job

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/cold"
	"custode/playbook/privacy/datamap"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/walk"
)

// InventoryStore is what is known of files, readable and sealed.
type InventoryStore interface {
	fileStore
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
	SealedFindings(ctx context.Context, root string, fn func(path, original string, found []detect.Finding, changed time.Time) error) error
}

// Holding is how a file of the inventory lies there.
type Holding int

// The ways.
const (
	HeldOpen   Holding = iota // with personal data that anybody can read who gets the file
	HeldSealed                // its original was sealed
	HeldUnseen                // nobody could look into it
)

// Item is a file of the inventory: enough to sort and to choose by. What is in it in detail, the store tells.
type Item struct {
	Path       string
	Root       string
	Held       Holding
	Risk       scan.Risk // of what is sealed: what it was before
	People     int64
	Categories []string // of data: ids of package datamap
	Bytes      int64
	Group      cold.Group // of a readable file
	Advice     scan.AdviceID
	Spare      bool     // one of Copies is the one to keep
	Copies     []string // readable ones of the same content
	CopiesMore int64

	mtime  int64
	digest string
	spare  scan.AdviceID // the advice where it is a copy
}

// Inventory is what is known to lie in the data folders, held against how the files lie there now: the
// readable ones by risk, the worst first, then what nobody could look into, then what is sealed.
type Inventory struct {
	Items   []Item
	More    int64 // how many more there are, none of them worse
	Folders []Place
	People  int64 // about whom readable files are, together
	Open    int64 // readable files with personal data
	Sealed  int64
	Kept    int64 // of those, whose readable file was left beside them
	Unseen  int64
	Gone    int64 // known, and not there any more
}

// Place is one data folder, and what lies in it.
type Place struct {
	Path                 string
	Away                 bool // it is not there now
	Open, Sealed, Unseen int64
	People               int64 // about whom its readable files are
}

// mostItems is how many files an inventory has.
const mostItems = 50_000

// InventoryOptions say of what.
type InventoryOptions struct {
	Folders []string
	Usual   map[string]scan.Exposure // what some folders of this user are
	Now     time.Time
}

// TakeInventory makes the inventory. It reads no file's content.
func TakeInventory(ctx context.Context, st InventoryStore, o InventoryOptions) (*Inventory, error) {
	roots, err := walk.Roots(ctx, o.Folders, walk.Options{})
	if err != nil {
		return nil, err
	}
	t := stocktaker{
		inv: &Inventory{}, all: people.New(), now: o.Now,
		around: scan.Around{Places: scan.Places{Roots: roots, Own: o.Usual}, Now: o.Now},
	}
	for _, root := range roots {
		if err := t.take(ctx, st, root); err != nil {
			return nil, err
		}
	}
	t.inv.People = t.all.Count()
	t.trim(mostItems)
	t.copies()
	return t.inv, nil
}

// stocktaker goes through the files.
type stocktaker struct {
	inv    *Inventory
	around scan.Around
	all    *people.Sketch
	now    time.Time
	here   *people.Sketch // of one folder
	place  *Place
}

// take goes through one data folder.
func (t *stocktaker) take(ctx context.Context, st InventoryStore, root string) error {
	_, err := os.Stat(root)
	t.inv.Folders = append(t.inv.Folders, Place{Path: root, Away: err != nil})
	t.place, t.here = &t.inv.Folders[len(t.inv.Folders)-1], people.New()
	if err := ahead(ctx, st, root, func(f scan.File) error { return t.readable(f, root) }); err != nil {
		return err
	}
	t.place.People = t.here.Count()
	kinds := map[string][]string{}
	err = st.SealedFindings(ctx, root, func(path, _ string, found []detect.Finding, _ time.Time) error {
		kinds[path] = categories(found)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return st.SealedFiles(ctx, root, func(e catalogue.Entry) error {
		t.place.Sealed++
		t.inv.Sealed++
		if e.Kept {
			t.inv.Kept++
		}
		t.add(Item{Path: e.Path, Root: root, Held: HeldSealed, Risk: scan.Risk(e.Risk), People: e.People, Categories: kinds[e.Path], Bytes: e.Size})
		return ctx.Err()
	})
}

// readable takes a file that the scan knows.
func (t *stocktaker) readable(f scan.File, root string) error {
	unseen := f.State == scan.Failed || f.State == scan.NotExamined
	if f.State == scan.Skipped || f.Path == root && f.Reason == scan.Absent || f.Risk.Rank() == 0 && !unseen {
		return nil
	}
	if lie(f, root) == gone {
		t.inv.Gone++
		return nil
	}
	it := Item{Path: f.Path, Root: root, Held: HeldUnseen, Bytes: f.Stamp.Size}
	if f.Risk.Rank() == 0 {
		t.place.Unseen++
		t.inv.Unseen++
		t.add(it)
		return nil
	}
	t.around.Judge(&f, true)
	it.Held, it.Risk, it.People, it.Categories = HeldOpen, f.Risk, f.People, categories(f.Findings)
	it.Advice, it.digest, it.mtime = scan.Advise(f).ID, string(f.Digest), f.Stamp.MTimeNS
	f.Spare = true
	it.spare = scan.Advise(f).ID
	it.Group = cold.Of(cold.File{
		Path: f.Path, Format: f.Format, Changed: time.Unix(0, f.Stamp.MTimeNS), Matters: f.Risk.Rank() >= scan.Medium.Rank(),
		Trashed: f.Exposure == scan.InTrash,
	}, t.now)
	t.place.Open++
	t.inv.Open++
	t.add(it)
	if f.Sketch == nil {
		return nil
	}
	if err := t.here.Merge(f.Sketch); err != nil {
		return err
	}
	return t.all.Merge(f.Sketch)
}

func (t *stocktaker) add(it Item) {
	if t.inv.Items = append(t.inv.Items, it); len(t.inv.Items) >= 2*mostItems {
		t.trim(mostItems)
	}
}

// trim sorts, and leaves out the last ones where there are more than most.
func (t *stocktaker) trim(most int) {
	order := func(h Holding) int { return []int{HeldOpen: 0, HeldUnseen: 1, HeldSealed: 2}[h] }
	slices.SortFunc(t.inv.Items, func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(order(a.Held), order(b.Held)), cmp.Compare(b.Risk.Rank(), a.Risk.Rank()),
			cmp.Compare(b.People, a.People), cmp.Compare(a.Path, b.Path),
		)
	})
	if n := len(t.inv.Items); n > most {
		t.inv.More += int64(n - most)
		t.inv.Items = slices.Clip(t.inv.Items[:most])
	}
}

// copies notes which readable files hold the same.
func (t *stocktaker) copies() {
	same := map[string][]int{}
	for i, it := range t.inv.Items {
		if it.digest != "" {
			same[it.digest] = append(same[it.digest], i)
		}
	}
	for _, group := range same {
		if len(group) < 2 {
			continue
		}
		files, at := make([]*scan.File, len(group)), map[string]int{}
		for n, i := range group {
			it := t.inv.Items[i]
			files[n], at[it.Path] = &scan.File{Path: it.Path, Stamp: walk.Stamp{Size: it.Bytes, MTimeNS: it.mtime}}, i
		}
		t.around.NoteCopies(files)
		for _, f := range files {
			it := &t.inv.Items[at[f.Path]]
			it.Spare, it.Copies, it.CopiesMore = f.Spare, f.Copies, f.CopiesMore
			if f.Spare {
				it.Advice = it.spare
			}
		}
	}
}

// categories lists the kinds of data as people speak of them, without numbers that are nobody's.
func categories(found []detect.Finding) (out []string) {
	for _, f := range found {
		if id := datamap.Of(string(f.Kind)).ID; !f.Example && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Below reports whether the file lies at or below a folder.
func (it *Item) Below(folder string) bool {
	return it.Path == folder || strings.HasPrefix(it.Path, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

// Roots lists the data folders.
func (v *Inventory) Roots() (out []string) {
	for _, f := range v.Folders {
		out = append(out, f.Path)
	}
	return out
}
