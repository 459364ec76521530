package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/reseal"
	"custode/encrypt/seal"
	"custode/encrypt/unseal"
	"custode/encrypt/verify"
)

const (
	oneFile    = 2 << 30
	shopFiles  = 20_000
	loopFiles  = 2_000 // of them, for what takes long
	sealRounds = 3
)

// TestBenchEncrypt prints what sealing costs beside stock age, built from the same
// version of the module, and beside cp of the same bytes. One sitting measures all
// of it in turns: what the machine does meanwhile befalls them alike. It asserts
// nothing.
func TestBenchEncrypt(t *testing.T) {
	bin := os.Getenv("CUSTODE_BENCH")
	if bin == "" {
		t.Skip("only by make bench")
	}
	s := newSealBench(t, bin)
	t.Run("one file", func(*testing.T) { s.one() })
	t.Run("many files", func(*testing.T) { s.shop(); s.archive() })
	s.reached("memory of encrypt, and of encrypt --archive", "at most 64 MB", "%.0f MB", float64(s.peak)/1e6)
	s.print()
}

// sealBench measures sealing.
type sealBench struct {
	bench

	age, dir, home, keyFile string
	peak                    int64 // memory of the commands
	id                      *age.HybridIdentity
	to                      []age.Recipient
	names                   []string
	took                    map[string][]time.Duration
}

func newSealBench(t *testing.T, bin string) *sealBench {
	t.Helper()
	s := &sealBench{bench: bench{t: t, bin: bin}, dir: t.TempDir(), took: map[string][]time.Duration{}}
	s.age = filepath.Join(s.dir, "age.exe")
	if out, err := exec.Command("go", "build", "-o", s.age, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		t.Fatalf("stock age: %v %s", err, out)
	}
	for range 2 {
		id, err := age.GenerateHybridIdentity()
		s.must(err)
		s.id, s.to = id, append(s.to, id.Recipient())
	}
	s.keyFile = filepath.Join(s.dir, "key.txt")
	s.must(os.WriteFile(s.keyFile, []byte(s.id.String()), 0o600))
	s.home = filepath.Join(s.dir, "home")
	data, words := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "words.txt")
	s.must(errors.Join(os.Mkdir(data, 0o700), os.WriteFile(words, []byte("correct horse battery staple lamp stone\n"), 0o600)))
	s.run(bin, "--home", s.home, "init", "--yes", "--country", "IT", "--data", data)()
	s.run(bin, "--home", s.home, "keys", "init", "--yes", "--passphrase-file", words)()
	return s
}

func (s *sealBench) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// time measures one run of what.
func (s *sealBench) time(what string, run func()) {
	start := time.Now()
	run()
	if _, ok := s.took[what]; !ok {
		s.names = append(s.names, what)
	}
	s.took[what] = append(s.took[what], time.Since(start))
}

func (s *sealBench) median(what string) float64 { return median(s.took[what]).Seconds() }

// run runs a program to its end.
func (s *sealBench) run(name string, args ...string) func() {
	return func() {
		s.t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), s.env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			s.t.Fatalf("%s: %v %s", name, err, out)
		}
	}
}

// encrypt is the command, which seals in place.
func (s *sealBench) encrypt(args ...string) func() {
	return func() {
		s.t.Helper()
		cmd := exec.Command(s.bin, append([]string{"--home", s.home, "encrypt", "--no-drill", "--yes"}, args...)...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		s.must(cmd.Start())
		ended := make(chan struct{})
		var watching sync.WaitGroup
		watching.Go(func() { s.watch(cmd.Process.Pid, ended) })
		err := cmd.Wait()
		close(ended)
		watching.Wait()
		kept := slices.Contains(args, "--keep") && cmd.ProcessState.ExitCode() == 1 // it lists what is still readable
		if err != nil && !kept {
			s.t.Fatalf("%v %s", err, &out)
		}
	}
}

// watch looks at the peak of a process's memory until it ends. (What the system tells
// afterwards is at least the peak of the process that started it.)
func (s *sealBench) watch(pid int, ended chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case <-time.After(20 * time.Millisecond):
		}
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // there is none once it has ended
		for line := range strings.Lines(string(status)) {
			var kb int64
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
				s.peak = max(s.peak, kb<<10)
			}
		}
	}
}

// toAge is the command that seals a file with stock age.
func (s *sealBench) toAge(in, out string) []string {
	args := []string{}
	for _, r := range s.to {
		args = append(args, "-r", fmt.Sprint(r))
	}
	return append(args, "-o", out, in)
}

// one measures one large file.
func (s *sealBench) one() {
	dir, err := disk.Real{}.Open(s.dir)
	s.must(err)
	in, out := filepath.Join(s.dir, "one.bin"), filepath.Join(s.dir, "one.bin.age")
	s.must(noise(in, oneFile))
	var sealed seal.Sealed
	none := seal.Options{NoPlain: true, NoCipher: true}
	fresh := func() { _ = os.Remove(out); s.run("sync")() } // what was written before is not paid for now
	for range sealRounds {
		fresh()
		s.time("cp", s.run("cp", in, out))
		fresh()
		s.time("age", s.run(s.age, s.toAge(in, out)...))
		s.time("age -d to nothing", s.run("sh", "-c", fmt.Sprintf("%q -d -i %q %q >"+os.DevNull, s.age, s.keyFile, out)))
		s.time("custode verify", func() { s.verify(out, seal.Options{}) })
		s.time("custode verify, by its header", func() { s.verify(out, none) })
		plain := filepath.Join(s.dir, "plain.bin")
		s.run("sync")()
		s.time("age -d to a file", s.run(s.age, "-d", "-i", s.keyFile, "-o", plain, out))
		s.must(os.Remove(plain))
		s.run("sync")()
		s.time("custode decrypt -o, flushed, read back, compared", func() {
			defer job.ForDisk(100)()
			_, err := unseal.Write(s.t.Context(), out, plain, unseal.Options{FS: disk.Real{}, With: []age.Identity{s.id}})
			s.must(err)
		})
		s.must(os.Remove(plain))
		s.run("sync")()
		s.time("custode, a new header, flushed, read back", func() { s.rewrap(out) })
		s.time("custode verify without a key, from the disk", func() { s.keyless(out) })
		fresh()
		s.time("custode, sealed and flushed", func() { sealed = s.sealInto(dir, in, "one.bin.age", none) })
		sealed.Forget()
		s.must(dir.Remove("one.bin.age"))
		s.run("sync")()
		s.time("custode encrypt --keep: flushed, read back", s.encrypt("--keep", in)) // removing 2 GB takes 0.4 s more, here
		s.time("the disk: so much written and read back", func() { s.writeAndRead(dir) })
		s.must(os.Remove(out))
	}
	whole := s.median("custode encrypt --keep: flushed, read back") / s.median("age")
	s.reached("2 GB: seal, flush, verify, against age sealing", "at most 1.0 x", "%.2f x; the disk alone takes %.2f x", whole, s.median("the disk: so much written and read back")/s.median("age"))
	s.reached("2 GB: seal and flush, against age sealing", "1.5 x as fast", "%.2f x", s.median("age")/s.median("custode, sealed and flushed"))
	s.reached("2 GB: verify, against age -d to nothing", "2.5 x as fast", "%.2f x; %.2f x with both digests",
		s.median("age -d to nothing")/s.median("custode verify, by its header"), s.median("age -d to nothing")/s.median("custode verify"))
	s.reached("2 GB: decrypt to a file, against age -d", "", "%.2f x as fast", s.median("age -d to a file")/s.median("custode decrypt -o, flushed, read back, compared"))
	s.reached("2 GB: a new header, against cp", "at most 1.2 x", "%.2f x", s.median("custode, a new header, flushed, read back")/s.median("cp"))
	s.reached("2 GB: verify without a key", "1,000 MB/s", "%.0f MB/s", oneFile/1e6/s.median("custode verify without a key, from the disk"))
	s.must(errors.Join(os.Remove(in), dir.Close()))
}

// writeAndRead is what the disk takes for two gigabytes of nothing, both at once.
func (s *sealBench) writeAndRead(dir disk.Folder) {
	s.t.Helper()
	f, err := dir.Create("nothing")
	s.must(err)
	s.must(f.Reserve(oneFile))
	back, err := f.ReadBack()
	if errors.Is(err, disk.ErrUnsupported) {
		back, err = nil, nil
	}
	s.must(err)
	var reading sync.WaitGroup
	buf := make([]byte, 1<<20)
	reading.Go(func() {
		if back != nil {
			_, err := io.Copy(io.Discard, back)
			s.must(errors.Join(err, back.Close()))
		}
	})
	for range oneFile / len(buf) {
		if _, err := f.Write(buf); err != nil {
			s.t.Fatal(err)
		}
	}
	s.must(f.Sync())
	reading.Wait()
	s.must(errors.Join(f.Close(), dir.Remove("nothing")))
}

// keyless reads a sealed file for its digest, which nobody knows here.
func (s *sealBench) keyless(path string) {
	s.t.Helper()
	info, err := os.Stat(path)
	s.must(err)
	found := verify.Verifier{FS: disk.Real{}}.Known(s.t.Context(), catalogue.Entry{Path: path, SealedSize: info.Size()})
	if found.Trouble != verify.Damaged || found.Bytes != info.Size() {
		s.t.Fatalf("%+v", found)
	}
}

// rewrap adds a recipient.
func (s *sealBench) rewrap(path string) {
	s.t.Helper()
	id, err := age.GenerateHybridIdentity()
	s.must(err)
	defer job.ForDisk(100)()
	way := &reseal.Rewrap{Keys: reseal.Keys{To: append([]age.Recipient{id.Recipient()}, s.to...), With: []age.Identity{s.id}, New: []age.Identity{id}}}
	totals, err := reseal.Run(s.t.Context(), []string{path}, reseal.Options{FS: disk.Real{}, Way: way})
	s.must(err)
	if totals.Done != 1 {
		s.t.Fatalf("%+v", totals)
	}
}

func (s *sealBench) sealInto(dir disk.Folder, in, name string, o seal.Options) seal.Sealed {
	s.t.Helper()
	src, err := os.Open(in)
	s.must(err)
	defer src.Close()
	f, err := dir.Create(name)
	s.must(err)
	defer job.ForDisk(100)() // all of it is as encrypt does it
	s.must(f.Reserve(oneFile))
	w := bufio.NewWriterSize(f, 128<<10)
	sealed, err := seal.Seal(s.t.Context(), w, src, s.to, o)
	s.must(errors.Join(err, w.Flush(), f.Sync(), f.Close()))
	return sealed
}

func (s *sealBench) verify(path string, o seal.Options) {
	s.t.Helper()
	f, err := os.Open(path)
	s.must(err)
	defer f.Close()
	info, err := f.Stat()
	s.must(err)
	_, err = seal.Verify(s.t.Context(), f, info.Size(), []age.Identity{s.id}, o)
	s.must(err)
}

// noise fills a file with what no program can make smaller.
func noise(path string, n int64) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rng := rand.NewChaCha8([32]byte{1})
	buf := make([]byte, 1<<20)
	for ; n > 0; n -= int64(len(buf)) {
		_, _ = rng.Read(buf)
		if _, err := f.Write(buf[:min(n, int64(len(buf)))]); err != nil {
			return err
		}
	}
	return nil
}

func (s *sealBench) print() {
	fmt.Printf("\nsealing: two post-quantum recipients; %d cores; warm cache; median of %d rounds, least and most\n\n", runtime.NumCPU(), sealRounds)
	for _, n := range s.names {
		d := s.took[n]
		_ = median(d) // sorts
		fmt.Printf("%-50s %8.2f s  (%.2f-%.2f)\n", n, s.median(n), d[0].Seconds(), d[len(d)-1].Seconds())
	}
	fmt.Printf("\n%-50s %-16s %s\n", "", "aim", "reached")
	for _, l := range s.targets {
		fmt.Printf("%-50s %-16s %s\n", l.what, l.aim, l.reached)
	}
}
