package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"custode/scan"
	"custode/scan/detect"
	"custode/scan/walk"
)

// exclusion is a file or folder that is not to be looked at: with its full path,
// or with its path below the data folders.
type exclusion struct {
	Path    string `yaml:"path"`
	Because string `yaml:"because"`
}

// The limits of exclusions: how many, and the characters of a reason.
const (
	maxExclusions = 1000
	minBecause    = 3
	maxBecause    = 200
)

// ownPattern is detect.OwnPattern as it is written in the settings.
type ownPattern struct {
	Name     string   `yaml:"name"`
	Near     []string `yaml:"near,omitempty"`
	Literals []string `yaml:"literals,omitempty"`
	Regex    string   `yaml:"regex,omitempty"`
	Person   bool     `yaml:"person,omitempty"`
	Must     []string `yaml:"must"`
	MustNot  []string `yaml:"must_not"`
}

// own gives the patterns to whoever looks for them.
func (s settings) own() []detect.OwnPattern {
	var list []detect.OwnPattern
	for _, p := range s.Patterns {
		list = append(list, detect.OwnPattern(p))
	}
	return list
}

// exclusions gives the exclusions with their full paths.
func (s settings) exclusions() []scan.Exclusion {
	var list []scan.Exclusion
	for _, x := range s.Exclude {
		because := plain(x.Because)
		if filepath.IsAbs(x.Path) {
			list = append(list, scan.Exclusion{Path: filepath.Clean(x.Path), Because: because})
			continue
		}
		for _, f := range s.Folders {
			list = append(list, scan.Exclusion{Path: filepath.Join(f, x.Path), Because: because})
		}
	}
	return list
}

// wrongExclusion says what about the exclusions can't stay, and where.
func (s settings) wrongExclusion() (path, id string) {
	if len(s.Exclude) > maxExclusions {
		return "$.exclude", "exclude-many"
	}
	for i, x := range s.Exclude {
		at := fmt.Sprintf("$.exclude[%d]", i)
		if !x.sound() {
			return at + ".path", "exclude-path"
		}
		because := strings.TrimSpace(x.Because)
		if n := utf8.RuneCountInString(because); n < minBecause || n > maxBecause || strings.ContainsFunc(because, unicode.IsControl) {
			return at + ".because", "exclude-because"
		}
	}
	return "", ""
}

// sound says whether a path can be meant: a full one, or one below a folder,
// with '*' and '?' in the last part only.
func (x exclusion) sound() bool {
	p := x.Path
	if strings.TrimSpace(p) == "" || strings.HasPrefix(p, "~") || !utf8.ValidString(p) || strings.ContainsFunc(p, unicode.IsControl) {
		return false
	}
	if !filepath.IsAbs(p) && !filepath.IsLocal(p) {
		return false
	}
	p = filepath.Clean(p)
	return !strings.ContainsAny(filepath.Dir(p), "*?") || !walk.Wild(p) && !strings.ContainsAny(p, "*?")
}

// wrongPattern says what about the own patterns can't stay, of which one by its
// name or number, and where.
func (s settings) wrongPattern() (path, id, name string) {
	var wrong *detect.OwnError
	if !errors.As(detect.CheckOwn(s.own()), &wrong) {
		return "", "", ""
	}
	path = fmt.Sprintf("$.patterns[%d].%s", wrong.Index, wrong.Field)
	if wrong.Item >= 0 {
		path += fmt.Sprintf("[%d]", wrong.Item)
	}
	name = fmt.Sprint(wrong.Index + 1)
	if wrong.Reason != detect.OwnBadName && wrong.Index < len(s.Patterns) && s.Patterns[wrong.Index].Name != "" {
		name = printable(s.Patterns[wrong.Index].Name)
	}
	return path, "own-" + wrong.Reason, name
}
