package choice_test

import (
	"errors"
	"testing"
	"time"

	"custode/internal/source"
	"custode/playbook/privacy/choice"
)

var (
	day0 = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	who  = choice.ID{1}
)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

// said is an event that may be added.
func said(what choice.What, n int, change ...func(*choice.Event)) choice.Event {
	e := choice.Event{
		Contact: who, Purpose: "offers", Channel: choice.Email, What: what, At: day(n),
		How: choice.Paper, Form: "12", Wording: [32]byte{9}, Basis: choice.Consent, By: "till-1",
	}
	for _, c := range change {
		c(&e)
	}
	return e
}

func soft(e *choice.Event) { e.Basis, e.Sale, e.Wording = choice.SoftSpam, "R-2026-0012", [32]byte{} }

func softGB(e *choice.Event) {
	e.Basis, e.Sale, e.Wording = choice.SoftOptIn, "quote:2026-17", [32]byte{}
}
func allPurposes(e *choice.Event) { e.Purpose = choice.AllPurposes }
func allChannels(e *choice.Event) { e.Channel = choice.AllChannels }
func by(c choice.Channel) func(*choice.Event) {
	return func(e *choice.Event) { e.Channel = c }
}
func dateless(e *choice.Event) { e.At = time.Time{} }

// TestFold holds the table at the top of the package, in each order of import.
func TestFold(t *testing.T) {
	const given, refused, withdrawn, objected, expired = choice.Given, choice.Refused, choice.Withdrawn, choice.Objected, choice.Expired
	for name, c := range map[string]struct {
		events []choice.Event
		want   choice.Reason
	}{
		"absence":                     {nil, choice.NeverAsked},
		"a yes":                       {[]choice.Event{said(given, 0)}, choice.Yes},
		"today":                       {[]choice.Event{said(given, 10)}, choice.Yes},
		"a yes ahead":                 {[]choice.Event{said(given, 11)}, choice.NotYet},
		"the later no":                {[]choice.Event{said(given, 0), said(withdrawn, 1)}, choice.HasWithdrawn},
		"the later yes":               {[]choice.Event{said(refused, 0), said(given, 1)}, choice.Yes},
		"the same instant":            {[]choice.Event{said(given, 1), said(refused, 1)}, choice.SaidNo},
		"three at one instant":        {[]choice.Event{said(objected, 1), said(given, 1), said(withdrawn, 1)}, choice.HasObjected},
		"yes and expiry at once":      {[]choice.Event{said(given, 1), said(expired, 1)}, choice.HasExpired},
		"a no ahead":                  {[]choice.Event{said(given, 0), said(withdrawn, 99)}, choice.HasWithdrawn},
		"an expiry ahead":             {[]choice.Event{said(given, 0), said(expired, 99)}, choice.Yes},
		"an expiry":                   {[]choice.Event{said(given, 0), said(expired, 5)}, choice.HasExpired},
		"a yes after the expiry":      {[]choice.Event{said(given, 0), said(expired, 5), said(given, 6)}, choice.Yes},
		"an expiry lifts no no":       {[]choice.Event{said(objected, 0), said(expired, 5)}, choice.HasObjected},
		"all purposes":                {[]choice.Event{said(given, 0), said(withdrawn, 1, allPurposes)}, choice.HasWithdrawn},
		"all channels":                {[]choice.Event{said(given, 0), said(objected, 1, allChannels)}, choice.HasObjected},
		"all of both":                 {[]choice.Event{said(given, 0), said(refused, 1, allChannels, allPurposes)}, choice.SaidNo},
		"a yes to all":                {[]choice.Event{said(given, 0, allChannels), said(given, 0, allPurposes)}, choice.NeverAsked},
		"another channel":             {[]choice.Event{said(given, 0, by(choice.SMS))}, choice.NeverAsked},
		"a no elsewhere":              {[]choice.Event{said(given, 0), said(withdrawn, 1, by(choice.SMS))}, choice.Yes},
		"another person":              {[]choice.Event{said(given, 0, func(e *choice.Event) { e.Contact = choice.ID{2} })}, choice.NeverAsked},
		"another purpose":             {[]choice.Event{said(given, 0, func(e *choice.Event) { e.Purpose = "events" })}, choice.NeverAsked},
		"soft spam":                   {[]choice.Event{said(given, 0, soft)}, choice.Yes},
		"soft spam without a sale":    {[]choice.Event{said(given, 0, soft, func(e *choice.Event) { e.Sale = " " })}, choice.BasisNotValid},
		"soft spam lifts no no":       {[]choice.Event{said(refused, 0), said(given, 1, soft)}, choice.SaidNo},
		"nor through an expiry":       {[]choice.Event{said(refused, 0), said(expired, 1), said(given, 2, soft)}, choice.SaidNo},
		"soft spam after a new yes":   {[]choice.Event{said(refused, 0), said(given, 1), said(expired, 2), said(given, 3, soft)}, choice.Yes},
		"soft spam on a quote":        {[]choice.Event{said(given, 0, soft, func(e *choice.Event) { e.Sale = "quote:17" })}, choice.BasisNotValid},
		"the UK's in Italy":           {[]choice.Event{said(given, 0, softGB)}, choice.BasisNotValid},
		"by telephone, by reply":      {[]choice.Event{said(given, 0, func(e *choice.Event) { e.How, e.Form = choice.Call, "" }), said(withdrawn, 1, func(e *choice.Event) { e.How, e.Form = choice.Reply, "" })}, choice.HasWithdrawn},
		"contract":                    {[]choice.Event{said(given, 0, func(e *choice.Event) { e.Basis = "contract" })}, choice.BasisNotValid},
		"no wording":                  {[]choice.Event{said(given, 0, func(e *choice.Event) { e.Wording = [32]byte{} })}, choice.BasisNotValid},
		"a no without a date":         {[]choice.Event{said(objected, 0, dateless), said(given, 5)}, choice.HasObjected},
		"an expiry without a date":    {[]choice.Event{said(expired, 0, dateless), said(given, 5)}, choice.HasExpired},
		"a yes without a date":        {[]choice.Event{said(given, 0, dateless)}, choice.BasisNotValid},
		"a no that lacks how and who": {[]choice.Event{said(given, 0), said(withdrawn, 1, func(e *choice.Event) { e.How, e.By = "", "" })}, choice.HasWithdrawn},
		"what nobody understands":     {[]choice.Event{said(given, 0), said("muted", 1)}, choice.HasObjected},
	} {
		q := choice.Question{Contact: who, Purpose: "offers", Channel: choice.Email, Country: "IT"}
		for _, events := range orders(c.events) {
			got := choice.Fold(events, q, day(10))
			if got.Reason != c.want {
				t.Errorf("%s: %s, want %s", name, got.Reason, c.want)
			}
			if _, ok := got.Allowed(); ok != (c.want == choice.Yes) {
				t.Errorf("%s: let through %v", name, ok)
			}
		}
	}
	for _, channel := range []choice.Channel{choice.SMS, choice.Phone, choice.Post, choice.Personalised} {
		events := []choice.Event{said(choice.Given, 0, soft, by(channel))}
		if got := choice.Fold(events, choice.Question{Contact: who, Purpose: "offers", Channel: channel, Country: "IT"}, day(10)); got.Reason != choice.BasisNotValid {
			t.Errorf("soft spam by %s: %s", channel, got.Reason)
		}
	}
	if got := choice.Fold([]choice.Event{said(choice.Given, 0, allPurposes)}, choice.Question{Contact: who, Purpose: choice.AllPurposes, Channel: choice.Email}, day(10)); got.Reason == choice.Yes {
		t.Error("a yes for all purposes")
	}
}

// TestLaws: what each country's exception lets through, and what it must not.
func TestLaws(t *testing.T) {
	sources, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []choice.Basis{choice.Consent, choice.SoftSpam, choice.SoftOptIn} {
		if _, ok := sources.Find(b.Source()); !ok {
			t.Errorf("%s rests on %q, which is no source", b, b.Source())
		}
	}
	type try struct {
		country string
		channel choice.Channel
		soft    func(*choice.Event)
		sale    string
		want    choice.Reason
	}
	for _, c := range []try{
		{"IT", choice.Email, soft, "R-1", choice.Yes},
		{"it", choice.Email, soft, "R-1", choice.Yes},
		{"IT", choice.Email, soft, "quote:1", choice.BasisNotValid},
		{"IT", choice.SMS, soft, "R-1", choice.BasisNotValid},
		{"GB", choice.Email, softGB, "R-1", choice.Yes},
		{"GB", choice.SMS, softGB, "quote:1", choice.Yes},
		{"GB", choice.SMS, softGB, "quote: ", choice.BasisNotValid},
		{"GB", choice.SMS, softGB, "", choice.BasisNotValid},
		{"GB", choice.Phone, softGB, "R-1", choice.BasisNotValid},
		{"GB", choice.Post, softGB, "R-1", choice.BasisNotValid},
		{"GB", choice.Personalised, softGB, "R-1", choice.BasisNotValid},
		{"GB", choice.Email, soft, "R-1", choice.BasisNotValid},
		{"IT", choice.Email, softGB, "R-1", choice.BasisNotValid},
		{"DE", choice.Email, soft, "R-1", choice.BasisNotValid},
		{"", choice.Email, soft, "R-1", choice.BasisNotValid},
		{"", choice.Email, func(*choice.Event) {}, "", choice.Yes},
	} {
		e := said(choice.Given, 0, c.soft, by(c.channel), func(e *choice.Event) { e.Sale = c.sale })
		q := choice.Question{Contact: who, Purpose: "offers", Channel: c.channel, Country: c.country}
		if got := choice.Fold([]choice.Event{e}, q, day(10)); got.Reason != c.want {
			t.Errorf("%q %s %s %q: %s, want %s", c.country, e.Basis, c.channel, c.sale, got.Reason, c.want)
		}
		if err := e.CheckIn(c.country); (err == nil) != (c.want == choice.Yes) {
			t.Errorf("%q %s %s %q: %v", c.country, e.Basis, c.channel, c.sale, err)
		}
	}
	if law, ok := choice.LawIn("gb"); !ok || law.Basis != choice.SoftOptIn || len(law.Owed) == 0 {
		t.Errorf("the UK's: %+v", law)
	}
	if _, ok := choice.LawIn("FR"); ok {
		t.Error("an exception that nobody has read")
	}
}

// orders gives each order of a few events.
func orders(events []choice.Event) (out [][]choice.Event) {
	if len(events) < 2 {
		return [][]choice.Event{events}
	}
	for i := range events {
		rest := append(append([]choice.Event{}, events[:i]...), events[i+1:]...)
		for _, o := range orders(rest) {
			out = append(out, append([]choice.Event{events[i]}, o...))
		}
	}
	return out
}

func TestCheck(t *testing.T) {
	for _, e := range []choice.Event{
		said(choice.Given, 0), said(choice.Given, 0, soft), said(choice.Withdrawn, 0, allPurposes, allChannels), said(choice.Expired, 0),
		said(choice.Given, 0, by(choice.SMS)), said(choice.Given, 0, softGB, by(choice.SMS)),
		said(choice.Refused, 0, dateless, func(e *choice.Event) { e.How = choice.Import }),
	} {
		if err := e.Check(); err != nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
	for want, change := range map[error]func(*choice.Event){
		choice.ErrContact:   func(e *choice.Event) { e.Contact = choice.ID{} },
		choice.ErrPurpose:   allPurposes,
		choice.ErrChannel:   allChannels,
		choice.ErrWhat:      func(e *choice.Event) { e.What = "" },
		choice.ErrAt:        dateless,
		choice.ErrHow:       func(e *choice.Event) { e.Form = "" },
		choice.ErrWording:   func(e *choice.Event) { e.Wording = [32]byte{} },
		choice.ErrBasis:     func(e *choice.Event) { e.Basis = "contract" },
		choice.ErrSale:      func(e *choice.Event) { soft(e); e.Sale = "" },
		choice.ErrBy:        func(e *choice.Event) { e.By = "" },
		choice.ErrReference: func(e *choice.Event) { e.Form = "anna@example.com" },
	} {
		if err := said(choice.Given, 0, change).Check(); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if err := said(choice.Refused, 0, dateless).Check(); !errors.Is(err, choice.ErrAt) {
		t.Errorf("a no without a date that was not imported: %v", err)
	}
	if err := said(choice.Given, 0, func(e *choice.Event) { e.How = "shouted" }).Check(); !errors.Is(err, choice.ErrHow) {
		t.Errorf("shouted: %v", err)
	}
	if err := said(choice.Given, 0, soft, by(choice.SMS)).Check(); !errors.Is(err, choice.ErrBasis) {
		t.Errorf("soft spam by SMS: %v", err)
	}
	if choice.SoftSpam.Source() == "" || choice.Consent.Source() == "" || choice.Basis("contract").Source() != "" {
		t.Error("sources of the bases")
	}
}
