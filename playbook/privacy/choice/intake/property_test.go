package intake_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/intake"
)

// exports are the columns of each program, all that hold an answer marked: the property below
// fills them at random.
var exports = []struct {
	name, file string
	head       []string
	answers    []int
}{
	{"shopify", "", []string{"Email", "Accepts Email Marketing", "Phone", "Accepts SMS Marketing", "Note"}, []int{1}},
	{"klaviyo", "", []string{"Email", "Email Marketing Consent", "Email Marketing Consent Timestamp", "Email Suppressions"}, []int{1}},
	{"mailpoet", "", []string{"Email", "List status", "Global status", "Subscription time", "Confirmation time"}, []int{1, 2}},
	{"brevo", "", []string{"CONTACT ID", "EMAIL", "OPT_IN", "DOUBLE_OPT-IN", "EMAIL_MARKETING", "ADDED_TIME"}, []int{2, 3, 4}},
	{"activecampaign", "", []string{"Email", "Status", "Subscription Date"}, []int{1}},
	{"mailchimp", "subscribed.csv", []string{"Email Address", "OPTIN_TIME", "CONFIRM_TIME", "UNSUB_TIME", "UNSUB_REASON", "LEID", "EUID"}, []int{3, 4}},
	{"list", "", []string{"e-mail", "consenso", "newsletter", "data"}, []int{1, 2}},
	{"list", "", []string{"telephone", "consent", "date"}, []int{1}},
}

// noWords are the ways to say no that anybody may find in a list.
var noWords = []string{
	"no", "No", "NO", "n", "false", "0", "unsubscribed", "UNSUBSCRIBED", "Unsubscribed (2024-05-01)", "opt-out", "optout", "opted out", "refused", "denied", "withdrawn", "blocklisted", "bounced",
	"cleaned", "never", "NEVER_SUBSCRIBED", "not_subscribed", "Non iscritto", "disiscritto", "Disiscritta", "cancellato", "rifiutato", "revocato", "nò", "no grazie", "No, thanks", "sì, anzi no", "yes/no", "NO.", "*no*", "spam", "complained", //nolint:misspell // Italian
	"non acconsento", "non presta il consenso", "nessun consenso: no", "does not consent", "don't", "inactive", "unconfirmed", "suppressed",
}

// TestNeverAYesFromANo: whatever else a row says, a no in an answer's column lets no yes out.
func TestNeverAYesFromANo(t *testing.T) {
	for seed := range uint64(400) {
		if wrong := tryNo(t, rand.New(rand.NewPCG(seed, 1)), func(s string) string { return s }); wrong != "" {
			t.Fatalf("seed %d: %s", seed, wrong)
		}
	}
	// the test is worth something: it sees a no that is lost on the way
	for seed := range uint64(400) {
		if wrong := tryNo(t, rand.New(rand.NewPCG(seed, 1)), func(string) string { return "" }); wrong != "" {
			return
		}
	}
	t.Error("a lost no is not seen")
}

func tryNo(t *testing.T, r *rand.Rand, written func(string) string) string {
	t.Helper()
	e := exports[r.IntN(len(exports))]
	cells := make([]string, len(e.head))
	for i, h := range e.head {
		low := strings.ToLower(h)
		switch {
		case strings.Contains(low, "mail") && !strings.Contains(low, "marketing") && !strings.Contains(low, "suppress"):
			cells[i] = "anna@example.com"
		case low == "telephone", low == "phone":
			cells[i] = "333 1234567"
		case strings.Contains(low, "time") && !strings.Contains(low, "unsub"), strings.Contains(low, "date"), low == "data":
			cells[i] = "2024-05-01"
		case slices.Contains(e.answers, i) && !strings.Contains(low, "unsub"):
			cells[i] = []string{"yes", "sì", "subscribed", "1", "true"}[r.IntN(5)]
		}
	}
	at := e.answers[r.IntN(len(e.answers))]
	no := noWords[r.IntN(len(noWords))]
	if strings.Contains(e.head[at], "UNSUB") {
		no = "2024-06-01" // filled is a no there
	}
	space := []string{"", " ", "  ", "\u00a0"}
	cells[at] = written(space[r.IntN(4)] + no + space[r.IntN(4)])
	comma := []string{",", ";", "\t"}[r.IntN(3)]
	for i := range cells {
		cells[i] = `"` + strings.ReplaceAll(cells[i], `"`, `""`) + `"`
	}
	o := usual()
	o.Numbers, o.Name, o.Since = choice.SMS, e.file, now.AddDate(-1, 0, 0)
	got, _, err := read(t, strings.Join(e.head, comma)+"\n"+strings.Join(cells, comma)+"\n", o)
	if err != nil {
		return err.Error()
	}
	for _, g := range got {
		if strings.Contains(g, " given ") {
			return fmt.Sprintf("%s: %q: %s", e.name, cells, g)
		}
	}
	return ""
}

// FuzzTable: no panic, no event that must not be added (read tries each), no yes without a yes
// somewhere in the file.
func FuzzTable(f *testing.F) {
	for _, s := range shots {
		f.Add([]byte(s.in), "subscribed.csv")
	}
	f.Fuzz(func(t *testing.T, in []byte, name string) {
		o := usual()
		o.Name, o.Numbers = name, choice.SMS
		_, tally, err := read(t, string(in), o)
		if err == nil && tally.Rows > strings.Count(string(in), "\n")+strings.Count(string(in), "\r")+1 {
			t.Fatalf("%d rows", tally.Rows)
		}
		none := usual()
		none.Wordings = nil
		quiet, _, _ := read(t, string(in), none)
		if slices.ContainsFunc(quiet, func(s string) bool { return strings.Contains(s, " given ") }) {
			t.Fatalf("a yes without a wording: %q", quiet)
		}
	})
}

// TestBounded: what is kept of a file does not grow with its rows.
func TestBounded(t *testing.T) {
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early, late uint64
	_, err := intake.Read(&endless{rows: 20_000}, usual(), func(r intake.Row) error {
		switch r.Line {
		case 1_000:
			early = held()
		case 20_000:
			late = held()
		}
		return nil
	})
	if err != nil || early == 0 || late > early+1<<20 {
		t.Errorf("%v: %d bytes at the start, %d at the end", err, early, late)
	}
}
