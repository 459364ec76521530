package host

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// connected has a program connect to a listener on each address of this computer, and gives who holds its end.
func connected(t *testing.T, addr string, as *syscall.Credential) (uid int, known, other bool) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Skip("SKIPPED LOUDLY: ", err) // no IPv6 here
	}
	defer l.Close()
	at := netip.MustParseAddrPort(l.Addr().String())
	cmd := exec.Command("/bin/bash", "-c", `exec 3<>"/dev/tcp/$0/$1" && cat <&3`, at.Addr().String(), port(at))
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	there, here := netip.MustParseAddrPort(c.RemoteAddr().String()), netip.MustParseAddrPort(c.LocalAddr().String())
	uid, known = holder(there, here)
	other = OtherUser(there, here)
	_ = c.Close()
	_ = cmd.Wait()
	return uid, known, other
}

func port(at netip.AddrPort) string {
	_, port, _ := net.SplitHostPort(at.String())
	return port
}

// TestOtherUser: a program of our own is nobody else, and what is not in the table is not known.
func TestOtherUser(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		if uid, known, other := connected(t, addr, nil); uid != os.Getuid() || !known || other {
			t.Errorf("%s: %d, %v, %v", addr, uid, known, other)
		}
	}
	none := netip.MustParseAddrPort("127.0.0.1:1")
	if _, known := holder(none, none); known {
		t.Error("who holds a connection that is not there is known")
	}
}

// TestRootSeesOtherUser: that of another user is theirs.
func TestRootSeesOtherUser(t *testing.T) {
	if !Root() {
		t.Skip("SKIPPED LOUDLY: only root can be another user")
	}
	if uid, known, _ := connected(t, "127.0.0.1:0", &syscall.Credential{Uid: 65534, Gid: 65534}); uid != 65534 || !known {
		t.Errorf("%d, %v", uid, known)
	}
}

// TestEnd: an address as the kernel prints it; anything else is none.
func TestEnd(t *testing.T) {
	for s, want := range map[string]string{
		"0100007F:1F90":                         "127.0.0.1:8080",
		"00000000000000000000000001000000:0016": "[::1]:22",
		"0000000000000000FFFF00000100007F:0016": "127.0.0.1:22", // IPv4 through a socket for both
		"":                                      "", "0100007F": "", "01007F:0016": "", "zz00007F:0016": "", "0100007F:10000": "",
	} {
		var w netip.AddrPort
		if want != "" {
			w = netip.MustParseAddrPort(want)
		}
		if got := end(s); got != w {
			t.Errorf("%q: %v, want %v", s, got, w)
		}
	}
}
