-- What an item counted as when it was put off: if it gets worse, that does not cover it. '': not known.
ALTER TABLE check_snooze ADD COLUMN worth TEXT NOT NULL DEFAULT '';
