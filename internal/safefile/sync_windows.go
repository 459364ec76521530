package safefile

// SyncDir does nothing on Windows: NTFS journals renames itself, and offers no
// way to flush a folder.
func SyncDir(string) error { return nil }
