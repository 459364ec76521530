package main

import (
	"bytes"
	"context"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/playbook/report"
)

// theRegister gathers the register of all breaches.
func (o *office) theRegister(ctx context.Context) (report.Register, error) {
	d, err := o.sh.responder(ctx, runOptions{})
	if err != nil {
		return report.Register{}, err
	}
	defer d.close()
	return d.register(ctx)
}

// Register implements [web.Registrar].
func (o *office) Register(ctx context.Context) (paper.Doc, error) {
	reg, err := o.theRegister(ctx)
	if err != nil {
		return paper.Doc{}, err
	}
	return reg.Doc()
}

// PrintRegister implements [web.Registrar].
func (o *office) PrintRegister(ctx context.Context, form string) (web.Download, error) {
	reg, err := o.theRegister(ctx)
	if err != nil {
		return web.Download{}, err
	}
	name := "register." + form
	if form == "csv" {
		var b bytes.Buffer
		err := reg.CSV(&b)
		return download(name, b.Bytes()), err
	}
	set, err := o.sh.settings()
	if err != nil {
		return web.Download{}, err
	}
	doc, err := reg.Doc()
	if err != nil {
		return web.Download{}, err
	}
	return drawnDownload(doc, name, set.Country)
}

// Plan implements [web.Registrar].
func (o *office) Plan(_ context.Context, id string) (v web.PlanShown, err error) {
	l, err := o.sh.loadPlans()
	if err != nil {
		return v, err
	}
	pl, ok := l.plans.Get(id)
	if !ok {
		return v, fault.New(fault.NoInput, "fault.play.no-plan", printable(id))
	}
	lang := o.sh.words.Lang
	v.PlanChoice = web.PlanChoice{ID: pl.ID, Title: pl.Title.In(lang), When: pl.When.In(lang)}
	for _, s := range o.sh.planSteps(l, pl) {
		one := web.PlanStep{Tag: s.Tag, Say: s.Say, How: s.How, Not: s.Not}
		for _, k := range s.Keep {
			one.Keep = append(one.Keep, web.IncidentNote{Head: k.Kind, Text: k.What})
		}
		if s.called != nil {
			one.Calls = &web.PlanChoice{ID: s.called.ID, Title: s.called.Title.In(lang)}
		}
		v.Steps = append(v.Steps, one)
	}
	return v, nil
}
