// Package training is the engine of the quizzes: which questions are due (boxes.go), in what
// order their options are shown, what an answer is worth (grade.go), and a sitting that can be
// left and taken up again (session.go). It knows no terminal, no database, no clock and no
// chance: the moment and the seed are passed in.
package training

// Answer is what a person gave to one question. Which parts there are depends on its type.
type Answer struct {
	Chosen  []string `json:"chosen,omitempty"`  // single, multiple: options; order: all steps as the person put them; spot: the marked parts
	Verdict string   `json:"verdict,omitempty"` // true-false: True or False; spot: Fraud or Genuine
}

// The verdicts.
const (
	True    = "true"
	False   = "false"
	Fraud   = "fraud"
	Genuine = "genuine"
)

// Result is what an answer is worth.
type Result struct {
	Score  int      // 0 to 100
	Passed bool     // Score is at least PassMark: the question moves up a box
	Hits   []string // what was chosen and is right; order: steps that stand where they should
	Missed []string // what is right and was not chosen
	Wrong  []string // what was chosen and is not right; order: steps that stand elsewhere
}

// PassMark is the score from which on an answer counts as right.
const PassMark = 75
