package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"custode/internal/fault"
)

// TestTypedByHand: what a person wrote is given back when it could not be taken, and nothing of what the form carries besides.
func TestTypedByHand(t *testing.T) {
	s := newSite(t)
	s.doors.shut()
	body := want(t, s.post("/privacy/requests", url.Values{
		"page": {"k3f9kq2m7xw4p5s6t7u8v9w2x3"}, "right": {"access"}, "how": {"mail"}, "seen": {"12"}, "name": {"Jo"}, "contact": {"<jo> \U0001f338"}, "key": {"the-secret-of-a-service"},
	}), http.StatusUnauthorized, "<pre class=\"typed\">Jo</pre>", "&lt;jo&gt; \U0001f338</pre>")
	for _, mark := range []string{"k3f9kq2m7xw4p5s6t7u8v9w2x3", ">access<", ">mail<", ">12<", "the-secret"} {
		if strings.Contains(body, mark) {
			t.Errorf("%s is shown", mark)
		}
	}
	form := url.Values{"what": {"closed"}, "form": {"pdf"}}
	if shown := byHand("/", []typed{{"what", form.Get("what")}, {"form", form.Get("form")}, {"what", "the door was open"}, {"form", "A-17"}}); len(shown) != 2 {
		t.Errorf("%q", shown)
	}
	for to, n := range map[string]int{"/vault/open": 0, "/start/restore": 1} { // a button's file, and a place where one is typed
		if shown := byHand(to, []typed{{"file", "/shop/rossi.csv.age"}}); len(shown) != n {
			t.Errorf("%s: %q", to, shown)
		}
	}
}

// TestFailedKeepsText: where a form fails, what was written in it stands on the page that says so.
func TestFailedKeepsText(t *testing.T) {
	s := newSite(t)
	m := &madeUpRequests{}
	m.err = fault.New(fault.IO, "fault.privacy.nothing")
	s.madeUp.Office = m
	want(t, s.post("/privacy/requests", url.Values{"name": {"Zita Esempio"}, "right": {"access"}}), http.StatusInternalServerError, "Zita Esempio</pre>")
}

// TestPressedWhileLocked: a button that was pressed on a locked page is not called something that was typed, and leads back to where it was.
func TestPressedWhileLocked(t *testing.T) {
	s := newSite(t)
	s.forward(idleLocks + time.Second)
	for from, look := range map[string]string{"http://" + testHost + "/data?from=50": "/data?from=50", "http://evil.test/x": "/", "": "/"} {
		s.forward(idleLocks + time.Second)
		want(t, s.send("POST", "/check", "do=all", func(r *http.Request) { r.Header.Set("Referer", from) }), http.StatusForbidden, `name="look" value="`+look+`"`)
		want(t, s.post("/unlock", url.Values{"back": {"/check"}, "post": {"1"}, "look": {look}, "kept.do": {"all"}, "passphrase": {madeUpPass}}), http.StatusOK, "was not done", `href="`+look+`"`, `name="do" value="all"`)
	}
}

// TestTabletAsksAnew: a tablet whose session ended is asked for the digits, not for a command, and what was typed on it is
// sent after them, over wrong ones.
func TestTabletAsksAnew(t *testing.T) {
	s := newTablet(t)
	s.doors.shut()
	typed := url.Values{"page": {"p1"}, "text": {"A <strange> mail"}, "name": {"Luca"}}
	body := want(t, s.tap("POST", "/problem/else", typed.Encode(), nil), http.StatusUnauthorized, `action="/code"`, "A &lt;strange&gt; mail</pre>", `name="kept.page" value="p1"`, `name="back" value="/problem/else"`)
	if strings.Contains(body, "custode serve") || strings.Contains(body, "on your computer") {
		t.Error("the staff are told what only the owner can do")
	}
	again := url.Values{"code": {"000000x"}, "back": {"/problem/else"}, "post": {"1"}, "kept.text": typed["text"], "kept.name": typed["name"]}
	want(t, s.tap("POST", "/code", again.Encode(), nil), http.StatusForbidden, `name="kept.text" value="A &lt;strange&gt; mail"`)
	digits, _ := s.Code()
	again.Set("code", digits)
	r := s.tap("POST", "/code", again.Encode(), nil)
	if len(r.Cookies()) != 1 {
		t.Error("not let in")
	}
	want(t, r, http.StatusOK, `<form method="post" action="/problem/else">`, `name="text" value="A &lt;strange&gt; mail"`)
	digits, _ = s.Code()
	if to := s.tap("POST", "/code", url.Values{"code": {digits}, "back": {"/quiz"}}.Encode(), nil).Header.Get("Location"); to != "/quiz" {
		t.Errorf("goes on at %q", to)
	}
	s.jar = ""
	want(t, s.tap("GET", "/quiz", "", nil), http.StatusUnauthorized, `action="/code"`, `name="back" value="/quiz"`)
}

// TestStaffAreToldWhatTheyCanDo: what fails at the tablet leads to whoever runs the shop, and a report that cannot be
// taken keeps its text.
func TestStaffAreToldWhatTheyCanDo(t *testing.T) {
	s := newTablet(t)
	o := &stepOffice{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	s.madeUp.Office = &madeUpProblems{err: errors.New("full")}
	body := want(t, s.tap("GET", "/nowhere", "", nil), http.StatusNotFound, "first page")
	if strings.Contains(body, "today&#39;s check") || strings.Contains(body, "today's check") {
		t.Error("there is no check at the tablet")
	}
	for path, home := range map[string]int{"/": 0, "/problem": 1, "/quiz": 1, "/steps/7": 0} {
		if body := want(t, s.tap("GET", path, "", nil), http.StatusOK); strings.Count(body, `<a class="button quiet" href="/">`) != home {
			t.Errorf("%s: the way back to the first page", path)
		}
	}
	want(t, s.tap("POST", "/problem/device", url.Values{"page": {"p"}, "text": {"It was <stolen>"}}.Encode(), nil), http.StatusInternalServerError, "It was &lt;stolen&gt;</textarea>", "tell whoever runs the shop")
	// the seat was given up while somebody did the step and wrote
	want(t, s.tap("POST", "/steps/mine/4", url.Values{"step": {"a#2"}, "seen": {"9"}, "act": {"told"}, "text": {"I called the bank"}}.Encode(), nil), http.StatusForbidden, "I called the bank</pre>", `href="/steps/7"`)
}

// TestUploadWhileLocked: an upload on a page that was locked meanwhile gives back what was written with it, whether the
// text came before its file or after, and says that the file has to be chosen again.
func TestUploadWhileLocked(t *testing.T) {
	s := newSite(t)
	body := "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nThe <door>\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" + strings.Repeat("j", 1<<20) +
		"\r\n--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nafter it\r\n--x--\r\n"
	send := func() *http.Response {
		return s.send("POST", "/privacy/choices/import", body, func(r *http.Request) {
			r.Header.Set("Content-Type", `multipart/form-data; boundary=x`)
			r.Header.Set("Referer", "http://"+testHost+"/privacy/choices")
		})
	}
	s.forward(idleLocks + time.Second)
	page := want(t, send(), http.StatusForbidden, `name="kept.text" value="The &lt;door&gt;"`, `name="kept.note" value="after it"`, `name="files" value="1"`, "chosen again")
	if strings.Contains(page, "jjjj") {
		t.Error("the file came back")
	}
	form := url.Values{"back": {"/privacy/choices/import"}, "look": {"/privacy/choices"}, "post": {"1"}, "files": {"1"}, "kept.text": {"The <door>"}, "passphrase": {madeUpPass}}
	if page = want(t, s.post("/unlock", form), http.StatusOK, "The &lt;door&gt;</pre>", `href="/privacy/choices"`); strings.Contains(page, `action="/privacy/choices/import"`) {
		t.Error("it is sent without its file")
	}
	s.forward(idleLocks + time.Second)
	form.Del("kept.text")
	if to := s.post("/unlock", form).Header.Get("Location"); to != "/privacy/choices" {
		t.Errorf("nothing was written: %q", to)
	}
	s.doors.shut()
	want(t, send(), http.StatusUnauthorized, "The &lt;door&gt;</pre>")
}

// TestRefusedChoicesKeepText: what was typed beside a file that is refused, and whom one looked for, stay in their forms.
func TestRefusedChoicesKeepText(t *testing.T) {
	s, m := newSite(t), &madeUpChoices{held: true, err: fault.New(fault.Data, "fault.privacy.nothing")}
	s.madeUp.Office = m
	send := func(path string, fields map[string]string) *http.Response {
		var b strings.Builder
		for name, value := range fields {
			b.WriteString("--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
		}
		b.WriteString("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nx\r\n--x--\r\n")
		return s.send("POST", path, b.String(), func(r *http.Request) { r.Header.Set("Content-Type", `multipart/form-data; boundary=x`) })
	}
	want(t, send("/privacy/choices/import", map[string]string{"text": "We write <you>", "since": "2026-01-02", "column": "Mail<", "purpose": "offers", "numbers": "sms", "order": "month-day", "all-no": "1"}), http.StatusUnprocessableEntity,
		"We write &lt;you&gt;</textarea>", `value="2026-01-02"`, `value="Mail&lt;"`, `value="sms" selected`, `value="month-day" selected`, `name="all-no" value="1" checked`, `name="only" value="1">`)
	want(t, send("/privacy/choices/filter", map[string]string{"column": "Col<"}), http.StatusUnprocessableEntity, `value="Col&lt;"`)
	want(t, s.post("/privacy/choices/of", url.Values{"contact": {"zita@<example>"}}), http.StatusUnprocessableEntity, `value="zita@&lt;example&gt;"`)
	m.held = false
	want(t, send("/privacy/choices/import", map[string]string{"text": "We write <you>"}), http.StatusForbidden, "We write &lt;you&gt;</pre>")
}
