// Package datamap is the map of what a shop holds and why: what the scan found, by
// category of data and by folder, beside what the owner says it is used for. From
// the two come what is not needed, what is kept too long and what is sensitive,
// the record of processing (Art. 30 GDPR), and all that a notice may say.
//
// It reads no file, clock or database, and it holds no content: names of files, of
// folders and of columns, counts and months.
package datamap

import (
	"time"

	"custode/internal/i18n"
)

// Category is a kind of data as people speak of it: several kinds of the scanner's.
type Category struct {
	ID        string    `yaml:"id"` // contact, birth, tax, payment, bank, identity, health, login, online, other
	Name      i18n.Text `yaml:"name"`
	Kinds     []string  `yaml:"kinds"`     // of the scanner
	Sensitive bool      `yaml:"sensitive"` // health, identity documents: more care is asked for
	Source    []string  `yaml:"source"`    // references to internal/source
	DPV       string    `yaml:"dpv"`       // the name in the W3C's Data Privacy Vocabulary
}

// Found is one kind of data in one file, as the last scan or the catalogue of sealed
// files knows it.
type Found struct {
	Path   string // absolute; of a sealed file that of the sealed one
	Root   string // the data folder that it lies in
	Kind   string // of the scanner
	Column string // the header above it; "" in a text or where there is none
	Count  int64  // how often it is there
	Newest string // YYYY-MM: the newest record of the file, else its last change; "" unknown
	Sealed bool
	Dated  bool // Newest is that of its records
}

// Basis is a legal basis of Art. 6(1) GDPR.
type Basis string

// The bases.
const (
	Consent    Basis = "consent"             // (a)
	Contract   Basis = "contract"            // (b)
	Obligation Basis = "legal-obligation"    // (c)
	Interest   Basis = "legitimate-interest" // (f)
)

// From is the event from which time is counted that data are kept.
type From string

// The events.
const (
	LastContact From = "last-contact" // visit, order, message
	Invoice     From = "invoice"      // the end of the year of the invoice
	Withdrawal  From = "withdrawal"   // until consent is withdrawn, and at most so long
)

// Keep says how long something is kept.
type Keep struct {
	Months int  `yaml:"months"`
	From   From `yaml:"from"`
}

// Use is one thing that data are used for: one row of the record of processing.
type Use struct {
	ID         string    `yaml:"id"`
	Name       i18n.Text `yaml:"name"`              // "Appointments"
	Why        i18n.Text `yaml:"why"`               // what a notice says, after "We use": "to book and do your appointment"
	About      string    `yaml:"about"`             // customers, suppliers, staff
	Basis      Basis     `yaml:"basis"`             //
	Law        string    `yaml:"law,omitempty"`     // with Obligation: a reference to internal/source
	Categories []string  `yaml:"categories"`        // ids
	Special    string    `yaml:"special,omitempty"` // with health: the condition of Art. 9(2), such as "explicit-consent"
	Folders    []string  `yaml:"folders,omitempty"` // names as the map shows them, "." for the data folder itself; none: all
	Keep       Keep      `yaml:"keep"`
	Recipients []string  `yaml:"recipients,omitempty"` // ids
	Automated  bool      `yaml:"automated,omitempty"`  // a machine alone decides about people (Art. 22 GDPR)
}

// Recipient is whom data are given to.
type Recipient struct {
	ID        string    `yaml:"id"`
	Name      i18n.Text `yaml:"name"`                // "our accountant"
	Outside   bool      `yaml:"outside,omitempty"`   // of the European Economic Area
	Safeguard string    `yaml:"safeguard,omitempty"` // of one outside: adequacy (a decision), clauses (standard ones); "" not said yet
}

// Controller is who answers for the data (Art. 13(1)(a) GDPR).
type Controller struct {
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	Mail    string `yaml:"mail"`
	Phone   string `yaml:"phone"`
	Officer string `yaml:"officer,omitempty"` // how to reach the data protection officer; "" none has been named
}

// Reachable reports whether people can tell who answers, and reach them in some way: without
// both there is no notice.
func (c Controller) Reachable() bool { return c.Name != "" && c.Mail+c.Phone+c.Address != "" }

// Declaration is what the owner says: privacy.yaml in the home.
type Declaration struct {
	Trade      string      `yaml:"trade"` // of Trades; "" none
	Controller Controller  `yaml:"controller"`
	Uses       []Use       `yaml:"uses"`
	Recipients []Recipient `yaml:"recipients,omitempty"`
	Elsewhere  []Elsewhere `yaml:"elsewhere,omitempty"`
}

// Elsewhere is data that no scan sees: on paper, in a program of somebody else's.
type Elsewhere struct {
	Category string `yaml:"category"`
	Where    string `yaml:"where"`
}

// Holding is one category of data in one place.
type Holding struct {
	Category Category
	Folder   string // the first folder below the data folder; "" for the data folder itself
	Root     string // the data folder
	Files    []HeldFile
	Count    int64
	People   int64 // about how many different ones; 0 not known
	Newest   string
	Sealed   int // of the files
	Uses     []string
	Children bool // a name of a folder, file or column speaks of children
}

// HeldFile is a file of a holding.
type HeldFile struct {
	Path    string
	Columns []string
	Count   int64
	Newest  string
	Sealed  bool
	Dated   bool // Newest is that of its records, not its last change
}

// Problem is what is wrong with a holding.
type Problem string

// The problems.
const (
	NotNeeded   Problem = "not-needed"    // no use says why it is held
	KeptTooLong Problem = "kept-too-long" // the newest record of some of its files is past every use's time
	Sensitive   Problem = "sensitive"     // health, children, identity documents: what to do with care
)

// Finding is a problem with a holding, and the files that it is about.
type Finding struct {
	Problem Problem
	Holding *Holding
	Files   []HeldFile // the worst first
	Months  int        // with KeptTooLong: the longest time of its uses
}

// Map is what is held and why.
type Map struct {
	Declaration Declaration
	Scanned     time.Time // the end of the last scan of all data folders; zero: none
	Holdings    []Holding // by category in the order of Categories, then by folder
	Findings    []Finding // not needed, kept too long, sensitive
}

// Holds reports whether a category is held: found by the scan, or said to be elsewhere.
func (m *Map) Holds(category string) bool {
	for i := range m.Holdings {
		if m.Holdings[i].Category.ID == category {
			return true
		}
	}
	for _, e := range m.Declaration.Elsewhere {
		if e.Category == category {
			return true
		}
	}
	return false
}
