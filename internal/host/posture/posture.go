// Package posture looks at how this computer itself is protected: whether its disks are encrypted,
// its system gets updates, a firewall and a protection against malware run, the screen locks, and
// who works on it. It runs no program, asks no network, needs no password, changes nothing, and
// takes milliseconds: it reads files that everybody may read, and on Windows the registry.
//
//	           Linux                                Windows                              macOS
//	disk       dm-crypt below each folder, fscrypt,  the lock that Explorer draws          not told
//	           eCryptfs, gocryptfs, CryFS
//	updates    logs of apt, dnf, pacman, zypper;     build, newest cumulative update       not told
//	           end of support by table
//	firewall   settings of ufw, firewalld, nftables  the three profiles                    not told
//	malware    ClamAV's signatures                   the Security Center, Defender         not told
//	lock       GNOME, Cinnamon, KDE, Xfce            policy, screen saver                  not told
//	admin      groups sudo, wheel and admin; root    the token, and UAC                    group admin
//	autorun    GNOME, Cinnamon, Xfce                 AutoPlay and its policies             left out
//
// The limits: a drive that encrypts by itself and a disk that a host encrypts under a virtual machine
// are taken for not encrypted; rules of a firewall that were made by hand are seen by root alone, who is
// not asked; what the settings say is believed, even where a program with their name was stopped. What a
// system does not tell is [Untold] with its [Lack], never good.
package posture

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Answer is yes, no, or not known.
type Answer string

// The answers.
const (
	Untold Answer = ""
	Yes    Answer = "yes"
	No     Answer = "no"
)

// Lack says why something is not known.
type Lack string

// The reasons.
const (
	System    Lack = "system"    // custode can't ask this system
	Denied    Lack = "denied"    // only an administrator is told
	Damaged   Lack = "damaged"   // there is a record, and it can't be read
	Missing   Lack = "missing"   // there is no record where it should be
	Elsewhere Lack = "elsewhere" // the folder lies on another computer
	Virtual   Lack = "virtual"   // the disk is made up by a program: a container, WSL, memory
	Unlisted  Lack = "unlisted"  // custode does not know this version
	Foreign   Lack = "foreign"   // custode does not know the program that does it here
)

// Posture is what was found. A nil part makes no sense on this system.
type Posture struct {
	System   string // as runtime.GOOS
	Disks    []Disk // under the home and each data folder
	Updates  Updates
	Firewall Switch
	Malware  Malware
	Lock     *Lock   // nil: there is no desktop
	Admin    Rights  // of who uses it every day
	Autorun  *Switch // On is bad; nil: nothing here starts by itself
}

// Disk is what is below a folder.
type Disk struct {
	Folder string
	Sealed Answer
	By     string // LUKS, BitLocker
	Lack   Lack
}

// Updates say whether the system is cared for.
type Updates struct {
	Name    string    // of the system, with its version
	Rolling bool      // it has no versions that end
	Ends    time.Time // the last day on which its maker mends it; zero: EndLack says why
	EndLack Lack
	Last    time.Time // when updates were last installed, or found to be installed; zero: Lack says why
	Where   string    // what told it
	Lack    Lack
	Monthly bool // its maker hands updates out on the second Tuesday of a month: before, none is owed
}

// Switch is something that is on or off.
type Switch struct {
	On      Answer
	Partly  bool   // On is No, and only some of it is off
	Program string // that does it
	Where   string // what told it
	Lack    Lack
}

// Malware is the protection against malicious programs.
type Malware struct {
	Switch
	None       bool      // none of those that custode knows is there
	Signatures time.Time // of when; zero: not told
	Fresh      Answer    // its maker says so
}

// Lock is the lock of the screen. After counts from the last touch.
type Lock struct {
	On    Answer
	After time.Duration
	Where string
	Lack  Lack
}

// Rights are those of a user.
type Rights struct {
	Admin  Answer // may become administrator
	Always bool   // and is so all the time, without being asked
	By     string // the group
	Lack   Lack
}

// Computer is where to look.
type Computer struct {
	Root   string              // before each path, for a copy of a file tree; "" on the computer itself
	System string              // as runtime.GOOS
	Home   string              // of the user, without Root
	UID    int                 // of the user
	Env    func(string) string // the environment

	Sealed   func(path string) bool        // the file system encrypts this folder
	Registry Registry                      // of Windows
	Volume   func(path string) (int, bool) // what Explorer knows of BitLocker
	Token    func() (Rights, bool)         // of this process
}

// Registry reads Windows' settings. A key begins with HKLM or HKCU.
type Registry interface {
	Number(key, name string) (uint64, error) // os.ErrNotExist where there is none
	Text(key, name string) (string, error)
	Bytes(key, name string) ([]byte, error)
	Keys(key string) ([]string, error)
}

// Here is this computer. Home is the user's folder.
func Here(home string, env func(string) string) Computer {
	c := Computer{System: runtime.GOOS, Home: home, UID: os.Getuid(), Env: env}
	c.native()
	return c
}

// Look looks at the computer and at the disks under the home and the folders.
func (c Computer) Look(folders []string) Posture {
	p := Posture{System: c.System}
	switch c.System {
	case "linux":
		c.linux(&p, folders)
	case "windows":
		c.windows(&p, folders)
	default:
		c.other(&p, folders)
	}
	return p
}

// other says what can't be asked.
func (c Computer) other(p *Posture, folders []string) {
	for _, f := range c.folders(folders) {
		p.Disks = append(p.Disks, Disk{Folder: f, Lack: System})
	}
	p.Updates = Updates{Name: c.System, EndLack: System, Lack: System}
	p.Firewall, p.Malware.Switch, p.Lock = Switch{Lack: System}, Switch{Lack: System}, &Lock{Lack: System}
	p.Admin = Rights{Lack: System}
	if c.Token != nil {
		if r, ok := c.Token(); ok {
			p.Admin = r
		}
	}
}

// folders are the home and the data folders, each once, without those below another.
func (c Computer) folders(data []string) (out []string) {
	for _, f := range append([]string{c.Home}, data...) {
		if f == "" {
			continue
		}
		known := false
		for _, o := range out {
			known = known || o == f
		}
		if !known {
			out = append(out, f)
		}
	}
	return out
}

func (c Computer) path(p string) string { return filepath.Join(c.Root, p) }

// most is as much as is read of a file; logs may be long, and their end is what counts.
const most = 4 << 20

// read reads a file, the end of a long one.
func (c Computer) read(p string) ([]byte, error) {
	if info, err := os.Stat(c.path(p)); err != nil || !info.Mode().IsRegular() { // a pipe would wait for ever
		if err == nil {
			err = os.ErrInvalid
		}
		return nil, err
	}
	f, err := os.Open(c.path(p))
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if from := info.Size() - most; from > 0 {
		if _, err := f.Seek(from, io.SeekStart); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(io.LimitReader(f, most))
}
