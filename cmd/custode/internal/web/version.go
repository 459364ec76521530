package web

import (
	"regexp"
	"strconv"
)

// versionForm is what a release is called, or what git describe makes of it some commits later.
var versionForm = regexp.MustCompile(`^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-(\d{1,9})-g[0-9a-f]+)?(?:-dirty)?$`)

// newer reports whether version a is newer than b. Both have to be three numbers, maybe with the commits since as git
// describe counts them; of others ("dev", a bare commit) nobody can say, so it is false.
func newer(a, b string) bool {
	as, bs := versionForm.FindStringSubmatch(a), versionForm.FindStringSubmatch(b)
	if as == nil || bs == nil {
		return false
	}
	for i := 1; i < len(as); i++ {
		x, _ := strconv.Atoi(as[i]) // "": no commits since
		y, _ := strconv.Atoi(bs[i])
		if x != y {
			return x > y
		}
	}
	return false
}
