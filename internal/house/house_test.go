package house_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "custode/"

// plan says what each package may import, besides the standard library.
// A package that is not in it has no place in the house yet, and the plan
// holds only packages that exist. Arrows run down, rooms never meet.
var plan = map[string][]string{
	// 0: the ground
	"internal/crashfs":           {},
	"internal/extsort":           {"internal/fault", "golang.org/x/sys/windows"},
	"internal/fault":             {},
	"internal/agent":             {"internal/secret", "golang.org/x/sys/unix"},
	"internal/alert":             {"internal/secret", "github.com/nicholas-fedor/shoutrrr"},
	"internal/host":              {"github.com/godbus/dbus/v5", "golang.org/x/sys/unix", "golang.org/x/sys/windows"},
	"internal/host/copies":       {"internal/host/dconf", "golang.org/x/sys/windows"},
	"internal/host/dconf":        {},
	"internal/host/posture":      {"internal/host/dconf", "golang.org/x/sys/unix", "golang.org/x/sys/windows"},
	"internal/house":             {},
	"internal/i18n":              {},
	"internal/journal":           {},
	"internal/paper":             {"github.com/mattn/go-runewidth", "golang.org/x/text"},
	"internal/pdf":               {"internal/paper", "codeberg.org/go-pdf/fpdf"},
	"internal/place":             {"golang.org/x/sys/windows"},
	"internal/rawpath":           {},
	"internal/safefile":          {"internal/rawpath"},
	"internal/keyring":           {"internal/secret", "github.com/zalando/go-keyring"},
	"internal/qr":                {"rsc.io/qr"},
	"internal/readable":          {},
	"internal/source":            {"internal/i18n", "github.com/goccy/go-yaml"},
	"internal/secret":            {"golang.org/x/sys/unix"},
	"internal/textfile":          {},
	"internal/sample":            {},
	"internal/sample/containers": {"internal/sample"},
	"internal/sample/mksample":   {"internal/sample"},

	// 1: the rooms
	"scan":        {"internal/extsort", "internal/rawpath", "scan/detect", "scan/people", "scan/reader", "scan/walk", "golang.org/x/sys/unix", "golang.org/x/sys/windows"},
	"scan/detect": {"scan/people", "github.com/nyaruka/phonenumbers"},
	"scan/people": {"github.com/axiomhq/hyperloglog", "github.com/dchest/siphash"},
	"scan/reader": {
		"scan/reader/archive", "scan/reader/markup", "scan/reader/mime", "scan/reader/office", "scan/reader/pdf",
		"scan/reader/rtf", "scan/reader/sqlitefile", "scan/reader/vcard", "golang.org/x/text",
	},
	"scan/reader/archive":    {},
	"scan/reader/markup":     {},
	"scan/reader/mime":       {"golang.org/x/text"},
	"scan/reader/office":     {},
	"scan/reader/pdf":        {"golang.org/x/text"},
	"scan/reader/rtf":        {"golang.org/x/text"},
	"scan/reader/sqlitefile": {},
	"scan/reader/vcard":      {"golang.org/x/text"},
	"scan/seek": {
		"scan", "scan/detect", "scan/reader", "scan/walk", "github.com/nyaruka/phonenumbers", "golang.org/x/net", "golang.org/x/text",
	},
	"scan/walk":                       {"internal/rawpath", "golang.org/x/sys/unix", "golang.org/x/sys/windows"},
	"scan/walk/baddisk":               {"scan/walk"},
	"scan/watch":                      {"scan/watch/objaudit", "github.com/fsnotify/fsnotify", "golang.org/x/sys/unix"},
	"scan/watch/objaudit":             {"internal/safefile", "golang.org/x/sys/windows"},
	"scan/watch/baseline":             {"scan/walk"},
	"scan/watch/cases":                {"scan/detect", "scan/watch/rules"},
	"scan/watch/gate":                 {"scan/watch", "scan/watch/rules", "golang.org/x/sys/unix"},
	"scan/watch/intent":               {"internal/safefile", "github.com/fsnotify/fsnotify"},
	"scan/watch/decoy":                {"internal/safefile", "scan/walk"},
	"scan/watch/judge":                {"scan/watch", "scan/watch/rules", "scan/watch/structure"},
	"scan/watch/lookout":              {"internal/fault", "scan/walk", "scan/watch", "scan/watch/baseline", "scan/watch/gate", "scan/watch/judge", "scan/watch/rules"},
	"scan/watch/rules":                {"scan/watch/structure"},
	"scan/watch/spool":                {"internal/safefile"},
	"scan/watch/structure":            {},
	"encrypt/backup":                  {"encrypt/disk", "encrypt/seal", "internal/rawpath", "internal/safefile", "filippo.io/age", "github.com/gofrs/flock"},
	"encrypt/bundle":                  {"encrypt/disk", "encrypt/inplace", "encrypt/replace", "encrypt/seal", "internal/rawpath", "filippo.io/age", "golang.org/x/text"},
	"encrypt/catalogue":               {},
	"encrypt/cold":                    {},
	"encrypt/desk":                    {"encrypt/inplace", "encrypt/replace", "internal/safefile", "github.com/gofrs/flock"},
	"encrypt/disk":                    {"internal/rawpath", "golang.org/x/sys/unix", "golang.org/x/sys/windows"},
	"encrypt/disk/crashdisk":          {"encrypt/disk", "internal/crashfs"},
	"encrypt/inplace":                 {"encrypt/disk"},
	"encrypt/replace":                 {"encrypt/disk", "encrypt/inplace", "encrypt/seal", "filippo.io/age", "golang.org/x/text"},
	"encrypt/private":                 {"internal/rawpath", "golang.org/x/sys/unix", "golang.org/x/sys/windows"},
	"encrypt/proof":                   {},
	"encrypt/quiet":                   {},
	"encrypt/remains":                 {"internal/rawpath"},
	"encrypt/verify":                  {"encrypt/catalogue", "encrypt/disk", "encrypt/replace", "encrypt/seal", "encrypt/unseal", "filippo.io/age"},
	"encrypt/unseal":                  {"encrypt/disk", "encrypt/inplace", "encrypt/replace", "encrypt/seal", "filippo.io/age"},
	"encrypt/undo":                    {"encrypt/disk", "encrypt/inplace", "encrypt/replace", "encrypt/reseal"},
	"encrypt/reseal":                  {"encrypt/disk", "encrypt/inplace", "encrypt/replace", "encrypt/seal", "filippo.io/age"},
	"playbook":                        {"playbook/fact", "playbook/plan"},
	"playbook/daily":                  {"internal/host/posture"},
	"playbook/daily/trend":            {},
	"playbook/clock":                  {"internal/i18n", "playbook/fact", "github.com/goccy/go-yaml"},
	"playbook/evidence":               {"internal/safefile", "filippo.io/age", "golang.org/x/sys/unix"},
	"playbook/contacts":               {"internal/i18n", "github.com/goccy/go-yaml"},
	"playbook/drill":                  {"internal/i18n", "playbook", "playbook/fact", "playbook/plan", "github.com/goccy/go-yaml"},
	"playbook/decide":                 {"internal/i18n", "playbook/fact", "github.com/goccy/go-yaml"},
	"playbook/fact":                   {"internal/i18n", "github.com/goccy/go-yaml"},
	"playbook/privacy/datamap":        {"internal/i18n", "internal/source", "internal/textfile", "github.com/goccy/go-yaml", "golang.org/x/text"},
	"playbook/privacy/table":          {"golang.org/x/text"},
	"playbook/privacy/printed":        {},
	"playbook/privacy/trim":           {"playbook/privacy/table"},
	"playbook/privacy/request/answer": {"internal/i18n", "internal/paper", "internal/source", "playbook/privacy/datamap", "playbook/privacy/notice", "playbook/privacy/request", "github.com/goccy/go-yaml"},
	"playbook/privacy/request":        {"internal/i18n", "playbook/clock", "github.com/goccy/go-yaml"},
	"playbook/plan":                   {"internal/i18n", "playbook/fact", "internal/source", "internal/textfile", "github.com/goccy/go-yaml"},
	"playbook/plan/cacao":             {"internal/i18n", "playbook/fact", "playbook/plan", "internal/source"},
	"playbook/report":                 {"internal/i18n", "internal/paper", "playbook/fact", "playbook/letter", "github.com/goccy/go-yaml"},
	"playbook/letter":                 {"internal/i18n", "internal/paper", "playbook/fact", "github.com/goccy/go-yaml", "golang.org/x/text"},
	"training":                        {"internal/i18n", "internal/readable", "training/question"},
	"training/gift":                   {"internal/i18n", "training/question", "golang.org/x/text"},
	"training/bank":                   {"internal/i18n", "internal/readable", "internal/source", "training/question"},
	"training/certificate":            {"internal/i18n", "internal/paper", "training/pin", "training/staff", "github.com/goccy/go-yaml"},
	"training/pin":                    {"internal/secret", "golang.org/x/crypto"},
	"training/staff":                  {"golang.org/x/text"},
	"training/question":               {"internal/i18n", "internal/textfile", "github.com/goccy/go-yaml"},
	"encrypt/identity":                {"encrypt/keys", "encrypt/seal", "encrypt/sheet", "internal/secret", "internal/textfile", "filippo.io/age", "golang.org/x/crypto"},
	"encrypt/keys":                    {"encrypt/seal", "internal/secret", "filippo.io/age"},
	"encrypt/ring":                    {"encrypt/identity", "encrypt/keys", "encrypt/seal", "internal/safefile", "internal/secret", "filippo.io/age"},
	"encrypt/sheet":                   {"encrypt/keys", "internal/secret", "internal/textfile", "rsc.io/qr"},
	"encrypt/seal":                    {"internal/secret", "filippo.io/age", "golang.org/x/crypto"},
	"playbook/privacy/notice": {
		"internal/i18n", "internal/paper", "internal/readable", "internal/source", "playbook/privacy/datamap", "github.com/goccy/go-yaml",
	},
	"playbook/privacy/choice/form": {
		"internal/i18n", "internal/paper", "internal/qr", "playbook/privacy/choice", "github.com/goccy/go-yaml", "golang.org/x/text",
	},
	"playbook/privacy/datamap/record": {
		"internal/i18n", "internal/paper", "internal/source", "playbook/privacy/datamap", "github.com/goccy/go-yaml",
	},
	"playbook/privacy/choice/intake": {
		"playbook/privacy/choice", "playbook/privacy/choice/form", "playbook/privacy/table", "golang.org/x/text",
	},
	"playbook/privacy/choice": {
		"internal/secret", "playbook/privacy/table", "github.com/nyaruka/phonenumbers", "golang.org/x/text",
	},
	"playbook/privacy/statement": {
		"internal/i18n", "internal/paper", "playbook/clock", "github.com/goccy/go-yaml",
	},

	// 2: the store
	"cmd/custode/internal/store": {
		"github.com/mattn/go-sqlite3", "github.com/gofrs/flock",
		"internal/alert", "internal/fault", "internal/journal", "scan", "scan/detect", "scan/people", "scan/walk", "scan/watch/cases", "scan/watch/decoy", "scan/watch/lookout", "scan/watch/rules", "encrypt/catalogue",
		"playbook", "playbook/clock", "playbook/daily", "playbook/plan", "playbook/privacy/choice", "playbook/privacy/printed", "playbook/privacy/request", "training/staff",
		"encrypt/undo",
	},

	// 3: the jobs
	"cmd/custode/internal/job": {
		"internal/alert", "internal/fault", "internal/host/copies", "internal/host/posture", "internal/journal", "internal/rawpath", "scan", "scan/detect", "scan/people", "scan/seek", "scan/walk", "playbook/daily",
		"scan/watch/cases", "scan/watch/decoy", "scan/watch/lookout", "scan/watch/rules",
		"encrypt/backup", "encrypt/bundle", "encrypt/catalogue", "encrypt/cold", "encrypt/desk", "encrypt/disk", "encrypt/private", "encrypt/proof", "encrypt/quiet", "encrypt/remains", "encrypt/replace", "encrypt/reseal", "encrypt/ring", "encrypt/seal", "encrypt/unseal",
		"encrypt/verify", "filippo.io/age",
		"playbook", "playbook/clock", "playbook/fact", "playbook/plan", "playbook/privacy/choice", "playbook/privacy/datamap", "playbook/privacy/request",
		"internal/secret", "training", "training/pin", "training/question", "training/staff",
		"playbook/privacy/statement", "playbook/privacy/printed",
		"encrypt/undo",
		"playbook/privacy/trim",
	},

	// 4: the page
	"cmd/custode/internal/web/chart": {},
	"cmd/custode/internal/web":       {"cmd/custode/internal/job", "internal/fault", "internal/i18n", "internal/paper", "internal/qr", "internal/secret"},

	// 5: the face in the terminal, and where all is wired
	"cmd/custode": {
		"github.com/urfave/cli/v2", "github.com/schollz/progressbar/v3", "github.com/fatih/color",
		"github.com/mattn/go-runewidth", "github.com/goccy/go-yaml", "golang.org/x/term", "golang.org/x/text",
		"internal/agent", "internal/alert", "internal/fault", "internal/host", "internal/host/copies", "internal/host/posture", "internal/i18n", "internal/journal", "internal/keyring", "internal/place", "internal/rawpath", "internal/safefile", "internal/textfile",
		"cmd/custode/internal/store", "cmd/custode/internal/job", "cmd/custode/internal/web", "cmd/custode/internal/web/chart",
		"scan", "scan/detect", "scan/people", "scan/seek", "scan/walk", "scan/watch", "scan/watch/baseline", "scan/watch/cases", "scan/watch/gate", "scan/watch/decoy", "scan/watch/intent", "scan/watch/lookout", "scan/watch/rules", "scan/watch/spool", "playbook", "playbook/clock", "playbook/contacts", "playbook/daily", "playbook/daily/trend", "playbook/decide", "playbook/drill", "playbook/evidence", "playbook/fact", "playbook/letter", "playbook/plan/cacao", "playbook/report", "internal/paper", "internal/pdf", "internal/qr", "playbook/plan", "internal/source", "playbook/privacy/datamap",
		"playbook/privacy/datamap/record", "playbook/privacy/notice",
		"playbook/privacy/choice",
		"playbook/privacy/choice/form",
		"playbook/privacy/request", "playbook/privacy/request/answer",
		"playbook/privacy/choice/intake",
		"training", "training/bank", "training/certificate", "training/gift", "training/pin", "training/question", "training/staff",
		"encrypt/backup", "encrypt/bundle", "encrypt/catalogue", "encrypt/cold", "encrypt/desk", "encrypt/disk", "encrypt/identity", "encrypt/keys", "encrypt/private", "encrypt/proof", "encrypt/quiet", "encrypt/remains", "encrypt/replace", "encrypt/reseal", "encrypt/ring", "encrypt/seal", "encrypt/sheet", "encrypt/unseal", "encrypt/verify",
		"internal/secret", "filippo.io/age",
		"playbook/privacy/statement", "playbook/privacy/printed", "internal/readable",
		"encrypt/undo",
		"playbook/privacy/table", "playbook/privacy/trim",
	},
}

// only names the files of a package that alone may import another one.
var only = map[string][]string{
	module + "cmd/custode/internal/store": {"cmd/custode/wire.go"},
}

// home names standard packages that only some packages may import.
var home = map[string][]string{
	"database/sql": {"cmd/custode/internal/store"},
	"log":          {},
	"math/rand":    {},
	"math/rand/v2": {"internal/crashfs", "internal/sample", "internal/sample/mksample", "training"},
	"net":          {"cmd/custode/internal/web", "internal/agent", "internal/alert", "internal/host"}, // a socket between processes of one user; mail; what a service tells the system
	"net/http":     {"cmd/custode/internal/web", "internal/alert"},                                    // the page; the time limit of services
	"net/smtp":     {"internal/alert"},
	"os/exec":      {"internal/host"},
	"unsafe":       {"scan", "encrypt/private", "internal/host", "internal/host/posture", "scan/watch/gate", "scan/watch/objaudit"}, // the layout of a Windows access list; texts for a Windows call; a timer of the kernel
}

// permits reports whether imp is one of the allowed packages, or a package of
// an allowed third-party module (a path whose first element has a dot).
func permits(allowed []string, imp string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		first, _, _ := strings.Cut(a, "/")
		return imp == a || strings.Contains(first, ".") && strings.HasPrefix(imp, a+"/")
	})
}

// faults lists what in the tree goes against the plan.
func faults(root fs.FS) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "build") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		pkg := path.Dir(name)
		seen[pkg] = true
		if _, ok := plan[pkg]; !ok {
			out = append(out, fmt.Sprintf("%s: package %s has no place in the plan", name, pkg))
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		imports, err := importFaults(pkg, name, src)
		out = append(out, imports...)
		return err
	})
	for pkg := range plan {
		if !seen[pkg] {
			out = append(out, fmt.Sprintf("the plan has %s, the house has not", pkg))
		}
	}
	slices.Sort(out)
	return out, err
}

// importFaults lists the imports of one file that the plan does not have.
func importFaults(pkg, name string, src []byte) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, spec := range f.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		first, _, _ := strings.Cut(imp, "/")
		std := first != "custode" && !strings.Contains(first, ".")
		if homes, guarded := home[imp]; guarded && !slices.Contains(homes, pkg) {
			out = append(out, fmt.Sprintf("%s imports %s, which only %v may", name, imp, homes))
		}
		if files, guarded := only[imp]; guarded && !slices.Contains(files, name) {
			out = append(out, fmt.Sprintf("%s imports %s, which only %v may", name, imp, files))
		}
		if !std && !permits(plan[pkg], strings.TrimPrefix(imp, module)) {
			out = append(out, fmt.Sprintf("%s imports %s; the plan allows %v", name, imp, plan[pkg]))
		}
	}
	return out, nil
}

// TestPlan holds every import of every Go file, for every system, to the plan.
func TestPlan(t *testing.T) {
	got, err := faults(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range got {
		t.Error(f)
	}
}

// TestPlanFails builds houses with one wrong import each: the test must see it.
func TestPlanFails(t *testing.T) {
	for name, c := range map[string]struct{ file, src, want string }{
		"a room imports another room":      {"scan/x.go", "package scan\nimport _ \"custode/playbook/daily\"", "scan/x.go imports custode/playbook/daily"},
		"a room imports the store":         {"scan/x.go", "package scan\nimport _ \"custode/cmd/custode/internal/store\"", "scan/x.go imports custode/cmd/custode/internal/store"},
		"the ground imports a room":        {"internal/fault/x.go", "package fault\nimport _ \"custode/scan\"", "internal/fault/x.go imports custode/scan"},
		"a job imports the store":          {"cmd/custode/internal/job/x.go", "package job\nimport _ \"custode/cmd/custode/internal/store\"", "job/x.go imports custode/cmd/custode/internal/store"},
		"a command imports the store":      {"cmd/custode/x.go", "package main\nimport _ \"custode/cmd/custode/internal/store\"", "cmd/custode/x.go imports custode/cmd/custode/internal/store, which only"},
		"an unplanned package":             {"util/x.go", "package util", "package util has no place"},
		"an unplanned module":              {"scan/x.go", "package scan\nimport _ \"example.com/x\"", "scan/x.go imports example.com/x"},
		"a standard package with one home": {"scan/x.go", "package scan\nimport _ \"database/sql\"", "scan/x.go imports database/sql, which only"},
		"a file for another system":        {"scan/x_windows.go", "package scan\nimport _ \"custode/playbook/daily\"", "scan/x_windows.go imports custode/playbook/daily"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := faults(fstest.MapFS{c.file: {Data: []byte(c.src)}})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("not seen: %s\ngot %q", c.want, got)
			}
		})
	}
}
