//go:build !windows

package posture

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tree makes a file tree: a path for each line, with its content; "->" makes a link, "/" at the end a folder.
func tree(t *testing.T, files map[string]string) Computer {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		p := filepath.Join(root, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(p), 0o755)
		target, link := strings.CutPrefix(content, "-> ")
		switch {
		case err != nil:
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(p, 0o755)
		case link:
			err = os.Symlink(target, p)
		default:
			err = os.WriteFile(p, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return Computer{Root: root, System: "linux", Home: "/home/ada", UID: 1000, Env: func(string) string { return "" }}
}

const (
	ext4  = "25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	crypt = "26 1 253:0 / /home rw,relatime shared:2 - ext4 /dev/mapper/home rw\n"
	nfs   = "27 1 0:50 / /srv/shop rw shared:3 - nfs4 server:/shop rw\n"
	over  = "28 1 0:51 / / rw shared:4 - overlay overlay rw\n"
)

// TestDisks: what lies below a folder is encrypted, is not, or cannot be told, and then why.
func TestDisks(t *testing.T) {
	for _, c := range []struct {
		name, folder string
		files        map[string]string
		want         Answer
		lack         Lack
	}{
		{"a plain disk", "/srv", map[string]string{"proc/self/mountinfo": ext4, "sys/dev/block/8:1/": ""}, No, ""},
		{"an encrypted one", "/home/ada/shop", map[string]string{
			"proc/self/mountinfo": ext4 + crypt, "sys/dev/block/8:1/": "", "sys/dev/block/253:0/dm/uuid": "CRYPT-LUKS2-0123456789abcdef-home\n",
		}, Yes, ""},
		{"a volume that is no encryption", "/home/ada/shop", map[string]string{
			"proc/self/mountinfo": ext4 + crypt, "sys/dev/block/253:0/dm/uuid": "LVM-0123456789abcdef\n",
		}, No, ""},
		{"another computer's", "/srv/shop/lists", map[string]string{"proc/self/mountinfo": ext4 + nfs}, Untold, Elsewhere},
		{"a container", "/data", map[string]string{"proc/self/mountinfo": over}, Untold, Virtual},
		{"no list of mounts", "/data", nil, Untold, Missing},
		{"a damaged list", "/data", map[string]string{"proc/self/mountinfo": "25 1\nrubbish - \n"}, Untold, Missing},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := tree(t, c.files).Look([]string{c.folder})
			var got Disk
			for _, d := range p.Disks {
				if d.Folder == c.folder {
					got = d
				}
			}
			if got.Sealed != c.want || got.Lack != c.lack {
				t.Errorf("%+v", p.Disks)
			}
		})
	}
}

// TestSwitches: firewall, malware and rights, from the files of a computer.
func TestSwitches(t *testing.T) {
	const wants = "etc/systemd/system/"
	users := "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:Ada:/home/ada:/bin/bash\n"
	for _, c := range []struct {
		name                     string
		files                    map[string]string
		firewall, malware, admin Answer
		none                     bool
	}{
		{"nothing is there", nil, Untold, Untold, Untold, true},
		{"ufw is on", map[string]string{"etc/ufw/ufw.conf": "# comment\nENABLED=yes\n"}, Yes, Untold, Untold, true},
		{"ufw is off", map[string]string{"etc/ufw/ufw.conf": "ENABLED=no\n"}, No, Untold, Untold, true},
		{"ufw's settings are rubbish", map[string]string{"etc/ufw/ufw.conf": "\x00\xff=\n=yes"}, No, Untold, Untold, true},
		{"firewalld", map[string]string{wants + "multi-user.target.wants/firewalld.service": "-> /lib/x"}, Yes, Untold, Untold, true},
		{"rules that drop", map[string]string{
			wants + "sysinit.target.wants/nftables.service": "-> /lib/x", "etc/nftables.conf": "table inet f { chain i { type filter hook input priority 0; policy drop; } }",
		}, Yes, Untold, Untold, true},
		{"rules that let everything in", map[string]string{
			wants + "sysinit.target.wants/nftables.service": "-> /lib/x", "etc/nftables.conf": "table inet f { chain i { type filter hook input priority 0; policy accept; } } # policy drop",
		}, Untold, Untold, Untold, true},
		{"a scanner that runs", map[string]string{
			"usr/sbin/clamd": "x", "var/lib/clamav/daily.cld": "x", wants + "multi-user.target.wants/clamav-daemon.service": "-> /lib/x",
		}, Untold, Yes, Untold, false},
		{"a scanner that does not", map[string]string{"usr/bin/clamscan": "x"}, Untold, No, Untold, false},
		{"an administrator", map[string]string{"etc/passwd": users, "etc/group": "sudo:x:27:bob,ada\n"}, Untold, Untold, Yes, true},
		{"by the first group", map[string]string{"etc/passwd": users, "etc/group": "wheel:x:1000:\n"}, Untold, Untold, Yes, true},
		{"nobody special", map[string]string{"etc/passwd": users, "etc/group": "sudo:x:27:bob,adam\nusers:x:100:ada\n"}, Untold, Untold, No, true},
		{"a user of another computer", map[string]string{"etc/passwd": "root:x:0:0::/root:/bin/sh\n", "etc/group": "sudo:x:27:\n"}, Untold, Untold, Untold, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := tree(t, c.files).Look(nil)
			if p.Firewall.On != c.firewall || p.Malware.On != c.malware || p.Malware.None != c.none || p.Admin.Admin != c.admin {
				t.Errorf("firewall %+v, malware %+v, rights %+v", p.Firewall, p.Malware, p.Admin)
			}
			for _, s := range []struct {
				on   Answer
				lack Lack
			}{{p.Firewall.On, p.Firewall.Lack}, {p.Admin.Admin, p.Admin.Lack}} {
				if s.on == Untold && s.lack == "" {
					t.Errorf("not told, and not why: %+v %+v", p.Firewall, p.Admin)
				}
			}
		})
	}
	root := tree(t, nil)
	root.UID = 0
	if r := root.Look(nil).Admin; r.Admin != Yes || !r.Always {
		t.Errorf("root: %+v", r)
	}
}

// TestUpdates: the log of a package manager tells when; a system past its end is said to be.
func TestUpdates(t *testing.T) {
	c := tree(t, map[string]string{
		"etc/os-release":           "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
		"var/lib/dpkg/status":      "x",
		"var/log/dpkg.log":         "2026-11-20 08:00:01 startup archives unpack\n2026-11-20 08:00:02 upgrade openssl:amd64 3.0.14 3.0.15\n",
		"var/log/apt/history.log":  "\nStart-Date: 2026-11-20  08:00:00\nCommandline: apt-get upgrade\nUpgrade: openssl:amd64 (3.0.14, 3.0.15)\nEnd-Date: 2026-11-20  08:00:05\n",
		"var/lib/apt/periodic/":    "",
		"var/lib/apt/lists/x_pool": "x",
	})
	u := c.Look(nil).Updates
	if !strings.Contains(u.Name, "Debian") || u.Ends.IsZero() {
		t.Errorf("%+v", u)
	}
	if u.Last.IsZero() || u.Last.Year() < 2026 {
		t.Errorf("last updates: %+v", u)
	}
	if u := tree(t, nil).Look(nil).Updates; !u.Last.IsZero() || u.Lack == "" {
		t.Errorf("of nothing: %+v", u)
	}
	if u := tree(t, map[string]string{"etc/os-release": "ID=ubuntu\nVERSION_ID=\"16.10\"\n"}).Look(nil).Updates; !u.Ends.IsZero() && u.Ends.After(time.Now()) {
		t.Errorf("an old one: %+v", u)
	}
}

// FuzzLook: whatever stands in the files, a look ends, and says nothing good of rubbish.
func FuzzLook(f *testing.F) {
	f.Add([]byte(ext4), "ENABLED=yes\n")
	f.Add([]byte("25 1 8:1 / /\\040a rw - ext4 /dev/sda1 rw"), "ID=debian\nVERSION_ID=12")
	f.Fuzz(func(t *testing.T, raw []byte, text string) {
		for _, m := range mounts(raw) {
			_, _ = under([]mount{m}, "/home")
		}
		_ = osRelease([]byte(text))
		_ = drops(raw)
		_ = octal(text)
	})
}
