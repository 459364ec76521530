package notice

import (
	"strings"

	"custode/internal/paper"
)

// Doc draws the notice as a document.
func (n *Notice) Doc() paper.Doc {
	d := paper.Doc{
		Lang: n.Lang, Title: n.Title, Note: n.Note, Author: n.facts.Who.Name, Page: n.w.t("page"), Made: n.Made,
		Foot: n.w.t("foot", "shop", n.facts.Who.Name, "made", n.w.day(n.Made)),
	}
	for _, p := range n.Parts {
		if p.Title != "" {
			d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Heading, Text: paper.Say(p.Title)})
		}
		if n.Long {
			d.Blocks = append(d.Blocks, n.longPart(p)...)
		} else {
			d.Blocks = append(d.Blocks, n.shortPart(p)...)
		}
	}
	return d
}

// Of lists the claims of a part, in the order in which they are read.
func (n *Notice) Of(part string) []Claim {
	var out []Claim
	for _, c := range n.Claims {
		if c.Part == part {
			out = append(out, c)
		}
	}
	return out
}

// Gaps counts what the owner has still to fill in.
func (n *Notice) Gaps() int {
	gaps := 0
	for _, c := range n.Claims {
		if c.Gap {
			gaps++
		}
	}
	return gaps
}

// Item is what stands together in the short notice: all that is said about one use.
type Item struct {
	Lead string // may be printed bold; "" none
	Rest string
}

// Items gives a part of the short notice: one for each use, and one for all else.
func (n *Notice) Items(part string) []Item {
	var out []Item
	group := ""
	for i, c := range n.Of(part) {
		rest := strings.TrimPrefix(c.Text, c.Lead)
		if i > 0 && c.Group == group {
			out[len(out)-1].Rest += " " + rest
			continue
		}
		group = c.Group
		out = append(out, Item{Lead: c.Lead, Rest: rest})
	}
	return out
}

func (n *Notice) shortPart(p Part) []paper.Block {
	var out []paper.Block
	uses := paper.Block{Kind: paper.List}
	for _, it := range n.Items(p.ID) {
		text := paper.Say(it.Lead + it.Rest)
		if it.Lead == "" {
			out = append(out, paper.Block{Kind: paper.Para, Text: text})
		} else {
			uses.Items = append(uses.Items, text)
		}
	}
	if len(uses.Items) > 0 {
		out = append(out, uses)
	}
	return out
}

// longPart draws fields where claims have labels, below the name of their use where they
// are about one; a list of the rights, and paragraphs of the rest.
func (n *Notice) longPart(p Part) []paper.Block {
	var out []paper.Block
	group := ""
	for _, c := range n.Of(p.ID) {
		text := paper.Text{{S: c.Text, Gap: c.Gap}}
		if c.Group != group {
			group = c.Group
			out = append(out, paper.Block{Kind: paper.Heading, Under: true, Text: paper.Say(n.names[group])})
		}
		last := &paper.Block{}
		if len(out) > 0 {
			last = &out[len(out)-1]
		}
		switch {
		case c.Label != "" && len(out) > 0 && last.Kind == paper.Fields:
			last.Rows = append(last.Rows, paper.Row{Label: c.Label, Value: text})
		case c.Label != "":
			out = append(out, paper.Block{Kind: paper.Fields, Rows: []paper.Row{{Label: c.Label, Value: text}}})
		case p.ID == "rights" && len(out) > 0 && last.Kind == paper.List && c.ID != "how":
			last.Items = append(last.Items, text)
		case p.ID == "rights" && c.ID != "how":
			out = append(out, paper.Block{Kind: paper.List, Items: []paper.Text{text}})
		default:
			out = append(out, paper.Block{Kind: paper.Para, Text: text})
		}
	}
	return out
}

// Caption says what the QR code of a card is for, by the address that it holds.
func (n *Notice) Caption(address string) string {
	scheme, _, _ := strings.Cut(address, ":")
	if scheme == "mailto" || scheme == "tel" {
		return n.w.t(map[string]string{"mailto": "c_mail", "tel": "c_tel"}[scheme])
	}
	return n.w.t("c_url")
}

// Label says the same to who does not see the code.
func (n *Notice) Label(address string) string { return n.w.t("c_label", "address", address) }

// Printed says when the card was made.
func (n *Notice) Printed() string { return n.w.t("c_made", "made", n.w.day(n.Made)) }

// Subject is that of a message that the QR code prepares.
func (n *Notice) Subject() string { return n.w.t("c_subject") }

// Shop is who answers for the data.
func (n *Notice) Shop() string { return n.facts.Who.Name }

// Contacts are the mailbox and the telephone that the notice names.
func (n *Notice) Contacts() (mail, phone string) { return n.facts.Who.Mail, n.facts.Who.Phone }
