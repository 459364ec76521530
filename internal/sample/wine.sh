#!/bin/sh
# wine.sh CUSTODE.EXE: starts the Windows build under wine: version, first run,
# scan, check, journal and watch on a made-up shop.
set -eu
exe=$(realpath "$1")
tmp=$(mktemp -d)
. "$(dirname "$0")/wineprefix.sh"
trap 'wine_end; rm -rf "$tmp"' EXIT
export HOME="$tmp"
wine_prefix "$tmp/prefix"
go run ./internal/sample/mksample "$tmp/bottega"
find "$tmp/bottega" -name '*
*' -delete # a name with a newline can't be on Windows
run() {
	want=$1
	shift
	got=0
	wine "$exe" --home 'C:\custode' --lang en "$@" >"$tmp/out" 2>"$tmp/err" || got=$?
	case ",$want," in *",$got,"*) ;; *)
		echo "custode.exe $*: exit $got, want $want"
		cat "$tmp/out" "$tmp/err"
		exit 1
		;;
	esac
	echo "custode.exe $*: exit $got"
}
run 0 version
run 0,1 init --yes --shop Bottega --country IT --data "Z:$(echo "$tmp/bottega" | tr / '\\')"
run 0,1 scan --json
run 1,2,3 check
cat "$tmp/out"
run 0 journal verify
chmod 644 "$tmp/bottega/Clienti/clienti.csv" # wine shows it as an access list
run 2 check
grep -q 'Everybody who uses this computer' "$tmp/out" || { echo "the access list was not read"; cat "$tmp/out"; exit 1; }
grep -q 'icacls' "$tmp/out"

# The watch, in its lesser mode: changes only, and not by whom.
shop="Z:$(echo "$tmp/bottega" | tr / '\\')"
fail() {
	echo "$1"
	cat "$tmp/out" "$tmp/err" "$tmp/watch.out" "$tmp/watch.err" 2>/dev/null || true
	exit 1
}
# until_says WHAT TEXT ARGS...: runs custode until its output has the text.
until_says() {
	what=$1 text=$2
	shift 2
	for _ in $(seq 60); do
		wine "$exe" --home 'C:\custode' --lang en "$@" >"$tmp/out" 2>"$tmp/err" || true
		if grep -q "$text" "$tmp/out"; then
			echo "custode.exe $*: $what"
			return 0
		fi
		sleep 1
	done
	fail "custode.exe $*: not within a minute: $what"
}
# The Task Scheduler starts the watch and the check, and lets go of both.
tasks="$WINEPREFIX/drive_c/windows/system32/tasks"
run 1 service status
run 0 service install
run 1 service status # wine registers tasks and starts none
[ "$(ls "$tasks" | grep -c '^custode-\(watch\|check\)-')" = 2 ] || fail "the two tasks are not registered"
run 0 service remove
[ -z "$(ls "$tasks" | grep '^custode-')" ] && [ ! -e "$WINEPREFIX/drive_c/custode/service" ] || fail "the tasks were left behind"
run 0 watch --reconcile --json
grep -q '"mode": *"first"' "$tmp/out" || fail "the first comparison is no first one"
until_says "off, before it was ever started" '"running": *false' watch --status --json
wine "$exe" --home 'C:\custode' --lang en watch --json >"$tmp/watch.out" 2>"$tmp/watch.err" &
watch=$!
until_says "the watch runs" '"running": *true' watch --status --json
until_says "changes are seen" '"changes": *true' watch --status --json
for what in '"backend": *"notify"' '"reads": *false' '"who": *false'; do
	grep -q "$what" "$tmp/out" || fail "the status does not say $what"
done
until_says "it says that readings are not told" 'readings: no' watch --status
grep -q 'by whom: no' "$tmp/out" || fail "the status does not say that it can't tell by whom"
grep -q 'This system tells no more' "$tmp/out" || fail "the status does not say why"
echo "Nuova;nuova@example.com" >>"$tmp/bottega/Clienti/clienti.csv"
for _ in $(seq 30); do
	if grep -q 'custode.event/1.*clienti.csv.*"op":"write"' "$tmp/watch.out"; then break; fi
	sleep 1
done
grep 'custode.event/1.*clienti.csv.*"op":"write"' "$tmp/watch.out" | head -n 1 || fail "the change was not told"
kill -9 "$watch"
wait "$watch" 2>/dev/null || true
until_says "off, since it was killed" '"running": *false' watch --status --json
echo "Altra;altra@example.com" >>"$tmp/bottega/Clienti/clienti.csv"
run 0 watch --reconcile --json
grep -q '"what": *"changed"' "$tmp/out" && grep -q 'clienti.csv' "$tmp/out" || fail "the comparison does not find what changed while the watch was off"
