// Package cacao writes plans as CACAO Security Playbooks 2.0 (OASIS, Committee
// Specification 01), so that other tools can show and run them, and reads such documents.
//
// What CACAO lacks (two languages, who it is for, due times, evidence, drills, the facts that
// a step asks) stands in one extension, so that a plan that was written is read again without
// loss. A document of somebody else becomes a draft: what custode does not understand is kept
// and listed, and a condition that it cannot read is put to the person word for word.
//
// CACAO nests where plans join: every branch of a condition or a parallel comes to an end step
// of its own, and the step that opened it goes on. See writer.walk and reader.walk.
package cacao

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"custode/internal/i18n"
	"custode/internal/source"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// SpecVersion is the version of CACAO that this package reads and writes.
const SpecVersion = "cacao-2.0"

// extensionID names our extension; it never changes.
const extensionID = "extension-definition--6f3a2c1e-8b4d-4c7a-9e21-5d0b7f4a1c93"

// Errors of Import and Export.
var (
	ErrNotCACAO = errors.New("not a CACAO 2.0 playbook")
	ErrUnsound  = errors.New("the plan is not sound: check it first")
)

// Known is what plans refer to.
type Known struct {
	Facts   *fact.Book
	Sources *source.List
}

// Note is something about a document that a person should look at.
type Note struct {
	Step   string          `json:"step"` // the id of the step in the plan, or in the document; "" for the whole
	Code   string          `json:"code"`
	Detail string          `json:"detail"`         // never empty
	Raw    json.RawMessage `json:"kept,omitempty"` // what was not understood, as it was
}

// Key is the key of the sentence about it; the sentence takes Detail.
func (n Note) Key() string { return "cacao." + n.Code }

// The types of steps.
const (
	typeStart    = "start"
	typeEnd      = "end"
	typeAction   = "action"
	typeCall     = "playbook-action"
	typeParallel = "parallel"
	typeIf       = "if-condition"
	typeWhile    = "while-condition"
	typeSwitch   = "switch-condition"
)

type document struct {
	Type               string                     `json:"type"`
	SpecVersion        string                     `json:"spec_version"`
	ID                 string                     `json:"id"`
	Name               string                     `json:"name"`
	Description        string                     `json:"description,omitempty"`
	Types              []string                   `json:"playbook_types,omitempty"`
	Activities         []string                   `json:"playbook_activities,omitempty"`
	CreatedBy          string                     `json:"created_by"`
	Created            string                     `json:"created"`
	Modified           string                     `json:"modified"`
	References         []reference                `json:"external_references,omitempty"`
	Variables          map[string]variable        `json:"playbook_variables,omitempty"`
	Start              string                     `json:"workflow_start"`
	Workflow           map[string]*step           `json:"workflow"`
	Extensions         map[string]json.RawMessage `json:"playbook_extensions,omitempty"`
	Agents             map[string]agent           `json:"agent_definitions,omitempty"`
	ExtensionsDeclared map[string]extension       `json:"extension_definitions,omitempty"`
}

type step struct {
	Type         string                     `json:"type"`
	Name         string                     `json:"name,omitempty"`
	Description  string                     `json:"description,omitempty"`
	References   []reference                `json:"external_references,omitempty"`
	Delay        int64                      `json:"delay,omitempty"` // milliseconds
	OnCompletion string                     `json:"on_completion,omitempty"`
	OnSuccess    string                     `json:"on_success,omitempty"`
	OnFailure    string                     `json:"on_failure,omitempty"`
	Commands     []command                  `json:"commands,omitempty"`
	Agent        string                     `json:"agent,omitempty"`
	OutArgs      []string                   `json:"out_args,omitempty"`
	NextSteps    []string                   `json:"next_steps,omitempty"`
	Condition    string                     `json:"condition,omitempty"`
	OnTrue       string                     `json:"on_true,omitempty"`
	OnFalse      string                     `json:"on_false,omitempty"`
	Switch       string                     `json:"switch,omitempty"`
	Cases        map[string]string          `json:"cases,omitempty"`
	PlaybookID   string                     `json:"playbook_id,omitempty"`
	Extensions   map[string]json.RawMessage `json:"step_extensions,omitempty"`
}

type command struct {
	Type     string `json:"type"`
	Command  string `json:"command,omitempty"`
	Base64   string `json:"command_b64,omitempty"`
	Activity string `json:"playbook_activity,omitempty"`
}

type agent struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

type variable struct {
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

type reference struct {
	Name   string `json:"name"`
	Source string `json:"source,omitempty"`
	URL    string `json:"url,omitempty"`
	ID     string `json:"external_id,omitempty"`
}

type extension struct {
	Type        string `json:"type"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	CreatedBy   string `json:"created_by"`
	Schema      string `json:"schema"`
	Version     string `json:"version"`
}

// planExtension is what CACAO lacks about a playbook.
type planExtension struct {
	Schema  string    `json:"schema"`
	PlanID  string    `json:"plan_id"`
	Version string    `json:"version"`
	Lang    string    `json:"language"` // of names and descriptions outside the extension
	Title   i18n.Text `json:"title"`
	When    i18n.Text `json:"when"`
	Words   struct {
		EN []string `json:"en"`
		IT []string `json:"it"`
	} `json:"words"`
}

// stepExtension is what CACAO lacks about a step.
type stepExtension struct {
	StepID   string            `json:"step_id"`
	Place    int               `json:"place"` // in the order of the plan
	Type     plan.Type         `json:"type"`
	Phase    plan.Phase        `json:"phase,omitempty"`
	Role     plan.Role         `json:"role,omitempty"`
	Say      i18n.Text         `json:"say,omitzero"`
	How      i18n.Text         `json:"how,omitzero"`
	DoNot    i18n.Text         `json:"do_not,omitzero"`
	Asks     []string          `json:"asks,omitempty"`
	Sets     map[string]string `json:"sets,omitempty"`
	Within   string            `json:"due_within,omitempty"`
	From     string            `json:"due_from,omitempty"`
	Evidence []plan.Evidence   `json:"evidence,omitempty"`
	Contacts []string          `json:"contacts,omitempty"`
	Letters  []string          `json:"letters,omitempty"`
	Drill    plan.Drill        `json:"drill,omitzero"`
	Sources  []string          `json:"sources,omitempty"`
	Cautious string            `json:"cautious,omitempty"`
	Until    string            `json:"until,omitempty"`
	Max      int               `json:"max,omitempty"`
	Plan     string            `json:"plan,omitempty"`
}

// extend makes the extension of a step.
func extend(s *plan.Step, place int) stepExtension {
	e := stepExtension{
		StepID: s.ID, Place: place, Type: s.Type, Phase: s.Phase, Role: s.Role, Say: s.Say, How: s.How, DoNot: s.DoNot, Asks: s.Asks, Sets: s.Sets,
		From: s.Due.From, Evidence: s.Evidence, Contacts: s.Contacts, Letters: s.Letters, Drill: s.Drill, Sources: s.Sources,
		Cautious: s.Cautious, Max: s.Max, Plan: s.Plan,
	}
	if s.Due.Within != 0 {
		e.Within = s.Due.Within.String()
	}
	if s.Until != nil {
		e.Until = s.Until.String()
	}
	return e
}

// name is what the document calls a step: what it says, or what it asks.
func (e *stepExtension) name(book *fact.Book, lang string) string {
	if !e.Say.Empty() || len(e.Asks) == 0 {
		return e.Say.In(lang)
	}
	d, _ := book.Find(e.Asks[0])
	return d.Ask.In(lang)
}

// describe is what the document says more of a step.
func (e *stepExtension) describe(lang string) string {
	return strings.TrimSpace(e.How.In(lang) + "\n\n" + e.DoNot.In(lang))
}

// uuid makes an identifier of an object from what it is, always the same for the same thing.
func uuid(kind string, of ...string) string {
	b := sha256.Sum256([]byte("custode\x00" + kind + "\x00" + strings.Join(of, "\x00")))
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // in the form of a random one
	return fmt.Sprintf("%s--%x-%x-%x-%x-%x", kind, b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// playbookID is the id of a plan in CACAO.
func playbookID(id string) string { return uuid("playbook", id) }

// variableOf is the name of a fact in CACAO.
func variableOf(key string) string { return "__" + key + "__" }

// factOf gives the fact that a variable stands for, in either way of writing it.
func factOf(book *fact.Book, name string) (fact.Def, bool) {
	name = strings.TrimSuffix(strings.TrimSpace(strings.Trim(strings.TrimSpace(name), "$")), ":value")
	key, ok := strings.CutPrefix(name, "__")
	if key, ok2 := strings.CutSuffix(key, "__"); ok && ok2 {
		return book.Find(key)
	}
	return fact.Def{}, false
}

// stamp writes a moment as CACAO wants it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// activities says which of CACAO's activities a phase is.
var activities = map[plan.Phase]string{
	plan.Verify: "identify-indicators", plan.Contain: "restrict-access", plan.Preserve: "analyze-collected-data", plan.Assess: "analyze-collected-data",
	plan.Notify: "deliver-content", plan.Recover: "restore-capabilities", plan.Learn: "eliminate-risk",
}

// answers lists the answers of a question, those of the fact first and "unknown" last.
func answers(on map[string]string) []string {
	var out []string
	for a := range on {
		if a != fact.Unknown {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	if _, ok := on[fact.Unknown]; ok {
		out = append(out, fact.Unknown)
	}
	return out
}
