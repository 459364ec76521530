package secret

import "golang.org/x/sys/unix"

// notDumpable reaches those systems too that hand every dump to a program.
func notDumpable() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
