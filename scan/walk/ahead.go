package walk

// How many folders are listed before their turn, at each level and in all, and how
// many names of each.
const (
	ahead      = 3
	aheadAll   = 64
	aheadBatch = 1024
)

// begin lists a folder, in a goroutine that is left behind where it hangs.
func (w *walker) begin(path string) <-chan outcome[*listing] {
	c := make(chan outcome[*listing], 1)
	disk := w.disk
	go answer(c, func() (*listing, error) { return list(disk, path), nil })
	return c
}

// forget closes what a listing opened, if it ever comes.
func forget(coming <-chan outcome[*listing]) {
	if coming == nil { // it was not begun
		return
	}
	go func() {
		if o := <-coming; o.value != nil && o.value.dir != nil {
			_ = o.value.dir.Close() // opened for reading
		}
	}()
}

// queue is the subfolders of a folder, the next ones of which are being listed.
type queue struct {
	w     *walker
	dev   uint64
	dir   string
	names []string
	begun []<-chan outcome[*listing] // the next ones
	next  int
}

func (q *queue) path(i int) string { return join(q.dir, q.names[i]) }

// take gives the listing of the i-th folder, and begins with those after it, unless
// the drive does not answer.
func (q *queue) take(i int) <-chan outcome[*listing] {
	var c <-chan outcome[*listing]
	if len(q.begun) > 0 {
		<-q.w.tokens
		c, q.begun = q.begun[0], q.begun[1:]
	} else if !q.w.calls.silent.Has(q.dev) {
		c = q.w.begin(q.path(i))
	}
	for q.next = i + 1; len(q.begun) < ahead && q.next+len(q.begun) < len(q.names) && q.w.calls.silent.struck(q.dev) == 0; {
		select {
		case q.w.tokens <- struct{}{}:
			q.begun = append(q.begun, q.w.begin(q.path(q.next+len(q.begun))))
			continue
		default:
		}
		break
	}
	return c
}

// drop forgets what was begun and is not wanted any more.
func (q *queue) drop() {
	for _, c := range q.begun {
		<-q.w.tokens
		forget(c)
	}
	q.begun = nil
}
