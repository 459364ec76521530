package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/paper"
)

func (m *madeUpIncidents) IncidentFact(_ context.Context, id int64, key string) (IncidentHead, IncidentField, error) {
	return IncidentHead{ID: id, Title: "Lost", Seen: 9}, IncidentField{Key: key, Ask: "Where?", Kind: "text", Value: "at the bar"}, nil
}

func (m *madeUpIncidents) SetFact(_ context.Context, a Act) error { return m.act(a) }
func (m *madeUpIncidents) Decide(_ context.Context, a Act) error  { return m.act(a) }

func (m *madeUpIncidents) Assessment(_ context.Context, id int64) (IncidentHead, Assessment, error) {
	return IncidentHead{ID: id, Title: "Lost", Seen: 9}, Assessment{Of: incidentPath(id), Findings: []Finding{{Status: "act", Say: "The authority: notify.", Why: []IncidentNote{{"Art. 33", "A risk"}}, Missing: []FactLine{{Key: "place", Name: "Place"}}}}, Fields: []IncidentField{
		{Key: "authority_decision", Ask: "Do you notify?", Kind: "tri", Options: []Choice{{ID: "yes", Name: "Yes", On: true}, {ID: "no", Name: "No"}}},
	}}, nil
}

func (m *madeUpIncidents) Letter(_ context.Context, id int64, kind, stage string) (IncidentLetter, error) {
	doc := paper.Doc{Title: "Dear", Note: stage, Blocks: []paper.Block{{Kind: paper.Para, Text: paper.Text{{S: "We <lost>"}, {S: "UNKNOWN", Gap: true}}}}}
	return IncidentLetter{IncidentHead: IncidentHead{ID: id, Title: "Lost", Seen: 9}, Kind: kind, Name: "To the people", Doc: doc, Gaps: []LetterGap{{Key: "place", Name: "Place", Mandatory: true}}}, nil
}

func (m *madeUpIncidents) PrintLetter(_ context.Context, a Act, kind, _, form string) (Download, error) {
	return Download{kind + "." + form, "application/pdf", []byte("%PDF")}, m.act(a)
}

func (m *madeUpIncidents) SentLetter(_ context.Context, a Act, _, _ string) error { return m.act(a) }

func TestFactPage(t *testing.T) {
	s, m := newSite(t), &madeUpIncidents{}
	s.madeUp.Office = m
	want(t, s.get("/incident/4/fact/place?back=/incident/4/letter/people"), http.StatusOK, ">at the bar</textarea>", `name="back" value="/incident/4/letter/people"`)
	form := url.Values{"seen": {"9"}, "fact.place": {"at home"}, "fact.cause": {"smuggled"}, "back": {"/incident/4/letter/people"}}
	r := s.post("/incident/4/fact/place", form)
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/incident/4/letter/people" || len(m.acts[0].Values) != 1 || m.acts[0].Values["place"] != "at home" {
		t.Errorf("%s %v %+v", r.Status, r.Header, m.acts)
	}
	form.Set("back", "https://evil.test/")
	if r := s.post("/incident/4/fact/place", form); r.Header.Get("Location") != "/incident/4/facts" {
		t.Errorf("led away: %v", r.Header)
	}
	m.err = &OvertakenError{"Maria said it at noon", []string{"Place: at work"}}
	want(t, s.post("/incident/4/fact/place", form), http.StatusConflict, "Maria said it at noon", "Place: at work", ">at home</textarea>")
}

func TestDecisionPage(t *testing.T) {
	s, m := newSite(t), &madeUpIncidents{}
	s.madeUp.Office = m
	want(t, s.get("/incident/4/decision"), http.StatusOK, "The authority: notify.", "A risk", "(Art. 33)", `href="/incident/4/fact/place?back=%2fincident%2f4/decision"`)
	m.err = &MistypedError{"": "A short reason is needed"}
	want(t, s.post("/incident/4/decision", url.Values{"seen": {"9"}, "fact.authority_decision": {"no"}, "text": {""}}), http.StatusUnprocessableEntity, "A short reason is needed", `value="no" checked`)
}

func TestLetterPage(t *testing.T) {
	s, m := newSite(t), &madeUpIncidents{}
	s.madeUp.Office = m
	want(t, s.get("/incident/4/letter/people?stage=complete"), http.StatusOK, "We &lt;lost&gt;<mark>UNKNOWN</mark>", `href="/incident/4/fact/place?back=%2fincident%2f4/letter/people"`, `name="stage" value="complete"`)
	form := url.Values{"seen": {"9"}, "act": {"pdf"}}
	r := s.post("/incident/4/letter/people", form)
	if body := text(t, r); body != "%PDF" || r.Header.Get("Content-Disposition") != "attachment; filename=people.pdf" {
		t.Errorf("%s %v", body, r.Header)
	}
	form.Set("act", "sent")
	if r := s.post("/incident/4/letter/people", form); r.StatusCode != http.StatusSeeOther {
		t.Error(r.Status)
	}
	m.err = &OvertakenError{Say: "Sent: Maria, at noon"}
	if body := want(t, s.post("/incident/4/letter/people", form), http.StatusConflict, "Sent: Maria, at noon"); !strings.Contains(body, "To the people") {
		t.Error("another page")
	}
	want(t, s.get("/incident/4/report/exe"), http.StatusNotFound)
}
