package main

import "github.com/urfave/cli/v2"

// privacyCommand is what is held and why, and what customers see and say of it.
func privacyCommand(sh *shell) *cli.Command {
	t := sh.words.T
	return &cli.Command{
		Name: "privacy", Usage: t("cmd.privacy"), UsageText: t("cmd.privacy.use"), Description: t("cmd.privacy.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			privacyMapCommand(sh),
			privacyPurgeCommand(sh), privacyCoarsenCommand(sh), privacyUndoCommand(sh),
			privacyNoticeCommand(sh), privacyStatementCommand(sh), privacyChoicesCommand(sh), privacyRequestsCommand(sh),
		},
	}
}
