package sample

import (
	"fmt"
	"time"
)

// shopMail is the address of the shop itself.
func shopMail() value {
	return value{kind: kindEmail, spelled: "negozio@ferramenta.example", norm: "negozio@ferramenta.example"}
}

// letters makes the mail, the invoice and the notes.
func (s *shop) letters() {
	s.mails()
	s.mailTexts()
	s.invoice()
	s.accounts()
}

// mail begins a letter: headers in which the identifiers look like addresses
// and are none.
func (s *shop) mail(name string, from *person, subject string, days int) *page {
	p := s.file("Posta/"+name, days)
	at := s.moment()
	p.say("Return-Path: <", from.email(), ">\nFrom: ", from.full(), " <", from.email(), ">\nTo: Ferramenta Esempio <", shopMail(),
		">\nSubject: ", subject, "\nDate: ", at.Format(time.RFC1123Z), "\nMessage-ID: <", s.digits(10), ".CA", s.digits(6), "@mail.example.com>\n",
		"In-Reply-To: <", s.digits(14), "@mail.example.com>\n",
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n")
	return p
}

// sign closes a letter with a name and a number.
func (p *page) sign(who *person, word string, tel value) {
	p.say("\nCordiali saluti\n", who.full(), "\n", word, tel, "\n")
}

// mails are letters from customers.
func (s *shop) mails() {
	a, b, c, d, e := s.locals[3], s.locals[14], s.locals[77], s.english[8], s.locals[128]

	p := s.mail("ordine viti.eml", a, "Ordine viti", 2)
	p.say("Buongiorno,\nvorrei ordinare 200 viti M8, articolo ", s.article(true), ". Passo sabato.\n")
	p.sign(a, "Tel. ", a.national())

	p = s.mail("fattura marzo.eml", b, "Dati per la fattura", 75)
	p.say("Come d'accordo ecco i dati: codice fiscale ", b.fiscalValue(), ",\nordine 2025-000377 del 04/03/2025.\n")
	p.sign(b, "Cell. ", b.national())

	p = s.mail("pagamento.eml", c, "Pagamento", 120)
	p.say("Per il saldo usate pure la mia carta ", cardValue(s.card(visa), " "), ", scadenza 09/28.\n",
		"Il rimborso invece su ", ibanValue(s.iban(), true, false), "\n")
	p.sign(c, "Tel: ", c.national())

	p = s.mail("delivery.eml", d, "Delivery to the holiday house", 18)
	p.say("Hello,\nplease leave the parcel with my neighbour, her address is ", s.english[9].email(), ".\n",
		"Tracking ", s.tracking(), ".\n\nKind regards\n", d.full(), "\n", s.phone(d), "\n")

	p = s.mail("Re reso.eml", e, "Re: reso trapano", 400)
	p.say("Grazie, va bene cosi'.\n\n> Da: ", shopMail(), "\n> Il reso 20240311-0042 è arrivato, scriva a ",
		value{kind: kindEmail, spelled: "resi@ferramenta.example", norm: "resi@ferramenta.example"}, "\n> P.IVA ", s.vat(), "\n")
	p.sign(e, "cell. ", e.national())
}

// mailTexts are letters that somebody saved as plain text.
func (s *shop) mailTexts() {
	a, b := s.locals[45], s.locals[101]
	p := s.file("Posta/offerta giardino.txt", 55)
	p.say("Da: ", a.full(), " <", a.email(), ">\nA: ", shopMail(), "\nOggetto: offerta\n\n",
		"Mi servono 12 pezzi dell'articolo ", s.article(false), " entro il 30/05/2025.\nPotete rispondere anche a mia sorella: ",
		s.locals[46].email(), " oppure ", s.locals[46].email(), "\n")
	p.sign(a, "Tel. ", a.national())

	p = s.file("Posta/elenco consegne.txt", 6)
	p.say("Consegne di giovedì (telefonare prima)\n")
	for _, who := range s.locals[100:112] {
		p.say("- ", who.full(), ": ", s.phone(who), "\n")
	}
	p.say("Per dubbi: ", b.email(), "\n")

	if !onWindows() {
		p = s.file("Posta/nota\nvecchia.txt", 700)
		p.say("richiamare ", s.phone(b), " oppure scrivere a ", b.email(), "\n")
	}
}

// invoice is one to a firm, with the words that make a number a VAT number.
func (s *shop) invoice() {
	p := s.file("Fornitori/fattura-0117.txt", 28)
	p.say("Ferramenta Esempio di Prova & C.\nVia dell'Esempio 1, 00000 Borgo Inventato\nPartita IVA: ", s.vat(), "\n\n",
		"FATTURA n. 0117 del 03/11/2025\nSpett.le ", s.pick("suppliers"), "\nP.IVA ", s.vat(), "\n\n")
	for range 9 {
		p.say(fmt.Sprintf("%s  %-26s %3d pz  %8s\n", s.article(true), s.pick("products"), 1+s.rng.IntN(40), s.euros()))
	}
	p.say("\nPagamento a 30 giorni: IBAN ", ibanValue(s.iban(), true, false), "\nInfo: ", shopMail(), "\n")
}

// accounts are notes about where to pay, as people copy them.
func (s *shop) accounts() {
	p := s.file("Fornitori/appunti iban.txt", 210)
	first := s.iban()
	p.say("conti per i bonifici\nviterie: ", ibanValue(first, true, true), "\nvernici: ", ibanValue(s.iban(), true, false),
		"\nlegnami: ", ibanValue(s.iban(), false, true), " (nuovo!)\nviterie di nuovo: ", ibanValue(first, false, false),
		"\nNON PIU' VALIDO: ", s.nearlyIBAN(), "\n")
}

// logs makes the log of the program that sends text messages.
func (s *shop) logs() {
	p := s.file("Log/sms-gateway.log", 0)
	states := []string{"queued", "sent", "delivered", "failed"}
	for _, at := range s.moments(400) {
		who := s.locals[s.rng.IntN(90)]
		p.say(at.Format("2006-01-02 15:04:05.000"), " INFO sms to=", value{kind: kindPhone, spelled: who.tel, norm: who.tel},
			" msgid=", s.tracking(), " ts=", fmt.Sprint(at.UnixMilli()), " status=", states[s.rng.IntN(4)], "\n")
	}
}
