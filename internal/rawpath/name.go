package rawpath

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Reserved tells the names of files and folders that Windows reads as a device, whatever
// ending they have, or from which it cuts off the end. It is the same on every system.
func Reserved(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	port, ok := strings.CutPrefix(stem, "COM")
	if !ok {
		port, ok = strings.CutPrefix(stem, "LPT")
	}
	ok = ok && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
	device := ok || slices.Contains([]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}, stem)
	return device || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ")
}
