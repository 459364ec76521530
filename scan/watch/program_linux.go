package watch

import (
	"golang.org/x/sys/unix"
)

// look tells the content and the kind of a program. p.mu is held.
func (p *processes) look(fd int) (fileKey, binaryKind) {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return fileKey{}, plainBinary
	}
	key := keyOfStat(&st)
	kind := p.kinds[key]
	if kind == 0 {
		if len(p.kinds) > 4096 {
			clear(p.kinds)
		}
		kind = kindOf(fd)
		p.kinds[key] = kind
	}
	return key, kind
}

func keyOfStat(st *unix.Stat_t) fileKey {
	return fileKey{fileID{st.Dev, st.Ino}, st.Size, st.Mtim.Nano()}
}

// kindOf reads the beginning of a program: "#!", or whether it names a loader.
func kindOf(fd int) binaryKind {
	b := make([]byte, 4096)
	n, err := unix.Pread(fd, b, 0)
	if err != nil {
		return plainBinary
	}
	return kindOfHead(b[:n])
}

// The numbers of ELF that matter: where the table of segments is, and the kind of
// segment that names a loader.
const (
	elfInterp   = 3
	elfClass64  = 2
	elfBig      = 2
	mostSegment = 64
)

func kindOfHead(b []byte) binaryKind {
	if len(b) >= 2 && b[0] == '#' && b[1] == '!' {
		return scriptText
	}
	if len(b) < 64 || string(b[:4]) != "\x7fELF" || b[5] == elfBig {
		return plainBinary
	}
	at, size, n := uint64(le.Uint32(b[28:])), uint64(le.Uint16(b[42:])), int(le.Uint16(b[44:]))
	if b[4] == elfClass64 {
		at, size, n = le.Uint64(b[32:]), uint64(le.Uint16(b[54:])), int(le.Uint16(b[56:]))
	}
	for range min(n, mostSegment) {
		if at > uint64(len(b))-4 || size == 0 {
			break
		}
		if le.Uint32(b[at:]) == elfInterp {
			return loadedBinary
		}
		at += size
	}
	return plainBinary
}
