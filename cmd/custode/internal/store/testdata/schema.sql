CREATE INDEX check_run_at ON check_run (at);

CREATE UNIQUE INDEX choice_once ON choice_event (contact, purpose, channel, what, at, how, wording);

CREATE INDEX incident_opened ON incident (opened_at);

CREATE INDEX message_waiting ON message (sent_at, made_at);

CREATE INDEX sealed_cipher ON sealed (cipher);

CREATE INDEX staff_answer_day ON staff_answer (day);

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

CREATE TABLE check_answer (
	question TEXT PRIMARY KEY,
	value    TEXT NOT NULL,
	until    TEXT NOT NULL, -- the last day
	by       TEXT NOT NULL,
	made     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE check_run (
	id     INTEGER PRIMARY KEY,
	at     INTEGER NOT NULL,
	day    TEXT NOT NULL,    -- where the shop is
	status TEXT NOT NULL,
	score  INTEGER NOT NULL,
	facts  TEXT NOT NULL     -- JSON: status of each item, files and people that lie open
) STRICT;

CREATE TABLE check_snooze (
	item    TEXT PRIMARY KEY,
	until   TEXT NOT NULL, -- the last day
	because TEXT NOT NULL,
	by      TEXT NOT NULL,
	made    INTEGER NOT NULL
, worth TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE check_told (
	item   TEXT PRIMARY KEY,
	day    TEXT NOT NULL,
	status TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE choice_event (
	id      INTEGER PRIMARY KEY,
	contact BLOB NOT NULL CHECK (length(contact) = 32),
	purpose TEXT NOT NULL,
	channel TEXT NOT NULL,
	what    TEXT NOT NULL,
	at      INTEGER NOT NULL,
	how     TEXT NOT NULL,
	form    TEXT NOT NULL,
	wording BLOB NOT NULL, -- digest of the text that was shown, in choice_wording; empty: none
	basis   TEXT NOT NULL,
	sale    TEXT NOT NULL,
	by      TEXT NOT NULL,
	entered INTEGER NOT NULL
) STRICT;

CREATE TABLE choice_pending (
	id     INTEGER PRIMARY KEY AUTOINCREMENT, -- one that was taken over is not taken for a later one
	sealed BLOB NOT NULL
) STRICT;

CREATE TABLE choice_wording (
	digest  BLOB PRIMARY KEY CHECK (length(digest) = 32), -- choice.Wording.Digest
	purpose TEXT NOT NULL,
	channel TEXT NOT NULL,
	lang    TEXT NOT NULL,
	text    TEXT NOT NULL,
	added   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
	kind       TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	phone      TEXT NOT NULL,
	mail       TEXT NOT NULL,
	note       TEXT NOT NULL,
	checked_at INTEGER NOT NULL -- when a person last said that it is right
) STRICT, WITHOUT ROWID;

CREATE TABLE decoy (
	path    TEXT PRIMARY KEY,
	folder  TEXT NOT NULL,
	digest  BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of what was written
	size    INTEGER NOT NULL,
	mtime   INTEGER NOT NULL, -- as it was set: it tells a decoy without opening it
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
	message INTEGER NOT NULL REFERENCES message (id),
	channel TEXT NOT NULL,
	due_at  INTEGER NOT NULL,  -- 0: arrived or given up
	tries   INTEGER NOT NULL,
	sent_at INTEGER NOT NULL,  -- 0: did not arrive
	error   TEXT NOT NULL,     -- an identifier
	PRIMARY KEY (message, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE drill (
	id       INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	recovery TEXT NOT NULL,    -- fingerprint of the recovery key
	sample   INTEGER NOT NULL, -- sealed files that were opened
	of       INTEGER NOT NULL, -- that there were
	failed   INTEGER NOT NULL
) STRICT;

CREATE TABLE edition (n INTEGER NOT NULL) STRICT;

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
	note      TEXT NOT NULL, said TEXT NOT NULL DEFAULT '', said_by TEXT NOT NULL DEFAULT '',
	UNIQUE (run, serial)
) STRICT;

CREATE TABLE journal (
	seq  INTEGER PRIMARY KEY CHECK (seq > 0),
	at   TEXT NOT NULL,
	kind TEXT NOT NULL,
	body TEXT NOT NULL,
	prev BLOB NOT NULL CHECK (length(prev) = 32),
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE lost (
	dir      TEXT NOT NULL,
	name     TEXT NOT NULL,
	lost_at  INTEGER NOT NULL, -- when that was noticed
	sealed   INTEGER NOT NULL, -- it was a sealed file
	state    TEXT NOT NULL,
	reason   TEXT NOT NULL,
	people   INTEGER NOT NULL,
	findings TEXT,
	sketch   BLOB,
	read_at  INTEGER NOT NULL,
	PRIMARY KEY (dir, name)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE plan (
	digest TEXT PRIMARY KEY,    -- hex SHA-256 of raw
	raw    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE printed (
	id     INTEGER PRIMARY KEY,
	kind   TEXT NOT NULL, -- notice, card, statement
	lang   TEXT NOT NULL,
	made   INTEGER NOT NULL,
	path   TEXT NOT NULL,
	digest BLOB NOT NULL, -- SHA-256 of the file
	facts  TEXT NOT NULL  -- JSON
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

CREATE TABLE request (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	kind     TEXT NOT NULL, -- a request.Right; "right" is a word of SQL
	received TEXT NOT NULL, -- a day
	how      TEXT NOT NULL, -- it came in: mail, shop, phone, post
	who      BLOB NOT NULL  -- empty: erased
) STRICT;

CREATE TABLE request_event (
	id      INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES request (id) ON DELETE CASCADE,
	at      INTEGER NOT NULL,
	day     TEXT NOT NULL, -- on which it happened
	what    TEXT NOT NULL,
	detail  TEXT NOT NULL  -- of a closed list, or a number: nothing about the person
) STRICT;

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

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE staff (
	id       INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never used again: the journal has it
	name     TEXT NOT NULL,
	fold     TEXT NOT NULL UNIQUE,   -- the name as it is compared
	added    TEXT NOT NULL,          -- a day
	touched  TEXT NOT NULL,          -- the day of the last answer: progress is erased when it is too old
	lock     BLOB NOT NULL,          -- the learner's key, wrapped by the PIN; empty until one is chosen
	wrong    INTEGER NOT NULL,       -- wrong PINs in a row
	tried_at INTEGER NOT NULL,       -- when the last PIN was typed
	progress BLOB NOT NULL,          -- sealed; empty: none yet, or erased
	turn     INTEGER NOT NULL,       -- another number whenever progress is written: two sittings at once are noticed
	next     TEXT NOT NULL           -- the day from which on the next sitting is due; '' at once
, code BLOB NOT NULL DEFAULT x'', code_until INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE staff_answer (
	staff  INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
	day    TEXT NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (staff, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_finished (
	staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
	day   TEXT NOT NULL,
	times INTEGER NOT NULL,
	PRIMARY KEY (staff, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_tally (
	topic   TEXT NOT NULL,
	month   TEXT NOT NULL,
	asked   INTEGER NOT NULL,
	counted INTEGER NOT NULL,
	PRIMARY KEY (topic, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE undo (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	path   TEXT NOT NULL,
	what   TEXT NOT NULL, -- purge, coarsen
	made   INTEGER NOT NULL,
	until  TEXT NOT NULL, -- a day
	size   INTEGER NOT NULL,
	before BLOB NOT NULL, -- keyed digest of the file as it was
	after  BLOB NOT NULL, -- and as it was left; all zero: it was deleted
	copy   TEXT NOT NULL, -- the name of the copy
	digest BLOB NOT NULL, -- SHA-256 of the copy
	sealed INTEGER NOT NULL, -- the file was sealed: its copy is the same
	mode   INTEGER NOT NULL,
	mtime  INTEGER NOT NULL,
	entry  TEXT NOT NULL  -- of a sealed file: what the catalogue had of it, as JSON
) STRICT;

CREATE TABLE watch_state (
	key  TEXT PRIMARY KEY,
	body TEXT NOT NULL         -- JSON
) STRICT, WITHOUT ROWID;

CREATE TRIGGER file_known AFTER INSERT ON file BEGIN UPDATE edition SET n = n + 1; END;

CREATE TRIGGER file_known_otherwise AFTER UPDATE OF dir, name, mtime, people, findings, sketch, newest ON file BEGIN UPDATE edition SET n = n + 1; END;

CREATE TRIGGER file_unknown AFTER DELETE ON file BEGIN UPDATE edition SET n = n + 1; END;

CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER sealed_known AFTER INSERT ON sealed BEGIN UPDATE edition SET n = n + 1; END;

CREATE TRIGGER sealed_known_otherwise AFTER UPDATE OF dir, name, original, mtime, people, findings, sketch ON sealed BEGIN UPDATE edition SET n = n + 1; END;

CREATE TRIGGER sealed_unknown AFTER DELETE ON sealed BEGIN UPDATE edition SET n = n + 1; END;
