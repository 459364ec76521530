package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
)

// monitor is a terminal's screen: enough of one for what custode writes. What it does not
// know is a fault of the test. A line of it is one row; what went out at the top is kept.
type monitor struct {
	width, height int
	reflows       bool // lines that are too wide after the window was made narrower are broken anew, as many terminals do
	rows          [][]string
	top           int // the first row that is on the screen
	y, x          int // the cursor: a row of rows, a column
	hidden        bool
	painted       bool   // something was in colour or bold
	sequence      []byte // an escape sequence that is not whole, or nil
	rest          []byte // a sign that is not whole
	odd           []string
}

func (m *monitor) row() []string {
	for m.y >= len(m.rows) {
		m.rows = append(m.rows, nil)
	}
	m.top = max(m.top, len(m.rows)-m.height)
	return m.rows[m.y]
}

// Write takes what a program writes.
func (m *monitor) Write(b []byte) (int, error) {
	for _, r := range string(append(m.rest, b...)) {
		switch {
		case m.sequence != nil:
			m.sequence = append(m.sequence, string(r)...)
			if r >= '@' && r != '[' {
				m.obey(string(m.sequence))
				m.sequence = nil
			}
		case r == '\x1b':
			m.sequence = []byte{}
		case r == '\r':
			m.x = 0
		case r == '\n':
			m.y++
			m.row()
		case r < ' ':
			m.odd = append(m.odd, fmt.Sprintf("%q", r))
		default:
			m.put(r)
		}
	}
	m.rest = nil
	return len(b), nil
}

func (m *monitor) put(r rune) {
	n := runewidth.RuneWidth(r)
	if n == 0 {
		if row := m.row(); m.x > 0 && m.x <= len(row) {
			row[m.x-1] += string(r)
		}
		return
	}
	if m.x+n > m.width {
		m.y, m.x = m.y+1, 0
	}
	row := m.row()
	for len(row) < m.x+n {
		row = append(row, " ")
	}
	row[m.x] = string(r)
	for i := 1; i < n; i++ {
		row[m.x+i] = ""
	}
	m.rows[m.y] = row
	m.x += n
}

func (m *monitor) obey(sequence string) {
	switch {
	case strings.HasSuffix(sequence, "m"):
		m.painted = true
	case sequence == "[2K":
		m.row()
		m.rows[m.y] = nil
	case sequence == "[J":
		m.row()
		m.rows[m.y] = m.rows[m.y][:min(m.x, len(m.rows[m.y]))]
		m.rows = m.rows[:m.y+1]
	case sequence == "[?25l":
		m.hidden = true
	case sequence == "[?25h":
		m.hidden = false
	case strings.HasSuffix(sequence, "A"):
		n, err := strconv.Atoi(strings.Trim(sequence, "[A"))
		if err != nil || m.y-n < m.top {
			m.odd = append(m.odd, "up beyond the screen: "+sequence)
		}
		m.y = max(m.y-n, m.top)
	default:
		m.odd = append(m.odd, sequence)
	}
}

// resize makes the window another size.
func (m *monitor) resize(width, height int) {
	if m.reflows && width < m.width {
		var rows [][]string
		for i, row := range m.rows {
			first := len(rows)
			for len(row) > width {
				rows, row = append(rows, row[:width:width]), row[width:]
			}
			rows = append(rows, row)
			if i == m.y {
				m.y = first + m.x/width
			}
		}
		m.rows = rows
	}
	m.width, m.height = width, height
	m.top = max(0, len(m.rows)-height)
}

// text is all that there is to read, with what went out at the top.
func (m *monitor) text() string {
	var b strings.Builder
	for _, row := range m.rows {
		b.WriteString(strings.TrimRight(strings.Join(row, ""), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// shown is what is on the screen now.
func (m *monitor) shown() string {
	whole := monitor{rows: m.rows[min(m.top, len(m.rows)):]}
	return whole.text()
}
