package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"iter"
	"runtime"

	"custode/internal/fault"
	"custode/scan"
)

// docChunk is how many files are made text at once.
const docChunk = 128

// scanJSON writes the document of a scan. Its list of files may be long: it is
// made and written in pieces, by as many goroutines as there are processors.
func (sh *shell) scanJSON(r *scan.Report) error {
	out := bufio.NewWriterSize(sh.out, 1<<16)
	err := sh.writeScan(out, r)
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
	return nil
}

func (sh *shell) writeScan(out *bufio.Writer, r *scan.Report) error {
	frame := bytes.Buffer{}
	enc := json.NewEncoder(&frame)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(sh.scanDocument(r)); err != nil {
		return err
	}
	head, tail, _ := bytes.Cut(frame.Bytes(), []byte("\n \"files\": []")) // a text has no line break of its own
	_, _ = out.Write(head)                                                // a bufio.Writer keeps its first error for Flush
	_, _ = out.WriteString("\n \"files\": [")
	first := true
	stop := make(chan struct{})
	queue := sh.pieces(r.Files(), stop)
	defer func() { // nothing reads the report any more when this is over
		close(stop)
		for range queue { // until it is closed
		}
	}()
	for piece := range queue {
		p := <-piece
		if p.err != nil {
			return p.err
		}
		if first {
			p.text, first = p.text[1:], false // no comma
		}
		if _, err := out.Write(p.text); err != nil {
			return err
		}
	}
	if !first {
		_, _ = out.WriteString("\n ")
	}
	_, _ = out.WriteString("]")
	_, err := out.Write(tail)
	return err
}

// piece is the text of some files, each after a comma.
type piece struct {
	text []byte
	err  error
}

// pieces gives the texts in order; not many of them are made ahead.
func (sh *shell) pieces(files iter.Seq2[scan.File, error], stop <-chan struct{}) <-chan chan piece {
	queue := make(chan chan piece, runtime.GOMAXPROCS(0))
	go func() {
		defer close(queue)
		var some []scan.File
		hand := func(failed error) bool {
			c := make(chan piece, 1)
			go func(some []scan.File) {
				p := sh.piece(some)
				p.err = cmp.Or(failed, p.err)
				c <- p
			}(some)
			some = nil
			select {
			case queue <- c:
				return true
			case <-stop:
				return false
			}
		}
		for f, err := range files {
			if err != nil {
				hand(err)
				return
			}
			if some = append(some, f); len(some) == docChunk && !hand(nil) {
				return
			}
		}
		if len(some) > 0 {
			hand(nil)
		}
	}()
	return queue
}

func (sh *shell) piece(files []scan.File) (p piece) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	for _, f := range files {
		line.Reset()
		if p.err = enc.Encode(sh.fileDocument(f)); p.err != nil {
			return p
		}
		p.text = append(p.text, ",\n  "...)
		p.text = appendIndented(p.text, bytes.TrimSpace(line.Bytes()), "\n  ")
	}
	return p
}

// appendIndented appends compact JSON with line breaks and one space a level, as
// json.Indent does, which takes many times as long since it checks what it is given.
func appendIndented(to, text []byte, line string) []byte {
	depth := 0
	fresh := func() {
		to = append(to, line...)
		for range depth {
			to = append(to, ' ')
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			end := i + 1
			for text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			to = append(to, text[i:end+1]...)
			i = end
		case '{', '[':
			to = append(to, c)
			if n := text[i+1]; n == '}' || n == ']' {
				i++
				to = append(to, n)
				continue
			}
			depth++
			fresh()
		case '}', ']':
			depth--
			fresh()
			to = append(to, c)
		case ',':
			to = append(to, c)
			fresh()
		case ':':
			to = append(to, ": "...)
		default:
			to = append(to, c)
		}
	}
	return to
}
