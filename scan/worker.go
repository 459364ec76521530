package scan

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/reader"
	"custode/scan/walk"
)

// worker reads files, one at a time.
type worker struct {
	o         Options
	reader    *reader.Reader
	collector *detect.Collector
}

// renew gives the worker a reader and a collector that nothing has happened to.
func (w *worker) renew() {
	w.reader, w.collector = reader.NewReader(), w.o.Rules.Collector()
	w.reader.HelpedBy(w.o.helpers)
	if w.o.Stretch > 0 {
		w.reader.CutInto(w.o.Stretch)
	}
}

// read reads one file, a second time if it changed under our eyes. A file that
// makes us panic is listed as such, and the next ones are read all the same;
// what the panic holds may be content, and is dropped.
func (w *worker) read(ctx context.Context, e walk.Entry) (f File) {
	defer func() {
		if recover() != nil {
			w.renew()
			f = File{Path: e.Path, Stamp: e.Stamp, State: Failed, Reason: Stumbled, Risk: None, RiskReason: NothingFound}
		}
	}()
	f = w.once(ctx, e)
	if f.Reason == Unsteady && ctx.Err() == nil {
		if info, err := w.o.disk().Look(e.Path); err == nil && info.Mode().IsRegular() {
			e.Stamp = walk.StampOf(info)
			f = w.once(ctx, e)
		}
	}
	return f
}

func (w *worker) once(ctx context.Context, e walk.Entry) File {
	f := File{
		Path: e.Path, Stamp: e.Stamp, State: Examined, ReadAt: w.o.Now(), Rules: w.o.rules(),
		Risk: None, RiskReason: NothingFound,
	}
	if w.o.Read != nil {
		w.o.Read(e.Path)
	}
	opened, stamp, err := w.o.disk().Open(e.Path, e.Stamp)
	if err != nil {
		f.State, f.Reason, f.ReadAt = Failed, reasonOf(err), time.Time{}
		return f
	}
	defer opened.Close() // opened for reading
	f.Stamp = stamp
	src := &source{Content: opened, size: stamp.Size}
	w.collector.Reset()
	out, err := w.reader.Read(ctx, src, filepath.Base(e.Path), sink{w.collector})
	f.Format = out.Format
	if err == nil {
		err = src.failed()
	}
	if err != nil {
		f.State, f.Reason = Failed, reasonOf(err)
	}
	w.fill(&f, out)
	info, err := opened.Stat()
	switch {
	case f.State == Failed:
	case err != nil:
		f.State, f.Reason = Failed, reasonOf(err)
	case walk.StampOf(info) != stamp: // also where it seemed damaged: it may have been cut off while it was read
		f.State, f.Reason, f.Stamp = Failed, Unsteady, walk.StampOf(info)
	}
	return f
}

// fill takes over what was found, also in a file that could be read only in part.
func (w *worker) fill(f *File, out reader.Outcome) {
	res := w.collector.Result()
	var found int64
	for i := range res.Findings {
		x := &res.Findings[i]
		x.Distinct = min(x.Distinct, x.Count) // an estimate may be over the truth, but not over this
		found += x.Count
	}
	f.Counted = res.Counted
	f.Findings, f.Sketch, f.People = res.Findings, res.People, min(res.People.Count(), found)
	if f.People == 0 {
		f.Sketch = nil
	}
	f.Likeness = likeness(w.o.Rules, f)
	f.Risk, f.RiskReason = base(f.Findings, f.People)
	limit := w.o.Now().AddDate(1, 0, 0)
	f.Newest = res.Dates.Newest(limit.Year(), int(limit.Month()))
	f.Pictures, f.Unread, f.UnreadMore = out.Pictures, nil, out.More
	for _, p := range out.Unread {
		f.Unread = append(f.Unread, Piece{Path: p.Path, Reason: reasonOfReader(p.Reason)})
	}
	if f.State != Examined {
		return
	}
	switch {
	case out.Encrypted:
		f.State = Sealed
	case !out.Examined:
		f.State, f.Reason = NotExamined, reasonOfReader(out.Reason)
	}
}

// reasonOfReader brings a reader's reason to the closed list.
func reasonOfReader(reason string) Reason {
	if r := Reason(reason); slices.Contains([]Reason{ImageOnly, Encoding, Encoded, Partly, Damaged, TooDeep, TooBig}, r) {
		return r
	}
	return NoReader
}

// sink hands on what is read to who looks for something in it.
type sink struct{ *detect.Collector }

// Fork makes a sink for a later stretch of a big file.
func (s sink) Fork() reader.Sink {
	if f := s.Collector.Fork(); f != nil {
		return sink{f}
	}
	return nil
}

// Join takes over what was found in a later stretch.
func (s sink) Join(fork reader.Sink, lines int64) {
	if f, ok := fork.(sink); ok {
		s.Collector.Join(f.Collector, lines)
	}
}

// units are the reader's units in the words of findings.
var units = map[reader.Unit]detect.Unit{
	reader.Lines: detect.Line, reader.Pages: detect.Page, reader.Rows: detect.Row, reader.Nothing: detect.NoUnit,
}

// Part says where what follows stands.
func (s sink) Part(p reader.Part) {
	s.Collector.Part(detect.Part{Path: p.Path, Sheet: p.Sheet, Index: p.Index, Section: string(p.Section), Unit: units[p.Unit], Message: p.Message})
}

// Stream scans what comes from a stream, as one file of that name.
func Stream(ctx context.Context, o Options, name string, src *os.File) File {
	w := worker{o: o}
	w.renew()
	f := File{Path: name, State: Examined, ReadAt: o.Now(), Risk: None, RiskReason: NothingFound, Sketch: people.New()}
	out, err := w.reader.Read(ctx, src, name, sink{w.collector})
	f.Format, f.Stamp.Size = out.Format, out.Bytes
	if err != nil {
		f.State, f.Reason = Failed, reasonOf(err)
	}
	w.fill(&f, out)
	return f
}

// desk is where one file after the other is read, by a worker that is replaced
// when it gets stuck: a read from a drive that is gone may never return.
type desk struct {
	o      Options
	silent *walk.Silence
	broken chan<- error
	stop   func()
	hand   *hand
	timer  *time.Timer
}

// hand is a goroutine with a worker. It has one file at a time.
type hand struct {
	todo chan walk.Entry
	done chan File
	ctx  context.Context //nolint:containedctx // of the hand's life
	stop func()
}

// grace is how long a worker that was told to stop may take to do so, as a part
// of the patience: one in four.
const grace = 4

// read reads one file, for at most as long as the file may take.
func (d *desk) read(ctx context.Context, e walk.Entry) File {
	if d.silent.Has(e.Stamp.Dev) {
		return slow(e)
	}
	if d.hand == nil || d.hand.ctx.Err() != nil {
		d.engage(ctx)
	}
	patience := d.o.patience(e.Stamp.Size)
	if d.timer == nil {
		d.timer = time.NewTimer(patience)
	} else {
		d.timer.Reset(patience)
	}
	h := d.hand
	h.todo <- e
	select {
	case f := <-h.done:
		d.timer.Stop()
		return f
	case <-ctx.Done():
		patience = 0
	case <-d.timer.C:
	}
	h.stop()
	d.timer.Reset(max(patience/grace, time.Second))
	select {
	case <-h.done:
	case <-d.timer.C: // it waits for the system, and may do so for ever
		d.silent.Add(e.Stamp.Dev)
		d.hand = nil
	}
	return slow(e)
}

// slow is the result of a file that took too long.
func slow(e walk.Entry) File {
	return File{Path: e.Path, Stamp: e.Stamp, State: Failed, Reason: TooSlow, Risk: None, RiskReason: NothingFound}
}

// engage finds another hand.
func (d *desk) engage(ctx context.Context) {
	d.dismiss()
	h := &hand{todo: make(chan walk.Entry), done: make(chan File, 1)}
	h.ctx, h.stop = context.WithCancel(ctx)
	d.hand = h
	w := &worker{o: d.o}
	go func() {
		defer recovered(d.broken, d.stop)
		w.renew()
		for e := range h.todo {
			h.done <- w.read(h.ctx, e)
		}
	}()
}

// dismiss sends the hand home.
func (d *desk) dismiss() {
	if d.hand != nil {
		d.hand.stop()
		close(d.hand.todo)
		d.hand = nil
	}
}
