package main

import (
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// takeMoment puts the present moment into variables of the script: moment NAME ...
func takeMoment(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		time.Sleep(2 * time.Millisecond) // a clock may be coarse
		ts.Setenv(name, time.Now().Format(time.RFC3339Nano))
		time.Sleep(2 * time.Millisecond)
	}
}
