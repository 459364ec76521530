package main

import (
	"context"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/rawpath"
	"custode/scan"
	"custode/scan/walk"
)

type scanOptions struct {
	json    bool
	all     bool
	explain string
	paths   []string
}

func scanCommand(sh *shell) *cli.Command {
	var o scanOptions
	t := sh.words.T
	return &cli.Command{
		Name: "scan", Usage: t("cmd.scan"), UsageText: t("cmd.scan.use"), Description: t("cmd.scan.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "all", Usage: t("flag.scan.all"), Destination: &o.all},
			&cli.StringFlag{Name: "explain", Usage: t("flag.scan.explain"), Destination: &o.explain},
		},
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			if c.IsSet("explain") && o.explain == "" {
				return fault.New(fault.Usage, "fault.usage.empty")
			}
			if err := explained(&o); err != nil {
				return err
			}
			return sh.scan(c.Context, o)
		},
	}
}

// scan scans the paths, or the data folders, and shows what was found. Before
// the first init it scans paths all the same, and remembers nothing.
func (sh *shell) scan(ctx context.Context, o scanOptions) error {
	set, err := sh.settings()
	fresh := isFault(err, "fault.home.fresh")
	if err != nil && (!fresh || len(o.paths) == 0) {
		return err
	}
	if len(o.paths) == 1 && o.paths[0] == "-" {
		return sh.scanStream(ctx, o, set)
	}
	opt, err := sh.scanJob(set, o, fresh)
	if err != nil {
		return err
	}
	var st state
	if !fresh {
		if st, err = sh.open(ctx); err != nil {
			return err
		}
		defer st.Close() // every write was committed
	}
	report, err := sh.runScan(ctx, st, opt)
	if err != nil {
		return err
	}
	defer report.Close() // all of it was shown
	if err := sh.showScan(report, o, fresh); err != nil {
		return err
	}
	if !report.Totals.Complete() {
		return errListed
	}
	return nil
}

// scanJob turns what was asked into a job.
func (sh *shell) scanJob(set settings, o scanOptions, fresh bool) (job.ScanOptions, error) {
	opt := job.ScanOptions{All: o.all, Anew: o.explain != "", Lock: sh.lock, Folders: sh.usualFolders(), Announce: sh.announce}
	opt.Disk, opt.Patience = sh.disk, sh.patience
	opt.Now, opt.Exclude, opt.Exclusions = sh.now, []string{sh.home}, set.exclusions()
	if !fresh {
		opt.Home = sh.home
	}
	opt.Roots, opt.Whole = set.Folders, len(o.paths) == 0
	if !opt.Whole {
		opt.Roots = nil
	}
	for _, p := range o.paths {
		switch p {
		case "":
			return opt, fault.New(fault.Usage, "fault.usage.empty")
		case "-":
			return opt, fault.New(fault.Usage, "fault.usage.stream")
		}
		abs, err := rawpath.Abs(p)
		if err != nil {
			return opt, fault.On(fault.NoInput, "fault.scan.root", p, err)
		}
		if _, err := rawpath.Lstat(abs); err != nil {
			return opt, fault.On(fault.CodeOf(err, fault.NoInput), "fault.scan.root", p, err)
		}
		opt.Roots = append(opt.Roots, abs)
	}
	var err error
	if fresh {
		opt.Rules, opt.KeyID, err = passingRules(sh.country(), nil)
	} else {
		opt.Rules, opt.KeyID, err = sh.rules(set)
	}
	return opt, err
}

// runScan runs the job with a progress bar.
func (sh *shell) runScan(ctx context.Context, st state, o job.ScanOptions) (*scan.Report, error) {
	if sh.errTerm {
		o.Progress = sh.progress(ctx, o)
	}
	if st == nil {
		return job.Scan(ctx, nil, o)
	}
	return job.Scan(ctx, st, o)
}

// countAhead counts the files that a scan will look at, which takes a small part of the time of
// reading them; -1 where they cannot be counted.
func countAhead(ctx context.Context, o job.ScanOptions) (total int64) {
	err := walk.Walk(ctx, o.Roots, o.Walk(), func(e walk.Entry) error {
		if e.State != walk.Skipped {
			total++
		}
		return nil
	})
	if err != nil || total == 0 {
		return -1
	}
	return total
}

// progress draws a bar on the terminal.
func (sh *shell) progress(ctx context.Context, o job.ScanOptions) func(int64, int64, bool) {
	bar := progressbar.NewOptions64(countAhead(ctx, o),
		progressbar.OptionSetWriter(sh.err), progressbar.OptionSetDescription(sh.words.T("progress.scan")),
		progressbar.OptionSetWidth(24), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(false), progressbar.OptionEnableColorCodes(false))
	return func(files, _ int64, end bool) {
		if end {
			_ = bar.Finish() // a bar that can't be drawn is no reason to stop
			return
		}
		_ = bar.Set64(files)
	}
}

// scanStream scans standard input as one text file; nothing is remembered.
func (sh *shell) scanStream(ctx context.Context, o scanOptions, set settings) error {
	c := set.Country
	if c == "" {
		c = sh.country()
	}
	rules, _, err := passingRules(c, set.own())
	if err != nil {
		return err
	}
	start := sh.now()
	report := scan.NewReport(start, []string{"-"}, true)
	defer report.Close() // all of it was shown
	f := scan.Stream(ctx, scan.Options{Rules: rules, Now: sh.now}, "-", sh.in)
	if err := report.Add(f); err != nil {
		return err
	}
	report.End(sh.now().Sub(start))
	if err := sh.showScan(report, o, false); err != nil {
		return err
	}
	if !report.Totals.Complete() {
		return errListed
	}
	return nil
}

func (sh *shell) showScan(r *scan.Report, o scanOptions, fresh bool) error {
	if o.json {
		return sh.scanJSON(r)
	}
	if fresh {
		sh.page(sh.err, sh.errTerm).wrap("", sh.words.T("scan.unremembered"))
	}
	if o.explain != "" {
		if f, err := onlyFile(r); f != nil || err != nil {
			if err != nil {
				return err
			}
			return sh.explainPage(r, *f)
		}
	}
	return sh.scanPage(r, o)
}
