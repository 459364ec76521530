-- Staff and their quizzes (package training/staff). What a person answered lies in blobs that
-- only the person's PIN opens (package training/pin); here in the clear is only who, and when
-- a sitting was finished or is due. Days, not moments.

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
) STRICT;

-- A learner's answers of one day, sealed as a whole: not even how many there are can be seen.
-- A row whose day is too old is erased without being opened.
CREATE TABLE staff_answer (
	staff  INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
	day    TEXT NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (staff, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_answer_day ON staff_answer (day);

-- On which days somebody finished a sitting.
CREATE TABLE staff_finished (
	staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
	day   TEXT NOT NULL,
	times INTEGER NOT NULL,
	PRIMARY KEY (staff, day)
) STRICT, WITHOUT ROWID;

-- How the whole team does, by topic and month. Each answer is counted through a coin toss
-- (training.Noisy), so that no difference between two looks shows one person's answer.
CREATE TABLE team_tally (
	topic   TEXT NOT NULL,
	month   TEXT NOT NULL,
	asked   INTEGER NOT NULL,
	counted INTEGER NOT NULL,
	PRIMARY KEY (topic, month)
) STRICT, WITHOUT ROWID;
