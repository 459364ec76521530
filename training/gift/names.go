package gift

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// How long ids are. Package question reads them up to 64 characters.
const (
	longTopic = 24
	longName  = 32
	longID    = 64
)

var goodID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// names gives ids that are not taken yet.
type names struct {
	taken map[string]bool
	next  map[string]int // of a name that is taken: the number to try next
}

func newNames() *names { return &names{taken: map[string]bool{}, next: map[string]int{}} }

// id makes an id of a title or a text. What is an id of the topic already stays as it is.
func (n *names) id(topic, s string) string {
	id := s
	if !goodID.MatchString(s) || !strings.HasPrefix(s, topic+"-") || len(s) > longID {
		id = slug(s, longName)
		if id == "" {
			h := fnv.New32a()
			_, _ = h.Write([]byte(s)) // a hash takes everything
			id = fmt.Sprintf("q%08x", h.Sum32())
		}
		if !strings.HasPrefix(id, topic+"-") {
			id = topic + "-" + id
		}
	}
	free := id
	for n.taken[free] {
		n.next[id] = max(n.next[id], 1) + 1
		end := fmt.Sprint("-", n.next[id])
		free = strings.TrimRight(id[:min(len(id), longID-len(end))], "-") + end
	}
	n.taken[free] = true
	return free
}

// slug writes a text in lower-case letters without accents, digits and hyphens, cut between
// words where it can be. A text in another script gives nothing.
func slug(s string, most int) string {
	var b strings.Builder
	gap := false
	for _, c := range norm.NFKD.String(s) {
		switch c = unicode.ToLower(c); {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(c)
			gap = false
		case unicode.Is(unicode.Mn, c), c == '\'', c == '’':
		default:
			gap = true
		}
		if b.Len() > most {
			break
		}
	}
	out := b.String()
	if len(out) <= most {
		return out
	}
	out = out[:most]
	if at := strings.LastIndexByte(out, '-'); at > most/2 {
		out = out[:at]
	}
	return strings.TrimRight(out, "-")
}

// lastName gives the last name of a category's path, in which "//" is a slash; "" where there
// is nothing but the top.
func lastName(path string) string {
	all := strings.Split(strings.ReplaceAll(path, "//", "\x00"), "/")
	if len(all) > 1 && strings.HasPrefix(all[0], "$") {
		if all = all[1:]; all[0] == "top" {
			all = all[1:]
		}
	}
	if len(all) == 0 {
		return ""
	}
	return tidy(strings.ReplaceAll(all[len(all)-1], "\x00", "/"), false)
}
