// Package detect finds personal data in bytes: the kinds of interface.md, each
// with its validator, its context and its table of examples.
//
// It is one of the few places that touch plaintext, and none of it leaves: what
// comes out is a [Result] of counts, masked samples and keyed people sketches.
// There are no regular expressions in the hot path: two triggers, '@' and a
// digit, and a look around each, so the cost is about one look per byte.
package detect

import "custode/scan/people"

// Kind is what a piece of personal data is. The identifiers are English in
// every language and part of the command-line contract.
type Kind string

// The kinds that are found today.
const (
	Email      Kind = "email"
	Phone      Kind = "phone"
	Card       Kind = "card"
	IBAN       Kind = "iban"
	FiscalCode Kind = "it_fiscal_code"
	VAT        Kind = "it_vat"
	Name       Kind = "name"          // from a column or named field only
	Address    Kind = "address"       // from a column or named field only
	BirthDate  Kind = "date_of_birth" // from a column or named field only

	Password    Kind = "password"          // somebody's, in clear
	Secret      Kind = "secret"            // the key of a service or a program
	IPAddress   Kind = "ip_address"        // of the public net; never makes a person
	Health      Kind = "health"            // from a column or named field only
	BankAccount Kind = "bank_account"      // from a column or named field only
	CardCode    Kind = "card_verification" // the code on a card, or its magnetic stripe

	IdentityCard Kind = "it_identity_card"
	SSN          Kind = "us_ssn"
	NINO         Kind = "uk_nino"
	NHS          Kind = "uk_nhs"
	NIF          Kind = "es_nif"
	NIE          Kind = "es_nie"
	NIR          Kind = "fr_nir"
	TaxID        Kind = "de_tax_id"
	PESEL        Kind = "pl_pesel"
	Passport     Kind = "passport"

	Own Kind = "own" // what the settings say to look for: see OwnPattern
)

// Confidence says how sure a finding is.
type Confidence string

// The three levels, from a checksum with shape and context down to shape alone.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// Unit says what Where counts.
type Unit string

// The units of a place.
const (
	Line   Unit = "line"   // Number is the 1-based line
	Column Unit = "column" // of a table: Name, or Number when the name may not be shown
	Field  Unit = "field"  // of a JSON object: Name, or Number when the name may not be shown
	Page   Unit = "page"   // Number is the 1-based page
	Row    Unit = "row"    // of a sheet, outside of its table: Number is the 1-based row
	NoUnit Unit = "none"   // somewhere in the part
)

// Where says where in a file something was first found. Name and Sheet are only
// ever made of words of our own vocabulary of column headers, so that they can't carry
// anybody's data; otherwise they are empty and Number and Index (1-based) stand for them.
// Path is as the container has it, like the path of a file.
type Where struct {
	Unit    Unit   `json:"unit"`
	Name    string `json:"name,omitempty"`
	Number  int64  `json:"number"`
	Row     int64  `json:"row,omitempty"`     // the first row, in a column of a sheet
	Path    string `json:"path,omitempty"`    // of the member, attachment or file inside the file
	Sheet   string `json:"sheet,omitempty"`   // of a workbook, or the table of a database
	Index   int    `json:"index,omitempty"`   // its number
	Section string `json:"section,omitempty"` // of a document
}

// Finding is one kind of data in one column, field or text.
type Finding struct {
	Kind       Kind       `json:"kind"`
	Count      int64      `json:"count"`
	Distinct   int64      `json:"distinct"` // exact to about a thousand, then within about 2 %
	Confidence Confidence `json:"confidence"`
	Sample     string     `json:"sample"` // masked: m…@e….it, •••• •••• •••• 1111
	Where      Where      `json:"where"`
	Why        Why        `json:"why,omitempty"`     // the best evidence met
	Pattern    string     `json:"pattern,omitempty"` // the name of the own pattern
	Person     bool       `json:"person,omitempty"`  // with an own pattern: it identifies people
	Example    bool       `json:"example,omitempty"` // numbers that are published for tests; nobody's
}

// Result is what was found in one file.
type Result struct {
	Findings []Finding      // sorted by kind, then place
	People   *people.Sketch // about how many, mergeable across files
	Counted  []Counting     // how those were told apart
	Dates    Months         // in columns of dates: of orders, visits, changes
}
