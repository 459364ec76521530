package daily

import (
	"strings"
	"time"
)

// Group is the subject of an item. A face shows the items of one together.
type Group string

// The groups, in the order in which they are shown.
const (
	Data     Group = "data"
	Sealed   Group = "sealed"
	Backup   Group = "backup"
	Watch    Group = "watch"
	Response Group = "response"
	Staff    Group = "staff"
	Privacy  Group = "privacy"
	Computer Group = "computer"
	Access   Group = "access"
	Own      Group = "own" // custode itself
)

// Groups lists them in their order.
func Groups() []Group {
	return []Group{Data, Sealed, Backup, Watch, Response, Staff, Privacy, Computer, Access, Own}
}

// entry is what the catalogue says of an item, whatever its facts.
type entry struct {
	group   Group
	weight  int  // 1 to 5: what a thief could use, or what nothing can make up for, weighs most; 0: it earns nothing
	limits  bool // red, it keeps the score at 49 or less
	minutes int  // about how long it takes to mend
	fixed   bool // it can't be put off: a clock of the law runs, or the record itself is in doubt

	// fresh and old are the ages of the evidence, in days, beyond which the item is not green, and not amber;
	// 0: it does not age, or the item looks to it itself.
	fresh, old int
	again      []string // what renews the evidence

	maps []string // the standards that it serves
}

var scanNow = []string{"custode", "scan"}

// catalogue holds every item of the check. maps: numbers of the safeguards of the CIS Controls
// v8.1 (implementation group 1, and a few of group 2: 3.9, 3.11, 11.5, 13.5 and 17.7), subcategories of the NIST
// Cybersecurity Framework 2.0, articles of the GDPR.
var catalogue = map[string]entry{
	"data.plaintext": {group: Data, weight: 5, limits: true, minutes: 10, fresh: 30, again: scanNow, maps: []string{"CIS 3.2", "CIS 3.6", "CIS 3.11", "CSF ID.AM-07", "CSF PR.DS-01", "GDPR 32(1)(a)"}},
	"data.access":    {group: Data, weight: 3, minutes: 2, fresh: 30, again: scanNow, maps: []string{"CIS 3.3", "CSF PR.AA-05", "GDPR 32(1)(b)"}},
	"scan.age":       {group: Data, weight: 2, minutes: 5, maps: []string{"CIS 3.2", "CSF ID.AM-07", "GDPR 5(2)"}},
	"scan.unread":    {group: Data, weight: 2, minutes: 10, maps: []string{"CIS 3.2", "CSF ID.AM-07", "GDPR 5(2)"}},
	"scan.excluded":  {group: Data, weight: 0, minutes: 5, maps: []string{"CIS 3.2", "CSF ID.AM-07", "GDPR 5(2)"}},

	"keys.recovery": {group: Sealed, weight: 4, limits: true, minutes: 5, maps: []string{"CIS 11.5", "CSF RC.RP-03", "GDPR 32(1)(c)", "GDPR 32(1)(d)"}},
	"sealed.sound":  {group: Sealed, weight: 3, minutes: 5, maps: []string{"CIS 11.5", "CSF PR.DS-01", "GDPR 32(1)(b)", "GDPR 32(1)(d)"}},
	"sealed.kept":   {group: Sealed, weight: 2, minutes: 5, maps: []string{"CIS 3.11", "CSF PR.DS-01", "GDPR 32(1)(a)"}},
	"sealed.copies": {group: Sealed, weight: 2, minutes: 3, maps: []string{"CIS 3.11", "CSF PR.DS-01", "GDPR 32(1)(a)"}},
	"seal.auto":     {group: Sealed, weight: 1, minutes: 5, maps: []string{"CIS 3.11", "CSF PR.DS-01", "GDPR 32(1)(a)"}},

	"backup.home":      {group: Backup, weight: 2, minutes: 5, maps: []string{"CIS 11.2", "CSF PR.DS-11", "GDPR 32(1)(c)"}},
	"backup.data":      {group: Backup, weight: 4, limits: true, minutes: 15, maps: []string{"CIS 11.2", "CSF PR.DS-11", "GDPR 32(1)(c)"}},
	"backup.protected": {group: Backup, weight: 2, minutes: 15, maps: []string{"CIS 11.3", "CSF PR.DS-11", "GDPR 32(1)(a)"}},
	"backup.restore":   {group: Backup, weight: 3, minutes: 15, maps: []string{"CIS 11.5", "CSF RC.RP-03", "GDPR 32(1)(d)"}},

	"watch.running": {group: Watch, weight: 3, minutes: 2, maps: []string{"CIS 8.2", "CIS 13.5", "CSF DE.CM-09", "GDPR 32(1)(d)"}},
	"watch.alerts":  {group: Watch, weight: 4, fixed: true, minutes: 5, maps: []string{"CIS 17.3", "CSF DE.AE-02", "CSF RS.MA-02", "GDPR 33"}},

	"watch.canaries":    {group: Watch, weight: 1, minutes: 2, maps: []string{"CIS 8.2", "CSF DE.CM-09", "GDPR 32(1)(d)"}},
	"response.clock":    {group: Response, weight: 5, limits: true, fixed: true, minutes: 30, maps: []string{"CIS 17.3", "CSF RS.MA-01", "GDPR 33"}},
	"response.drill":    {group: Response, weight: 2, minutes: 20, maps: []string{"CIS 17.7", "CSF ID.IM-02", "CSF ID.IM-04", "GDPR 32(1)(d)"}},
	"response.contacts": {group: Response, weight: 2, minutes: 10, maps: []string{"CIS 17.2", "CSF RS.CO-02", "GDPR 33", "GDPR 34"}},
	"people.quiz":       {group: Staff, weight: 2, minutes: 3, maps: []string{"CIS 14.1", "CIS 14.2", "CIS 14.6", "CSF PR.AT-01", "GDPR 32(4)"}},
	"privacy.notice":    {group: Privacy, weight: 1, minutes: 10, maps: []string{"CIS 3.1", "CSF GV.OC-03", "GDPR 12", "GDPR 13", "GDPR 14"}},
	"privacy.requests":  {group: Privacy, weight: 3, fixed: true, minutes: 30, maps: []string{"CIS 3.1", "CSF GV.OC-03", "GDPR 12(3)", "GDPR 15"}},
	"privacy.choices":   {group: Privacy, weight: 2, minutes: 5, maps: []string{"CIS 3.1", "CSF GV.OC-03", "GDPR 7(3)", "GDPR 21(3)"}},
	"self.receipt":      {group: Own, weight: 1, minutes: 1, maps: []string{"CIS 8.3", "CSF PR.PS-04", "GDPR 5(2)"}},
	"access.mfa":        {group: Access, weight: 3, minutes: 15, maps: []string{"CIS 6.3", "CIS 6.5", "CSF PR.AA-03", "GDPR 32(1)(b)"}},
	"access.leavers":    {group: Access, weight: 2, minutes: 15, maps: []string{"CIS 5.1", "CIS 5.3", "CIS 6.2", "CSF PR.AA-01", "GDPR 32(4)"}},
	"access.shared":     {group: Access, weight: 2, minutes: 15, maps: []string{"CIS 5.2", "CSF PR.AA-01", "GDPR 32(4)"}},
	"supplier.list":     {group: Privacy, weight: 1, minutes: 10, maps: []string{"CIS 15.1", "CSF GV.SC-04", "GDPR 28"}},
	"insurer.known":     {group: Response, weight: 1, minutes: 5, maps: []string{"CIS 17.2", "CSF RS.CO-02", "GDPR 32(1)(b)"}},
	"response.roles":    {group: Response, weight: 1, minutes: 2, maps: []string{"CIS 17.1", "CSF GV.RR-02", "GDPR 32(1)(b)"}},
	"people.report":     {group: Staff, weight: 1, minutes: 2, maps: []string{"CIS 14.6", "CIS 17.3", "CSF PR.AT-01", "GDPR 33"}},
	"backup.isolated":   {group: Backup, weight: 2, minutes: 10, maps: []string{"CIS 11.4", "CSF PR.DS-11", "GDPR 32(1)(b)"}},
	"data.stray":        {group: Data, weight: 3, minutes: 5, fresh: 30, again: scanNow, maps: []string{"CIS 3.9", "CSF PR.DS-01", "GDPR 32(1)(a)"}},
	"data.purpose":      {group: Data, weight: 2, minutes: 10, fresh: 30, again: scanNow, maps: []string{"CIS 3.1", "CIS 3.2", "CSF ID.AM-07", "CSF GV.OC-03", "GDPR 5(1)(b)", "GDPR 5(1)(c)", "GDPR 30"}},
	"data.retention":    {group: Data, weight: 3, minutes: 10, fresh: 30, again: scanNow, maps: []string{"CIS 3.4", "CIS 3.5", "CSF ID.AM-08", "GDPR 5(1)(e)"}},
	"keys.second":       {group: Sealed, weight: 2, minutes: 5, maps: []string{"CIS 11.3", "CSF PR.DS-11", "GDPR 32(1)(b)"}},
	"host.disk":         {group: Computer, weight: 3, minutes: 30, maps: []string{"CIS 3.6", "CSF PR.DS-01", "GDPR 32(1)(a)"}},
	"host.updates":      {group: Computer, weight: 3, minutes: 20, maps: []string{"CIS 2.2", "CIS 7.3", "CIS 7.4", "CSF PR.PS-02", "GDPR 32(1)(b)"}},
	"host.firewall":     {group: Computer, weight: 2, minutes: 5, maps: []string{"CIS 4.5", "CSF PR.IR-01", "GDPR 32(1)(b)"}},
	"host.malware":      {group: Computer, weight: 2, minutes: 5, maps: []string{"CIS 10.1", "CIS 10.2", "CSF DE.CM-09", "GDPR 32(1)(b)"}},
	"host.lock":         {group: Computer, weight: 1, minutes: 2, maps: []string{"CIS 4.3", "CSF PR.AA-03", "GDPR 32(1)(b)"}},
	"host.admin":        {group: Computer, weight: 1, minutes: 20, maps: []string{"CIS 5.4", "CSF PR.AA-05", "GDPR 32(1)(b)"}},
	"host.autorun":      {group: Computer, weight: 1, minutes: 2, maps: []string{"CIS 10.3", "CSF PR.PS-01", "GDPR 32(1)(b)"}},
	"self.log":          {group: Own, weight: 3, limits: true, fixed: true, minutes: 30, maps: []string{"CIS 8.2", "CIS 8.3", "CSF PR.PS-04", "GDPR 5(2)"}},
}

// Known reports whether there is an item of that name, and whether it may be put off.
func Known(id string) (there, snooze bool) {
	e, there := catalogue[id]
	return there, there && !e.fixed
}

// SourceOf gives the reference to the source of a standard that an item serves, as package source
// knows it: "CSF PR.DS-01" is "NIST-CSF-2:PR.DS-01".
func SourceOf(standard string) string {
	name, place, _ := strings.Cut(standard, " ")
	return map[string]string{"CIS": "CIS-8-1", "CSF": "NIST-CSF-2", "GDPR": "GDPR"}[name] + ":" + place
}

const day = 24 * time.Hour

// days is a number of days; 0 is for ever.
func days(n int) time.Duration {
	if n == 0 {
		return 1<<63 - 1
	}
	return time.Duration(n) * day
}
