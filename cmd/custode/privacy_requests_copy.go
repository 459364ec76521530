package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"custode/internal/fault"
	"custode/internal/paper"
	"custode/scan/seek"
)

// fieldDoc is one cell of a row that is about the person.
type fieldDoc struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// copyRow is one row that is about the person. It names the folder it comes from, not the file,
// whose name may tell of other people.
type copyRow struct {
	Folder string     `json:"folder"`
	Fields []fieldDoc `json:"fields"`
}

// dataCopy is the copy of a person's data that the owner wants as a file, to give to them
// (Art. 15(3) and 20 GDPR): rows of tables that are surely or likely about the person. What
// stands in texts is left out, since others may stand there too.
type dataCopy struct {
	path  string // "": none is wanted
	rows  []copyRow
	texts int64
}

// newCopy prepares a copy, and refuses at once what could not be written at the end.
func newCopy(path string) (*dataCopy, error) {
	c := &dataCopy{path: path}
	if path == "" {
		return c, nil
	}
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".csv" && ext != ".json" {
		return nil, fault.New(fault.Usage, "fault.request.save", printable(path))
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, fault.On(fault.CannotMake, "fault.play.exists", path, os.ErrExist)
	}
	return c, nil
}

// add takes a record.
func (c *dataCopy) add(folder string, rec seek.Record) {
	switch {
	case c.path == "" || rec.Place.Certainty == seek.Perhaps:
		return
	case len(rec.Cells) == 0:
		c.texts++
		return
	}
	row := copyRow{Folder: folder, Fields: []fieldDoc{}}
	for _, cell := range rec.Cells {
		row.Fields = append(row.Fields, fieldDoc{headOf(cell), cell.Value})
	}
	c.rows = append(c.rows, row)
}

// write writes the copy.
func (c *dataCopy) write() error {
	if c.path == "" {
		return nil
	}
	raw, err := c.drawn()
	if err != nil {
		return err
	}
	return newFile(c.path, raw)
}

// drawn gives the copy as its file has it: CSV with one field a line, or JSON.
func (c *dataCopy) drawn() ([]byte, error) {
	var b bytes.Buffer
	if strings.ToLower(filepath.Ext(c.path)) == ".json" {
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		err := enc.Encode(append([]copyRow{}, c.rows...))
		return b.Bytes(), err
	}
	w := csv.NewWriter(&b)
	lines := [][]string{{"record", "folder", "field", "value"}}
	for i, row := range c.rows {
		for _, f := range row.Fields {
			lines = append(lines, []string{strconv.Itoa(i + 1), paper.Cell(row.Folder), paper.Cell(f.Name), paper.Cell(f.Value)})
		}
	}
	err := w.WriteAll(lines)
	return b.Bytes(), err
}
