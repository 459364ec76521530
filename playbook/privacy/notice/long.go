package notice

import (
	"slices"

	"custode/playbook/privacy/datamap"
)

// long writes the notice with all that Art. 13(1) and (2) GDPR asks for. What does not apply
// to the shop is said not to.
func (v *view) long() {
	v.n.Title = v.t("l_title")
	of := v.t("of_law_" + v.law)
	v.n.Note = v.t("l_note", "law", of, "of_law", of)
	v.part("who", v.t("l_who"))
	v.longWho()
	v.part("uses", v.t("l_uses"))
	for i := range v.uses {
		v.longUse(&v.uses[i])
	}
	v.part("more", v.t("l_more"))
	v.longMore()
	v.part("rights", v.t("l_rights"))
	v.longRights()
	v.part("complain", v.t("l_complain"))
	if v.law == UKGDPR {
		ref := "UK-DUAA:103"
		v.say(Claim{ID: "complain.us", Text: v.t("l_complain_us", "cite", v.cite(ref)), Trace: Trace{Law: ref}})
	}
	v.rule("complain", "l_complain_to", "77", "13(2)(d)", "authority", v.office.Long.In(v.lang), "site", v.office.Site)
}

// rule says what the law says.
func (v *view) rule(id, key, place, element string, pairs ...string) {
	ref := v.article(place)
	c := Claim{ID: id, Text: v.t(key, append(pairs, "cite", v.cite(ref))...), Trace: Trace{Law: ref}}
	if element != "" {
		c.Elements = []string{element}
	}
	v.say(c)
}

// row says one of the fields of who answers; nothing where it is not known.
func (v *view) row(id, label, text string, elements ...string) {
	if text != "" {
		v.say(Claim{ID: id, Label: v.t(label), Text: text, Elements: elements, Trace: Trace{Controller: true}})
	}
}

func (v *view) longWho() {
	v.row("who", "l_name", v.who.Name, "13(1)(a)")
	v.row("address", "l_address", v.who.Address, "13(1)(a)")
	v.row("mail", "l_mail", v.who.Mail, "13(1)(a)")
	v.row("phone", "l_phone", v.who.Phone, "13(1)(a)")
	if LawOf(v.country) == "" { // whoever is in the Union needs none (Art. 27)
		v.row("representative", "l_representative", v.t("l_no_representative"), "13(1)(a)")
	}
	officer := v.who.Officer
	if officer == "" {
		officer = v.t("l_no_officer")
	}
	v.row("officer", "l_officer", officer, "13(1)(b)")
}

// field says one thing about a use.
func (v *view) field(u *use, id, text string, trace Trace, elements ...string) {
	trace.Uses = []string{u.ID}
	v.say(Claim{ID: "use." + u.ID + "." + id, Group: u.ID, Label: v.t("l_" + id), Text: text, Elements: elements, Trace: trace})
}

func (v *view) longUse(u *use) {
	v.field(u, "why", upper(v.why(u))+".", Trace{}, "13(1)(c)")
	categories, list := v.categories(u)
	v.field(u, "what", upper(list)+".", Trace{Categories: categories})

	ref := v.article(places[u.Basis])
	cite := v.cite(ref)
	if u.Basis == datamap.Obligation && u.Law != "" {
		ref = u.Law
		cite += "; " + v.cite(u.Law)
	}
	v.field(u, "ground", v.t("l_ground_"+string(u.Basis), "cite", cite), Trace{Law: ref}, "13(1)(c)")
	if u.health() {
		v.special(u)
	}
	if u.Basis == datamap.Interest {
		v.field(u, "interest", v.t("l_interest_is", "why", upper(v.why(u))), Trace{Law: ref}, "13(1)(d)")
	}
	key := "l_keep_" + string(u.Keep.From)
	if u.Keep.Months == 0 {
		key = "l_keep_open"
	}
	v.field(u, "keep", upper(v.t(key, "time", v.months(u.Keep.Months))), Trace{}, "13(2)(a)")
	ids, list := v.names(func(r datamap.Recipient) bool { return slices.Contains(u.Recipients, r.ID) })
	if len(ids) == 0 {
		list = v.t("l_to_nobody")
	} else {
		list = upper(list) + "."
	}
	v.field(u, "to", list, Trace{Recipients: ids}, "13(1)(e)")
	v.field(u, "must", v.t("l_must_"+string(u.Basis)), Trace{Law: v.article("13(2)(e)")}, "13(2)(e)")
}

// special says which condition of Art. 9(2) lets health data be used.
func (v *view) special(u *use) {
	place, known := conditions[u.Special]
	if !known {
		place = "9(2)"
	}
	ref := v.article(place)
	key := "l_special_" + u.Special
	if !known {
		key = "l_special_gap"
	}
	v.say(Claim{
		ID: "use." + u.ID + ".special", Group: u.ID, Label: v.t("l_special"), Text: v.t(key, "cite", v.cite(ref), "of", "di"), Gap: !known,
		Elements: []string{"13(1)(c)"}, Trace: Trace{Uses: []string{u.ID}, Categories: []string{"health"}, Law: ref},
	})
}

// longMore says what is not about one use alone, and what does not apply.
func (v *view) longMore() {
	uses, recipients := v.ids()
	if ids, _ := v.those(interest); len(ids) == 0 {
		v.say(Claim{ID: "interest", Text: v.t("l_no_interest"), Elements: []string{"13(1)(d)"}, Trace: Trace{Uses: uses}})
	}
	if len(recipients) == 0 {
		v.say(Claim{ID: "recipients", Text: v.t("l_nobody"), Elements: []string{"13(1)(e)"}, Trace: Trace{Uses: uses}})
	}
	v.transfers(recipients)
	if v.children {
		v.say(Claim{ID: "children", Text: v.t("l_children"), Trace: Trace{Uses: uses}})
	}
	ref := v.article("22")
	c := Claim{ID: "automated", Text: v.t("l_automated_none", "cite", v.cite(ref)), Elements: []string{"13(2)(f)"}, Trace: Trace{Uses: uses, Law: ref}}
	if ids, list := v.those(func(u *use) bool { return u.Automated }); len(ids) > 0 {
		c.Text, c.Gap, c.Trace.Uses = v.t("l_automated_gap", "cite", v.cite(ref), "list", list), true, ids
	}
	v.say(c)
}

// transfers says who is outside of the countries whose law is this one, and what protects
// the data there.
func (v *view) transfers(recipients []string) {
	element := []string{"13(1)(f)"}
	outside, _ := v.names(func(r datamap.Recipient) bool { return r.Outside })
	switch {
	case len(recipients) == 0:
		v.say(Claim{ID: "transfer", Text: v.t("l_no_transfer"), Elements: element})
	case len(outside) == 0:
		v.say(Claim{ID: "transfer", Text: v.t("l_inside_" + v.law), Elements: element, Trace: Trace{Recipients: recipients}})
	}
	for _, safe := range []struct{ safeguard, place string }{{"adequacy", "45"}, {"clauses", "46(2)"}} {
		if ids, list := v.names(func(r datamap.Recipient) bool { return r.Outside && r.Safeguard == safe.safeguard }); len(ids) > 0 {
			ref := v.article(safe.place)
			v.say(Claim{
				ID: "transfer." + safe.safeguard, Text: v.t("l_outside_"+safe.safeguard+"_"+v.law, "list", list, "cite", v.cite(ref)), Elements: element,
				Trace: Trace{Recipients: ids, Law: ref},
			})
		}
	}
	unsaid := func(r datamap.Recipient) bool {
		return r.Outside && r.Safeguard != "adequacy" && r.Safeguard != "clauses"
	}
	if ids, list := v.names(unsaid); len(ids) > 0 {
		v.say(Claim{ID: "transfer.gap", Text: v.t("l_outside_gap", "list", list), Gap: true, Elements: element, Trace: Trace{Recipients: ids}})
	}
}

func (v *view) longRights() {
	const element = "13(2)(b)"
	v.rule("access", "l_access", "15", element)
	v.rule("rectify", "l_rectify", "16", element)
	v.rule("erase", "l_erase", "17", element)
	v.rule("restrict", "l_restrict", "18", element)
	v.byUses("port", "20", element, portable)
	v.byUses("object", "21", element, interest)
	v.byUses("withdraw", "7(3)", "13(2)(c)", (*use).consent)
	v.rule("how", "l_how", "12(3)", "")
}

// byUses says a right that depends on what the uses rest on.
func (v *view) byUses(id, place, element string, which func(u *use) bool) {
	ids, list := v.those(which)
	key := "l_" + id
	if len(ids) == 0 {
		key += "_none"
		ids, _ = v.ids()
	}
	ref := v.article(place)
	v.say(Claim{ID: id, Text: v.t(key, "list", list, "cite", v.cite(ref)), Elements: []string{element}, Trace: Trace{Uses: ids, Law: ref}})
}
