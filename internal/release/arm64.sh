#!/usr/bin/env bash
# arm64.sh RELEASE: starts the program of the .deb for arm64 under qemu: a first run, a check, the journal.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dpkg-deb -x "$1"/custode_*_arm64.deb "$work/root"
mkdir -p "$work/shop"
printf 'Nome;Telefono;Email\nAnna Rossi;+39 06 5550100;anna@example.com\n' >"$work/shop/clienti.csv"
run() { # run WANT ARGS...
	local want=$1 got=0
	shift
	qemu-aarch64-static "$work/root/usr/bin/custode" --home "$work/home" --lang en "$@" >"$work/out" 2>&1 || got=$?
	case ",$want," in *",$got,"*) echo "arm64: custode $*: exit $got" ;; *)
		cat "$work/out"
		echo "arm64: custode $*: exit $got, want $want"
		exit 1
		;;
	esac
}
run 0 version
grep -q linux/arm64 "$work/out"
run 0,1 init --yes --shop Bottega --country IT --data "$work/shop"
run 0,1 scan --json
grep -q '"email": *1' "$work/out" || { cat "$work/out"; exit 1; }
run 1,2,3 check
run 0 journal verify
