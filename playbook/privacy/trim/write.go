package trim

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"custode/playbook/privacy/table"
)

// Write reads the same table again and writes what is left of it. ErrChanged: what
// was read is not what was counted, and what was written is to be thrown away.
func (p *Plan) Write(in io.Reader, out io.Writer) error {
	rows := table.New(in, 0)
	mark, head, err := rows.Head()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, mark); err != nil {
		return err
	}
	if _, err := out.Write(head.Raw); err != nil {
		return err
	}
	width, counts := len(head.Cells), Counts{}
	if p.at >= width {
		return ErrChanged
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", rows.Number(), err)
		}
		if err := p.row(&counts, row, width, out); err != nil {
			return err
		}
	}
	if counts != p.Counts {
		return ErrChanged
	}
	return nil
}

// row writes one row, or what is left of it.
func (p *Plan) row(counts *Counts, row table.Row, width int, out io.Writer) error {
	v := blank
	b, ok := cell(row, p.at, width)
	var d date
	switch {
	case row.Empty():
		_, err := out.Write(row.Raw)
		return err
	case !ok:
		v = unread
	case len(strings.TrimSpace(string(b))) > 0:
		d, ok = read(b)
		v, _ = p.o.judge(d, ok, p.Order)
	}
	counts.add(v)
	if v != hit {
		_, err := out.Write(row.Raw)
		return err
	}
	if p.step() == "" {
		return nil
	}
	s := row.Cells[p.at]
	for _, piece := range [][]byte{row.Raw[:s.From], d.in(p.Order).coarse(b, p.step()), row.Raw[s.To:]} {
		if _, err := out.Write(piece); err != nil {
			return err
		}
	}
	return nil
}
