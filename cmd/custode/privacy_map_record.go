package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"custode/internal/fault"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/datamap/record"
)

// writeRecord writes the record of processing (Art. 30 GDPR) into a new file, in the form that
// its name's ending asks for.
func (sh *shell) writeRecord(m *datamap.Map, set settings, o mapOptions) error {
	r, err := sh.recordOf(m, set)
	if err != nil {
		return err
	}
	raw, err := drawRecord(r, o.record, o.size, set.Country)
	if err != nil {
		return err
	}
	if err := newFile(o.record, raw); err != nil || o.json {
		return err
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.green(sh.words.T("privacy.record.written")))
	p.hanging("  ", printable(o.record))
	p.wrap("", sh.words.T("privacy.record.read"))
	return p.fail
}

// recordOf is the record of what is held, and why.
func (sh *shell) recordOf(m *datamap.Map, set settings) (r record.Record, err error) {
	if len(m.Declaration.Uses) == 0 {
		return r, fault.New(fault.Config, "fault.privacy.nothing")
	}
	return record.Record{
		Map: m, Shop: set.Shop, Lang: sh.words.Lang, Made: sh.now(),
		Ask: !datamap.LawKnown(set.Country) && slices.ContainsFunc(m.Declaration.Uses, func(u datamap.Use) bool { return u.Basis == datamap.Obligation && u.Law == "" }),
	}, nil
}

func drawRecord(r record.Record, out, size, country string) ([]byte, error) {
	var b bytes.Buffer
	switch strings.ToLower(filepath.Ext(out)) {
	case ".csv":
		err := record.CSV(&b, r)
		return b.Bytes(), err
	case ".json":
		doc, err := record.ForPrograms(r)
		if err != nil {
			return nil, err
		}
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		err = enc.Encode(doc)
		return b.Bytes(), err
	case ".html", ".htm", ".pdf", ".md", ".txt":
		doc, err := record.Doc(r)
		if err != nil {
			return nil, err
		}
		return drawDoc(doc, out, size, country)
	}
	return nil, fault.New(fault.Usage, "fault.privacy.ending", printable(out))
}
