// Package replay is test equipment: it lets real traffic happen to files of its own
// and says what the watch makes of it. All of it is tests; nothing of it is part of the
// program that is delivered.
//
// A [tree] is a file system in memory that a test mounts for itself and fills with two
// thousand made-up files. An eye watches it as the delivered watch does: sensors, judge,
// rules. The traffic is made by other processes: programs of the system, or this test
// started anew in one of its roles.
//
// Some roles encrypt in bulk, as those do who take a shop's files hostage. They can do
// that to nothing but such a tree: they are told no path, take the one that carries the
// mark of the test that started them, refuse unless it is a file system in memory of its
// own with nothing from elsewhere in it, and open files through [os.Root] only, which no
// name and no link leads out of. The key is in the source.
package replay

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// The environment of a role: what to do, the tree's mark, and the counter's file.
const (
	roleVar  = "CUSTODE_REPLAY_ROLE"
	treeVar  = "CUSTODE_REPLAY_TREE"
	markVar  = "CUSTODE_REPLAY_MARK"
	countVar = "CUSTODE_REPLAY_COUNT"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVar); role != "" {
		ordinary()
		if err := play(role, os.Args[1:]); err != nil {
			fmt.Fprintf(os.Stderr, "replay: %s: %v\n", role, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// play does what a role is there for.
func play(role string, args []string) error {
	t, err := claim()
	if err != nil {
		return err
	}
	defer t.root.Close()
	name, kind, _ := strings.Cut(role, ":")
	switch name {
	case "style":
		return encrypt(t, kind, args)
	case "work":
		work, ok := works[kind]
		if !ok {
			return fmt.Errorf("no work %q", kind)
		}
		return work(t)
	}
	return fmt.Errorf("no such role")
}

// full reports whether all is to be measured: make replay.
func full() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

// rooted skips, loudly, or fails where it must not be skipped.
func rooted(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		cannot(t, "a file system of the test's own, and fanotify, are for root only")
	}
}

func cannot(t *testing.T, format string, args ...any) {
	t.Helper()
	if required("root") && os.Geteuid() == 0 {
		t.Fatalf(format, args...)
	}
	t.Skipf("SKIPPED, LOUDLY: "+format, args...)
}

// required reports whether what cannot be done here is a failure.
func required(what string) bool {
	return slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), what)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
