package intake

import (
	"slices"
	"strings"

	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/table"
)

// What a column is.
type role int

const (
	ignored role = iota
	mailAddress
	phoneNumber
	state    // an answer
	yesDate  // when a yes was said
	bothDate // when the answer was given, whatever it is
	noDate   // filled: a no, of that day
	endDate  // filled: the address does not work, since that day
	noMark   // filled: a no
)

// column is what a column is, and by which channel: "" for all of the row's contacts.
type column struct {
	role    role
	channel choice.Channel
	rank    int // of several dates or contacts that are filled, the lowest counts
}

// tool is a program whose exports are known.
type tool struct {
	name    string
	needs   []string // columns by which it is told; the first tool that has all of its wins
	columns map[string]column
	yes     []string // words that are a yes there
	silent  bool     // it never says yes or no
}

// mailchimp is told apart: the name of its file says more than its columns.
const mailchimp = "mailchimp"

// tools are the programs, in the order in which they are tried. Names of columns are in small
// letters only (table.Plain).
func tools() []tool {
	mail, sms := choice.Email, choice.SMS
	return []tool{
		{name: mailchimp, needs: []string{"emailaddress", "leid", "euid"}, columns: map[string]column{
			"emailaddress": {role: mailAddress}, "confirmtime": {yesDate, mail, 0}, "optintime": {yesDate, mail, 1},
			"unsubtime": {role: noDate, channel: mail}, "unsubcampaigntitle": {role: noMark, channel: mail}, "unsubcampaignid": {role: noMark, channel: mail},
			"unsubreason": {role: noMark, channel: mail}, "unsubreasonother": {role: noMark, channel: mail},
			"cleantime": {role: endDate, channel: mail}, "cleancampaigntitle": {role: endDate, channel: mail}, "cleancampaignid": {role: endDate, channel: mail},
		}},
		{name: "shopify", needs: []string{"acceptsemailmarketing"}, columns: map[string]column{
			"email": {role: mailAddress}, "acceptsemailmarketing": {role: state, channel: mail},
			"phone": {role: phoneNumber}, "defaultaddressphone": {phoneNumber, "", 1}, "acceptssmsmarketing": {role: state, channel: sms},
		}},
		{name: "klaviyo", needs: []string{"email", "emailmarketingconsent"}, columns: map[string]column{
			"email": {role: mailAddress}, "emailmarketingconsent": {role: state, channel: mail}, "emailmarketingconsenttimestamp": {role: yesDate, channel: mail},
			"emailsuppressions": {role: noMark, channel: mail}, "suppressed": {role: noMark, channel: mail},
			"phonenumber": {role: phoneNumber}, "smsmarketingconsent": {role: state, channel: sms}, "smsmarketingconsenttimestamp": {role: yesDate, channel: sms},
		}},
		{name: "mailpoet", needs: []string{"email", "globalstatus"}, columns: mailpoet("globalstatus", "liststatus", "subscriptiontime", "confirmationtime")},
		{name: "mailpoet", needs: []string{"email", "liststatus"}, columns: mailpoet("globalstatus", "liststatus", "subscriptiontime", "confirmationtime")},
		{name: "mailpoet", needs: []string{"email", "statoglobale"}, columns: mailpoet("statoglobale", "statodellalista", "oradiiscrizione", "oradiconferma")},
		{name: "brevo", needs: []string{"email", "addedtime"}, columns: brevo()},
		{name: "brevo", needs: []string{"contactid", "email"}, columns: brevo()},
		{name: "activecampaign", needs: []string{"email", "status", "subscriptiondate"}, yes: []string{"active"}, columns: activecampaign()},
		{name: "activecampaign", needs: []string{"email", "status", "subscribeddate"}, yes: []string{"active"}, columns: activecampaign()},
		{name: "getresponse", needs: []string{"email", "cycleday"}, silent: true, columns: getresponse()},
		{name: "getresponse", needs: []string{"email", "dayofcycle"}, silent: true, columns: getresponse()},
		{name: "woocommerce", needs: []string{"email", "username", "aov"}, silent: true, columns: map[string]column{"email": {role: mailAddress}}},
	}
}

func mailpoet(global, list, subscribed, confirmed string) map[string]column {
	return map[string]column{
		"email": {role: mailAddress}, global: {role: state, channel: choice.Email}, list: {role: state, channel: choice.Email},
		confirmed: {yesDate, choice.Email, 0}, subscribed: {yesDate, choice.Email, 1},
	}
}

func brevo() map[string]column {
	mail, sms := choice.Email, choice.SMS
	return map[string]column{
		"email": {role: mailAddress}, "optin": {role: state, channel: mail}, "doubleoptin": {role: state, channel: mail},
		"emailmarketing": {role: state, channel: mail}, "emailsubscriptionstatus": {role: state, channel: mail}, "addedtime": {role: yesDate, channel: mail},
		"emailblacklisted": {role: noMark, channel: mail}, "emailblacklist": {role: noMark, channel: mail}, "emailblocklisted": {role: noMark, channel: mail},
		"sms": {role: phoneNumber}, "smsmarketing": {role: state, channel: sms}, "smssubscriptionstatus": {role: state, channel: sms},
		"smsblacklisted": {role: noMark, channel: sms}, "smsblacklist": {role: noMark, channel: sms}, "smsblocklisted": {role: noMark, channel: sms},
	}
}

func activecampaign() map[string]column {
	return map[string]column{
		"email": {role: mailAddress}, "status": {role: state, channel: choice.Email},
		"subscriptiondate": {role: yesDate, channel: choice.Email}, "subscribeddate": {role: yesDate, channel: choice.Email},
		"unsubscriptiondate": {role: noDate, channel: choice.Email}, "unsubscribeddate": {role: noDate, channel: choice.Email}, "unsubscribedate": {role: noDate, channel: choice.Email},
	}
}

func getresponse() map[string]column {
	return map[string]column{
		"email": {role: mailAddress}, "unsubscribedon": {role: noDate, channel: choice.Email}, "removedon": {role: noDate, channel: choice.Email}, "deletedon": {role: noDate, channel: choice.Email},
	}
}

// The columns of a list that somebody keeps by hand, in both languages.
var (
	handStates = []string{
		"consent", "marketingconsent", "consentmarketing", "consentgiven", "marketing", "newsletter", "subscribed", "subscription", "subscriptionstatus", "optin", "optinstatus", "acceptsmarketing", "state", "status", "answer", "choice",
		"consenso", "consensomarketing", "consensonewsletter", "consensoalmarketing", "consensoprivacymarketing", "iscritto", "iscritta", "iscrizionenewsletter", "stato", "statoiscrizione", "risposta", "scelta", "accettamarketing",
	}
	handMail  = []string{"emailconsent", "consentemail", "emailoptin", "emailmarketing", "emailstatus", "consensoemail", "consensomail", "consensoalleemail"}
	handSMS   = []string{"smsconsent", "consentsms", "smsoptin", "smsmarketing", "consensosms"}
	handPhone = []string{"phoneconsent", "consentphone", "consensotelefono", "consensochiamate"}
	handDates = []string{
		"date", "consentdate", "dateofconsent", "consenttime", "consenttimestamp", "optindate", "optintime", "subscribedat", "subscribedon", "subscriptiondate", "subscribeddate", "signupdate", "confirmedat", "when",
		"data", "dataconsenso", "datadelconsenso", "dataiscrizione", "datadiiscrizione", "datarisposta", "datascelta", "quando",
	}
	handNoDates = []string{
		"unsubscribedat", "unsubscribedon", "unsubscribedate", "unsubscribeddate", "unsubscriptiondate", "optoutdate", "optouttime", "withdrawnon", "withdrawaldate",
		"datadisiscrizione", "datacancellazione", "datarevoca", "datadirevoca", "datadisiscrizionenewsletter",
	}
)

// byHand says what a column of a list kept by hand is.
func byHand(header string) column {
	name := table.Plain(header)
	switch {
	case name == "whatsapp":
		return column{}
	case slices.Contains(handStates, name):
		return column{role: state}
	case slices.Contains(handMail, name):
		return column{role: state, channel: choice.Email}
	case slices.Contains(handSMS, name):
		return column{role: state, channel: choice.SMS}
	case slices.Contains(handPhone, name):
		return column{role: state, channel: choice.Phone}
	case slices.Contains(handDates, name):
		return column{role: bothDate}
	case slices.Contains(handNoDates, name):
		return column{role: noDate}
	}
	switch kind, _ := choice.ColumnKind(header); kind {
	case choice.MailKind:
		return column{role: mailAddress}
	case choice.PhoneKind:
		return column{role: phoneNumber}
	}
	return column{}
}

// fileKind is what the name of a Mailchimp file says about everybody in it.
func fileKind(name string) said {
	name = table.Plain(name)
	switch {
	case strings.Contains(name, "nonsubscribed"), strings.Contains(name, "notsubscribed"):
		return unasked
	case strings.Contains(name, "unsubscribed"):
		return leaving
	case strings.Contains(name, "cleaned"):
		return bounced
	case strings.Contains(name, "subscribed"):
		return yes
	}
	return unsure
}
