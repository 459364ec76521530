package objaudit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// read is how a spreadsheet that Maria opens is written down; the tests change what is different.
func read(change func(*Record)) Record {
	r := Record{
		At: time.Date(2026, 11, 23, 9, 14, 22, 770429700, time.UTC), Number: 273866, SID: "S-1-5-21-1004336348-1177238915-682003330-1001",
		User: "maria", Logon: 0x3e7a1, PID: 0x1b2c, Program: `C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE`,
		Object: `C:\Bottega\Clienti\clienti.xlsx`, Access: ReadData,
	}
	if change != nil {
		change(&r)
	}
	return r
}

// events are events in the shape in which Windows 10 and 11 write them, with made-up names: for each file of testdata what it says.
// The four languages of one event say the same: the text for people is not read.
var events = map[string]Record{
	"read_en": read(nil), "read_it": read(nil), "read_de": read(nil), "read_ja": read(nil), "old": read(nil),
	"write": read(func(r *Record) { r.Number, r.Access = 273867, WriteData|AppendData }),
	"delete": read(func(r *Record) {
		r.Number, r.Access, r.Program, r.PID = 273868, Delete, `C:\Windows\explorer.exe`, 0x458
	}),
	"list_only": read(func(r *Record) { r.Access = WriteData | WriteDAC }),
	"device": read(func(r *Record) {
		r.Object, r.Program = `\Device\HarddiskVolume3\Bottega\Clienti\clienti.xlsx`, `\Device\HarddiskVolume3\Windows\System32\cmd.exe`
	}),
	"share": read(func(r *Record) {
		r.SID, r.User, r.Logon, r.PID, r.Program = "S-1-5-21-1004336348-1177238915-682003330-1007", "luca", 0x9f21b7, 4, ""
	}),
	"system_it": read(func(r *Record) {
		r.SID, r.User, r.Logon, r.PID, r.Program = "S-1-5-18", "SYSTEM", 0x3e7, 0xa14, `C:\Windows\System32\SearchIndexer.exe`
	}),
	"service_de": read(func(r *Record) {
		r.SID, r.User, r.Logon, r.PID, r.Program = "S-1-5-19", "LOCAL SERVICE", 0x3e5, 0xa18, `C:\Windows\System32\svchost.exe`
	}),
	"odd_name": read(func(r *Record) { r.Object = `C:\Bottega\Clienti\R&D <bozza> 'à' %%4417.xlsx` }),
}

// each gives every file of a folder.
func each(t *testing.T, pattern string, fn func(name, text string)) {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	for _, name := range list {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fn(strings.TrimSuffix(filepath.Base(name), ".xml"), string(raw))
	}
}

// TestParse: what an event says is read from its fields, and is the same in every language.
func TestParse(t *testing.T) {
	seen := 0
	each(t, "testdata/*.xml", func(name, text string) {
		want, known := events[name]
		got, err := Parse(strings.NewReader(text))
		if d := cmp.Diff(want, got); err != nil || !known || d != "" {
			t.Errorf("%s: %v %v %s", name, known, err, d)
		}
		seen++
	})
	if seen != len(events) {
		t.Errorf("%d events, %d said what they are", seen, len(events))
	}
}

// TestParseNone: another event, a refused access, text for people, and what is broken or too large, is no use of a file.
func TestParseNone(t *testing.T) {
	each(t, "testdata/none/*.xml", func(name, text string) {
		if got, err := Parse(strings.NewReader(text)); !errors.Is(err, ErrNotOurs) || got != (Record{}) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	})
	raw, err := os.ReadFile("testdata/read_it.xml")
	if err != nil {
		t.Fatal(err)
	}
	var many strings.Builder
	for i := range mostFields {
		fmt.Fprintf(&many, "<Data Name='x%d'/>", i)
	}
	for name, change := range map[string][2]string{
		"too large":       {`C:\Bottega\`, `C:\` + strings.Repeat("a", mostEvent)},
		"too many fields": {"<EventData>", "<EventData>" + many.String()},
		"too deep":        {"<EventData>", strings.Repeat("<a>", 20) + strings.Repeat("</a>", 20) + "<EventData>"},
		"another charset": {"<Event xmlns", "<?xml version='1.0' encoding='windows-1252'?><Event xmlns"},
		"another root":    {"<Event xmlns", "<Events><Event xmlns"},
	} {
		text := strings.Replace(string(raw), change[0], change[1], 1)
		if got, err := Parse(strings.NewReader(text)); text == string(raw) || !errors.Is(err, ErrNotOurs) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

// TestAccount: accounts that every Windows has are named alike in all languages; others have their own names.
func TestAccount(t *testing.T) {
	const id = "S-1-5-21-1-2-3-1001"
	for _, c := range []struct {
		sid, name, domain, computer, want string
		person                            bool
	}{
		{"S-1-5-18", "PC$", "WORKGROUP", "PC", "SYSTEM", false},
		{"S-1-5-19", "SERVIZIO LOCALE", "NT AUTHORITY", "PC", "LOCAL SERVICE", false},
		{"S-1-5-20", "NETZWERKDIENST", "NT-AUTORITÄT", "PC", "NETWORK SERVICE", false},
		{"S-1-5-7", "ACCESSO ANONIMO", "NT AUTHORITY", "PC", "ANONYMOUS LOGON", false},
		{id, "maria", "BOTTEGA", "PC.bottega.example", `BOTTEGA\maria`, true},
		{id, "maria", "PC", "pc.bottega.example", "maria", true},
		{id, "maria", "COMPUTERDELLABO", "ComputerDellaBottega", "maria", true},
		{id, "maria", "-", "PC", "maria", true},
		{id, "-", "-", "PC", id, true},
		{"S-1-12-1-1-2-3-4", "ada", "AzureAD", "PC", `AzureAD\ada`, true},
		{id, "CASSA$", "BOTTEGA", "PC", `BOTTEGA\CASSA$`, false},
	} {
		got := Account(c.sid, c.name, c.domain, c.computer)
		if person := (Record{SID: c.sid, User: got}).Person(); got != c.want || person != c.person {
			t.Errorf("%v: %s, %v", c, got, person)
		}
	}
}

// TestNames: names of the kernel become those with a drive letter; one that has none stays.
func TestNames(t *testing.T) {
	n := NewNames(map[string]string{
		"C:": `\Device\HarddiskVolume3`, "D:": `\Device\HarddiskVolume30`, "E:": `\Device\HarddiskVolume3`, "S:": `\??\C:\Bottega`, "X:": "",
	})
	for name, want := range map[string]string{
		`\Device\HarddiskVolume3\Bottega\a.txt`:   `C:\Bottega\a.txt`,
		`\device\harddiskvolume30\a.txt`:          `D:\a.txt`,
		`\Device\HarddiskVolume3`:                 `C:\`,
		`\Device\HarddiskVolume9\a.txt`:           `\Device\HarddiskVolume9\a.txt`,
		`\??\C:\Bottega\a.txt`:                    `C:\Bottega\a.txt`,
		`\\?\C:\Bottega\a.txt`:                    `C:\Bottega\a.txt`,
		`\\?\UNC\server\bottega\a.txt`:            `\\server\bottega\a.txt`,
		`\Device\Mup\server\bottega\a.txt`:        `\\server\bottega\a.txt`,
		`C:\Bottega\a.txt`:                        `C:\Bottega\a.txt`,
		`C:\Bottega\Device\HarddiskVolume3\a.txt`: `C:\Bottega\Device\HarddiskVolume3\a.txt`,
		"": "",
	} {
		if got := n.Path(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// FuzzParse: whatever is written down, an event is read or is none, and one that is read is whole.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.xml", "testdata/none/*.xml"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range list {
			raw, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(raw))
		}
	}
	n := NewNames(map[string]string{"C:": `\Device\HarddiskVolume3`})
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrNotOurs) || r != (Record{}) {
				t.Errorf("%+v %v", r, err)
			}
			return
		}
		if r.Object == "" || r.Access == 0 || r.At.IsZero() || !sid(r.SID) || r.User == "" || len(text) == 0 {
			t.Errorf("not whole: %+v", r)
		}
		_ = n.Path(r.Object)
	})
}
