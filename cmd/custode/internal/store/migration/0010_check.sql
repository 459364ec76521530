-- Every daily check, for the trend and for since when something is so.
CREATE TABLE check_run (
	id     INTEGER PRIMARY KEY,
	at     INTEGER NOT NULL,
	day    TEXT NOT NULL,    -- where the shop is
	status TEXT NOT NULL,
	score  INTEGER NOT NULL,
	facts  TEXT NOT NULL     -- JSON: status of each item, files and people that lie open
) STRICT;
CREATE INDEX check_run_at ON check_run (at);

-- What the owner put off: seen, until a day, for a reason.
CREATE TABLE check_snooze (
	item    TEXT PRIMARY KEY,
	until   TEXT NOT NULL, -- the last day
	because TEXT NOT NULL,
	by      TEXT NOT NULL,
	made    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What cannot be measured and was answered, until a day.
CREATE TABLE check_answer (
	question TEXT PRIMARY KEY,
	value    TEXT NOT NULL,
	until    TEXT NOT NULL, -- the last day
	by       TEXT NOT NULL,
	made     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was told on which day, so that the same is told once a day.
CREATE TABLE check_told (
	item   TEXT PRIMARY KEY,
	day    TEXT NOT NULL,
	status TEXT NOT NULL
) STRICT, WITHOUT ROWID;
