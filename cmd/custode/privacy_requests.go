package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/playbook/privacy/request"
)

// privacyRequestsCommand is what people ask about their own data.
func privacyRequestsCommand(sh *shell) *cli.Command {
	t := sh.words.T
	return &cli.Command{
		Name: "requests", Usage: t("cmd.request"), UsageText: t("cmd.request.use"), Description: t("cmd.request.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			requestNewCommand(sh), requestListCommand(sh), requestShowCommand(sh), requestIdentityCommand(sh), requestExtendCommand(sh),
			requestSearchCommand(sh), requestLetterCommand(sh), requestCloseCommand(sh),
		},
	}
}

// requester is what a command about requests works with.
type requester struct {
	sh  *shell
	set settings
	st  state
}

// requester opens the home, after what is too old was erased. Who gets it closes it.
func (sh *shell) requester(ctx context.Context) (*requester, error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	d := &requester{sh, set, st}
	if err := st.ForgetRequests(ctx, sh.now(), request.WhoMonths); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// onRequest opens the home and gives the request of a number.
func (sh *shell) onRequest(ctx context.Context, id int64, fn func(d *requester, r job.RequestDue) error) error {
	d, err := sh.requester(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	r, err := d.one(ctx, id)
	if err != nil {
		return err
	}
	return fn(d, r)
}

// close closes the database; every write was committed.
func (d *requester) close() { _ = d.st.Close() }

// one gives the request of a number.
func (d *requester) one(ctx context.Context, id int64) (job.RequestDue, error) {
	r, err := job.OneRequest(ctx, d.st, id, d.set.Country, d.sh.now())
	return r, requestFault(err, id)
}

// note keeps what happened to a request, and gives it anew.
func (d *requester) note(ctx context.Context, id int64, e request.Event) (job.RequestDue, error) {
	if err := d.st.NoteRequest(ctx, id, e); err != nil {
		return job.RequestDue{}, requestFault(err, id)
	}
	return d.one(ctx, id)
}

// requestFault makes a failure for people of what a record refuses. It can be given any error,
// and nil.
func requestFault(err error, id int64) error {
	if f, ok := refused(err, []refusal{
		{err: request.ErrNone, code: fault.NoInput, id: "fault.request.none", args: []any{strconv.FormatInt(id, 10)}},
		{err: request.ErrClosed, code: fault.CannotMake, id: "fault.request.closed", args: []any{strconv.FormatInt(id, 10)}},
		{err: request.ErrOpen, code: fault.CannotMake, id: "fault.request.open", args: []any{strconv.FormatInt(id, 10)}},
	}); ok {
		return f
	}
	return err
}

// requestNumber gives the number of a request, the first argument, and the arguments after it.
func requestNumber(c *cli.Context, most int) (id int64, rest []string, err error) {
	args := c.Args().Slice()
	if len(args) == 0 {
		return 0, nil, fault.New(fault.Usage, "fault.request.which")
	}
	if id, err = strconv.ParseInt(args[0], 10, 64); err != nil {
		return 0, nil, fault.New(fault.Usage, "fault.request.which")
	}
	if len(args)-1 > most {
		return 0, nil, fault.New(fault.Usage, "fault.usage.extra", printable(args[most+1]))
	}
	return id, args[1:], nil
}

// dayOf reads a day that has been, as people write it; "" is today.
func (d *requester) dayOf(text string) (string, error) {
	now := d.sh.now()
	if strings.TrimSpace(text) == "" {
		return now.Format(time.DateOnly), nil
	}
	at, ok := parseWhen(text, now, d.set.Country == "US")
	if !ok {
		return "", fault.New(fault.Usage, "fault.request.day", printable(text))
	}
	at = at.In(now.Location())
	if at.Format(time.DateOnly) > now.Format(time.DateOnly) {
		return "", fault.New(fault.Usage, "fault.request.future", printable(text))
	}
	return at.Format(time.DateOnly), nil
}

// since is dayOf for what cannot have happened before the request came.
func (d *requester) since(r job.RequestDue, text string) (string, error) {
	day, err := d.dayOf(text)
	if err == nil && day < r.Received {
		return "", fault.New(fault.Usage, "fault.request.before", d.day(r.Received))
	}
	return day, err
}

// day writes a day that was kept.
func (d *requester) day(s string) string { return d.sh.words.Date(keptDay(s, d.sh.now())) }

// command is a command of this family for one request, to be typed.
func (d *requester) command(name string, id int64, more ...string) string {
	return d.sh.command(slices.Concat([]string{"custode", "privacy", "requests", name, strconv.FormatInt(id, 10)}, more)...)
}

// choicesOf writes the members of a closed list, as they are typed.
func choicesOf[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return strings.Join(out, " | ")
}

// among gives the member of a closed list that was typed.
func among[T ~string](list []T, typed, id string) (T, error) {
	if i := slices.Index(list, T(strings.ToLower(typed))); i >= 0 {
		return list[i], nil
	}
	return "", fault.New(fault.Usage, id, printable(typed), choicesOf(list))
}

// holder gives what opens who asks, if it is at hand without a question, or with ask where a
// terminal is there; nil: it is locked.
func (d *requester) holder(ctx context.Context, f keyFlags, ask bool) ([]age.Identity, func(), error) {
	nothing := func() {}
	r, err := d.sh.ringIfAny()
	if err != nil || r == nil {
		return nil, nothing, err
	}
	if f.identity != "" || ask && d.sh.inTerm {
		u, err := d.sh.unlocked(ctx, r, f)
		if err != nil {
			return nil, nothing, err
		}
		return u.Identities(), u.Wipe, nil
	}
	u, there, err := d.sh.keyAtHand(ctx, r, f.passphraseFile)
	if err != nil || !there {
		return nil, nothing, err
	}
	return u.Identities(), u.Wipe, nil
}

// Whether who asks can be shown.
const (
	whoOpen   = "open"
	whoLocked = "locked"
	whoErased = "erased"
)

// who opens who asks, where it can be.
func (d *requester) who(ctx context.Context, r job.RequestDue, ids []age.Identity) (request.Who, string, error) {
	switch {
	case len(r.Who) == 0:
		return request.Who{}, whoErased, nil
	case len(ids) == 0:
		return request.Who{}, whoLocked, nil
	}
	who, err := job.OpenWho(ctx, r.Who, ids...)
	if err != nil {
		return who, "", fault.On(fault.NoPerm, "fault.request.who", "", err)
	}
	return who, whoOpen, nil
}

type requestWhyDoc struct {
	Code string `json:"code"`
	Day  string `json:"day"` // "" where there is none
	Text string `json:"text"`
}

type requestEventDoc struct {
	Day    string `json:"day"`
	What   string `json:"what"`
	Detail string `json:"detail"`
}

// requestRowDoc is a request without who made it.
type requestRowDoc struct {
	Number   int64  `json:"number"`
	Right    string `json:"right"`
	Received string `json:"received"`
	How      string `json:"how"`
	State    string `json:"state"`
	AtOnce   bool   `json:"at_once"`
	Due      string `json:"due"`
	DaysLeft int    `json:"days_left"` // of an open one
	Late     bool   `json:"late"`
	Extended bool   `json:"extended"`
	Waiting  bool   `json:"waiting_for_identity"`
	Closed   string `json:"closed"` // a day; "" open
	Outcome  string `json:"outcome"`
	Days     int    `json:"days_taken"`
	InTime   bool   `json:"in_time"` // closed on the last day or before
}

// rowDocsOf lists requests without who made them.
func rowDocsOf(all []job.RequestDue) []requestRowDoc {
	out := []requestRowDoc{}
	for _, r := range all {
		out = append(out, rowDocOf(r))
	}
	return out
}

func rowDocOf(r job.RequestDue) requestRowDoc {
	due := r.Deadline.Due.Format(time.DateOnly)
	day, how, ended := r.End()
	doc := requestRowDoc{
		Number: r.ID, Right: string(r.Right), Received: r.Received, How: string(r.How), State: r.State(), AtOnce: r.AtOnce,
		Due: due, Late: r.Late, Extended: r.Deadline.Extended, Waiting: r.Deadline.Waiting && !ended, Closed: day, Outcome: string(how), Days: r.Days(),
		InTime: ended && day <= due,
	}
	if !ended {
		doc.DaysLeft = r.Left
	}
	return doc
}
