package scan

import (
	"custode/scan/walk"
)

// Reading is an open file as a scan reads it: no further than it went when it was
// opened, and with a memory of what the disk failed to give.
type Reading struct{ source }

// NewReading makes one of an open file of that many bytes.
func NewReading(c walk.Content, size int64) *Reading {
	return &Reading{source{Content: c, size: size}}
}

// Failed is the first error of the disk.
func (r *Reading) Failed() error { return r.failed() }

// NotRead is what a scan says of an entry of a walk that is not to be read.
func NotRead(e walk.Entry, roots []string) File {
	f := unread(e, roots)
	if e.Reason == walk.ReasonSettings {
		f.Rule = RuleSettings
	}
	return f
}

// ReasonOf says why a file could not be read.
func ReasonOf(err error) Reason { return reasonOf(err) }

// ReasonOfReader brings a reader's reason to the closed list.
func ReasonOfReader(reason string) Reason { return reasonOfReader(reason) }
