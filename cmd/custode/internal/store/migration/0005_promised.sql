-- Sealed files that are proven and are about to get their names: one that a crash
-- left beside its original is settled by this without a key (catalogue.Promise). Once
-- a file is in the table sealed its row is gone from here.
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
