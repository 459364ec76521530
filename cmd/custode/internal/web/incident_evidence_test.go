package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"custode/internal/fault"
)

// madeUpEvidence reads what it is given to the end, as the real one does.
type madeUpEvidence struct {
	madeUpIncidents

	names []string
	bytes []string
	bad   map[string]error // what becomes of the file of a name
	open  bool
	after error // that comes when something was sent already

	filled int64 // of the disk
	keyed  error // that there are no keys
}

func (m *madeUpEvidence) CanTake() error { return m.keyed }

func (m *madeUpEvidence) EvidenceRoom() int64 { return RoomUnknown - m.filled }

func (m *madeUpEvidence) Evidence(_ context.Context, id int64) (IncidentEvidence, error) {
	return IncidentEvidence{IncidentHead{ID: id, Title: "Lost", Seen: 9}, []EvidenceItem{{ID: "e1", Name: "a<b>.jpg"}, {ID: "e2", Name: "c.jpg", Gone: "damaged or gone"}}, "3 GB"}, nil
}

func (m *madeUpEvidence) TakeEvidence(_ context.Context, a Act, name string, r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	if err := m.bad[name]; err != nil {
		return err
	}
	m.names, m.bytes = append(m.names, name), append(m.bytes, string(b))
	return m.act(a)
}

func (m *madeUpEvidence) HandEvidence(_ context.Context, a Act) error { return m.act(a) }

func (m *madeUpEvidence) Held(context.Context) (bool, error) { return m.open, nil }

func (m *madeUpEvidence) EvidencePiece(_ context.Context, id int64, item string) (EvidencePiece, error) {
	return EvidencePiece{IncidentHead: IncidentHead{ID: id, Title: "Lost", Seen: 9}, Item: EvidenceItem{ID: item, Name: "a<b>.jpg"}, Sums: []Fact{{"SHA-256", "c0ffee"}}, Handled: []string{"Collected by Anna"}}, nil
}

func (m *madeUpEvidence) VerifyEvidence(context.Context, int64, func(Progress)) (Outcome, error) {
	return Outcome{Title: "Everything is there"}, nil
}

func (m *madeUpEvidence) GiveEvidence(_ context.Context, a Act, begin func(Download) io.Writer) error {
	m.acts = append(m.acts, a)
	if m.err != nil {
		return m.err
	}
	_, _ = io.WriteString(begin(Download{Name: "foto <1>.jpg", Type: "application/octet-stream"}), "bytes")
	return m.after
}

func (m *madeUpEvidence) ExportEvidence(ctx context.Context, a Act, begin func(Download) io.Writer) error {
	return m.GiveEvidence(ctx, a, begin)
}

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
	want(t, s.get("/incident/4/evidence"), http.StatusOK, "a&lt;b&gt;.jpg", "take 3 GB", `accept="image/*" capture`, `name="seen" value="9"`)
	r := s.send("POST", "/incident/4/evidence", upload("9", [2]string{`../../etc/cron.d/x.jpg`, "one"}, [2]string{`C:\\Users\\anna\\y.jpg`, "two"}, [2]string{"", ""}), multi)
	if r.StatusCode != http.StatusSeeOther || strings.Join(m.names, "|") != "x.jpg|y.jpg" || strings.Join(m.bytes, "|") != "one|two" {
		t.Fatalf("%s %q %q", r.Status, m.names, m.bytes)
	}
	if a := m.acts[0]; a.ID != 4 || a.Seen != 9 || a.Text != "the screen" {
		t.Errorf("%+v", a)
	}
	want(t, s.send("POST", "/incident/4/evidence", upload("9", [2]string{"", ""}), multi), http.StatusUnprocessableEntity, "Choose a file")
	m.keyed = fault.New(fault.Usage, "fault.keys.none")
	if page := want(t, s.get("/incident/4/evidence"), http.StatusOK, "There are no keys yet", `href="/vault"`, "a&lt;b&gt;.jpg"); strings.Contains(page, `type="file"`) {
		t.Error("asks for files that it cannot take in")
	}
	m.keyed = nil
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

// TestSomeEvidence: where one of several files cannot be taken in, the page says which were, and which were not.
func TestSomeEvidence(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	three := [][2]string{{"one.jpg", "1"}, {"two.jpg", strings.Repeat("2", 3000)}, {"three.jpg", "3"}}
	said := func(r *http.Response, status int, kept, left string) {
		t.Helper()
		page := want(t, r, status)
		list := func(head string) string {
			_, after, _ := strings.Cut(page, head)
			items, _, _ := strings.Cut(after, "</ul>")
			var all []string
			for _, one := range strings.Split(items, "<li>")[1:] {
				name, _, _ := strings.Cut(one, "</li>")
				all = append(all, name)
			}
			return strings.Join(all, "|")
		}
		if got := list("Taken in and sealed</strong>"); got != kept {
			t.Errorf("said to be kept: %q, not %q", got, kept)
		}
		if got := list("Not taken in:"); got != left {
			t.Errorf("said not to be kept: %q, not %q", got, left)
		}
		if got := strings.Join(m.names, "|"); got != kept {
			t.Errorf("kept: %q, not %q", got, kept)
		}
		m.names = nil
	}
	full := &fault.Error{Code: fault.IO, ID: "fault.play.evidence.io", Path: "two.jpg", Err: syscall.ENOSPC}
	m.bad = map[string]error{"two.jpg": full}
	r := s.send("POST", "/incident/4/evidence", upload("7", three...), multi)
	page := text(t, r)
	for _, part := range []string{"two.jpg (the disk is full)", "make room", `name="seen" value="7"`, `value="the screen"`} {
		if !strings.Contains(page, part) {
			t.Errorf("no %q in %s", part, page)
		}
	}
	r.Body = io.NopCloser(strings.NewReader(page))
	said(r, http.StatusInternalServerError, "one.jpg", "two.jpg|three.jpg")
	m.bad = map[string]error{"two.jpg": &OvertakenError{"Already there", []string{"two.jpg, Maria"}}}
	said(s.send("POST", "/incident/4/evidence", upload("7", three...), multi), http.StatusConflict, "one.jpg|three.jpg", "")
	m.bad = nil
	whole := upload("7", three...)
	cut := func(at int) *http.Response { // as a server sees a connection that breaks
		return s.send("POST", "/incident/4/evidence", "", func(r *http.Request) {
			multi(r)
			r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(whole[:at]), iotest.ErrReader(io.ErrUnexpectedEOF))), int64(len(whole))
		})
	}
	said(cut(strings.Index(whole, "2222")+2000), http.StatusBadRequest, "one.jpg", "two.jpg|what had not arrived yet")
	said(cut(strings.Index(whole, "three.jpg")), http.StatusBadRequest, "one.jpg|two.jpg", "what had not arrived yet")
}

// TestTooMuchEvidence refuses what is too long before it reads it, and by what really comes where that was not said.
func TestTooMuchEvidence(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	if page := want(t, s.get("/incident/4/evidence"), http.StatusOK, "not even half"); strings.Contains(page, "There is room for") {
		t.Error("room that nobody knows of is promised")
	}
	sent := func(length int64) *http.Response {
		return s.send("POST", "/incident/4/evidence", upload("9", [2]string{"x", "x"}), func(r *http.Request) { multi(r); r.ContentLength = length })
	}
	m.filled = RoomUnknown - 9e9
	want(t, s.get("/incident/4/evidence"), http.StatusOK, `data-room="9000000000"`, "There is room for 9 GB.")
	want(t, sent(10<<30), http.StatusRequestEntityTooLarge, "There is room for 9 GB", "Make room")
	m.filled = RoomUnknown
	if page := want(t, s.get("/incident/4/evidence"), http.StatusOK, "no room left"); strings.Contains(page, ">Take it in<") {
		t.Error("a full disk is offered files")
	}
	want(t, sent(-1), http.StatusRequestEntityTooLarge, "no room left")
	if len(m.names) != 0 {
		t.Error("it was read")
	}
	m.filled = 0
	if r := sent(300 << 30); r.StatusCode == http.StatusRequestEntityTooLarge {
		t.Error("refused, though there may be room:", r.Status)
	}
	m.names = nil
	most := int64(5000)
	m.filled = RoomUnknown - most
	body := upload("9", [2]string{"small", "x"}, [2]string{"film", strings.Repeat("x", int(most+mostAround))}, [2]string{"after", "x"})
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/incident/4/evidence", strings.NewReader(body))
	multi(r)
	r.ContentLength = -1
	r.SetPathValue("id", "4")
	w := httptest.NewRecorder()
	v := &visit{Server: s.Server, w: w, r: r, office: m}
	v.speak()
	if err := takeEvidence(v); err != nil {
		t.Fatal(err)
	}
	want(t, w.Result(), http.StatusRequestEntityTooLarge, "There is room for 5 kB", "<li>small</li>", "<li>film</li>\n<li>what had not arrived yet</li>")
	if strings.Join(m.names, "|") != "small" {
		t.Errorf("kept: %q", m.names)
	}
}

func TestHandEvidence(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	form := url.Values{"seen": {"9"}, "step": {"e1"}, "text": {"Police, officer Neri"}}
	if r := s.post("/incident/4/handed", form); r.Header.Get("Location") != "/incident/4/evidence/e1" || r.StatusCode != http.StatusSeeOther || m.acts[0].Step != "e1" || m.acts[0].Text != "Police, officer Neri" {
		t.Errorf("%s %+v", r.Status, m.acts)
	}
	m.err = &MistypedError{"": "Nothing is written"}
	want(t, s.post("/incident/4/handed", form), http.StatusUnprocessableEntity, "Nothing is written", `value="Police, officer Neri"`)
}

// TestGivePiece: a piece is given as a file to keep, never as a page; what fails before is a page, what fails after
// breaks the file off.
func TestGivePiece(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	want(t, s.get("/incident/4/evidence"), http.StatusOK, `href="/incident/4/evidence/e1"`, "damaged or gone", "Verify all", `value="sealed" checked`)
	if page := want(t, s.get("/incident/4/evidence/e1"), http.StatusOK, "c0ffee", "Collected by Anna", `action="/incident/4/evidence/unlock"`); strings.Contains(page, "Download a readable copy") {
		t.Error("a readable copy is offered without the keys")
	}
	m.open = true
	want(t, s.get("/incident/4/evidence/e1"), http.StatusOK, "Download a readable copy")
	r := s.post("/incident/4/evidence/e1", nil)
	if got := r.Header.Get("Content-Disposition"); want(t, r, http.StatusOK, "bytes") != "bytes" || !strings.HasPrefix(got, "attachment") || r.Header.Get("Content-Type") != "application/octet-stream" || m.acts[0].Step != "e1" {
		t.Errorf("%q %+v", got, m.acts)
	}
	if r := s.post("/incident/4/evidence/unlock", url.Values{"item": {"e1"}}); r.Header.Get("Location") != "/incident/4/evidence/e1" {
		t.Errorf("unlocked, and sent to %q", r.Header.Get("Location"))
	}
	m.err = &fault.Error{Code: fault.Data, ID: "fault.play.evidence.damaged"}
	want(t, s.post("/incident/4/evidence/e1", nil), http.StatusUnprocessableEntity, "not what was collected")
	m.err, m.after = nil, io.ErrUnexpectedEOF
	defer func() {
		if r := recover(); r != http.ErrAbortHandler { //nolint:errorlint // the value itself
			t.Errorf("half a file is sent as a whole one: %v", r)
		}
	}()
	s.post("/incident/4/evidence/e1", nil)
}

func TestExportEvidence(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{open: true}
	s.madeUp.Office = m
	want(t, s.post("/incident/4/evidence/export", url.Values{"for": {"all"}}), http.StatusBadRequest, "incomplete")
	want(t, s.post("/incident/4/evidence/export", url.Values{"for": {"key"}, "key": {" age1x "}}), http.StatusOK, "bytes")
	if a := m.acts[0]; len(m.acts) != 1 || a.What != "key" || a.Text != "age1x" {
		t.Errorf("%+v", m.acts)
	}
	m.err = &fault.Error{Code: fault.Usage, ID: "fault.play.evidence.to", Args: []any{"age1x"}}
	want(t, s.post("/incident/4/evidence/export", url.Values{"for": {"key"}, "key": {"age1x"}}), http.StatusUnprocessableEntity, "no key of age", `value="age1x"`)
	if r := s.post("/incident/4/evidence/verify", nil); !strings.HasPrefix(r.Header.Get("Location"), "/work/") {
		t.Error(r.Status)
	}
}
