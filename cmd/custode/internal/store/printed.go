package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"

	"custode/playbook/privacy/printed"
)

// printedBody is what the journal keeps of a paper for customers.
type printedBody struct {
	Kind   printed.Kind `json:"kind"`
	Lang   string       `json:"lang"`
	Path   string       `json:"path"`
	SHA256 string       `json:"sha256"`
}

// SavePrinted keeps what was printed, and what it stood on.
func (s *Store) SavePrinted(ctx context.Context, p printed.Paper) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO printed (kind, lang, made, path, digest, facts) VALUES (?, ?, ?, ?, ?, ?)",
			string(p.Kind), p.Lang, nano(p.Made), p.Path, p.Digest[:], string(p.Facts))
		if err != nil {
			return err
		}
		kind := "notice.printed"
		if p.Kind == printed.Statement {
			kind = "statement.printed"
		}
		_, err = s.record(ctx, tx, kind, printedBody{p.Kind, p.Lang, p.Path, hex.EncodeToString(p.Digest[:])})
		return err
	})
}

// Printed lists what was printed last of each kind in each language.
func (s *Store) Printed(ctx context.Context) (list []printed.Paper, err error) {
	err = s.each(ctx, `SELECT kind, lang, made, path, digest, facts FROM printed
		WHERE id IN (SELECT max(id) FROM printed GROUP BY kind, lang) ORDER BY kind, lang`, nil, func(rows *sql.Rows) error {
		var p printed.Paper
		var made int64
		var digest []byte
		var facts string
		if err := rows.Scan(&p.Kind, &p.Lang, &made, &p.Path, &digest, &facts); err != nil {
			return err
		}
		if copy(p.Digest[:], digest) != len(p.Digest) {
			return errors.New("a digest of a printed paper has another length")
		}
		p.Made, p.Facts = unix(made), []byte(facts)
		list = append(list, p)
		return nil
	})
	return list, err
}
