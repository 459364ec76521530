package main

import (
	"time"

	"custode/internal/alert"
	"custode/scan/watch/rules"
)

func (s settings) week() rules.Week                          { return rules.Week{} }
func (s settings) beat() time.Duration                       { return -1 }
func (sh *shell) channels(settings) ([]alert.Channel, error) { return nil, nil }
