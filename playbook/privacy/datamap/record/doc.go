package record

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"custode/internal/paper"
	"custode/playbook/privacy/datamap"
)

// Doc draws the record as a document.
func Doc(r Record) (paper.Doc, error) {
	w, err := words(r.Lang)
	if err != nil {
		return paper.Doc{}, err
	}
	who := r.Map.Declaration.Controller
	shop := cmp.Or(strings.TrimSpace(who.Name), r.Shop)
	scan := w.say("no_scan")
	if !r.Map.Scanned.IsZero() {
		scan = w.day(r.Map.Scanned.In(r.Made.Location()))
	}
	officer := paper.Row{Label: w.say("who_officer"), Value: paper.Say(cmp.Or(strings.TrimSpace(who.Officer), w.say("no_officer")))}
	d := paper.Doc{
		Lang: w.lang, Title: w.say("title"), Note: w.say("note"), Author: shop, Page: w.say("page"), Made: r.Made,
		Foot: w.say("foot", "shop", shop, "made", w.day(r.Made)),
		Blocks: []paper.Block{
			w.head("who"),
			{Kind: paper.Fields, Rows: []paper.Row{
				{Label: w.say("who_name"), Value: w.known(shop)},
				{Label: w.say("who_address"), Value: w.known(who.Address)},
				{Label: w.say("who_mail"), Value: w.known(who.Mail)},
				{Label: w.say("who_phone"), Value: w.known(who.Phone)},
				officer,
				{Label: w.say("who_made"), Value: paper.Say(w.day(r.Made))},
				{Label: w.say("who_scan"), Value: paper.Say(scan)},
			}},
			w.head("rows"),
		},
	}
	// A form for each use: eight columns fit no sheet of paper that is read upright.
	heads := w.heads()
	for _, u := range r.Map.Declaration.Uses {
		row := w.row(r.Map, u)
		d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Heading, Under: true, Text: paper.Say(row[0])})
		form := paper.Block{Kind: paper.Fields}
		for i := 1; i < len(row); i++ {
			form.Rows = append(form.Rows, paper.Row{Label: heads[i], Value: paper.Say(row[i])})
		}
		d.Blocks = append(d.Blocks, form)
	}
	if r.Ask {
		d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Para, Text: paper.Say(w.say("law"))})
	}
	d.Blocks = append(d.Blocks, w.open(r.Map)...)
	if list := r.Map.Declaration.Elsewhere; len(list) > 0 {
		b := paper.Block{Kind: paper.List}
		for _, e := range list {
			b.Items = append(b.Items, paper.Say(w.say("elsewhere_row", "data", w.data([]string{e.Category}), "where", e.Where)))
		}
		d.Blocks = append(d.Blocks, w.head("elsewhere"), b)
	}
	d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Sign, Items: []paper.Text{paper.Say(w.say("sign"))}})
	return d, nil
}

// open lists what is held without a use.
func (w *writer) open(m *datamap.Map) []paper.Block {
	list := paper.Block{Kind: paper.List}
	for _, f := range m.Findings {
		if f.Problem == datamap.NotNeeded {
			list.Items = append(list.Items, paper.Say(w.say("open_row", "data", f.Holding.Category.Name.In(w.lang), "folder", w.folder(f.Holding.Folder), "files", w.files(len(f.Files)))))
		}
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []paper.Block{w.head("open"), {Kind: paper.Para, Text: paper.Say(w.say("open_1"))}, list}
}

func (w *writer) files(n int) string {
	if n == 1 {
		return w.say("file")
	}
	return w.say("files", "n", strconv.Itoa(n))
}

func (w *writer) head(key string) paper.Block {
	return paper.Block{Kind: paper.Heading, Text: paper.Say(w.say(key))}
}

// known gives a text, or the gap that it leaves.
func (w *writer) known(s string) paper.Text {
	if strings.TrimSpace(s) == "" {
		return paper.Text{{S: "[" + w.say("unknown") + "]", Gap: true}}
	}
	return paper.Say(s)
}

// JSON is the record for programs: schema custode.privacy-record/1.
type JSON struct {
	Schema      string          `json:"schema"`
	Vocabulary  string          `json:"vocabulary"` // that dpv: and pd: stand for
	MadeAt      string          `json:"made_at"`
	ScannedAt   string          `json:"scanned_at"` // "": no scan of all data folders yet
	Controller  JSONController  `json:"controller"`
	Processing  []JSONUse       `json:"processing"`
	Unexplained []JSONHeld      `json:"held_without_purpose"`
	Elsewhere   []JSONElsewhere `json:"elsewhere"`
}

// JSONController is who answers for the data.
type JSONController struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Mail    string `json:"mail"`
	Phone   string `json:"phone"`
	Officer string `json:"data_protection_officer"` // "": none has been named
}

// JSONUse is one row.
type JSONUse struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Purpose    string          `json:"purpose"`
	Basis      string          `json:"basis"` // dpv:Consent ...
	Law        string          `json:"law"`
	Special    string          `json:"special"`
	Subjects   string          `json:"subjects"` // dpv:Customer ...
	Categories []JSONCategory  `json:"categories"`
	Folders    []string        `json:"folders"`
	Recipients []JSONRecipient `json:"recipients"`
	Months     int             `json:"keep_months"`
	From       string          `json:"keep_from"`
	Files      int             `json:"files"`
	Sealed     int             `json:"files_encrypted"`
}

// JSONCategory is a kind of data.
type JSONCategory struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	DPV  string `json:"dpv"` // pd:BirthDate; "": none fits
}

// JSONRecipient is whom data are given to.
type JSONRecipient struct {
	Name    string `json:"name"`
	Outside bool   `json:"outside_eea"`
	Guard   string `json:"safeguard"` // adequacy, clauses; "" not said, or not needed
}

// JSONHeld is what is held without a use.
type JSONHeld struct {
	Category string `json:"category"`
	Folder   string `json:"folder"`
	Files    int    `json:"files"`
}

// JSONElsewhere is data that no scan sees.
type JSONElsewhere struct {
	Category string `json:"category"`
	Where    string `json:"where"`
}

var (
	dpvBasis = map[datamap.Basis]string{
		datamap.Consent: "dpv:Consent", datamap.Contract: "dpv:Contract", datamap.Obligation: "dpv:LegalObligation", datamap.Interest: "dpv:LegitimateInterest",
	}
	dpvAbout = map[string]string{"customers": "dpv:Customer", "suppliers": "dpv:Supplier", "staff": "dpv:Employee"}
)

// ForPrograms gives the record for programs.
func ForPrograms(r Record) (JSON, error) {
	w, err := words(r.Lang)
	if err != nil {
		return JSON{}, err
	}
	decl := r.Map.Declaration
	c := decl.Controller
	out := JSON{
		Schema: "custode.privacy-record/1", Vocabulary: "https://w3id.org/dpv", MadeAt: r.Made.UTC().Format(time.RFC3339),
		Controller: JSONController{cmp.Or(c.Name, r.Shop), c.Address, c.Mail, c.Phone, c.Officer}, Processing: []JSONUse{}, Unexplained: []JSONHeld{}, Elsewhere: []JSONElsewhere{},
	}
	if !r.Map.Scanned.IsZero() {
		out.ScannedAt = r.Map.Scanned.UTC().Format(time.RFC3339)
	}
	for _, u := range decl.Uses {
		j := JSONUse{
			ID: u.ID, Name: u.Name.Either(w.lang), Purpose: u.Why.Either(w.lang), Basis: dpvBasis[u.Basis], Law: u.Law, Special: u.Special, Subjects: dpvAbout[u.About],
			Categories: []JSONCategory{}, Folders: append([]string{}, u.Folders...), Recipients: []JSONRecipient{}, Months: u.Keep.Months, From: string(u.Keep.From),
		}
		for _, id := range u.Categories {
			cat, _ := datamap.Find(id)
			dpv := ""
			if cat.DPV != "" {
				dpv = "pd:" + cat.DPV
			}
			j.Categories = append(j.Categories, JSONCategory{cat.ID, cat.Name.In(w.lang), dpv})
		}
		for _, id := range u.Recipients {
			for _, known := range decl.Recipients {
				if known.ID == id {
					j.Recipients = append(j.Recipients, JSONRecipient{known.Name.Either(w.lang), known.Outside, known.Safeguard})
				}
			}
		}
		j.Sealed, j.Files = Sealed(r.Map, u.ID)
		out.Processing = append(out.Processing, j)
	}
	for _, f := range r.Map.Findings {
		if f.Problem == datamap.NotNeeded {
			out.Unexplained = append(out.Unexplained, JSONHeld{f.Holding.Category.ID, f.Holding.Folder, len(f.Files)})
		}
	}
	for _, e := range decl.Elsewhere {
		out.Elsewhere = append(out.Elsewhere, JSONElsewhere{e.Category, e.Where})
	}
	return out, nil
}
