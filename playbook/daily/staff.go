package daily

import "time"

// StaffFacts say who learns; nil: nobody could look.
type StaffFacts struct {
	People int64 // on the list
	Due    int64 // of them, for how many a quiz is due
}

// quizzes: of everybody it is known only whether a quiz is due, never what was answered.
func quizzes(f Facts) Item {
	const id = "people.quiz"
	from := Phrase{Key: "evidence.quizzes"}
	due := []string{"custode", "quiz", "due"}
	switch s := f.Staff; {
	case s == nil:
		return item(id, Unknown, "unknown").do("due.do", due...)
	case s.People == 0:
		return item(id, Attention, "nobody").do("nobody.do", "custode", "staff", "add")
	case s.Due == 0:
		return item(id, OK, "ok").count(s.People).from(Recorded, time.Time{}, from)
	case 5*s.Due <= s.People:
		return item(id, Attention, "due").count(s.Due, s.People).from(Recorded, time.Time{}, from).do("due.do", due...)
	default:
		return item(id, Act, "due").count(s.Due, s.People).from(Recorded, time.Time{}, from).do("due.do", due...)
	}
}
