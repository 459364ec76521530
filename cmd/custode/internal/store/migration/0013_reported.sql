-- What a person told of a problem, and the name that was given; '' of what the watch saw itself.
ALTER TABLE incident ADD COLUMN said TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN said_by TEXT NOT NULL DEFAULT '';
