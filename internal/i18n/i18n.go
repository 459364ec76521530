// Package i18n gives every sentence that a person reads, in English and in
// Italian. The words are data, under words/ a folder a language and in it a file
// a subject; a test holds both to the same keys and verbs. What is read by programs (JSON keys,
// kinds, identifiers) never comes from here.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed words/*/*.json
var files embed.FS

// Languages lists what there is, the first being the one to fall back on.
func Languages() []string { return []string{"en", "it"} }

// Words is one language: its sentences, numbers and dates.
type Words struct {
	Lang string
	m    map[string]string
}

// loaded reads each language once.
var loaded = func() map[string]func() (*Words, error) {
	all := map[string]func() (*Words, error){}
	for _, lang := range Languages() {
		all[lang] = sync.OnceValues(func() (*Words, error) { return load(lang) })
	}
	return all
}()

// Load gives one language, which is read once. It fails on one that there is not, and on a key that
// stands in two files.
func Load(lang string) (*Words, error) {
	if once := loaded[lang]; once != nil {
		return once()
	}
	return load(lang)
}

func load(lang string) (*Words, error) {
	names, err := fs.Glob(files, "words/"+lang+"/*.json")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("i18n: no language %q", lang)
	}
	w := &Words{Lang: lang, m: map[string]string{}}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("i18n: %w", err)
		}
		before, m := len(w.m), map[string]string{}
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", name, err)
		}
		maps.Copy(w.m, m)
		if len(w.m) != before+len(m) {
			return nil, fmt.Errorf("i18n: %s: a key stands in another file too", name)
		}
	}
	return w, nil
}

// Pick chooses a language from wishes in order of weight: language codes or
// locales ("it", "it_IT.UTF-8"); the first that there is wins, else English.
func Pick(wishes ...string) string {
	for _, w := range wishes {
		w, _, _ = strings.Cut(strings.ToLower(w), "_")
		w, _, _ = strings.Cut(w, "-")
		w, _, _ = strings.Cut(w, ".")
		for _, l := range Languages() {
			if w == l {
				return l
			}
		}
	}
	return Languages()[0]
}

// Has reports whether there is a sentence under this key.
func (w *Words) Has(key string) bool { _, ok := w.m[key]; return ok }

// Keys lists all keys, in no order.
func (w *Words) Keys() []string {
	out := make([]string, 0, len(w.m))
	for k := range w.m {
		out = append(out, k)
	}
	return out
}

// T gives the sentence under key, its verbs filled with args.
func (w *Words) T(key string, args ...any) string {
	s, ok := w.m[key]
	switch {
	case !ok:
		return "[" + key + "]"
	case len(args) == 0 && !strings.Contains(s, "%"):
		return s
	}
	return fmt.Sprintf(s, args...)
}

// N gives the sentence under key.one or key.other, as n asks. Its first verb
// takes n, written the way the language writes numbers, the others take args.
func (w *Words) N(key string, n int64, args ...any) string {
	if n == 1 {
		key += ".one"
	} else {
		key += ".other"
	}
	return w.T(key, append([]any{w.Int(n)}, args...)...)
}

// Int writes a number with the language's separator of thousands.
func (w *Words) Int(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + w.m["format.thousands"] + s[i:]
	}
	return sign + s
}

// Bytes writes a size in decimal units, with at most one decimal.
func (w *Words) Bytes(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, u := float64(n), 0
	for f >= 999.95 && u < len(units)-1 {
		f, u = f/1000, u+1
	}
	s := strconv.FormatFloat(f, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	return strings.Replace(s, ".", w.m["format.decimal"], 1) + " " + units[u]
}

// Date writes a day: "Mon 23 Nov 2026", "lun 23 nov 2026".
func (w *Words) Date(t time.Time) string {
	return fmt.Sprintf("%s %d %s %d", w.nth("format.days", int(t.Weekday())), t.Day(), w.nth("format.months", int(t.Month())-1), t.Year())
}

// Month writes a month of a year: "Nov 2026", "nov 2026".
func (w *Words) Month(t time.Time) string {
	return fmt.Sprintf("%s %d", w.nth("format.months", int(t.Month())-1), t.Year())
}

// DateTime writes a day and the minute.
func (w *Words) DateTime(t time.Time) string { return w.Date(t) + " " + t.Format("15:04") }

func (w *Words) nth(key string, i int) string { return strings.Fields(w.m[key])[i] }

// Duration writes a length of time in one unit: seconds below two minutes,
// then minutes, hours, days.
func (w *Words) Duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		s := strconv.FormatFloat(max(d.Seconds(), 0.1), 'f', 1, 64)
		return w.T("format.seconds", strings.Replace(s, ".", w.m["format.decimal"], 1))
	case d < 2*time.Minute:
		return w.T("format.seconds", w.Int(int64(d.Round(time.Second)/time.Second)))
	case d < 2*time.Hour:
		return w.T("format.minutes", w.Int(int64(d/time.Minute)))
	case d < 48*time.Hour:
		return w.T("format.hours", w.Int(int64(d/time.Hour)))
	}
	return w.T("format.daycount", w.Int(int64(d/(24*time.Hour))))
}
