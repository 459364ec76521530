-- What customers chose, as events that are only added (package playbook/privacy/choice). A contact
-- is nowhere: contact is its keyed hash, and the key lies sealed in keys/choices.age.
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
-- The same file imported twice adds nothing; and a contact's events are found by it.
CREATE UNIQUE INDEX choice_once ON choice_event (contact, purpose, channel, what, at, how, wording);

-- The texts that were shown when somebody chose.
CREATE TABLE choice_wording (
	digest  BLOB PRIMARY KEY CHECK (length(digest) = 32), -- choice.Wording.Digest
	purpose TEXT NOT NULL,
	channel TEXT NOT NULL,
	lang    TEXT NOT NULL,
	text    TEXT NOT NULL,
	added   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Choices that were entered while the key was locked: sealed to the shop's keys, taken over when it is not.
CREATE TABLE choice_pending (
	id     INTEGER PRIMARY KEY AUTOINCREMENT, -- one that was taken over is not taken for a later one
	sealed BLOB NOT NULL
) STRICT;

-- Requests of people about their own data (package playbook/privacy/request). who is sealed to the
-- shop's keys; the rest is readable while they are locked.
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

-- Files of which rows were deleted or dates made coarser, or that were deleted: each has a sealed
-- copy as it was, in the folder "undo" of the home, until a day (package encrypt/undo).
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

-- What was printed for customers, and the facts that it stood on.
CREATE TABLE printed (
	id     INTEGER PRIMARY KEY,
	kind   TEXT NOT NULL, -- notice, card, statement
	lang   TEXT NOT NULL,
	made   INTEGER NOT NULL,
	path   TEXT NOT NULL,
	digest BLOB NOT NULL, -- SHA-256 of the file
	facts  TEXT NOT NULL  -- JSON
) STRICT;
