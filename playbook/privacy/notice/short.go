package notice

import (
	"slices"

	"custode/playbook/privacy/datamap"
)

// base is the category that is said once for all, where several uses have it.
const base = "contact"

// short writes the notice for the counter: who, what and why, how long, who else, and what
// people can do.
func (v *view) short() {
	v.n.Title = v.t("s_title")
	v.part("who", "")
	v.say(Claim{ID: "who", Text: v.t("s_who", "name", v.who.Name), Trace: Trace{Controller: true}})
	v.part("uses", "")
	common, _ := v.those(func(u *use) bool { return u.holds(base) })
	if len(common) < 2 {
		common = nil
	}
	if len(common) > 0 {
		c, _ := datamap.Find(base)
		v.say(Claim{ID: "base", Text: v.t("s_base", "list", v.text(c.Name)), Trace: Trace{Uses: common, Categories: []string{base}}})
	}
	for i := range v.uses {
		v.shortUse(&v.uses[i], len(common) > 0)
	}
	v.part("time", "")
	v.shortTime()
	v.part("recipients", v.t("s_recipients"))
	v.shortRecipients()
	v.part("rights", v.t("s_rights"))
	v.shortRights()
}

// shortUse says what for and with which data, less what was said for all, and how long
// they are kept.
func (v *view) shortUse(u *use, common bool) {
	key := "s_use"
	switch {
	case u.consent():
		key = "s_use_consent"
	case interest(u):
		key = "s_use_interest"
	}
	lead := upper(v.t(key, "why", v.why(u)))
	ids, list := v.categories(u)
	text := "s_all"
	switch {
	case common && u.holds(base):
		more := *u
		more.held = slices.DeleteFunc(slices.Clone(u.held), func(c datamap.Category) bool { return c.ID == base })
		_, list = v.categories(&more)
		text = "s_and"
		if len(more.held) == 0 {
			text = "s_same"
		}
	case common:
		text = "s_only"
	}
	v.say(Claim{
		ID: "use." + u.ID, Group: u.ID, Lead: lead, Text: v.t(text, "lead", lead, "list", list),
		Trace: Trace{Uses: []string{u.ID}, Categories: ids},
	})
	key = "s_keep"
	switch {
	case u.Keep.Months == 0:
		key = "s_keep_open"
	case u.Basis == datamap.Obligation:
		key = "s_keep_law"
	case u.Keep.From == datamap.Withdrawal:
		key = "s_keep_most"
	}
	v.say(Claim{
		ID: "keep." + u.ID, Group: u.ID, Text: v.t(key, "time", v.months(u.Keep.Months)),
		Trace: Trace{Uses: []string{u.ID}, Law: u.Law},
	})
}

// shortTime says from when the times count, and what is special about some uses.
func (v *view) shortTime() {
	from := func(f datamap.From) []string {
		ids, _ := v.those(func(u *use) bool { return u.Keep.Months > 0 && u.Keep.From == f })
		return ids
	}
	contact, bill := from(datamap.LastContact), from(datamap.Invoice)
	key := map[[2]bool]string{{true, true}: "s_from_both", {true, false}: "s_from_contact", {false, true}: "s_from_bill"}[[2]bool{len(contact) > 0, len(bill) > 0}]
	if key != "" {
		v.say(Claim{ID: "from", Text: v.t(key), Trace: Trace{Uses: append(contact, bill...)}})
	}
	if v.children {
		uses, _ := v.ids()
		v.say(Claim{ID: "children", Text: v.t("s_children"), Trace: Trace{Uses: uses}})
	}
	if ids, list := v.those(func(u *use) bool { return u.Automated }); len(ids) > 0 {
		v.say(Claim{ID: "automated", Text: v.t("s_automated", "list", list), Trace: Trace{Uses: ids, Law: v.article("22")}})
	}
}

func (v *view) shortRecipients() {
	uses, ids := v.ids()
	if len(ids) == 0 {
		v.say(Claim{ID: "recipients", Text: v.t("s_to_nobody"), Trace: Trace{Uses: uses}})
		return
	}
	_, list := v.names(func(datamap.Recipient) bool { return true })
	v.say(Claim{ID: "recipients", Text: v.one("s_to", len(ids), "list", list), Trace: Trace{Uses: uses, Recipients: ids}})
	if ids, list := v.names(func(r datamap.Recipient) bool { return r.Outside }); len(ids) > 0 {
		v.say(Claim{ID: "outside", Text: v.one("s_outside", len(ids), "list", list), Trace: Trace{Recipients: ids}})
	}
}

func (v *view) shortRights() {
	v.say(Claim{ID: "ask", Text: v.t("s_ask"), Trace: Trace{Law: v.article("15, 16, 17")}})
	if ids, _ := v.those((*use).consent); len(ids) > 0 {
		v.say(Claim{ID: "withdraw", Text: v.t("s_withdraw"), Trace: Trace{Uses: ids, Law: v.article("7(3)")}})
	}
	v.say(Claim{ID: "full", Text: v.t("s_full"), Trace: Trace{Law: v.article("13")}})
	key := map[[2]bool]string{{true, true}: "s_mail_phone", {true, false}: "s_mail", {false, true}: "s_phone"}[[2]bool{v.who.Mail != "", v.who.Phone != ""}]
	if key == "" {
		key = "s_address"
	}
	v.say(Claim{ID: "contact", Group: "reach", Text: v.t(key, "mail", v.who.Mail, "phone", v.who.Phone, "address", v.who.Address), Trace: Trace{Controller: true}})
	v.say(Claim{
		ID: "complain", Group: "reach", Text: v.t("s_complain", "authority", v.office.Short.In(v.lang), "site", v.office.Site),
		Trace: Trace{Law: v.article("77")},
	})
}

func interest(u *use) bool { return u.Basis == datamap.Interest }

func portable(u *use) bool {
	return slices.Contains([]datamap.Basis{datamap.Consent, datamap.Contract}, u.Basis)
}
