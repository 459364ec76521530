package main

import "github.com/rogpeppe/go-internal/testscript"

// makeFifo does nothing: there are no named pipes in folders there.
func makeFifo(*testscript.TestScript, bool, []string) {}
