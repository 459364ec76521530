package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

func hexOf(b [32]byte) string { return hex.EncodeToString(b[:]) }

// caseBody is what the journal keeps of what became of an incident.
type caseBody struct {
	ID       int64         `json:"id"`
	What     string        `json:"what"`
	Rule     rules.Rule    `json:"rule"`
	Why      rules.Why     `json:"why,omitempty"`
	Severity string        `json:"severity"`
	Folder   string        `json:"folder,omitempty"`
	User     string        `json:"user,omitempty"`
	Program  string        `json:"program,omitempty"`
	Digest   string        `json:"program_sha256,omitempty"`
	Opened   time.Time     `json:"opened"`
	Counts   rules.Counts  `json:"counts"`
	People   int64         `json:"people"`
	Sealed   int           `json:"sealed"`
	Kinds    []detect.Kind `json:"kinds,omitempty"`
	Paths    []string      `json:"paths,omitempty"`
}

// journalPaths is how many files of an incident the journal names at each step.
const journalPaths = 200

// SaveCase keeps an incident, new or known by its run and serial; what is one of those of
// rules.News, or "" where only its numbers have grown, which the journal is not told.
func (s *Store) SaveCase(ctx context.Context, c cases.Case, what string) (id int64, err error) {
	detail, err := json.Marshal(c.Incident)
	if err != nil {
		return 0, err
	}
	kinds, err := json.Marshal(c.Stake.Kinds)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `INSERT INTO incident
			(run, serial, rule, why, severity, folder, user, program, opened_at, last_at, closed_at, detail, people, known, sealed, kinds, acked_at, acked_by, note)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,'','')
			ON CONFLICT (run, serial) DO UPDATE SET why = excluded.why, severity = excluded.severity, last_at = excluded.last_at, closed_at = excluded.closed_at,
				detail = excluded.detail, people = excluded.people, known = excluded.known, sealed = excluded.sealed, kinds = excluded.kinds
			RETURNING id`,
			c.Run, c.Serial, string(c.Rule), string(c.Why), c.Severity.String(), c.Folder, c.Who.User, c.Who.Program,
			nano(c.Opened), nano(c.Last), nano(c.Closed), string(detail), c.Stake.People, c.Stake.Known, c.Stake.Sealed, string(kinds)).Scan(&id)
		if err == nil && what == rules.Worse { // it is to be looked at again
			_, err = tx.ExecContext(ctx, "UPDATE incident SET acked_at = 0 WHERE id = ?", id)
		}
		if err != nil || what == "" {
			return err
		}
		_, err = s.record(ctx, tx, "watch.alert", caseBody{
			ID: id, What: what, Rule: c.Rule, Why: c.Why, Severity: c.Severity.String(), Folder: c.Folder, User: c.Who.User, Program: c.Who.Program, Digest: c.Who.Digest,
			Opened: c.Opened.UTC(), Counts: c.Counts, People: c.Stake.People, Sealed: c.Stake.Sealed, Kinds: c.Stake.Kinds, Paths: c.Paths[:min(len(c.Paths), journalPaths)],
		})
		return err
	})
	return id, err
}

// SaveReport keeps what a person told, as an incident that no run of the watch saw: it is over as it
// begins. The journal holds that it was told and of which kind, never the words.
func (s *Store) SaveReport(ctx context.Context, c cases.Case) (id int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(serial), 0) + 1 FROM incident WHERE run = ?", string(c.Rule)).Scan(&c.Serial); err != nil {
			return err
		}
		detail, err := json.Marshal(c.Incident)
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `INSERT INTO incident
			(run, serial, rule, why, severity, folder, user, program, opened_at, last_at, closed_at, detail, people, known, sealed, kinds, acked_at, acked_by, note, said, said_by)
			VALUES (?1,?2,?1,?3,?4,'','','',?5,?5,?5,?6,0,0,0,'[]',0,'','',?7,?8) RETURNING id`,
			string(c.Rule), c.Serial, string(c.Why), c.Severity.String(), nano(c.Opened), string(detail), c.Told.Text, c.Told.Name).Scan(&id)
		if err != nil {
			return err
		}
		_, err = s.record(ctx, tx, "problem.reported", map[string]any{"id": id, "kind": c.Why})
		return err
	})
	return id, err
}

const caseColumns = `SELECT id, run, closed_at, detail, people, known, sealed, kinds, acked_at, acked_by, note, said, said_by FROM incident `

func readCase(rows *sql.Rows) (c cases.Case, err error) {
	var closed, acked int64
	var detail, kinds string
	if err := rows.Scan(&c.ID, &c.Run, &closed, &detail, &c.Stake.People, &c.Stake.Known, &c.Stake.Sealed, &kinds, &acked, &c.By, &c.Note, &c.Told.Text, &c.Told.Name); err != nil {
		return c, err
	}
	c.Closed, c.Acked = unix(closed), unix(acked)
	return c, errors.Join(json.Unmarshal([]byte(detail), &c.Incident), json.Unmarshal([]byte(kinds), &c.Stake.Kinds))
}

// Cases walks the incidents that opened after a time, and those that nobody has looked at, however old, the newest first.
func (s *Store) Cases(ctx context.Context, after time.Time, fn func(cases.Case) error) error {
	return s.each(ctx, caseColumns+"WHERE opened_at > ? OR acked_at = 0 ORDER BY opened_at DESC, id DESC", []any{nano(after)}, func(rows *sql.Rows) error {
		c, err := readCase(rows)
		if err != nil {
			return err
		}
		return fn(c)
	})
}

// CasePage gives a part of all incidents: those that nobody has looked at first, the gravest of
// them before the others, then the newest; how many there are, and how many of them nobody has
// looked at.
func (s *Store) CasePage(ctx context.Context, skip, most int64) (list []cases.Case, all, unseen int64, err error) {
	if err := s.db.QueryRowContext(ctx, "SELECT count(*), count(*) FILTER (WHERE acked_at = 0) FROM incident").Scan(&all, &unseen); err != nil {
		return nil, 0, 0, s.fail(err)
	}
	const order = "ORDER BY acked_at > 0, acked_at = 0 AND severity <> 'critical', opened_at DESC, id DESC"
	err = s.each(ctx, caseColumns+"WHERE id IN (SELECT id FROM incident "+order+" LIMIT ? OFFSET ?) "+order, []any{most, skip}, func(rows *sql.Rows) error {
		c, err := readCase(rows)
		list = append(list, c)
		return err
	})
	return list, all, unseen, err
}

// Case gives one incident.
func (s *Store) Case(ctx context.Context, id int64) (c cases.Case, there bool, err error) {
	err = s.each(ctx, caseColumns+"WHERE id = ?", []any{id}, func(rows *sql.Rows) error {
		there = true
		c, err = readCase(rows)
		return err
	})
	return c, there, err
}

// LookedAt lists the incidents that go on, and that a person has looked at.
func (s *Store) LookedAt(ctx context.Context) (list []lookout.Incident, err error) {
	err = s.each(ctx, "SELECT run, serial FROM incident WHERE closed_at = 0 AND acked_at > 0 ORDER BY id", nil, func(rows *sql.Rows) error {
		var i lookout.Incident
		err := rows.Scan(&i.Run, &i.Serial)
		list = append(list, i)
		return err
	})
	return list, err
}

// AckCase notes that a person has looked at an incident.
func (s *Store) AckCase(ctx context.Context, id int64, by, note string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := turn(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE incident SET acked_at = ?, acked_by = ?, note = ? WHERE id = ?", nano(s.now()), by, note, id); err != nil {
			return err
		}
		_, err := s.record(ctx, tx, "watch.seen", map[string]any{"id": id, "by": by, "note": note})
		return err
	})
}

// AtStake tells what files hold: by the catalogue where they are sealed now, else by the
// last scan that found them. People are counted once, however many of the files know them.
func (s *Store) AtStake(ctx context.Context, paths []string) (st cases.Stake, err error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return st, s.fail(err)
	}
	defer tx.Rollback() // nothing was written
	found, sealed, err := stakeQueries(ctx, tx)
	if err != nil {
		return st, s.fail(err)
	}
	defer func() { err = errors.Join(err, s.fail(errors.Join(found.Close(), sealed.Close()))) }()
	all, loose := people.New(), int64(0)
	kinds := map[detect.Kind]bool{}
	for _, path := range paths {
		dir, name := split(path)
		var n int64
		var findings sql.NullString
		var sketch []byte
		var from int
		err := sealed.QueryRowContext(ctx, dir, name).Scan(&n, &findings, &sketch, &from)
		if errors.Is(err, sql.ErrNoRows) {
			err = found.QueryRowContext(ctx, dir, name).Scan(&n, &findings, &sketch, &from)
		}
		if errors.Is(err, sql.ErrNoRows) {
			if strings.HasSuffix(name, ".age") { // sealed, and not by this home
				st.Sealed++
			}
			continue
		}
		if err != nil {
			return st, s.fail(err)
		}
		if st.Known++; from == 2 {
			st.Sealed++
		}
		if err := add(all, kinds, findings, sketch); err != nil {
			return st, s.fail(err)
		}
		if sketch == nil {
			loose = max(loose, n)
		}
	}
	st.People = max(all.Count(), loose)
	for k := range kinds {
		st.Kinds = append(st.Kinds, k)
	}
	slices.Sort(st.Kinds)
	return st, nil
}

func stakeQueries(ctx context.Context, tx *sql.Tx) (found, sealed *sql.Stmt, err error) {
	if found, err = tx.PrepareContext(ctx, `SELECT people, findings, sketch, 0 FROM file WHERE dir = ?1 AND name = ?2
		UNION ALL SELECT people, findings, sketch, 1 + sealed FROM lost WHERE dir = ?1 AND name = ?2 ORDER BY 4 DESC LIMIT 1`); err != nil {
		return nil, nil, err
	}
	sealed, err = tx.PrepareContext(ctx, "SELECT people, findings, sketch, 2 FROM sealed WHERE dir = ? AND name = ?")
	return found, sealed, err
}

func add(all *people.Sketch, kinds map[detect.Kind]bool, findings sql.NullString, sketch []byte) error {
	if findings.Valid {
		list, err := parseFindings(findings.String)
		if err != nil {
			return err
		}
		for _, f := range list {
			kinds[f.Kind] = true
		}
	}
	if sketch == nil {
		return nil
	}
	s := people.New()
	if err := s.UnmarshalBinary(sketch); err != nil {
		return err
	}
	return all.Merge(s)
}

// Held tells of each file when a scan read it, and whether personal data were found in
// it: by its own row, else by that of the sealed file it is, or became.
func (s *Store) Held(ctx context.Context, paths []string) (out []cases.Held, err error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.fail(err)
	}
	defer tx.Rollback() // nothing was written
	q, err := tx.PrepareContext(ctx, `SELECT read_at, state, findings IS NOT NULL FROM file WHERE dir = ?1 AND name = ?2
		UNION ALL SELECT read_at, state, findings IS NOT NULL FROM lost WHERE dir = ?1 AND name = ?2
		UNION ALL SELECT 0, '', findings IS NOT NULL FROM sealed WHERE dir = ?1 AND name IN (?2, ?2 || '.age')`)
	if err != nil {
		return nil, s.fail(err)
	}
	defer func() { err = errors.Join(err, s.fail(q.Close())) }()
	for _, path := range paths {
		dir, name := split(path)
		h, err := held(ctx, q, dir, name)
		if err != nil {
			return nil, s.fail(err)
		}
		out = append(out, h)
	}
	return out, nil
}

func held(ctx context.Context, q *sql.Stmt, dir, name string) (h cases.Held, err error) {
	rows, err := q.QueryContext(ctx, dir, name)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, rows.Close(), rows.Err()) }()
	for rows.Next() {
		var at int64
		var state scan.State
		var data bool
		if err := rows.Scan(&at, &state, &data); err != nil {
			return h, err
		}
		if h.Data = h.Data || data; state == scan.Examined && at != 0 {
			h.Read = unix(at)
		}
	}
	return h, nil
}
