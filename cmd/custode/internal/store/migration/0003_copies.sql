-- What tells files of the same content, both keyed, so that they can't be held
-- against a known file without keys/people.key. likeness is made of what was
-- found (0 for nothing); of files that share one, digest is that of their
-- content, NULL until they were compared. And the newest month in a file's
-- columns of dates (YYYY-MM, '' for none).
ALTER TABLE file ADD COLUMN likeness INTEGER NOT NULL DEFAULT 0;
ALTER TABLE file ADD COLUMN digest BLOB;
ALTER TABLE file ADD COLUMN newest TEXT NOT NULL DEFAULT '';
