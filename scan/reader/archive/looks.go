package archive

import "strings"

// Looks names the kind of archive that begins with head, which should be 512 bytes
// or more: "zip", "tar", "gz", "bz2", "7z", "rar", "xz", "zstd", "lzh", "cab",
// "arj", "Z", or "" for none of them. A ZIP behind a program is not seen.
func Looks(head []byte) string {
	for _, m := range [...]struct{ magic, kind string }{
		{"PK\x03\x04", "zip"},
		{"PK\x05\x06", "zip"},
		{"PK\x07\x08PK\x03\x04", "zip"},
		{"PK00PK\x03\x04", "zip"},
		{"7z\xbc\xaf\x27\x1c", "7z"},
		{"Rar!\x1a\x07\x00", "rar"},
		{"Rar!\x1a\x07\x01\x00", "rar"},
		{"\xfd7zXZ\x00", "xz"},
		{"\x28\xb5\x2f\xfd", "zstd"},
		{"MSCF\x00\x00\x00\x00", "cab"},
		{"\x1f\x8b\x08", "gz"},
		{"\x1f\x9d", "Z"},
	} {
		if strings.HasPrefix(string(head[:min(len(head), len(m.magic))]), m.magic) {
			return m.kind
		}
	}
	switch {
	case isBzip2(head):
		return "bz2"
	case len(head) >= tarBlock && (string(head[257:262]) == "ustar" || oldTar((*[tarBlock]byte)(head))):
		return "tar"
	case len(head) >= 21 && head[2] == '-' && head[3] == 'l' && (head[4] == 'h' || head[4] == 'z') && head[6] == '-' && head[20] <= 3:
		return "lzh"
	case isARJ(head):
		return "arj"
	}
	return ""
}

// oldTar says that b is a header of the old format: a name, a checksum that fits,
// and nothing but numbers where numbers are.
func oldTar(b *[tarBlock]byte) bool {
	return b[0] != 0 && tarSum(b) && number(b[100:108]) >= 0 && number(b[124:136]) >= 0
}

// isARJ looks at the size and the fixed part of an ARJ main header.
func isARJ(b []byte) bool {
	if len(b) < 12 || b[0] != 0x60 || b[1] != 0xea {
		return false
	}
	size := int(b[2]) | int(b[3])<<8
	return size >= 30 && size <= 2600 && b[4] >= 30 && int(b[4]) <= size && b[10] == 2 // the main header's file type
}
