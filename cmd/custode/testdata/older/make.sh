#!/usr/bin/env bash
# make.sh PROGRAM OUT.tar.gz: as root, with a really older custode: the home and the files of a made-up shop as that
# version leaves them. It lies in /home/maria, in a name space of its own: a home knows where it is. Nobody in it exists;
# the passphrase and the PIN are below. maria.tar.gz was made with the program of commit 51478fc, whose last migration
# was 0010: git checkout 51478fc; make build; then this script, of now. A file that a later version made would prove less:
# it stays as it is, and what has to be proven of later versions gets a file of its own.
set -euo pipefail
program=$(realpath "$1") out=$(realpath -m "$2")
if [ -z "${INSIDE-}" ]; then
	INSIDE=yes exec unshare -m "$0" "$program" "$out"
fi
mount --make-rprivate /
mount -t tmpfs none /home
mkdir /home/maria /home/maria/Documents /home/bin
cp "$program" /home/bin/custode
chown -R 1000:1000 /home/maria
export CUSTODE_PASSPHRASE="garden plum seven castle river wool" HOME=/home/maria LANG=en_GB.UTF-8 TZ=UTC PATH=/home/bin:/usr/bin:/bin
unset CUSTODE_HOME XDG_DATA_HOME XDG_RUNTIME_DIR
setpriv --reuid 1000 --regid 1000 --clear-groups bash -euo pipefail <<'I'
umask 077
cd ~
fine() { # fine EXIT[,EXIT] COMMAND ...
	local want=$1 got=0
	shift
	"$@" >/tmp/older.said 2>&1 </dev/null || got=$?
	case ",$want," in *",$got,"*) ;; *) echo "$*: exit $got"; cat /tmp/older.said; exit 1 ;; esac
}
customers() { # customers FILE: names, mail addresses and telephones of people who do not exist
	echo 'name;email;phone;date of birth' >"$1"
	for name in anna bruno carla dario elena fabio; do
		echo "$name Rossi;$name.${1%%.*}@example.com;06 555 01$((RANDOM % 90 + 10));1970-0$((RANDOM % 9 + 1))-11" | tr '/' '.' >>"$1"
	done
}
(cd Documents && for f in customers newsletter old-orders appointments; do customers $f.csv; done)
touch -d '60 days ago' Documents/old-orders.csv Documents/appointments.csv
fine 0,1 custode init --yes --shop 'Da Maria' --country IT --data /home/maria/Documents
fine 0,1 custode keys init --name Maria
fine 0,1 custode scan
fine 0,1 custode encrypt --no-drill /home/maria/Documents/old-orders.csv
fine 0 custode staff add Bruno
printf '271828\n' >pin
printf '1\n%.0s' {1..40} >answers
custode quiz take Bruno --plain --pin-file pin <answers >/tmp/older.said
rm pin answers
custode watch >/tmp/older.watch 2>&1 &
watch=$!
sleep 3
for f in customers newsletter appointments; do
	head -c 3000 /dev/urandom >Documents/$f.new && mv Documents/$f.new Documents/$f.csv
	sleep 0.3
done
for _ in $(seq 60); do custode alerts list --json | grep '"id"' >/dev/null && break; sleep 0.5; done
kill -INT $watch
wait $watch || true
fine 0 custode playbook start lost-device --from-scan /home/maria/Documents --what 'the laptop was stolen' --as Maria
fine 0 custode playbook done seen place=office 'occurred_from=3 hours ago' detected_at=now --as Maria
fine 0 custode privacy requests new --right access --how mail --name 'Gina Verdi' --contact gina@example.com
fine 1,2,3 custode check
fine 0 custode journal verify
I
tar --sort=name --owner=0 --group=0 --numeric-owner -C /home/maria -c . | gzip -9n >"$out"
ls -l "$out"
