package main

import (
	"context"
	"io"
	"path/filepath"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/evidence"
)

// EvidencePiece implements [web.EvidenceKeeper].
func (o *office) EvidencePiece(ctx context.Context, id int64, item string) (v web.EvidencePiece, err error) {
	err = o.onPiece(ctx, web.Act{ID: id, Step: item}, func(d *responder, r *playbook.Run, one pieceDoc) error {
		v = d.pieceSaid(r, one)
		v.IncidentHead = d.incidentHead(id, r)
		return nil
	})
	return v, err
}

// onPiece opens the incident of an act with the item that is its step.
func (o *office) onPiece(ctx context.Context, a web.Act, do func(d *responder, r *playbook.Run, one pieceDoc) error) error {
	d, _, r, err := o.sh.onRun(ctx, o.about(a.ID, a.By))
	if err != nil {
		return err
	}
	defer d.close()
	one, err := d.item(r, a.Step)
	if err != nil {
		return err
	}
	return do(d, r, one)
}

// pieceSaid says all that is known of an item.
func (d *responder) pieceSaid(r *playbook.Run, one pieceDoc) web.EvidencePiece {
	w := d.sh.words
	v := web.EvidencePiece{Item: d.evidenceItem(one)}
	fact := func(key, text string) {
		if text != "" {
			v.Facts = append(v.Facts, web.Fact{Term: w.T("web.evidence." + key), Text: text})
		}
	}
	kind := w.T("web.evidence.kind." + one.Kind)
	if one.Files > 0 {
		kind += ", " + w.N("web.evidence.files", int64(one.Files))
	}
	fact("kind", kind)
	fact("size", v.Item.Size)
	fact("shows", v.Item.Text)
	if s, ok := r.Find(one.Step); ok {
		fact("step", s.Say.In(w.Lang))
	}
	if !one.Modified.IsZero() {
		fact("modified", w.DateTime(d.zoned(one.Modified)))
	}
	v.Sums = []web.Fact{{Term: w.T("web.evidence.sum"), Text: one.SHA256}, {Term: w.T("web.evidence.sealed-sum"), Text: one.Sealed}}
	if one.Changed {
		v.Notes = append(v.Notes, w.T("play.evidence.changed"))
	}
	if len(one.Unread) > 0 {
		v.Notes = append(v.Notes, w.N("play.evidence.unread", int64(len(one.Unread))))
	}
	for _, h := range one.Handled {
		v.Handled = append(v.Handled, capital(d.handledWords(h)))
	}
	return v
}

// VerifyEvidence implements [web.EvidenceKeeper].
func (o *office) VerifyEvidence(ctx context.Context, id int64, tell func(web.Progress)) (out web.Outcome, err error) {
	d, _, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return out, err
	}
	defer d.close()
	w, f, list := d.sh.words, d.evidenceFolder(), items(r)
	var all, read, sound int64
	for _, one := range list {
		all += one.SealedLen
	}
	for _, one := range list {
		tell(web.Progress{Done: read, Total: all, Note: printable(one.Name)})
		if err := ctx.Err(); err != nil {
			return out, err
		}
		read += one.SealedLen
		if err := f.Check(one.Item); err == nil {
			sound++
		} else {
			out.Lines = append(out.Lines, "! "+printable(one.Name)+": "+w.T("play.evidence.unsound"))
		}
	}
	out.Title, out.Next = w.T("web.evidence.all-sound"), d.incidentHead(id, r).Path()+"/evidence"
	if len(out.Lines) > 0 {
		out.Title = w.N("web.evidence.not-sound", int64(len(out.Lines)))
		out.Lines = append(out.Lines, w.T("web.fault.play.evidence.damaged.hint"))
	}
	out.Lines = append(out.Lines, w.N("web.evidence.verified", sound))
	return out, nil
}

// GiveEvidence implements [web.EvidenceKeeper].
func (o *office) GiveEvidence(ctx context.Context, a web.Act, begin func(web.Download) io.Writer) error {
	return o.onPiece(ctx, a, func(d *responder, _ *playbook.Run, one pieceDoc) error {
		u, err := o.unlockedHere(ctx)
		if err != nil {
			return err
		}
		defer u.Wipe()
		ids := u.Identities()
		f := d.evidenceFolder()
		if err := f.Check(one.Item); err != nil { // before anything is sent: a page can still say so
			return evidenceFault(one.File(), err)
		}
		if err := f.Opens(one.Item, ids...); err != nil {
			return evidenceFault(one.File(), err)
		}
		if err := d.handled(ctx, a.ID, viewed, "", one); err != nil {
			return err
		}
		return f.View(ctx, begin(web.Download{Name: givenName(one.Item), Type: "application/octet-stream"}), one.Item, ids...)
	})
}

// givenName is what an item is called as a file.
func givenName(item evidence.Item) string {
	name := filepath.Base(printable(item.Name))
	switch item.Kind {
	case "folder":
		return name + ".tar"
	case "note":
		return name + ".txt"
	}
	return name
}

// ExportEvidence implements [web.EvidenceKeeper].
func (o *office) ExportEvidence(ctx context.Context, a web.Act, begin func(web.Download) io.Writer) error {
	d, id, r, err := o.sh.onRun(ctx, o.about(a.ID, a.By))
	if err != nil {
		return err
	}
	defer d.close()
	list := items(r)
	b, err := d.bundle(ctx, id, r, list)
	if err != nil {
		return err
	}
	key := ""
	if a.What == "key" {
		if key = plain(a.Text); key == "" {
			return fault.New(fault.Usage, "fault.play.evidence.to", "")
		}
	}
	opens, err := bundledFor(&b, key, a.What == "readable")
	if err != nil {
		return err
	}
	if opens {
		u, err := o.unlockedHere(ctx)
		if err != nil {
			return err
		}
		defer u.Wipe()
		b.Open = u.Identities()
	}
	f := d.evidenceFolder()
	for _, one := range list { // before anything is sent: a page can still say so
		err := f.Check(one.Item)
		if err == nil && opens {
			err = f.Opens(one.Item, b.Open...)
		}
		if err != nil {
			return evidenceFault(one.File(), err)
		}
	}
	if err := d.handled(ctx, id, exported, key, list...); err != nil {
		return err
	}
	return f.Export(ctx, begin(web.Download{Name: runFolder(id, d.o.drill) + "-evidence.tar", Type: "application/x-tar"}), b)
}
