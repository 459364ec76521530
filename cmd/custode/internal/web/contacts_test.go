package web

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"custode/internal/fault"
)

// callers keeps contacts.
type callers struct {
	*madeUp

	kept  []Contact
	right []string
}

func (c *callers) Contacts(context.Context) (Contacts, error) {
	return Contacts{Own: []Contact{{Kind: "bank", Label: "Bank"}, {Kind: "it", Label: "IT", Name: "Luca <b>", Phone: "055", Checked: "Long ago.", Old: true}}}, nil
}

func (c *callers) KeepContact(_ context.Context, one Contact) error {
	if one.Name == "" && one.Phone == "" {
		return fault.New(fault.Usage, "fault.play.contact")
	}
	c.kept = append(c.kept, one)
	return nil
}

func (c *callers) RightContact(_ context.Context, kind string) error {
	c.right = append(c.right, kind)
	return nil
}

func TestContacts(t *testing.T) {
	s := newSite(t)
	o := &callers{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	want(t, s.get("/incident/contacts"), http.StatusOK, "Luca &lt;b&gt;", "Long ago.", `value="right"`, `name="kind" value="bank"`)
	form := url.Values{"kind": {"bank"}, "note": {"day and night"}}
	want(t, s.post("/incident/contacts", form), http.StatusUnprocessableEntity, `value="day and night"`, `role="alert"`)
	form.Set("phone", " 055 1 ")
	if r := s.post("/incident/contacts", form); r.Header.Get("Location") != "/incident/contacts?kept=bank#bank" || len(o.kept) != 1 || o.kept[0].Phone != "055 1" || o.kept[0].Note != "day and night" {
		t.Errorf("%v %+v", r.Header, o.kept)
	}
	want(t, s.get("/incident/contacts?kept=bank"), http.StatusOK, "Kept.")
	if s.post("/incident/contacts", url.Values{"kind": {"it"}, "act": {"right"}}); len(o.right) != 1 || len(o.kept) != 1 {
		t.Errorf("%v %+v", o.right, o.kept)
	}
}
