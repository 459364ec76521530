CREATE INDEX sealed_cipher ON sealed (cipher);

CREATE TABLE drill (
	id       INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	recovery TEXT NOT NULL,    -- fingerprint of the recovery key
	sample   INTEGER NOT NULL, -- sealed files that were opened
	of       INTEGER NOT NULL, -- that there were
	failed   INTEGER NOT NULL
) STRICT;

CREATE TABLE file (
	dir         TEXT NOT NULL,
	name        TEXT NOT NULL,
	scan        INTEGER NOT NULL, -- the last scan that saw it
	size        INTEGER NOT NULL,
	mtime       INTEGER NOT NULL,
	ctime       INTEGER NOT NULL,
	inode       INTEGER NOT NULL,
	dev         INTEGER NOT NULL,
	mode        INTEGER NOT NULL,
	uid         INTEGER NOT NULL,
	state       TEXT NOT NULL,
	reason      TEXT NOT NULL,
	rule        TEXT NOT NULL,
	format      TEXT NOT NULL,
	risk        TEXT NOT NULL,
	risk_reason TEXT NOT NULL,
	people      INTEGER NOT NULL,
	findings    TEXT,             -- JSON, NULL when there are none
	sketch      BLOB,             -- NULL when about nobody
	read_at     INTEGER NOT NULL, -- 0 if it was not read
	rules       TEXT NOT NULL, unread TEXT, pictures INTEGER NOT NULL DEFAULT 0, likeness INTEGER NOT NULL DEFAULT 0, digest BLOB, newest TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (dir, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
	seq  INTEGER PRIMARY KEY CHECK (seq > 0),
	at   TEXT NOT NULL,
	kind TEXT NOT NULL,
	body TEXT NOT NULL,
	prev BLOB NOT NULL CHECK (length(prev) = 32),
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE promised (
	dir    TEXT NOT NULL,
	name   TEXT NOT NULL,    -- of the sealed file
	cipher BLOB NOT NULL CHECK (length(cipher) = 32),
	header BLOB NOT NULL CHECK (length(header) = 32),
	plain  BLOB NOT NULL CHECK (length(plain) = 32), -- keyed, all zero for very large files
	dev    INTEGER NOT NULL, -- of the original, as are those that follow
	ino    INTEGER NOT NULL,
	size   INTEGER NOT NULL,
	mtime  INTEGER NOT NULL,
	ctime  INTEGER NOT NULL,
	PRIMARY KEY (dir, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE scan (
	id         INTEGER PRIMARY KEY,
	started_at INTEGER NOT NULL, -- Unix nanoseconds, as every time below
	ended_at   INTEGER,          -- NULL while it runs, or for ever if it was killed
	roots      TEXT NOT NULL,    -- JSON list of folders
	whole      INTEGER NOT NULL, -- 1 if it looked at all data folders
	totals     TEXT
) STRICT;

CREATE TABLE sealed (
	dir         TEXT NOT NULL,
	name        TEXT NOT NULL,    -- of the sealed file
	original    TEXT NOT NULL,    -- the name of what was sealed
	sealed_at   INTEGER NOT NULL,
	size        INTEGER NOT NULL,
	sealed_size INTEGER NOT NULL,
	cipher      BLOB NOT NULL CHECK (length(cipher) = 32),
	header      BLOB NOT NULL CHECK (length(header) = 32),
	plain       BLOB NOT NULL CHECK (length(plain) = 32),
	recipients  TEXT NOT NULL,    -- JSON list of fingerprints
	mode        INTEGER NOT NULL,
	mtime       INTEGER NOT NULL,
	kept        INTEGER NOT NULL, -- 1 while the original lies beside it
	proven_at   INTEGER NOT NULL, -- 0: not yet opened with a key
	checked_at  INTEGER NOT NULL, -- 0: never
	files       INTEGER NOT NULL, -- in it: more than one for an archive
	risk        TEXT NOT NULL,
	risk_reason TEXT NOT NULL,
	people      INTEGER NOT NULL,
	findings    TEXT,
	sketch      BLOB,
	PRIMARY KEY (dir, name)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
