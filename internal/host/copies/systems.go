package copies

import (
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"time"
)

// history is Windows' File History: the folders stand in a file of settings, the time in the
// registry.
func history(c Computer) []Backup {
	if c.FileHistory == nil {
		return nil
	}
	raw, err := c.read(c.local(), "Microsoft", "Windows", "FileHistory", "Configuration", "Config1.xml")
	if raw == nil && err == nil {
		return nil
	}
	b := Backup{Program: "File History", Lack: Unreadable}
	set, ok := historySettings(raw)
	if err != nil || !ok {
		return []Backup{b}
	}
	b.Told, b.Folders, b.Without, b.Place = true, set.with, set.without, localPath(set.target)
	at, err := c.FileHistory()
	if err != nil {
		return []Backup{b}
	}
	return []Backup{b.timed(at, Never)}
}

type historyFile struct {
	with, without []string
	target        string
}

// historySettings reads the settings of File History.
func historySettings(raw []byte) (s historyFile, ok bool) {
	d := xml.NewDecoder(strings.NewReader(string(raw)))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	element, root := "", ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return s, root == "DataProtectionUserConfig"
		}
		if err != nil {
			return historyFile{}, false
		}
		switch t := token.(type) {
		case xml.StartElement:
			if element = t.Name.Local; root == "" {
				root = element
			}
		case xml.EndElement:
			element = ""
		case xml.CharData:
			text := strings.TrimSpace(string(t))
			switch {
			case text == "":
			case element == "UserFolder" || element == "Folder":
				s.with = append(s.with, text)
			case element == "FolderExclude":
				s.without = append(s.without, text)
			case element == "TargetUrl":
				s.target = text
			}
		}
	}
}

// timeMachine is macOS' own: its settings hold the times of its backups. Newer systems let
// only programs with full access to the disk read them.
func timeMachine(c Computer) (out []Backup) {
	if c.System != "darwin" {
		return nil
	}
	raw, err := c.read("/Library/Preferences/com.apple.TimeMachine.plist")
	if raw == nil && err == nil {
		return nil
	}
	doc, ok := plist(raw)
	settings, isDict := doc.(map[string]any)
	if err != nil || !ok || !isDict {
		return []Backup{{Program: "Time Machine", Lack: Unreadable}}
	}
	targets, _ := settings["Destinations"].([]any)
	without := []string{}
	for _, p := range anys(settings["SkipPaths"]) {
		if s, ok := p.(string); ok {
			without = append(without, c.home(s))
		}
	}
	for _, t := range targets {
		d, ok := t.(map[string]any)
		if !ok {
			continue
		}
		b := Backup{Program: "Time Machine", Told: true, Folders: []string{"/"}, Without: without}
		var newest time.Time
		for _, v := range anys(d["SnapshotDates"]) {
			if at, ok := v.(time.Time); ok && at.After(newest) {
				newest = at
			}
		}
		switch d["LastKnownEncryptionState"] {
		case "Encrypted":
			b.Sealed = Yes
		case "NotEncrypted":
			b.Sealed = No
		}
		out = append(out, b.timed(newest, Never))
	}
	return out
}

func anys(v any) []any {
	l, _ := v.([]any)
	return l
}

// The bounds of a settings file of macOS, far above any real one.
const (
	plistObjects = 100_000
	plistDeep    = 32
)

// plist reads a binary property list: texts, dates, lists and dictionaries; other values are nil.
func plist(b []byte) (any, bool) {
	if len(b) < 40 || string(b[:8]) != "bplist00" {
		return nil, false
	}
	end := b[len(b)-32:]
	p := plistFile{b: b[:len(b)-32], offset: int(end[6]), ref: int(end[7])}
	count, top, table := binary.BigEndian.Uint64(end[8:]), binary.BigEndian.Uint64(end[16:]), binary.BigEndian.Uint64(end[24:])
	if p.offset < 1 || p.offset > 8 || p.ref < 1 || p.ref > 8 || count > plistObjects || top >= count || table > uint64(len(p.b)) {
		return nil, false
	}
	p.count, p.table = int(count), int(table) //nolint:gosec // bounded above
	if p.table+p.count*p.offset > len(p.b) {
		return nil, false
	}
	v := p.object(int(top), 0) //nolint:gosec // less than count
	return v, !p.failed
}

type plistFile struct {
	b                         []byte
	offset, ref, count, table int
	seen                      int
	failed                    bool
}

func (p *plistFile) fail() any { p.failed = true; return nil }

// number reads a big-endian number of some bytes.
func (p *plistFile) number(at, size int) int {
	if at < 0 || size > 8 || at+size > len(p.b) {
		p.failed = true
		return 0
	}
	n := uint64(0)
	for _, c := range p.b[at : at+size] {
		n = n<<8 | uint64(c)
	}
	if n > math.MaxInt32 {
		p.failed = true
		return 0
	}
	return int(n)
}

func (p *plistFile) object(i, deep int) any {
	if p.seen++; i < 0 || i >= p.count || deep > plistDeep || p.seen > plistObjects || p.failed {
		return p.fail()
	}
	at := p.number(p.table+i*p.offset, p.offset)
	if p.failed || at >= len(p.b) {
		return p.fail()
	}
	kind, n := p.b[at]>>4, int(p.b[at]&0xf)
	at++
	if n == 0xf && kind >= 4 {
		if at >= len(p.b) || p.b[at]>>4 != 1 {
			return p.fail()
		}
		size := 1 << (p.b[at] & 0xf)
		n = p.number(at+1, size)
		at += 1 + size
	}
	if p.failed || n > len(p.b) {
		return p.fail()
	}
	switch kind {
	case 3:
		if at+8 > len(p.b) {
			return p.fail()
		}
		s := math.Float64frombits(binary.BigEndian.Uint64(p.b[at:]))
		if math.IsNaN(s) || math.Abs(s) > 9e9 {
			return p.fail()
		}
		return time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(s) * time.Second)
	case 5:
		if at+n > len(p.b) {
			return p.fail()
		}
		return string(p.b[at : at+n])
	case 0xa:
		out := []any{}
		for k := range n {
			out = append(out, p.object(p.number(at+k*p.ref, p.ref), deep+1))
			if p.failed {
				return nil
			}
		}
		return out
	case 0xd:
		out := map[string]any{}
		for k := range n {
			key, value := p.object(p.number(at+k*p.ref, p.ref), deep+1), p.object(p.number(at+(n+k)*p.ref, p.ref), deep+1)
			if p.failed {
				return nil
			}
			if s, ok := key.(string); ok {
				out[s] = value
			}
		}
		return out
	}
	return nil
}
