package objaudit

import (
	"slices"
	"strings"
)

// Names turns the names that the kernel has for files into those that people know.
type Names struct {
	drives []drive // the longest device first
}

type drive struct{ device, letter string }

// NewNames takes the drives: the letter with its colon ("C:"), and the device that it stands for (\Device\HarddiskVolume3).
func NewNames(devices map[string]string) Names {
	var n Names
	for letter, device := range devices {
		device = strings.TrimRight(device, `\`)
		if rest, is := cutFold(device, `\Device\`); is && rest != "" { // another is a name for a folder (subst)
			n.drives = append(n.drives, drive{device, letter})
		}
	}
	slices.SortFunc(n.drives, func(a, b drive) int {
		if d := len(b.device) - len(a.device); d != 0 {
			return d
		}
		return strings.Compare(a.letter, b.letter) // of two letters for one device, the first
	})
	return n
}

// Path is the name with a drive letter, or \\server\share. A name whose device has no letter stays as it is.
func (n Names) Path(name string) string {
	for _, prefix := range []string{`\??\UNC\`, `\\?\UNC\`, `\Device\Mup\`, `\Device\LanmanRedirector\`} {
		if rest, ok := cutFold(name, prefix); ok {
			return `\\` + strings.TrimLeft(rest, `\`)
		}
	}
	for _, prefix := range []string{`\??\`, `\\?\`} {
		if rest, ok := cutFold(name, prefix); ok {
			return rest
		}
	}
	for _, d := range n.drives {
		if rest, ok := cutFold(name, d.device); ok && (rest == "" || rest[0] == '\\') {
			if rest == "" {
				rest = `\`
			}
			return d.letter + rest
		}
	}
	return name
}

// cutFold is strings.CutPrefix without regard to upper and lower case. A prefix is ASCII.
func cutFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
