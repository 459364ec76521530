// Package question is the shape of what staff are asked: questions in five types, both
// languages side by side, as they stand in a file of YAML. Parse reads a file and says where
// it is wrong; whether questions are well written is judged elsewhere (package bank).
package question

import "custode/internal/i18n"

// Schema is how a file of questions begins.
const Schema = "custode.quiz/1"

// Type says how a question is asked and answered.
type Type string

// The types.
const (
	Single    Type = "single"     // one option is right
	Multiple  Type = "multiple"   // two or more options are right, at least one is wrong
	TrueFalse Type = "true-false" // the text is a statement
	Order     Type = "order"      // steps to be put in order
	Spot      Type = "spot"       // a scene: genuine or a fraud, and what gives it away
)

// File is one topic and its questions.
type File struct {
	Topic      string // its id: "phishing"
	Title      i18n.Text
	Objectives []Objective
	Questions  []Question
}

// Objective is one thing that a topic teaches.
type Objective struct {
	ID   string    `yaml:"id"`
	Text i18n.Text `yaml:"text"`
}

// Question is one thing to ask. Which of its parts there are depends on its type.
type Question struct {
	ID        string
	Topic     string // the id of its file's topic
	Objective string // the id of an objective of the topic; may be empty in a file of the shop's own
	Type      Type
	Level     int      // 1 everybody, 2 who handles data, 3 needs thought
	Essential bool     // new staff begin with it
	Plans     []string // ids of the playbook's plans: after such an incident or exercise it comes up
	Sources   []string // references to package source; may be empty in a file of the shop's own
	Text      i18n.Text
	Explain   i18n.Text // why the right answer is right: shown after every answer
	Options   []Option  // single, multiple
	Statement bool      // true-false: whether Text is true
	Steps     []Step    // order: as they should be
	Scene     *Scene    // spot
	Line      int       // in the file, from 1
}

// Option is one answer to choose.
type Option struct {
	ID    string    `yaml:"id"`
	Text  i18n.Text `yaml:"text"`
	Right bool      `yaml:"right,omitempty"`
	Why   i18n.Text `yaml:"why,omitempty"` // of a wrong one: what is wrong about it
}

// Step is one thing to put in its place.
type Step struct {
	ID   string    `yaml:"id"`
	Text i18n.Text `yaml:"text"`
}

// SceneKind says what a scene is a picture of.
type SceneKind string

// The kinds of scenes.
const (
	Mail   SceneKind = "mail"
	Chat   SceneKind = "text" // a text message or a chat
	Screen SceneKind = "screen"
)

// Scene is a mail, a message or a screen, in parts. Each part can be marked.
type Scene struct {
	Kind    SceneKind `yaml:"kind"`
	Genuine bool      `yaml:"genuine"`
	Parts   []Part    `yaml:"parts"`
}

// PartKind says what a part of a scene is.
type PartKind string

// The kinds of parts.
const (
	From       PartKind = "from"     // Text: the name shown; Target: the address or number
	ReplyTo    PartKind = "reply-to" // Target: the address
	Subject    PartKind = "subject"
	Body       PartKind = "body"       // a sentence or a few
	Link       PartKind = "link"       // Text: what is shown; Target: where it leads
	Attachment PartKind = "attachment" // Text: the file's name
	Button     PartKind = "button"     // on a screen
)

// Part is one part of a scene.
type Part struct {
	ID     string    `yaml:"id"`
	Kind   PartKind  `yaml:"kind"`
	Text   i18n.Text `yaml:"text,omitempty"`
	Target string    `yaml:"target,omitempty"` // the same in every language
	Clue   i18n.Text `yaml:"clue,omitempty"`   // why it gives the fraud away; empty: it does not
	Fine   i18n.Text `yaml:"fine,omitempty"`   // why it is no clue, where somebody could take it for one
}

// Clues lists the ids of the parts that give a fraud away.
func (s *Scene) Clues() []string {
	var out []string
	for _, p := range s.Parts {
		if !p.Clue.Empty() {
			out = append(out, p.ID)
		}
	}
	return out
}
