package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Encode writes a plan as a file; Parse reads the same plan from it. Comments and the
// order of fields are not kept: what a run keeps are the bytes in Raw.
func Encode(p *Plan) ([]byte, error) {
	return encodeFile(p.file())
}

func encodeFile(y yamlPlan) ([]byte, error) {
	raw, err := yaml.Marshal(y)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return raw, nil
}

// file gives the plan in the shape of its file.
func (p *Plan) file() yamlPlan {
	y := yamlPlan{Schema: Schema, ID: p.ID, Version: p.Version, Title: p.Title, When: p.When, Words: p.Words}
	for _, s := range p.Steps {
		out := yamlStep{
			ID: s.ID, Type: s.Type, Phase: s.Phase, Role: s.Role, Say: s.Say, How: s.How, DoNot: s.DoNot,
			Evidence: s.Evidence, Sources: s.Sources, Asks: s.Asks, Sets: s.Sets, Contacts: s.Contacts, Letters: s.Letters,
			Next: s.Next, On: s.On, Cautious: s.Cautious, Branches: s.Branches, Body: s.Body, Max: s.Max, Plan: s.Plan,
		}
		if s.Due != (Due{}) {
			out.Due = &yamlDue{Within: brief(s.Due.Within), From: s.Due.From}
		}
		if s.Drill.Points != 0 || len(s.Drill.Before) > 0 {
			d := s.Drill
			out.Drill = &d
		}
		if s.Until != nil {
			out.Until = s.Until.String()
		}
		if s.For != 0 {
			out.For = brief(s.For)
		}
		y.Steps = append(y.Steps, out)
	}
	return y
}

// brief writes a length of time as people do: "30m", "48h".
func brief(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
