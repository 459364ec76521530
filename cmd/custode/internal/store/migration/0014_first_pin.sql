-- With a code from whoever runs the shop somebody chooses a first PIN, so that nobody else does in their name.
ALTER TABLE staff ADD COLUMN code BLOB NOT NULL DEFAULT x''; -- a lock of package pin that the code opens; empty: none was given
ALTER TABLE staff ADD COLUMN code_until INTEGER NOT NULL DEFAULT 0; -- when it ends
