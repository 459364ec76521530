package rules

import "custode/scan/watch/structure"

// hit is what a rule says of a fact.
type hit struct {
	rule     Rule
	severity Severity
	why      Why
	usual    int
	limit    int
	takes    sign // which of the actor's recent facts belong to it
	by       int  // which of the actors: 0 the session, the last the program
}

// decoy: nobody has a reason to open a decoy, but who reads everything, and
// that is known of it. Nobody at all has one to change it. A decoy that goes
// together with its whole folder is judged by how much went.
func (e *Engine) decoy(f *Fact, h *Habit) *hit {
	switch {
	case !f.Decoy, f.Verb == Delete && f.WithAll, f.Own, f.Verb == Create, f.Verb == Permission && !f.Exposed:
		return nil
	case f.Verb != Read:
		return &hit{rule: Decoy, severity: Critical, why: Altered, limit: 1}
	case h.Said == Normal, h.Said == Unsaid && h.Decoys && e.profile.Learned(f.At):
		return nil
	}
	return &hit{rule: Decoy, severity: High, why: Opened, limit: 1}
}

// unreadable: three files of one session that no longer open within a minute,
// or fewer where renamed, deleted and new unreadable files speak for it.
func (e *Engine) unreadable(f *Fact, s sign, list []*actor) *hit {
	if s&^(signRead|signUnexpected|signExposed) == 0 {
		return nil
	}
	for by, a := range list {
		t, r := a.n(a.short, signUnreadable, f.At), a.n(a.short, signRenamed, f.At)
		d, i, n := a.n(a.short, signDeleted, f.At), a.n(a.short, signChanged, f.At), a.n(a.short, signNoise, f.At)
		w := a.n(a.short, signWiped, f.At)
		i = min(i, 5*(t+r+w)) // one odd file among fifty that a program edits is no sign
		enough := 10*t+4*r+3*d+2*i+3*n+w >= 30
		if enough && (t > 0 || r > 0 && (n > 0 || i > 0) || d > 0 && n > 0 || w > 2) {
			return &hit{rule: Unreadable, severity: Critical, limit: 3, by: by, takes: signUnreadable | signRenamed | signDeleted | signChanged | signNoise}
		}
	}
	return nil
}

// bulk: more files read in ten minutes than 60, and than three times what this
// program of this user ever read here. What no habit explains also counts for
// the session, over all its programs and folders.
func (e *Engine) bulk(f *Fact, h *Habit, list []*actor, s *sign) *hit {
	if f.Verb != Read || f.Own || *s&signRead == 0 {
		return nil
	}
	a := list[len(list)-1]
	r := a.reads[f.Folder]
	if r == nil {
		r = &burst{window: newWindow(ten)}
		a.reads[f.Folder] = r
	}
	n := r.add(f.At, key(f.Path))
	if n == 1 {
		r.usual = h.Most
	}
	usual := r.usual
	limit := max(e.cfg.Limits.Reads, 3*usual)
	if e.profile.grows(h, f.At) {
		h.Most = max(h.Most, n)
	}
	over := func(by int) *hit {
		return &hit{rule: Bulk, by: by, severity: High, usual: usual, limit: limit, takes: signRead | signRepacked}
	}
	if n > limit {
		*s |= signUnexpected
		return over(len(list) - 1)
	}
	if h.Said == Wrong || h.Said == Unsaid && (!e.profile.Learned(f.At) || usual == 0) {
		*s |= signUnexpected
		if total := list[0].n(list[0].long, signUnexpected, f.At) + 1; total > e.cfg.Limits.Reads && e.profile.Learned(f.At) {
			return over(0)
		}
	}
	return nil
}

// stranger: after the seven days, who never touched this folder, or does there
// now what it never did.
func (e *Engine) stranger(f *Fact, h *Habit, fresh bool) *hit {
	if !e.profile.Learned(f.At) || !f.Who.Known() || f.Own {
		return nil
	}
	x := &hit{rule: Stranger, severity: Note, limit: 1}
	if f.Sealed {
		x.severity = High
	}
	switch {
	case h.Said == Wrong:
		x.why, x.severity = Refused, High
	case fresh && f.Who.User == "" && e.profile.seen(f.Folder, f.Who.Program):
		return nil
	case fresh:
		x.why = Newcomer
	case f.Who.Digest != "" && h.Digest != "" && f.Who.Digest != h.Digest && (f.Packaged == nil || !f.Packaged()):
		x.why, x.severity = OtherProgram, High
	case f.Verb&Writes != 0 && h.Verbs != 0 && h.Verbs&Writes == 0:
		x.why = FirstWrite
	default:
		x = nil
	}
	if f.Who.Digest != "" {
		h.Digest = f.Who.Digest // told once
	}
	if x != nil && x.why == FirstWrite {
		h.Verbs |= f.Verb
	}
	return x
}

// hours: a person at work while the shop is closed. A service that was seen at
// this hour before is at its usual work; so is what runs in somebody's log-in,
// once it is known what is usual.
func (e *Engine) hours(f *Fact, h *Habit) *hit {
	if !e.cfg.Hours.Known() || e.cfg.Hours.Open(f.At) || f.Own {
		return nil
	}
	learned := e.profile.Learned(f.At)
	switch {
	case h.Said == Normal, h.Said == Unsaid && learned && h.Hours.Near(f.At):
		return nil
	case !f.Who.Human && (f.Who.Known() && !f.Who.Desk || !learned):
		return nil
	}
	return &hit{rule: Hours, severity: Note, limit: 1, takes: signRead | signChanged | signDeleted | signRenamed}
}

// repacks reports whether a file that goes is told of already, by what is being said of
// who read it: a store of packs is tidied by reading them, writing their contents into new
// ones, and deleting them. A file that something opens, or that is sealed, is none of those,
// and most of them look like a cipher: of five at least four.
func (e *Engine) repacks(f *Fact, session *actor) bool {
	if f.Was != structure.Other || f.Sealed || f.Who.Session == 0 || !session.made[f.Folder] {
		return false
	}
	if !f.Opaque && 5*(session.odd+1) > session.n(session.long, signRepacked, f.At)+1 {
		return false
	}
	for _, i := range e.open {
		if i.Rule == Bulk && i.Folder == f.Folder && i.Who.Session == f.Who.Session && i.Who.Program == f.Who.Program && i.seen[key(f.Path)]&signRead != 0 {
			if !f.Opaque {
				session.odd++
			}
			return true
		}
	}
	return false
}

// mass: many files deleted or renamed in ten minutes, or made readable for
// everyone.
func (e *Engine) mass(f *Fact, s sign, h *Habit, list []*actor) *hit {
	if s&(signDeleted|signUseless|signRepacked|signRenamed|signExposed) == 0 {
		return nil
	}
	l, grows := e.cfg.Limits, e.profile.grows(h, f.At)
	x := &hit{rule: Mass, severity: High, takes: signDeleted | signUseless | signRenamed | signExposed}
	for by, a := range list {
		x.by = by
		switch {
		case s&(signDeleted|signUseless|signRepacked) != 0:
			x.why, x.usual = ManyDeleted, a.before(h, signDeleted, h.Deleted, f.At)
			x.limit = max(l.Deletes, 3*x.usual)
			n := a.n(a.long, signDeleted, f.At) + a.n(a.long, signUseless, f.At)
			if grows {
				h.Deleted = max(h.Deleted, n+a.n(a.long, signRepacked, f.At))
			}
			if n >= x.limit {
				return x
			}
		case s&signRenamed != 0:
			x.why, x.usual = ManyRenamed, a.before(h, signRenamed, h.Renamed, f.At)
			x.limit = max(l.Renames, 3*x.usual)
			n := a.n(a.long, signRenamed, f.At)
			if grows {
				h.Renamed = max(h.Renamed, n)
			}
			if n >= x.limit {
				return x
			}
		case s&signExposed != 0:
			x.why, x.limit = OpenToEveryone, l.Exposed
			if f.Dir || f.Sealed {
				x.limit = 1
			}
			if a.n(a.long, signExposed, f.At) >= x.limit {
				return x
			}
		}
	}
	return nil
}
