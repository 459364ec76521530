package intake_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/playbook/privacy/choice/form"
	"custode/playbook/privacy/choice/intake"
)

const mailHead = "From: Anna Rossi <anna@example.com>\r\nTo: info@bottega.example.com\r\nDate: Sat, 28 Nov 2026 10:00:00 +0100\r\n"

func mailOptions() intake.Options {
	o := usual()
	o.Book, _, _, _ = book()
	o.Own = []string{"Info@bottega.example.com"}
	return o
}

// TestReplies: what an answer by mail says.
func TestReplies(t *testing.T) {
	_, yes, no, sms := book()
	text := func(subject, body string) string {
		return mailHead + "Subject: " + subject + "\r\n\r\n" + strings.ReplaceAll(body, "\n", "\r\n") + "\r\n"
	}
	const given, refused, stopped = "1 anna given offers email 2026-11-28T09:00", "1 anna refused offers email 2026-11-28T09:00", "1 anna withdrawn all all 2026-11-28T09:00"
	strange := form.Code([32]byte{5}, true)
	for name, c := range map[string]struct{ in, want string }{
		"a card":                           {text("SI offerte email "+yes, "SI offerte email "+yes), given},
		"the subject alone":                {text("SI offerte email "+yes, ""), given},
		"the text alone":                   {text("ciao", "si "+strings.ToLower(strings.ReplaceAll(yes, "-", " "))), given},
		"with a signature":                 {text("SI offerte email "+yes, "Inviato da iPhone\n-- \nAnna, non fumatrice"), given},
		"a card for no":                    {text("NO offerte email "+no, "NO offerte email "+no), refused},
		"no beside the code for yes":       {text("NO offerte email "+yes, ""), refused},
		"no, in the text":                  {text("SI offerte email "+yes, "No, anzi: ho cambiato idea"), "1 not-understood"},
		"both codes":                       {text("SI "+yes, "NO "+no), refused},
		"stop beside a yes":                {text("SI offerte email "+yes, "STOP"), stopped},
		"stop":                             {text("Stop", ""), stopped},
		"stop, please":                     {text("", "stop per favore"), stopped},
		"a story about stops":              {text("", "la fermata del bus si chiama stop e oggi ci siamo fermati tutti"), "1 not-understood"},
		"a long plea":                      {text("hello", "Could you please unsubscribe me from all of your lists, thank you very much"), stopped},
		"cancellami":                       {text("Cancellami", "grazie"), stopped},
		"cancellatemi, a letter":           {text("", "Buongiorno,\nvi prego di non mandarmi altro: disiscrivetemi. Grazie, Anna"), stopped},
		"do not write":                     {text("", "Don't contact me again"), stopped},
		"più":                              {text("", "Non scrivetemi più"), stopped},
		"an answer to the shop's own yes":  {text("Re: SI offerte email "+yes, "Grazie a voi!"), "1 no-code"},
		"an answer, and a stop":            {text("Re: SI offerte email "+yes, "STOP"), stopped},
		"an answer with the code":          {text("R: offerte", "SI "+yes), given},
		"an answer to a stop":              {text("Re: Stop alle code", "SI "+yes), "1 not-understood"},
		"quoted with signs":                {text("Re: x", "grazie\n> SI offerte email "+yes), "1 no-code"},
		"quoted below a line":              {text("Re: x", "grazie\nOn Fri, 27 Nov 2026, Bottega <info@bottega.example.com> wrote:\nSI "+yes+"\nSTOP"), "1 no-code"},
		"quoted below two lines":           {text("Re: x", "ok\nIl giorno ven 27 nov 2026 alle ore 10:00 Bottega Esempio <info@bottega.example.com>\nha scritto:\nunsubscribe"), "1 no-code"},
		"quoted below Outlook's line":      {text("R: x", "ok\n________________________________\nDa: Bottega\nunsubscribe "+yes), "1 no-code"},
		"quoted below Outlook's head":      {text("R: x", "ok\nDa: Bottega Esempio <info@bottega.example.com>\nunsubscribe "+yes), "1 no-code"},
		"original message":                 {text("R: x", "ok\n-----Messaggio originale-----\nunsubscribe "+yes), "1 no-code"},
		"far below":                        {text("", strings.Repeat("una riga\n", 11)+"SI "+yes), "1 no-code"},
		"a letter wrong":                   {text("SI offerte email "+wrong(yes), ""), "1 no-code"},
		"a code of nothing":                {text("SI offerte email "+strange, ""), "1 strange-code"},
		"a code of nothing beside one":     {text("SI offerte email "+yes, "SI "+strange), "1 not-understood"},
		"an SMS answered by mail":          {text("SI offerte SMS "+sms, ""), "1 no-channel"},
		"an SMS refused by mail":           {text("NO offerte SMS "+sms, ""), "1 anna refused offers all 2026-11-28T09:00"},
		"nothing of it":                    {text("Orari", "Siete aperti domani?"), "1 no-code"},
		"no date":                          {strings.Replace(text("SI "+yes, ""), "Date: Sat, 28 Nov 2026 10:00:00 +0100\r\n", "", 1), "1 no-date"},
		"no date, a no":                    {strings.Replace(text("NO "+no, ""), "Date: Sat, 28 Nov 2026 10:00:00 +0100\r\n", "", 1), "1 anna refused offers email 2026-11-28T20:00"},
		"a date ahead":                     {strings.Replace(text("SI "+yes, ""), "28 Nov 2026", "29 Nov 2026", 1), "1 date-ahead"},
		"a date ahead, a no":               {strings.Replace(text("NO "+no, ""), "28 Nov 2026", "29 Nov 2026", 1), "1 anna refused offers email 2026-11-28T20:00"},
		"taken later":                      {"Received: by mx.example.com; Sat, 28 Nov 2026 11:00:00 +0000\r\n" + text("NO "+no, ""), "1 anna refused offers email 2026-11-28T11:00"},
		"taken later, a yes":               {"Received: by mx.example.com; Sat, 28 Nov 2026 11:00:00 +0000\r\n" + text("SI "+yes, ""), given},
		"an absence note":                  {"Auto-Submitted: auto-replied\r\n" + text("SI "+yes, ""), "1 automatic"},
		"a newsletter":                     {"List-Unsubscribe: <mailto:x@example.com>\r\n" + text("Saldi", "unsubscribe"), "1 automatic"},
		"no delivery":                      {"Content-Type: multipart/report; boundary=x\r\n" + text("NO", ""), "1 automatic"},
		"the shop's own":                   {strings.Replace(text("SI "+yes, ""), "anna@example.com", "info@Bottega.example.com", 1), "1 own-mail"},
		"two senders":                      {strings.Replace(text("SI "+yes, ""), "Anna Rossi <anna@example.com>", "anna@example.com, bruno@example.com", 1), "1 sender"},
		"two heads":                        {"From: bruno@example.com\r\n" + text("SI "+yes, ""), "1 sender"},
		"no sender":                        {"Subject: SI " + yes + "\r\n\r\n", "1 sender"},
		"another address in the name":      {strings.Replace(text("SI "+yes, ""), "Anna Rossi", `"bruno@example.com"`, 1), given},
		"a subject in letters of the mail": {strings.Replace(text("x", ""), "Subject: x", "Subject: =?UTF-8?Q?S=C3=AC_offerte_email_"+yes+"?=", 1), given},
		"a page": {mailHead + "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nSubject: x\r\n\r\n" +
			"<html><head><style>p{}</style></head><body><p>S=C3=AC " + yes + "</p><blockquote>STOP</blockquote></body></html>", given},
		"a page, quoted by a name": {mailHead + "Content-Type: text/html\r\nSubject: x\r\n\r\n<div>grazie</div><div class=\"gmail_quote\">SI " + yes + " STOP</div>", "1 no-code"},
		"two parts": {mailHead + "Content-Type: multipart/alternative; boundary=\"b\"\r\nSubject: x\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
			base64.StdEncoding.EncodeToString([]byte("S\xec "+yes)) + "\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>STOP</p>\r\n--b--\r\n", given},
		"an attachment": {mailHead + "Content-Type: multipart/mixed; boundary=\"b\"\r\nSubject: x\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nSI " + yes + "\r\n--b--\r\n", "1 no-code"},
		"cut off":       {mailHead + "Content-Type: multipart/mixed; boundary=\"b\"\r\nSubject: x\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSTOP", stopped},
		"no mail":       {"Received: x\r\nno head at all\r\n", "1 not-readable"},
	} {
		got, tally, err := read(t, c.in, mailOptions())
		if err != nil || tally.Tool != "mails" || tally.Rows != 1 {
			t.Errorf("%s: %v, %+v", name, err, tally)
			continue
		}
		if diff := cmp.Diff([]string{c.want}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// wrong is a code with one letter wrong.
func wrong(code string) string {
	if code[0] == 'C' {
		return "D" + code[1:]
	}
	return "C" + code[1:]
}

// TestMbox: mails are told apart, also where a line of one begins like the next.
func TestMbox(t *testing.T) {
	_, yes, no, _ := book()
	box := "From anna@example.com Sat Nov 28 10:00:00 2026\n" + strings.ReplaceAll(mailHead, "\r", "") + "Subject: SI " + yes + "\n\nhello\n>From here on\nFrom now on I read you\n\n" +
		"From x Sat Nov 28 10:00:00 2026\n" + strings.ReplaceAll(strings.Replace(mailHead, "anna@", "bruno@", 1), "\r", "") + "Subject: long\n\n" + strings.Repeat("x", 3<<20) + "\nFrom \n\n" +
		"From x Sat Nov 28 10:00:00 2026\n" + strings.ReplaceAll(strings.Replace(mailHead, "anna@", "carla@", 1), "\r", "") + "Subject: NO " + no
	got, tally, err := read(t, box, mailOptions())
	want := []string{"1 anna given offers email 2026-11-28T09:00", "2 no-code", "3 carla refused offers email 2026-11-28T09:00"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" || tally.Rows != 3 {
		t.Errorf("%v %+v\n%s", err, tally, diff)
	}
}

// FuzzMail: no panic and no event that must not be added, whatever the mail; and no yes of a
// mail that begins with stop, whatever follows.
func FuzzMail(f *testing.F) {
	_, yes, no, _ := book()
	for _, s := range []string{
		mailHead + "Subject: SI " + yes + "\r\n\r\nx", "From a\n" + mailHead + "\n\nNO " + no, mailHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx",
		"Subject: =?x?q?y?=\r\n\r\n", mailHead + "Content-Type: text/html\r\n\r\n<p><blockquote",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		_, _, _ = read(t, string(in), mailOptions())
		_, _, _ = read(t, "From x\n"+string(in), mailOptions())
		body := strings.ReplaceAll("SI "+yes+"\n"+string(in), "\nFrom ", "\n>From ")
		got, _, err := read(t, "From x\n"+strings.ReplaceAll(mailHead, "\r", "")+"\nSTOP\n"+body, mailOptions())
		if err != nil || len(got) != 1 || !strings.Contains(got[0], " withdrawn all all ") {
			t.Fatalf("%q, %v", got, err)
		}
	})
}

// TestNeverAYesBesideANo: wherever in what somebody wrote a no stands, no yes comes out, whatever
// code stands there too.
func TestNeverAYesBesideANo(t *testing.T) {
	_, yes, _, _ := book()
	for _, no := range []string{
		"no", "No!", "NO grazie", "no, thanks", "non voglio", "Non più", "never", "not any more", "I don't want this", "mai", "stop", "STOP.", "basta", "unsubscribe", "Cancellami", "rifiuto", "revoca", "refused", "nò",
		"please remove me", "disiscrizione", "senza", "niente pubblicità", "do not write to me", "opt out", "opt-out",
	} {
		for where, text := range map[string][2]string{
			"before the code in the subject":  {no + " " + yes, ""},
			"behind the code in the subject":  {"SI " + yes + " " + no, ""},
			"in the subject, the code below":  {no, "SI " + yes},
			"before the code in a line":       {"offerte", no + " " + yes},
			"in a line before":                {"offerte", no + "\nSI " + yes},
			"in a line behind":                {"SI " + yes, "SI " + yes + "\n" + no},
			"in the last line that is looked": {"SI " + yes, strings.Repeat("x\n", 9) + no},
			"in an answer":                    {"Re: offerte", "SI " + yes + "\n" + no},
		} {
			in := mailHead + "Subject: " + text[0] + "\r\n\r\n" + text[1] + "\r\n"
			got, _, err := read(t, in, mailOptions())
			if err != nil || len(got) != 1 || strings.Contains(got[0], " given ") {
				t.Errorf("%q %s: %q, %v", no, where, got, err)
			}
		}
	}
}
