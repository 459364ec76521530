package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/secret"
)

// goingDown has the drivers of XFS and ext4 close a drive at once, as when it is
// pulled: XFS_IOC_GOINGDOWN without writing down the log.
func goingDown(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.IoctlSetPointerInt(int(f.Fd()), 0x8004587d, 2)
}

// TestRootDriveVanishes takes the drive away while files on it are sealed: a share
// that is unmounted, a stick that is pulled. It is said in a sentence, nothing is
// lost, and once the drive is back the same command finishes.
func TestRootDriveVanishes(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can mount a disk")
	}
	for name, c := range map[string]struct {
		mkfs   []string
		vanish func(dir string) error
	}{
		"unmounted":    {[]string{"mkfs.ext4", "-q", "-F"}, func(dir string) error { return syscall.Unmount(dir, syscall.MNT_DETACH) }},
		"pulled, ext4": {[]string{"mkfs.ext4", "-q", "-F"}, goingDown},
		"pulled, xfs":  {[]string{"mkfs.xfs", "-q", "-f"}, goingDown},
	} {
		t.Run(name, func(t *testing.T) {
			img, dir, home := filepath.Join(t.TempDir(), "disk.img"), t.TempDir(), filepath.Join(t.TempDir(), "home")
			put(t, img, "")
			if err := os.Truncate(img, 512<<20); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(c.mkfs[0], append(c.mkfs[1:], img)...).CombinedOutput(); err != nil {
				skipDisk(t, "%v: %s", err, out)
			}
			mount := func() {
				t.Helper()
				if out, err := exec.Command("mount", "-o", "loop", img, dir).CombinedOutput(); err != nil {
					skipDisk(t, "no loop mounts here: %v: %s", err, out)
				}
			}
			mount()
			t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
			const n = 2500
			for i := range n {
				if i%1000 == 0 {
					if err := os.MkdirAll(filepath.Join(dir, "clienti", fmt.Sprint(i/1000)), 0o700); err != nil {
						t.Fatal(err)
					}
				}
				put(t, clientAt(dir, i), fmt.Sprintf("nome,email\nCliente,c%d@example.com\n", i))
			}
			syscall.Sync()
			ringOn(t, home, t.TempDir())
			cmd := itself(t, home, "encrypt", "--yes", "--lang", "it", filepath.Join(dir, "clienti"))
			var out, errs strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(time.Millisecond) {
				if _, err := os.Lstat(clientAt(dir, 300)); errors.Is(err, fs.ErrNotExist) {
					break
				}
			}
			if err := c.vanish(dir); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			t.Logf("%s%s", out.String(), errs.String())
			if code := cmd.ProcessState.ExitCode(); code != int(fault.IO) || !strings.Contains(strings.Join(strings.Fields(errs.String()), " "), "Il disco non risponde più") {
				t.Errorf("exit %d: %s", code, errs.String())
			}
			if strings.Contains(out.String(), "restano come sono") {
				t.Errorf("it lists what it could not reach: %s", out.String())
			}
			if name != "unmounted" {
				if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
			mount()
			before := sealedOf(t, dir, n)
			if before == 0 || before == n {
				t.Errorf("%d of %d files were sealed when the drive was gone", before, n)
			}
			if r := custode(t, home, "encrypt", "--yes", filepath.Join(dir, "clienti")); r.code != 0 {
				t.Errorf("the next run: %+v", r)
			}
			if after := sealedOf(t, dir, n); after != n {
				t.Errorf("%d of %d files are sealed in the end", after, n)
			}
			if r := custode(t, home, "verify", dir); r.code != 0 {
				t.Errorf("verify: %+v", r)
			}
		})
	}
}

func clientAt(dir string, i int) string {
	return filepath.Join(dir, "clienti", fmt.Sprint(i/1000), fmt.Sprintf("cliente %04d.csv", i))
}

// sealedOf counts the sealed files, and fails for one that is neither there readable
// and whole nor sealed, and for anything else that lies there in the end.
func sealedOf(t *testing.T, dir string, n int) (sealed int) {
	t.Helper()
	for i := range n {
		plain, err := os.ReadFile(clientAt(dir, i))
		info, err2 := os.Lstat(clientAt(dir, i) + ".age")
		switch {
		case err == nil && !strings.HasSuffix(string(plain), fmt.Sprintf("c%d@example.com\n", i)):
			t.Fatalf("%s is damaged", clientAt(dir, i))
		case err == nil:
		case err2 != nil || info.Size() < 200:
			t.Fatalf("LOST %s: %v, %v", clientAt(dir, i), err, err2)
		default:
			sealed++
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "clienti", "*", "*.tmp")); sealed == n && len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	return sealed
}

// ringOn makes a home for a folder, with keys whose sheet was tried.
func ringOn(t *testing.T, home, dir string) {
	t.Helper()
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", dir); r.code > 1 {
		t.Fatalf("init: %+v", r)
	}
	k, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	u.Wipe()
	if err := k.Proven(time.Now()); err != nil {
		t.Fatal(err)
	}
}

// skipDisk skips where there are no disks to be made, unless they are required.
func skipDisk(t *testing.T, format string, args ...any) {
	t.Helper()
	if strings.Contains(os.Getenv("CUSTODE_REQUIRE"), "root") {
		t.Fatalf(format, args...)
	}
	t.Skipf("SKIPPED, LOUDLY: "+format, args...)
}
