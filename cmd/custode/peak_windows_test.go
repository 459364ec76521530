package main

import "os"

// peakMemory is not known there.
func peakMemory(*os.ProcessState) int64 { return 0 }
