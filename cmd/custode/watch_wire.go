package main

import (
	"bufio"
	"encoding/json"
	"io"
	"sync"

	"custode/scan/watch/intent"
	"custode/scan/watch/lookout"
)

// What the watch of root and the user's side of it, the keeper, tell each other: a JSON
// object a line.

// toKeeper is told by root.
type toKeeper struct {
	N     uint64         `json:"n,omitempty"` // of the spool; 0: not in it
	Entry *lookout.Entry `json:"entry,omitempty"`
	OK    string         `json:"ok,omitempty"` // an announcement was understood
}

// toRoot is told by the keeper.
type toRoot struct {
	Plan  *lookout.Plan        `json:"plan,omitempty"`
	Taken *uint64              `json:"taken,omitempty"` // all up to this one was taken over
	Name  string               `json:"name,omitempty"`  // of an announcement
	Begin *intent.Announcement `json:"begin,omitempty"`
	End   bool                 `json:"end,omitempty"`
	Say   string               `json:"say,omitempty"` // what a person is to read on root's terminal
}

// mostSaid bounds a line between the two.
const mostSaid = 128 << 20

// wire writes lines, from several goroutines.
type wire struct {
	mu sync.Mutex
	w  io.Writer
}

func (c *wire) say(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err = c.w.Write(append(raw, '\n'))
	return err
}

// hear hands over the lines that come, until there are no more.
func hear[T any](r io.Reader, fn func(T) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<16), mostSaid)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return err
		}
		if err := fn(v); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.EOF
}
