package main

import (
	"context"
	"errors"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/scan/walk"
)

type rotateOptions struct {
	json, dryRun, yes, finish bool
	keys                      keyFlags
	paths                     []string
}

func keysRotateCommand(sh *shell) *cli.Command {
	var o rotateOptions
	t := sh.words.T
	return &cli.Command{
		Name: "rotate", Usage: t("cmd.keys.rotate"), UsageText: t("cmd.keys.rotate.use"), Description: t("cmd.keys.rotate.more"),
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "finish", Usage: t("flag.keys.rotate.finish"), Destination: &o.finish},
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.keys.rotate.dry-run"), Destination: &o.dryRun},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.keys.rotate.yes"), Destination: &o.yes},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			return sh.keysRotate(c.Context, o)
		},
	}
}

// rotation is one run of the command.
type rotation struct {
	sh    *shell
	o     rotateOptions
	look  job.SealedOptions
	st    state
	ring  *ring.Ring
	start time.Time

	resumed bool // the key is there since a run that was broken off, or by --finish
	former  string
	sheet   bool // the recovery key is a new one too
	files   int64
	bytes   int64
	result  rotated
}

// keysRotate makes a new vault key and seals all files anew, each with a key of its
// own.
func (sh *shell) keysRotate(ctx context.Context, o rotateOptions) error {
	set, err := sh.settings()
	if err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	paths, err := verifyPaths(o.paths)
	if err != nil {
		return err
	}
	r := &rotation{sh: sh, o: o, start: sh.now()}
	r.look = job.SealedOptions{
		Roots: append(append([]string{}, set.Folders...), paths...),
		Walk:  walk.Options{Exclude: []string{sh.home}, Disk: sh.disk, Patience: sh.patience}, Left: r.result.unreadable,
	}
	if !o.dryRun {
		release, err := sh.lock("seal")
		if err != nil {
			return err
		}
		defer release()
	}
	if r.st, err = sh.open(ctx); err != nil {
		return err
	}
	defer r.st.Close() // every write was committed
	if err := anyKnown(ctx, r.st, paths); err != nil {
		return err
	}
	if r.ring, err = sh.ring(); err != nil {
		return err
	}
	return r.run(ctx)
}

func (r *rotation) run(ctx context.Context) error {
	unfinished, err := job.Unfinished(ctx, r.st, r.ring)
	if err != nil {
		return err
	}
	r.resumed = unfinished || r.o.finish
	err = job.ChooseSealed(ctx, r.st, r.look, func(f job.SealedFile) error {
		r.files++
		r.bytes += f.Bytes
		return nil
	})
	if err != nil {
		return err
	}
	if r.result.left = nil; r.o.dryRun { // they come again
		return r.show()
	}
	if r.sh.inTerm && !r.o.yes && !r.o.json {
		id := "keys.rotate.ask"
		if r.resumed {
			id = "keys.rotate.ask.resumed"
		}
		ok, err := r.sh.asker(ctx).yes(r.sh.words.N(id, r.files, r.sh.words.Bytes(r.bytes)))
		if err != nil || !ok {
			return err
		}
	}
	u, err := r.unlock(ctx)
	if err != nil {
		return err
	}
	defer u.Wipe()
	if err := r.reseal(ctx, u); err != nil {
		p := r.sh.page(r.sh.err, r.sh.errTerm)
		p.wrap("", r.sh.words.T("keys.rotate.broken-off", shellLine(r.sh.proposed([]string{"custode", "keys", "rotate"}))))
		return err
	}
	if err := job.Finished(ctx, r.st, r.ring, r.result.totals.Files, len(r.result.left)); err != nil {
		return err
	}
	return r.show()
}

// unlock opens the ring, and makes the new key unless it is there.
func (r *rotation) unlock(ctx context.Context) (ring.Unlocked, error) {
	release, err := r.sh.lock("keys")
	if err != nil {
		return ring.Unlocked{}, err
	}
	defer release()
	u, err := r.sh.unlocked(ctx, r.ring, r.o.keys)
	if err != nil || r.resumed {
		if former := r.ring.FormerVaults(); len(former) > 0 {
			r.former = former[len(former)-1].Fingerprint
		}
		return u, err
	}
	sheet := r.ring.Recovery().Fingerprint
	r.former = r.ring.VaultFingerprint()
	next, err := job.NewVault(ctx, r.st, r.ring, u, r.sh.now())
	if err != nil {
		u.Wipe()
		return next, keysFault(err)
	}
	r.sheet = r.ring.Recovery().Fingerprint != sheet
	return next, nil
}

// reseal goes through all sealed files, portion by portion.
func (r *rotation) reseal(ctx context.Context, u ring.Unlocked) error {
	key, _, err := r.sh.peopleKey()
	if err != nil {
		return err
	}
	foreign := map[string]bool{}
	o := job.ResealOptions{
		Ring: r.ring, Keys: u, Key: catalogue.NewKey(key[:]), Now: r.sh.now,
		Done: func(res reseal.Result) { r.result.add(res, foreign[res.Path]) },
	}
	if r.sh.errTerm {
		add, end := r.sh.byteBar("progress.reseal", r.bytes)
		o.Bytes = add
		defer end()
	}
	var files []string
	seal := func() error {
		totals, err := job.Reseal(ctx, r.st, files, o)
		r.result.sum(totals)
		files = files[:0]
		clear(foreign)
		if full, ok := errors.AsType[*replace.FullError](err); ok {
			w := r.sh.words
			return &fault.Error{Code: fault.IO, ID: "fault.keys.rotate.full", Path: full.Path, Args: []any{w.Bytes(full.Need), w.Bytes(full.Free)}, Err: full.Err}
		}
		return err
	}
	err = job.ChooseSealed(ctx, r.st, r.look, func(f job.SealedFile) error {
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

// troubles reports whether something is left to do.
func (r *rotated) troubles() bool {
	for _, f := range r.left {
		if !harmless(f.Reason) {
			return true
		}
	}
	return r.more > 0
}

// harmless: it never opened with the former key.
func harmless(why string) bool { return why == "foreign" || why == string(replace.NotSealed) }

// show says what was done, and ends with 1 when something is left to do.
func (r *rotation) show() error {
	var err error
	if r.o.json {
		err = r.sh.json(r.document())
	} else {
		err = r.page()
	}
	if err == nil && r.result.troubles() {
		err = errListed
	}
	return err
}

func (r *rotation) document() any {
	t := r.result.totals
	type totals struct {
		Files   int   `json:"files"`
		Done    int   `json:"done"`
		Already int   `json:"already"`
		Skipped int   `json:"skipped"`
		Bytes   int64 `json:"bytes"`
	}
	return struct {
		Schema   string       `json:"schema"`
		DryRun   bool         `json:"dry_run"`
		Resumed  bool         `json:"resumed"`
		Vault    string       `json:"vault"`
		Former   string       `json:"former_vault"`
		Sheet    bool         `json:"new_recovery_sheet"`
		Planned  int64        `json:"planned_files"`
		Totals   totals       `json:"totals"`
		Files    []rotatedDoc `json:"files"`
		MoreLeft int64        `json:"more"`
	}{
		"custode.keys-rotate/1", r.o.dryRun, r.resumed, r.ring.VaultFingerprint(), r.former, r.sheet, r.files,
		totals{t.Files, t.Done, t.Already, t.Skipped, t.Bytes},
		append([]rotatedDoc{}, r.result.left...), r.result.more,
	}
}

func (r *rotation) page() error {
	p, w := r.sh.page(r.sh.out, r.sh.outTerm), r.sh.words
	t := r.result.totals
	switch {
	case r.o.dryRun && r.resumed:
		p.wrap("", w.N("keys.rotate.would.resumed", r.files, w.Bytes(r.bytes)))
		return p.fail
	case r.o.dryRun:
		p.wrap("", w.N("keys.rotate.would", r.files, w.Bytes(r.bytes)))
		return p.fail
	}
	if r.resumed && !r.o.finish {
		p.wrap("", w.T("keys.rotate.resumed"))
	}
	if t.Done > 0 || t.Already == 0 {
		p.wrap("", p.green(w.N("keys.rotate.done", int64(t.Done), w.Bytes(t.Bytes), w.Duration(r.sh.now().Sub(r.start)))))
	}
	if t.Already > 0 {
		p.wrap("", w.N("keys.rotate.already", int64(t.Already)))
	}
	p.wrap("", w.T("keys.rotate.people"))
	if r.ring.Recovery().ProvenAt.IsZero() && (r.sheet || r.resumed && len(r.ring.FormerRecoveries()) > 0) {
		p.gap()
		p.wrap("", p.amber(w.T("keys.rotate.sheet")))
		for _, c := range [][]string{{"custode", "keys", "sheet"}, {"custode", "keys", "drill"}} {
			p.line("    " + shellLine(r.sh.proposed(c)))
		}
	}
	r.listLeft(p)
	if r.o.finish {
		return p.fail
	}
	p.gap()
	p.wrap("", p.bold(w.T("keys.rotate.before")))
	p.wrap("", w.T("keys.rotate.before.more"))
	p.wrap("", w.T("keys.rotate.backups"))
	return p.fail
}

// listLeft lists what was not sealed anew, by the reason.
func (r *rotation) listLeft(p *page) {
	by := map[string][]string{}
	var order []string
	for _, f := range r.result.left {
		if by[f.Reason] == nil {
			order = append(order, f.Reason)
		}
		by[f.Reason] = append(by[f.Reason], f.Path)
	}
	for _, why := range order {
		p.gap()
		mark := p.red("!")
		if harmless(why) {
			mark = p.dim("-")
		}
		p.hanging(mark+" ", r.sh.words.T("keys.rotate.why."+why))
		const few = 20
		for i, path := range by[why] {
			if i == few {
				p.line("  " + r.sh.words.N("keys.rotate.more", int64(len(by[why])-few)))
				break
			}
			p.line("  " + shorten(printable(path), p.width-2))
		}
	}
	if r.result.troubles() {
		p.gap()
		p.wrap("", r.sh.words.T("keys.rotate.again", shellLine(r.sh.proposed([]string{"custode", "keys", "rotate", "--finish"}))))
	}
}
