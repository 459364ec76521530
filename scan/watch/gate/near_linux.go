package gate

import (
	"bytes"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// near keeps the thread that answers on the processor of a program that opens many files
// in a row. There the two take turns, at 5 microseconds an open; to wake another
// processor that sleeps takes ten times as long, on virtual computers above all.
type near struct {
	n     int
	since time.Time
	cpu   int  // -1: any
	row   bool // many files are being opened, as far as was seen last
	buf   [1024]byte
}

// The thread moves when so many files were opened within the time, and is free to go
// anywhere again when fewer are.
const (
	nearEvery  = 32
	nearWithin = 10 * time.Millisecond
)

// saw takes in that a program opens a file, and waits. It reports whether it does so many
// times in a row.
func (c *near) saw(pid int32, now time.Time) (row bool) {
	if c.n++; c.n < nearEvery {
		return c.row
	}
	quick := now.Sub(c.since) < nearWithin
	c.n, c.since = 0, now
	if !quick {
		c.free()
		c.row = false
		return false
	}
	c.row = true
	if cpu := c.of(pid); cpu >= 0 && cpu != c.cpu {
		var set unix.CPUSet
		set.Set(cpu)
		if unix.SchedSetaffinity(0, &set) == nil {
			c.cpu = cpu
		}
	}
	return true
}

// free lets the thread go anywhere.
func (c *near) free() {
	if c.cpu < 0 {
		return
	}
	c.cpu = -1
	var all unix.CPUSet
	for i := range len(all) * 64 {
		all.Set(i)
	}
	_ = unix.SchedSetaffinity(0, &all) // without it the thread stays where it is
}

// of is the processor of a process, -1 where that can't be known: the 39th field of
// /proc/PID/stat, of which the second, in brackets, may hold anything.
func (c *near) of(pid int32) int {
	fd, err := unix.Open("/proc/"+strconv.Itoa(int(pid))+"/stat", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	n, _ := unix.Read(fd, c.buf[:])
	_ = unix.Close(fd)
	b := c.buf[:max(n, 0)]
	b = b[bytes.LastIndexByte(b, ')')+1:]
	for range 37 { // the third field is the next one
		_, b, _ = bytes.Cut(b, []byte(" "))
	}
	cpu := 0
	for i, d := range b {
		if d < '0' || d > '9' {
			if i == 0 {
				return -1
			}
			return cpu
		}
		cpu = cpu*10 + int(d-'0')
	}
	return -1
}
