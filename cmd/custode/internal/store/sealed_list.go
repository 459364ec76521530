package store

import (
	"context"
	"database/sql"
	"strings"

	"custode/encrypt/catalogue"
)

// SealedList gives one page of the catalogue, in the order of paths: at most so many entries after
// the first ones are skipped, of those whose name or folder holds a text ("" for all; capitals of
// plain letters do not matter). All is how many there are of them.
func (s *Store) SealedList(ctx context.Context, holding string, most, skip int64) (list []catalogue.Entry, all int64, err error) {
	where, args := "", []any(nil)
	if holding != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(holding) + "%"
		where, args = `WHERE (name LIKE ? ESCAPE '\' OR original LIKE ? ESCAPE '\' OR dir LIKE ? ESCAPE '\') `, []any{like, like, like}
	}
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM sealed "+where, args...).Scan(&all); err != nil {
		return nil, 0, s.fail(err)
	}
	err = s.each(ctx, sealedColumns+where+"ORDER BY dir, name LIMIT ? OFFSET ?", append(args, most, skip), func(rows *sql.Rows) error {
		e, err := sealedEntry(rows)
		list = append(list, e)
		return err
	})
	return list, all, err
}
