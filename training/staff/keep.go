package staff

// Learner is one person's row with all that is sealed, as the database keeps it.
type Learner struct {
	Person

	Lock     []byte // of package pin; empty: no PIN was chosen yet
	Code     []byte // of package pin; empty: no code was given with which one is chosen
	Progress []byte // sealed
	Turn     int64  // another number whenever Progress was written
}

// Step is what one answer, or the end of a sitting, changes.
type Step struct {
	Turn     int64  // of the Learner that it was made from; somebody else's step in between is refused
	NewTurn  int64  // another one, by chance: a count would tell how many questions there were
	Progress []byte // sealed
	Answers  []byte // all of the day, sealed; nil: no new one
	Day      string
	Tally    []Tally // none: not counted
	Finished bool    // the sitting is over
	Next     string  // with Finished: the day from which on the next one is due
}

// Tally is how the team does in one topic. Counted is through the coin toss.
type Tally struct {
	Topic          string
	Asked, Counted int
}
