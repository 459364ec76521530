// Package plan holds the plans that lead a person through an incident: steps authored in
// YAML (content/), in both languages side by side, read, checked and given as a graph.
// It runs nothing: package playbook does.
package plan

import (
	"time"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

// Schema is the version of the format that this package reads.
const Schema = "playbook/v1"

// Type says what a step is.
type Type string

// The types of steps.
const (
	Start    Type = "start"    // where the plan begins; one a plan
	Action   Type = "action"   // something to do
	Decision Type = "decision" // a yes/no fact decides where to go on
	Choice   Type = "choice"   // a choice fact decides where to go on
	Parallel Type = "parallel" // several branches in any order, by several people
	Repeat   Type = "repeat"   // its body again until a condition holds, at most Max times
	Wait     Type = "wait"     // until some time has gone by
	Call     Type = "call"     // another plan, then on
	End      Type = "end"
)

// Phase says what a step serves.
type Phase string

// The phases, in the order of an incident.
const (
	Verify   Phase = "verify"
	Contain  Phase = "contain"
	Preserve Phase = "preserve"
	Assess   Phase = "assess"
	Notify   Phase = "notify"
	Recover  Phase = "recover"
	Learn    Phase = "learn"
)

// Role says who does a step.
type Role string

// The roles.
const (
	Owner     Role = "owner"     // decides, signs, holds the key
	Responder Role = "responder" // does it, collects evidence
	Staff     Role = "staff"     // reports, does what is assigned
)

// Evidence is what a step wants kept.
type Evidence struct {
	Kind string    `yaml:"kind" json:"kind"` // note, photo, file
	What i18n.Text `yaml:"what" json:"what"`
}

// Due is the soft target of a step: it is shown, and blocks nothing.
type Due struct {
	Within time.Duration // of elapsed time
	From   string        // "start" of the run, or a fact of type time such as "aware_at"
}

// Drill says what a step is worth in an exercise.
type Drill struct {
	Points int      `yaml:"points" json:"points,omitempty"`
	Before []string `yaml:"before" json:"before,omitempty"` // steps that should come later than this one
}

// Step is one step of a plan.
type Step struct {
	ID    string
	Type  Type
	Phase Phase
	Role  Role
	Say   i18n.Text // one sentence: what to do or to answer
	How   i18n.Text // how to do it
	DoNot i18n.Text // what not to do

	Due      Due
	Evidence []Evidence
	Sources  []string          // "GDPR:33(1)": an id of package source, and where in it
	Asks     []string          // facts that a person gives with this step; a decision or choice: the one that decides
	Sets     map[string]string // facts that follow when it is done
	Contacts []string          // whom to call: kinds of contacts, such as "bank"
	Letters  []string          // letters that belong to this step
	Drill    Drill

	Next     string            // where to go on
	On       map[string]string // decision: yes, no, unknown; choice: an option's id, unknown
	Cautious string            // decision: the answer whose branch "unknown" takes
	Branches []string          // parallel: the first step of each; each branch ends at Next
	Body     string            // repeat: its first step; the body ends at the repeat itself
	Until    *fact.Cond        // repeat
	Max      int               // repeat: at most so many times
	For      time.Duration     // wait
	Plan     string            // call
}

// Plan leads through one kind of incident.
type Plan struct {
	ID      string
	Version string
	Title   i18n.Text
	When    i18n.Text // "use this if"
	Words   struct {  // what a person might say when it happens, for finding the plan
		EN []string `yaml:"en"`
		IT []string `yaml:"it"`
	}
	Steps  []Step // in the order of the file; the first is the start
	Digest string // hex SHA-256 of the bytes it was read from
	Raw    []byte // these bytes: a run keeps the plan that it began with

	index  map[string]int
	places []place // a step each; none where there is no file
}

// Step finds a step by its id.
func (p *Plan) Step(id string) (*Step, bool) {
	i, ok := p.index[id]
	if !ok {
		return nil, false
	}
	return &p.Steps[i], true
}
