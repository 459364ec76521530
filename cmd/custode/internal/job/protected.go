package job

import (
	"context"
	"time"

	"custode/encrypt/catalogue"
)

// ProtectedStore is what is known of what protects the data.
type ProtectedStore interface {
	BackupStore
	DecoyList
	State(ctx context.Context, key string, value any) (bool, error)
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
}

// Protection is what protected the data before a moment, as custode's own records have it.
type Protection struct {
	Sealed   int64     // files that were, and stand readable nowhere
	Watched  time.Time // since when; zero: no watch ran
	Decoys   int64
	BackupAt time.Time // of keys, settings and records; zero: none
	Drilled  time.Time // zero: never
	People   int64     // who train
	Trained  int64     // of whom no quiz is due
}

// Protected gathers what protected the data before a moment. Of shop it needs the folders, Around's Staff
// and Drills, and Alive.
func Protected(ctx context.Context, st ProtectedStore, shop Shop, before, now time.Time) (p Protection, err error) {
	err = st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
		if !e.Kept && e.SealedAt.Before(before) {
			p.Sealed++
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	var k Kept
	there, err := st.State(ctx, "status", &k)
	if err != nil {
		return p, err
	}
	if there && k.Running(now, shop.Alive) && k.Started.Before(before) {
		p.Watched = k.Started
	}
	decoys, err := Decoys(ctx, st, shop.Folders)
	if err != nil {
		return p, err
	}
	p.Decoys = decoys.Placed
	b, err := LastBackup(ctx, st)
	if err != nil {
		return p, err
	}
	if b.At.Before(before) {
		p.BackupAt = local(b.At)
	}
	if last := lastExercise(shop.Around); last.Before(before) {
		p.Drilled = last
	}
	if s := staffFacts(shop.Around, now); s != nil {
		p.People, p.Trained = s.People, s.People-s.Due
	}
	return p, nil
}
