package answer

import (
	"custode/internal/paper"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/request"
)

// access writes all that Art. 15 asks for.
func (w *writer) access() {
	w.title = w.t("acc_title")
	w.asked()
	if w.in.Nothing {
		w.para(w.say("acc_none", "months", number(request.WhoMonths)))
		return
	}
	w.para(w.say("here"))
	w.head("acc_uses")
	uses := w.uses()
	if !w.in.Confirmed && len(uses) > 0 {
		w.para(paper.Text{w.marked("check", w.t("acc_strike"))})
	}
	if len(uses) == 0 {
		w.para(w.gap("gap_uses", ""))
	}
	for _, u := range uses {
		w.use(u)
	}
	w.serves("15(1)(a)", "15(1)(b)", "15(1)(c)", "15(1)(d)")
	w.foundPlaces()
	w.head("acc_from")
	if w.in.Source != "" {
		w.para(paper.Say(w.in.Source))
	} else if text := w.say("acc_from_you"); w.in.Confirmed {
		w.para(text)
	} else {
		w.para(append(text, paper.Span{S: " "}, w.marked("check", w.t("acc_from_check"))))
	}
	w.serves("15(1)(g)")
	w.head("acc_copy")
	w.para(w.confirm("acc_copy_1"))
	w.serves("15(3)")
	w.outside(uses)
	w.head("acc_auto")
	w.para(w.confirm("acc_auto_1"))
	w.serves("15(1)(h)")
	w.head("acc_rights")
	w.para(w.say("acc_rights_1"))
	for _, u := range uses {
		if u.Basis == datamap.Consent {
			w.para(w.say("acc_rights_2"))
			break
		}
	}
	w.serves("15(1)(e)")
}

// use says what data are used for, why, which, who gets them and how long they stay.
func (w *writer) use(u datamap.Use) {
	w.blocks = append(w.blocks, paper.Block{Kind: paper.Heading, Under: true, Text: paper.Say(u.Name.In(w.lang))})
	given := w.t("acc_nobody")
	var names []string
	for _, r := range w.recipients([]datamap.Use{u}) {
		names = append(names, r.Name.In(w.lang))
	}
	if len(names) > 0 {
		given = w.join(names)
	}
	long := w.time(u.Keep.Months)
	if u.Keep.Months > 0 {
		long = w.fill("keep_"+string(u.Keep.From), texts{"time": long})
	}
	w.blocks = append(w.blocks, paper.Block{Kind: paper.Fields, Rows: []paper.Row{
		{Label: w.t("acc_basis"), Value: w.say("basis_"+string(u.Basis), "cite", w.cite(u.Law))},
		{Label: w.t("acc_data"), Value: paper.Say(w.kinds(u.Categories))},
		{Label: w.t("acc_given"), Value: paper.Say(given)},
		{Label: w.t("acc_long"), Value: long},
	}})
}

// foundPlaces says in which folders a search found the person: folders of the shop's, not
// names of files, which may name other people.
func (w *writer) foundPlaces() {
	if !w.in.Searched || len(w.in.Found) == 0 {
		return
	}
	w.head("acc_found")
	if !w.in.Confirmed {
		w.para(paper.Text{w.marked("check", w.t("acc_kinds"))})
	}
	var items []paper.Text
	for _, p := range w.in.Found {
		folder, kinds := p.Folder, w.kinds(p.Categories)
		if folder == "" {
			folder = w.t("acc_top")
		}
		if kinds == "" {
			kinds = w.t("acc_other")
		}
		items = append(items, w.say("acc_place", "folder", folder, "kinds", kinds))
	}
	w.list(items...)
}

// outside names who gets data outside of the European Economic Area, and asks how they are
// protected there (Art. 15(2)).
func (w *writer) outside(uses []datamap.Use) {
	var names []string
	for _, r := range w.recipients(uses) {
		if r.Outside {
			names = append(names, r.Name.In(w.lang))
		}
	}
	if len(names) == 0 {
		return
	}
	w.head("acc_outside")
	w.para(w.fill("acc_outside_1", texts{"names": w.say("acc_outside_given", "names", w.join(names)), "because": w.gap("gap_safeguard", w.in.Because)}))
	w.serves("15(2)")
}
