#!/bin/sh
# winpage.sh: the page of custode built for Windows, under wine, gone through in Chromium on this computer
# (TestWine of cmd/custode/internal/web/browser).
set -eu
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
. internal/sample/wineprefix.sh
trap 'wine_end; rm -rf "$tmp"' EXIT
export GOCACHE="$(go env GOCACHE)" GOMODCACHE="$(go env GOMODCACHE)" GOPATH="$(go env GOPATH)"
export HOME="$tmp"
wine_prefix "$tmp/prefix"
first=$(date +%s)

wine_go main >"$tmp/wine.go"
echo "{\"Replace\": {\"$PWD/cmd/custode/wine.go\": \"$tmp/wine.go\"}}" >"$tmp/over.json"
CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc GOOS=windows GOARCH=amd64 go build -trimpath -buildvcs=false -overlay "$tmp/over.json" \
	-ldflags '-s -w -checklinkname=0' -o "$tmp/custode.exe" ./cmd/custode
printf '#!/bin/sh\nexec wine %s/custode.exe "$@"\n' "$tmp" >"$tmp/custode"
chmod 755 "$tmp/custode"

# The program that opens files in this Windows notes which file it is to open.
x86_64-w64-mingw32-gcc -O2 -municode -mwindows -o "$WINEPREFIX/drive_c/note.exe" -x c - <<-'C'
	#include <windows.h>
	#include <shellapi.h>
	int WINAPI wWinMain(HINSTANCE i, HINSTANCE p, PWSTR c, int s) {
		int n;
		wchar_t **a = CommandLineToArgvW(GetCommandLineW(), &n);
		char utf8[4096];
		DWORD len = WideCharToMultiByte(CP_UTF8, 0, a[n - 1], -1, utf8, sizeof utf8, NULL, NULL), done;
		HANDLE h = CreateFileW(L"C:\\opened.new", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
		WriteFile(h, utf8, len - 1, &done, NULL);
		CloseHandle(h);
		return !MoveFileExW(L"C:\\opened.new", L"C:\\opened", MOVEFILE_REPLACE_EXISTING);
	}
C
{
	printf 'REGEDIT4\n\n[HKEY_CLASSES_ROOT\\note\\shell\\open\\command]\n@="C:\\\\note.exe \\"%%1\\""\n'
	for kind in csv txt xlsx xls docx doc ods odt pdf eml html json xml db zip rtf; do printf '\n[HKEY_CLASSES_ROOT\\.%s]\n@="note"\n' $kind; done
} >"$tmp/note.reg"
wine regedit "$tmp/note.reg" >/dev/null 2>&1
echo "built, and this Windows set up: $(($(date +%s) - first)) s"
mkdir "$tmp/drive"
ln -s "$tmp/drive" "$WINEPREFIX/dosdevices/s:"
TMPDIR="$tmp/drive" CUSTODE_BROWSER="$tmp/custode" CUSTODE_BROWSER_WINE=1 go test -count=1 -timeout 5m -run '^TestWine$' ./cmd/custode/internal/web/browser &
wait $!
echo "the page of the Windows build: $(($(date +%s) - first)) s"
