package place

import "golang.org/x/sys/windows"

// Locale gives the user's locale: LC_ALL or LANG where somebody set them, else
// the language in which Windows speaks to this user ("it-IT").
func Locale(env Env) string {
	for _, k := range []string{"LC_ALL", "LANG"} {
		if v := env(k); v != "" {
			return v
		}
	}
	langs, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(langs) == 0 {
		return ""
	}
	return langs[0]
}
