package judge

import (
	"custode/scan/watch"
	"custode/scan/watch/rules"
)

// Who names an actor as the rules know it.
func Who(a *watch.Actor) rules.Who {
	w := rules.Who{Session: a.Session, User: a.User, Program: a.Program, Desk: a.Desk}
	if a.Script != "" {
		w.Program = a.Script // the interpreter is everybody's
	}
	return w
}

// Verbs says what an event means before anybody looks at the file: one set of verbs for
// each thing that was done.
func Verbs(ev *watch.Event) []rules.Verb {
	var out []rules.Verb
	op := ev.Op
	if op&watch.Rename != 0 {
		switch {
		case ev.Path == "":
			out = append(out, rules.Delete)
		case ev.From == "":
			out = append(out, rules.Create|rules.Change)
		case !ev.Dir:
			out = append(out, rules.Rename)
		}
	}
	if ev.Path == "" {
		return out
	}
	if op&(watch.Read|watch.Open) != 0 && op&watch.Changes == 0 && !ev.Dir {
		out = append(out, rules.Read)
	}
	if op&(watch.Write|watch.CloseWrite) != 0 && !ev.Dir {
		out = append(out, rules.Change|rules.Create) // which of the two shows later
	}
	if op&watch.Permission != 0 {
		out = append(out, rules.Permission)
	}
	if op&watch.Delete != 0 {
		out = append(out, rules.Delete)
	}
	return out
}
