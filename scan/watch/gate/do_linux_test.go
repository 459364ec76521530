package gate_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// do is a program that opens files: it says "ok", or what went wrong.
func do(args []string) int {
	say := func(err error) int {
		if err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println("ok")
		return 0
	}
	switch args[0] {
	case "read": // N FILE
		n, _ := strconv.Atoi(args[1])
		for range n {
			f, err := os.Open(args[2])
			if err != nil {
				return say(err)
			}
			_, _ = io.Copy(io.Discard, f)
			_ = f.Close()
		}
		return say(nil)
	case "write":
		return say(os.WriteFile(args[1], []byte("text"), 0o644))
	case "rename":
		return say(os.Rename(args[1], args[2]))
	case "link":
		return say(os.Link(args[1], args[2]))
	case "mkdir":
		return say(os.MkdirAll(args[1], 0o755))
	case "time": // KIND N FILE: how long N opens took, the median, the 99th of a hundred and the longest
		return say(timed(args[1], args[2], args[3]))
	case "save": // HOW FOLDER: every file is saved again, by its own content with a little more
		return say(save(args[1], args[2]))
	case "attack": // STYLE PROCESSES FOLDER
		return say(attack(args[1], args[2], args[3]))
	case "worker": // STYLE FOLDER PART PARTS
		part, _ := strconv.Atoi(args[3])
		parts, _ := strconv.Atoi(args[4])
		return say(worker(args[1], args[2], part, parts))
	}
	return say(fmt.Errorf("%s", args[0]))
}

// timed opens a file again and again; kind "changing" also writes to it, so that every
// open is to be judged; "slowly" and "busily" are the two with pauses. It prints microseconds: mean, median, 99th of a hundred, longest.
func timed(kind, times, path string) error {
	n, err := strconv.Atoi(times)
	if err != nil {
		return err
	}
	took := make([]time.Duration, 0, n)
	for range n {
		flags := syscall.O_RDONLY | syscall.O_CLOEXEC
		if kind == "changing" || kind == "busily" {
			flags = syscall.O_WRONLY | syscall.O_APPEND | syscall.O_CLOEXEC
		}
		start := time.Now()
		fd, err := syscall.Open(path, flags, 0)
		took = append(took, time.Since(start))
		if err != nil {
			return err
		}
		if kind == "changing" || kind == "busily" {
			_, _ = syscall.Write(fd, []byte("x"))
		}
		_ = syscall.Close(fd)
		if kind == "slowly" || kind == "busily" {
			time.Sleep(time.Millisecond)
		}
	}
	var sum time.Duration
	for _, d := range took {
		sum += d
	}
	slices.Sort(took)
	us := func(d time.Duration) float64 { return float64(d) / 1000 }
	fmt.Printf("%.1f %.1f %.1f %.1f ", us(sum)/float64(n), us(took[n/2]), us(took[n*99/100]), us(took[n-1]))
	return nil
}

// save does what programs of every day do when a person saves.
func save(how, folder string) error {
	for _, name := range files(folder) {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		pause := func() { time.Sleep(2 * time.Millisecond) }
		switch how {
		case "truncated and written in steps":
			f, err := os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0o644)
			if err != nil {
				return err
			}
			for i := 0; i < len(text); i += 4096 {
				pause()
				if _, err := f.Write(text[i:min(i+4096, len(text))]); err != nil {
					return err
				}
			}
			err = f.Close()
			if err != nil {
				return err
			}
		case "new file moved over":
			if err := os.WriteFile(name+".tmp", text, 0o644); err != nil {
				return err
			}
			pause()
			if err := os.Rename(name+".tmp", name); err != nil {
				return err
			}
		case "old one kept":
			if err := os.Rename(name, name+"~"); err != nil {
				return err
			}
			if err := os.WriteFile(name, text, 0o644); err != nil {
				return err
			}
			pause()
		}
	}
	return nil
}

func files(folder string) []string {
	var out []string
	_ = filepath.WalkDir(folder, func(p string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, p)
		}
		return nil
	})
	return out
}
