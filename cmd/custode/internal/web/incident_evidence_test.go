package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// madeUpEvidence reads what it is given to the end, as the real one does.
type madeUpEvidence struct {
	madeUpIncidents

	names []string
	bytes []string
}

func (m *madeUpEvidence) CanTake() error { return nil }

func (m *madeUpEvidence) Evidence(_ context.Context, id int64) (IncidentEvidence, error) {
	return IncidentEvidence{IncidentHead{ID: id, Title: "Lost", Seen: 9}, []EvidenceItem{{ID: "e1", Name: "a<b>.jpg", Sound: true}}}, nil
}

func (m *madeUpEvidence) TakeEvidence(_ context.Context, a Act, name string, r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	m.names, m.bytes = append(m.names, name), append(m.bytes, string(b))
	return m.act(a)
}

func (m *madeUpEvidence) HandEvidence(_ context.Context, a Act) error { return m.act(a) }

// upload is a form with files, as a browser sends it.
func upload(seen string, files ...[2]string) string {
	body := "--x\r\nContent-Disposition: form-data; name=\"seen\"\r\n\r\n" + seen + "\r\n--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nthe screen\r\n"
	for _, f := range files {
		body += "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + f[0] + "\"\r\nContent-Type: image/jpeg\r\n\r\n" + f[1] + "\r\n"
	}
	return body + "--x--\r\n"
}

func multi(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=x") }

func TestTakeEvidence(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	want(t, s.get("/incident/4/evidence"), http.StatusOK, "a&lt;b&gt;.jpg", `accept="image/*" capture`, `name="seen" value="9"`)
	r := s.send("POST", "/incident/4/evidence", upload("9", [2]string{`../../etc/cron.d/x.jpg`, "one"}, [2]string{`C:\\Users\\anna\\y.jpg`, "two"}, [2]string{"", ""}), multi)
	if r.StatusCode != http.StatusSeeOther || strings.Join(m.names, "|") != "x.jpg|y.jpg" || strings.Join(m.bytes, "|") != "one|two" {
		t.Fatalf("%s %q %q", r.Status, m.names, m.bytes)
	}
	if a := m.acts[0]; a.ID != 4 || a.Seen != 9 || a.Text != "the screen" {
		t.Errorf("%+v", a)
	}
	want(t, s.send("POST", "/incident/4/evidence", upload("9", [2]string{"", ""}), multi), http.StatusUnprocessableEntity, "Choose a file")
	whole := upload("9", [2]string{"z.jpg", strings.Repeat("z", 5000)})
	want(t, s.send("POST", "/incident/4/evidence", whole[:len(whole)-2000], multi), http.StatusBadRequest, "broke off")
	want(t, s.send("POST", "/incident/4/evidence", "seen=9", nil), http.StatusBadRequest, "incomplete")
	want(t, s.send("POST", "/incident/4/evidence", upload("", [2]string{"z.jpg", "z"}), multi), http.StatusBadRequest, "incomplete")
	if len(m.names) != 2 {
		t.Errorf("taken in: %q", m.names)
	}
	m.err = &OvertakenError{"It was taken in already", []string{"x.jpg, Maria"}}
	want(t, s.send("POST", "/incident/4/evidence", upload("9", [2]string{"x.jpg", "one"}), multi), http.StatusConflict, "It was taken in already", "x.jpg, Maria")
}

// TestTooMuchEvidence refuses what is too long before it reads it, and by what really comes.
func TestTooMuchEvidence(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	want(t, s.send("POST", "/incident/4/evidence", upload("9", [2]string{"x", "x"}), func(r *http.Request) { multi(r); r.ContentLength = 10 << 30 }), http.StatusRequestEntityTooLarge, "more than 2 GB")
	if len(m.names) != 0 {
		t.Error("it was read")
	}
	if err := brokenOff(&http.MaxBytesError{Limit: 1}); err == nil || strings.Contains(err.Error(), "web.") {
		t.Errorf("too much is called broken off: %v", err)
	}
}

func TestHandEvidence(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	form := url.Values{"seen": {"9"}, "step": {"e1"}, "text": {"Police, officer Neri"}}
	if r := s.post("/incident/4/handed", form); r.StatusCode != http.StatusSeeOther || m.acts[0].Step != "e1" || m.acts[0].Text != "Police, officer Neri" {
		t.Errorf("%s %+v", r.Status, m.acts)
	}
	m.err = &MistypedError{"": "Nothing is written"}
	want(t, s.post("/incident/4/handed", form), http.StatusUnprocessableEntity, "Nothing is written", `value="Police, officer Neri"`)
}
