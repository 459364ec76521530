// Package gate stands before the files: on Linux, as root, the kernel asks it before
// any program opens a file of the data folders, and holds the program until it has
// answered. So what a program that takes files hostage can do is bounded by how many
// files it takes to be noticed, not by how fast it is.
//
// Three parts work together:
//
//   - The guard is a process of its own (see [Respond]). It alone holds the kernel's
//     questions and does nothing but answer them. Nobody has changed a file since the
//     last question, and nobody is denied: it answers by itself, in microseconds. Else
//     it asks the watch.
//   - The watch first judges all that happened up to that moment ([Options.Settle]),
//     then says yes or no ([Options.Judge], for which [Denials] is made).
//   - The kernel frees everybody who waits when the guard ends, however it ends.
//
// Nobody waits longer than the deadline, whatever stands still:
//
//   - The judge is stuck, or the watch was stopped: the guard allows at the deadline
//     and counts it as skipped. After three in a row it does not wait any more until the
//     watch answers again.
//   - The watch was killed: the guard ends with it.
//   - The guard was stopped, alone or together with the watch: a timer of the kernel,
//     which the guard sets anew all the time, kills it. The watch starts another.
//
// What is behind the gate are the folders of the data, by a mark on each: a program
// that opens files elsewhere pays nothing. Marks stay with a folder that is moved away,
// and a new folder, or one that was moved here, gets its mark as soon as the watch has
// seen it. A file with several names is asked for by each, those outside from when the
// watch has seen them.
//
// The kernel asks before a file is opened, not before it is renamed or deleted, and not
// before a file is written that was open before or that somebody still has in memory.
package gate

import (
	"context"
	"time"

	"custode/scan/watch"
)

// Ask is a program that is about to open a file, and waits.
type Ask struct {
	PID   int
	Path  string
	Actor *watch.Actor // nil: not known
}

// Judge decides. Both are called while programs wait, and must not wait themselves.
type Judge interface {
	// Guarded reports whether Allow could say anything but Yes. While it could not, and
	// no file changed, programs are let in without a question.
	Guarded() bool
	Allow(a Ask) Answer
}

// Answer is what becomes of a program that is about to open a file.
type Answer uint8

// The answers.
const (
	Yes Answer = iota
	No
	Slowly // yes, but its session one after the other
)

// Options of a gate. All but Deadline and Told are needed.
type Options struct {
	Folders []string // full names
	// Command starts this program anew, so that it calls Respond: the program's full
	// name and its arguments, without those of Respond.
	Command  []string
	Deadline time.Duration // nobody waits longer; 0 is 50 milliseconds
	// Settle waits until all that happened to the files before is judged, and says whose
	// the processes are: see watch.Watcher.Settle.
	Settle func(ctx context.Context, pids ...int) ([]*watch.Actor, error)
	Judge  Judge
	Told   func(Notice) // of what the owner should know; called from any goroutine; may be nil
	Now    func() time.Time
}

// DefaultDeadline is how long a program waits at most where Options says 0.
const DefaultDeadline = 50 * time.Millisecond

// Notice is a time in which the gate stood open.
type Notice struct {
	At   time.Time
	What What
	N    int64 // Skipped: how many opens
}

// What happened to the gate: an identifier that is stored and never changes.
type What string

// What may happen.
const (
	Skipped   What = "skipped"   // opens that were let through because no answer came in time
	Down      What = "down"      // the guard ended
	Up        What = "up"        // it stands again
	Uncovered What = "uncovered" // folders or files that could not be marked
)

// Stats counts since the gate was started, over all guards that there were.
type Stats struct {
	Asked     int64 // opens that the kernel asked for
	Own       int64 // of which the watch's own
	Judged    int64 // of which the watch was asked
	Denied    int64
	Skipped   int64 // no answer in time: allowed
	Guards    int64 // how often a guard was started
	Folders   int64 // that this guard marked
	Links     int64 // files with several names that this guard marked
	Uncovered int64 // folders and files that could not be marked
	// Answers are how many answers took less than so many microseconds: 20, 50, 100,
	// 200, 500, 1,000, 2,000, 5,000, 20,000, 50,000, and longer.
	Answers [11]int64
}

// bounds of Stats.Answers.
var bounds = [...]time.Duration{
	20 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond, 200 * time.Microsecond, 500 * time.Microsecond,
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond,
}

func (s *Stats) took(d time.Duration) {
	i := 0
	for i < len(bounds) && d >= bounds[i] {
		i++
	}
	s.Answers[i]++
}

// plus adds what another guard counted, but what the watch counts itself. What is marked
// is that of the last one.
func (s Stats) plus(o Stats) Stats {
	s.Asked += o.Asked
	s.Own += o.Own
	s.Judged += o.Judged
	s.Skipped += o.Skipped
	s.Folders, s.Links, s.Uncovered = o.Folders, o.Links, o.Uncovered
	for i := range s.Answers {
		s.Answers[i] += o.Answers[i]
	}
	return s
}

// Within is the time in which at least the given share of the answers was given, as
// far as the bounds tell.
func (s Stats) Within(share float64) time.Duration {
	all, sum := int64(0), int64(0)
	for _, n := range s.Answers {
		all += n
	}
	for i, b := range bounds {
		if sum += s.Answers[i]; float64(sum) >= share*float64(all) {
			return b
		}
	}
	return time.Hour
}
