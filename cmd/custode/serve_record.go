package main

import (
	"context"

	"custode/cmd/custode/internal/web"
	"custode/internal/paper"
	"custode/playbook/privacy/datamap/record"
)

// ProcessingRecord implements [web.Recorder].
func (o *office) ProcessingRecord(ctx context.Context) (doc paper.Doc, err error) {
	r, _, err := o.processing(ctx)
	if err != nil {
		return doc, err
	}
	return record.Doc(r)
}

// PrintProcessingRecord implements [web.Recorder].
func (o *office) PrintProcessingRecord(ctx context.Context, form string) (web.Download, error) {
	r, set, err := o.processing(ctx)
	if err != nil {
		return web.Download{}, err
	}
	name := "record." + form
	raw, err := drawRecord(r, name, "", set.Country)
	return download(name, raw), err
}

// processing is the record as it stands.
func (o *office) processing(ctx context.Context) (r record.Record, set settings, err error) {
	m, set, err := o.sh.dataMap(ctx)
	if err == nil {
		r, err = o.sh.recordOf(m, set)
	}
	return r, set, err
}
