-- What the watch told (package scan/watch/lookout), and what became of it. Times are
-- Unix nanoseconds, as everywhere; 0 is never.

-- One row an incident: one session, one rule, one folder (package scan/watch/rules).
CREATE TABLE incident (
	id        INTEGER PRIMARY KEY,
	run       TEXT NOT NULL,    -- the run of the watch that told it
	serial    INTEGER NOT NULL, -- its number in that run
	rule      TEXT NOT NULL,
	why       TEXT NOT NULL,
	severity  TEXT NOT NULL,
	folder    TEXT NOT NULL,
	user      TEXT NOT NULL,
	program   TEXT NOT NULL,
	opened_at INTEGER NOT NULL,
	last_at   INTEGER NOT NULL,
	closed_at INTEGER NOT NULL,
	detail    TEXT NOT NULL,    -- JSON: the counts and numbers of the rule, and the files
	people    INTEGER NOT NULL, -- about whom they hold data, as the scan knew then
	known     INTEGER NOT NULL, -- files of which the scan knew something
	sealed    INTEGER NOT NULL, -- files that were sealed at that moment
	kinds     TEXT NOT NULL,    -- JSON list of kinds of data
	acked_at  INTEGER NOT NULL,
	acked_by  TEXT NOT NULL,
	note      TEXT NOT NULL,
	UNIQUE (run, serial)
) STRICT;
CREATE INDEX incident_opened ON incident (opened_at);

-- When the watch could not see.
CREATE TABLE blind (
	id       INTEGER PRIMARY KEY,
	from_at  INTEGER NOT NULL,
	to_at    INTEGER NOT NULL,
	why      TEXT NOT NULL,
	lost     INTEGER NOT NULL, -- events, -1 unknown
	folders  TEXT NOT NULL,    -- JSON list, empty: all
	compared INTEGER NOT NULL, -- 1 once the folders were compared with the baseline
	changed  INTEGER NOT NULL  -- files found changed
) STRICT;

-- The record: what one actor did in one folder in ten seconds.
CREATE TABLE activity (
	at      INTEGER NOT NULL,
	folder  TEXT NOT NULL,
	user    TEXT NOT NULL,
	program TEXT NOT NULL,
	verb    TEXT NOT NULL,
	files   INTEGER NOT NULL,
	paths   TEXT NOT NULL,     -- JSON list of the first few
	PRIMARY KEY (at, folder, user, program, verb)
) STRICT, WITHOUT ROWID;

-- What is usual (package scan/watch/rules, Habit).
CREATE TABLE habit (
	folder  TEXT NOT NULL,
	user    TEXT NOT NULL,
	program TEXT NOT NULL,
	body    TEXT NOT NULL,     -- JSON
	said    TEXT NOT NULL,     -- what a person said of it
	said_by TEXT NOT NULL,
	said_at INTEGER NOT NULL,
	PRIMARY KEY (folder, user, program)
) STRICT, WITHOUT ROWID;

-- Single values: since when it learns, how it runs, a pause.
CREATE TABLE watch_state (
	key  TEXT PRIMARY KEY,
	body TEXT NOT NULL         -- JSON
) STRICT, WITHOUT ROWID;

-- Files that look like customer data and are none (package scan/watch/decoy).
CREATE TABLE decoy (
	path    TEXT PRIMARY KEY,
	folder  TEXT NOT NULL,
	digest  BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of what was written
	size    INTEGER NOT NULL,
	mtime   INTEGER NOT NULL, -- as it was set: it tells a decoy without opening it
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The queue of messages to people, and what became of each on each way.
CREATE TABLE message (
	id       INTEGER PRIMARY KEY,
	made_at  INTEGER NOT NULL,
	kind     TEXT NOT NULL,    -- opened, worse, closed, digest, heartbeat
	incident INTEGER,
	severity TEXT NOT NULL,
	subject  TEXT NOT NULL,
	body     TEXT NOT NULL,
	sent_at  INTEGER NOT NULL, -- when it was handed to the ways; 0 waits
	day      TEXT NOT NULL     -- of the heartbeat or digest; '' else
) STRICT;
CREATE INDEX message_waiting ON message (sent_at, made_at);
CREATE TABLE delivery (
	message INTEGER NOT NULL REFERENCES message (id),
	channel TEXT NOT NULL,
	due_at  INTEGER NOT NULL,  -- 0: arrived or given up
	tries   INTEGER NOT NULL,
	sent_at INTEGER NOT NULL,  -- 0: did not arrive
	error   TEXT NOT NULL,     -- an identifier
	PRIMARY KEY (message, channel)
) STRICT, WITHOUT ROWID;
