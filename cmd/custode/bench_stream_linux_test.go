package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// stream is custode watch --json, and what it writes, with the time when it came. It is
// read as cheaply as possible and taken apart afterwards: the computer is busy enough.
type stream struct {
	w   *watchBench
	cmd *exec.Cmd

	mu    sync.Mutex
	parts []part
	lines []arrived // of the parts that were taken apart
	half  []byte
}

type part struct {
	at  time.Time
	raw []byte
}

type arrived struct {
	Schema, Op, Path, Rule string

	at time.Time
}

func (w *watchBench) stream() *stream {
	w.t.Helper()
	s := &stream{w: w, cmd: exec.Command(w.bin, "--home", w.home, "watch", "--json")}
	s.cmd.Env = w.env
	out, err := s.cmd.StdoutPipe()
	w.must(err)
	w.must(s.cmd.Start())
	go s.read(out)
	w.t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	return s
}

func (s *stream) read(r io.Reader) {
	buf := make([]byte, 1<<20)
	for {
		n, err := r.Read(buf)
		if err != nil {
			return
		}
		p := part{time.Now(), bytes.Clone(buf[:n])}
		s.mu.Lock()
		s.parts = append(s.parts, p)
		s.mu.Unlock()
	}
}

// all gives the lines so far.
func (s *stream) all() []arrived {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.parts {
		s.half = append(s.half, p.raw...)
		for {
			line, rest, whole := bytes.Cut(s.half, []byte("\n"))
			if !whole {
				break
			}
			a := arrived{at: p.at}
			if json.Unmarshal(line, &a) == nil {
				s.lines = append(s.lines, a)
			}
			s.half = rest
		}
	}
	s.parts = nil
	return s.lines
}

func (s *stream) bytes() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.parts {
		n += len(p.raw)
	}
	return n
}

// settle waits until all files are known and the sensors tested.
func (s *stream) settle() {
	s.w.t.Helper()
	for range 120 {
		var d struct {
			Files   int  `json:"files"`
			Running bool `json:"running"`
			PID     int  `json:"pid"`
		}
		s.w.must(json.Unmarshal([]byte(s.w.run("watch", "--status", "--json")), &d))
		if d.Running && d.Files >= watchFiles && d.PID == s.cmd.Process.Pid {
			time.Sleep(5 * time.Second)
			return
		}
		time.Sleep(time.Second)
	}
	s.w.t.Fatal("the watch does not come to know the files")
}

// quiet waits until nothing more comes.
func (s *stream) quiet() {
	for last := -1; ; time.Sleep(2 * time.Second) {
		n := s.bytes()
		if n == last {
			return
		}
		last = n
	}
}

// delays are how long the lines took.
type delays struct {
	p50, p99, most time.Duration
	seen           int
}

func (d delays) String() string {
	r := func(x time.Duration) time.Duration { return x.Round(10 * time.Microsecond) }
	return fmt.Sprintf("p99 %v (p50 %v, longest %v)", r(d.p99), r(d.p50), r(d.most))
}

// touch reads or changes n files, one each pace, and measures until their lines are there.
func (s *stream) touch(what string, n int, pace time.Duration) delays {
	s.w.t.Helper()
	from := len(s.all())
	at, began := make([]time.Time, n), time.Now()
	buf := make([]byte, watchSize+4096)
	for i := range n {
		time.Sleep(time.Until(began.Add(time.Duration(i) * pace)))
		at[i] = time.Now()
		flag := os.O_RDONLY
		if what == "write" {
			flag = os.O_WRONLY | os.O_APPEND
		}
		f, err := os.OpenFile(s.w.name(i), flag, 0)
		s.w.must(err)
		if what == "write" {
			_, err = f.WriteString("1;Rosa;rosa@example.com;Via Milano 2\n")
		} else {
			_, err = f.Read(buf)
		}
		s.w.must(err)
		s.w.must(f.Close())
	}
	s.quiet()
	came := make(map[string]time.Time, n)
	for _, l := range s.all()[from:] {
		if _, twice := came[l.Path]; l.Op == what && !twice {
			came[l.Path] = l.at
		}
	}
	var took []time.Duration
	for i := range n {
		if t, ok := came[s.w.name(i)]; ok {
			took = append(took, t.Sub(at[i]))
		}
	}
	if len(took) == 0 {
		return delays{}
	}
	slices.Sort(took)
	return delays{took[len(took)/2], took[len(took)*99/100], took[len(took)-1], len(took)}
}

// lost is how many events the watch said that it has lost.
func (s *stream) lost() int64 {
	return s.w.sql("SELECT coalesce(sum(max(lost, 0)), 0) FROM blind WHERE why <> 'stopped'")
}

// alerts is how many were told, but for those about the watch itself.
func (s *stream) alerts() (n int) {
	for _, l := range s.all() {
		if l.Rule != "" && l.Rule != "blind" {
			n++
		}
	}
	return n
}

func (s *stream) end() {
	s.w.must(s.cmd.Process.Signal(os.Interrupt))
	_ = s.cmd.Wait() // it was interrupted
}

// spent is the time of processors that the watch took so far.
func (s *stream) spent() time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	s.w.must(err)
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] { // a hundred a second
		n, err := strconv.ParseInt(f, 10, 64)
		s.w.must(err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// memory is one of those that the system counts.
func (s *stream) memory(which string) (n int64) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	s.w.must(err)
	_, rest, _ := strings.Cut(string(raw), which+":")
	_, err = fmt.Sscan(rest, &n)
	s.w.must(err)
	return n << 10
}

// sql asks the database for a number, or changes it.
func (w *watchBench) sql(query string) (n int64) {
	w.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(w.home, "custode.db"))
	w.must(err)
	defer db.Close()
	if !strings.HasPrefix(query, "SELECT") {
		_, err = db.Exec(query)
	} else {
		err = db.QueryRow(query).Scan(&n)
	}
	w.must(err)
	return n
}
