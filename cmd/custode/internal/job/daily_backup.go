package job

import (
	"context"
	"path/filepath"
	"time"

	"custode/internal/host/copies"
	"custode/playbook/daily"
)

// BackupFactStore is what is known of backups besides what this computer tells.
type BackupFactStore interface {
	SaveState(ctx context.Context, key string, value any) error
}

// BackupTried is the entry of a file that came back from a backup and was found whole.
const BackupTried = "backup.tried"

// Backups is where backups are looked for.
type Backups struct {
	Computer copies.Computer
	Disks    copies.Disks
}

// patience is how long the records of backup programs may take: some lie on drives of the network.
const patience = 5 * time.Second

// seenCopies is the state in which the time of copies stands whose drive is unplugged since.
const seenCopies = "backups.seen"

// backupFacts gathers what this computer knows of backups of the data folders; nil where nobody
// can look, or no answer came in time.
func backupFacts(ctx context.Context, st DailyStore, shop Shop, place string, now time.Time) (*daily.BackupFacts, error) {
	if shop.Backups == nil {
		return nil, nil
	}
	found := make(chan []copies.Backup, 1)
	go func() { found <- copies.Find(shop.Backups.Computer) }()
	g := copyFacts{disks: shop.Backups.Disks, seen: map[string]time.Time{}, now: now}
	for _, f := range shop.Folders {
		if real, err := filepath.EvalSymlinks(f); err == nil {
			g.folders = append(g.folders, real)
		}
	}
	if _, err := st.State(ctx, seenCopies, &g.seen); err != nil {
		return nil, err
	}
	f := &daily.BackupFacts{Folders: g.folders}
	var err error
	if f.TriedAt, err = triedAt(ctx, st); err != nil {
		return nil, err
	}
	select {
	case list := <-found:
		for _, b := range list {
			f.Found = append(f.Found, g.program(b))
		}
	case <-time.After(patience):
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if place != "" {
		f.Found = append(f.Found, g.place(place, copies.Look(ctx, place), f.Found))
	}
	return f, st.SaveState(ctx, seenCopies, g.seen)
}

// copyFacts makes facts of what was found.
type copyFacts struct {
	folders []string
	disks   copies.Disks
	seen    map[string]time.Time // when the newest copy was made, by where or by whom
	now     time.Time
}

// program makes a fact of what the records of a program tell.
func (g copyFacts) program(b copies.Backup) daily.Saved {
	s := daily.Saved{
		Program: b.Program, Place: b.Place, At: local(b.At), Told: b.Told, Sealed: daily.Answer(b.Sealed),
		Lack: map[copies.Lack]daily.Lack{
			copies.Unreadable: daily.LackUnreadable, copies.Away: daily.LackAway, copies.Silent: daily.LackSilent, copies.Never: daily.LackNever,
		}[b.Lack],
	}
	for _, f := range g.folders {
		if b.Covers(f) {
			s.Covers = append(s.Covers, f)
		}
	}
	return g.remembered(g.onDisk(s), b.Program+" "+b.Place)
}

// place makes a fact of a look at the place that the owner named. The owner says what is in it.
func (g copyFacts) place(path string, p copies.Place, programs []daily.Saved) daily.Saved {
	s := daily.Saved{Place: path, At: local(p.Newest), Part: p.Part, Told: true, Covers: g.folders, Sealed: daily.Answer(p.Sealed)}
	switch {
	case p.Silent:
		s.At, s.Lack = time.Time{}, daily.LackUnreadable
	case !p.There:
		s.Lack = daily.LackAway
	case p.Newest.IsZero() && p.Part:
		s.Lack = daily.LackUnreadable
	case p.Newest.IsZero():
		s.Lack = daily.LackEmpty
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	for _, f := range g.folders {
		s.Around = s.Around || copies.Within(f, path) || copies.Within(path, f)
	}
	for _, b := range programs { // a repository whose program knows more of it
		if s.Sealed == daily.Untold && b.Place != "" && (copies.Within(b.Place, s.Place) || copies.Within(s.Place, b.Place)) {
			s.Sealed = b.Sealed
		}
	}
	return g.remembered(g.onDisk(s), s.Place)
}

// onDisk adds what the disk under the copies tells: that it is one of the data's, or encrypted.
func (g copyFacts) onDisk(s daily.Saved) daily.Saved {
	here := s.Place != "" && s.Lack != daily.LackAway && s.Lack != daily.LackUnreadable
	if !here {
		if s.Place != "" && s.Sealed == daily.No {
			s.Sealed = daily.Untold // by itself; the drive may be encrypted
		}
		return s
	}
	s.SameDisk = daily.No
	for _, f := range g.folders {
		switch same := g.disks.Same(f, s.Place); {
		case same == copies.Yes:
			s.SameDisk = daily.Yes
		case same == copies.Untold && s.SameDisk == daily.No:
			s.SameDisk = daily.Untold
		}
	}
	if s.Sealed == daily.No {
		s.Sealed = map[copies.Answer]daily.Answer{copies.Yes: daily.Yes, copies.No: daily.No}[g.disks.Locked(s.Place)]
	}
	return s
}

// skew is by how much the clock of a server may be ahead, or a copy be younger than the check.
const skew = 5 * time.Minute

// remembered keeps when a copy was made, and gives that of one whose drive is unplugged: as it
// should be. It only becomes older.
func (g copyFacts) remembered(s daily.Saved, name string) daily.Saved {
	if ahead := s.At.Sub(g.now); ahead > 0 && ahead <= skew {
		s.At = g.now
	}
	switch {
	case s.Lack == "" && !s.Part:
		g.seen[name] = s.At
	case s.Lack == daily.LackAway && !g.seen[name].IsZero():
		s.At, s.Lack = local(g.seen[name]), ""
	}
	return s
}
