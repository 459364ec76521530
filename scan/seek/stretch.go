package seek

import (
	"slices"

	"custode/scan/reader"
)

// Fork makes a finder for a later stretch, which knows the columns. There is none
// where records are handed over: those come in the order of the file.
func (f *Finder) Fork() reader.Sink {
	if f.show != nil {
		return nil
	}
	g := f.s.Finder(nil)
	g.part, g.parts, g.cols = f.part, slices.Clone(f.parts), slices.Clone(f.cols)
	return g
}

// Join takes over what was found in a later stretch, before which so many lines
// stand.
func (f *Finder) Join(fork reader.Sink, lines int64) {
	g, ok := fork.(*Finder)
	if !ok {
		return
	}
	f.leave()
	r := g.Result()
	for _, p := range r.Places {
		if p.Unit == Line && p.Number > 0 {
			p.Number += lines
		}
		if len(f.result.Places) < maxPlaces {
			f.result.Places = append(f.result.Places, p)
		}
	}
	f.result.Sure += r.Sure
	f.result.Likely += r.Likely
	f.result.Perhaps += r.Perhaps
}
