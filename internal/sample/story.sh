#!/bin/sh
# story.sh CUSTODE [LANGUAGE [OUT]]: the whole of custode on a made-up shop, from the first look to
# the letter to the authority, in under two minutes: what lies open, what is sealed, the watch, a
# program that copies the customer files out, the alert, the incident, the decision, the letter, the
# report. Everything lies in a temporary folder that is removed at the end, except the papers where OUT names a folder for
# them. As root the watch knows who it was; else the letter says what is not known for that reason.
set -eu
custode=$(realpath "$1")
lang=${2:-}
case "$lang${LANG:-}" in it*) lang=it ;; *) lang=en ;; esac
out=${3:-}
tmp=$(mktemp -d)
watch=
end() {
	[ -z "$watch" ] || kill "$watch" 2>/dev/null || true
	[ -z "$watch" ] || wait "$watch" 2>/dev/null || true
	chmod -R u+rwx "$tmp"
	rm -rf "$tmp"
}
trap end EXIT
trap 'exit 130' INT TERM
export CUSTODE_HOME="$tmp/home" CUSTODE_LANG="$lang" HOME="$tmp/me"
unset CUSTODE_PASSPHRASE 2>/dev/null || true
mkdir -m 700 "$HOME"
shop="$tmp/bottega"
began=$(date +%s)

# say ENGLISH ITALIAN: a chapter.
say() {
	if [ "$lang" = it ]; then set -- "$2"; else set -- "$1"; fi
	printf '\n=== %s\n' "$1"
}
# run LINES COMMAND ...: shows a command, and the first LINES of what it says; 0: all. Any exit code that is
# no error is fine.
run() {
	lines=$1
	shift
	printf '\n$ %s\n' "$(printf '%s ' "$@" | sed "s,$custode,custode,g; s,$tmp/,,g")"
	code=0
	"$@" >"$tmp/said" 2>&1 || code=$?
	if [ "$lines" = 0 ]; then cat "$tmp/said"; else sed -n "1,${lines}p" "$tmp/said"; fi
	[ "$code" -le 3 ] || exit "$code"
}
# until COMMAND ...: waits for something to be so, 30 seconds.
until_so() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 \
		1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		"$@" >/dev/null 2>&1 && return
		sleep 0.5
	done
	echo "story: waited in vain for: $*" >&2
	exit 1
}
says() { # says WHAT COMMAND ...: a command says something
	what=$1
	shift
	"$@" 2>/dev/null | grep -q "$what"
}

say "A shop, as many are: lists, exports, mails, three branches. Nobody in it exists." \
	"Un negozio, come tanti: elenchi, esportazioni, mail, tre sedi. Nessuno vi esiste davvero."
go run ./internal/sample/mksample "$shop" 2>/dev/null
go run ./internal/sample/mksample -seed 2 "$shop/Filiale" 2>/dev/null
go run ./internal/sample/mksample -seed 3 "$shop/Filiale 2" 2>/dev/null
chmod -R u+rwX,go-rwx "$shop"
run 0 "$custode" init --yes --shop "Bottega Esempio" --country IT --data "$shop"

say "What matters most, first." "Ciò che più conta, per primo."
run 14 "$custode" check

say "Keys, the paper that is the way back, and the archive is sealed." \
	"Le chiavi, il foglio che è la via del ritorno, e l'archivio viene sigillato."
(umask 077 && echo "tramonto lungo sul mare 7319" >"$tmp/pass")
run 0 "$custode" keys init --passphrase-file "$tmp/pass" --yes
export CUSTODE_PASSPHRASE="tramonto lungo sul mare 7319"
"$custode" keys sheet >"$tmp/sheet.txt"
run 4 "$custode" encrypt --yes --no-drill "$shop/Archivio 2019" "$shop/Filiale/Archivio 2019" "$shop/Filiale 2/Archivio 2019"
run 4 "$custode" keys drill --sheet-file "$tmp/sheet.txt"

say "The watch, with decoys among the data." "La sorveglianza, con esche fra i dati."
run 1 "$custode" watch decoys place
"$custode" watch >"$tmp/watch.log" 2>&1 &
watch=$!
until_so says '"running": true' "$custode" watch --status --json
until_so says '"reads": true' "$custode" watch --status --json
run 3 "$custode" watch --status

say "Somebody's program copies the customer files out." "Il programma di qualcuno copia fuori i file dei clienti."
sleep 3 # what custode itself has just read at the start is not held against anybody
mkdir "$tmp/usb"
cp /bin/cp "$tmp/sync-helper"
run 0 "$tmp/sync-helper" -r "$shop" "$tmp/usb/"
until_so says '"rule": "bulk"' "$custode" alerts list --json
sleep 5 # it goes on counting
run 0 "$custode" alerts list
alert=$("$custode" alerts list --json | tr -d ' ,' | awk -F: '/^"id"/{id=$2} /^"rule":"bulk"/{print id; exit}')

say "From the alert an incident, which knows already what there is to know." \
	"Dall'allarme un incidente, che sa già quel che c'è da sapere."
run 31 "$custode" alerts open-incident "$alert"

say "The owner says the two things that only a person can: since when it is known, and what is decided." \
	"Il titolare dice le due cose che solo una persona può dire: da quando si sa, e che cosa si decide."
run 2 "$custode" playbook facts aware_at=now
run 0 "$custode" playbook assess
run 3 "$custode" playbook assess --authority yes --people yes --because "$(if [ "$lang" = it ]; then echo "come consigliano le regole"; else echo "as the rules advise"; fi)"

say "The letter to the authority: what custode gathered itself, and UNKNOWN with its question for the rest." \
	"La notifica all'autorità: ciò che custode ha raccolto da sé, e NON NOTO con la sua domanda per il resto."
run 0 "$custode" playbook letter authority
run 1 "$custode" playbook letter authority --out "$tmp/letter.pdf"
run 1 "$custode" playbook report --out "$tmp/report.html"
run 12 "$custode" journal show --file "$shop/Archivio 2019/clienti_2019.csv" --at "$(date -u +%Y-%m-%dT%H:%M:%SZ)"

say "And tomorrow morning." "E domani mattina."
run 12 "$custode" check --report "$tmp/check.html"
if [ -n "$out" ]; then
	mkdir -p "$out"
	cp "$tmp/letter.pdf" "$tmp/report.html" "$tmp/check.html" "$out/"
fi
say "The story took $(($(date +%s) - began)) seconds." "La storia è durata $(($(date +%s) - began)) secondi."
