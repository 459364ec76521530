package main

import (
	"context"
	"errors"
	"io"
	"slices"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/disk"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/playbook"
	"custode/playbook/evidence"
)

// longestName is how long the name of an item is kept, in characters.
const longestName = 200

// Evidence implements [web.EvidenceKeeper].
func (o *office) Evidence(ctx context.Context, id int64) (v web.IncidentEvidence, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return v, err
	}
	defer d.close()
	v.IncidentHead = d.incidentHead(id, r)
	var takes int64
	for _, one := range items(r) {
		v.Items, takes = append(v.Items, d.evidenceItem(one)), takes+one.Size
	}
	v.Space = d.sh.words.Bytes(takes)
	return v, nil
}

// evidenceItem is an item as the list has it, after a glance at its file.
func (d *responder) evidenceItem(one pieceDoc) web.EvidenceItem {
	w := d.sh.words
	it := web.EvidenceItem{ID: one.ID, Name: printable(one.Name), Size: w.Bytes(one.Size), Text: shownText(one.Text), Taken: capital(d.handledWords(one.Handled[0]))}
	if !d.evidenceFolder().Lies(one.Item) {
		it.Gone = w.T("play.evidence.unsound")
	}
	return it
}

// CanTake implements [web.EvidenceKeeper].
func (o *office) CanTake() error { _, err := o.sh.ring(); return err }

// EvidenceRoom implements [web.EvidenceKeeper]. Where a disk is full to the last byte, the journal cannot be written either.
func (o *office) EvidenceRoom() int64 {
	dir, err := disk.Real{}.Open(o.sh.home)
	if err != nil {
		return web.RoomUnknown
	}
	defer dir.Close() // it was only looked at
	free, err := dir.Free()
	if err != nil {
		return web.RoomUnknown
	}
	return evidenceRoom(free)
}

// leftFree is how much of the disk evidence leaves free, in bytes.
const leftFree int64 = 200 << 20

// evidenceRoom is how many readable bytes fit into free ones: sealed, each 64 kB get 16 bytes more. leftFree has room for
// what else there is in the files.
func evidenceRoom(free int64) int64 {
	if free >= web.RoomUnknown {
		return web.RoomUnknown
	}
	return max(0, free-leftFree) / (64<<10 + 16) * (64 << 10)
}

// TakeEvidence implements [web.EvidenceKeeper].
func (o *office) TakeEvidence(ctx context.Context, a web.Act, name string, r io.Reader) error {
	d, id, _, err := o.sh.onRun(ctx, o.about(a.ID, a.By))
	if err != nil {
		return err
	}
	defer d.close()
	keys, err := o.sh.ring()
	if err != nil {
		return err
	}
	f := d.evidenceFolder()
	f.To = keys.Recipients()
	letters := []rune(paper.Line(name))
	name = string(letters[:min(len(letters), longestName)])
	if name == "" { // of characters that nobody sees
		name = o.sh.words.T("web.evidence.kind.file")
	}
	item, err := f.Take(ctx, name, r)
	if err != nil {
		err = evidenceFault(name, err)
		if bad, ok := errors.AsType[*fault.Error](err); ok { // nobody knows the name under which it was written
			bad.Path = name
		}
		return err
	}
	return d.noteItem(ctx, id, item, playbook.Event{Text: plain(a.Text)}, func(r *playbook.Run) error { return d.takenBefore(r, a, item) })
}

// takenBefore refuses what was taken in already since a form was drawn: the form was sent twice.
func (d *responder) takenBefore(r *playbook.Run, a web.Act, item evidence.Item) error {
	for _, one := range items(r) {
		since := slices.ContainsFunc(r.Events, func(e playbook.Event) bool { return e.Seq > int64(a.Seen) && e.Ref == one.ID && e.Key == collected })
		if since && one.SHA256 == item.SHA256 && one.Name == item.Name {
			return &web.OvertakenError{Say: d.sh.words.T("web.incident.evidence.twice"), Stands: []string{printable(one.Name) + ", " + d.handledWords(one.Handled[0])}}
		}
	}
	return nil
}

// HandEvidence implements [web.EvidenceKeeper].
func (o *office) HandEvidence(ctx context.Context, a web.Act) error {
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		to := plain(a.Text)
		if to == "" {
			return nil, playbook.ErrEmpty
		}
		one, err := d.item(r, a.Step)
		if err != nil {
			return nil, err
		}
		again := func(e playbook.Event) bool {
			return e.Seq > int64(a.Seen) && e.Ref == one.ID && e.Key == handed && e.To == to
		}
		if slices.ContainsFunc(r.Events, again) {
			return nil, nil
		}
		return r.Record(d.who(), one.handling(handed, to))
	})
}
