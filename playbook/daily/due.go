package daily

import "time"

// The check that the system starts is held once a day, in the morning. The system asks every hour of its running
// whether it is due; what that is, is said here once for all systems.
const (
	dueHour  = 9              // of the shop's own clock
	dueApart = 20 * time.Hour // at least, from one to the next, whoever held the last
)

// NextDue tells when the next check by itself is due: at the first nine o'clock after the last one, where the shop is,
// but never within 20 hours of it. A zero time: none was ever held, and it is due at once. Between two of them lie at most
// 25 hours (a day on which the clocks are set back), and what the system takes to ask.
func NextDue(last time.Time, shop *time.Location) time.Time {
	if last.IsZero() {
		return last
	}
	at := last.In(shop)
	nine := time.Date(at.Year(), at.Month(), at.Day(), dueHour, 0, 0, 0, shop)
	if !nine.After(at) {
		nine = time.Date(at.Year(), at.Month(), at.Day()+1, dueHour, 0, 0, 0, shop)
	}
	if soonest := at.Add(dueApart); nine.Before(soonest) {
		return soonest
	}
	return nine
}
