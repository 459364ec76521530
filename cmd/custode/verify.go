package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/verify"
	"custode/internal/fault"
	"custode/internal/rawpath"
	"custode/playbook/daily"
)

type verifyOptions struct {
	json, keyless, open, forget bool
	keys                        keyFiles
	paths                       []string
}

func verifyCommand(sh *shell) *cli.Command {
	var o verifyOptions
	t := sh.words.T
	return &cli.Command{
		Name: "verify", Usage: t("cmd.verify"), UsageText: t("cmd.verify.use"), Description: t("cmd.verify.more"),
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "open", Usage: t("flag.verify.open"), Destination: &o.open},
			&cli.BoolFlag{Name: "keyless", Usage: t("flag.verify.keyless"), Destination: &o.keyless},
			&cli.BoolFlag{Name: "forget", Usage: t("flag.verify.forget"), Destination: &o.forget},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			o.paths, o.keys.identities = c.Args().Slice(), c.StringSlice("i")
			return sh.verify(c.Context, o)
		},
	}
}

// verify proves that sealed files are as they were sealed: by their digests, or
// with the key by opening them.
func (sh *shell) verify(ctx context.Context, o verifyOptions) error {
	withKey := o.open || len(o.keys.identities) > 0 || o.keys.passphraseFile != ""
	if o.keyless && withKey {
		return fault.New(fault.Usage, "fault.verify.keyless")
	}
	set, unset := sh.settings()
	if unset != nil && !isFault(unset, "fault.home.fresh") {
		return unset
	}
	roots, err := verifyPaths(o.paths)
	if err != nil {
		return err
	}
	if !o.keyless && !withKey {
		held, ok := sh.heldKey(ctx)
		held.Wipe()
		withKey = ok || sh.env("CUSTODE_PASSPHRASE") != ""
	}
	if unset != nil && !withKey {
		return unset // nothing is known here that files could be held against
	}
	var with []age.Identity
	if withKey {
		if with, err = sh.openers(ctx, o.keys, true); err != nil {
			return err
		}
	}
	opt, err := sh.verifyHow(set)
	if err != nil {
		return err
	}
	opt.Roots, opt.With = roots, with
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	if err := anyKnown(ctx, st, opt.Roots); err != nil {
		return err
	}
	start := sh.now()
	end := func() {}
	if sh.errTerm {
		opt.Bytes, end = sh.byteBar("progress.verify", -1)
	}
	v, err := job.Verify(ctx, st, opt)
	end()
	if err != nil {
		return err
	}
	var forgotten []string
	if o.forget {
		if forgotten, err = forget(ctx, st, &v); err != nil {
			return err
		}
	}
	slices.SortFunc(v.Failed, func(a, b verify.Found) int { return strings.Compare(a.Path, b.Path) })
	took := sh.now().Sub(start)
	if o.json {
		err = sh.verifyJSON(v, opt.WithKey(), took, forgotten)
	} else {
		err = sh.verifyPage(v, opt.WithKey(), took)
		if n := int64(len(forgotten)); n > 0 && err == nil {
			p := sh.page(sh.out, sh.outTerm)
			p.wrap("", sh.words.N("verify.forgotten", n))
			err = p.fail
		}
	}
	if err == nil && len(v.Failed) > 0 {
		err = errListed
	}
	return err
}

// verifyHow is how all sealed files of a shop are verified by their digests.
func (sh *shell) verifyHow(set settings) (job.VerifyOptions, error) {
	opt := job.VerifyOptions{Below: set.Folders, Skip: sh.home, Now: sh.now, Announce: sh.announce}
	key, _, err := sh.peopleKey()
	opt.FS, opt.Key = disk.Real{}, catalogue.NewKey(key[:])
	return opt, err
}

// deleted reports whether a file is not there any more, though its folder is: where the whole folder is not there, a
// drive may be unplugged.
func deleted(path string) bool {
	_, folder := os.Stat(filepath.Dir(path))
	_, err := rawpath.Lstat(path)
	return folder == nil && errors.Is(err, fs.ErrNotExist)
}

// forget takes files out of the catalogue that were deleted.
func forget(ctx context.Context, st state, v *job.Verification) (gone []string, err error) {
	v.Failed = slices.DeleteFunc(v.Failed, func(f verify.Found) bool {
		if f.Trouble != verify.Missing {
			return false
		}
		if !deleted(f.Path) {
			return false
		}
		gone = append(gone, f.Path)
		return true
	})
	return gone, st.Reopened(ctx, "files.missing", gone)
}

func verifyPaths(paths []string) (out []string, err error) {
	for _, p := range paths {
		if p == "" {
			return nil, fault.New(fault.Usage, "fault.usage.empty")
		}
		abs, err := rawpath.Abs(p)
		if err != nil {
			return nil, fault.On(fault.NoInput, "fault.decrypt.path", p, err)
		}
		out = append(out, abs)
	}
	return out, nil
}

// anyKnown refuses a path that is neither on the disk nor in the catalogue.
func anyKnown(ctx context.Context, st state, paths []string) error {
	for _, p := range paths {
		_, err := rawpath.Lstat(p)
		if err == nil {
			continue
		}
		found := false
		if e := st.SealedFiles(ctx, p, func(catalogue.Entry) error { found = true; return nil }); e != nil {
			return e
		}
		if !found {
			return fault.On(fault.CodeOf(err, fault.NoInput), "fault.decrypt.path", p, err)
		}
	}
	return nil
}

func (sh *shell) verifyPage(v job.Verification, withKey bool, took time.Duration) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	for _, l := range sh.verifySaid(v, withKey, took) {
		switch l.status {
		case daily.OK:
			p.hanging(p.green("✓")+" ", l.text)
		case daily.Attention:
			p.hanging(p.amber("!")+" ", l.text)
		default:
			p.wrap("", l.text)
		}
	}
	if n := unknownTo(v, withKey); n > 0 {
		p.hanging(p.amber("!")+" ", w.N("verify.unknown", n))
	}
	for _, t := range sh.verifyTroubles(v.Failed) {
		p.gap()
		p.hanging(p.red("!")+" ", p.bold(t.what)+" "+t.do)
		for _, path := range t.files {
			p.line("  " + shorten(printable(path), p.width-2))
		}
		if t.more != "" {
			p.line("  " + t.more)
		}
	}
	if len(v.Failed) == 0 && !withKey && v.OK > 0 && v.Unknown == v.TakenIn { // else it is said
		p.wrap("", p.dim(w.T("verify.more")))
	}
	return p.fail
}

// saidLine is a sentence, and what it says: OK, Attention, or neither.
type saidLine struct {
	status daily.Status
	text   string
}

// verifySaid says what came out, but for the files with which something is wrong.
func (sh *shell) verifySaid(v job.Verification, withKey bool, took time.Duration) (out []saidLine) {
	w := sh.words
	how, taken := "verify.checked", "verify.copies"
	if withKey {
		how, taken = "verify.opened", "verify.taken-in"
	}
	if v.Files+v.Unknown+v.Moved == 0 {
		return []saidLine{{"", w.T("verify.none")}}
	}
	if v.OK > 0 {
		out = append(out, saidLine{daily.OK, w.N(how, v.OK, w.Bytes(v.Bytes), w.Duration(took))})
	}
	if v.TakenIn > 0 {
		out = append(out, saidLine{daily.OK, w.N(taken, v.TakenIn)})
	}
	if v.Moved > 0 {
		out = append(out, saidLine{"", w.N("verify.moved", v.Moved)})
	}
	if v.Anew > 0 {
		out = append(out, saidLine{"", w.N("verify.anew", v.Anew)})
	}
	return out
}

// unknownTo is how many sealed files are not in the catalogue, of which nothing can be said without the key.
func unknownTo(v job.Verification, withKey bool) int64 {
	if withKey {
		return 0
	}
	return v.Unknown - v.TakenIn
}

// verifyTrouble is what is wrong with some files.
type verifyTrouble struct {
	trouble  verify.Trouble
	what, do string
	files    []string
	more     string // how many more
}

// verifyTroubles gathers the files that are not as they were by what is wrong, the first ones of each.
func (sh *shell) verifyTroubles(failed []verify.Found) (out []verifyTrouble) {
	const most = 20
	by := map[verify.Trouble]int{}
	left := map[verify.Trouble]int64{}
	for _, f := range failed {
		i, there := by[f.Trouble]
		if !there {
			i = len(out)
			by[f.Trouble] = i
			out = append(out, verifyTrouble{trouble: f.Trouble, what: sh.words.T("verify." + string(f.Trouble)), do: sh.words.T("verify." + string(f.Trouble) + ".do")})
		}
		if len(out[i].files) == most {
			left[f.Trouble]++
			out[i].more = sh.words.N("decrypt.more", left[f.Trouble])
			continue
		}
		out[i].files = append(out[i].files, f.Path)
	}
	return out
}

func (sh *shell) verifyJSON(v job.Verification, withKey bool, took time.Duration, forgotten []string) error {
	type failed struct {
		Path    string `json:"path"`
		Error   string `json:"error"`
		Trouble string `json:"trouble"`
	}
	doc := struct {
		Schema     string   `json:"schema"`
		WithKey    bool     `json:"with_key"`
		DurationMS int64    `json:"duration_ms"`
		Files      int64    `json:"files"`
		OK         int64    `json:"ok"`
		Bytes      int64    `json:"bytes"`
		Unknown    int64    `json:"unknown"`
		TakenIn    int64    `json:"taken_in"`
		Moved      int64    `json:"moved"`
		Resealed   int64    `json:"resealed"`
		Forgotten  int      `json:"forgotten"`
		Failed     []failed `json:"failed"`
	}{
		"custode.verify/1", withKey, took.Milliseconds(), v.Files, v.OK, v.Bytes, v.Unknown, v.TakenIn, v.Moved, v.Anew, len(forgotten), []failed{},
	}
	for _, f := range v.Failed {
		doc.Failed = append(doc.Failed, failed{f.Path, sh.words.T("verify." + string(f.Trouble)), string(f.Trouble)})
	}
	return sh.json(doc)
}
