// Package trim makes a table hold less: it leaves out the rows that are too old,
// or the day of a date that is not needed. All other bytes stay as they were:
// quotes, line ends, encoding, the order of rows.
//
// A file is read twice: [Options.Read] counts and decides, and writes nothing; then
// [Plan.Write] does just what was counted, or fails.
//
//	must                                            must not
//	a row goes that is older than the day           a row without a date goes, or with one that
//	                                                cannot be read, or with too many cells
//	31/12/2019, 31.12.19, 2019-12-31, 20191231,     43830 is a day, as spreadsheets count them
//	31 dic 2019, Dec 31, 2019, with time or not
//	day or month first: the column as a whole       a column where it cannot be told, and where
//	says it, and only where it matters              it matters, is guessed at
//	1900-01-01 and 1970-01-01 are no date: that     a date of birth says how old a record is,
//	is what programs write where there is none      not even where it is asked for by name
//	a year, a month: the last day of it counts      two digits of a year between hyphens are read
//	one column of dates is found by itself          one of several is chosen
//	what is coarser is a part of what stood there   coarsening twice changes something
package trim

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"custode/playbook/privacy/table"
)

// Step is how much of a date is left.
type Step string

// The steps.
const (
	Year  Step = "year"
	Month Step = "month"
)

// Options say what is to go.
type Options struct {
	Column string // the name in the header; "": found, for rows only
	Order  Order  // Unsure: found

	// Either rows older than a day go ...
	Before time.Time // a day, at midnight UTC; zero: Coarsen
	Today  time.Time
	// ... or of each date all that is finer than this.
	To Step
}

// Why a table is not trimmed.
var (
	ErrColumn  = errors.New("no such column")
	ErrTwice   = errors.New("two columns of that name")
	ErrNoDates = errors.New("no column with dates")
	ErrBirth   = errors.New("dates of birth only")
	ErrOrder   = errors.New("day or month first cannot be told")
	ErrMixed   = errors.New("some dates have the day first and some the month")
	ErrChanged = errors.New("not the table that was read")
)

// ChooseError says that several columns hold dates.
type ChooseError struct{ Columns []string }

func (e *ChooseError) Error() string {
	return fmt.Sprintf("%d columns with dates", len(e.Columns))
}

// Counts are the rows by what becomes of them. The header and empty lines are none.
type Counts struct {
	Rows   int
	Hit    int // go, or become coarser
	Fine   int // young enough, or coarse enough
	Blank  int // without a date: they stay as they are
	Unread int // what stands there is no date, or the row is broken: they stay as they are
}

// mostLeft is how many rows a Plan names.
const mostLeft = 10

// Plan is what would become of a table.
type Plan struct {
	Counts

	Column string // its name
	Order  Order  // Unsure: it makes no difference
	Oldest string // 2006-01-02, of those that are hit; "" there are none
	Latest string
	Newest string // of all that could be read
	Left   []int  // the numbers of the first Unread rows; the header is row 1

	o  Options
	at int
}

// All reports whether every row goes: then no table is left worth the name.
func (p *Plan) All() bool { return p.o.To == "" && p.Rows > 0 && p.Hit == p.Rows }

// step is that of Options.
func (p *Plan) step() Step { return p.o.To }

// column is what is known of one while the file is read.
type column struct {
	name       string
	at         int
	birth      bool
	dates      int // whole ones
	cells      int // not blank
	day, month int // dates that can only have the day, or the month, first
	differ     bool

	plans [2]Plan // by DayFirst and MonthFirst
}

// Read reads a table to its end.
func (o Options) Read(in io.Reader) (*Plan, error) {
	rows := table.New(in, 0)
	_, head, err := rows.Head()
	if err != nil {
		return nil, err
	}
	columns, err := o.columns(rows, head)
	if err != nil {
		return nil, err
	}
	width := len(head.Cells)
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", rows.Number(), err)
		}
		if row.Empty() {
			continue
		}
		for i := range columns {
			o.count(&columns[i], row, width, rows.Number())
		}
	}
	return o.decide(columns)
}

// columns are the one that was named, or all.
func (o Options) columns(rows *table.Rows, head table.Row) ([]column, error) {
	var all, same, alike []column
	for i, cell := range head.Cells {
		name := strings.TrimSpace(rows.Charset.Text(head.Text(cell)))
		c := column{name: name, at: i, birth: Birth(name)}
		all = append(all, c)
		switch {
		case o.Column == "":
		case strings.EqualFold(name, strings.TrimSpace(o.Column)):
			same = append(same, c)
		case table.Plain(name) != "" && table.Plain(name) == table.Plain(o.Column):
			alike = append(alike, c)
		}
	}
	if o.Column == "" {
		return all, nil
	}
	if len(same) == 0 {
		same = alike
	}
	switch len(same) {
	case 0:
		return nil, ErrColumn
	case 1:
		if o.To == "" && same[0].birth {
			return nil, ErrBirth
		}
		return same, nil
	}
	return nil, ErrTwice
}

// births are what the names of columns with dates of birth hold.
var births = []string{"nascita", "birth", "dob", "compleanno", "geburt", "naissance", "nacimiento", "natoil", "nata"}

// Birth tells a date of birth by the name of its column.
func Birth(name string) bool {
	plain := table.Plain(name)
	for _, s := range births {
		if s == "dob" || s == "nata" {
			if plain == s {
				return true
			}
		} else if strings.Contains(plain, s) {
			return true
		}
	}
	return false
}

// verdict is what becomes of a row.
type verdict int

const (
	fine verdict = iota
	hit
	blank
	unread
)

// judge says what becomes of a row by a cell of it, read in an order. The day is
// zero where there is none.
func (o Options) judge(d date, ok bool, order Order) (verdict, time.Time) {
	if !ok {
		return unread, time.Time{}
	}
	if o.To != "" {
		if d.isCoarse(o.To) {
			return fine, time.Time{}
		}
		return hit, time.Time{}
	}
	if d.filler() || d.short && d.m == 0 {
		return unread, time.Time{}
	}
	day := d.in(order).last(o.Today)
	if day.Before(o.Before) {
		return hit, day
	}
	return fine, day
}

// cell is the bytes of a cell, and false where the row does not match the header.
func cell(row table.Row, at, width int) ([]byte, bool) {
	if row.Broken || len(row.Cells) != width {
		return nil, false
	}
	s := row.Cells[at]
	return row.Raw[s.From:s.To], true
}

// count takes one row in.
func (o Options) count(c *column, row table.Row, width, number int) {
	b, ok := cell(row, c.at, width)
	if ok && len(strings.TrimSpace(string(b))) == 0 {
		for i := range c.plans {
			c.plans[i].add(blank, time.Time{}, number)
		}
		return
	}
	c.cells++
	var d date
	if ok {
		d, ok = read(b)
	}
	if ok && d.d > 0 {
		c.dates++
		switch {
		case d.other:
			c.differ = c.differ || o.differs(d)
		case d.first == DayFirst:
			c.day++
		case d.first == MonthFirst:
			c.month++
		}
	}
	for i := range c.plans {
		v, day := o.judge(d, ok, Order(i+1))
		c.plans[i].add(v, day, number)
	}
}

// differs tells whether the order matters to what becomes of a row.
func (o Options) differs(d date) bool {
	if o.To != "" {
		return o.To == Month
	}
	one, _ := o.judge(d, true, DayFirst)
	two, _ := o.judge(d, true, MonthFirst)
	return one != two
}

func (p *Plan) add(v verdict, day time.Time, number int) {
	p.Counts.add(v)
	if v == unread && len(p.Left) < mostLeft {
		p.Left = append(p.Left, number)
	}
	if day.IsZero() {
		return
	}
	text := day.Format(time.DateOnly)
	p.Newest = max(p.Newest, text)
	if v == hit {
		p.Latest = max(p.Latest, text)
		if p.Oldest == "" || text < p.Oldest {
			p.Oldest = text
		}
	}
}

func (c *Counts) add(v verdict) {
	c.Rows++
	switch v {
	case fine:
		c.Fine++
	case hit:
		c.Hit++
	case blank:
		c.Blank++
	case unread:
		c.Unread++
	}
}

// decide chooses the column and the order.
func (o Options) decide(columns []column) (*Plan, error) {
	if o.Column == "" {
		var found []column
		births := false
		for _, c := range columns {
			switch {
			case c.dates == 0 || c.dates*10 < c.cells*9:
			case c.birth:
				births = true
			default:
				found = append(found, c)
			}
		}
		switch {
		case len(found) > 1:
			e := &ChooseError{}
			for _, c := range found {
				e.Columns = append(e.Columns, c.name)
			}
			return nil, e
		case len(found) == 0 && births:
			return nil, ErrBirth
		case len(found) == 0:
			return nil, ErrNoDates
		}
		columns = found
	}
	c := columns[0]
	order := o.Order
	switch {
	case order != Unsure:
	case c.day > 0 && c.month == 0:
		order = DayFirst
	case c.month > 0 && c.day == 0:
		order = MonthFirst
	case c.differ && c.day > 0:
		return nil, ErrMixed
	case c.differ:
		return nil, ErrOrder
	}
	p := c.plans[max(order, DayFirst)-1]
	p.Column, p.Order, p.o, p.at = c.name, order, o, c.at
	return &p, nil
}
