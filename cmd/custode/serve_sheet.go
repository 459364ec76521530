package main

import (
	"errors"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/internal/secret"
)

// sheetTyping keeps lines of the recovery sheet that were typed rightly, until all of them are there.
type sheetTyping [web.SheetLines]secret.Bytes

// typedSheet is what lines of the sheet came to.
type typedSheet struct {
	id    keys.Identity // where they are whole
	whole bool
	mixed bool // each is right, and together they are none
	wrong [web.SheetLines]string
}

// take takes lines of the sheet, in any of which all of it may be.
func (s *sheetTyping) take(sh *shell, lines [web.SheetLines]secret.Bytes) (t typedSheet) {
	if t.id, t.whole = s.with(lines); !t.whole {
		t.wrong = s.keep(sh, lines)
		t.id, t.whole = s.with([web.SheetLines]secret.Bytes{})
	}
	t.mixed = !t.whole && s.all()
	return t
}

// with gives the key of the sheet if lines and those of before make one, or one of lines is all of it.
func (s *sheetTyping) with(lines [web.SheetLines]secret.Bytes) (keys.Identity, bool) {
	var all []byte
	defer func() { clear(all[:cap(all)]) }()
	for i, l := range lines {
		if id, err := keys.FromSheet(l); err == nil {
			return id, true
		}
		if s[i].Len() > 0 {
			l = s[i]
		}
		all = append(append(all, withoutNumber(l, i+1).Reveal()...), '\n')
	}
	text := secret.FromString(string(all))
	defer text.Wipe()
	id, err := keys.FromSheet(text)
	return id, err == nil
}

// keep keeps the lines that are right, and says what is wrong with the others.
func (s *sheetTyping) keep(sh *shell, lines [web.SheetLines]secret.Bytes) (wrong [web.SheetLines]string) {
	for i, l := range lines {
		if s[i].Len() > 0 {
			continue
		}
		line := withoutNumber(l, i+1)
		var e *keys.SheetError
		if err := keys.CheckSheetLine(line, i+1); errors.As(err, &e) {
			wrong[i] = sh.typingError(e)
			continue
		}
		s[i] = copyOf(line)
	}
	return wrong
}

func (s *sheetTyping) all() bool {
	for _, l := range s {
		if l.Len() == 0 {
			return false
		}
	}
	return true
}

func (s *sheetTyping) forget() {
	for i := range s {
		s[i].Wipe()
		s[i] = secret.Bytes{}
	}
}

// shown is what the page tells of the lines.
func (s *sheetTyping) shown() (v web.SheetTyped) {
	for i, l := range s {
		v.Lines[i].Right = l.Len() > 0
	}
	return v
}

// tell adds what was wrong with what was typed last.
func (t typedSheet) tell(sh *shell, v *web.SheetTyped) {
	for i, w := range t.wrong {
		v.Lines[i].Wrong = w
	}
	if t.mixed {
		v.Mixed = sh.words.T("keys.sheet.mixed")
	}
}
