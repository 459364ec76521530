-- What in a file was not examined (JSON, NULL when all of it was), and how many
-- pictures its documents hold.
ALTER TABLE file ADD COLUMN unread TEXT;
ALTER TABLE file ADD COLUMN pictures INTEGER NOT NULL DEFAULT 0;
