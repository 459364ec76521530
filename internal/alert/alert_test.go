package alert_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"custode/internal/alert"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func waiting(what string) (out []alert.Waiting) {
	for i, c := range what {
		s := map[rune]alert.Severity{'n': alert.Note, 'h': alert.High, 'c': alert.Critical}[c]
		out = append(out, alert.Waiting{Message: alert.Message{ID: fmt.Sprintf("%c%d", c, i), Severity: s, At: noon.Add(time.Duration(i) * time.Second)}})
	}
	return out
}

func TestPlan(t *testing.T) {
	now := noon.Add(time.Minute)
	open, closed := noon, noon.Add(20*time.Hour)
	later := waiting("hc")
	for i := range later {
		later[i].Due = now.Add(time.Duration(i+1) * time.Minute)
	}
	for _, c := range []struct {
		name    string
		waiting []alert.Waiting
		sent    alert.Sent
		opens   time.Time
		want    string // what is sent now | the digest | when next
	}{
		{"nothing", nil, alert.Sent{}, open, "||"},
		{"one", waiting("h"), alert.Sent{}, closed, "h0||"},
		{"notes wait for the digest", waiting("nn"), alert.Sent{}, closed, "||19h59m0s"},
		{"the digest at opening time", waiting("nn"), alert.Sent{}, open, "|n0 n1|"},
		{"five a day, the rest in the digest", waiting("hhhhhhh"), alert.Sent{}, closed, "h0, h1, h2, h3, h4||19h59m0s"},
		{"five were sent", waiting("h"), alert.Sent{Today: 5}, open, "|h0|"},
		{"critical is never limited", waiting("c"), alert.Sent{Today: 99}, closed, "c0||"},
		{"critical ones are merged", waiting("ccc"), alert.Sent{}, closed, "c0 c1 c2||"},
		{"critical first", waiting("hc"), alert.Sent{}, closed, "c1, h0||"},
		{"one was sent just now", waiting("cc"), alert.Sent{Critical: now.Add(-10 * time.Second)}, closed, "||20s"},
		{"one was sent half a minute ago", waiting("cc"), alert.Sent{Critical: now.Add(-30 * time.Second)}, closed, "c0 c1||"},
		{"the clock went back", waiting("c"), alert.Sent{Critical: now.Add(time.Hour)}, closed, "c0||"},
		{"after a failure", later, alert.Sent{}, closed, "||1m0s"},
	} {
		s := alert.Plan(c.waiting, c.sent, c.opens, now)
		ids := func(list []alert.Message) string {
			var out []string
			for _, m := range list {
				out = append(out, m.ID)
			}
			return strings.Join(out, " ")
		}
		var at []string
		for _, l := range s.Now {
			at = append(at, ids(l))
		}
		next := ""
		if !s.Next.IsZero() {
			next = s.Next.Sub(now).String()
		}
		if got := strings.Join(at, ", ") + "|" + ids(s.Digest) + "|" + next; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestRetry: a mail server that is down for a day loses nothing, and for a week it is tried.
func TestRetry(t *testing.T) {
	at, n := noon, 0
	var waits []string
	for {
		n++
		next, more := alert.Retry(noon, at, n)
		if !more {
			break
		}
		if n < 7 {
			waits = append(waits, next.Sub(at).String())
		}
		at = next
	}
	if got := strings.Join(waits, " "); got != "1m0s 5m0s 30m0s 2h0m0s 6h0m0s 6h0m0s" {
		t.Error(got)
	}
	if tried := at.Sub(noon); tried < 6*24*time.Hour || tried > alert.GiveUp || n < 20 || n > 40 {
		t.Errorf("%d attempts in %v", n, tried)
	}
}
