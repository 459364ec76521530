package store

import (
	"encoding/json"
	"strconv"
	"strings"

	"custode/scan/detect"
)

// parseFindings reads the findings of a file as they are kept. What we wrote
// ourselves has a simple form, which is read many times as fast as any JSON is;
// whatever has another form is left to the library.
func parseFindings(text string) ([]detect.Finding, error) {
	if out, ok := simpleFindings(text); ok {
		return out, nil
	}
	var out []detect.Finding
	err := json.Unmarshal([]byte(text), &out)
	return out, err
}

// simple reads JSON without blanks, without escapes, and with whole numbers only.
type simple struct {
	text string
	bad  bool
}

func simpleFindings(text string) ([]detect.Finding, bool) {
	s := simple{text: text}
	out := make([]detect.Finding, 0, strings.Count(text, `{"kind":`))
	s.list(func() {
		var f detect.Finding
		s.object(func(key string) {
			switch key {
			case "kind":
				f.Kind = detect.Kind(s.str())
			case "count":
				f.Count = s.number()
			case "distinct":
				f.Distinct = s.number()
			case "confidence":
				f.Confidence = detect.Confidence(s.str())
			case "sample":
				f.Sample = s.str()
			case "where":
				s.where(&f.Where)
			case "why":
				f.Why = detect.Why(s.str())
			case "pattern":
				f.Pattern = s.str()
			case "person":
				f.Person = s.yes()
			case "example":
				f.Example = s.yes()
			default:
				s.bad = true
			}
		})
		out = append(out, f)
	})
	return out, !s.bad && s.text == ""
}

func (s *simple) where(w *detect.Where) {
	s.object(func(key string) {
		switch key {
		case "unit":
			w.Unit = detect.Unit(s.str())
		case "name":
			w.Name = s.str()
		case "number":
			w.Number = s.number()
		case "row":
			w.Row = s.number()
		case "path":
			w.Path = s.str()
		case "sheet":
			w.Sheet = s.str()
		case "index":
			w.Index = int(s.number())
		case "section":
			w.Section = s.str()
		default:
			s.bad = true
		}
	})
}

// took takes c off, if it comes next.
func (s *simple) took(c byte) bool {
	if s.bad || s.text == "" || s.text[0] != c {
		return false
	}
	s.text = s.text[1:]
	return true
}

func (s *simple) need(c byte) {
	if !s.took(c) {
		s.bad = true
	}
}

func (s *simple) list(one func()) {
	for s.need('['); !s.bad; {
		one()
		if !s.took(',') {
			s.need(']')
			return
		}
	}
}

func (s *simple) object(one func(key string)) {
	for s.need('{'); !s.bad; {
		key := s.str()
		s.need(':')
		one(key)
		if !s.took(',') {
			s.need('}')
			return
		}
	}
}

func (s *simple) str() string {
	s.need('"')
	end := strings.IndexByte(s.text, '"')
	if s.bad || end < 0 || strings.IndexByte(s.text[:end], '\\') >= 0 {
		s.bad = true
		return ""
	}
	out := s.text[:end]
	s.text = s.text[end+1:]
	return out
}

func (s *simple) number() int64 {
	end := strings.IndexAny(s.text, ",}]")
	if s.bad || end < 0 {
		s.bad = true
		return 0
	}
	n, err := strconv.ParseInt(s.text[:end], 10, 64)
	s.bad, s.text = err != nil, s.text[end:]
	return n
}

// yes reads true; false is not kept.
func (s *simple) yes() bool {
	rest, ok := strings.CutPrefix(s.text, "true")
	s.text, s.bad = rest, s.bad || !ok
	return ok
}
