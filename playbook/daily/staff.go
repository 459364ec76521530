package daily

import "time"

// StaffFacts say who learns; nil: nobody could look.
type StaffFacts struct {
	People int64 // on the list
	Due    int64 // of them, for how many a quiz is due
	Behind int64 // of these, how many have finished none for thirty days, or since they were added
}

// quizzes: of everybody it is known only whether a quiz is due and since when, never what was
// answered. A quiz that became due this week is no alarm; a month without one is.
func quizzes(f Facts, now time.Time) Item {
	const id = "people.quiz"
	from := Phrase{Key: "evidence.quizzes"}
	due := []string{"custode", "quiz", "due"}
	switch s := f.Staff; {
	case s == nil:
		return item(id, Unknown, "unknown").do("due.do", due...)
	case s.People == 0:
		return graced(item(id, Act, "nobody").do("nobody.do", "custode", "staff", "add"), f, now)
	case 5*s.Behind > s.People:
		return item(id, Act, "behind").count(s.Behind, s.People).from(Recorded, time.Time{}, from).do("due.do", due...)
	case s.Behind > 0:
		return item(id, Attention, "behind").count(s.Behind, s.People).from(Recorded, time.Time{}, from).do("due.do", due...)
	case s.Due > 0:
		return item(id, Attention, "due").count(s.Due, s.People).from(Recorded, time.Time{}, from).do("due.do", due...)
	}
	return item(id, OK, "ok").count(f.Staff.People).from(Recorded, time.Time{}, from)
}
