package watch

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func backends() []string { return []string{fanName, inotifyName, notifyName, pollName} }

// able skips a backend that does not work here.
func able(t *testing.T, backend string) {
	t.Helper()
	if backend == fanName {
		rooted(t)
	}
}

// rooted skips what only root can do: CI runs the tests as root too.
func rooted(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED, LOUDLY: fanotify is for root only")
	}
}

// required reports whether what cannot be done here is a failure.
func required(what string) bool {
	return slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), what)
}
