// Package bank holds the questions that are built in: content/TOPIC.yaml, twelve topics of ten
// questions each, in English and Italian. Package question says how such a file is written.
//
// Lint judges what no schema can: whether a question can be read by everybody, whether its
// right answer is given away by its length or its place, whether a scene names a real
// company. While you write, look at one file with
//
//	go test ./training/bank -run TestOne -file PATH.yaml -v
package bank

import (
	"embed"
	"fmt"
	"path"

	"custode/training/question"
)

//go:embed content/*.yaml
var content embed.FS

// Load reads the questions that are built in, by the names of their files.
func Load() ([]*question.File, error) {
	names, err := content.ReadDir("content")
	if err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	var out []*question.File
	for _, n := range names {
		raw, err := content.ReadFile(path.Join("content", n.Name()))
		if err != nil {
			return nil, fmt.Errorf("bank: %w", err)
		}
		f, err := question.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("bank: %s: %w", n.Name(), err)
		}
		if f.Topic+".yaml" != n.Name() {
			return nil, fmt.Errorf("bank: %s: the topic is %q", n.Name(), f.Topic)
		}
		out = append(out, f)
	}
	return out, nil
}
