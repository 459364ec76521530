# wineprefix.sh, to be read by other scripts (. wineprefix.sh): what they need of wine.

# wine_prefix DIR: makes a fresh Windows of wine in DIR, and lets this shell use it. wine 8 lacks a library that every
# Go program wants; a shim of five lines stands in for it.
wine_prefix() {
	export WINEPREFIX="$1" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
	wineboot -i >/dev/null 2>&1
	x86_64-w64-mingw32-gcc -O2 -shared -o "$1/drive_c/windows/system32/bcryptprimitives.dll" -x c - -ladvapi32 <<-'C'
		#include <windows.h>
		BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
		__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE p, SIZE_T n) { return SystemFunction036(p, (ULONG)n) ? TRUE : FALSE; }
	C
}

# wine_end: ends what runs in this shell's Windows, its server last. A shell that a signal ends has to be told to go
# through its EXIT trap, and does so only while it waits: for what takes minutes write `... & wait $!`.
wine_end() {
	[ -n "${WINEPREFIX-}" ] || return 0
	wineserver -k 2>/dev/null || true
	timeout 20 wineserver -w 2>/dev/null || true
}
trap 'exit 143' HUP INT TERM

# wine_go PACKAGE: a Go file that makes up for one more thing of wine 8: it does not know the newest way to remove a
# file, which Go's os.RemoveAll then does not recognize (a variable of Go's own tests chooses the older way). It goes
# into a program by go's -overlay, with -ldflags -checklinkname=0.
wine_go() {
	cat <<-G
		package $1

		import _ "unsafe"

		//go:linkname olderRemove internal/syscall/windows.TestDeleteatFallback
		var olderRemove bool

		func init() { olderRemove = true }
	G
}
