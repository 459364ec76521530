package copies

import "fmt"

// DisksOf gives the disks of a device by its number.
func DisksOf(d Disks, number string) []string {
	return d.of(dev(number))
}

// LockedOf tells of a device by its number whether it is encrypted.
func LockedOf(d Disks, number string) Answer {
	_, locked := d.layers(dev(number))
	return answerOf(locked)
}

func dev(number string) uint64 {
	var a, b uint64
	if _, err := fmt.Sscanf(number, "%d:%d", &a, &b); err != nil {
		panic(err)
	}
	return a<<8 | b
}

// The parsers, for the fuzz tests.
var (
	BorgTime     = borgTime
	BorgSealed   = borgSealed
	KopiaPlace   = kopiaPlace
	KopiaLog     = kopiaLog
	DuplicatiEnd = duplicatiEnd
	BitTime      = bitTime
	Plist        = plist
)

// ReadAll has every parser read some bytes.
func ReadAll(c Computer, b []byte) {
	dejaDupFile(b).backup(c)
	for _, p := range bitProfiles(b) {
		p.backup(c)
	}
	_, _, _ = timeshiftSettings(b)
	_, _ = timeshiftTime(b)
	rsnapshotSettings(b)
	_, _ = historySettings(b)
}
