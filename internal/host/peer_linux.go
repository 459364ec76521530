package host

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// OtherUser reports whether the other end of a TCP connection within this computer belongs to another user than the
// one who runs this program. The administrator is nobody else: everything here is open to root. What the
// system does not tell is false.
//
// Source: proc(5), /proc/net/tcp. Cost: one read of that file, a line for each connection of this computer.
func OtherUser(there, here netip.AddrPort) bool {
	uid, known := holder(there, here)
	own := os.Getuid()
	return known && own != 0 && uid != 0 && uid != own
}

// holder finds who holds the end there of a connection to here.
func holder(there, here netip.AddrPort) (uid int, known bool) {
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			w := strings.Fields(lines.Text())
			if len(w) < 8 || end(w[1]) != plain(there) || end(w[2]) != plain(here) {
				continue
			}
			uid, err := strconv.Atoi(w[7])
			_ = f.Close()
			return uid, err == nil
		}
		_ = f.Close()
	}
	return 0, false
}

// plain is an end without what may differ for the same one.
func plain(end netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(end.Addr().Unmap().WithZone(""), end.Port())
}

// end reads one as the table has it: "0100007F:1F90", words of 32 bits in this machine's order. The zero value is none.
func end(s string) netip.AddrPort {
	addr, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(addr)
	n, err2 := strconv.ParseUint(port, 16, 16)
	if err != nil || err2 != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}
	}
	for i := 0; i < len(raw); i += 4 { // the words are printed as numbers
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	ip, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(ip.Unmap(), uint16(n))
}
