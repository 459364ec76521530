package reader

// Part is a piece of a file that is looked at by itself: a member of an
// archive, an attachment, a sheet, a table of a database, the comments of a
// document. The zero Part is the text of the file itself.
type Part struct {
	// Path is where it lies inside the file: "b.csv", or "b.zip!/c.csv" for what
	// lies deeper; empty for the file itself. It is as the container has it.
	Path string
	// Sheet is the name of a sheet or of a database's table. Unlike a Path it is
	// content: who shows it looks first whether it may be shown.
	Sheet string
	// Index is the number of the sheet or table, from 1; 0 where there is none.
	Index int
	// Section is one of the Section constants.
	Section Section
	// Unit is what the line numbers count in this part.
	Unit Unit
	// Message is the number of the mail in a mailbox, from 1; 0 elsewhere.
	Message int64
}

// Section says which part of a document something stands in.
type Section string

// The sections. The body has none, nor has what is no document.
const (
	Body       Section = ""
	Header     Section = "header"     // at the head or foot of each page
	Note       Section = "note"       // a foot- or endnote, a speaker's note
	Comment    Section = "comment"    // beside the text
	Deleted    Section = "deleted"    // tracked as deleted, and still there
	Hidden     Section = "hidden"     // a hidden sheet
	Properties Section = "properties" // title, author
	Remnant    Section = "remnant"    // rows deleted from a database that can still be read
)

// Unit is what a number of a line counts.
type Unit uint8

// The units.
const (
	Lines Unit = iota
	Pages
	Rows    // of a sheet: with the column they make the address of a cell
	Nothing // there are no lines
)

// Unread is a part of a file that was not looked at, or not to its end.
type Unread struct {
	Path   string `json:"path"` // as Part.Path; empty for a piece of the file itself
	Reason string `json:"reason"`
}

// maxUnread is how many such parts are listed of one file; the others are counted.
const maxUnread = 20

// within is the path of a member of what lies at outer.
func within(outer, name string) string {
	switch {
	case outer == "":
		return name
	case name == "":
		return outer
	}
	return outer + "!/" + name
}
