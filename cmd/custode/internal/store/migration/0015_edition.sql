-- A number that is another one after each change of what is known of files, by whatever program: who made something
-- of it, as the map of the data, sees by it whether it has to be made anew. That a scan saw a file again is no change.
CREATE TABLE edition (n INTEGER NOT NULL) STRICT;
INSERT INTO edition (n) VALUES (0);

CREATE TRIGGER file_known AFTER INSERT ON file BEGIN UPDATE edition SET n = n + 1; END;
CREATE TRIGGER file_known_otherwise AFTER UPDATE OF dir, name, mtime, people, findings, sketch, newest ON file BEGIN UPDATE edition SET n = n + 1; END;
CREATE TRIGGER file_unknown AFTER DELETE ON file BEGIN UPDATE edition SET n = n + 1; END;
CREATE TRIGGER sealed_known AFTER INSERT ON sealed BEGIN UPDATE edition SET n = n + 1; END;
CREATE TRIGGER sealed_known_otherwise AFTER UPDATE OF dir, name, original, mtime, people, findings, sketch ON sealed BEGIN UPDATE edition SET n = n + 1; END;
CREATE TRIGGER sealed_unknown AFTER DELETE ON sealed BEGIN UPDATE edition SET n = n + 1; END;
