-- The catalogue of sealed files (package encrypt/catalogue): what "sealed at that
-- time" rests on. plain is keyed, all zero for very large files. The last columns are what the last scan knew of
-- the original, NULL or empty where it knew nothing.
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
CREATE INDEX sealed_cipher ON sealed (cipher);

-- One row a recovery drill.
CREATE TABLE drill (
	id       INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	recovery TEXT NOT NULL,    -- fingerprint of the recovery key
	sample   INTEGER NOT NULL, -- sealed files that were opened
	of       INTEGER NOT NULL, -- that there were
	failed   INTEGER NOT NULL
) STRICT;
