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
