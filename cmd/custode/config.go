package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/internal/safefile"
	"custode/internal/textfile"
	"custode/scan/detect"
)

// settings is custode.yaml, which a person may edit.
type settings struct {
	Shop     string   `yaml:"shop"`
	Country  string   `yaml:"country"`  // ISO 3166-1, two letters
	Language string   `yaml:"language"` // en or it
	Folders  []string `yaml:"folders"`  // absolute; where the customers' data lies

	Exclude  []exclusion  `yaml:"exclude"`
	Patterns []ownPattern `yaml:"patterns"`
	AutoSeal []autoSeal   `yaml:"auto_seal"`

	Alerts alertSettings `yaml:"alerts"`
	Hours  hourLines     `yaml:"hours"`
	Gate   bool          `yaml:"gate"` // hold programs before they open a file: Linux, a watch of root's
	Zone   string        `yaml:"zone"` // of the hours, as Europe/Rome; "": this computer's
}

func (sh *shell) settingsPath() string { return filepath.Join(sh.home, "custode.yaml") }

// settings reads custode.yaml, and takes its language unless one was asked
// for. Without the file it fails with the fault "fault.home.fresh".
func (sh *shell) settings() (settings, error) {
	path := sh.settingsPath()
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return settings{}, fault.On(fault.Config, "fault.settings.special", path, nil)
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return settings{}, fault.New(fault.Config, "fault.home.fresh")
	}
	if err != nil {
		return settings{}, fault.On(fault.CodeOf(err, fault.Config), "fault.settings.read", path, err)
	}
	s, wrong := parseSettings(raw)
	if known(s.Language) && !sh.langFixed {
		if w, err := i18n.Load(s.Language); err == nil {
			sh.words = w
		}
	}
	if wrong != nil {
		where := fmt.Sprintf("%s:%d:%d", path, wrong.line, wrong.column)
		return settings{}, &fault.Error{Code: fault.Config, ID: "fault.settings." + wrong.id, Path: where, Args: wrong.args}
	}
	s.Shop = plain(s.Shop)
	return s, sh.homeApart(s.Folders)
}

// misset says what is wrong in the settings, and where (1-based).
type misset struct {
	id           string
	args         []any
	line, column int
}

// parseSettings reads the text of custode.yaml. The YAML library panics over
// some broken texts (v1.19.2, found by FuzzSettings): they count as broken.
func parseSettings(raw []byte) (s settings, wrong *misset) {
	defer func() {
		if recover() != nil {
			wrong = &misset{id: "yaml", line: 1, column: 1}
		}
	}()
	raw = textfile.Text(raw)
	err := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(&s)
	if err != nil && !errors.Is(err, io.EOF) { // an empty file lacks settings, but is YAML
		return s, yamlFault(err)
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return s, yamlFault(err)
	}
	at := func(path, id string, args ...any) *misset {
		m := &misset{id: id, args: args, line: 1, column: 1}
		n := nodeAt(file, path)
		for n == nil && strings.Contains(path, ".") { // what is missing is missed in what it belongs to
			path = path[:strings.LastIndexAny(path, ".[")]
			n = nodeAt(file, path)
		}
		if n != nil {
			pos := n.GetToken().Position
			m.line, m.column = pos.Line, pos.Column
		}
		return m
	}
	c, ok := countryCode(s.Country)
	if !ok {
		return s, at("$.country", "country", s.Country)
	}
	s.Country = c
	if !known(s.Language) {
		return s, at("$.language", "language", s.Language)
	}
	if len(s.Folders) == 0 {
		return s, at("$.folders", "no-folders")
	}
	for i, f := range s.Folders {
		if !filepath.IsAbs(f) {
			return s, at("$.folders["+strconv.Itoa(i)+"]", "relative", printable(f))
		}
		s.Folders[i] = filepath.Clean(f)
	}
	if path, id := s.wrongExclusion(); id != "" {
		return s, at(path, id)
	}
	if path, id := s.wrongAuto(); id != "" {
		return s, at(path, id)
	}
	if path, id, name := s.wrongPattern(); id != "" {
		return s, at(path, id, name)
	}
	if path, id, args := s.Alerts.wrong(); id != "" {
		return s, at(path, id, args...)
	}
	if path, id := s.wrongHours(); id != "" {
		return s, at(path, id)
	}
	return s, nil
}

func nodeAt(file *ast.File, path string) ast.Node {
	p, err := yaml.PathString(path)
	if err != nil {
		return nil
	}
	n, err := p.FilterFile(file)
	if err != nil {
		return nil
	}
	return n
}

// yamlFault tells where YAML itself is wrong. Only known shapes of message are
// passed on as reasons; the text of the file is not.
func yamlFault(err error) *misset {
	m := &misset{id: "yaml", line: 1, column: 1}
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		pos := ye.GetToken().Position
		m.line, m.column = pos.Line, pos.Column
	}
	var unknown *yaml.UnknownFieldError
	var kind *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	switch {
	case errors.As(err, &unknown):
		m.id, m.args = "unknown-key", []any{unknown.Token.Value}
		if strings.Contains(unknown.Token.Value, "://") { // an address with its key, in the wrong place
			m.id, m.args = "type", nil
		}
	case errors.As(err, &kind), errors.As(err, &node):
		m.id = "type"
	}
	return m
}

// countryCode accepts two letters, and what people write instead of them.
func countryCode(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if code, ok := map[string]string{
		"UK": "GB", "ITALIA": "IT", "ITALY": "IT", "SAN MARINO": "SM", "SVIZZERA": "CH", "SWITZERLAND": "CH", "AUSTRIA": "AT",
		"GERMANIA": "DE", "GERMANY": "DE", "FRANCIA": "FR", "FRANCE": "FR", "SPAGNA": "ES", "SPAIN": "ES", "REGNO UNITO": "GB",
		"UNITED KINGDOM": "GB", "IRLANDA": "IE", "IRELAND": "IE", "USA": "US", "STATI UNITI": "US",
	}[s]; ok {
		return code, true
	}
	return s, detect.KnownCountry(s)
}

// writeSettings writes custode.yaml with a comment above each setting. An older
// file stays beside it as custode.yaml.old.
func (sh *shell) writeSettings(s settings) error {
	var b strings.Builder
	put := func(comment, key string, value any) error {
		raw, err := yaml.MarshalWithOptions(map[string]any{key: value}, yaml.IndentSequence(true))
		for l := range strings.SplitSeq(sh.words.T(comment), "\n") {
			b.WriteString("# " + l + "\n")
		}
		b.Write(raw)
		return err
	}
	b.WriteString("# " + sh.words.T("init.file.head") + "\n\n")
	err := errors.Join(
		put("init.file.shop", "shop", s.Shop), put("init.file.country", "country", s.Country),
		put("init.file.language", "language", s.Language), put("init.file.folders", "folders", s.Folders))
	if len(s.Exclude) > 0 {
		err = errors.Join(err, put("init.file.exclude", "exclude", s.Exclude))
	}
	if len(s.Patterns) > 0 {
		err = errors.Join(err, put("init.file.patterns", "patterns", s.Patterns))
	}
	if len(s.AutoSeal) > 0 {
		err = errors.Join(err, put("init.file.auto", "auto_seal", s.AutoSeal))
	}
	if !s.Alerts.empty() {
		err = errors.Join(err, put("init.file.alerts", "alerts", s.Alerts))
	}
	if len(s.Hours) > 0 {
		err = errors.Join(err, put("init.file.hours", "hours", []string(s.Hours)))
	}
	if s.Zone != "" {
		err = errors.Join(err, put("init.file.zone", "zone", s.Zone))
	}
	if s.Gate {
		err = errors.Join(err, put("init.file.gate", "gate", s.Gate))
	}
	if err != nil {
		return fault.On(fault.Bug, "fault.settings.write", sh.settingsPath(), err)
	}
	path := sh.settingsPath()
	if old, err := os.ReadFile(path); err == nil {
		if err := safefile.Write(path+".old", old, 0o600); err != nil {
			return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.settings.write", path+".old", err)
		}
	}
	if err := safefile.Write(path, []byte(b.String()), 0o600); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.settings.write", path, err)
	}
	return nil
}
