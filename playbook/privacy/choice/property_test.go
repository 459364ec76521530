package choice_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"custode/playbook/privacy/choice"
)

// The property: no contact without a current yes ever passes, whatever the
// order of imports and withdrawals and however its address is written. The
// world of the test knows people by number; that two spellings are one person
// it knows from having made them, not from Normal.

// passes is what the world must not see.
const passes = "passes without a yes"

// person is somebody with one contact in several spellings.
type person struct {
	kind choice.Kind
	ways []string
}

// people are close to each other on purpose: tags, dots, other letters.
var people = func() (all []person) {
	for _, c := range [][2]string{
		{"anna", "example.com"},
		{"anna+shop", "example.com"},
		{"an.na", "example.com"},
		{"anna", "example.org"},
		{"änna", "example.com"},
		{"niccolò", "example.com"},
		{"niccolo", "example.com"},
		{"bruno", "müller.example"},
		{"bruno", "muller.example"},
		{"bruno", "xn--muller.example"},
		{"οδος", "example.com"},
		{"anna", "straße.example"},
		{"anna", "strasse.example"},
	} {
		local, domain := c[0], c[1]
		plain := local + "@" + domain
		p := person{choice.MailKind, []string{
			plain, strings.ToUpper(local) + "@" + domain, " " + local + "@" + strings.ToUpper(domain), norm.NFD.String(plain), norm.NFC.String(plain),
			"Rossi <" + plain + ">", plain + ".",
		}}
		if domain == "straße.example" { // its capitals in Go are those of strasse
			p.ways[2] = local + "@xn--strae-oqa.EXAMPLE"
		}
		if domain == "müller.example" {
			p.ways = append(p.ways, local+"@XN--MLLER-KVA.example")
		}
		all = append(all, p)
	}
	for _, n := range [][2]string{{"333", "1234567"}, {"333", "1234568"}, {"0541", "123456"}, {"347", "1234567"}} {
		all = append(all, person{choice.PhoneKind, []string{
			n[0] + n[1], n[0] + " " + n[1], "+39 " + n[0] + "-" + n[1], "0039" + n[0] + n[1], "(" + n[0] + ") " + n[1][:3] + "." + n[1][3:],
			"tel:+39-" + n[0] + "-" + n[1], n[0] + "/" + n[1], n[0] + "\u00a0" + n[1],
		}})
	}
	return all
}()

// wish is an event of the world: who by number, and how it was spelt.
type wish struct {
	person, way int
	event       choice.Event // without the contact
}

// ledger is the way of the program that is tried: real, or with a fault.
type ledger struct {
	enter func(kind choice.Kind, text string) (choice.ID, bool)
	fold  func([]choice.Event, choice.Question, time.Time) choice.Standing
}

func realLedger(k choice.Key) ledger {
	return ledger{func(kind choice.Kind, text string) (choice.ID, bool) {
		c, err := choice.Normal(kind, text, "IT")
		if err != nil {
			return choice.ID{}, false
		}
		id, err := k.ID(c)
		return id, err == nil
	}, choice.Fold}
}

// randomWish is any event, good or bad, within a few days so that they meet.
func randomWish(r *rand.Rand) wish {
	w := wish{person: r.IntN(len(people))}
	w.way = r.IntN(len(people[w.person].ways))
	what := []choice.What{choice.Given, choice.Given, choice.Given, choice.Refused, choice.Withdrawn, choice.Objected, choice.Expired}
	e := said(what[r.IntN(len(what))], r.IntN(12))
	e.Contact = choice.ID{}
	e.Channel = channels[r.IntN(len(channels))]
	e.Purpose = []choice.Purpose{"offers", "events"}[r.IntN(2)]
	switch r.IntN(16) {
	case 0:
		e.Purpose = choice.AllPurposes
	case 1:
		e.Channel = choice.AllChannels
	case 2, 3:
		soft(&e)
	case 4:
		e.Basis, e.Sale = choice.SoftSpam, ""
	case 5:
		e.Wording = [32]byte{}
	case 6:
		e.Basis = "contract"
	case 7, 8:
		softGB(&e)
	case 9:
		softGB(&e)
		e.Basis = choice.SoftSpam // on a quote
	}
	return w.with(e)
}

func (w wish) with(e choice.Event) wish { w.event = e; return w }

// channels are those of the world: soft spam knows each of them in other countries.
var channels = []choice.Channel{choice.Email, choice.SMS, choice.Phone}

// mayWrite is the model. It sorts nothing and folds nothing: it says what a yes
// is that nothing stands against.
func mayWrite(wishes []wish, who int, q choice.Question, now time.Time) bool {
	purpose, channel := q.Purpose, q.Channel
	soft := func(e choice.Event) bool {
		if q.Country == "IT" {
			return e.Basis == choice.SoftSpam && channel == choice.Email && e.Sale != "" && !strings.HasPrefix(e.Sale, "quote:")
		}
		return q.Country == "GB" && e.Basis == choice.SoftOptIn && channel != choice.Phone && e.Sale != ""
	}
	yes := func(w wish, consent bool) bool {
		e := w.event
		return w.person == who && e.What == choice.Given && e.Purpose == purpose && e.Channel == channel && !e.At.After(now) &&
			(consent && e.Basis == choice.Consent && e.Wording != [32]byte{} || !consent && soft(e))
	}
	covers := func(w wish) bool {
		e := w.event
		return w.person == who && e.What != choice.Given && (e.Purpose == purpose || e.Purpose == "all") && (e.Channel == channel || e.Channel == "all")
	}
	no := func(w wish) bool { return covers(w) && w.event.What != choice.Expired }
	// ended: something at or after the instant took the yes back
	ended := func(at time.Time) bool {
		return slices.ContainsFunc(wishes, func(w wish) bool {
			return covers(w) && !w.event.At.Before(at) && (w.event.What != choice.Expired || !w.event.At.After(now))
		})
	}
	return slices.ContainsFunc(wishes, func(w wish) bool {
		if yes(w, true) {
			return !ended(w.event.At)
		}
		if !yes(w, false) || ended(w.event.At) {
			return false
		}
		// each no has to be followed by a consent before soft spam counts
		return !slices.ContainsFunc(wishes, func(n wish) bool {
			return no(n) && !slices.ContainsFunc(wishes, func(c wish) bool {
				return yes(c, true) && c.event.At.After(n.event.At) && !c.event.At.After(w.event.At)
			})
		})
	})
}

// tryWorld makes a world, imports its wishes in some order, filters a list of
// all spellings and returns what is wrong, "" for nothing.
func tryWorld(l ledger, k choice.Key, r *rand.Rand) string {
	wishes := make([]wish, r.IntN(120))
	for i := range wishes {
		wishes[i] = randomWish(r)
	}
	now, q := day(r.IntN(12)), choice.Question{Purpose: "offers", Country: []string{"IT", "GB", "IE"}[r.IntN(3)]}
	want := map[[2]int]bool{} // person and channel
	for p := range people {
		for i, channel := range channels {
			q.Channel = channel
			want[[2]int{p, i}] = mayWrite(wishes, p, q, now)
		}
	}
	r.Shuffle(len(wishes), func(i, j int) { wishes[i], wishes[j] = wishes[j], wishes[i] })
	events := map[choice.ID][]choice.Event{}
	for _, w := range wishes {
		p := people[w.person]
		id, ok := l.enter(p.kind, p.ways[w.way])
		if !ok {
			return "a spelling is not read: " + p.ways[w.way]
		}
		e := w.event
		e.Contact = id
		events[id] = append(events[id], e)
	}
	for i, channel := range channels {
		q.Channel = channel
		for _, kind := range []choice.Kind{choice.MailKind, choice.PhoneKind} {
			list := choice.List{Kind: kind, Country: "IT", Key: k, Allowed: func(id choice.ID) (choice.Reason, bool) {
				q.Contact = id
				return l.fold(events[id], q, now).Allowed()
			}}
			if wrong := tryList(list, r, func(p int) bool { return want[[2]int{p, i}] }); wrong != "" {
				return fmt.Sprintf("%s: %s", channel, wrong)
			}
		}
	}
	return ""
}

// tryList writes a list of all people of the kind, each in a random spelling
// and some twice, and compares who passes with who may.
func tryList(list choice.List, r *rand.Rand, may func(int) bool) string {
	comma := []string{",", ";", "\t"}[r.IntN(3)]
	end := []string{"\n", "\r\n", "\r"}[r.IntN(3)]
	name := map[choice.Kind]string{choice.MailKind: "E-mail", choice.PhoneKind: "Cellulare"}[list.Kind]
	in := bytes.Buffer{}
	fmt.Fprintf(&in, "nr%s%s%s", comma, name, end)
	rows := map[string][]int{}
	for range 30 {
		p := r.IntN(len(people))
		if people[p].kind != list.Kind {
			continue
		}
		who := []int{p}
		text := people[p].ways[r.IntN(len(people[p].ways))]
		if q := r.IntN(len(people)); r.IntN(6) == 0 && people[q].kind == list.Kind {
			who = append(who, q)
			text = strings.TrimSpace(text) + " , " + people[q].ways[0]
		}
		row := fmt.Sprintf("%d%s\"%s\"%s", len(rows), comma, text, end)
		rows[row] = who
		in.WriteString(row)
	}
	text := in.String()
	if r.IntN(3) == 0 { // as an older Windows writes it, where it can
		if w, err := charmap.Windows1252.NewEncoder().String(text); err == nil {
			text = w
			rows = recode(rows)
		}
	}
	out := bytes.Buffer{}
	if _, err := list.Filter(strings.NewReader(text), &out, nil); err != nil {
		return err.Error()
	}
	passed := map[int]bool{}
	for row := range strings.SplitAfterSeq(strings.ReplaceAll(out.String(), end, "\x00"), "\x00") {
		who, ok := rows[strings.ReplaceAll(row, "\x00", end)]
		if !ok && row != "" && !strings.HasPrefix(row, "nr") {
			return "a row that was not in the list"
		}
		for _, p := range who {
			if !may(p) {
				return fmt.Sprintf("%q %s of %s", row, passes, people[p].ways[0])
			}
			passed[p] = true
		}
	}
	for _, who := range rows { // and the filter is of use: a yes alone in its row passes
		if len(who) == 1 && may(who[0]) && !passed[who[0]] {
			return "somebody with a yes does not pass: " + people[who[0]].ways[0]
		}
	}
	return ""
}

func recode(rows map[string][]int) map[string][]int {
	out := map[string][]int{}
	for row, who := range rows {
		if w, err := charmap.Windows1252.NewEncoder().String(row); err == nil {
			out[w] = who
		}
	}
	return out
}

// worlds are as many as an everyday test has time for, or many.
func worlds() int {
	if os.Getenv("CUSTODE_TORTURE") != "" {
		return 20_000
	}
	return 50
}

func TestNoContactWithoutYes(t *testing.T) {
	k := key(t)
	for seed := range uint64(worlds()) {
		if wrong := tryWorld(realLedger(k), k, rand.New(rand.NewPCG(seed, 8))); wrong != "" {
			t.Fatalf("seed %d: %s", seed, wrong)
		}
	}
}

// TestPropertySeesFaults: the property is worth something, it fails for ledgers
// with a fault.
func TestPropertySeesFaults(t *testing.T) {
	k := key(t)
	good := realLedger(k)
	for name, bad := range map[string]ledger{
		"the last import wins": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			for i := range slices.Backward(events) {
				if s := choice.Fold(events[i:i+1], q, now); s.Reason != choice.NeverAsked {
					return s
				}
			}
			return choice.Standing{Reason: choice.NeverAsked}
		}},
		"absence is a yes": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			s := choice.Fold(events, q, now)
			if s.Reason == choice.NeverAsked {
				s.Reason = choice.Yes
			}
			return s
		}},
		"capitals count": {func(kind choice.Kind, text string) (choice.ID, bool) {
			id, ok := good.enter(kind, text)
			if ok && kind == choice.MailKind && strings.ToLower(text) != text {
				copy(id[:], text)
			}
			return id, ok
		}, choice.Fold},
		"tags do not count": {func(kind choice.Kind, text string) (choice.ID, bool) {
			return good.enter(kind, strings.NewReplacer("+shop", "", "+SHOP", "").Replace(text))
		}, choice.Fold},
		"a no for all is passed over": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			return choice.Fold(without(events, func(e choice.Event) bool { return e.Purpose == "all" || e.Channel == "all" }), q, now)
		}},
		"a yes of tomorrow counts": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			return choice.Fold(events, q, now.AddDate(0, 0, 1))
		}},
		"an expiry does not count": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			return choice.Fold(without(events, func(e choice.Event) bool { return e.What == choice.Expired }), q, now)
		}},
		"the law of another country counts": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			for _, q.Country = range []string{"IT", "GB"} {
				if s := choice.Fold(events, q, now); s.Reason == choice.Yes {
					return s
				}
			}
			return choice.Fold(events, q, now)
		}},
		"a quote is a sale everywhere": {good.enter, changed(func(e *choice.Event) { e.Sale = strings.TrimPrefix(e.Sale, "quote:") })},
		"soft spam by telephone": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			to := q.Channel
			if to == choice.Phone {
				q.Channel = choice.Email
			}
			return changed(func(e *choice.Event) {
				if e.Channel == to {
					e.Channel = q.Channel
				}
			})(without(events, func(e choice.Event) bool { return e.Channel != to && e.Channel != choice.AllChannels }), q, now)
		}},
		"soft spam lifts a no": {good.enter, func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
			events = slices.Clone(events)
			for i, e := range events {
				if e.What == choice.Given && e.Check() == nil {
					events[i].Basis, events[i].Wording = choice.Consent, [32]byte{1}
				}
			}
			return choice.Fold(events, q, now)
		}},
	} {
		caught := ""
		for seed := range uint64(1000) {
			caught = tryWorld(bad, k, rand.New(rand.NewPCG(seed, 8)))
			if strings.Contains(caught, passes) {
				t.Logf("%s: seed %d: %s", name, seed, caught)
				break
			}
		}
		if !strings.Contains(caught, passes) {
			t.Errorf("%s: not caught", name)
		}
	}
}

// changed folds events that were tampered with.
func changed(how func(*choice.Event)) func([]choice.Event, choice.Question, time.Time) choice.Standing {
	return func(events []choice.Event, q choice.Question, now time.Time) choice.Standing {
		events = slices.Clone(events)
		for i := range events {
			how(&events[i])
		}
		return choice.Fold(events, q, now)
	}
}

func without(events []choice.Event, drop func(choice.Event) bool) []choice.Event {
	return slices.DeleteFunc(slices.Clone(events), drop)
}
