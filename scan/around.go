package scan

import "time"

// Around completes what is known of files by what lies around them: the folders
// that they lie in, who can read them, what day it is. It is for one goroutine
// and one moment.
type Around struct {
	Places
	Readers
	Now time.Time
}

// Judge judges a file that was looked at where it lies, who can read it, how
// old it is. With fresh the system is asked for its permissions: what is known of the
// file is from an earlier day.
func (a *Around) Judge(f *File, fresh bool) {
	if f.Base != "" || len(f.Findings) == 0 {
		return
	}
	f.Exposure = a.Places.Of(f.Path)
	switch {
	case f.Path == "-":
	case fresh:
		f.Access = a.Readers.Of(f.Path)
	default:
		f.Access = a.Readers.known(f.Path, f.Stamp)
	}
	newest, _ := f.Age()
	j := Judge(Facts{Findings: f.Findings, People: f.People, Exposure: f.Exposure, Access: f.Access, Newest: newest, Now: a.Now})
	f.Base, f.Risk, f.RiskReason, f.Old = j.Base, j.Risk, j.Reason, j.Old
}

// Age tells how new a file is: the month of its newest record if it has columns
// of dates, else the day on which it was last changed. It is zero for what came in
// from a stream.
func (f File) Age() (newest time.Time, byRecords bool) {
	if f.Newest != "" {
		if t, err := time.Parse("2006-01", f.Newest); err == nil {
			return t, true
		}
	}
	if f.Stamp.MTimeNS == 0 {
		return time.Time{}, false
	}
	return time.Unix(0, f.Stamp.MTimeNS), false
}

// Factor is one of the things that make a file's risk.
type Factor struct {
	Name   string // kind, people, place, access, age
	Value  string // an identifier of its own list
	Halves int    // how many half steps it adds; 0 for kind and people, which make the base
}

// Factors tells what made the risk of a file that Around has judged, what is in
// it first. What changes nothing is not told.
func (f File) Factors() []Factor {
	out := []Factor{{Name: "kind", Value: string(f.RiskReason)}, {Name: "people", Value: crowd(f.People)}}
	if n := exposureHalves[f.Exposure]; n > 0 {
		out = append(out, Factor{"place", string(f.Exposure), n})
	}
	if n := accessHalves[f.Access]; n > 0 {
		out = append(out, Factor{"access", string(f.Access), n})
	}
	if f.Old {
		out = append(out, Factor{"age", "old", oldHalves})
	}
	return out
}

// crowd names a number of people as the risk sees it.
func crowd(n int64) string {
	switch {
	case n >= manyPeople:
		return "many"
	case n >= somePeople:
		return "some"
	case n > 0:
		return "few"
	}
	return "none"
}
