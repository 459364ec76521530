package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/playbook/privacy/datamap"
)

func (sh *shell) privacyPath() string { return filepath.Join(sh.home, "privacy.yaml") }

// declaration reads what the owner says in privacy.yaml; it is zero where there is none.
func (sh *shell) declaration() (datamap.Declaration, error) {
	path := sh.privacyPath()
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return datamap.Declaration{}, fault.On(fault.Config, "fault.privacy.read", path, nil)
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return datamap.Declaration{}, nil
	}
	if err != nil {
		return datamap.Declaration{}, fault.On(fault.CodeOf(err, fault.Config), "fault.privacy.read", path, err)
	}
	d, err := datamap.Parse(raw)
	if wrong := (*datamap.Error)(nil); errors.As(err, &wrong) {
		args := []any{}
		for _, a := range wrong.Args {
			args = append(args, printable(a))
		}
		where := fmt.Sprintf("%s:%d:%d", path, wrong.Line, wrong.Column)
		return d, &fault.Error{Code: fault.Config, ID: "fault.privacy.file", Path: where, Args: []any{sh.words.T("privacy.wrong."+wrong.ID, args...)}}
	}
	return d, err
}

// dataMap makes the map of what lies in the data folders and of what the owner says.
func (sh *shell) dataMap(ctx context.Context) (*datamap.Map, settings, error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return nil, set, err
	}
	defer st.Close() // only read
	decl, err := sh.declaration()
	if err != nil {
		return nil, set, err
	}
	m, err := job.DataMap(ctx, st, set.Folders, decl, sh.now())
	return m, set, err
}
