// Package answer writes the letters to a person who asked about their own data: that the
// request came (Acknowledgement), who they are (Identity), that it takes longer (Extension),
// the Answer to each right, and why something is refused (Refusal).
//
// They are filled by code out of the record of the request and the map of what the shop holds.
// What nobody said is a gap, marked so that nobody overlooks it; what the program cannot know,
// such as whether data were really erased, is a gap too until the owner confirms it. A letter
// names articles only of a law that applies in the shop's country: where none is known, none.
package answer

import (
	"errors"
	"slices"
	"time"

	"custode/internal/paper"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/notice"
	"custode/playbook/privacy/request"
)

// Kind is what a letter is.
type Kind string

// The letters.
const (
	Acknowledgement Kind = "acknowledgement"
	Identity        Kind = "identity"
	Extension       Kind = "extension"
	Answer          Kind = "answer"
	Refusal         Kind = "refusal"
)

// Kinds lists them all.
func Kinds() []Kind { return []Kind{Acknowledgement, Identity, Extension, Answer, Refusal} }

// Doubt is why a shop is not sure who asks.
type Doubt string

// The doubts.
const (
	OtherAddress Doubt = "other-address"
	SameName     Doubt = "same-name"
	NotKnown     Doubt = "not-known"
)

// Doubts lists them all.
func Doubts() []Doubt { return []Doubt{OtherAddress, SameName, NotKnown} }

// Ground is why a request is refused: there are no others.
type Ground string

// The grounds.
const (
	Unfounded   Ground = "unfounded"
	Excessive   Ground = "excessive"
	NoIdentity  Ground = "identity"
	LegalDuty   Ground = "legal-duty"
	Claims      Ground = "claims"
	Needed      Ground = "needed"
	Others      Ground = "others"
	OthersFile  Ground = "others-file"
	Correct     Ground = "correct"
	NoCase      Ground = "no-case"
	NotPortable Ground = "not-portable"
	Compelling  Ground = "compelling"
)

// Grounds lists those on which a right can be refused. An objection to advertising cannot be:
// there are none.
func Grounds(r request.Right) []Ground {
	all := []Ground{Unfounded, Excessive, NoIdentity}
	switch r {
	case request.Access:
		return append(all, Others)
	case request.Rectification:
		return append(all, Correct)
	case request.Erasure:
		return append(all, LegalDuty, Claims, Needed)
	case request.Restriction:
		return append(all, NoCase)
	case request.Portability:
		return append(all, NotPortable, OthersFile)
	case request.Objection:
		return append(all, Compelling)
	case request.ObjectionMarketing:
	}
	return nil
}

// Place is a folder in which a search found data about the person.
type Place struct {
	Folder     string // as the map shows it; "" for the data folder itself
	Categories []string
}

// Input is what a letter is made from.
type Input struct {
	Lang      string
	Country   string // of the shop
	Shop      string // its name where the map has no other
	Map       *datamap.Map
	Number    int64
	Right     request.Right
	Received  time.Time // a day
	Due       time.Time // the last day for the answer; with Extension the later one
	Who       request.Who
	Made      time.Time
	Cause     request.Cause // with Extension
	Doubt     Doubt         // with Identity; "": a gap
	Grounds   []Ground      // with Refusal
	Because   string        // the owner's own words, where a letter needs some; "": a gap
	Source    string        // whom the data are from, if not from the person
	Searched  bool          // a search was made, and Found is what it found
	Found     []Place
	Nothing   bool // the answer is that nothing is held
	Confirmed bool // the owner has read and confirmed what the program cannot know
}

// Letter is a letter.
type Letter struct {
	Doc      paper.Doc
	Gaps     []string // what is still to be filled in or checked
	Checks   bool     // some of it is to be checked: the owner alone knows whether it is true
	Elements []string // of the law that it serves, such as "15(1)(a)", in order
}

// The refusals.
var (
	ErrKind     = errors.New("answer: no such letter")
	ErrNoGround = errors.New("answer: a refusal needs a ground")
	ErrGround   = errors.New("answer: that is no ground to refuse this right")
	ErrAbsolute = errors.New("answer: an objection to advertising cannot be refused")
)

// Make writes a letter.
func Make(kind Kind, in Input) (Letter, error) {
	w, err := newWriter(in)
	if err != nil {
		return Letter{}, err
	}
	switch kind {
	case Acknowledgement:
		w.acknowledgement()
	case Identity:
		w.identity()
	case Extension:
		w.extension()
	case Answer:
		w.answer()
	case Refusal:
		switch {
		case in.Right.AtOnce():
			return Letter{}, ErrAbsolute
		case len(in.Grounds) == 0:
			return Letter{}, ErrNoGround
		}
		for _, g := range in.Grounds {
			if !slices.Contains(Grounds(in.Right), g) {
				return Letter{}, ErrGround
			}
		}
		w.refusal()
	default:
		return Letter{}, ErrKind
	}
	return w.letter(), nil
}

func (w *writer) acknowledgement() {
	w.title = w.t("ack_title")
	w.para(w.say("ack_1", "received", w.day(w.in.Received), "asks", w.t("asks_"+string(w.in.Right))))
	if w.in.Right.AtOnce() {
		w.para(w.confirm("ack_stop"))
	}
	w.para(w.say("ack_2", "due", w.day(w.in.Due)))
	w.para(w.say("ack_3"))
	w.para(w.fill("ack_4", texts{"contact": w.contact()}))
}

func (w *writer) identity() {
	w.title = w.t("id_title")
	w.asked()
	w.para(w.say("id_1"))
	because := w.gap("gap_doubt", w.in.Because)
	if w.in.Doubt != "" && w.in.Because == "" {
		because = paper.Say(w.t("doubt_" + string(w.in.Doubt)))
	}
	w.para(w.fill("id_why", texts{"because": because}))
	w.para(w.say("id_one"))
	w.list(w.say("id_a"), w.say("id_b"), w.say("id_c"))
	w.para(w.say("id_copy"))
	if w.law == notice.UKGDPR {
		w.para(w.say("id_then_uk"))
	} else {
		w.para(w.say("id_then"))
	}
	w.para(w.fill("ack_4", texts{"contact": w.contact()}))
	w.serves("12(6)")
}

func (w *writer) extension() {
	w.title = w.t("ext_title")
	w.asked()
	w.para(w.say("ext_1"))
	because := w.gap("gap_longer", w.in.Because)
	if w.in.Cause != request.Many {
		w.para(w.fill("ext_complex", texts{"because": because}))
	}
	if w.in.Cause == request.Many {
		key := "ext_many"
		if w.law == notice.UKGDPR {
			key = "ext_many_uk"
		}
		w.para(w.fill(key, texts{"because": because}))
	}
	w.para(w.say("ext_2", "due", w.day(w.in.Due)))
	w.complain()
	w.serves("12(3)")
}

func (w *writer) refusal() {
	w.title = w.t("ref_title")
	w.asked()
	w.para(w.say("ref_1"))
	var reasons []paper.Text
	for _, g := range w.in.Grounds {
		reasons = append(reasons, w.say("ground_"+string(g)))
	}
	w.list(reasons...)
	if slices.Contains(w.in.Grounds, LegalDuty) {
		w.mustKeep()
	}
	w.para(w.fill("ref_case", texts{"because": w.gap("gap_case", w.in.Because)}))
	w.complain()
	w.serves("12(4) reasons")
}

func (w *writer) answer() {
	switch w.in.Right {
	case request.Access:
		w.access()
	case request.Rectification:
		w.title = w.t("rect_title")
		w.asked()
		w.para(w.fill("rect_1", texts{"because": w.gap("gap_corrected", w.in.Because)}))
		w.told()
	case request.Erasure:
		w.erasure()
	case request.Restriction:
		w.title = w.t("res_title")
		w.asked()
		w.para(w.confirm("res_1", "made", w.day(w.in.Made)))
		w.told()
	case request.Portability:
		w.title = w.t("por_title")
		w.asked()
		w.para(w.confirm("por_1"))
		if uses := w.names(w.uses(datamap.Consent, datamap.Contract)); len(uses) > 0 {
			w.para(w.say("por_for"))
			w.list(uses...)
		}
		w.para(w.say("por_2"))
	case request.Objection:
		w.title = w.t("obj_title")
		w.asked()
		w.para(w.fill("obj_1", texts{"because": w.gap("gap_stopped", w.in.Because)}))
	case request.ObjectionMarketing:
		w.title = w.t("mkt_title")
		w.asked()
		w.para(w.confirm("mkt_1"))
		w.para(w.confirm("mkt_2"))
		w.para(w.say("mkt_3"))
	}
	if w.in.Right != request.Access || !w.in.Nothing {
		w.para(w.say("note", "months", number(request.WhoMonths)))
	}
	w.complain()
}

// erasure says what was erased, what has to be kept and why, and what becomes of copies.
func (w *writer) erasure() {
	w.title = w.t("era_title")
	w.asked()
	gone := w.names(w.uses(datamap.Consent, datamap.Contract, datamap.Interest))
	if len(gone) > 0 {
		w.para(w.confirm("era_gone"))
		w.list(gone...)
	} else {
		w.para(w.confirm("era_all"))
	}
	if w.mustKeep(); len(w.in.Map.Declaration.Uses) == 0 {
		w.para(w.say("era_must"))
		w.list(w.gap("gap_must", ""))
	}
	w.told()
	w.para(w.confirm("era_copies"))
}

// mustKeep lists what a law wants to be kept.
func (w *writer) mustKeep() {
	var kept []paper.Text
	for _, u := range w.uses(datamap.Obligation) {
		key := "era_kept"
		if u.Keep.From == datamap.Invoice {
			key = "era_kept_invoice"
		}
		kept = append(kept, w.fill(key, texts{"name": paper.Say(u.Name.In(w.lang)), "kinds": paper.Say(w.kinds(u.Categories)), "cite": paper.Say(w.cite(u.Law)), "time": w.time(u.Keep.Months)}))
	}
	if len(kept) == 0 {
		return
	}
	w.para(w.say("era_must"))
	w.list(kept...)
	w.para(w.say("era_only"))
	w.serves("17(3)(b)")
}

// told says who else was told (Art. 19), where data were given to anybody.
func (w *writer) told() {
	var names []string
	for _, r := range w.recipients(w.uses()) {
		names = append(names, r.Name.In(w.lang))
	}
	if len(names) > 0 {
		w.para(w.confirm("told", "names", w.join(names)))
		w.serves("19")
	}
}
