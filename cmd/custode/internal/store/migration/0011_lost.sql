-- What was known of files that a later scan did not find any more, or that are missing
-- from the catalogue: it answers what was on a device that is lost. Only of those in which
-- personal data were found or of which nobody knows; for half a year.
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
