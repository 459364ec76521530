#!/bin/sh
# run.sh CUSTODE [FOLDER]: first run and daily check on FOLDER, or on a made-up
# shop, with a home that is removed at the end. Ends with 0 when the check could
# be held, whatever it found.
set -eu
custode=$(realpath "$1")
data=${2:-}
tmp=$(mktemp -d)
trap 'chmod -R u+rwx "$tmp"; rm -rf "$tmp"' EXIT
if [ -n "$data" ]; then
	data=$(realpath "$data")
	shop=$(basename "$data")
else
	data=$tmp/bottega
	shop="Bottega Esempio"
	go run ./internal/sample/mksample "$data"
fi
export CUSTODE_HOME="$tmp/home"
status=0
"$custode" init --yes --shop "$shop" --country IT --data "$data" || status=$?
[ "$status" -le 1 ] || exit "$status"
echo
status=0
"$custode" check || status=$?
[ "$status" -le 3 ] || exit "$status"
echo
echo "(exit code of the check: $status; 0 all good, 1 attention, 2 act now, 3 could not be checked)"
