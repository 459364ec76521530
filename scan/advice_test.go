package scan_test

import (
	"testing"

	"custode/scan"
	"custode/scan/detect"
)

// TestAdvise: each step with files that it is for; a change that makes it another.
func TestAdvise(t *testing.T) {
	file := func(risk scan.Risk, reason scan.RiskReason, change ...func(*scan.File)) scan.File {
		f := scan.File{Path: "/data/list.csv", Format: "csv", Risk: risk, RiskReason: reason, Exposure: scan.NotExposed, Access: scan.OwnerOnly}
		for _, c := range change {
			c(&f)
		}
		return f
	}
	at := func(e scan.Exposure) func(*scan.File) { return func(f *scan.File) { f.Exposure = e } }
	spare := func(f *scan.File) { f.Spare, f.Copies = true, []string{"/data/first.csv"} }
	kept := func(f *scan.File) { f.Copies = []string{"/data/second.csv"} }
	open := func(f *scan.File) { f.Access = scan.Everyone }
	old := func(f *scan.File) { f.Old = true }
	format := func(s string) func(*scan.File) { return func(f *scan.File) { f.Format = s } }
	holds := func(c detect.Confidence, k ...detect.Kind) func(*scan.File) {
		return func(f *scan.File) { f.Findings = found(c, k...) }
	}
	for _, c := range []struct {
		name    string
		file    scan.File
		want    scan.AdviceID
		command string
	}{
		{"nothing found", file(scan.None, scan.NothingFound, open, old), scan.Nothing, ""},
		{"codes, whatever else", file(scan.High, scan.HasCardCodes, spare, open, old, at(scan.InDownloads)), scan.DeleteCodes, ""},
		{"on the web", file(scan.High, scan.HasCards, spare, at(scan.OnWeb)), scan.Unpublish, ""},
		{"perhaps", file(scan.Low, scan.Perhaps, spare), scan.LookInto, "custode"},
		{"in the bin", file(scan.High, scan.HasCards, spare, at(scan.InTrash)), scan.EmptyTrash, ""},
		{"a copy", file(scan.High, scan.HasCards, spare, at(scan.InDownloads)), scan.DeleteCopy, "rm"},
		{"a copy, on a stick", file(scan.Medium, scan.SomeContacts, spare, at(scan.OnRemovable)), scan.LockBackup, ""},
		{"a copy, on a server", file(scan.Medium, scan.SomeContacts, spare, at(scan.OnNetwork)), scan.LockBackup, ""},
		{"a copy, in a folder for backups", file(scan.High, scan.HasCards, spare, func(f *scan.File) { f.Path = "/data/Backup 2024/list.csv" }), scan.LockBackup, ""},
		{"a copy, called backup itself", file(scan.High, scan.HasCards, spare, func(f *scan.File) { f.Path = "/data/backup.csv" }), scan.DeleteCopy, "rm"},
		{"a copy of a database", file(scan.High, scan.HasCards, spare, format("sqlite")), scan.LockBackup, ""},
		{"the one to keep", file(scan.High, scan.HasCards, kept), scan.CutCards, ""},
		{"cards", file(scan.High, scan.HasCards, open), scan.CutCards, ""},
		{"passwords", file(scan.High, scan.HasPasswords, open, old), scan.PutAwayKeys, ""},
		{"open to all", file(scan.High, scan.HasIdentity, open, old), scan.Restrict, "chmod"},
		{"a group", file(scan.High, scan.HasIdentity, func(f *scan.File) { f.Access = scan.GroupToo }, holds(detect.High, detect.FiscalCode)), scan.Seal, "custode encrypt"},
		{"Downloads", file(scan.Low, scan.FewContacts, at(scan.InDownloads), old), scan.MoveAway, ""},
		{"the desktop", file(scan.Medium, scan.SomeContacts, at(scan.OnDesktop)), scan.MoveAway, ""},
		{"for a while", file(scan.Medium, scan.SomeContacts, at(scan.InTemp)), scan.MoveAway, ""},
		{"a service's folder", file(scan.Medium, scan.SomeContacts, at(scan.InSynced)), scan.Seal, "custode encrypt"},
		{"old", file(scan.Medium, scan.SomeContacts, old), scan.DeleteOld, ""},
		{"old, a few", file(scan.Low, scan.FewContacts, old), scan.DeleteOld, ""},
		{"birth dates", file(scan.High, scan.HasIdentity, holds(detect.High, detect.BirthDate, detect.Name)), scan.Coarsen, ""},
		{"birth dates, perhaps a document", file(scan.High, scan.HasIdentity, holds(detect.Low, detect.IdentityCard)), scan.Coarsen, ""},
		{"documents", file(scan.High, scan.HasIdentity, holds(detect.High, detect.BirthDate, detect.Passport)), scan.Seal, "custode encrypt"},
		{"a database", file(scan.High, scan.HasIdentity, format("sqlite"), holds(detect.High, detect.BirthDate)), scan.EncryptDisk, ""},
		{"a mailbox", file(scan.Medium, scan.SomeContacts, format("mbox")), scan.EncryptDisk, ""},
		{"accounts", file(scan.Medium, scan.HasAccounts), scan.Seal, "custode encrypt"},
		{"members", file(scan.Medium, scan.OwnPeople), scan.Seal, "custode encrypt"},
		{"a few members", file(scan.Low, scan.OwnPeople), scan.AskWhy, ""},
		{"a few", file(scan.Low, scan.FewContacts), scan.AskWhy, ""},
		{"firms", file(scan.Low, scan.Companies), scan.AskWhy, ""},
	} {
		a := scan.Advise(c.file)
		if a.ID != c.want || (len(a.Command) > 0) != (c.command != "") {
			t.Errorf("%s: %+v, want %s %s", c.name, a, c.want, c.command)
		}
	}
	f := file(scan.Low, scan.Perhaps)
	f.Path = "-"
	if a := scan.Advise(f); a.ID != scan.LookInto || a.Command != nil {
		t.Errorf("a stream has a command: %+v", a)
	}
}
