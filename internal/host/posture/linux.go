package posture

import (
	"bytes"
	"encoding/xml"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/internal/host/dconf"
)

func (c Computer) linux(p *Posture, folders []string) {
	p.Disks = c.disks(folders)
	p.Updates = c.updates()
	p.Firewall = c.firewall()
	p.Malware = c.clam()
	p.Admin = c.groups()
	desks := c.desktops()
	if len(desks) == 0 {
		return
	}
	lock, run := c.desktop(desks)
	p.Lock, p.Autorun = &lock, &run
}

// firewall asks the settings of the three that there are. What is on in one is on; only one that
// is there and is switched off says that there is none.
func (c Computer) firewall() Switch {
	off := Switch{Lack: Foreign}
	if b, err := c.read("/etc/ufw/ufw.conf"); err == nil {
		s := Switch{On: No, Program: "ufw", Where: "/etc/ufw/ufw.conf"}
		if strings.EqualFold(osRelease(b)["ENABLED"], "yes") {
			s.On = Yes
			return s
		}
		off = s
	}
	const wanted = "/etc/systemd/system/"
	for _, unit := range []string{"multi-user.target.wants/firewalld.service", "basic.target.wants/firewalld.service"} {
		if c.linked(wanted + unit) {
			return Switch{On: Yes, Program: "firewalld", Where: wanted + unit}
		}
	}
	if off.On == Untold && c.there("/usr/lib/systemd/system/firewalld.service") {
		off = Switch{On: No, Program: "firewalld", Where: wanted + "multi-user.target.wants"}
	}
	for _, unit := range []string{"sysinit.target.wants/nftables.service", "multi-user.target.wants/nftables.service"} {
		if !c.linked(wanted + unit) {
			continue
		}
		for _, rules := range []string{"/etc/nftables.conf", "/etc/sysconfig/nftables.conf"} {
			b, err := c.read(rules)
			if err == nil && drops(b) {
				return Switch{On: Yes, Program: "nftables", Where: rules}
			}
		}
		return Switch{Program: "nftables", Lack: Foreign} // rules that custode does not understand
	}
	return off
}

// linked: there is such a link, whatever it points to.
func (c Computer) linked(p string) bool {
	_, err := os.Lstat(c.path(p))
	return err == nil
}

var (
	inputHook = regexp.MustCompile(`hook\s+input\b[^}]*`)
	dropping  = regexp.MustCompile(`policy\s+drop|\b(drop|reject)\s*(;|\n|$)`)
	remark    = regexp.MustCompile(`(?m)#.*$`)
)

// drops: the rules for what comes in refuse something.
func drops(rules []byte) bool {
	return slices.ContainsFunc(inputHook.FindAll(remark.ReplaceAll(rules, nil), -1), dropping.Match)
}

// clam asks for the signatures of ClamAV, the one protection that is common on Linux.
func (c Computer) clam() (m Malware) {
	if !c.there("/usr/bin/clamscan") && !c.there("/usr/sbin/clamd") {
		m.None = true
		return m
	}
	m.Program = "ClamAV"
	for _, dir := range []string{"/var/lib/clamav"} {
		for _, name := range []string{"daily.cld", "daily.cvd"} {
			at, err := c.touched(dir + "/" + name)
			if err == nil && at.After(m.Signatures) {
				m.Signatures, m.Where = at, dir+"/"+name
			}
		}
	}
	const wanted = "/etc/systemd/system/multi-user.target.wants/"
	running := []string{"clamav-daemon.service", "clamd@scan.service", "clamav-clamonacc.service", "clamonacc.service"}
	m.On = No
	for _, unit := range running {
		if c.linked(wanted + unit) {
			m.On = Yes
		}
	}
	if m.Signatures.IsZero() {
		m.Lack = Missing
	}
	return m
}

// groups tells whether the user of the home may become administrator.
func (c Computer) groups() Rights {
	if c.UID == 0 {
		return Rights{Admin: Yes, Always: true, By: "root"}
	}
	users, err := c.read("/etc/passwd")
	if err != nil {
		return Rights{Lack: lack(err)}
	}
	name, gid := "", ""
	for line := range bytes.Lines(users) {
		f := strings.Split(string(line), ":")
		if len(f) >= 7 && f[2] == strconv.Itoa(c.UID) {
			name, gid = f[0], f[3]
			break
		}
	}
	if name == "" { // it is kept on another computer, and so may its groups
		return Rights{Lack: Missing}
	}
	groups, err := c.read("/etc/group")
	if err != nil {
		return Rights{Lack: lack(err)}
	}
	for line := range bytes.Lines(groups) {
		f := strings.Split(strings.TrimSpace(string(line)), ":")
		if len(f) < 4 || !slices.Contains([]string{"sudo", "wheel", "admin"}, f[0]) {
			continue
		}
		if f[2] == gid || slices.Contains(strings.Split(f[3], ","), name) {
			return Rights{Admin: Yes, By: f[0]}
		}
	}
	return Rights{Admin: No}
}

// desktops names those that are installed; the one that runs alone, where it says its name.
func (c Computer) desktops() (out []string) {
	if c.Env != nil {
		for name := range strings.SplitSeq(strings.ToLower(c.Env("XDG_CURRENT_DESKTOP")), ":") {
			switch name {
			case "gnome", "ubuntu", "unity", "budgie", "pop":
				return []string{"gnome"}
			case "x-cinnamon", "cinnamon":
				return []string{"cinnamon"}
			case "kde", "xfce":
				return []string{name}
			case "":
			default:
				out = append(out, name)
			}
		}
	}
	if len(out) > 0 {
		return out[:1]
	}
	for _, d := range [][2]string{{"gnome", "gnome-shell"}, {"cinnamon", "cinnamon"}, {"kde", "plasmashell"}, {"xfce", "xfce4-session"}} {
		if c.there("/usr/bin/" + d[1]) {
			out = append(out, d[0])
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, dir := range []string{"/usr/share/xsessions", "/usr/share/wayland-sessions"} {
		list, err := os.ReadDir(c.path(dir))
		if err == nil && len(list) > 0 {
			return []string{"other"}
		}
	}
	return nil
}

// desktop asks the desktop for its lock and for what it starts by itself. Of several it is not known
// which one is used.
func (c Computer) desktop(desks []string) (Lock, Switch) {
	if len(desks) > 1 {
		return Lock{Lack: Foreign}, Switch{Lack: Foreign}
	}
	switch desks[0] {
	case "gnome":
		return c.gnome("/org/gnome/desktop/", 5*time.Minute)
	case "cinnamon":
		return c.gnome("/org/cinnamon/desktop/", 15*time.Minute)
	case "kde":
		return c.kde(), Switch{Lack: Foreign}
	case "xfce":
		return c.xfce()
	}
	return Lock{Lack: Foreign}, Switch{Lack: Foreign}
}

// gnome reads dconf. What nobody set is as the desktop comes: it locks.
func (c Computer) gnome(base string, idle time.Duration) (Lock, Switch) {
	const where = "~/.config/dconf/user"
	set := dconf.Settings{}
	b, err := c.read(path.Join(c.Home, ".config/dconf/user"))
	if err == nil {
		set, err = dconf.Read(b)
	}
	if err != nil && !os.IsNotExist(err) {
		why := lack(err)
		return Lock{Lack: why}, Switch{Lack: why}
	}
	l, s := Lock{On: Yes, Where: where}, Switch{On: Yes, Partly: true, Where: where} // it asks before it starts something
	delay := time.Duration(0)
	if n, ok := set[base+"session/idle-delay"].Number(); ok {
		idle = seconds(n)
	}
	if n, ok := set[base+"screensaver/lock-delay"].Number(); ok {
		delay = seconds(n)
	}
	if l.After = idle + delay; idle == 0 {
		l.On = No
	}
	for _, key := range []string{"screensaver/lock-enabled", "screensaver/idle-activation-enabled"} {
		if on, ok := set[base+key].Bool(); ok && !on {
			l.On = No
		}
	}
	if on, ok := set[base+"lockdown/disable-lock-screen"].Bool(); ok && on {
		l.On = No
	}
	if never, ok := set[base+"media-handling/autorun-never"].Bool(); ok && never {
		s.On = No
	}
	if mounts, ok := set[base+"media-handling/automount"].Bool(); ok && !mounts {
		s.On = No
	}
	return l, s
}

// kde reads kscreenlockerrc. What nobody set is as Plasma comes: it locks after five minutes.
func (c Computer) kde() Lock {
	l := Lock{On: Yes, After: 5 * time.Minute, Where: "~/.config/kscreenlockerrc"}
	b, err := c.read(path.Join(c.Home, ".config/kscreenlockerrc"))
	if os.IsNotExist(err) {
		return l
	}
	if err != nil {
		return Lock{Lack: lack(err)}
	}
	grace := 5 * time.Second
	for name, value := range section(b, "Daemon") {
		n, err := strconv.Atoi(value)
		switch {
		case name == "Autolock" && strings.EqualFold(value, "false"):
			l.On = No
		case name == "Timeout" && err == nil && n > 0 && n < 1<<20:
			l.After = time.Duration(n) * time.Minute
		case name == "Timeout":
			l.On = No
		case name == "LockGrace" && err == nil && n >= 0 && n < 1<<20:
			grace = time.Duration(n) * time.Second
		}
	}
	l.After = (l.After + grace).Truncate(time.Minute)
	return l
}

// section reads a part of a file of KDE: lines of name=value below [Daemon].
func section(b []byte, name string) map[string]string {
	out, in := map[string]string{}, false
	for line := range bytes.Lines(b) {
		s := strings.TrimSpace(string(line))
		if strings.HasPrefix(s, "[") {
			in = s == "["+name+"]"
			continue
		}
		if k, v, ok := strings.Cut(s, "="); in && ok {
			k, _, _ = strings.Cut(k, "[") // Autolock[$i]: a value that the user may not change
			out[strings.TrimSpace(k)] = strings.TrimSpace(v)
		}
	}
	return out
}

// seconds is a number of seconds; what is longer than a year is as good as never.
func seconds(n uint64) time.Duration {
	const most = 366 * 24 * 60 * 60
	return time.Duration(min(n, most)) * time.Second
}

// xfce reads the settings of its screen saver, and those of what happens with a new drive.
func (c Computer) xfce() (l Lock, s Switch) {
	const dir = ".config/xfce4/xfconf/xfce-perchannel-xml/"
	l = Lock{Where: "~/" + dir + "xfce4-screensaver.xml", Lack: Foreign}
	if c.there("/usr/bin/xfce4-screensaver") {
		if set, err := c.xfconf(dir + "xfce4-screensaver.xml"); err != nil {
			l.Lack = lack(err)
		} else {
			l.saver(set)
		}
	}
	s = Switch{On: No, Where: "~/" + dir + "thunar-volman.xml"}
	set, err := c.xfconf(dir + "thunar-volman.xml")
	if err != nil {
		return l, Switch{Lack: lack(err)}
	}
	if set["/autorun/enabled"] == "true" {
		s.On = Yes
	}
	return l, s
}

// saver reads what Xfce's screen saver is set to. What nobody set is as it comes: it locks.
func (l *Lock) saver(set map[string]string) {
	l.Lack, l.On = "", Yes
	minutes := func(key string, usual int) time.Duration {
		if n, err := strconv.Atoi(set[key]); err == nil && n >= 0 && n < 1<<20 {
			usual = n
		}
		return time.Duration(usual) * time.Minute
	}
	l.After = minutes("/saver/idle-activation/delay", 5) + minutes("/lock/saver-activation/delay", 0)
	for _, key := range []string{"/saver/enabled", "/saver/idle-activation/enabled", "/lock/enabled", "/lock/saver-activation/enabled"} {
		if set[key] == "false" {
			l.On = No
		}
	}
}

// xfconf reads a channel of Xfce's settings; nothing where there is no such file.
func (c Computer) xfconf(name string) (map[string]string, error) {
	b, err := c.read(path.Join(c.Home, name))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return channel(b)
}

// channel reads <property name="lock"><property name="enabled" value="true"/></property>.
func channel(b []byte) (map[string]string, error) {
	type property struct {
		Name  string     `xml:"name,attr"`
		Value string     `xml:"value,attr"`
		Below []property `xml:"property"`
	}
	var root struct {
		Below []property `xml:"property"`
	}
	if err := xml.Unmarshal(b, &root); err != nil {
		return nil, err
	}
	out := map[string]string{}
	var walk func(list []property, at string)
	walk = func(list []property, at string) {
		for _, p := range list {
			out[at+"/"+p.Name] = p.Value
			walk(p.Below, at+"/"+p.Name)
		}
	}
	walk(root.Below, "")
	return out, nil
}
