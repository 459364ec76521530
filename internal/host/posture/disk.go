package posture

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// mount is one line of /proc/self/mountinfo.
type mount struct {
	device string // major:minor
	point  string
	kind   string // of file system
	source string
}

// mounts reads /proc/self/mountinfo: what was mounted later stands later.
func mounts(file []byte) (out []mount) {
	for line := range bytes.Lines(file) {
		left, right, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), " - ")
		a, b := strings.Fields(left), strings.Fields(right)
		if !ok || len(a) < 6 || len(b) < 2 {
			continue
		}
		out = append(out, mount{device: a[2], point: octal(a[4]), kind: b[0], source: octal(b[1])})
	}
	return out
}

// octal undoes what the kernel does to blanks in names: \040.
func octal(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				out.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// under gives the mount in which a folder lies.
func under(all []mount, folder string) (m mount, ok bool) {
	for _, c := range all {
		if folder != c.point && !strings.HasPrefix(folder, strings.TrimSuffix(c.point, "/")+"/") {
			continue
		}
		if !ok || len(c.point) >= len(m.point) {
			m, ok = c, true
		}
	}
	return m, ok
}

// The file systems that encrypt by themselves, that lie on another computer, and that no disk is under.
var (
	sealing = map[string]string{
		"ecryptfs": "eCryptfs", "fuse.gocryptfs": "gocryptfs", "fuse.encfs": "EncFS", "fuse.cryfs": "CryFS", "fuse.securefs": "securefs",
	}
	remote = map[string]bool{
		"nfs": true, "nfs4": true, "cifs": true, "smb3": true, "fuse.sshfs": true, "fuse.rclone": true, "9p": true,
		"afs": true, "ceph": true, "davfs": true, "fuse.davfs": true, "fuse.glusterfs": true, "virtiofs": true,
	}
	virtual = map[string]bool{"overlay": true, "tmpfs": true, "ramfs": true, "aufs": true, "fuse.fuse-overlayfs": true, "squashfs": true}
)

// disks says of each folder whether what is below it is encrypted.
func (c Computer) disks(folders []string) (out []Disk) {
	file, err := c.read("/proc/self/mountinfo")
	all := mounts(file)
	release, _ := c.read("/proc/sys/kernel/osrelease") // without it, this is no WSL
	wsl := bytes.Contains(bytes.ToLower(release), []byte("microsoft"))
	for _, f := range c.folders(folders) {
		d := Disk{Folder: f}
		m, ok := under(all, c.real(f))
		switch {
		case err != nil || !ok:
			d.Lack = Missing
		case sealing[m.kind] != "":
			d.Sealed, d.By = Yes, sealing[m.kind]
		case c.Sealed != nil && c.Sealed(f):
			d.Sealed, d.By = Yes, "fscrypt"
		case remote[m.kind]:
			d.Lack = Elsewhere
		case virtual[m.kind] || wsl:
			d.Lack = Virtual
		case m.kind == "zfs" || m.kind == "bcachefs": // they encrypt below themselves, and only their programs tell
			d.Lack = Foreign
		default:
			d.Sealed, d.By, d.Lack = c.device(m)
		}
		out = append(out, d)
	}
	return out
}

// real follows the links of a folder, as far as it is there.
func (c Computer) real(folder string) string {
	if c.Root != "" {
		return folder
	}
	for rest := ""; ; {
		if p, err := filepath.EvalSymlinks(folder); err == nil {
			return filepath.Join(p, rest)
		}
		up := filepath.Dir(folder)
		if up == folder {
			return filepath.Join(folder, rest)
		}
		rest, folder = filepath.Join(filepath.Base(folder), rest), up
	}
}

// device says whether the device of a mount is encrypted.
func (c Computer) device(m mount) (Answer, string, Lack) {
	dir := "/sys/dev/block/" + m.device
	if strings.HasPrefix(m.device, "0:") { // btrfs and the like hide their device behind a number of their own
		name, ok := c.blockName(m.source)
		if !ok {
			return Untold, "", Missing
		}
		dir = "/sys/class/block/" + name
	}
	if info, err := os.Stat(c.path(dir)); err != nil || !info.IsDir() {
		return Untold, "", Missing
	}
	if by, ok := c.crypt(dir, 0); ok {
		return Yes, by, ""
	}
	return No, "", ""
}

// blockName gives the kernel's name of a device: dm-0 of /dev/mapper/luks-1.
func (c Computer) blockName(source string) (string, bool) {
	if !strings.HasPrefix(source, "/dev/") {
		return "", false
	}
	if name := path.Base(source); c.there("/sys/class/block/" + name) {
		return name, true
	}
	list, err := os.ReadDir(c.path("/sys/class/block"))
	if err != nil {
		return "", false
	}
	for _, e := range list {
		name, err := c.read("/sys/class/block/" + e.Name() + "/dm/name")
		if err == nil && "/dev/mapper/"+strings.TrimSpace(string(name)) == source {
			return e.Name(), true
		}
	}
	return "", false
}

func (c Computer) there(p string) bool {
	_, err := os.Stat(c.path(p))
	return err == nil
}

// deepest is how many layers of devices are looked through.
const deepest = 8

// crypt looks for encryption in a device and, where it is made of others, in all of them: a
// volume is as open as the most open disk that it lies on.
func (c Computer) crypt(dir string, depth int) (by string, ok bool) {
	if uuid, err := c.read(dir + "/dm/uuid"); err == nil {
		kind, isCrypt := strings.CutPrefix(strings.TrimSpace(string(uuid)), "CRYPT-")
		if name, err := c.read(dir + "/dm/name"); err == nil && strings.HasPrefix(string(name), "veracrypt") {
			return "VeraCrypt", true
		}
		if isCrypt {
			kind, _, _ = strings.Cut(kind, "-")
			return map[string]string{"LUKS1": "LUKS", "LUKS2": "LUKS", "BITLK": "BitLocker", "TCRYPT": "VeraCrypt", "FVAULT2": "FileVault", "PLAIN": "dm-crypt"}[kind], kind != "VERITY" && kind != "INTEGRITY"
		}
	}
	below, err := os.ReadDir(c.path(dir + "/slaves"))
	if err != nil || len(below) == 0 || depth == deepest {
		return "", false
	}
	for _, e := range below {
		if by, ok = c.crypt(dir+"/slaves/"+e.Name(), depth+1); !ok {
			return "", false
		}
	}
	return by, true
}
