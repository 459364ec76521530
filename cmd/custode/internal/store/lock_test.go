package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"custode/internal/fault"
)

// TestLock takes a lock twice, and again after the process that held it was killed.
func TestLock(t *testing.T) {
	if home := os.Getenv("CUSTODE_TEST_HOLD"); home != "" {
		if _, err := Lock(home, "scan", ticking()); err != nil {
			t.Fatal(err)
		}
		fmt.Println("held")
		time.Sleep(time.Minute)
		return
	}
	home := t.TempDir()
	release, err := Lock(home, "scan", ticking())
	if err != nil {
		t.Fatal(err)
	}
	_, err = Lock(home, "scan", ticking())
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.Busy || !strings.Contains(fmt.Sprint(f.Args), fmt.Sprint(os.Getpid())) {
		t.Errorf("the second one got %v", err)
	}
	release()
	cmd := exec.Command(os.Args[0], "-test.run=^TestLock$")
	cmd.Env = append(os.Environ(), "CUSTODE_TEST_HOLD="+home)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(home, "scan", ticking()); code(err) != fault.Busy {
		t.Errorf("while another process holds it: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if release, err = Lock(home, "scan", ticking()); err != nil {
		t.Errorf("after its holder was killed: %v", err)
	} else {
		release()
	}
}
