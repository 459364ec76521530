package scan

import (
	"runtime"
	"slices"

	"custode/scan/detect"
)

// Advice is the one next step for a file. Faces have a sentence for each ID;
// Command is an argument list that does it, or shows more, nil where none helps.
type Advice struct {
	ID      AdviceID
	Command []string
}

// AdviceID names a next step, from a closed list that is part of the
// command-line contract.
type AdviceID string

// The steps.
const (
	Nothing     AdviceID = "nothing"      // no personal data, or sealed
	LookInto    AdviceID = "look"         // see whether it is what it seems
	DeleteCodes AdviceID = "delete-codes" // security codes of cards: nobody may keep them
	Unpublish   AdviceID = "unpublish"    // take it out of the web server's folder
	EmptyTrash  AdviceID = "empty-trash"
	DeleteCopy  AdviceID = "delete-copy" // the first of Copies is to be kept
	LockBackup  AdviceID = "backup"      // a copy on a drive of its own: a backup, or too much
	CutCards    AdviceID = "cut-cards"   // keep the last four digits
	PutAwayKeys AdviceID = "passwords"   // into a password manager
	Restrict    AdviceID = "restrict"    // let only its owner read it
	MoveAway    AdviceID = "move"        // out of Downloads, from the desktop
	DeleteOld   AdviceID = "delete-old"  // nothing in it is new: is it still needed?
	Coarsen     AdviceID = "coarsen"     // the year of birth may be enough
	EncryptDisk AdviceID = "encrypt-disk"
	Seal        AdviceID = "seal"
	AskWhy      AdviceID = "ask-why" // what is it kept for?
)

// rule is a row of the table of advice.
type rule struct {
	id      AdviceID
	when    func(f *File) bool
	command func(f *File) []string // nil for none
}

// rules are tried in order; the first that holds is the advice: what nobody may keep, what lies
// where anybody can take it, what there is too much of, and only then how to keep the rest.
var rules = [...]rule{
	{Nothing, func(f *File) bool { return f.Risk.Rank() == 0 }, nil},
	{DeleteCodes, because(HasCardCodes), nil},
	{Unpublish, lies(OnWeb), nil},
	{LookInto, because(Perhaps), explain},
	{EmptyTrash, lies(InTrash), nil},
	{LockBackup, func(f *File) bool { return f.Spare && f.maybeBackup() }, nil},
	{DeleteCopy, func(f *File) bool { return f.Spare }, remove},
	{CutCards, because(HasCards), nil},
	{PutAwayKeys, because(HasPasswords), nil},
	{Restrict, func(f *File) bool { return f.Access == Everyone }, func(f *File) []string { return MakePrivate(f.Path, false) }},
	{MoveAway, lies(InDownloads, OnDesktop, InTemp), nil},
	{DeleteOld, func(f *File) bool { return f.Old }, nil},
	{AskWhy, because(Companies, FewContacts), nil},
	{EncryptDisk, func(f *File) bool { return slices.Contains(ofPrograms, f.Format) }, nil},
	{Coarsen, func(f *File) bool { return f.RiskReason == HasIdentity && !f.has(documents...) }, nil},
	{Seal, func(f *File) bool { return f.Risk.Rank() >= Medium.Rank() }, encrypt},
	{AskWhy, func(*File) bool { return true }, nil},
}

// ofPrograms are the formats of files that a program goes on working with.
var ofPrograms = []string{"sqlite", "sqlite-wal", "mbox", "pst", "mdb"}

// maybeBackup reports whether a copy may be there on purpose: on a drive of its own, in a folder
// that is called so, or of a program's file.
func (f *File) maybeBackup() bool {
	return f.Exposure == OnRemovable || f.Exposure == OnNetwork || inBackup(f.Path) || slices.Contains(ofPrograms, f.Format)
}

func because(reasons ...RiskReason) func(*File) bool {
	return func(f *File) bool { return slices.Contains(reasons, f.RiskReason) }
}

func lies(places ...Exposure) func(*File) bool {
	return func(f *File) bool { return slices.Contains(places, f.Exposure) }
}

func (f *File) has(kinds ...detect.Kind) bool {
	return slices.ContainsFunc(f.Findings, func(x detect.Finding) bool { return x.Confidence != detect.Low && slices.Contains(kinds, x.Kind) })
}

func explain(f *File) []string { return []string{"custode", "scan", "--explain", f.Path} }

func encrypt(f *File) []string { return []string{"custode", "encrypt", f.Path} }

// remove gives the command that deletes one file.
func remove(f *File) []string {
	if runtime.GOOS == "windows" {
		return []string{"del", f.Path}
	}
	return []string{"rm", f.Path}
}

// Advise gives the next step for a file that Around has judged. What came in
// from a stream has no path, and no command.
func Advise(f File) Advice {
	for _, r := range rules {
		if !r.when(&f) {
			continue
		}
		a := Advice{ID: r.id}
		if r.command != nil && f.Path != "-" {
			a.Command = r.command(&f)
		}
		return a
	}
	return Advice{ID: Nothing}
}
