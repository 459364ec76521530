package decide

import (
	"slices"

	"custode/playbook/fact"
)

// Term is one number of the severity, with the identifier of why.
type Term struct {
	Key     string // dpc, vulnerable, ei, confidentiality, integrity, availability, malicious
	Value   float64
	Why     string
	Assumed bool // not known: taken at the worst that is plausible
}

// Band is the severity in a word.
type Band string

// The bands of the method.
const (
	Low      Band = "low"       // below 2
	Medium   Band = "medium"    // from 2
	High     Band = "high"      // from 3
	VeryHigh Band = "very-high" // from 4
)

// Severity is the figure of ENISA's Recommendations for a methodology of the assessment of
// severity of personal data breaches, working document v1.0, December 2013:
// SE = DPC x EI + CB. Two flags stand beside it and are not in the figure.
type Severity struct {
	DPC, EI, CB, SE float64
	Band            Band
	Terms           []Term
	Unintelligible  bool // flag: the data cannot be read by others
	Many            bool // flag: more than 100 people
}

// BandOf gives the band of a figure.
func BandOf(se float64) Band {
	switch {
	case se < 2:
		return Low
	case se < 3:
		return Medium
	case se < 4:
		return High
	}
	return VeryHigh
}

// Compute is the method's arithmetic on its three components, clamped to their ranges.
func Compute(dpc, ei, cb float64) float64 {
	return min(max(dpc, 1), 4)*min(max(ei, 0.25), 1) + min(max(cb, 0), 2)
}

// context is how dangerous a kind of data is by the method: simple 1, behavioural 2,
// financial 3, sensitive 4. Numbers and documents that prove who one is are simple data
// that allow more, so one above; passwords count as what they most likely open.
var context = map[string]float64{
	"contact": 1, "birth": 1, "other": 1, "tax_id": 2, "identity_document": 2, "images": 2, "purchases": 2, "location": 2, "messages": 2,
	"employment": 3, "payment_card": 3, "bank": 3, "passwords": 3, "health": 4, "special": 4,
}

// Severity computes the figure from what is known. What is not known is taken at the worst
// that is plausible, and marked.
func (r *Rules) Severity(s fact.Set) Severity {
	var v Severity
	v.dpc(s)
	v.ei(s)
	v.circumstances(s)
	v.SE = Compute(v.DPC, v.EI, v.CB)
	v.Band = BandOf(v.SE)
	v.Unintelligible = s.Tri("data_encrypted").And(s.Tri("key_safe")) == fact.Yes
	n, ok := s.Number("people_count")
	v.Many = !ok || n > 100
	return v
}

func (v *Severity) add(key string, value float64, why string, assumed bool) {
	v.Terms = append(v.Terms, Term{key, value, why, assumed})
}

// dpc is the data processing context: the most dangerous kind counts; people who need
// protection lift it by one.
func (v *Severity) dpc(s fact.Set) {
	kinds := s.List("data_kinds")
	why, most := "", 0.0
	for _, k := range kinds {
		if context[k] > most {
			why, most = k, context[k]
		}
	}
	assumed := false
	for _, flag := range []struct{ key, kind string }{
		{"sensitive_data", "health"}, {"payment_data", "payment_card"}, {"passwords_data", "passwords"}, {"identity_data", "identity_document"},
	} {
		if t := s.Tri(flag.key); t != fact.No && context[flag.kind] > most {
			why, most, assumed = flag.kind, context[flag.kind], t == fact.Maybe
		}
	}
	if kinds == nil && most < 4 {
		why, most, assumed = "unknown", 4, true
	}
	v.DPC = most
	v.add("dpc", most, why, assumed)
	if vulnerable := s.Tri("vulnerable_people"); vulnerable == fact.Yes && v.DPC < 4 {
		v.DPC++
		v.add("vulnerable", 1, "yes", false)
	}
}

// ei is the ease of identification: who is named and can be found is identified fully;
// one number or picture alone, less.
func (v *Severity) ei(s fact.Set) {
	kinds := s.List("data_kinds")
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(k string) bool { return slices.Contains(kinds, k) })
	}
	switch {
	case kinds == nil:
		v.EI = 1
		v.add("ei", 1, "unknown", true)
		return
	case has("contact") && has("birth", "tax_id", "identity_document", "images"), has("identity_document"):
		v.EI = 1
		v.add("ei", 1, "maximum", false)
	case has("contact", "tax_id", "images"):
		v.EI = 0.75
		v.add("ei", 0.75, "significant", false)
	case has("bank", "payment_card", "birth", "employment", "messages", "passwords"):
		v.EI = 0.5
		v.add("ei", 0.5, "limited", false)
	default:
		v.EI = 0.25
		v.add("ei", 0.25, "negligible", false)
	}
}

// circumstances are those of the breach: loss of confidentiality, integrity and
// availability, each 0, 0.25 or 0.5, and intent, 0 or 0.5.
func (v *Severity) circumstances(s fact.Set) {
	grade := func(key string, happened fact.Tri, mild fact.Tri, mildWhy, gravelyWhy string) {
		value, why, assumed := 0.0, "no", false
		switch {
		case happened == fact.No:
		case mild == fact.Yes:
			value, why = 0.25, mildWhy
		default:
			value, why, assumed = 0.5, gravelyWhy, happened == fact.Maybe || mild == fact.Maybe
		}
		v.CB += value
		v.add(key, value, why, assumed)
	}
	known := s.Tri("recipient_trusted").And(s.Tri("public").Not())
	grade("confidentiality", s.Tri("confidentiality"), known, "known-recipients", "unknown-recipients")
	grade("integrity", s.Tri("integrity"), s.Tri("backup_works"), "recoverable", "lost")
	grade("availability", s.Tri("availability"), s.Tri("backup_works"), "recoverable", "lost")
	if m := s.Tri("malicious"); m != fact.No {
		v.CB += 0.5
		v.add("malicious", 0.5, m.String(), m == fact.Maybe)
	} else {
		v.add("malicious", 0, "no", false)
	}
}
