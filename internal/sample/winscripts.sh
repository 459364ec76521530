#!/bin/sh
# winscripts.sh: runs the scripts of cmd/custode/testdata and the tests of the packages
# that have code of their own for Windows, all of them built for Windows, under wine, and
# prints what is left out there and why. One more thing of wine 8 is made up for: it does
# not know the newest way to remove a file, which Go's os.RemoveAll then does not recognize
# (a variable of Go's own tests chooses the older way). RUN=REGEXP: only those scripts, no other tests.
set -eu
tmp=$(mktemp -d)
trap 'wineserver -k 2>/dev/null || true; rm -rf "$tmp"' EXIT
export GOCACHE="$(go env GOCACHE)" GOMODCACHE="$(go env GOMODCACHE)" GOPATH="$(go env GOPATH)"
export HOME="$tmp/me"
mkdir "$HOME" "$tmp/bin"
umask 077 # wine makes an access list of it: the owner alone
. "$(dirname "$0")/wineprefix.sh"
wine_prefix "$tmp/prefix"
wineserver -p || true # it may run already

# build DIR OUT: the tests of a package as a program for Windows.
build() {
	name=$(go list -f '{{.Name}}' "./$1")
	mkdir -p "$tmp/over/$1"
	cat >"$tmp/over/$1/wine_test.go" <<G
package $name

import _ "unsafe"

//go:linkname olderRemove internal/syscall/windows.TestDeleteatFallback
var olderRemove bool

func init() { olderRemove = true }
G
	echo "{\"Replace\": {\"$PWD/$1/wine_test.go\": \"$tmp/over/$1/wine_test.go\"}}" >"$tmp/over.json"
	CC=x86_64-w64-mingw32-gcc CGO_ENABLED=1 GOOS=windows GOARCH=amd64 \
		go test -c -trimpath -overlay "$tmp/over.json" -ldflags '-s -w -checklinkname=0 -extldflags=-Wl,--file-alignment,4096' -o "$2" "./$1"
}

# told LOG: how many passed, and what was left out, why.
told() {
	awk '/^ *--- PASS/ {n++} END {printf "  %d passed\n", n}' "$1"
	awk '/^=== / {t = $3}
		/^ *testscript\.go:/ {next}
		/^ *[a-z_]*\.go:[0-9]*: / {s = $0; sub(/^ *[a-z_]*\.go:[0-9]*: /, "", s); say[t] = s}
		/^ *--- SKIP/ {printf "  left out: %s: %s\n", $3, say[$3]}' "$1"
}

bad=0
start=$(date +%s)
build cmd/custode "$tmp/bin/custode.test.exe"
echo "built for Windows in $(($(date +%s) - start)) s"
start=$(date +%s)
(cd cmd/custode && wine "$tmp/bin/custode.test.exe" -test.run "^TestScripts\$/${RUN:-.}" -test.parallel 3 -test.v -test.timeout 20m) >"$tmp/log" 2>&1 || bad=1
echo "scripts: $(($(date +%s) - start)) s"
told "$tmp/log"
echo "  $(cat cmd/custode/testdata/*.txtar | grep -c '^\[\(!windows\|unix\|linux\)\]') lines of scripts are for other systems"
grep -H "^\[windows\] stop" cmd/custode/testdata/*.txtar | sed 's/^.*testdata.\([^:]*\):\[windows\] stop/  not to its end: \1:/'
if [ $bad = 1 ]; then
	mkdir -p build && cp "$tmp/log" build/windows-scripts.log
	grep -B 40 'FAIL: ' "$tmp/log" || tail -n 60 "$tmp/log"
fi
if [ -z "${RUN-}" ]; then
	for dir in $(find . -name '*_windows.go' -not -path './cmd/custode/*_windows.go' -exec dirname {} \; | sort -u | sed 's,^\./,,'); do
		ls "$dir"/*_test.go >/dev/null 2>&1 || continue
		start=$(date +%s)
		build "$dir" "$tmp/bin/p.test.exe"
		rc=0
		(cd "$dir" && wine "$tmp/bin/p.test.exe" -test.v -test.short -test.timeout 5m) >"$tmp/log" 2>&1 || rc=1
		echo "$dir: $(($(date +%s) - start)) s"
		told "$tmp/log"
		if [ $rc = 1 ]; then
			bad=1
			grep -A 12 -e '--- FAIL' -e '^panic' "$tmp/log" || tail -n 60 "$tmp/log"
		fi
	done
fi
exit $bad
