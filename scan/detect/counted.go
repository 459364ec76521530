package detect

// Counting is a way in which people are told apart in a file. The identifiers
// are a closed list and part of the command-line contract.
type Counting string

// The ways. A file can have several: a table, and a text beside it.
const (
	ByRows     Counting = "rows"     // every row or object with somebody's data is one
	ByBlocks   Counting = "blocks"   // every block of labelled lines, or line with several identifiers, is one
	ByLines    Counting = "lines"    // a printed table: every line is one
	ByMessages Counting = "messages" // every mail of a mailbox is one
	ByKind     Counting = "kind"     // the different values of the kind that has most of them
)

// countings is every way, in the order in which they are told.
var countings = [...]Counting{ByRows, ByBlocks, ByLines, ByMessages, ByKind}

// ways is a set of countings.
type ways map[Counting]bool

// list gives the ways in their order, nil for none.
func (w ways) list() []Counting {
	var out []Counting
	for _, c := range countings {
		if w[c] {
			out = append(out, c)
		}
	}
	return out
}
