package main

import (
	"runtime"

	"github.com/urfave/cli/v2"
)

func versionCommand(sh *shell) *cli.Command {
	var json bool
	return &cli.Command{
		Name: "version", Usage: sh.words.T("cmd.version"), UsageText: "custode version [--json]",
		Flags: []cli.Flag{sh.jsonFlag(&json)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.showVersion(json)
		},
	}
}

// showVersion touches no file.
func (sh *shell) showVersion(json bool) error {
	system := runtime.GOOS + "/" + runtime.GOARCH
	if json {
		return sh.json(struct {
			Schema  string `json:"schema"`
			Version string `json:"version"`
			Go      string `json:"go"`
			System  string `json:"system"`
		}{"custode.version/1", version, runtime.Version(), system})
	}
	p := sh.page(sh.out, sh.outTerm)
	p.line("custode " + version + " (" + system + ", " + runtime.Version() + ")")
	p.line(sh.words.T("version.licence"))
	return p.fail
}
