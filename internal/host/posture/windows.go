package posture

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"strings"
	"time"
)

// The places in the registry.
const (
	keyVersion   = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`
	keyPackages  = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages`
	keyFirewall  = `HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\`
	keyWallWorks = `HKLM\SYSTEM\CurrentControlSet\Services\MpsSvc`
	keyWallRules = `HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\`
	keyCenter    = `HKLM\SOFTWARE\Microsoft\Security Center\Provider\`
	keyDefender  = `HKLM\SOFTWARE\Microsoft\Windows Defender`
	keySystem    = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`
	keyDesktop   = `HKCU\Control Panel\Desktop`
	keyDeskRules = `HKCU\SOFTWARE\Policies\Microsoft\Windows\Control Panel\Desktop`
	keyExplorer  = `\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer`
	keyAutoPlay  = `HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\AutoplayHandlers`
)

func (c Computer) windows(p *Posture, folders []string) {
	if c.Registry == nil {
		c.other(p, folders)
		return
	}
	for _, f := range c.folders(folders) {
		p.Disks = append(p.Disks, c.bitLocker(f))
	}
	p.Updates = c.windowsUpdates()
	p.Firewall = c.windowsFirewall()
	p.Malware = c.windowsMalware()
	lock, run := c.windowsLock(), c.windowsAutorun()
	p.Lock, p.Autorun = &lock, &run
	p.Admin = Rights{Lack: System}
	if c.Token != nil {
		if r, ok := c.Token(); ok {
			p.Admin = r
		}
	}
}

// bitLocker asks what Explorer would draw on the drive of a folder. Suspended, the key lies on
// the drive itself: that protects nothing.
func (c Computer) bitLocker(folder string) Disk {
	d := Disk{Folder: folder, Lack: System}
	if strings.HasPrefix(folder, `\\`) {
		d.Lack = Elsewhere
		return d
	}
	if len(folder) < 2 || folder[1] != ':' || c.Volume == nil {
		return d
	}
	state, ok := c.Volume(folder[:2] + `\`)
	if !ok {
		return d
	}
	switch state {
	case 1, 6: // on; on, and locked
		d.Sealed, d.By, d.Lack = Yes, "BitLocker", ""
	case 2, 3, 4, 5: // off, being encrypted, being decrypted, suspended
		d.Sealed, d.Lack = No, ""
	}
	return d
}

// windowsEnd tells which Windows it is, and until when it is mended.
func (c Computer) windowsEnd(u *Updates) {
	build, err := c.Registry.Text(keyVersion, "CurrentBuildNumber")
	if err != nil {
		u.EndLack = lack(err)
		return
	}
	edition, _ := c.Registry.Text(keyVersion, "EditionID") // without it, the times of a shop's edition hold
	u.Name = c.windowsName(build)
	if strings.HasPrefix(edition, "Server") {
		return
	}
	ends, _, ok := supported(windowsKind(edition), build)
	if !ok && windowsKind(edition) == "windows-company" {
		ends, _, ok = supported("windows", build)
	}
	if ok {
		u.Ends, u.EndLack = ends, ""
	}
}

// windowsUpdates tells the version, and when the newest cumulative update was installed.
func (c Computer) windowsUpdates() Updates {
	u := Updates{Monthly: true, EndLack: Unlisted}
	c.windowsEnd(&u)
	list, err := c.Registry.Keys(keyPackages)
	if err != nil {
		u.Lack = lack(err)
		return u
	}
	for _, name := range list {
		if !strings.HasPrefix(name, "Package_for_RollupFix~") {
			continue
		}
		const installed = 112
		key := keyPackages + `\` + name
		if state, err := c.Registry.Number(key, "CurrentState"); err != nil || state != installed {
			continue
		}
		high, err1 := c.Registry.Number(key, "InstallTimeHigh")
		low, err2 := c.Registry.Number(key, "InstallTimeLow")
		if at := fileTime(high<<32 | low&0xffffffff); err1 == nil && err2 == nil && at.After(u.Last) {
			u.Last, u.Where = at, name
		}
	}
	if u.Last.IsZero() {
		u.Lack = Missing
	}
	const week = 7 * 24 * time.Hour
	if !u.Ends.IsZero() && u.Last.After(u.Ends.Add(week)) { // it still gets updates: they are paid for
		u.Ends, u.EndLack = time.Time{}, Unlisted
	}
	return u
}

// windowsName puts a name together. Windows 11 calls itself 10 in the registry.
func (c Computer) windowsName(build string) string {
	product, _ := c.Registry.Text(keyVersion, "ProductName")
	version, _ := c.Registry.Text(keyVersion, "DisplayVersion")
	if len(build) == 5 && build >= "22000" {
		product = strings.Replace(product, "Windows 10", "Windows 11", 1)
	}
	if product == "" {
		product = "Windows"
	}
	return strings.TrimSpace(product + " " + version)
}

func windowsKind(edition string) string {
	switch {
	case strings.HasSuffix(edition, "EnterpriseS"), strings.HasSuffix(edition, "EnterpriseSN"):
		return "windows-ltsc"
	case strings.HasPrefix(edition, "Enterprise"), strings.HasPrefix(edition, "Education"), strings.HasPrefix(edition, "IoTEnterprise"):
		return "windows-company"
	}
	return "windows"
}

// fileTime reads Windows' count of tenths of microseconds since 1601. 0 is no time.
func fileTime(n uint64) time.Time {
	const to1970 = 116444736000000000
	if n < to1970 || n-to1970 > 1<<62 {
		return time.Time{}
	}
	n -= to1970
	return time.Unix(int64(n/1e7), int64(n%1e7)*100).UTC()
}

// windowsFirewall asks Windows' own for its three profiles and whether its service may run, and then who else signed up as
// a firewall.
func (c Computer) windowsFirewall() Switch {
	on, off := 0, 0
	var failed error
	const disabled = 4
	start, err := c.Registry.Number(keyWallWorks, "Start")
	stopped := err == nil && start == disabled
	for _, profile := range []string{"StandardProfile", "PublicProfile", "DomainProfile"} {
		n, err := c.Registry.Number(keyWallRules+strings.Replace(profile, "Standard", "Private", 1), "EnableFirewall")
		if err != nil {
			n, err = c.Registry.Number(keyFirewall+profile, "EnableFirewall")
		}
		switch {
		case err != nil:
			failed = err
		case n == 0, stopped:
			off++
		default:
			on++
		}
	}
	s := Switch{On: Yes, Program: "Windows", Where: "SharedAccess"}
	if off == 0 && failed == nil {
		return s
	}
	if other, ok := c.center("Fw"); ok && other.on {
		return Switch{On: Yes, Program: other.name, Where: "Security Center"}
	}
	if off == 0 {
		return Switch{Lack: lack(failed)}
	}
	s.On, s.Partly = No, on > 0
	return s
}

// guard is a program that signed up with the Security Center.
type guard struct {
	name      string // to be shown, never compared: makers word it in the language of the system
	own       bool   // it is Microsoft's
	on, fresh bool
}

// ownGuard is the number by which Microsoft's protection signs up.
const ownGuard = "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}"

// center asks the Security Center for a program of a kind that is on, or else for one that is not.
func (c Computer) center(kind string) (g guard, ok bool) {
	list, err := c.Registry.Keys(keyCenter + kind)
	if err != nil {
		return g, false
	}
	for _, id := range list {
		state, err := c.Registry.Number(keyCenter+kind+`\`+id, "STATE")
		if err != nil {
			continue
		}
		now := guard{own: strings.EqualFold(id, ownGuard), on: state&0xf000 == 0x1000, fresh: state&0xf0 == 0}
		now.name, _ = c.Registry.Text(keyCenter+kind+`\`+id, "DISPLAYNAME")
		if now.own || strings.HasPrefix(now.name, "@") { // a name that stands in a file, for Windows to look up
			now.name = map[bool]string{true: "Microsoft Defender"}[now.own]
		}
		if !ok || now.on && (!g.on || now.fresh && !g.fresh) {
			g, ok = now, true
		}
	}
	return g, ok
}

// windowsMalware asks the Security Center, and Defender itself.
func (c Computer) windowsMalware() (m Malware) {
	if at, err := c.Registry.Bytes(keyDefender+`\Signature Updates`, "SignaturesLastUpdated"); err == nil && len(at) == 8 {
		m.Signatures = fileTime(binary.LittleEndian.Uint64(at))
	}
	g, ok := c.center("Av")
	if ok {
		m.On, m.Program, m.Where, m.Fresh = No, g.name, "Security Center", No
		if g.on {
			m.On = Yes
		}
		if g.fresh {
			m.Fresh = Yes
		}
		if !g.own {
			m.Signatures = time.Time{} // those of Defender, which rests beside another one
		}
		return m
	}
	m.Program, m.Where = "Microsoft Defender", "Windows Defender"
	off := false
	for _, v := range [][2]string{
		{keyDefender, "DisableAntiSpyware"},
		{keyDefender + `\Real-Time Protection`, "DisableRealtimeMonitoring"},
		{`HKLM\SOFTWARE\Policies\Microsoft\Windows Defender`, "DisableAntiSpyware"},
		{`HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Real-Time Protection`, "DisableRealtimeMonitoring"},
	} {
		n, err := c.Registry.Number(v[0], v[1])
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			m.Lack = lack(err)
		}
		off = off || err == nil && n != 0
	}
	switch {
	case off:
		m.On, m.Lack = No, ""
	case m.Lack != "":
	case m.Signatures.IsZero():
		m.Lack = Missing
	default:
		m.On = Yes
	}
	return m
}

// windowsLock asks the policy of the computer, and the screen saver of the user. Where neither is
// set, the screen may still lock when the computer sleeps, which is not told.
func (c Computer) windowsLock() Lock {
	l := Lock{Lack: Missing}
	if n, err := c.Registry.Number(keySystem, "InactivityTimeoutSecs"); err == nil && n > 0 && n <= 599940 {
		l = Lock{On: Yes, After: time.Duration(n) * time.Second, Where: "InactivityTimeoutSecs"}
	}
	value := func(name string) string {
		s, err := c.Registry.Text(keyDeskRules, name)
		if err != nil {
			s, _ = c.Registry.Text(keyDesktop, name) // none: not set
		}
		return s
	}
	if value("ScreenSaveActive") == "1" && value("ScreenSaverIsSecure") == "1" && value("SCRNSAVE.EXE") != "" {
		after, err := time.ParseDuration(value("ScreenSaveTimeOut") + "s")
		if err == nil && after > 0 && (l.On != Yes || after < l.After) {
			l = Lock{On: Yes, After: after, Where: "ScreenSaveTimeOut"}
		}
	}
	return l
}

// windowsAutorun asks whether a new drive starts something.
func (c Computer) windowsAutorun() Switch {
	const all = 0xff
	s := Switch{On: Yes, Partly: true, Where: "AutoPlay"} // Windows asks what to do
	for _, hive := range []string{"HKLM", "HKCU"} {
		n, err := c.Registry.Number(hive+keyExplorer, "NoDriveTypeAutoRun")
		switch {
		case err == nil && n&all == all:
			return Switch{On: No, Where: "NoDriveTypeAutoRun"}
		case err == nil && n&all == 0: // somebody allowed it for every kind of drive
			s.Partly, s.Where = false, "NoDriveTypeAutoRun"
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return Switch{Lack: lack(err)}
		}
	}
	if n, err := c.Registry.Number(keyAutoPlay, "DisableAutoplay"); err == nil && n == 1 && s.Partly {
		return Switch{On: No, Where: "DisableAutoplay"}
	}
	return s
}
