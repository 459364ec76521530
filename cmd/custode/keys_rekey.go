package main

import (
	"context"
	"errors"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/ring"
	"custode/playbook/daily"
	"custode/scan/walk"
)

// rekeying brings all sealed files to the keys that the ring has now: what a new
// vault key, a new recovery sheet and a further recovery key have in common.
type rekeying struct {
	sh    *shell
	again []string // the command that goes on where this one was broken off
	look  job.SealedOptions
	st    state
	ring  *ring.Ring
	free  func() // lets go of the lock
	start time.Time

	before  job.Unfinished
	files   int64 // that there are
	bytes   int64
	result  rotated
	through bool             // all files
	tell    func(more int64) // bytes, as they are done; nil: nobody is told
}

// rekey prepares one for a command, and for what lies at paths besides the shop's own
// folders. The caller closes it.
func (sh *shell) rekey(ctx context.Context, command, paths []string, dryRun bool) (k *rekeying, err error) {
	if k, err = sh.rekeyUncounted(ctx, command, paths, dryRun); err != nil {
		return nil, err
	}
	if err := k.count(ctx); err != nil {
		k.close()
		return nil, err
	}
	return k, nil
}

// rekeyUncounted is rekey for who does not want to go through all folders yet.
func (sh *shell) rekeyUncounted(ctx context.Context, command, paths []string, dryRun bool) (k *rekeying, err error) {
	set, err := sh.settings()
	if err != nil && !isFault(err, "fault.home.fresh") {
		return nil, err
	}
	paths, err = verifyPaths(paths)
	if err != nil {
		return nil, err
	}
	k = &rekeying{sh: sh, again: append(command, paths...), free: func() {}}
	k.look = job.SealedOptions{
		Roots: append(append([]string{}, set.Folders...), paths...),
		Walk:  walk.Options{Exclude: []string{sh.home}, Disk: sh.disk, Patience: sh.patience}, Left: k.result.unreadable,
	}
	if !dryRun {
		if k.free, err = sh.lock("seal"); err != nil {
			return nil, err
		}
	}
	if err := k.open(ctx, paths); err != nil {
		k.close()
		return nil, err
	}
	return k, nil
}

func (k *rekeying) open(ctx context.Context, paths []string) (err error) {
	if k.st, err = k.sh.open(ctx); err != nil {
		return err
	}
	if err := anyKnown(ctx, k.st, paths); err != nil {
		return err
	}
	if k.ring, err = k.sh.ring(); err != nil {
		return err
	}
	k.before, err = job.LookUnfinished(ctx, k.st, k.ring)
	return err
}

// count goes through all folders for the sealed files that there are.
func (k *rekeying) count(ctx context.Context) error {
	err := job.ChooseSealed(ctx, k.st, k.look, func(f job.SealedFile) error {
		k.files++
		k.bytes += f.Bytes
		return nil
	})
	k.result.left = nil // they come again
	return err
}

func (k *rekeying) close() {
	if k.st != nil {
		_ = k.st.Close() // every write was committed
	}
	k.free()
}

// confirmed asks on a terminal whether it is meant.
func (k *rekeying) confirmed(ctx context.Context, id string, sure bool) (bool, error) {
	if sure || !k.sh.inTerm {
		return true, nil
	}
	return k.sh.asker(ctx).yes(k.sh.words.N(id, k.files, k.sh.words.Bytes(k.bytes)))
}

// change unlocks the ring and changes it, if do is there. The lock is held by then.
func (k *rekeying) change(ctx context.Context, unlock unlocking, do func(ring.Unlocked) (ring.Unlocked, error)) (ring.Unlocked, error) {
	release, err := k.sh.lock("keys")
	if err != nil {
		return ring.Unlocked{}, err
	}
	defer release()
	u, err := unlock(k.ring)
	if err != nil {
		return u, err
	}
	if do == nil {
		return u, job.Resumed(ctx, k.st, k.ring)
	}
	next, err := do(u)
	if err != nil {
		u.Wipe()
		next.Wipe()
	}
	if errors.Is(err, job.ErrUnrecorded) {
		return next, unrecorded(err)
	}
	return next, keysFault(err)
}

// byCommand unlocks as the command was told to.
func (k *rekeying) byCommand(ctx context.Context, f keyFlags) unlocking {
	return func(r *ring.Ring) (ring.Unlocked, error) { return k.sh.unlocked(ctx, r, f) }
}

// allOrSay is all, and says on the terminal how to go on where it was broken off.
func (k *rekeying) allOrSay(ctx context.Context, u ring.Unlocked) error {
	end := func() {}
	if k.sh.errTerm {
		k.tell, end = k.sh.byteBar("progress.reseal", k.bytes)
	}
	err := k.all(ctx, u)
	end()
	if err != nil && !k.through {
		p := k.sh.page(k.sh.err, k.sh.errTerm)
		p.wrap("", k.sh.words.T("keys.rotate.broken-off", k.sh.command(k.again...)))
	}
	return err
}

// all goes through the files, and notes that it was done.
func (k *rekeying) all(ctx context.Context, u ring.Unlocked) error {
	k.start = k.sh.now()
	if err := k.reseal(ctx, u); err != nil {
		return err
	}
	k.through = true
	return job.Resealed(ctx, k.st, k.ring, k.result.totals.Files, k.result.troubles())
}

// reseal goes through all sealed files, portion by portion.
func (k *rekeying) reseal(ctx context.Context, u ring.Unlocked) error {
	key, _, err := k.sh.peopleKey()
	if err != nil {
		return err
	}
	foreign := map[string]bool{}
	o := job.ResealOptions{
		Ring: k.ring, Keys: u, Key: catalogue.NewKey(key[:]), Now: k.sh.now, Announce: k.sh.announce,
		Done: func(res reseal.Result) { k.result.add(res, foreign[res.Path]) }, Bytes: k.tell,
	}
	if id, err := k.ring.Sheet(u); err == nil { // else it is on paper only
		defer id.Wipe()
		o.Sheet = id
	}
	var files []string
	seal := func() error {
		totals, err := job.Reseal(ctx, k.st, files, o)
		k.result.sum(totals)
		files = files[:0]
		clear(foreign)
		return k.sh.diskFault(err, "fault.keys.rotate.full")
	}
	err = job.ChooseSealed(ctx, k.st, k.look, func(f job.SealedFile) error {
		files = append(files, f.Path)
		if !f.Ours {
			foreign[f.Path] = true
		}
		const portion = 2000
		if len(files) < portion {
			return nil
		}
		return seal()
	})
	if err == nil && len(files) > 0 {
		err = seal()
	}
	return err
}

// rotated is what became of the files.
type rotated struct {
	totals reseal.Totals
	left   []rotatedDoc // what may still open with the former key, or was not ours
	more   int64        // that are not in the list
}

type rotatedDoc struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

func (r *rotated) add(res reseal.Result, foreign bool) {
	why := string(res.Reason)
	switch {
	case foreign && res.Reason == replace.NoKey:
		why = "foreign"
	case !foreign && (res.Reason == replace.NoKey || res.Reason == replace.NotSealed):
		why = "replaced"
	}
	if why != "" {
		r.list(rotatedDoc{res.Path, why})
	}
}

func (r *rotated) unreadable(e walk.Entry) error {
	r.list(rotatedDoc{e.Path, "unreadable"})
	return nil
}

func (r *rotated) list(d rotatedDoc) {
	const most = 10_000
	if len(r.left) == most {
		r.more++
		return
	}
	r.left = append(r.left, d)
}

func (r *rotated) sum(t reseal.Totals) {
	r.totals.Files += t.Files
	r.totals.Done += t.Done
	r.totals.Already += t.Already
	r.totals.Skipped += t.Skipped
	r.totals.Bytes += t.Bytes
}

// troubles counts what is left to do.
func (r *rotated) troubles() int {
	n := int(r.more)
	for _, f := range r.left {
		if !harmless(f.Reason) {
			n++
		}
	}
	return n
}

// byReason gives the files that were left by the reason, and the reasons in the order in which they came up.
func (r *rotated) byReason() (by map[string][]string, order []string) {
	by = map[string][]string{}
	for _, f := range r.left {
		if by[f.Reason] == nil {
			order = append(order, f.Reason)
		}
		by[f.Reason] = append(by[f.Reason], f.Path)
	}
	return by, order
}

// harmless: it never opened with the former key.
func harmless(why string) bool { return why == "foreign" || why == string(replace.NotSealed) }

// rekeyedDoc is what all of them tell programs.
type rekeyedDoc struct {
	Planned int64        `json:"planned_files"`
	Totals  rekeyedSum   `json:"totals"`
	Files   []rotatedDoc `json:"files"`
	More    int64        `json:"more"`
}

type rekeyedSum struct {
	Files   int   `json:"files"`
	Done    int   `json:"done"`
	Already int   `json:"already"`
	Skipped int   `json:"skipped"`
	Bytes   int64 `json:"bytes"`
}

func (k *rekeying) document() rekeyedDoc {
	t := k.result.totals
	return rekeyedDoc{k.files, rekeyedSum{t.Files, t.Done, t.Already, t.Skipped, t.Bytes}, append([]rotatedDoc{}, k.result.left...), k.result.more}
}

// ended is how the command ends once it was told what was done: with 1 when something
// is left to do.
func (k *rekeying) ended(err error) error {
	if err == nil && k.result.troubles() > 0 {
		return errListed
	}
	return err
}

// inGreen shows what became of the files.
func inGreen(p *page, lines []saidLine) {
	for _, l := range lines {
		if l.status == daily.OK {
			l.text = p.green(l.text)
		}
		p.wrap("", l.text)
	}
}

// listLeft lists what was not sealed anew, by the reason. Again says what that means,
// and how to go on.
func (k *rekeying) listLeft(p *page, again string) {
	by, order := k.result.byReason()
	for _, why := range order {
		p.gap()
		mark := p.red("!")
		if harmless(why) {
			mark = p.dim("-")
		}
		p.hanging(mark+" ", k.sh.words.T("keys.rotate.why."+why))
		const few = 20
		for i, path := range by[why] {
			if i == few {
				p.line("  " + k.sh.words.N("keys.rotate.more", int64(len(by[why])-few)))
				break
			}
			p.line("  " + shorten(printable(path), p.width-2))
		}
	}
	if k.result.troubles() > 0 {
		p.gap()
		p.wrap("", k.sh.words.T(again, k.sh.command("custode", "keys", "rotate", "--finish")))
	}
}
