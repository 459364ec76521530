package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"custode/internal/i18n"
)

// RoomUnknown is more than any disk has room for.
const RoomUnknown int64 = 1 << 60

// noRoomError says that an upload is larger than what there is room for, in bytes.
type noRoomError struct{ room int64 }

func (e noRoomError) Error() string { return fmt.Sprintf("web: room for %d bytes", e.room) }

// words say what there is room for, and what to do.
func (e noRoomError) words(w *i18n.Words) (what, do string) {
	what, do = w.T("web.incident.evidence.full"), w.T("web.incident.evidence.too-big.hint")
	if e.room > 0 {
		what = w.T("web.incident.evidence.too-big", w.Bytes(e.room))
	}
	return what, do
}

// mostAround is how much of an upload may be no file: fields, and what stands between the parts.
const mostAround = mostForm

// arrival is what became of the files of a form. It is read part by part: nothing of a file is kept in memory or
// in a temporary file on the way. The fields of the form come before its files.
type arrival struct {
	act   Act      // that its fields make; Seen is -1 as long as that field has not come
	Kept  []string // taken in
	Left  []string // not taken in
	More  bool     // it broke off: what would have come after that is not known
	twice *OvertakenError
}

func (u *arrival) sent() bool { return len(u.Kept)+len(u.Left) > 0 || u.More || u.twice != nil }

// takeEvidence takes in files for which there is room. Where one cannot be taken in, the page says which were and which
// were not.
func takeEvidence(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	room := v.office.EvidenceRoom()
	tooBig := noRoomError{room}
	parts, err := v.parts(room, tooBig)
	if err != nil {
		return err
	}
	if err := v.office.CanTake(); err != nil {
		return err
	}
	if room == 0 {
		return tooBig
	}
	u := arrival{act: Act{ID: id, Seen: -1, By: v.session.name}}
	err = v.take(&u, parts)
	if errors.As(err, new(*http.MaxBytesError)) {
		err = tooBig
	}
	return v.came(u, err)
}

// came answers an upload.
func (v *visit) came(u arrival, err error) error {
	view := evidenceView{Came: u, Overtaken: u.twice, Text: u.act.Text}
	status := http.StatusConflict
	switch {
	case err != nil && !u.sent():
		return err
	case err != nil:
		status, view.Why = v.failure(err)
	case u.twice != nil:
	case len(u.Kept) == 0:
		return v.evidencePage(http.StatusUnprocessableEntity, u.act.ID, evidenceView{Came: u, Text: u.act.Text, Wrong: v.words.T("web.incident.evidence.which")})
	default:
		return v.see(v.incidentPath(u.act.ID) + "/evidence?taken=1")
	}
	if none := v.evidencePage(status, u.act.ID, view); none != nil {
		return errors.Join(err, none) // the first of the two is told
	}
	return nil
}

// take goes through the parts of an upload. After a file that could not be taken in, the others are named, no more.
func (v *visit) take(u *arrival, parts *parts) (failed error) {
	for {
		part, err := parts.next()
		if err == io.EOF { //nolint:errorlint // wrapped, it is an end in the middle
			return failed
		}
		if err != nil {
			u.More = true
			return errors.Join(failed, brokenOff(err))
		}
		if part.FormName() != "file" {
			if err := u.read(part); err != nil {
				return err
			}
			continue
		}
		name := fileName(part)
		switch {
		case name == "": // none was chosen
			continue
		case u.act.Seen < 0:
			return refusal{http.StatusBadRequest, "web.broken-form"}
		case failed != nil:
			u.Left = append(u.Left, name)
			continue
		}
		if failed = v.takeFile(u, name, part); u.More {
			return failed
		}
	}
}

// takeFile takes a file in. One that was taken in already is no failure: the others may be new.
func (v *visit) takeFile(u *arrival, name string, part io.Reader) error {
	err := v.office.TakeEvidence(v.ctx(), u.act, name, part)
	if twice, ok := errors.AsType[*OvertakenError](err); ok {
		if u.twice == nil {
			u.twice = &OvertakenError{Say: twice.Say}
		}
		u.twice.Stands = append(u.twice.Stands, twice.Stands...)
		return nil
	}
	if err == nil {
		u.Kept = append(u.Kept, name)
		return nil
	}
	u.Left = append(u.Left, name)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(*http.MaxBytesError)) {
		u.More, err = true, brokenOff(err)
	}
	return err
}

// read reads a field.
func (u *arrival) read(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, mostAround))
	if err != nil {
		return brokenOff(err)
	}
	switch text := trimmed(string(b)); part.FormName() {
	case "seen":
		if u.act.Seen, err = strconv.Atoi(text); err != nil || u.act.Seen < 0 {
			return refusal{http.StatusBadRequest, "web.broken-form"}
		}
	case "text":
		u.act.Text = text
	}
	return nil
}

// brokenOff is what an upload that ends too early is.
func brokenOff(err error) error {
	if most := (*http.MaxBytesError)(nil); errors.As(err, &most) {
		return err
	}
	return refusal{http.StatusBadRequest, "web.incident.evidence.cut"}
}

// fileName is what a file is called, without the folders of the computer that it comes from, be it
// of whichever system; "" where none was chosen.
func fileName(part *multipart.Part) string {
	name := part.FileName()
	return trimmed(name[strings.LastIndexAny(name, `/\`)+1:])
}
