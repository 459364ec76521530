package watch

import "testing"

func backends() []string { return []string{notifyName, pollName} }

func able(t *testing.T, _ string) { t.Helper() }
