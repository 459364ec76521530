package job

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"time"

	"custode/playbook/privacy/datamap"
	"custode/scan/walk"
)

// KnownStore is what a map is made from, and whether that has changed.
type KnownStore interface {
	DataMapStore
	PeopleStore
	// Edition is a number that is another one after each change of what is known of files.
	Edition(ctx context.Context) (int64, error)
}

// KeptMap is a map that is kept while nothing that it was made of has changed: what is known of files, the folders, what
// the owner says, the last scan, the month. Several may use one at a time. The zero value keeps none.
type KeptMap struct {
	mu      sync.Mutex
	held    Holdings
	edition int64
	m       *datamap.Map // nil: none was made
	month   time.Time
	scanned time.Time
	covered []string
}

// Map is the map with its people, and what it was made of. Neither is to be changed: others read them too.
func (k *KeptMap) Map(ctx context.Context, st KnownStore, folders []string, decl datamap.Declaration, now time.Time) (Holdings, *datamap.Map, error) {
	roots, err := walk.Roots(ctx, folders, walk.Options{})
	if err != nil {
		return Holdings{}, nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	edition, err := st.Edition(ctx) // before it is read: what changes meanwhile is another number the next time
	if err != nil {
		return Holdings{}, nil, err
	}
	scanned, covered, err := st.LastWholeScan(ctx)
	if err != nil {
		return Holdings{}, nil, err
	}
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	same := k.m != nil && k.edition == edition && slices.Equal(k.held.Roots, roots)
	if same && k.month.Equal(month) && k.scanned.Equal(scanned) && slices.Equal(k.covered, covered) && reflect.DeepEqual(k.m.Declaration, decl) {
		return k.held, k.m, nil
	}
	held := k.held
	if !same {
		if held, err = Found(ctx, st, folders); err != nil {
			return Holdings{}, nil, err
		}
	}
	m, err := held.Map(ctx, st, decl, now)
	if err == nil {
		err = CountPeople(ctx, st, m)
	}
	if err != nil {
		return Holdings{}, nil, err
	}
	k.held, k.edition, k.m, k.month, k.scanned, k.covered = held, edition, m, month, scanned, covered
	return held, m, nil
}
