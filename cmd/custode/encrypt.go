package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/cold"
	"custode/encrypt/remains"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/rawpath"
	"custode/scan"
	"custode/scan/walk"
)

type encryptOptions struct {
	json, keep, noDrill, dryRun, yes, all, archive bool
	auto, watch                                    bool
	quiet                                          time.Duration
	passphraseFile, hardlinks                      string
	paths                                          []string
}

func encryptCommand(sh *shell) *cli.Command {
	var o encryptOptions
	t := sh.words.T
	return &cli.Command{
		Name: "encrypt", Usage: t("cmd.encrypt"), UsageText: t("cmd.encrypt.use"), Description: t("cmd.encrypt.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "keep", Usage: t("flag.encrypt.keep"), Destination: &o.keep},
			&cli.BoolFlag{Name: "archive", Usage: t("flag.encrypt.archive"), Destination: &o.archive},
			&cli.BoolFlag{Name: "auto", Usage: t("flag.encrypt.auto"), Destination: &o.auto},
			&cli.BoolFlag{Name: "watch", Usage: t("flag.encrypt.watch"), Destination: &o.watch},
			&cli.DurationFlag{Name: "quiet", Usage: t("flag.encrypt.quiet"), DefaultText: "10m", Destination: &o.quiet},
			&cli.BoolFlag{Name: "no-drill", Usage: t("flag.encrypt.no-drill"), Destination: &o.noDrill},
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.encrypt.dry-run"), Destination: &o.dryRun},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.encrypt.yes"), Destination: &o.yes},
			&cli.BoolFlag{Name: "all", Usage: t("flag.encrypt.all"), Destination: &o.all},
			&cli.StringFlag{Name: "hardlinks", Usage: t("flag.encrypt.hardlinks"), Destination: &o.hardlinks},
			sh.passphraseFlag(&o.passphraseFile),
		},
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			if o.hardlinks != "" && (o.hardlinks != "all" || o.archive || o.auto || o.watch) {
				return fault.New(fault.Usage, "fault.encrypt.hardlinks")
			}
			switch {
			case o.watch:
				return sh.watchAuto(c.Context, o)
			case o.auto:
				return sh.auto(c.Context, o)
			case c.IsSet("quiet"):
				return fault.New(fault.Usage, "fault.encrypt.auto")
			}
			if o.archive {
				return sh.archive(c.Context, o)
			}
			return sh.encrypt(c.Context, o)
		},
	}
}

// sealing is one run of the command.
type sealing struct {
	sh    *shell
	o     encryptOptions
	set   settings
	st    state
	paths []string // absolute
	chose []string // files of what the scan knows, chosen from a list; nil: paths counts
	key   catalogue.Key
	ring  *ring.Ring
	keep  keepReason

	groups map[cold.Group]*groupSum
	left   []outcomeDoc // of the named paths: what can't be looked at, so many at most
	unseen int          // how many that are
	byName string       // one of the files that are sealed only when they are named
	result sealResult
	same   job.Duplicates // as the scan found them, before the run
	remain remains.Found  // readable copies elsewhere of what was sealed

	drives  job.Drives // of the files that are to be sealed
	missing bool       // a file could not be found, or its drive gave an error
	gone    bool       // a drive is gone: what is missing there is not listed
	looked  bool       // for other names of files that have several
	shared  string     // a folder of sealed files that is on another computer; "": none is

	tell func(files int, bytes int64) // how many more files were dealt with, and bytes sealed; by several at once; nil: nobody asks
}

// keepReason says why readable copies are kept: "" when they are not.
type keepReason string

const (
	keepAsked    keepReason = "asked"
	keepUnproven keepReason = "sheet-not-proven"
)

type groupSum struct{ files, bytes int64 }

// encrypt shows what can be sealed, and seals it.
func (sh *shell) encrypt(ctx context.Context, o encryptOptions) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	s := &sealing{sh: sh, o: o, set: set}
	if s.paths, err = namedPaths(o.paths); err != nil {
		return err
	}
	if s.st, err = sh.open(ctx); err != nil {
		return err
	}
	defer s.st.Close() // every write was committed
	if err := s.plan(ctx); err != nil {
		return err
	}
	if o.dryRun || s.toSeal().files == 0 {
		return s.show()
	}
	if ok, err := s.ready(ctx); err != nil || !ok {
		return err
	}
	if err := s.seal(ctx); err != nil {
		if s.result.totals.Files > 0 { // what was done until then
			if shown := s.show(); shown != nil && !errors.Is(shown, errListed) {
				return shown
			}
		}
		return err
	}
	return s.show()
}

// seal seals what was planned, looks which readable copies there still are, and finds out why what stays
// does. After an error the result has what was done until then.
func (s *sealing) seal(ctx context.Context) error {
	release, err := s.sh.lock("seal")
	if err != nil {
		return err
	}
	defer release()
	if s.same, err = job.FindDuplicates(ctx, s.st); err != nil {
		return err
	}
	if err := s.run(ctx); err != nil {
		return err
	}
	gone := make([]string, 0, len(s.result.sealed))
	for _, f := range s.result.sealed {
		gone = append(gone, f.Path)
	}
	if len(gone) > 0 {
		if s.remain, err = s.sh.remainsOf(ctx, gone, s.same); err != nil {
			return err
		}
	}
	return s.explain(ctx)
}

// namedPaths makes the paths absolute, and wants them to be there.
func namedPaths(paths []string) (out []string, err error) {
	for _, p := range paths {
		if p == "" {
			return nil, fault.New(fault.Usage, "fault.usage.empty")
		}
		abs, err := rawpath.Abs(p)
		if err != nil {
			return nil, fault.On(fault.NoInput, "fault.encrypt.path", p, err)
		}
		if _, err := rawpath.Lstat(abs); err != nil {
			return nil, fault.On(fault.CodeOf(err, fault.NoInput), "fault.encrypt.path", p, err)
		}
		out = append(out, abs)
	}
	return out, nil
}

// plan counts what can be sealed, by groups.
func (s *sealing) plan(ctx context.Context) error {
	key, _, err := s.sh.peopleKey()
	if err != nil {
		return err
	}
	s.key = catalogue.NewKey(key[:])
	s.groups = map[cold.Group]*groupSum{}
	err = s.choose(ctx, func(c job.Choice) error {
		if s.groups[c.Group] == nil {
			s.groups[c.Group] = &groupSum{}
		}
		s.groups[c.Group].files++
		s.groups[c.Group].bytes += c.Bytes
		if s.byName == "" && c.Group == cold.Daily || c.Group == cold.Little && s.groups[cold.Daily] == nil && s.groups[cold.Little].files == 1 {
			s.byName = c.Path
		}
		s.drives.Add(c.Path, c.Dev)
		if s.o.dryRun && s.seals(c) {
			s.result.planned(c.Path)
		}
		return nil
	})
	if err != nil || len(s.paths) > 0 || s.chose != nil {
		return err
	}
	if _, covered, err := s.st.LastWholeScan(ctx); err != nil || covered == nil {
		if err == nil {
			err = fault.New(fault.Config, "fault.encrypt.unscanned")
		}
		return err
	}
	return nil
}

// choose hands over what was named, or what the last scan marked.
func (s *sealing) choose(ctx context.Context, fn func(job.Choice) error) error {
	if s.chose != nil {
		s.left, s.unseen = nil, 0
		return job.ChoosePicked(ctx, s.st, s.chose, func(e walk.Entry) error {
			s.leave(e)
			return nil
		}, fn)
	}
	if len(s.paths) > 0 {
		s.left, s.unseen = nil, 0
		var paths []string
		for _, path := range s.paths { // what a link leads to lies elsewhere, and is named there
			if isFileLink(path) {
				s.leave(walk.Entry{Path: path, State: walk.Link})
			} else {
				paths = append(paths, path)
			}
		}
		in := job.Named{Paths: paths, Walk: walk.Options{Exclude: []string{s.sh.home}, Disk: s.sh.disk, Patience: s.sh.patience}, Left: func(e walk.Entry) error {
			s.leave(e)
			return nil
		}}
		return job.ChooseNamed(ctx, s.st, in, fn)
	}
	roots, err := walk.Roots(ctx, s.set.Folders, walk.Options{})
	if err != nil {
		return err
	}
	places := &scan.Places{Roots: roots, Own: s.sh.usualFolders()}
	return job.Choose(ctx, s.st, places, s.sh.now(), fn)
}

func isFileLink(path string) bool {
	link, err := rawpath.Lstat(path)
	if err != nil || link.Mode()&os.ModeSymlink == 0 {
		return false
	}
	to, err := os.Stat(path)
	return err != nil || !to.IsDir()
}

// seals reports whether a file is sealed by this run.
func (s *sealing) seals(c job.Choice) bool { return c.Group == "" || c.Group == cold.Cold }

func (s *sealing) toSeal() groupSum {
	var sum groupSum
	for g, n := range s.groups {
		if g == "" || g == cold.Cold {
			sum.files += n.files
			sum.bytes += n.bytes
		}
	}
	return sum
}

// ready asks, and sees to it that there are keys. False: the user said no.
func (s *sealing) ready(ctx context.Context) (bool, error) {
	ask := s.sh.inTerm && !s.o.yes && !s.o.json
	if ask {
		p := s.sh.page(s.sh.err, s.sh.errTerm)
		s.showGroups(p)
		ok, err := s.sh.asker(ctx).yes(s.sh.words.N("encrypt.ask", s.toSeal().files, s.sh.words.Bytes(s.toSeal().bytes)))
		if err != nil || !ok {
			return false, err
		}
	}
	var err error
	s.ring, err = s.sh.ring()
	if isFault(err, "fault.keys.none") && ask {
		s.ring, err = s.sh.firstKeys(ctx, s.st)
	}
	if err != nil {
		return false, err
	}
	s.keep = s.o.keepBecause(s.ring)
	return true, nil
}

// keepBecause says whether the readable files are kept, and why; without keys nothing is known to keep them for.
func (o encryptOptions) keepBecause(r *ring.Ring) keepReason {
	switch {
	case o.keep:
		return keepAsked
	case r == nil:
		return ""
	case r.Recovery().ProvenAt.IsZero() && !o.noDrill:
		return keepUnproven
	}
	return ""
}
