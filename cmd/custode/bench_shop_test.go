package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
)

// put makes a folder of n files.
func (s *sealBench) put(n int) string {
	dir := filepath.Join(s.dir, "shop")
	s.must(os.RemoveAll(dir))
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		p := filepath.Join(dir, fmt.Sprintf("%03d/%05d.csv", i/100, i))
		b := make([]byte, 10_000+rng.IntN(40_000))
		_, _ = rand.NewChaCha8([32]byte{byte(i), byte(i >> 8)}).Read(b)
		s.must(errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, b, 0o600)))
	}
	s.run("sync")()
	return dir
}

const loopOverAge = "2,000 files: loop over age && rm"

// shop measures many small files, in place.
func (s *sealBench) shop() {
	to := strings.Join(s.toAge(`"$f"`, `"$f.age"`), " ")
	script := filepath.Join(s.dir, "one.sh")
	s.must(os.WriteFile(script, []byte("for f; do "+s.age+" "+to+` && rm "$f"; done`), 0o600))
	for range sealRounds {
		s.time(loopOverAge, s.run("sh", "-c", `find "$1" -type f | xargs -n 2000 sh "$2"`, "sh", s.put(loopFiles), script))
		s.time("2,000 files: xargs -P2 over age && rm", s.run("sh", "-c", `find "$1" -type f | xargs -P2 -n 10 sh "$2"`, "sh", s.put(loopFiles), script))
		s.time("20,000 files: custode encrypt, in place, proven", s.encrypt(s.put(shopFiles)))
	}
	rate := shopFiles / s.median("20,000 files: custode encrypt, in place, proven")
	s.reached("20,000 files in place, against a loop over age", "6 x as fast", "%.1f x; %.0f files/s", rate/(loopFiles/s.median(loopOverAge)), rate)
	s.reached("the same against xargs -P2", "3.5 x as fast", "%.1f x", rate/(loopFiles/s.median("2,000 files: xargs -P2 over age && rm")))
}

// archive measures the same files as one sealed bundle, and one of its members.
func (s *sealBench) archive() {
	for range sealRounds {
		dir := s.put(shopFiles)
		s.time("20,000 files: custode encrypt --archive, proven", s.encrypt("--archive", dir))
		made, err := filepath.Glob(filepath.Join(s.dir, "shop*.age"))
		if s.must(err); len(made) != 1 {
			s.t.Fatalf("made %q", made)
		}
		s.must(os.Remove(made[0]))
	}
	rate := shopFiles / s.median("20,000 files: custode encrypt --archive, proven")
	s.reached("20,000 files as an archive, against the loop", "25 x as fast", "%.1f x; %.0f files/s", rate/(loopFiles/s.median(loopOverAge)), rate)
	dir := s.put(shopFiles)
	var path string
	_, err := bundle.Run(s.t.Context(), dir, bundle.Options{
		FS: disk.Real{}, To: s.to, With: []age.Identity{s.id}, Keep: true, Left: func(bundle.Left) {},
		Record: func(_ context.Context, m bundle.Made) error { path = m.Path; return nil },
	})
	s.must(err)
	for range sealRounds {
		s.time("one member of an archive of 600 MB", func() { s.member(path, "150/15050.csv") })
	}
	s.reached("one member of an archive of 600 MB", "50 ms", "%.0f ms", 1000*s.median("one member of an archive of 600 MB"))
	s.must(errors.Join(os.Remove(path), os.RemoveAll(dir)))
}

// member opens an archive and reads one member, as whoever wants one file does.
func (s *sealBench) member(path, name string) {
	s.t.Helper()
	dir, err := disk.Real{}.Open(filepath.Dir(path))
	s.must(err)
	defer dir.Close()
	f, err := dir.OpenAgain(filepath.Base(path))
	s.must(err)
	defer f.Close()
	who, err := f.Look()
	s.must(err)
	a, err := bundle.Open(f, who.Size, s.id)
	s.must(err)
	m, err := a.Find(s.t.Context(), name)
	s.must(err)
	r, err := a.Read(m)
	s.must(err)
	if n, err := io.Copy(io.Discard, r); err != nil || n != m.Size {
		s.t.Fatal(n, err)
	}
}
