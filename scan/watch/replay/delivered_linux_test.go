package replay

import (
	"context"
	"io/fs"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"custode/internal/host"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// silent has announced nothing.
type silent struct{}

func (silent) Announced(string) bool { return false }
func (silent) Reads(string) bool     { return false }

// delivered starts the watch as it is delivered, in a shop whose habits are learned, and
// waits until it has looked at all files. onNews is called at once, from the goroutine
// that judges.
func delivered(t *testing.T, tr *tree, onNews func(rules.News)) (end func()) {
	t.Helper()
	shift := time.Until(day)
	o := lookout.Options{
		Dir: t.TempDir(), Intents: silent{}, Now: func() time.Time { return time.Now().Add(shift).UTC() }, Root: true, Own: [32]byte{1},
		Booted: host.Booted, Packed: host.Packaged, Times: lookout.Times{Status: 50 * time.Millisecond},
	}
	plan := lookout.Plan{Folders: []string{tr.shop}, Hours: hours(t), Since: day.AddDate(0, -1, 0)}
	must(t, filepath.WalkDir(tr.shop, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isDecoy(p) {
			plan.Decoys = append(plan.Decoys, p)
		}
		return err
	}))
	ctx, stop := context.WithCancel(context.Background())
	checked, ready, seen, over := make(chan struct{}), make(chan struct{}), make(chan struct{}, 1), make(chan error, 1)
	first := true
	go func() {
		over <- lookout.Run(ctx, o, plan, nil, func(e lookout.Entry) error {
			switch {
			case e.News != nil:
				onNews(*e.News)
			case e.Checked != nil && first:
				first = false
				close(checked)
			case e.Status != nil && !e.Status.Learning && e.Status.Files >= len(tr.files):
				select {
				case <-ready:
				default:
					close(ready)
				}
				if e.Status.Events > 0 {
					select {
					case seen <- struct{}{}:
					default:
					}
				}
			}
			return nil
		})
	}()
	late := time.After(time.Minute)
	for _, c := range []chan struct{}{checked, ready} {
		select {
		case <-c:
		case err := <-over:
			t.Fatalf("the watch ended: %v", err)
		case <-late:
			t.Fatal("the watch does not come to know the files")
		}
	}
	// Somebody looks at a file, as in a shop at work.
	must(t, exec.Command("cat", filepath.Join(tr.shop, tr.files[0])).Run())
	select {
	case <-seen:
	case <-late:
		t.Fatal("nothing is seen")
	}
	return func() {
		stop()
		must(t, <-over)
	}
}
