-- Incidents and exercises that the playbook leads through (package playbook). Their events
-- are entries of the journal: here stands only where.

CREATE TABLE run (
	id        INTEGER PRIMARY KEY,
	plan      TEXT NOT NULL,    -- its id
	scenario  TEXT NOT NULL,    -- of an exercise; '' else
	opened_at INTEGER NOT NULL,
	closed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE run_event (
	run   INTEGER NOT NULL REFERENCES run (id),
	seq   INTEGER NOT NULL,
	entry INTEGER NOT NULL REFERENCES journal (seq),
	PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- The plans as they were when a run began: it keeps to them.
CREATE TABLE plan (
	digest TEXT PRIMARY KEY,    -- hex SHA-256 of raw
	raw    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Whom to call, by kind (package playbook/contacts).
CREATE TABLE contact (
	kind       TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	phone      TEXT NOT NULL,
	mail       TEXT NOT NULL,
	note       TEXT NOT NULL,
	checked_at INTEGER NOT NULL -- when a person last said that it is right
) STRICT, WITHOUT ROWID;
