// Package private leaves a file or a folder to its owner alone, and gives it back to those
// who could read it before.
//
// Look tells who may reach it, in a text that only Restore reads: keep that text somewhere
// safe first, then Close. Each of both is one step of the system: who is interrupted has a
// file that is as it was, or closed. What is in the file, its times and what its owner may
// do with it stay as they are. A link is never followed.
//
//	             Unix                                   Windows
//	Look         the mode bits                          the access list, as SDDL
//	Close        takes the bits of group and others,    a list of its own, with its owner, this user, the
//	             and with them what an access list       system and the administrators; what inherits from a
//	             gives (the group's are its mask)        folder follows
//	Restore      gives those bits back                  the list as it was, inheriting again where it did
//
// On Unix a folder that is closed keeps others from all that is in it. Whoever comes in
// through a share of the network is, for the system, whoever the share lets him in as.
package private

import "errors"

// Why something stays as it is, besides what the system says.
var (
	ErrLink   = errors.New("neither a file nor a folder")
	ErrStays  = errors.New("the disk does not keep who may read it")
	ErrOpened = errors.New("somebody has opened it to others meanwhile")
	errText   = errors.New("no text of Look")
)
