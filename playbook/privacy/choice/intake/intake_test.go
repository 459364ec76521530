package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/secret"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
	"custode/playbook/privacy/choice/intake"
	"custode/playbook/privacy/table"
)

var (
	now     = time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC)
	rome    = time.FixedZone("Rome", 3600)
	wording = [32]byte{7}
)

// people are known to the tests by their contacts.
var people = []string{"anna@example.com", "bruno@example.com", "carla@example.com", "dario@example.com", "elena@example.com", "fabio@example.com", "+39 333 1234567", "+39 347 1234567"}

// key makes the IDs, and known gives the test's people by theirs.
var key = sync.OnceValue(func() choice.Key {
	k, err := choice.NewKey(secret.New([]byte(strings.Repeat("k", choice.KeyBytes))))
	if err != nil {
		panic(err)
	}
	return k
})

var known = sync.OnceValue(func() map[choice.ID]string {
	out := map[choice.ID]string{}
	for _, p := range people {
		kind := choice.MailKind
		if p[0] == '+' {
			kind = choice.PhoneKind
		}
		c, err := choice.Normal(kind, p, "IT")
		if err != nil {
			panic(err)
		}
		id, err := key().ID(c)
		if err != nil {
			panic(err)
		}
		name, _, _ := strings.Cut(p, "@")
		out[id] = name
	}
	return out
})

// usual is what a shop says of a list: all that a yes needs.
func usual() intake.Options {
	return intake.Options{
		Country: "IT", Zone: rome, Now: now, By: "till-1", Purpose: "newsletter",
		Wordings: map[choice.Channel][32]byte{choice.Email: wording, choice.SMS: {8}, choice.Phone: {9}},
	}
}

// read gives each row as a line of text, and checks what every row has to hold.
func read(tb testing.TB, in string, o intake.Options) ([]string, intake.Tally, error) {
	tb.Helper()
	out := []string{}
	counted := map[intake.Reason]int{}
	tally, err := intake.Read(strings.NewReader(in), o, func(r intake.Row) error {
		if r.Left != "" {
			counted[r.Left]++
			if r.Event.What != "" {
				tb.Fatalf("%+v", r)
			}
			out = append(out, fmt.Sprintf("%d %s", r.Line, r.Left))
			return nil
		}
		e := r.Event
		id, err := key().ID(r.Contact)
		if err != nil {
			tb.Fatal(err)
		}
		e.Contact = id
		if err := e.CheckIn(o.Country); err != nil {
			tb.Fatalf("an event that must not be added: %v: %+v", err, e)
		}
		at := "for good"
		if !e.At.IsZero() {
			at = e.At.UTC().Format("2006-01-02T15:04")
		}
		who := known()[id]
		if who == "" {
			who = "somebody"
		}
		out = append(out, fmt.Sprintf("%d %s %s %s %s %s", r.Line, who, e.What, e.Purpose, e.Channel, at))
		return nil
	})
	if err == nil {
		for why, n := range tally.Left {
			if at := tally.Lines[why]; len(at) == 0 || len(at) > n || at[0] < 1 {
				tb.Fatalf("%s stands in %v", why, at)
			}
			if counted[why] != n {
				tb.Fatalf("%s: %d in the tally, %d given", why, n, counted[why])
			}
		}
	}
	return out, tally, err
}

// shot is a file, what the shop says of it, and what has to come out.
type shot struct {
	with func(*intake.Options)
	in   string
	tool string
	want []string
}

func named(name string) func(*intake.Options) { return func(o *intake.Options) { o.Name = name } }

const mailchimpHead = `"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS` + "\n"

// shots are the golden samples: one a program and file, and lists by hand.
var shots = map[string]shot{
	"mailchimp, subscribed": {
		named("subscribed_email_audience_export_1a2b.csv"), mailchimpHead +
			`anna@example.com,Anna,Rossi,2,"2024-03-01 10:00:00",192.0.2.1,"2024-03-01 10:05:00",192.0.2.1,,,,,,"2025-01-01 09:00:00",1,aa,,"""VIP"""` + "\n" +
			`bruno@example.com,Bruno,,2,"2024-03-02 10:00:00",,,,,,,,,"2025-01-01 09:00:00",2,bb,,` + "\n" +
			`carla@example.com,Carla,,2,,,,,,,,,,"2025-01-01 09:00:00",3,cc,,` + "\n", "mailchimp",
		[]string{"2 anna given newsletter email 2024-03-01T09:05", "3 bruno given newsletter email 2024-03-02T09:00", "4 no-date"},
	},
	"mailchimp, a segment": {
		named("segment.csv"), mailchimpHead +
			`anna@example.com,,,2,"2024-03-01 10:00:00",,"2024-03-01 10:05:00",,,,,,,"2025-01-01 09:00:00",1,aa,,` + "\n" +
			`bruno@example.com,,,2,"2024-03-02 10:00:00",,,,,,,,,"2025-01-01 09:00:00",2,bb,,` + "\n", "mailchimp",
		[]string{"2 anna given newsletter email 2024-03-01T09:05", "3 not-said"},
	},
	"mailchimp, nonsubscribed": {
		named("nonsubscribed_email_audience_export_1a2b.csv"), mailchimpHead +
			`anna@example.com,,,2,"2024-03-01 10:00:00",,"2024-03-01 10:05:00",,,,,,,"2025-01-01 09:00:00",1,aa,,` + "\n", "mailchimp",
		[]string{"2 not-said"},
	},
	"mailchimp, unsubscribed": {
		named("unsubscribed_email_audience_export_1a2b.csv"),
		`Email Address,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID` + "\n" +
			"anna@example.com,2024-03-01 10:00:00,2024-03-01 10:05:00,2025-02-03 04:05:06,Saldi,12,NO_LONGER_INTERESTED,,1,aa\n" +
			"bruno@example.com,2024-03-01 10:00:00,,,,,,,2,bb\n", "mailchimp",
		[]string{"2 anna withdrawn all email 2025-02-03T04:05", "3 bruno withdrawn all email for good"},
	},
	"mailchimp, unsubscribed, by another name": {
		named("export.csv"),
		"Email Address,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_REASON,LEID,EUID\n" +
			"anna@example.com,2024-03-01 10:00:00,2024-03-01 10:05:00,2025-02-03 04:05:06,,1,aa\n" +
			"bruno@example.com,2024-03-01 10:00:00,2024-03-01 10:05:00,,,2,bb\n" +
			"carla@example.com,2024-03-01 10:00:00,2024-03-01 10:05:00,,SPAM,3,cc\n", "mailchimp",
		[]string{"2 anna withdrawn all email 2025-02-03T04:05", "3 not-said", "4 carla objected all email for good"},
	},
	"mailchimp, cleaned": {
		named("cleaned_email_audience_export_1a2b.csv"),
		"Email Address,OPTIN_TIME,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID,EUID\nanna@example.com,2024-03-01 10:00:00,2025-02-03 04:05:06,Saldi,1,aa\n", "mailchimp",
		[]string{"2 anna expired all email 2025-02-03T04:05"},
	},
	"shopify": {
		nil, "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt\n" +
			"'1,Anna,Rossi,anna@example.com,yes,,'+393331234567,,no,12.00,1,,,no\n" +
			"'2,Bruno,Verdi,bruno@example.com,no,,,'+393471234567,yes,0.00,0,,,no\n" +
			"'3,Carla,Neri,carla@example.com,,,,,,0.00,0,,,no\n", "shopify",
		[]string{"2 no-date", "2 +39 333 1234567 refused newsletter sms for good", "3 bruno refused newsletter email for good", "3 no-date", "4 no-answer"},
	},
	"shopify, the shop can prove a day": {
		func(o *intake.Options) { o.Since, o.Made = now.AddDate(-1, 0, 0), now.AddDate(0, 0, -1) },
		"Email,Accepts Email Marketing,Phone,Accepts SMS Marketing\nanna@example.com,yes,,\nbruno@example.com,no,,\n", "shopify",
		[]string{"2 anna given newsletter email 2025-11-28T20:00", "3 bruno refused newsletter email 2026-11-28T19:59"},
	},
	"klaviyo": {
		nil, "Email,Klaviyo ID,First Name,Phone Number,Email Marketing Consent,Email Marketing Consent Timestamp,SMS Marketing Consent,SMS Marketing Consent Timestamp,Email Suppressions\n" +
			"anna@example.com,01A,Anna,+393331234567,SUBSCRIBED,2024-05-01T08:00:00Z,SUBSCRIBED,2024-05-02T08:00:00+02:00,[]\n" +
			"bruno@example.com,01B,Bruno,,UNSUBSCRIBED,2024-05-01T08:00:00Z,,,\n" +
			"carla@example.com,01C,Carla,,NEVER_SUBSCRIBED,,,,\n" +
			"dario@example.com,01D,Dario,,SUBSCRIBED,2024-05-01T08:00:00Z,,,\"[{'reason': 'USER_SUPPRESSED'}]\"\n" +
			"elena@example.com,01E,Elena,,SUBSCRIBED,,,,\n" +
			"fabio@example.com,01F,Fabio,,SUBSCRIBED,2027-05-01T08:00:00Z,,,HARD_BOUNCE\n", "klaviyo",
		[]string{
			"2 anna given newsletter email 2024-05-01T08:00", "2 +39 333 1234567 given newsletter sms 2024-05-02T06:00", "3 bruno withdrawn all email for good",
			"4 no-answer", "5 dario withdrawn all email for good", "6 no-date", "7 fabio expired all email for good",
		},
	},
	"mailpoet": {
		nil, "\xef\xbb\xbf\"Email\",\"First name\",\"Last name\",\"Subscription IP\",\"Subscription time\",\"Confirmation time\",\"Confirmation IP\",\"List status\",\"Global status\",\"List\"\n" +
			"\"anna@example.com\",\"Anna\",\"\",\"\",\"2024-01-01 10:00:00\",\"2024-01-02 10:00:00\",\"\",\"subscribed\",\"subscribed\",\"News\"\n" +
			"\"bruno@example.com\",\"B\",\"\",\"\",\"2024-01-01 10:00:00\",\"\",\"\",\"subscribed\",\"unconfirmed\",\"News\"\n" +
			"\"carla@example.com\",\"C\",\"\",\"\",\"2024-01-01 10:00:00\",\"\",\"\",\"unsubscribed\",\"subscribed\",\"News\"\n" +
			"\"dario@example.com\",\"D\",\"\",\"\",\"2024-01-01 10:00:00\",\"\",\"\",\"subscribed\",\"bounced\",\"News\"\n" +
			"\"elena@example.com\",\"E\",\"\",\"\",\"2024-01-01 10:00:00\",\"\",\"\",\"subscribed\",\"inactive\",\"News\"\n" +
			"\"fabio@example.com\",\"the \\\"boss\\\"\",\"\",\"\",\"2024-01-01 10:00:00\",\"2024-01-02 10:00:00\",\"\",\"subscribed\",\"subscribed\",\"News\"\n", "mailpoet",
		[]string{"2 anna given newsletter email 2024-01-02T09:00", "3 not-confirmed", "4 carla withdrawn all email for good", "5 dario expired all email for good", "6 not-understood", "7 not-readable"},
	},
	"brevo": {
		nil, "CONTACT ID;EMAIL;FIRSTNAME;LASTNAME;SMS;OPT_IN;DOUBLE_OPT-IN;EMAIL_MARKETING;SMS_MARKETING;ADDED_TIME;MODIFIED_TIME\n" +
			"1;anna@example.com;Anna;R;393331234567;1;Yes;;Unsubscribed;20-05-2024 10:00:00;01-06-2024 10:00:00\n" +
			"2;bruno@example.com;B;;;;;Blocklisted;;2024-05-01T10:00:00Z;\n" +
			"3;carla@example.com;C;;;;;;;2024-05-01T10:00:00Z;\n" +
			"4;dario@example.com;C;;;1;;;;05-04-2024 10:00:00;\n", "brevo",
		[]string{"2 anna given newsletter email 2024-05-20T09:00", "2 +39 333 1234567 withdrawn all sms for good", "3 bruno refused newsletter email for good", "4 no-answer", "5 two-dates"},
	},
	"activecampaign": {
		nil, "Email,First Name,Last Name,Phone,Status,Subscription Date,Unsubscription Date\n" +
			"anna@example.com,A,,,Active,2024-05-01 10:00,\nbruno@example.com,B,,,Unsubscribed,2024-05-01 10:00,2025-05-01 10:00\ncarla@example.com,C,,,Unconfirmed,2024-05-01 10:00,\ndario@example.com,D,,,Bounced,2024-05-01 10:00,\n", "activecampaign",
		[]string{"2 anna given newsletter email 2024-05-01T09:00", "3 bruno withdrawn all email 2025-05-01T10:00", "4 not-confirmed", "5 dario expired all email for good"},
	},
	"getresponse": {
		nil, "email,name,added on,cycle day,origin,unsubscribed on\nanna@example.com,A,2024-05-01 10:00:00,3,www,\nbruno@example.com,B,2024-05-01 10:00:00,3,www,2025-01-02 10:00:00\n", "getresponse",
		[]string{"2 not-said", "3 bruno withdrawn all email 2025-01-02T10:00"},
	},
	"woocommerce": {
		nil, "Name,Username,Last Active,Date Registered,Email,Orders,Total Spend,AOV,Country / Region\nAnna,anna,2024-05-01,2024-01-01,anna@example.com,3,30,10,IT\n", "woocommerce",
		[]string{"2 not-said"},
	},
	"by hand, Italian": {
		nil, "Nome;E-mail;Consenso;Data\nAnna;anna@example.com;Sì;13/04/2024\nBruno;bruno@example.com;NO, grazie;14/04/2024\nCarla;carla@example.com;;14/04/2024\nDario;dario@example.com;sì;3/4/2024\n" +
			"Elena;elena@example.com;forse;14/04/2024\nFabio;fabio@example.com;sì;14/04\n", "list",
		[]string{"2 anna given newsletter email 2024-04-12T23:00", "3 bruno refused newsletter email 2024-04-14T23:59", "4 no-answer", "5 two-dates", "6 not-understood", "7 no-date"},
	},
	"by hand, the order is known": {
		func(o *intake.Options) { o.Order = intake.DayMonth }, "E-mail;Consenso;Data\nanna@example.com;Sì;3/4/2024\nbruno@example.com;sì;4/13/2024\n", "list",
		[]string{"2 anna given newsletter email 2024-04-02T23:00", "3 bruno given newsletter email 2024-04-12T23:00"},
	},
	"by hand, the month first": {
		func(o *intake.Options) { o.Order = intake.MonthDay }, "E-mail,Consent,Date\nanna@example.com,yes,3/4/2024\n", "list",
		[]string{"2 anna given newsletter email 2024-03-03T23:00"},
	},
	"by hand, both contacts": {
		func(o *intake.Options) { o.Numbers = choice.SMS }, "email,mobile,opt-in,date\nanna@example.com,333 1234567,yes,1 May 2024\n,347 1234567,no,\"May 2, 2024\"\n", "list",
		[]string{"2 anna given newsletter email 2024-04-30T23:00", "2 +39 333 1234567 given newsletter sms 2024-04-30T23:00", "3 +39 347 1234567 refused newsletter sms 2024-05-02T23:59"},
	},
	"by hand, numbers of an unknown use": {
		nil, "mobile,opt-in,date\n333 1234567,yes,2024-05-01\n347 1234567,no,2024-05-01\n", "list",
		[]string{"2 no-channel", "3 +39 347 1234567 refused newsletter all 2024-05-01T23:59"},
	},
	"by hand, two answers": {
		nil, "email,newsletter,marketing,date\nanna@example.com,yes,no,2024-05-01\nbruno@example.com,yes,perhaps,2024-05-01\ncarla@example.com,yes,,2024-05-01\n", "list",
		[]string{"2 anna refused newsletter email 2024-05-01T23:59", "3 not-understood", "4 carla given newsletter email 2024-04-30T23:00"},
	},
	"by hand, two people in a row": {
		nil, "email,consent,date\n\"anna@example.com, bruno@example.com\",yes,2024-05-01\n\"anna@example.com; bruno@example.com\",no,2024-05-01\nx,yes,2024-05-01\nx,no,2024-05-01\n,no,2024-05-01\n", "list",
		[]string{"2 not-readable", "3 anna refused newsletter email 2024-05-01T23:59", "3 bruno refused newsletter email 2024-05-01T23:59", "4 no-contact", "5 no-contact", "6 no-contact"},
	},
	"by hand, ragged": {
		nil, "email,consent,date\nanna@example.com,yes\nbruno@example.com,yes,2024-05-01,no\n\ncarla@example.com,yes,2024-05-01\n", "list",
		[]string{"2 not-readable", "3 not-readable", "5 carla given newsletter email 2024-04-30T23:00"},
	},
	"by hand, a wrong zone ahead": {
		nil, "email,consent,date\nanna@example.com,yes,2026-11-29\nbruno@example.com,no,2026-11-28\ncarla@example.com,no,2027-01-01\n", "list",
		[]string{"2 date-ahead", "3 bruno refused newsletter email 2026-11-28T20:00", "4 carla refused newsletter email 2027-01-01T23:59"},
	},
	"all said no": {
		func(o *intake.Options) { o.AllNo = true }, "E-mail;Nome;Data disiscrizione\nanna@example.com;A;1.2.2024\nbruno@example.com;B;\n", "list",
		[]string{"2 anna withdrawn all email 2024-02-01T23:59", "3 bruno withdrawn all email for good"},
	},
	"all said no, whatever the export says": {
		func(o *intake.Options) { o.AllNo = true; o.Made = now.AddDate(0, -1, 0) }, "Email,Accepts Email Marketing\nanna@example.com,yes\n", "shopify",
		[]string{"2 anna withdrawn all email 2026-10-29T19:59"},
	},
	"no wording": {
		func(o *intake.Options) { o.Wordings = nil }, "email,consent,date\nanna@example.com,yes,2024-05-01\nbruno@example.com,no,2024-05-01\n", "list",
		[]string{"2 no-wording", "3 bruno refused newsletter email 2024-05-01T23:59"},
	},
	"no purpose": {
		func(o *intake.Options) { o.Purpose = "" }, "email,consent,date\nanna@example.com,yes,2024-05-01\nbruno@example.com,no,2024-05-01\n", "list",
		[]string{"2 no-purpose", "3 bruno refused all email 2024-05-01T23:59"},
	},
	"Windows-1252": {nil, "Citt\xe0;E-mail;Consenso;Data\nForl\xec;anna@example.com;S\xec;13/04/2024\n", "list", []string{"2 anna given newsletter email 2024-04-12T23:00"}},
}

func TestShots(t *testing.T) {
	for name, s := range shots {
		o := usual()
		if s.with != nil {
			s.with(&o)
		}
		got, tally, err := read(t, s.in, o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(s.want, got); diff != "" || tally.Tool != s.tool {
			t.Errorf("%s: taken for %s\n%s", name, tally.Tool, diff)
		}
	}
}

// TestRefused: what is no list, or one that says nothing. No error says what stands in the file.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"no contacts":       {"name,consent\nAnna,yes\n", intake.ErrColumn},
		"no answers":        {"email,name\nanna@example.com,Anna\n", intake.ErrState},
		"no header":         {"anna@example.com,yes\n", table.ErrHeader},
		"no header, phones": {"3331234567,yes\n", table.ErrHeader},
		"nothing":           {"", table.ErrHeader},
		"UTF-16":            {"\xff\xfee\x00", table.ErrEncoding},
		"an open quote":     {"email,consent\n\"anna@example.com,yes\n", table.ErrRow},
	} {
		_, _, err := read(t, c.in, usual())
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "anna") || strings.Contains(err.Error(), "consent")) {
			t.Errorf("%s: %v tells what is in the file", name, err)
		}
	}
	var h *intake.HeaderError
	if _, _, err := read(t, "name,consent\n", usual()); !errors.As(err, &h) || h.Columns != 2 {
		t.Errorf("%+v", h)
	}
	wrong := errors.New("the database")
	if _, err := intake.Read(strings.NewReader("email,consent\nanna@example.com,no\n"), usual(), func(intake.Row) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("%v", err)
	}
}

func TestColumn(t *testing.T) {
	o := usual()
	o.Column = "Recapito 1"
	got, _, err := read(t, "Recapito 1;Consenso;Data\nanna@example.com;no;13/04/2024\n", o)
	if err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "2 anna refused") {
		t.Errorf("%q, %v", got, err)
	}
}

// book is a book with one card: offers by e-mail, and by SMS.
func book() (b form.Book, yes, no, sms string) {
	w := choice.Wording{Purpose: "offers", Channel: choice.Email, Lang: "it", Text: "Possiamo?"}
	s := choice.Wording{Purpose: "offers", Channel: choice.SMS, Lang: "it", Text: "Possiamo?"}
	return form.NewBook([]choice.Wording{w, s}), form.Code(w.Digest(), true), form.Code(w.Digest(), false), form.Code(s.Digest(), true)
}
