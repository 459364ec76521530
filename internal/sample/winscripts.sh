#!/bin/sh
# winscripts.sh: runs the scripts of cmd/custode/testdata and the tests of the packages
# that have code of their own for Windows, all of them built for Windows, under wine, and
# prints what is left out there and why. RUN=REGEXP: only those scripts, no other tests.
set -eu
tmp=$(mktemp -d)
. "$(dirname "$0")/wineprefix.sh"
trap 'wine_end; rm -rf "$tmp"' EXIT
export GOCACHE="$(go env GOCACHE)" GOMODCACHE="$(go env GOMODCACHE)" GOPATH="$(go env GOPATH)"
unset CUSTODE_REQUIRE # wine has none of the other programs; what is left out for that is printed
export HOME="$tmp/me"
mkdir "$HOME" "$tmp/bin"
umask 077 # wine makes an access list of it: the owner alone
wine_prefix "$tmp/prefix"
wineserver -p || true # it may run already

# built PACKAGE ...: their tests as programs for Windows, in $tmp/bin.
built() {
	first=$(date +%s)
	set -- $(for dir in "$@"; do echo "./$dir"; done)
	go list -f '{{.Dir}} {{.Name}}' "$@" >"$tmp/packages"
	mkdir -p "$tmp/over"
	while read -r dir name; do
		[ -e "$tmp/over/$name.go" ] || wine_go "$name" >"$tmp/over/$name.go"
		echo "\"$dir/wine_test.go\": \"$tmp/over/$name.go\""
	done <"$tmp/packages" | paste -sd, | sed 's/.*/{"Replace": {&}}/' >"$tmp/over.json"
	CC=x86_64-w64-mingw32-gcc CGO_ENABLED=1 GOOS=windows GOARCH=amd64 \
		go test -c -trimpath -overlay "$tmp/over.json" -ldflags '-s -w -checklinkname=0 -extldflags=-Wl,--file-alignment,4096' -o "$tmp/bin/" "$@"
	echo "built for Windows in $(($(date +%s) - first)) s"
}

# left_out: PACKAGE|TESTS|why they are not run here. A dot is all of them.
left_out() {
	sed 's/^\t*//' <<-L
		encrypt/disk|^TestRefused$|wine makes no links
		internal/agent|^TestHolds$|wine has no sockets in folders
		internal/agent|^TestLetsGo$|wine has no sockets in folders
		internal/agent|^TestTakesOver$|wine has no sockets in folders
		internal/agent|^TestGarbage$|wine has no sockets in folders
		playbook/evidence|^TestPowerCuts$|the disk that is cut has the paths of Linux
		playbook/evidence|^TestFaults$|the disk that fails has the paths of Linux
		playbook/evidence|^TestFullDisk$|the disk that is full has the paths of Linux
		playbook/evidence|^TestReadOnlyOnce$|the disk has the paths of Linux
		playbook/evidence|^TestCollect$|a name that Windows cannot have
		playbook/evidence|^TestFolder$|wine makes no links
		scan|.|five minutes under wine: the scripts scan
		scan/walk|.|two minutes under wine: the scripts walk
		scan/watch/baseline|^TestOrder$|names that differ in small and large letters alone
		scan/watch/baseline|^TestBigFolder$|half a minute under wine, and wine lists a folder in another order
		scan/watch/decoy|^TestCheckAndRemove$|wine makes no links
		scan/watch/decoy|^FuzzNames$|the paths of Linux
	L
}

# told LOG: how many passed, and what was left out, why.
told() {
	awk '/^ *--- PASS/ {n++} END {printf "  %d passed\n", n}' "$1"
	awk '/^=== / {t = $3}
		/^ *testscript\.go:/ {next}
		/^ *[a-z_]*\.go:[0-9]*: / {s = $0; sub(/^ *[a-z_]*\.go:[0-9]*: /, "", s); say[t] = s}
		/^ *--- SKIP/ {printf "  left out: %s: %s\n", $3, say[$3]}' "$1"
}

# tests DIR PROGRAM ARGS: runs the tests of a folder, and says how it went.
bad=0
tests() {
	dir=$1 program=$2 first=$(date +%s) rc=0
	shift 2
	logged "$dir" "$program" "$@" || rc=1
	echo "$dir: $(($(date +%s) - first)) s"
	told "$tmp/log"
	[ $rc = 0 ] && return
	again=$(not_started "$tmp/log")
	if [ -n "$again" ] && logged "$dir" "$program" -test.run "^TestScripts\$/^($again)\$" -test.timeout 10m; then
		echo "  wine did not start a program in these; run once more, they are green: $again"
		return
	fi
	bad=1
	mkdir -p build && cp "$tmp/log" build/windows-tests.log
	grep -B 40 '^ *FAIL: ' "$tmp/log" || grep -A 12 -e '--- FAIL' -e '^panic' "$tmp/log" || tail -n 60 "$tmp/log"
	red="${red-}$dir: $(grep -e '^ *FAIL: ' -e '--- FAIL' "$tmp/log" || echo "ended with an error")
"
}

# logged DIR PROGRAM ARGS: runs a program of tests in a folder, into $tmp/log.
logged() {
	in=$1 exe=$2
	shift 2
	(cd "$in" && exec wine "$tmp/bin/$exe" -test.v "$@") >"$tmp/log" 2>&1 &
	wait $!
}

# not_started LOG: the scripts that failed, as a|b, if each of them failed because wine itself could not start a program
# (seen once in 4,000 starts on a busy machine: the new process dies before its first instruction, ERROR_INTERNAL_ERROR).
# If one of them failed for another reason: nothing.
not_started() {
	awk '/^=== / {t = $3}
		/fork\/exec .*: Internal error/ {wine[t]}
		/^ *FAIL: / {bad[t]}
		/^ *--- FAIL: TestScripts\// {bad[$3]}
		/^ *--- FAIL: / && $3 !~ /^TestScripts/ {other = 1}
		/^panic/ {other = 1}
		END {
			for (t in bad) {
				if (!(t in wine)) other = 1
				sub(/^TestScripts\//, "", t)
				all = all sep t
				sep = "|"
			}
			if (!other) print all
		}' "$1"
}

[ -n "${RUN-}" ] || others=$(find . -name '*_windows.go' -not -path './cmd/custode/*_windows.go' -exec dirname {} \; | sort -u | sed 's,^\./,,' |
	while read -r dir; do ! ls "$dir"/*_test.go >/dev/null 2>&1 || echo "$dir"; done)
built cmd/custode ${others-}
tests cmd/custode custode.test.exe -test.run "^TestScripts\$/${RUN:-.}" -test.parallel 4 -test.timeout 20m
echo "  $(cat cmd/custode/testdata/*.txtar | grep -c '^\[\(!windows\|unix\|linux\)\]') lines of scripts are for other systems"
grep -H "^\[windows\] stop" cmd/custode/testdata/*.txtar | sed 's/^.*testdata.\([^:]*\):\[windows\] stop/  not to its end: \1:/'
for dir in ${others-}; do
	not=$(left_out | awk -F '|' -v dir="$dir" '$1 == dir {printf "%s%s", sep, $2; sep = "|"}')
	left_out | awk -F '|' -v dir="$dir" '$1 == dir {print "  left out: " dir ": " $2 ": " $3}' | sed 's/[$^]//g'
	[ "$not" = . ] || tests "$dir" "$(basename "$dir").test.exe" -test.short -test.timeout 5m ${not:+-test.skip "$not"}
done
[ -z "${red-}" ] || printf 'red:\n%s' "$red" # once more where it is seen: what was printed first is far up
exit $bad
