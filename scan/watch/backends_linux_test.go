package watch

import "testing"

func backends() []string { return []string{inotifyName, notifyName, pollName} }

func able(t *testing.T, _ string) { t.Helper() }
