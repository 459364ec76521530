package notice

import (
	"slices"
	"strings"
	"testing"

	"custode/internal/i18n"
	"custode/playbook/privacy/datamap"
)

// rich is a made-up shop that has all that a notice can speak of: consent, health, an
// interest, what the law asks for, and whom data are given to.
func rich(t *testing.T) datamap.Declaration {
	t.Helper()
	d := declared(t, "web-shop", "IT")
	care := datamap.Use{
		ID: "care", Name: i18n.Text{EN: "Advice", IT: "Consigli"}, Why: i18n.Text{EN: "to advise you", IT: "per darti consigli"}, About: "customers",
		Basis: datamap.Contract, Special: "health-care", Categories: []string{"contact", "health"}, Keep: datamap.Keep{Months: 12, From: datamap.LastContact},
		Recipients: []string{"bank"},
	}
	d.Uses = append(d.Uses, care)
	return d
}

// held is what the rich shop holds.
var held = []string{"contact", "tax", "bank", "health", "online"}

// turned is one fact turned, and the claims that go or change for it, in the short notice and
// in the long one. "+" stands before a claim that comes.
type turned struct {
	fact        string
	change      func(d *datamap.Declaration)
	held        []string // nil: as before
	country     string   // "": as before
	children    bool
	short, long string
	what        What // among what Diff tells; "" only where neither notice changes
}

func (c turned) make(t *testing.T, lang string, long bool) *Notice {
	t.Helper()
	d := rich(t)
	if c.change != nil {
		c.change(&d)
	}
	have, country := held, "IT"
	if c.held != nil {
		have = c.held
	}
	if c.country != "" {
		country = c.country
	}
	m := judged(d, have...)
	for i := range m.Holdings {
		m.Holdings[i].Children = c.children
	}
	return write(t, m, options(lang, country, long))
}

func theUse(d *datamap.Declaration, id string) *datamap.Use {
	return &d.Uses[slices.IndexFunc(d.Uses, func(u datamap.Use) bool { return u.ID == id })]
}

func recipient(d *datamap.Declaration, id string) *datamap.Recipient {
	return &d.Recipients[slices.IndexFunc(d.Recipients, func(r datamap.Recipient) bool { return r.ID == id })]
}

func less(from []string, s string) []string { return without(from, []string{s}) }

var turns = []turned{
	{fact: "the shop's name", change: func(d *datamap.Declaration) { d.Controller.Name = "Altra" }, short: "who", long: "who", what: Controller},
	{fact: "its address", change: func(d *datamap.Declaration) { d.Controller.Address = "Via Milano 2" }, long: "address", what: Controller},
	{fact: "its mailbox", change: func(d *datamap.Declaration) { d.Controller.Mail = "b@example.com" }, short: "contact", long: "mail", what: Controller},
	{fact: "no mailbox", change: func(d *datamap.Declaration) { d.Controller.Mail = "" }, short: "contact", long: "mail", what: Controller},
	{fact: "its telephone", change: func(d *datamap.Declaration) { d.Controller.Phone = "06 5550 0199" }, short: "contact", long: "phone", what: Controller},
	{fact: "only an address", change: func(d *datamap.Declaration) { d.Controller.Mail, d.Controller.Phone = "", "" }, short: "contact", long: "mail phone", what: Controller},
	{fact: "an officer", change: func(d *datamap.Declaration) { d.Controller.Officer = "dpo@example.com" }, long: "officer", what: Controller},
	{fact: "no health held", held: less(held, "health"), short: "use.care keep.care", long: "use.care.why use.care.what use.care.ground use.care.special use.care.keep use.care.to use.care.must", what: UseGone},
	{fact: "no bank account held", held: less(held, "bank"), short: "use.refunds", long: "use.refunds.what", what: CategoryGone},
	{
		fact: "no internet address held", held: less(held, "online"), short: "use.safety keep.safety",
		long: "use.safety.why use.safety.what use.safety.ground use.safety.interest use.safety.keep use.safety.to use.safety.must object +interest", what: UseGone,
	},
	{
		fact: "no contacts held", held: less(held, "contact"), short: "base use.orders keep.orders use.refunds use.safety use.invoices use.news keep.news use.care recipients withdraw",
		long: "use.orders.why use.orders.what use.orders.ground use.orders.keep use.orders.to use.orders.must use.refunds.what use.invoices.what use.care.what " +
			"use.news.why use.news.what use.news.ground use.news.keep use.news.to use.news.must withdraw", what: CategoryGone,
	},
	{fact: "what a use is for", change: func(d *datamap.Declaration) {
		theUse(d, "orders").Why = i18n.Text{EN: "to deliver", IT: "per consegnare"}
	}, short: "use.orders", long: "use.orders.why", what: WhyChanged},
	{fact: "an order is kept longer", change: func(d *datamap.Declaration) { theUse(d, "orders").Keep.Months = 48 }, short: "keep.orders", long: "use.orders.keep", what: KeptLonger},
	{fact: "an order is kept for less", change: func(d *datamap.Declaration) { theUse(d, "orders").Keep.Months = 1 }, short: "keep.orders", long: "use.orders.keep", what: KeptShorter},
	{fact: "news for ever", change: func(d *datamap.Declaration) { theUse(d, "news").Keep.Months = 0 }, short: "keep.news", long: "use.news.keep", what: KeptFrom},
	{fact: "bills from the last contact", change: func(d *datamap.Declaration) { theUse(d, "invoices").Keep.From = datamap.LastContact }, short: "from", long: "use.invoices.keep", what: KeptFrom},
	{fact: "refunds until they say stop", change: func(d *datamap.Declaration) { theUse(d, "refunds").Keep.From = datamap.Withdrawal }, short: "keep.refunds", long: "use.refunds.keep", what: KeptFrom},
	{fact: "news without consent", change: func(d *datamap.Declaration) { theUse(d, "news").Basis = datamap.Interest }, short: "use.news withdraw", long: "use.news.ground +use.news.interest use.news.must object withdraw", what: GroundChanged},
	{fact: "safety by contract", change: func(d *datamap.Declaration) { theUse(d, "safety").Basis = datamap.Contract }, short: "use.safety", long: "use.safety.ground use.safety.interest use.safety.must +interest object", what: GroundChanged},
	{fact: "orders by law", change: func(d *datamap.Declaration) { theUse(d, "orders").Basis = datamap.Obligation }, short: "keep.orders", long: "use.orders.ground use.orders.must", what: GroundChanged},
	{fact: "which law", change: func(d *datamap.Declaration) { theUse(d, "invoices").Law = "HMRC-CH15300" }, long: "use.invoices.ground", what: GroundChanged},
	{fact: "health by consent", change: func(d *datamap.Declaration) { theUse(d, "care").Special = "explicit-consent" }, short: "use.care", long: "use.care.special withdraw", what: GroundChanged},
	{fact: "health without a condition", change: func(d *datamap.Declaration) { theUse(d, "care").Special = "" }, long: "use.care.special", what: GroundChanged},
	{fact: "a machine decides", change: func(d *datamap.Declaration) { theUse(d, "orders").Automated = true }, short: "+automated", long: "automated", what: Automation},
	{fact: "no courier", change: func(d *datamap.Declaration) { theUse(d, "orders").Recipients = []string{"hosting"} }, short: "recipients", long: "use.orders.to", what: ReceiverGone},
	{fact: "the bank gets orders too", change: func(d *datamap.Declaration) { theUse(d, "orders").Recipients = []string{"courier", "hosting", "bank"} }, long: "use.orders.to", what: ReceiverNew},
	{fact: "nobody gets them", change: func(d *datamap.Declaration) {
		for i := range d.Uses {
			d.Uses[i].Recipients = nil
		}
	}, short: "recipients", long: "use.orders.to use.refunds.to use.safety.to use.invoices.to use.news.to use.care.to +recipients transfer", what: ReceiverGone},
	{fact: "another name for the courier", change: func(d *datamap.Declaration) { recipient(d, "courier").Name = i18n.Text{EN: "the post", IT: "la posta"} }, short: "recipients", long: "use.orders.to", what: ReceiverNamed},
	{fact: "the courier is outside", change: func(d *datamap.Declaration) { recipient(d, "courier").Outside = true }, short: "+outside", long: "transfer +transfer.gap", what: WentOutside},
	{fact: "outside, where it is safe", change: func(d *datamap.Declaration) {
		recipient(d, "courier").Outside, recipient(d, "courier").Safeguard = true, "adequacy"
	}, short: "+outside", long: "transfer +transfer.adequacy", what: WentOutside},
	{fact: "outside, by clauses", change: func(d *datamap.Declaration) {
		recipient(d, "courier").Outside, recipient(d, "courier").Safeguard = true, "clauses"
	}, short: "+outside", long: "transfer +transfer.clauses", what: WentOutside},
	{fact: "children", children: true, short: "+children", long: "+children", what: ChildrenTold},
	{
		fact: "a use is dropped", change: func(d *datamap.Declaration) {
			d.Uses = slices.DeleteFunc(d.Uses, func(u datamap.Use) bool { return u.ID == "news" })
		}, short: "use.news keep.news recipients withdraw",
		long: "use.news.why use.news.what use.news.ground use.news.keep use.news.to use.news.must withdraw", what: UseGone,
	},
	{fact: "a use is about suppliers", change: func(d *datamap.Declaration) { theUse(d, "care").About = "suppliers" }, short: "use.care keep.care", long: "use.care.why use.care.what use.care.ground use.care.special use.care.keep use.care.to use.care.must", what: UseGone},
	{
		fact: "no refunds", change: func(d *datamap.Declaration) { theUse(d, "refunds").About = "staff" }, short: "use.refunds keep.refunds",
		long: "use.refunds.why use.refunds.what use.refunds.ground use.refunds.keep use.refunds.to use.refunds.must", what: UseGone,
	},
	{
		fact: "no bills", change: func(d *datamap.Declaration) { theUse(d, "invoices").About = "staff" }, short: "use.invoices keep.invoices from recipients",
		long: "use.invoices.why use.invoices.what use.invoices.ground use.invoices.keep use.invoices.to use.invoices.must", what: UseGone,
	},
	{fact: "another country of the Union", country: "FR", short: "complain", long: "complain", what: LawChanged},
	{fact: "nothing", what: ""},
	{fact: "a supplier's use", change: func(d *datamap.Declaration) { theUse(d, "suppliers").Keep.Months = 1 }, what: ""},
	{fact: "a recipient that no use names", change: func(d *datamap.Declaration) {
		d.Recipients = append(d.Recipients, datamap.Recipient{ID: "post", Name: i18n.Text{EN: "the post", IT: "la posta"}, Outside: true})
	}, what: ""},
}

// TestEachClaimTurns turns one fact after the other: exactly the claims that speak of it go,
// come or change, and Diff tells of it where, and only where, the paper says it.
func TestEachClaimTurns(t *testing.T) {
	moved := map[string]bool{}
	type form struct {
		lang string
		long bool
	}
	papers := map[form]*Notice{}
	for _, lang := range both {
		for _, long := range []bool{false, true} {
			papers[form{lang, long}] = turned{}.make(t, lang, long)
		}
	}
	for _, c := range turns {
		for _, lang := range both {
			for _, long := range []bool{false, true} {
				before, after := papers[form{lang, long}], c.make(t, lang, long)
				got, want := changed(before, after), strings.Fields(c.short)
				if long {
					want = strings.Fields(c.long)
				}
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s, %s, long %v: changed %v, want %v", c.fact, lang, long, got, want)
				}
				for _, id := range got {
					moved[strings.TrimPrefix(id, "+")] = true
				}
				diff := Diff(before.Facts(""), after.Facts(""))
				if (len(diff) > 0) != (len(got) > 0) {
					t.Errorf("%s, %s, long %v: %v changed, and Diff says %+v", c.fact, lang, long, got, diff)
				}
				if len(diff) > 0 && !slices.ContainsFunc(diff, func(d Change) bool { return d.What == c.what }) {
					t.Errorf("%s, long %v: %+v, want %s", c.fact, long, diff, c.what)
				}
				back := Diff(after.Facts(""), before.Facts(""))
				if (len(back) > 0) != (len(got) > 0) {
					t.Errorf("%s back, long %v: %+v", c.fact, long, back)
				}
			}
		}
	}
	for _, long := range []bool{false, true} {
		for _, c := range (turned{}).make(t, "en", long).Claims {
			fixed := len(c.Trace.Uses)+len(c.Trace.Categories)+len(c.Trace.Recipients) == 0 && !c.Trace.Controller
			if !fixed && !moved[c.ID] && c.ID != "port" { // it is turned in TestNoneApplies
				t.Errorf("no fact turns %s: %s", c.ID, c.Text)
			}
		}
	}
}

// changed lists the claims that differ; "+" before those that are new.
func changed(before, after *Notice) []string {
	text := func(n *Notice) map[string]string {
		out := map[string]string{}
		for _, c := range n.Claims {
			out[c.ID] = c.Label + c.Text
		}
		return out
	}
	old, now := text(before), text(after)
	var out []string
	for id, s := range old {
		if now[id] != s {
			out = append(out, id)
		}
	}
	for id := range now {
		if old[id] == "" {
			out = append(out, "+"+id)
		}
	}
	slices.Sort(out)
	return out
}

// TestNoneApplies: a shop that only does what the law asks has nothing to take with you, to
// object to or to withdraw, and says so.
func TestNoneApplies(t *testing.T) {
	d := declared(t, "restaurant", "IT")
	d.Uses = []datamap.Use{*theUse(&d, "invoices")}
	n := write(t, judged(d, every()...), options("en", "IT", true))
	for id, want := range map[string]string{"port": "none of ours does", "object": "there is none now", "withdraw": "none to take back", "interest": "None of these uses"} {
		i := slices.IndexFunc(n.Claims, func(c Claim) bool { return c.ID == id })
		if i < 0 || !strings.Contains(n.Claims[i].Text, want) {
			t.Errorf("%s: %+v", id, n.Claims)
		}
	}
	short := write(t, judged(d, every()...), options("en", "IT", false))
	if slices.ContainsFunc(short.Claims, func(c Claim) bool { return c.ID == "withdraw" || c.ID == "base" }) {
		t.Errorf("%+v", short.Claims)
	}
}

// TestOtherCountries: whoever is outside of the Union has no authority of its own here, and
// says that no representative was named.
func TestOtherCountries(t *testing.T) {
	has := func(country, id string) bool {
		n := write(t, judged(rich(t), held...), options("en", country, true))
		return slices.ContainsFunc(n.Claims, func(c Claim) bool { return c.ID == id })
	}
	for country, want := range map[string]bool{"IT": false, "DE": false, "GB": false, "US": true} {
		if has(country, "representative") != want {
			t.Errorf("%s: representative %v", country, !want)
		}
	}
	if !has("GB", "complain.us") || has("IT", "complain.us") {
		t.Error("who may complain to the shop first")
	}
}
