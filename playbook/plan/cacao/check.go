package cacao

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	goodID       = regexp.MustCompile(`^[a-z][a-z0-9-]+[a-z0-9]--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)
	goodProperty = regexp.MustCompile(`^[a-z0-9_]{3,250}$`)
	goodVariable = regexp.MustCompile(`^__[a-zA-Z][a-zA-Z0-9_-]{0,199}__$`)
)

// needed lists what CACAO requires of each type of step.
var needed = map[string][]string{
	typeStart: {"on_completion"}, typeEnd: nil, typeAction: {"commands", "agent"}, typeCall: {"playbook_id"}, typeParallel: {"next_steps"},
	typeIf: {"condition", "on_true"}, typeWhile: {"condition", "on_true"}, typeSwitch: {"switch", "cases"},
}

// checker gathers where a document breaks the rules of CACAO.
type checker struct {
	doc   map[string]any
	steps map[string]any
	out   []Note
}

// Check lists where a document breaks the rules of the CACAO 2.0 specification about what
// must be there and what must refer to what.
func Check(raw []byte) []Note {
	c := &checker{}
	if json.Unmarshal(raw, &c.doc) != nil {
		return []Note{{Code: "required", Detail: "type"}}
	}
	for _, name := range []string{"type", "spec_version", "id", "name", "created_by", "created", "modified", "workflow_start", "workflow"} {
		if c.doc[name] == nil {
			c.say("", "required", name)
		}
	}
	for _, name := range []string{"id", "created_by", "workflow_start", "workflow_exception"} {
		c.id("", name, c.doc[name])
	}
	for _, name := range []string{"created", "modified"} {
		text, _ := c.doc[name].(string)
		if _, err := time.Parse("2006-01-02T15:04:05.999999999Z", text); err != nil {
			c.say("", "time", name)
		}
	}
	c.steps, _ = c.doc["workflow"].(map[string]any)
	for _, at := range slices.Sorted(maps.Keys(c.steps)) {
		s, _ := c.steps[at].(map[string]any)
		c.step(at, s)
	}
	for _, name := range []string{"workflow_start", "workflow_exception"} {
		c.refer("", c.doc[name])
	}
	variables, _ := c.doc["playbook_variables"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if !goodVariable.MatchString(name) {
			c.say("", "identifier", name)
		}
	}
	c.extensions("", c.doc["playbook_extensions"])
	if types, _ := c.doc["playbook_types"].([]any); len(types) > 0 && c.doc["playbook_activities"] == nil {
		c.say("", "required", "playbook_activities")
	}
	return c.out
}

func (c *checker) say(step, code, detail string) {
	c.out = append(c.out, Note{Step: step, Code: code, Detail: short(detail)})
}

func (c *checker) id(step, name string, v any) {
	if text, ok := v.(string); v != nil && (!ok || !goodID.MatchString(text)) {
		c.say(step, "identifier", fmt.Sprintf("%s: %v", name, v))
	}
}

// refer checks that a step is there.
func (c *checker) refer(step string, v any) {
	if text, ok := v.(string); ok && c.steps[text] == nil {
		c.say(step, "dangling", text)
	}
}

func (c *checker) step(at string, s map[string]any) {
	kind, _ := s["type"].(string)
	must, known := needed[kind]
	switch {
	case !known:
		c.say(at, "type", kind)
	case !goodID.MatchString(at) || !strings.HasPrefix(at, kind+"--"):
		c.say(at, "identifier", at)
	}
	for _, name := range must {
		if s[name] == nil {
			c.say(at, "required", name)
		}
	}
	c.flow(at, kind, s)
	if n, ok := s["delay"].(float64); s["delay"] != nil && (!ok || n < 1) {
		c.say(at, "required", "delay")
	}
	if text, ok := s["agent"].(string); ok {
		agents, _ := c.doc["agent_definitions"].(map[string]any)
		if agents[text] == nil {
			c.say(at, "dangling", text)
		}
	}
	commands, _ := s["commands"].([]any)
	if kind == typeAction && len(commands) == 0 {
		c.say(at, "required", "commands")
	}
	for _, v := range commands {
		cmd, _ := v.(map[string]any)
		if cmd["type"] == nil || cmd["type"] == "manual" && cmd["command"] == nil && cmd["command_b64"] == nil {
			c.say(at, "required", "command")
		}
	}
	refs, _ := s["external_references"].([]any)
	for _, v := range refs {
		ref, _ := v.(map[string]any)
		if ref["name"] == nil || len(ref) < 2 {
			c.say(at, "required", "external_references")
		}
	}
	c.extensions(at, s["step_extensions"])
}

// flow checks where a step leads.
func (c *checker) flow(at, kind string, s map[string]any) {
	for _, name := range []string{"on_completion", "on_success", "on_failure", "on_true", "on_false"} {
		c.id(at, name, s[name])
		c.refer(at, s[name])
	}
	either := s["on_success"] != nil || s["on_failure"] != nil
	if s["on_completion"] != nil && either || kind == typeStart && either || kind == typeEnd && (either || s["on_completion"] != nil) {
		c.say(at, "flow", "on_completion")
	}
	next, _ := s["next_steps"].([]any)
	if kind == typeParallel && len(next) < 2 {
		c.say(at, "required", "next_steps")
	}
	for _, n := range next {
		c.refer(at, n)
	}
	cases, _ := s["cases"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		c.refer(at, cases[name])
	}
}

// extensions checks that they are declared, and named as they must be.
func (c *checker) extensions(at string, v any) {
	used, _ := v.(map[string]any)
	declared, _ := c.doc["extension_definitions"].(map[string]any)
	for _, id := range slices.Sorted(maps.Keys(used)) {
		if declared[id] == nil || !strings.HasPrefix(id, "extension-definition--") {
			c.say(at, "dangling", id)
		}
		properties, _ := used[id].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			if !goodProperty.MatchString(name) {
				c.say(at, "identifier", name)
			}
		}
	}
}

// unknownFields lists and keeps the fields of the document that this package does not read.
func (r *reader) unknownFields(raw []byte) {
	var doc struct {
		Workflow map[string]map[string]json.RawMessage `json:"workflow"`
	}
	var top map[string]json.RawMessage
	if json.Unmarshal(raw, &top) != nil || json.Unmarshal(raw, &doc) != nil {
		return
	}
	r.others("", top, reflect.TypeFor[document]())
	for _, at := range slices.Sorted(maps.Keys(doc.Workflow)) {
		r.others(at, doc.Workflow[at], reflect.TypeFor[step]())
		var ext map[string]json.RawMessage
		if json.Unmarshal(doc.Workflow[at]["step_extensions"], &ext) == nil {
			r.foreign(at, ext)
		}
	}
	r.foreign("", r.doc.Extensions)
}

func (r *reader) others(at string, have map[string]json.RawMessage, of reflect.Type) {
	reads := map[string]bool{}
	for f := range of.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		reads[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if !reads[name] {
			r.note(at, "field", name, have[name])
		}
	}
}

// foreign keeps the extensions of others.
func (r *reader) foreign(at string, ext map[string]json.RawMessage) {
	for _, id := range slices.Sorted(maps.Keys(ext)) {
		if id != extensionID {
			r.note(at, "field", id, ext[id])
		}
	}
}
