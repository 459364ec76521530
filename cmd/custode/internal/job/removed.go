package job

import (
	"context"
	"slices"
	"sync"

	"custode/internal/journal"
)

// filesGone is what the journal calls the end of a sealing: which readable originals are
// gone. The rows that seal are written before an original goes; only this one tells that
// it went. It names rows instead of files, so that it stays small after a million.
const filesGone = "files.gone"

// goneBody says of the files that rows From to To sealed that their originals are gone,
// but those of Left. Paths are sealed files that earlier rows sealed.
type goneBody struct {
	From  int64    `json:"from,omitempty"`
	To    int64    `json:"to,omitempty"`
	Gone  int64    `json:"gone"`
	Left  []string `json:"left,omitempty"`
	Paths []string `json:"paths,omitempty"`
}

// goneStore is what noting them needs of the store.
type goneStore interface {
	Last(ctx context.Context) (int64, error)
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
}

// removals follows which originals went. Its methods may be called at any time.
type removals struct {
	st      goneStore
	from    int64
	mu      sync.Mutex
	pending map[string]bool // sealed files whose originals were about to go
	body    goneBody
}

func newRemovals(ctx context.Context, st goneStore) (*removals, error) {
	last, err := st.Last(ctx)
	return &removals{st: st, from: last + 1, pending: map[string]bool{}}, err
}

// sealed takes in a file that was recorded.
func (r *removals) sealed(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending[path] = true
}

// went takes in a file whose original is gone.
func (r *removals) went(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.body.Gone++; !r.pending[path] {
		r.body.Paths = append(r.body.Paths, path)
	}
	delete(r.pending, path)
}

// note writes it in the journal.
func (r *removals) note(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for path := range r.pending {
		r.body.Left = append(r.body.Left, path)
	}
	if r.body.Gone == 0 && len(r.body.Left) == 0 {
		return nil
	}
	slices.Sort(r.body.Left)
	last, err := r.st.Last(ctx)
	if err != nil {
		return err
	}
	if last >= r.from {
		r.body.From, r.body.To = r.from, last
	}
	_, err = r.st.Record(ctx, filesGone, r.body)
	return err
}
