package scan

// Access says who besides its owner and the administrators can read a file.
type Access string

// The answers, narrowest first.
const (
	OwnerOnly     Access = "owner"
	GroupToo      Access = "group"    // other people through a group
	Everyone      Access = "everyone" // every user of this computer
	AccessUnknown Access = "unknown"  // the system would not tell
)
