package browser

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"custode/cmd/custode/internal/web"
)

// looked is what axe was shown, of all tests.
var looked seen

// seen notes which pages were looked at. It may be used by several at once.
type seen struct {
	mu  sync.Mutex
	all map[string]bool // "it /vault", and with a "staff" before it for the other door
}

func (s *seen) note(door, path, lang string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]bool{}
	}
	s.all[key(door, lang, path)] = true
}

func key(door, lang, path string) string { return strings.TrimSpace(door + " " + lang + " " + path) }

// noPages are the patterns that axe need not be shown: with no page, or with one that it cannot be shown.
func noPages() map[string]string {
	return map[string]string{
		"/static/{file}":                 "the style and the script",
		"/enter/{link}":                  "it goes on by itself, at once; TestLinkOnce looks at how a link is refused",
		"/work/{id}/events":              "what the script of a work's page listens to",
		"/team/{id}/certificate":         "a PDF: the tests of PDFs look at it",
		"/privacy/requests.csv":          "a table for a spreadsheet",
		"/register/{form}":               "the register as a file, page, PDF or table",
		"/incident/{id}/report/{form}":   "the report as a file, page or PDF: TestPaper looks at it",
		"/exercise/{id}/facts":           "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/fact/{key}":      "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/decision":        "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/letters":         "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/letter/{kind}":   "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/evidence":        "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/evidence/{item}": "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/report":          "the page of an incident, with what TestExercise looks at above it",
		"/exercise/{id}/report/{form}":   "the report as a file, page or PDF",
	}
}

// everyPage gives the pages of a door that axe was not shown in some language.
func (s *seen) everyPage(door string, patterns []string) (forgotten []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	skip, there := noPages(), map[string]bool{}
	for path := range maps.Keys(s.all) {
		for _, lang := range []string{"en", "it"} {
			if at, ok := strings.CutPrefix(path, key(door, lang, "")+" "); ok {
				there[lang+" "+patternOf(at, patterns)] = true
			}
		}
	}
	for _, pattern := range patterns {
		for _, lang := range []string{"en", "it"} {
			if skip[pattern] == "" && !there[lang+" "+pattern] {
				forgotten = append(forgotten, key(door, lang, pattern))
			}
		}
	}
	return forgotten
}

// patternOf is the pattern of the table that answers a path; "" if none does.
func patternOf(path string, patterns []string) string {
	mux := http.NewServeMux()
	for _, pattern := range patterns {
		mux.HandleFunc("GET "+pattern, http.NotFound)
	}
	req, err := http.NewRequest(http.MethodGet, "http://x"+path, nil)
	if err != nil {
		return ""
	}
	_, pattern := mux.Handler(req)
	return strings.TrimPrefix(pattern, "GET ")
}

// TestMain wants, where all tests were run, that axe was shown every page of both doors in both languages:
// a page that nobody finds, or a shop in these tests that has nothing to show there, is an error.
func TestMain(m *testing.M) {
	code := m.Run()
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == ""
	if whole && os.Getenv("CUSTODE_BROWSER") != "" && len(looked.all) > 0 {
		forgotten := slices.Concat(looked.everyPage("", web.Pages()), looked.everyPage("staff", web.StaffPages()))
		for _, page := range forgotten {
			fmt.Fprintln(os.Stderr, "nobody has looked at", page)
		}
		code = max(code, min(len(forgotten), 1))
	}
	os.Exit(code)
}
