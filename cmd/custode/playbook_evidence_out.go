package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"filippo.io/age"

	"custode/encrypt/identity"
	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/evidence"
)

// evidenceView shows an item: on the standard output, or as a new file.
func (sh *shell) evidenceView(ctx context.Context, o evidenceOptions, args []string) error {
	if len(args) != 1 {
		return fault.New(fault.Usage, "fault.play.evidence.single")
	}
	d, id, r, err := sh.onRun(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	one, err := d.item(r, args[0])
	if err != nil {
		return err
	}
	if o.out == "" && sh.outTerm && one.Kind != "note" {
		return fault.New(fault.Usage, "fault.play.evidence.terminal")
	}
	ids, err := sh.openers(ctx, o.keyFiles, true)
	if err != nil {
		return err
	}
	// It is written down before the first byte is shown: whoever stops half-way has seen it.
	looked := &told{before: func() error { return d.handled(ctx, id, viewed, "", one) }}
	if err := d.viewTo(ctx, one, o.out, looked, ids); err != nil {
		return evidenceFault(one.File(), err)
	}
	return looked.tell()
}

// told is a writer that does something before the first byte.
type told struct {
	io.Writer

	before func() error
	done   bool
}

func (w *told) tell() error {
	if w.done {
		return nil
	}
	w.done = true
	return w.before()
}

func (w *told) Write(b []byte) (int, error) {
	if err := w.tell(); err != nil {
		return 0, err
	}
	return w.Writer.Write(b)
}

// handling is the event that something was done with an item.
func (one pieceDoc) handling(what, to string) playbook.Event {
	return playbook.Event{Kind: playbook.Evidence, Key: what, Ref: one.ID, Value: one.SHA256, To: plain(to)}
}

// handled writes down what was done with items.
func (d *responder) handled(ctx context.Context, id int64, what, to string, list ...pieceDoc) error {
	for _, one := range list {
		_, err := d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) { return r.Record(d.who(), one.handling(what, to)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// viewTo opens an item to a new file, which is whole or not there, or to the output.
func (d *responder) viewTo(ctx context.Context, one pieceDoc, out string, w *told, ids []age.Identity) error {
	w.Writer = d.sh.out
	if out == "" {
		return d.evidenceFolder().View(ctx, w, one.Item, ids...)
	}
	return wholeFile(out, func(f io.Writer) error {
		w.Writer = f
		return d.evidenceFolder().View(ctx, w, one.Item, ids...)
	})
}

// wholeFile writes a file that is not there yet, and leaves none where writing fails.
func wholeFile(path string, write func(io.Writer) error) (err error) {
	if err := noDevice(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.On(fault.CannotMake, "fault.play.exists", path, os.ErrExist)
	}
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	return errors.Join(write(f), f.Sync())
}

// evidenceExport writes a bundle that anybody can verify.
func (sh *shell) evidenceExport(ctx context.Context, o evidenceOptions, args []string) error {
	if len(args) != 1 || !strings.HasSuffix(args[0], ".tar") {
		return fault.New(fault.Usage, "fault.play.evidence.bundle")
	}
	d, id, r, err := sh.onRun(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	list := items(r)
	b, err := d.bundle(ctx, id, r, list)
	if err != nil {
		return err
	}
	opens, err := bundledFor(&b, o.to, o.readable)
	if err == nil && opens {
		b.Open, err = sh.openers(ctx, o.keyFiles, true)
	}
	if err != nil {
		return err
	}
	path := args[0]
	err = wholeFile(path, func(w io.Writer) error {
		if err := d.evidenceFolder().Export(ctx, w, b); err != nil {
			return err
		}
		return d.handled(ctx, id, exported, o.to, list...) // a bundle that is not written down does not stay
	})
	if err != nil {
		return evidenceFault(path, err)
	}
	if o.json {
		return d.evidenceDocument(ctx, id)
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.green(sh.words.N("play.evidence.bundled", int64(len(list)), printable(path))))
	p.wrap("", sh.words.T("play.evidence.bundle.how"))
	if o.readable {
		p.hanging(p.amber("!")+" ", sh.words.T("play.evidence.bundle.readable"))
	}
	return p.fail
}

// bundledFor sets for whom the items of a bundle are: for the shop's keys as they lie, for
// another key alone, or for everybody. It reports whether they have to be opened for that.
func bundledFor(b *evidence.Bundle, key string, readable bool) (opens bool, err error) {
	switch {
	case key != "" && readable:
		return false, fault.New(fault.Usage, "fault.play.evidence.either")
	case key != "":
		to, kind, err := identity.ParseRecipient(key, nil)
		if err != nil || kind == identity.Plugin {
			return false, fault.New(fault.Usage, "fault.play.evidence.to", printable(key))
		}
		b.Seal = []age.Recipient{to}
	}
	b.Manifest.Open = readable
	return readable || key != "", nil
}

// bundle is what there is to export of a run, as it lies.
func (d *responder) bundle(ctx context.Context, id int64, r *playbook.Run, list []pieceDoc) (evidence.Bundle, error) {
	if len(list) == 0 {
		return evidence.Bundle{}, fault.New(fault.NoInput, "fault.play.evidence.nothing")
	}
	head, err := d.st.Head(ctx)
	if err != nil {
		return evidence.Bundle{}, err
	}
	events, err := json.Marshal(r.Events)
	b := evidence.Bundle{Manifest: evidence.Manifest{Made: d.sh.now().UTC(), Run: id, Plan: r.Plan.ID, Drill: d.o.drill, Receipt: head.Receipt(), Events: events}}
	for _, one := range list {
		b.Manifest.Items = append(b.Manifest.Items, one.Item)
	}
	return b, err
}
