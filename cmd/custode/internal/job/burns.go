package job

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/ring"
	"custode/internal/rawpath"
	"custode/scan"
)

// BurnStore is what is known of the files and of what keeps them.
type BurnStore interface {
	BackupStore
	Elsewhere(ctx context.Context, roots []string, fn func(scan.File) error) error
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
	SealedTotals(ctx context.Context) (catalogue.Totals, error)
	LastDrill(ctx context.Context, recovery string) (catalogue.Drill, error)
}

// Lost is how much would be gone.
type Lost struct{ Files, Bytes int64 }

// Folder is one in which files would be lost.
type Folder struct {
	Path  string
	Files int64
}

// Burnt is what would be lost with this computer, as far as custode knows: it has
// seen what it scanned or sealed, and no other drive.
type Burnt struct {
	Totals  catalogue.Totals
	Drill   time.Time // when the sheet last opened files; zero: never
	Backup  Backup
	There   bool     // the backup is where it was written, as long as it was
	Sealed  Lost     // sealed files with no copy away from this computer
	Open    Lost     // readable ones with personal data
	Folders []Folder // of both, the one with the most files first
}

// Burns tells what would be lost today. Away from this computer is a drive that can
// be unplugged, another computer's, or a folder that a service copies. No ring: nil.
func Burns(ctx context.Context, st BurnStore, r *ring.Ring, places *scan.Places) (b Burnt, err error) {
	if b.Totals, err = st.SealedTotals(ctx); err != nil {
		return b, err
	}
	if r != nil {
		if b.Drill, err = lastDrill(ctx, st, r); err != nil {
			return b, err
		}
	}
	if b.Backup, err = LastBackup(ctx, st); err != nil {
		return b, err
	}
	if b.Backup.File != "" {
		info, err := rawpath.Lstat(b.Backup.File)
		b.There = err == nil && info.Mode().IsRegular() && info.Size() == b.Backup.Bytes
	}
	c := counter{places: places, folders: map[string]int64{}}
	if err := c.sealed(ctx, st, &b.Sealed); err != nil {
		return b, err
	}
	if err := c.open(ctx, st, &b.Open); err != nil {
		return b, err
	}
	for path, n := range c.folders {
		b.Folders = append(b.Folders, Folder{path, n})
	}
	slices.SortFunc(b.Folders, func(x, y Folder) int { return cmp.Or(cmp.Compare(y.Files, x.Files), cmp.Compare(x.Path, y.Path)) })
	return b, nil
}

// counter counts what has no copy elsewhere.
type counter struct {
	places  *scan.Places
	folders map[string]int64
}

// away reports whether a file does not lie on this computer alone.
func (c *counter) away(path string) bool {
	return slices.Contains([]scan.Exposure{scan.OnRemovable, scan.OnNetwork, scan.InSynced}, c.places.Of(path))
}

func (c *counter) lose(path string, size int64, l *Lost) {
	if _, err := rawpath.Lstat(path); err != nil { // gone already, which is verify's business
		return
	}
	l.Files, l.Bytes = l.Files+1, l.Bytes+size
	c.folders[filepath.Dir(path)]++
}

// sealed counts sealed files: first which there are elsewhere, then which there are not.
func (c *counter) sealed(ctx context.Context, st BurnStore, l *Lost) error {
	elsewhere := map[[32]byte]bool{}
	err := st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
		if c.away(e.Path) {
			elsewhere[e.Cipher] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	return st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
		if !c.away(e.Path) && !elsewhere[e.Cipher] {
			c.lose(e.Path, e.SealedSize, l)
		}
		return nil
	})
}

// open does the same with readable files that hold personal data.
func (c *counter) open(ctx context.Context, st BurnStore, l *Lost) error {
	elsewhere := map[string]bool{}
	err := st.Elsewhere(ctx, nil, func(f scan.File) error {
		if len(f.Digest) > 0 && c.away(f.Path) {
			elsewhere[string(f.Digest)] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	return st.Elsewhere(ctx, nil, func(f scan.File) error {
		if !c.away(f.Path) && (len(f.Digest) == 0 || !elsewhere[string(f.Digest)]) {
			c.lose(f.Path, f.Stamp.Size, l)
		}
		return nil
	})
}
