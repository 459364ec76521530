package main

import (
	"context"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook"
)

// Contacts implements [web.Caller].
func (o *office) Contacts(ctx context.Context) (v web.Contacts, err error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return v, err
	}
	defer st.Close() // it was only read
	book, err := o.sh.builtIn().contacts()
	if err != nil {
		return v, err
	}
	have, err := st.Contacts(ctx)
	if err != nil {
		return v, err
	}
	w := o.sh.words
	for _, k := range book.Kinds() {
		c, there := have[k.ID]
		one := web.Contact{
			Kind: k.ID, Label: k.Label.In(w.Lang), Ask: k.Ask.In(w.Lang),
			Name: printable(c.Name), Phone: printable(c.Phone), Mail: printable(c.Mail), Note: printable(c.Note),
		}
		for _, t := range k.Have {
			one.Have = append(one.Have, t.In(w.Lang))
		}
		switch {
		case there && o.sh.stale(c):
			one.Old, one.Checked = true, capital(w.T("play.contacts.old", w.Date(c.Checked)))
		case there:
			one.Checked = w.T("web.contacts.checked", w.Date(c.Checked))
		}
		v.Own = append(v.Own, one)
	}
	for _, b := range book.Public(set.Country) {
		v.Public = append(v.Public, web.PublicBody{Name: b.Name.In(w.Lang), Phone: b.Phone, Address: b.URL, Note: b.Note.In(w.Lang)})
	}
	return v, nil
}

// KeepContact implements [web.Caller].
func (o *office) KeepContact(ctx context.Context, c web.Contact) error {
	_, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	return o.sh.keepContact(ctx, st, playbook.Contact{Kind: c.Kind, Name: plain(c.Name), Phone: plain(c.Phone), Mail: plain(c.Mail), Note: plain(c.Note)})
}

// RightContact implements [web.Caller].
func (o *office) RightContact(ctx context.Context, kind string) error {
	_, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	have, err := st.Contacts(ctx)
	if err != nil {
		return err
	}
	c, there := have[kind]
	if !there {
		return fault.New(fault.Usage, "fault.play.contact.kind", printable(kind))
	}
	return o.sh.keepContact(ctx, st, c)
}
