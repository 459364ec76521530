// Package objaudit reads what Windows itself writes down of who touched which file by which
// program: its object auditing.
//
// Three things belong to it. The audit policy "File System" has to be on ([Log.On] sets it by its
// number, never by its name, which each language words otherwise); each folder needs an entry in
// the list of what is audited (its SACL, see [List]); and then the Security log gets an event 4663
// the first time that a handle is used in a way that the entry names. All of it needs an
// administrator.
//
// Of an event only the fields are read, which are the same in every language ([Parse]). The text
// that Windows makes of it for people is never asked for, and passed over where it comes along.
// Events 4656 (asked for, perhaps never used) and 4660 (deleted; it has no name) add nothing to
// what 4663 and the folder's own changes tell, and are not subscribed to.
//
// What was set is noted in a file first, and taken back as it was: see [Marks].
//
// Not run on a real Windows yet. On other systems [Open] gives errors.ErrUnsupported.
package objaudit

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Access is what a handle was used for: the bits of Windows' access mask.
type Access uint32

// The accesses to files and folders that are told apart.
const (
	ReadData    Access = 0x1 // or to list a folder
	WriteData   Access = 0x2 // or to add a file to a folder
	AppendData  Access = 0x4 // or to add a folder to one
	DeleteChild Access = 0x40
	Delete      Access = 0x10000 // also to rename: the name goes
	WriteDAC    Access = 0x40000 // who may do what
	WriteOwner  Access = 0x80000
)

// Writes are the accesses after which a file holds something else.
const Writes = WriteData | AppendData

// Record is one use of a file.
type Record struct {
	At      time.Time // when it was used, by the clock of the computer
	Number  uint64    // of the event in the log
	SID     string    // the account, as S-1-5-21-...
	User    string    // its name, see [Account]
	Logon   uint64    // the session that logged in
	PID     uint32
	Program string // as Windows tells it; "" over the network, where it is another computer's
	Object  string // the file, as Windows tells it: see [Names]
	Access  Access
}

// ErrNotOurs is an event that is none of a file that was used, or is no event at all.
var ErrNotOurs = errors.New("objaudit: no event of a file")

// The limits of an event: 64 KiB of text, 64 fields, 16 elements deep. What is beyond is no event of a file.
const (
	mostEvent  = 64 << 10
	mostFields = 64
	deepest    = 16
)

// The events that are read.
const (
	provider     = "Microsoft-Windows-Security-Auditing"
	eventUsed    = 4663
	auditSuccess = 0x20000000000000
	mostPath     = 32767 // UTF-16 units, as Windows has it
)

// Parse reads one event as Windows renders it in XML. The error is ErrNotOurs for another kind of event, for a refused access,
// and for what is broken or too large.
func Parse(r io.Reader) (Record, error) {
	bounded := &io.LimitedReader{R: r, N: mostEvent + 1}
	d := xml.NewDecoder(bounded)
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, ErrNotOurs } // UTF-8 only
	e := event{data: map[string]string{}}
	for !e.done {
		t, err := d.Token()
		if err != nil || bounded.N == 0 || !e.token(t) {
			return Record{}, ErrNotOurs
		}
	}
	return e.record()
}

// event collects the fields of an event that count.
type event struct {
	path []string // the elements that are open
	text strings.Builder
	name string // of the Data that is open
	done bool

	provider, id, keywords, number, at, computer string
	data                                         map[string]string
}

// token takes the next part; false: this is none of ours.
func (e *event) token(t xml.Token) bool {
	switch t := t.(type) {
	case xml.StartElement:
		e.path = append(e.path, t.Name.Local)
		e.text.Reset()
		return len(e.path) <= deepest && e.path[0] == "Event" && e.begin(t.Attr)
	case xml.CharData:
		e.text.Write(t)
	case xml.EndElement:
		ok := e.end()
		e.path = e.path[:len(e.path)-1]
		e.done = len(e.path) == 0
		e.text.Reset()
		return ok
	}
	return true
}

// begin reads the attributes of an element.
func (e *event) begin(attrs []xml.Attr) bool {
	e.name = ""
	for _, a := range attrs {
		switch at := strings.Join(e.path, "/"); {
		case at == "Event/System/Provider" && a.Name.Local == "Name":
			e.provider = a.Value
		case at == "Event/System/TimeCreated" && a.Name.Local == "SystemTime":
			e.at = a.Value
		case at == "Event/EventData/Data" && a.Name.Local == "Name":
			e.name = a.Value
		}
	}
	return true
}

// end takes over the text of an element. A field that comes twice could be either.
func (e *event) end() bool {
	text := e.text.String()
	switch strings.Join(e.path, "/") {
	case "Event/System/EventID":
		e.id = strings.TrimSpace(text)
	case "Event/System/Keywords":
		e.keywords = strings.TrimSpace(text)
	case "Event/System/EventRecordID":
		e.number = strings.TrimSpace(text)
	case "Event/System/Computer":
		e.computer = strings.TrimSpace(text)
	case "Event/EventData/Data":
		if e.name == "" {
			return true
		}
		_, twice := e.data[e.name]
		e.data[e.name] = text
		return !twice && len(e.data) <= mostFields
	}
	return true
}

// record makes one of the fields.
func (e *event) record() (r Record, err error) {
	keywords, err := number(e.keywords)
	if err != nil || keywords&auditSuccess == 0 || e.provider != provider || e.id != strconv.Itoa(eventUsed) ||
		e.data["ObjectServer"] != "Security" || e.data["ObjectType"] != "File" {
		return r, ErrNotOurs
	}
	r = Record{SID: e.data["SubjectUserSid"], Object: e.data["ObjectName"], Program: absent(e.data["ProcessName"])}
	r.User = Account(r.SID, e.data["SubjectUserName"], e.data["SubjectDomainName"], e.computer)
	if r.At, err = time.Parse(time.RFC3339Nano, e.at); err != nil {
		return Record{}, ErrNotOurs
	}
	var pid uint64
	for _, n := range []struct {
		text string
		to   *uint64
	}{{e.number, &r.Number}, {e.data["SubjectLogonId"], &r.Logon}, {e.data["ProcessId"], &pid}} {
		if *n.to, err = number(n.text); err != nil {
			return Record{}, ErrNotOurs
		}
	}
	mask, err := number(e.data["AccessMask"])
	if err != nil || mask > 1<<32-1 || pid > 1<<32-1 {
		return Record{}, ErrNotOurs
	}
	r.PID, r.Access = uint32(pid), Access(mask)|listed(e.data["AccessList"])
	if r.Object == "" || r.Object == "-" || utf8.RuneCountInString(r.Object) > mostPath || r.Access == 0 || !sid(r.SID) {
		return Record{}, ErrNotOurs
	}
	return r, nil
}

// number reads 0x1bc or 444.
func number(s string) (uint64, error) { return strconv.ParseUint(strings.TrimSpace(s), 0, 64) }

// absent is "" for the dash by which Windows says that there is nothing.
func absent(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// accessNames are the numbers under which Windows looks up the words for an access, in whatever language.
var accessNames = map[string]Access{
	"%%4416": ReadData, "%%4417": WriteData, "%%4418": AppendData, "%%4422": DeleteChild, "%%1537": Delete, "%%1539": WriteDAC, "%%1540": WriteOwner,
}

// listed is what an access list says that the mask may leave out.
func listed(list string) (a Access) {
	for f := range strings.FieldsSeq(list) {
		a |= accessNames[f]
	}
	return a
}

// Person reports whether it is an account of a person, of this computer, of a domain or of Microsoft's cloud, as far as that
// shows: neither one that every Windows has nor that of a computer.
func (r Record) Person() bool {
	return (strings.HasPrefix(r.SID, "S-1-5-21-") || strings.HasPrefix(r.SID, "S-1-12-1-")) && !strings.HasSuffix(r.User, "$")
}

// sid reports whether a text is a security identifier.
func sid(s string) bool {
	rest, ok := strings.CutPrefix(s, "S-1-")
	if !ok || len(s) > 184 { // the longest there can be
		return false
	}
	for part := range strings.SplitSeq(rest, "-") {
		if _, err := strconv.ParseUint(part, 0, 48); err != nil {
			return false
		}
	}
	return true
}

// systemAccounts are accounts that every Windows has and names in its own language.
var systemAccounts = map[string]string{
	"S-1-5-7": "ANONYMOUS LOGON", "S-1-5-18": "SYSTEM", "S-1-5-19": "LOCAL SERVICE", "S-1-5-20": "NETWORK SERVICE",
}

// Account names who it was: an account of this computer by its name alone, one of a domain with the domain before it; one that
// every Windows has by one name for all languages, since what was learned of it is to hold when Windows is set to another
// one; the identifier, where there is no name. computer may have its domain behind it.
func Account(sid, name, domain, computer string) string {
	const shortened = 15 // as long as the domain of a computer's own accounts gets
	if computer, _, _ = strings.Cut(computer, "."); len(computer) > shortened {
		computer = computer[:shortened]
	}
	if known, is := systemAccounts[sid]; is {
		return known
	}
	name, domain = absent(name), absent(domain)
	switch {
	case name == "":
		return sid
	case domain == "", strings.EqualFold(domain, computer):
		return name
	}
	return domain + `\` + name
}
