package watch

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"custode/scan/watch/objaudit"
)

// diary stands for the log of Windows: it writes down in its XML what inotify sees here, as done by whoever by says.
type diary struct {
	t       *testing.T
	eye     *Watcher
	by      func(path string) (pid int, program string)
	mute    bool // nothing is written down
	lapsed  atomic.Bool
	lost    chan bool
	broken  chan error
	folders atomic.Int32
	closed  atomic.Bool
}

func (d *diary) Add(string) error {
	d.folders.Add(1)
	return nil
}

func (d *diary) Drop(string) error {
	d.folders.Add(-1)
	return nil
}

func (d *diary) Close() error {
	d.closed.Store(true)
	return nil
}

func (*diary) Names() objaudit.Names         { return objaudit.NewNames(nil) }
func (*diary) Long(path string) string       { return path }
func (*diary) Process(uint32) (uint64, bool) { return 7, false }

func (d *diary) Next(ctx context.Context) (out []string, lost bool, err error) {
	short, stop := context.WithTimeout(ctx, 20*time.Millisecond)
	defer stop()
	select {
	case lost = <-d.lost:
		return nil, lost, nil
	case err = <-d.broken:
		return nil, false, err
	default:
	}
	b, _ := d.eye.Next(short) // nothing came: the next time
	for _, e := range b.Events {
		path, access := e.Path, objaudit.Access(0)
		switch {
		case e.Op.Has(Rename):
			path, access = e.From, objaudit.Delete
		case e.Op.Has(Delete):
			access = objaudit.Delete
		case e.Op.Has(Write):
			access = objaudit.WriteData
		case e.Op.Has(Read):
			access = objaudit.ReadData
		}
		if access != 0 && !d.mute && !d.lapsed.Load() {
			out = append(out, d.write(e.At, path, access))
		}
	}
	return out, false, nil
}

// write writes an event as Windows does.
func (d *diary) write(at time.Time, path string, access objaudit.Access) string {
	pid, program := d.by(path)
	var object, name bytes.Buffer
	if err := errors.Join(xml.EscapeText(&object, []byte(path)), xml.EscapeText(&name, []byte(program))); err != nil {
		d.t.Error(err)
	}
	return fmt.Sprintf(`<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/>`+
		`<EventID>4663</EventID><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='%s'/><EventRecordID>1</EventRecordID></System>`+
		`<EventData><Data Name='SubjectUserSid'>S-1-5-21-1-2-3-1001</Data><Data Name='SubjectUserName'>maria</Data><Data Name='SubjectDomainName'>BOTTEGA</Data>`+
		`<Data Name='SubjectLogonId'>0x3e7a1</Data><Data Name='ObjectServer'>Security</Data><Data Name='ObjectType'>File</Data><Data Name='ObjectName'>%s</Data>`+
		`<Data Name='AccessMask'>%#x</Data><Data Name='ProcessId'>%#x</Data><Data Name='ProcessName'>%s</Data></EventData></Event>`,
		at.UTC().Format(time.RFC3339Nano), object.String(), uint32(access), pid, name.String())
}

// stranger is the program that does everything that is no probe.
const stranger = `C:\Programmi\Esempio\scarica.exe`

// audited watches a folder by a log that stands for Windows', with change made to it before it begins.
func audited(t *testing.T, change func(*diary)) (shop string, w *Watcher, d *diary) {
	t.Helper()
	shop = t.TempDir()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if full, err := filepath.EvalSymlinks(own); err == nil {
		own = full
	}
	eye, err := Start(t.Context(), Options{Folders: []string{shop}, Now: time.Now, Backend: inotifyName})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(eye.Close)
	d = &diary{t: t, eye: eye, lost: make(chan bool, 1), broken: make(chan error, 1), by: func(path string) (int, string) {
		if isProbe(Event{Path: path}) {
			return os.Getpid(), own
		}
		return 4321, stranger
	}}
	if change != nil {
		change(d)
	}
	w, err = Start(t.Context(), Options{Now: time.Now, Backend: auditName, patience: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	a, err := newAudit(t.Context(), w.out, d, 400*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sensors[auditName] = a
	f := &folder{path: shop, gone: time.Now()}
	w.folders = append(w.folders, f)
	if !w.see(f) {
		t.Fatal("not there")
	}
	w.begin(t.Context(), f, "", nil)
	t.Cleanup(w.Close)
	return shop, w, d
}

// TestAuditPromises: who and what is read is promised once the self-test has found its own doings in the log, and not before,
// nor where nothing is written down, or somebody else's doings; changes are seen in any case.
func TestAuditPromises(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*diary)
		reads  bool
		who    bool
		why    Why
	}{
		"written down":         {nil, true, true, ""},
		"nothing written down": {func(d *diary) { d.mute = true }, false, false, Unproven},
		"another program named": {func(d *diary) {
			d.by = func(string) (int, string) { return os.Getpid(), stranger }
		}, true, false, Unproven},
		"another process named": {func(d *diary) {
			by := d.by
			d.by = func(path string) (int, string) { _, own := by(path); return 4321, own }
		}, true, false, Unproven},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop, w, _ := audited(t, c.change)
			if before := w.Coverage().Folders[shop]; before.Backend != auditName || before.Who || before.Reads || !before.Changes {
				t.Errorf("before it was tried: %+v", before)
			}
			reports := w.SelfTest(t.Context())
			got := w.Coverage().Folders[shop]
			if len(reports) != 1 || reports[0].Err != nil || !got.Changes || got.Reads != c.reads || got.Who != c.who || got.Why != c.why {
				t.Errorf("%+v\n%+v", got, reports)
			}
		})
	}
}

// TestAuditLapse: where the log falls silent later, the next self-test takes the promise back and says what is missing.
func TestAuditLapse(t *testing.T) {
	t.Parallel()
	shop, w, d := audited(t, nil)
	w.SelfTest(t.Context())
	promised := w.Coverage().Folders[shop]
	d.lapsed.Store(true)
	r := w.SelfTest(t.Context())[0]
	if got := w.Coverage().Folders[shop]; !promised.Who || got.Who || got.Why != Unproven || !slices.Equal(r.Missing(promised), []Op{Read}) {
		t.Errorf("promised %+v, then %+v: %+v", promised, got, r)
	}
}

// TestAuditEvents: changes and reads come with who did it, in the order in which they came; custode's own are not told.
func TestAuditEvents(t *testing.T) {
	t.Parallel()
	shop, w, _ := audited(t, func(d *diary) {
		by := d.by
		d.by = func(path string) (int, string) {
			if filepath.Base(path) == "ours.txt" {
				return os.Getpid(), stranger
			}
			return by(path)
		}
	})
	list, list2, ours := filepath.Join(shop, "Clienti.csv"), filepath.Join(shop, "vecchi.csv"), filepath.Join(shop, "ours.txt")
	step := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(60 * time.Millisecond)
	}
	step(os.WriteFile(ours, []byte("x"), 0o600))
	step(os.WriteFile(list, []byte("name\nAda\n"), 0o600))
	_, err := os.ReadFile(list)
	step(err)
	step(os.Rename(list, list2))
	step(os.Remove(list2))
	var got []string
	ctx, stop := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer stop()
	for {
		b, err := w.Next(ctx)
		if err != nil {
			break
		}
		for _, e := range b.Events {
			who := "nobody"
			if e.Actor != nil {
				who = fmt.Sprint(e.Actor.PID, " ", e.Actor.User, " ", e.Actor.Program)
				if !e.Actor.Desk || e.Actor.Start != 7 || e.Actor.Session == 0 {
					t.Errorf("%+v", e.Actor)
				}
			}
			line := fmt.Sprint(e.Op, " ", filepath.Base(e.From), " ", filepath.Base(e.Path), " by ", who)
			if !slices.Contains(got, line) { // a write may come in two parts
				got = append(got, line)
			}
		}
	}
	const maria = ` by 4321 BOTTEGA\maria ` + stranger
	want := []string{
		"create . Clienti.csv" + maria, "write . Clienti.csv" + maria, "read . Clienti.csv" + maria,
		"rename Clienti.csv vecchi.csv" + maria, "delete . vecchi.csv" + maria,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestAuditLost: what was overwritten before it was read is told; where the log ends, the folder is watched without it, and
// what was set is taken back.
func TestAuditLost(t *testing.T) {
	t.Parallel()
	shop, w, d := audited(t, nil)
	d.lost <- true
	b, err := w.Next(t.Context())
	if err != nil || len(b.Blind) != 1 || b.Blind[0].Why != Overflow || !slices.Equal(b.Blind[0].Folders, []string{shop}) {
		t.Errorf("%+v %v", b, err)
	}
	d.broken <- errors.New("the log is gone")
	for range 100 {
		if c := w.Coverage().Folders[shop]; c.Backend != auditName {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if c := w.Coverage().Folders[shop]; c.Backend != pollName || c.Who || c.Reads || d.folders.Load() != 0 {
		t.Errorf("%+v %d", c, d.folders.Load())
	}
	if w.Close(); !d.closed.Load() {
		t.Error("the log stays open")
	}
}

// longNames knows the long names of some short ones.
type longNames struct {
	*diary

	names map[string]string
}

func (l longNames) Long(path string) string {
	if long, known := l.names[path]; known {
		return long
	}
	return path
}

// TestAuditInside: a use is told of the file as it is named in the watched folder, however its program named it.
func TestAuditInside(t *testing.T) {
	a := &audit{roots: []string{"/Bottega/Dati", "/Altro"}, log: longNames{names: map[string]string{
		"/BOTTEG~1/Dati/CLIENT~1.CSV": "/Bottega/Dati/clienti vecchi.csv", "/bottega/dati/CLIENTI.csv": "/Bottega/Dati/Clienti.csv",
	}}}
	for path, want := range map[string]string{
		"/Bottega/Dati/a.csv":                 "/Bottega/Dati/a.csv",
		"/BOTTEGA/DATI/Anno/a.csv":            "/Bottega/Dati/Anno/a.csv",
		"/bottega/dati/CLIENTI.csv":           "/Bottega/Dati/Clienti.csv",
		"/BOTTEG~1/Dati/CLIENT~1.CSV":         "/Bottega/Dati/clienti vecchi.csv",
		"/Bottega/Dati/a.csv:Zone.Identifier": "/Bottega/Dati/a.csv",
		"/Bottega/Dati":                       "/Bottega/Dati",
		"/altro/x":                            "/Altro/x",
		"/Bottega/Dati2/a.csv":                "",
		"/Bottega":                            "",
		"/BOTTEG~2/Dati/a.csv":                "",
		"":                                    "",
	} {
		if got, inside := a.inside(path); got != want || inside != (want != "") {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
