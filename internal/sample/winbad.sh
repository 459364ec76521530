#!/bin/sh
# winbad.sh CUSTODE.EXE: what the Windows build says and does, under wine, about files
# that give trouble there: held by another program, named like a device, deeper than 260
# characters, read-only, not ours, with hidden parts, named alike. Each gets its sentence
# in both languages and its exit code, and no content is lost. Not as root, to whom
# permissions mean nothing: then it goes on as nobody, with a read-only mount that only root
# can make; else a folder without rights stands in for it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ "$(id -u)" = 0 ]; then
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	cp "$here/winbad.sh" "$here/wineprefix.sh" "$1" "$tmp"
	chown -R 65534:65534 "$tmp"
	# server is what the server sees of the share, share what this computer is given: the same files, only to be read.
	mkdir "$tmp/server" "$tmp/share"
	chown 65534:65534 "$tmp/server"
	private=''
	if unshare -m true; then private='unshare -m'; fi
	$private sh -eu -c '
		tmp=$1 share=""
		if [ -n "$3" ] && mount --bind "$tmp/server" "$tmp/share" && mount -o remount,bind,ro "$tmp/share"; then share=$tmp/share; fi
		exec setpriv --reuid=65534 --regid=65534 --clear-groups env TMPDIR="$tmp" HOME="$tmp" SHARE="$share" sh "$tmp/winbad.sh" "$2"
	' sh "$tmp" "$tmp/$(basename "$1")" "$private"
	exit
fi
exe=$(realpath "$1")
tmp=$(mktemp -d)
. "$here/wineprefix.sh"
trap 'wine_end; chmod -R u+rwX "$tmp"; rm -rf "$tmp"' EXIT
export HOME="$tmp"
wine_prefix "$tmp/prefix"
wineserver -p || true # it may run already
c="$WINEPREFIX/drive_c"
shop="$c/bottega"
start=$(date +%s)

# hold.exe FILE: has a file open and shares it with nobody, as Excel does, until it is killed.
x86_64-w64-mingw32-gcc -O2 -municode -o "$c/hold.exe" -x c - <<-'C'
	#include <windows.h>
	#include <stdio.h>
	int wmain(int n, wchar_t **a) {
		HANDLE h = INVALID_HANDLE_VALUE; // as long as a program that has just ended is not quite gone
		for (int i = 0; i < 100 && h == INVALID_HANDLE_VALUE; i++, Sleep(100))
			h = CreateFileW(a[1], GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
		puts(h == INVALID_HANDLE_VALUE ? "not held" : "held");
		fflush(stdout);
		Sleep(INFINITE);
		return 0;
	}
C

fail() {
	printf 'winbad: %s\n' "$1"
	cat "$tmp/out" 2>/dev/null || true
	exit 1
}
custode() { # LANGUAGE ARGS: its output on one line in $tmp/out, its exit code in $got
	got=0
	wine "$exe" --home 'C:\custode' --lang "$@" >"$tmp/raw" 2>&1 || got=$?
	tr '\n' ' ' <"$tmp/raw" | tr -s ' ' >"$tmp/out"
}
run() { # CODE ARGS
	want=$1
	shift
	custode en "$@"
	[ "$got" = "$want" ] || fail "custode $*: exit $got, want $want"
}
says() { # CODE ENGLISH ITALIAN ARGS: both must be read, and the code be the same
	want=$1 english=$2 italian=$3
	shift 3
	for l in en it; do
		custode $l "$@"
		[ "$got" = "$want" ] || fail "custode --lang $l $*: exit $got, want $want"
		text=$english
		[ $l = en ] || text=$italian
		grep -qF -- "$text" "$tmp/out" || fail "custode --lang $l $*: does not say: $text"
	done
	printf '%s  %s\n' "$want" "$english"
}
hold() {
	: >"$tmp/held"
	wine "$c/hold.exe" "$1" >"$tmp/held" &
	holder=$!
	for _ in $(seq 200); do
		grep -q held "$tmp/held" && break
		sleep 0.1
	done
	grep -q '^held' "$tmp/held" || fail "$1 could not be held"
}
letgo() {
	kill "$holder"
	wait "$holder" 2>/dev/null || true
}
make() { printf 'nome;email;telefono\nAnna Rossi;anna.%s@example.com;+39 333 1234567\n' "$2" >"$1"; }
same() { # FILE N: it holds what make put there
	make "$tmp/want" "$2"
	cmp -s "$1" "$tmp/want" || fail "$1 is not what it was"
}
absent() { [ ! -e "$1" ] || fail "$1 is there"; }

mkdir "$shop"
make "$shop/clienti.csv" 1
echo 'one two three four five six' >"$c/words.txt"
run 0 init --yes --shop Bottega --country IT --data 'C:\bottega'
run 0 keys init --name Anna --yes --passphrase-file 'C:\words.txt'
opened() { run 0 decrypt --passphrase-file 'C:\words.txt' "$@"; }

echo "== held by another program ($(($(date +%s) - start)) s)"
make "$shop/excel.csv" 2
hold 'C:\bottega\excel.csv'
says 1 'excel.csv: another program has it open' 'excel.csv: un altro programma lo tiene aperto' scan
says 1 'excel.csv: is open in another program; close it, then again' 'excel.csv: è aperto in un altro programma; chiudilo, poi di nuovo' encrypt --no-drill 'C:\bottega\excel.csv'
letgo
same "$shop/excel.csv" 2
absent "$shop/excel.csv.age"
run 0 scan # tried again
grep -q 'excel.csv' "$tmp/out" || fail "the file that was held is not looked into again"
run 0 encrypt --no-drill 'C:\bottega\excel.csv'
absent "$shop/excel.csv"
hold 'C:\bottega\excel.csv.age'
says 75 'another program has the file open: C:\bottega\excel.csv.age What to do: Close it and try again.' \
	'un altro programma tiene aperto il file: C:\bottega\excel.csv.age Cosa fare: Chiudilo' decrypt --passphrase-file 'C:\words.txt' 'C:\bottega\excel.csv.age'
letgo
absent "$shop/excel.csv"
hold 'C:\custode\custode.yaml'
says 75 'custode.yaml (another program has it open) What to do: Close it in the other program' 'custode.yaml (un altro programma lo tiene aperto) Cosa fare: Chiudilo' watch --status
says 75 '(another program has it open) What to do: Close it in the other program' '(un altro programma lo tiene aperto) Cosa fare: Chiudilo' service install
letgo

echo "== named like a device, with a dot or a blank at the end ($(($(date +%s) - start)) s)"
mkdir "$shop/nas"
n=10
for f in CON.txt aux.csv nul COM1 'dot.csv.' 'blank '; do
	n=$((n + 1))
	make "$shop/nas/$f" $n
done
run 0 scan 'C:\bottega\nas'
grep -q 'Looked at 6 files .*100 %' "$tmp/out" || fail "not all were looked into"
run 0 encrypt --no-drill 'C:\bottega\nas\CON.txt' 'C:\bottega\nas\nul' 'C:\bottega\nas\blank '
run 0 encrypt --no-drill 'C:\bottega\nas'
[ "$(ls "$shop/nas" | grep -c '\.age$')" = 6 ] && [ "$(ls "$shop/nas" | wc -l)" = 6 ] || fail "$(ls "$shop/nas")"
run 0 verify 'C:\bottega\nas\CON.txt.age' 'C:\bottega\nas'
says 73 'con.age (Windows keeps this name for a device' 'con.age (Windows riserva questo nome a un dispositivo' backup 'C:\bottega\con.age'
says 73 'nul.html (Windows keeps this name for a device' 'nul.html (Windows riserva questo nome a un dispositivo' check --report 'C:\bottega\nul.html'
says 66 'C:\bottega\*.csv (on Windows no name holds any of these' 'C:\bottega\*.csv (in Windows nessun nome contiene' encrypt 'C:\bottega\*.csv'

echo "== a path of more than 260 characters ($(($(date +%s) - start)) s)"
deep="$shop/cartella"
for i in 1 2 3 4 5 6 7; do deep="$deep/una cartella dal nome lungo àèìòù $i"; done
mkdir -p "$deep"
make "$deep/clienti così.csv" 30
path='C:'$(printf %s "${deep#"$c"}/clienti così.csv" | tr / '\\')
[ "$(printf %s "$path" | wc -m)" -gt 260 ] || fail "$path is short"
run 0 scan "$path"
run 0 encrypt --no-drill "$path"
absent "$deep/clienti così.csv"
run 0 verify "$path.age"

echo "== only to be read, or not even that ($(($(date +%s) - start)) s)"
mkdir "$shop/ro" "$shop/rofile" "$shop/none"
make "$shop/ro/a.csv" 40
make "$shop/rofile/a.csv" 41
make "$shop/none/a.csv" 42
chmod 555 "$shop/ro"
chmod 444 "$shop/rofile/a.csv"
chmod 000 "$shop/none/a.csv"
says 1 'a.csv: no permission to read it' 'a.csv: nessun permesso di leggerlo' scan 'C:\bottega\none'
says 1 'none\a.csv: no permission to read it' 'none\a.csv: manca il permesso di leggerlo' encrypt --no-drill 'C:\bottega\none'
says 1 'ro\a.csv: no permission to read it or to write into its folder' 'ro\a.csv: manca il permesso di leggerlo o di scrivere nella sua cartella' encrypt --no-drill 'C:\bottega\ro'
says 1 'rofile\a.csv: is marked read-only, so that it could not be removed' 'rofile\a.csv: è contrassegnato di sola lettura' encrypt --no-drill 'C:\bottega\rofile'
same "$shop/rofile/a.csv" 41
absent "$shop/rofile/a.csv.age"
chmod -R u+rwX "$shop/ro" "$shop/none" "$shop/rofile"
same "$shop/ro/a.csv" 40
same "$shop/none/a.csv" 42
[ -z "$(find "$shop" -name '.custode-*')" ] || fail "temporary files are left"
chmod 555 "$c/custode"
says 77 '(no permission)' '(manca il permesso)' watch --status
says 77 '(no permission) What to do: Nothing was changed.' '(manca il permesso) Cosa fare: Non è cambiato niente.' service install
chmod 755 "$c/custode"

echo "== a share that is only to be read ($(($(date +%s) - start)) s)"
server=${SHARE:+${SHARE%/share}/server} # what the server sees of it
if [ -z "${SHARE-}" ]; then
	echo 'STAND-IN, LOUDLY: nothing can be mounted read-only here (not root, or a container): a folder without rights stands in for the share'
	case ",${CUSTODE_REQUIRE-}," in *,root,*) fail 'a real read-only mount is required' ;; esac
	mkdir "$tmp/server"
	server=$tmp/server SHARE=$tmp/server
fi
make "$server/a.csv" 70
make "$server/b.csv" 71
run 0 encrypt --no-drill "$(printf 'Z:%s' "$server/b.csv" | tr / '\\')"
[ "$server" != "$SHARE" ] || chmod 555 "$server"
ln -s "$SHARE" "$WINEPREFIX/dosdevices/e:"
(cd "$server" && sha256sum *) >"$tmp/shared"
! touch "$SHARE/new" 2>/dev/null || fail 'the share can be written to'
run 0 scan 'E:\'
grep -q 'a.csv' "$tmp/out" || fail 'the share was not looked into'
says 1 'E:\a.csv: no permission to read it or to write into its folder' 'E:\a.csv: manca il permesso di leggerlo o di scrivere nella sua cartella' encrypt --no-drill 'E:\'
says 77 'or to write into the folder: E:\b.csv.age What to do: Ask whoever may; or write elsewhere' \
	'o di scrivere nella cartella: E:\b.csv.age Cosa fare: Chiedi a chi può; oppure scrivi altrove' decrypt --passphrase-file 'C:\words.txt' 'E:\b.csv.age'
says 77 'could not be written: E:\x.html (no permission)' 'E:\x.html (manca il permesso)' check --report 'E:\x.html'
run 0 verify 'E:\b.csv.age'
opened -o 'C:\bottega\b.csv' 'E:\b.csv.age' # what can be read can be opened elsewhere
same "$shop/b.csv" 71
chmod 755 "$server"
(cd "$server" && sha256sum --quiet -c "$tmp/shared") || fail 'something of the share was changed'
[ "$(ls -A "$server" | wc -l)" = 2 ] || fail "on the share: $(ls -A "$server")"

echo "== names that differ by case alone ($(($(date +%s) - start)) s)"
mkdir "$shop/case"
make "$shop/case/kunden.csv" 50
echo other >"$shop/case/KUNDEN.CSV.age"
run 0 encrypt --no-drill 'C:\bottega\case\kunden.csv'
[ "$(cat "$shop/case/KUNDEN.CSV.age")" = other ] || fail "another file was written over"
[ -e "$shop/case/kunden (2).csv.age" ] || fail "$(ls "$shop/case")"

# an archive of the folder of a Linux server
mkdir "$shop/server"
make "$shop/server/a.csv" 60
make "$shop/server/A.CSV" 61
make "$shop/server/aux.csv" 62
says 0 'aux.csv: could not be given back under this name by Windows' 'aux.csv: Windows non potrebbe ridargli questo nome' encrypt --dry-run --archive 'C:\bottega\server'
run 1 encrypt --no-drill --archive 'C:\bottega\server'
same "$shop/server/aux.csv" 62
mv "$shop/server" "$shop/server-left"
run 1 decrypt --unpack --passphrase-file 'C:\words.txt' 'C:\bottega\server.zip.age'
grep -qiF "a.csv" "$tmp/out" || fail "it is not told which name is taken"
same "$shop/server/A.CSV" 61
[ -e "$shop/server.zip.age" ] || fail "the archive is gone, with a file that nobody else has"

opened 'C:\bottega\excel.csv.age' 'C:\bottega\nas' "$path.age" 'C:\bottega\case\kunden (2).csv.age'
same "$shop/case/kunden.csv" 50
same "$deep/clienti così.csv" 30
same "$shop/excel.csv" 2
n=10
for f in CON.txt aux.csv nul COM1 'dot.csv.' 'blank '; do
	n=$((n + 1))
	same "$shop/nas/$f" $n
done

echo "== the Task Scheduler refuses ($(($(date +%s) - start)) s)"
tasks="$c/windows/system32/tasks"
mkdir -p "$tasks"
chmod 555 "$tasks"
says 73 'Nothing was changed. Look whether the Task Scheduler of Windows is switched off' 'Non è cambiato niente. Guarda se ' service install
chmod 755 "$tasks"
absent "$c/custode/service/"*

echo "what is bad input on Windows: $(($(date +%s) - start)) s"
