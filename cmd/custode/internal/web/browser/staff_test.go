package browser

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/security"

	"custode/cmd/custode/internal/web"
	"custode/internal/i18n"
)

// reached wants an address that a tablet in the shop could reach. Where there is none, root gives the
// loopback one as long as the test runs: nobody else reaches it.
func reached(t *testing.T) {
	t.Helper()
	if len(web.Neighbours()) > 0 {
		return
	}
	change := func(ctx context.Context, how string) error {
		return exec.CommandContext(ctx, "ip", "address", how, "10.213.47.1/32", "dev", "lo").Run()
	}
	if err := change(t.Context(), "add"); err != nil {
		missing(t, "lan", err)
	}
	t.Cleanup(func() { _ = change(context.WithoutCancel(t.Context()), "del") })
}

// TestStaffDoor goes in by the tablet's door, with the six digits of the owner's screen, by keyboard alone; takes a quiz there
// and reports a problem, which the owner finds among the alerts.
func TestStaffDoor(t *testing.T) {
	t.Parallel()
	reached(t)
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		s.setUp(w.Lang)
		s.run("staff", "add", "Anna")
		owner := newTab(t)
		owner.enter(s.serve())
		owner.click(`nav a[href="/team"]`)
		owner.click(`form[action$="/code"] button`)
		owner.lookedAt(axe, w.Lang, "a code for a first PIN")
		code := eval[string](owner, `document.querySelector(".clock").innerText`)
		owner.click(`main a[href="/team"]`)
		owner.click(`main a[href="/tablet"]`)
		owner.lookedAt(axe, w.Lang, "/tablet, with the door shut")
		owner.click(`form[action="/tablet/open"] button`)
		owner.click(`form[action="/tablet"] button`)
		owner.lookedAt(axe, w.Lang, "/tablet, with the digits")
		digits := eval[string](owner, `document.querySelector(".clock").innerText`)
		door := eval[string](owner, `document.querySelector("main ol strong").innerText`)

		b := newTab(t)
		b.door = "staff"
		b.do("its own certificate", security.Enable(), security.SetIgnoreCertificateErrors(true))
		b.fails = true
		b.open(door + "quiz")
		b.lookedAt(axe, w.Lang, "the quiz, without the digits")
		b.fails = false
		b.open(door)
		b.lookedAt(axe, w.Lang, "the staff's door")
		b.tabTo(`#code`)
		b.fails = true
		b.key("000 00" + map[bool]string{true: "1", false: "0"}[digits == "000 000"])
		b.goOn()
		b.wants(w.T("web.staff.wrong"))
		b.lookedAt(axe, w.Lang, "the wrong digits")
		b.fails = false
		b.tabTo(`#code`)
		b.key(digits)
		b.goOn()
		b.lookedAt(axe, w.Lang, "the staff's first page")
		b.tabTo(`main a[href="/quiz"]`)
		b.goOn()
		b.lookedAt(axe, w.Lang, "the quiz of the staff")
		b.takesQuiz(w, axe, code)
		s.run("playbook", "start", "lost-device")
		s.run("playbook", "assign", "seen", "Anna")
		for _, at := range []*tab{b, owner} { // the second finds that the step went back to the owner
			at.open(eval[string](at, `location.origin`) + "/steps")
			at.doesStep(w, axe)
		}
		owner.open(eval[string](owner, `location.origin`) + "/")
		b.open(door)
		b.tabTo(`main a[href="/problem"]`)
		b.goOn()
		b.lookedAt(axe, w.Lang, "what can be reported")
		b.tabTo(`main a[href="/problem/mail"]`)
		b.goOn()
		b.lookedAt(axe, w.Lang, "a problem")
		b.tabTo(`#text`)
		b.key("I clicked on it. 4711")
		b.tabTo(`button.first`)
		b.goOn()
		b.wants(w.T("web.problem.sent"))
		b.lookedAt(axe, w.Lang, "reported")

		owner.click(`nav a[href="/watch"]`)
		owner.click(`article.card a.button.first`)
		owner.wants("4711")
		owner.lookedAt(axe, w.Lang, "what the staff reported")
		owner.click(`form[action$="/incident"] button`)
		if said := eval[string](owner, `[...document.querySelectorAll("main textarea")].map(e => e.value).join("\n")`); !strings.Contains(said, "4711") {
			t.Errorf("the first step does not have what the staff reported: %q\n%s", said, owner.text())
		}
	})
}

// doesStep looks for a step that was given to Anna, and does it where there is one.
func (b *tab) doesStep(w *i18n.Words, axe string) {
	b.t.Helper()
	b.lookedAt(axe, w.Lang, "who has steps to do")
	b.tabTo(`main a[href^="/steps/"]`)
	b.goOn()
	b.lookedAt(axe, w.Lang, "the PIN for the steps")
	b.tabTo(`#pin`)
	b.key("4826")
	b.goOn()
	b.lookedAt(axe, w.Lang, "the steps that were given")
	if !eval[bool](b, `!!document.querySelector("#text0")`) {
		b.wants(w.T("web.steps.none"))
		return
	}
	b.tabTo(`#text0`)
	b.key("At the bar, since noon.")
	b.tabTo(`button[value="told"]`)
	b.goOn()
	b.wants(w.T("web.steps.said.told"))
	b.lookedAt(axe, w.Lang, "the step was told")
}
