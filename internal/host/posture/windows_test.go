package posture

import (
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hive is a registry: a value by its key and name. Keys lists what stands below a key.
type hive map[string]any

func value[T any](h hive, key, name string) (v T, err error) {
	got, there := h[key+`\`+name]
	if !there {
		return v, fs.ErrNotExist
	}
	if failed, is := got.(error); is {
		return v, failed
	}
	v, is := got.(T)
	if !is {
		return v, fs.ErrInvalid // another kind of value
	}
	return v, nil
}

func (h hive) Number(key, name string) (uint64, error) {
	n, err := value[int](h, key, name)
	return uint64(n), err
}
func (h hive) Text(key, name string) (string, error)  { return value[string](h, key, name) }
func (h hive) Bytes(key, name string) ([]byte, error) { return value[[]byte](h, key, name) }

func (h hive) Keys(key string) (out []string, err error) {
	for k := range h {
		if rest, below := strings.CutPrefix(k, key+`\`); below {
			if name, _, deeper := strings.Cut(rest, `\`); deeper && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	if out == nil {
		return nil, fs.ErrNotExist
	}
	slices.Sort(out)
	return out, nil
}

// with is the registry with some values put into it; nil takes one out.
func (h hive) with(more hive) hive {
	out := hive{}
	for _, m := range []hive{h, more} {
		for k, v := range m {
			if out[k] = v; v == nil {
				delete(out, k)
			}
		}
	}
	return out
}

// ticks is a moment as Windows counts: tenths of microseconds since 1601.
func ticks(at time.Time) uint64 { return uint64(at.Unix())*1e7 + 116444736000000000 }

// patched is when the made-up computer got its updates and signatures.
var patched = time.Date(2026, 11, 12, 7, 30, 0, 0, time.UTC)

const (
	rollup   = keyPackages + `\Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.2314.1.10`
	defender = keyCenter + `Av\{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}`
	otherAv  = keyCenter + `Av\{11111111-2222-3333-4444-555555555555}`
)

// shopPC is a computer on which all is well. What is told in its language is put in by the tests.
func shopPC() hive {
	at := ticks(patched)
	return hive{
		keyVersion + `\CurrentBuildNumber`: "26200", keyVersion + `\EditionID`: "Professional",
		keyVersion + `\ProductName`: "Windows 10 Pro", keyVersion + `\DisplayVersion`: "25H2",
		rollup + `\CurrentState`: 112, rollup + `\InstallTimeHigh`: int(at >> 32), rollup + `\InstallTimeLow`: int(at & 0xffffffff),
		keyFirewall + `StandardProfile\EnableFirewall`: 1, keyFirewall + `PublicProfile\EnableFirewall`: 1, keyFirewall + `DomainProfile\EnableFirewall`: 1,
		keyWallWorks + `\Start`: 2, defender + `\STATE`: 0x61100, defender + `\DISPLAYNAME`: "Windows Defender",
		keyDefender + `\Signature Updates\SignaturesLastUpdated`: binary.LittleEndian.AppendUint64(nil, at),
		keySystem + `\InactivityTimeoutSecs`:                     600,
	}
}

// windowsPC is a computer with that registry, whose drive has a lock in Explorer, and whose user is asked before he is administrator.
func windowsPC(h hive) Computer {
	return Computer{
		System: "windows", Home: `C:\Users\ada`, Registry: h,
		Volume: func(string) (int, bool) { return 1, true },
		Token:  func() (Rights, bool) { return Rights{Admin: Yes, By: "Administrators"}, true },
	}
}

// TestWindows: what is found on a Windows is told by numbers.
func TestWindows(t *testing.T) {
	p := windowsPC(shopPC()).Look([]string{`D:\Shop`, `\\server\shop`})
	want := Posture{
		System: "windows",
		Disks: []Disk{
			{Folder: `C:\Users\ada`, Sealed: Yes, By: "BitLocker"}, {Folder: `D:\Shop`, Sealed: Yes, By: "BitLocker"}, {Folder: `\\server\shop`, Lack: Elsewhere},
		},
		Updates: Updates{
			Name: "Windows 11 Pro 25H2", Ends: time.Date(2027, 10, 12, 0, 0, 0, 0, time.UTC), Last: patched, Monthly: true,
			Where: strings.TrimPrefix(rollup, keyPackages+`\`),
		},
		Firewall: Switch{On: Yes, Program: "Windows", Where: "SharedAccess"},
		Malware:  Malware{Switch: Switch{On: Yes, Program: "Microsoft Defender", Where: "Security Center"}, Signatures: patched, Fresh: Yes},
		Lock:     &Lock{On: Yes, After: 10 * time.Minute, Where: "InactivityTimeoutSecs"},
		Admin:    Rights{Admin: Yes, By: "Administrators"},
		Autorun:  &Switch{On: Yes, Partly: true, Where: "AutoPlay"},
	}
	if d := cmp.Diff(want, p); d != "" {
		t.Error(d)
	}
}

// TestWindowsBad: what is off is told as off, and what nobody tells as not known.
func TestWindowsBad(t *testing.T) {
	for _, c := range []struct {
		name string
		more hive
		want func(p Posture) bool
	}{
		{"one profile of the firewall off", hive{keyFirewall + `PublicProfile\EnableFirewall`: 0}, func(p Posture) bool { return p.Firewall.On == No && p.Firewall.Partly }},
		{"off by a rule of the company", hive{keyWallRules + `PrivateProfile\EnableFirewall`: 0}, func(p Posture) bool { return p.Firewall.On == No && p.Firewall.Partly }},
		{"its service disabled", hive{keyWallWorks + `\Start`: 4}, func(p Posture) bool { return p.Firewall.On == No && !p.Firewall.Partly }},
		{"off, and another firewall on", hive{
			keyFirewall + `PublicProfile\EnableFirewall`: 0, keyCenter + `Fw\{1}\STATE`: 0x41000, keyCenter + `Fw\{1}\DISPLAYNAME`: "Muro di esempio",
		}, func(p Posture) bool { return p.Firewall.On == Yes && p.Firewall.Program == "Muro di esempio" }},
		{"a profile that nobody tells of", hive{keyFirewall + `DomainProfile\EnableFirewall`: nil}, func(p Posture) bool { return p.Firewall.On == Untold && p.Firewall.Lack == Missing }},
		{"a profile that is told in words", hive{keyFirewall + `DomainProfile\EnableFirewall`: "ATTIVA"}, func(p Posture) bool { return p.Firewall.On == Untold && p.Firewall.Lack == Damaged }},
		{"Defender off", hive{defender + `\STATE`: 0x60100}, func(p Posture) bool { return p.Malware.On == No && p.Malware.Fresh == Yes }},
		{"signatures out of date", hive{defender + `\STATE`: 0x61110}, func(p Posture) bool { return p.Malware.On == Yes && p.Malware.Fresh == No }},
		{"another one on: the signatures of Defender are none of its", hive{
			defender + `\STATE`: 0x60100, otherAv + `\STATE`: 0x41000, otherAv + `\DISPLAYNAME`: "Esempio con Defender nel nome",
		}, func(p Posture) bool {
			return p.Malware.On == Yes && p.Malware.Program == "Esempio con Defender nel nome" && p.Malware.Signatures.IsZero()
		}},
		{"a name that only Windows can look up", hive{
			defender + `\STATE`: nil, defender + `\DISPLAYNAME`: nil, otherAv + `\STATE`: 0x41000, otherAv + `\DISPLAYNAME`: `@C:\Program Files\x.dll,-100`,
		}, func(p Posture) bool { return p.Malware.On == Yes && p.Malware.Program == "" }},
		{"no Security Center, and Defender shut off", hive{
			defender + `\STATE`: nil, defender + `\DISPLAYNAME`: nil, keyDefender + `\Real-Time Protection\DisableRealtimeMonitoring`: 1,
		}, func(p Posture) bool { return p.Malware.On == No }},
		{"no Security Center, and Defender hidden", hive{
			defender + `\STATE`: nil, defender + `\DISPLAYNAME`: nil, keyDefender + `\DisableAntiSpyware`: fs.ErrPermission,
		}, func(p Posture) bool { return p.Malware.On == Untold && p.Malware.Lack == Denied }},
		{"no lock is set", hive{keySystem + `\InactivityTimeoutSecs`: nil}, func(p Posture) bool { return p.Lock.On == Untold && p.Lock.Lack == Missing }},
		{"the screen saver locks, and a rule says when", hive{
			keyDesktop + `\ScreenSaveActive`: "1", keyDesktop + `\ScreenSaverIsSecure`: "1", keyDesktop + `\SCRNSAVE.EXE`: `C:\Windows\x.scr`,
			keyDesktop + `\ScreenSaveTimeOut`: "900", keyDeskRules + `\ScreenSaveTimeOut`: "300",
		}, func(p Posture) bool { return p.Lock.On == Yes && p.Lock.After == 5*time.Minute }},
		{"an update that was not installed", hive{rollup + `\CurrentState`: 64}, func(p Posture) bool { return p.Updates.Last.IsZero() && p.Updates.Lack == Missing }},
		{"a Windows that custode does not know", hive{keyVersion + `\CurrentBuildNumber`: "99999"}, func(p Posture) bool { return p.Updates.Ends.IsZero() && p.Updates.EndLack == Unlisted }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p := windowsPC(shopPC().with(c.more)).Look(nil); !c.want(p) {
				t.Errorf("%+v lock %+v", p, p.Lock)
			}
		})
	}
}

// TestWindowsSays: the number of Explorer's lock tells; one that is not known tells nothing.
func TestWindowsSays(t *testing.T) {
	for state, want := range map[int]Answer{0: Untold, 1: Yes, 2: No, 3: No, 4: No, 5: No, 6: Yes, 7: Untold, 8: Untold, -1: Untold} {
		c := windowsPC(shopPC())
		c.Volume = func(root string) (int, bool) { return state, root == `C:\` }
		if d := c.Look(nil).Disks[0]; d.Sealed != want || want == Untold && d.Lack == "" {
			t.Errorf("%d: %+v", state, d)
		}
	}
	c := windowsPC(shopPC())
	c.Volume, c.Token = func(string) (int, bool) { return 1, false }, func() (Rights, bool) { return Rights{}, false }
	if p := c.Look(nil); p.Disks[0].Sealed != Untold || p.Admin.Admin != Untold || p.Admin.Lack == "" {
		t.Errorf("%+v", p)
	}
}

// TestWindowsInEveryLanguage: a computer that words its settings in Italian or German is found to be what it is in English.
func TestWindowsInEveryLanguage(t *testing.T) {
	english := windowsPC(shopPC()).Look(nil)
	for _, names := range []hive{
		{defender + `\DISPLAYNAME`: "Antivirus Microsoft Defender"},
		{defender + `\DISPLAYNAME`: `@%ProgramFiles%\Windows Defender\EppManifest.dll,-1000`},
		{defender + `\DISPLAYNAME`: "Microsoft Defender ウイルス対策", keyVersion + `\RegisteredOwner`: "Utente"},
		{defender + `\DISPLAYNAME`: nil},
	} {
		if d := cmp.Diff(english, windowsPC(shopPC().with(names)).Look(nil)); d != "" {
			t.Errorf("%v: %s", names, d)
		}
	}
}

// words answers every question for a text with what a program of Windows printed, and has no number at all.
type words struct{ text string }

func (w words) Number(string, string) (uint64, error) { return 0, fs.ErrNotExist }
func (w words) Text(string, string) (string, error)   { return w.text, nil }
func (w words) Bytes(string, string) ([]byte, error)  { return []byte(w.text), nil }
func (w words) Keys(string) ([]string, error)         { return strings.Split(w.text, "\n"), nil }

// TestPrintedWordsTellNothing: what netsh, manage-bde, systeminfo and whoami print, in whatever language, is never taken for
// an answer, good or bad, wherever it is met.
func TestPrintedWordsTellNothing(t *testing.T) {
	list, err := filepath.Glob("testdata/unread/*.txt")
	if err != nil || len(list) < 12 {
		t.Fatal(len(list), err)
	}
	for _, name := range list {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for line := range strings.Lines(string(raw)) {
			texts = append(texts, strings.TrimSpace(line))
			if _, word, ok := strings.Cut(line, "  "); ok {
				texts = append(texts, strings.TrimSpace(word))
			}
		}
		for _, text := range append(texts, string(raw)) {
			c := windowsPC(nil)
			c.Registry, c.Volume, c.Token = words{text}, nil, nil
			p := c.Look(nil)
			for what, told := range map[string]bool{
				"the disk": p.Disks[0].Sealed != Untold, "updates": !p.Updates.Last.IsZero() || !p.Updates.Ends.IsZero(), "the firewall": p.Firewall.On != Untold,
				"malware": p.Malware.On != Untold, "the lock": p.Lock.On != Untold, "the rights": p.Admin.Admin != Untold,
			} {
				if told {
					t.Errorf("%s: %q tells of %s: %+v", name, text, what, p)
				}
			}
		}
	}
}
