//go:build !windows

package place

// Locale gives the user's locale, "it_IT.UTF-8", or "" (POSIX: LC_ALL over
// LC_MESSAGES over LANG).
func Locale(env Env) string {
	for _, k := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(k); v != "" {
			return v
		}
	}
	return ""
}
