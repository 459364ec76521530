package main

import (
	"encoding/json"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/lookout"
)

// The lines of watch --json.
type eventLine struct {
	Schema   string `json:"schema"`
	At       string `json:"at"`
	Path     string `json:"path"`
	From     string `json:"from,omitempty"`
	Op       string `json:"op"`
	PID      int    `json:"pid"`
	Program  string `json:"program"`
	User     string `json:"user"`
	Expected bool   `json:"expected"`
}

type alertLine struct {
	Schema    string `json:"schema"`
	ID        int64  `json:"id"`
	At        string `json:"at"`
	State     string `json:"state"`
	Severity  string `json:"severity"`
	Rule      string `json:"rule"`
	Why       string `json:"why"`
	Summary   string `json:"summary"`
	Folder    string `json:"folder"`
	Files     int    `json:"files"`
	People    int64  `json:"people"`
	Encrypted int    `json:"encrypted"`
	Program   string `json:"program"`
	User      string `json:"user"`
}

// opNames are the operations as the contract names them, the weightiest first.
var opNames = []struct {
	op   watch.Op
	name string
}{
	{watch.Delete, "delete"},
	{watch.Rename, "rename"},
	{watch.Create, "create"},
	{watch.Write | watch.CloseWrite, "write"},
	{watch.Permission, "permissions"},
	{watch.Read | watch.Open, "read"},
}

// events writes a line for each.
func (v *watching) events(list []lookout.Seen) {
	v.out.Lock()
	defer v.out.Unlock()
	v.lines.Reset()
	enc := json.NewEncoder(&v.lines)
	enc.SetEscapeHTML(false)
	var l eventLine
	for _, s := range list {
		if l = eventOf(s); l.Op != "" {
			_ = enc.Encode(&l) // to memory
		}
	}
	_, _ = v.sh.out.Write(v.lines.Bytes()) // who reads may have gone: watching goes on
}

func eventOf(ev lookout.Seen) eventLine {
	l := eventLine{Schema: "custode.event/1", At: ev.At.UTC().Format(time.RFC3339Nano), Path: ev.Path, From: ev.From, Expected: ev.Expected}
	if l.Path == "" {
		l.Path, l.From = ev.From, ""
	}
	for _, n := range opNames {
		if ev.Op&n.op != 0 {
			l.Op = n.name
			break
		}
	}
	if a := ev.Actor; a != nil {
		l.PID, l.Program, l.User = a.PID, a.Program, a.User
	}
	return l
}
