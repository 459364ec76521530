package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"custode/internal/fault"
)

// Caller knows whom to call when something has happened.
type Caller interface {
	// Contacts lists whom to call: the shop's own, also those that nobody has noted yet, and public bodies.
	Contacts(ctx context.Context) (Contacts, error)
	// KeepContact keeps one of a kind, as of today. It fails with "fault.play.contact" where nothing was said
	// of it.
	KeepContact(ctx context.Context, c Contact) error
	// RightContact notes that somebody has tried a number today and that it is right.
	RightContact(ctx context.Context, kind string) error
}

// Contacts is whom to call.
type Contacts struct {
	Own    []Contact
	Public []PublicBody
}

// Contact is one of the shop's own.
type Contact struct {
	Kind, Label, Ask        string
	Name, Phone, Mail, Note string
	Have                    []string // what to have at hand when calling
	Checked                 string   // when somebody last said that it is right, in words; "": it was not noted yet
	Old                     bool     // that was long ago
}

// PublicBody is who is there for everybody in a country.
type PublicBody struct{ Name, Phone, Address, Note string }

func contactRoutes() []route {
	return []route{
		{"GET", "/incident/contacts", present, showContacts, false},
		{"POST", "/incident/contacts", present, keepContact, false},
	}
}

// contactsView is the page of the contacts.
type contactsView struct {
	Contacts

	Kept  string // the kind that was kept just now
	Wrong *failView
	Of    string // the kind in whose form something is wrong
}

func showContacts(v *visit) error {
	return v.contactsPage(http.StatusOK, contactsView{Kept: v.field("kept")}, Contact{})
}

// contactsPage draws the page, with what was typed for one of them.
func (v *visit) contactsPage(status int, view contactsView, typed Contact) error {
	all, err := v.office.Contacts(v.ctx())
	if err != nil {
		return err
	}
	for i := range all.Own {
		if c := &all.Own[i]; typed.Kind != "" && c.Kind == typed.Kind {
			c.Name, c.Phone, c.Mail, c.Note = typed.Name, typed.Phone, typed.Mail, typed.Note
		}
	}
	view.Contacts = all
	return v.page("incident_contacts", status, view)
}

func keepContact(v *visit) error {
	c := Contact{Kind: v.field("kind"), Name: v.field("name"), Phone: v.field("phone"), Mail: v.field("mail"), Note: v.field("note")}
	keep := func() error { return v.office.KeepContact(v.ctx(), c) }
	if v.field("act") == "right" {
		keep = func() error { return v.office.RightContact(v.ctx(), c.Kind) }
	}
	err := keep()
	if f, ok := errors.AsType[*fault.Error](err); ok && f.ID == "fault.play.contact" {
		return v.contactsPage(http.StatusUnprocessableEntity, contactsView{Of: c.Kind, Wrong: &failView{What: v.words.T("web.contacts.empty")}}, c)
	}
	if err != nil {
		return err
	}
	return v.see("/incident/contacts?" + url.Values{"kept": {c.Kind}}.Encode() + "#" + url.PathEscape(c.Kind))
}
