package main

import (
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/contacts"
)

type contactOptions struct {
	json                    bool
	name, phone, mail, note string
}

func playContactsCommand(sh *shell) *cli.Command {
	var list, set contactOptions
	t := sh.words.T
	return &cli.Command{
		Name: "contacts", Usage: t("cmd.play.contacts"), UsageText: t("cmd.play.contacts.use"), Description: t("cmd.play.contacts.more"),
		Flags: []cli.Flag{sh.jsonFlag(&list.json)},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return sh.unknownSub(c)
			}
			return sh.playContacts(c.Context, list)
		},
		Subcommands: []*cli.Command{{
			Name: "set", Usage: t("cmd.play.contacts.set"), UsageText: t("cmd.play.contacts.set.use"),
			Flags: []cli.Flag{
				sh.jsonFlag(&set.json),
				&cli.StringFlag{Name: "name", Usage: t("flag.play.contact.name"), Destination: &set.name},
				&cli.StringFlag{Name: "phone", Usage: t("flag.play.contact.phone"), Destination: &set.phone},
				&cli.StringFlag{Name: "mail", Usage: t("flag.play.contact.mail"), Destination: &set.mail},
				&cli.StringFlag{Name: "note", Usage: t("flag.play.contact.note"), Destination: &set.note},
			},
			Action: func(c *cli.Context) error {
				if c.Args().Len() != 1 {
					return fault.New(fault.Usage, "fault.play.contact")
				}
				return sh.playContactSet(c.Context, set, c.Args().First())
			},
		}},
	}
}

type contactDoc struct {
	Kind    string `json:"kind"`
	Label   string `json:"label"`
	Name    string `json:"name"`
	Phone   string `json:"phone"`
	Mail    string `json:"mail"`
	Note    string `json:"note"`
	Checked string `json:"checked_at"`
}

type contactsDoc struct {
	Schema   string       `json:"schema"`
	Contacts []contactDoc `json:"contacts"`
}

// staleContact is after how long a number is to be tried again, in days.
const staleContact = 180

// playContacts lists whom to call; on a terminal it asks for those that are missing.
func (sh *shell) playContacts(ctx context.Context, o contactOptions) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	book, err := sh.builtIn().contacts()
	if err != nil {
		return err
	}
	have, err := st.Contacts(ctx)
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(sh.contactsDocument(book, have))
	}
	if sh.inTerm && sh.outTerm {
		if err := sh.askContacts(ctx, st, book, have); err != nil {
			return err
		}
		if have, err = st.Contacts(ctx); err != nil {
			return err
		}
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	for _, k := range book.Kinds() {
		c, there := have[k.ID]
		if !there {
			p.hanging("  ", p.bold(k.Label.In(w.Lang))+": "+p.dim(w.T("play.contacts.none")+" ["+k.ID+"]"))
			continue
		}
		line := p.bold(k.Label.In(w.Lang)) + ": " + contactLine(c)
		if sh.stale(c) {
			line += "  " + p.amber(w.T("play.contacts.old", w.Date(c.Checked)))
		}
		p.hanging("  ", line)
	}
	p.gap()
	for _, b := range book.Public(set.Country) {
		text := p.bold(b.Name.In(w.Lang))
		if b.Phone != "" {
			text += ", " + b.Phone
		}
		p.hanging("  ", text+", "+b.URL+". "+b.Note.In(w.Lang))
	}
	p.gap()
	p.wrap("", w.T("play.contacts.how", sh.command("custode", "playbook", "contacts", "set", "bank", "--name", "Banca Esempio", "--phone", "055 5550123")))
	return p.fail
}

func contactLine(c playbook.Contact) string {
	parts := slices.DeleteFunc([]string{c.Name, c.Phone, c.Mail, c.Note}, func(s string) bool { return s == "" })
	return printable(strings.Join(parts, ", "))
}

func (sh *shell) contactsDocument(book *contacts.Book, have map[string]playbook.Contact) contactsDoc {
	doc := contactsDoc{Schema: "custode.contacts/1", Contacts: []contactDoc{}}
	for _, k := range book.Kinds() {
		c := have[k.ID]
		doc.Contacts = append(doc.Contacts, contactDoc{k.ID, k.Label.In(sh.words.Lang), c.Name, c.Phone, c.Mail, c.Note, stamp(c.Checked)})
	}
	return doc
}

// askContacts asks once for each contact that is missing; an empty answer leaves it out.
func (sh *shell) askContacts(ctx context.Context, st state, book *contacts.Book, have map[string]playbook.Contact) error {
	a, w := sh.asker(ctx), sh.words
	for _, k := range book.Kinds() {
		if _, there := have[k.ID]; there {
			continue
		}
		text, err := a.text(k.Ask.In(w.Lang)+" ("+w.T("play.contacts.ask")+")", "", func(s string) (string, string) { return plain(s), "" })
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		name, phone, _ := strings.Cut(text, ",")
		c := playbook.Contact{Kind: k.ID, Name: strings.TrimSpace(name), Phone: strings.TrimSpace(phone), Checked: sh.now()}
		if err := st.SaveContact(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// playContactSet keeps whom to call of one kind.
func (sh *shell) playContactSet(ctx context.Context, o contactOptions, kind string) error {
	_, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	c := playbook.Contact{Kind: kind, Name: plain(o.name), Phone: plain(o.phone), Mail: plain(o.mail), Note: plain(o.note)}
	if err := sh.keepContact(ctx, st, c); err != nil {
		return err
	}
	book, err := sh.builtIn().contacts()
	if err != nil {
		return err
	}
	have, err := st.Contacts(ctx)
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(sh.contactsDocument(book, have))
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.green(sh.words.T("play.contacts.kept")))
	return p.fail
}

// keepContact keeps a contact, as of now: who keeps it says that it is right.
func (sh *shell) keepContact(ctx context.Context, st state, c playbook.Contact) error {
	book, err := sh.builtIn().contacts()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(book.Kinds(), func(k contacts.Kind) bool { return k.ID == c.Kind }) {
		return fault.New(fault.Usage, "fault.play.contact.kind", printable(c.Kind))
	}
	if c.Name == "" && c.Phone == "" && c.Mail == "" {
		return fault.New(fault.Usage, "fault.play.contact")
	}
	c.Checked = sh.now()
	return st.SaveContact(ctx, c)
}

// stale reports whether a contact is to be tried again.
func (sh *shell) stale(c playbook.Contact) bool {
	return sh.now().Sub(c.Checked).Hours() > staleContact*24
}
