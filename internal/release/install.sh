#!/usr/bin/env bash
# install.sh OLD NEW: as root, with two folders that release.sh made. Each package is installed in its older version,
# set up for a made-up shop, scheduled, checked, upgraded with the shop's data while its page runs, and removed; a home
# that a really older version wrote (cmd/custode/testdata/older) is opened after the upgrade of each. What
# is left then must be the shop's data and nothing else. The .deb and the .rpm get a copy of this system that is
# thrown away (an overlay in a mount namespace), the .msi a Windows of wine. KIND="deb rpm msi": only those.
set -euo pipefail
old=$(realpath "$1") new=$(realpath "$2")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
prefix=''
cleanup() {
	[ -z "$prefix" ] || WINEPREFIX=$prefix wineserver -k 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
wanted() { [[ " ${KIND:-deb rpm msi} " == *" $1 "* ]]; }
version_of() { sed -nE 's/.*custode_([0-9.]+)_amd64.deb/\1/p' "$1/SHA256SUMS"; }
v1=$(version_of "$old") v2=$(version_of "$new")
[ -n "$v1" ] && [ -n "$v2" ] && [ "$v1" != "$v2" ]
(cd "$new" && sha256sum --quiet -c SHA256SUMS)
go run ./internal/sample/mksample "$work/shop"
cp cmd/custode/testdata/older/maria.tar.gz "$work/"
find "$work/shop" -name '*
*' -delete # a name with a newline can't be on Windows

# What is known of the older home after an upgrade: words that are said, and what says them. Its days are those of TZ=UTC;
# how long ago they are, none of this asks: an alert that nobody has looked at stays.
cat >"$work/knows" <<'K'
complete and unchanged|journal verify
Da Maria|check
Files are being made unreadable|alerts list
lost or stolen, Sun 29 Nov 2026|playbook list
finished on Sun 29 Nov 2026|quiz results
29 Dec 2026|privacy requests list
K
# What happens to a package of Linux, inside of the copy: inside.sh KIND.
cat >"$work/inside.sh" <<'S'
set -euo pipefail
kind=$1
fail() { echo "$kind: $*"; exit 1; }
say() { echo "$kind: $*"; }
case $kind in
deb) add() { dpkg -i "$1"/custode_*_amd64.deb >/dev/null; }; drop() { dpkg -r custode >/dev/null; } ;;
rpm) add() { rpm --quiet -U --nodeps "$1"/custode-*.x86_64.rpm 2>&1 | sed '/^rpm: \(RPM should\|However\)/d'; }; drop() { rpm -e custode 2>&1 | sed '/^rpm: \(RPM should\|However\)/d'; } ;;
esac
useradd -m carla
cp -a /work/shop /home/carla/Documents
chown -R carla: /home/carla
# Another user has the home that a really older version wrote; nothing touches it before the upgrade.
useradd -m maria
tar -xzf /work/maria.tar.gz -C /home/maria
chown -R maria: /home/maria
# systemd does not run here: something of its name says yes to all, and remembers it.
rm -f /usr/bin/systemctl # rpm looks for programs nowhere else
cat >/usr/bin/systemctl <<'F'
#!/bin/sh
echo "$*" >>/tmp/systemctl.said
case "$*" in *is-system-running*) echo running ;; esac
F
chmod 755 /usr/bin/systemctl
touch /tmp/systemctl.said /usr/share/fish/vendor_completions.d/other # rpm takes away an empty folder that is Debian's
chmod 666 /tmp/systemctl.said
find / -xdev \( -path /proc -o -path /home -o -path /tmp -o -path /work -o -path /var/lib/dpkg -o -path /var/lib/rpm -o -path /root -o -path /var/log -o -path /var/cache \) -prune -o -print | sort >/work/before.$kind
who=carla
as() { runuser -u $who -- env -i HOME=/home/$who PATH=/usr/local/bin:/usr/bin:/bin LANG=en_GB.UTF-8 TZ=UTC "$@"; }
code() { # code WANT COMMAND...
	local want=$1 got=0
	shift
	as "$@" >/tmp/out 2>&1 || got=$?
	case ",$want," in *",$got,"*) ;; *) cat /tmp/out; fail "$*: exit $got, want $want" ;; esac
}
add /work/old
code 0 custode version
grep -q "custode $V1 " /tmp/out || fail "not the older version: $(cat /tmp/out)"
man -w custode >/dev/null 2>&1 || [ -f /usr/share/man/man1/custode.1.gz ] || fail 'no manual'
[ "$(zcat /usr/share/man/it/man1/custode.1.gz | grep -c 'custode privacy')" -gt 5 ] || fail 'no Italian manual'
desktop-file-validate --no-hints /usr/share/applications/custode.desktop
as bash -c 'source /usr/share/bash-completion/completions/custode; COMP_WORDS=(custode jour); COMP_CWORD=1; _custode; [ "${COMPREPLY[*]}" = journal ]' || fail 'bash does not complete'
code 0,1 custode init --yes --shop "Da Maria" --country IT --data /home/carla/Documents
code 0 custode service install
units=/home/carla/.config/systemd/user
grep -q '^ExecStart="/usr/bin/custode"' $units/custode-check.service || fail 'the daily check is not scheduled'
code 1,2,3 custode check
code 0 custode journal show --json
was=$(wc -l </tmp/out)
as env DISPLAY=:9 custode serve --no-browser --addr 127.0.0.1:0 >/tmp/page 2>&1 &
for _ in $(seq 100); do grep -q /enter/ /tmp/page && break; sleep 0.1; done
grep -q /enter/ /tmp/page || fail 'the page does not open'
say "$V1: installed, set up, scheduled, checked, its page is open"

add /work/new
code 0 custode version
grep -q "custode $V2 " /tmp/out || fail "not upgraded: $(cat /tmp/out)"
[ -f $units/custode-check.timer ] || fail 'the upgrade took the schedule away'
code 0 custode journal verify
code 0 custode journal show --json
[ "$(wc -l </tmp/out)" -ge "$was" ] || fail 'the journal is shorter after the upgrade'
code 1,2,3 custode check
grep -q 'Da Maria' /tmp/out || fail 'the shop was forgotten'
as custode serve --no-browser --addr 127.0.0.1:0 >/tmp/page2 2>&1 &
for _ in $(seq 100); do grep -q /enter/ /tmp/page2 && break; sleep 0.1; done
grep -q 'The page has ended' /tmp/page || fail 'the older page does not give way'
grep -q 'running already' /tmp/page2 && fail 'the older page is still shown'
grep -q /enter/ /tmp/page2 || fail 'no page after the upgrade'
kill $(jobs -p) 2>/dev/null || true
pkill -u carla -x custode || true
sleep 0.5
say "$V2: upgraded, the data is there, its page takes the older one's place"

who=maria
knows() { # knows WORDS COMMAND...
	local words=$1
	shift
	code 0,1,2,3 custode "$@"
	grep -q "$words" /tmp/out || { cat /tmp/out; fail "after the upgrade from an older version custode $* does not know: $words"; }
}
while IFS='|' read -r words args <&3; do knows "$words" $args; done 3</work/knows
code 0 env CUSTODE_PASSPHRASE='garden plum seven castle river wool' custode verify
code 0 env CUSTODE_PASSPHRASE='garden plum seven castle river wool' custode decrypt /home/maria/Documents/old-orders.csv.age
grep -q '^anna Rossi;anna.old-orders@example.com;' /home/maria/Documents/old-orders.csv || fail 'the sealed file of an older version does not open'
code 0 custode journal verify
who=carla
say "$V2: the home of an older version (its database four migrations behind) is whole, and its sealed file opens"

find /home/carla /home/maria -type f -not -path "$units/*" | sort | xargs -d '\n' sha256sum >/tmp/data
drop
! command -v custode >/dev/null || fail 'the program is still there'
[ -z "$(find $units -name '*custode*')" ] || fail "units are left: $(find $units)"
grep -q -- '--user disable --now custode-watch.service' /tmp/systemctl.said || fail 'the watch was not ended'
sha256sum --quiet -c /tmp/data || fail 'data was changed'
find / -xdev \( -path /proc -o -path /home -o -path /tmp -o -path /work -o -path /var/lib/dpkg -o -path /var/lib/rpm -o -path /root -o -path /var/log -o -path /var/cache \) -prune -o -print | sort >/work/after.$kind
diff /work/before.$kind /work/after.$kind || fail 'something is left behind, or gone'
say 'removed: nothing is left but the data of the shop'
S

for kind in deb rpm; do
	wanted $kind || continue
	mkdir -p "$work/$kind"
	# shellcheck disable=SC2016
	V1=$v1 V2=$v2 unshare -m bash -euo pipefail -c '
		work=$1 kind=$2 old=$3 new=$4
		mount --make-rprivate /
		mount -t tmpfs none "$work/$kind"
		cd "$work/$kind"
		mkdir upper down root
		mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/down" root
		mount -t proc proc root/proc
		mount --rbind /dev root/dev
		mount -t tmpfs none root/tmp
		chmod 1777 root/tmp
		mkdir -p root/work
		mount -t tmpfs none root/work
		mkdir root/work/old root/work/new
		cp -a "$work/shop" "$work/inside.sh" "$work/knows" "$work/maria.tar.gz" root/work/
		cp "$old"/* root/work/old/
		cp "$new"/* root/work/new/
		exec chroot root bash /work/inside.sh "$kind"' sh "$work" "$kind" "$old" "$new"
done

# The .msi, in a Windows of wine.
wanted msi || exit 0
prefix=$work/prefix
export HOME=$work TZ=UTC
. internal/sample/wineprefix.sh
wine_prefix "$prefix"
fail() { cat "$work/out" 2>/dev/null; echo "msi: $*"; exit 1; }
tree() { (cd "$prefix/drive_c" && find . -path './windows/Installer' -prune -o -path './windows/temp' -prune -o -iname '*.log' -prune -o -print | sort); }
exe="$prefix/drive_c/Program Files/custode/custode.exe"
run() { # run WANT ARGS...
	local want=$1 got=0
	shift
	wine "$exe" --lang en "$@" >"$work/out" 2>&1 || got=$?
	case ",$want," in *",$got,"*) ;; *) fail "custode.exe $*: exit $got, want $want" ;; esac
}
msi() { wine msiexec "$@" /qn >"$work/out" 2>&1 || fail "msiexec $*"; wineserver -w; }
known() { wine reg query 'HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\custode.exe' /ve 2>/dev/null | grep -i 'Program Files.custode.custode.exe' >/dev/null; }
tasks() { (cd "$prefix/drive_c/windows/system32/tasks" && find . -name 'custode-*'); }
windows() { printf 'Z:%s' "$1" | tr / '\\'; }
wineserver -w
tree >"$work/before"
msi /i "$(windows "$old/custode-$v1-windows-x64.msi")"
run 0 version
grep -q "custode $v1 " "$work/out" || fail "not the older version"
known || fail 'Windows does not know the name custode'
find "$prefix/drive_c" -iname 'custode.lnk' | grep . >/dev/null || fail 'not in the start menu'
run 0,1 init --yes --shop 'Da Maria' --country IT --data "$(windows "$work/shop")"
run 0 service install
[ "$(tasks | wc -l)" = 2 ] || fail "not scheduled: $(tasks)"
run 1,2,3 check
mkdir "$work/bin" # the browser of this Windows
printf '#!/bin/sh\necho "$1" >>%s/opened\n' "$work" >"$work/bin/xdg-open"
chmod 755 "$work/bin/xdg-open"
for n in 1 2; do # a double click opens the page, a second one the page that runs
	PATH=$work/bin:$PATH wine start /unix "$exe" >/dev/null 2>&1
	for _ in $(seq 100); do [ "$(grep -c /enter/ "$work/opened" 2>/dev/null)" = $n ] && break; sleep 0.2; done
	[ "$(grep -c /enter/ "$work/opened")" = $n ] || fail "click $n opened: $(cat "$work/opened")"
done
[ "$(cut -d/ -f1-3 "$work/opened" | sort -u | wc -l)" = 1 ] || fail "two pages: $(cat "$work/opened")"
wine taskkill /f /im custode.exe >/dev/null 2>&1 || fail 'no page runs'
echo "msi: $v1: installed, set up, checked, opened by a double click"
mkdir "$work/maria" # the home that a really older version wrote, on a drive of its own; nothing touches it before the upgrade
tar -xzf "$work/maria.tar.gz" -C "$work/maria"
ln -s "$work/maria" "$prefix/dosdevices/m:"
sed -i 's,/home/maria/Documents,M:\\Documents,' "$work/maria/.local/share/custode/custode.yaml" # it was a Linux
msi /i "$(windows "$new/custode-$v2-windows-x64.msi")"
run 0 version
grep -q "custode $v2 " "$work/out" || fail "not upgraded"
# Windows tells a package that it is removed for an upgrade; wine does not, and there the tasks go with the older version.
msiinfo export "$old/custode-$v1-windows-x64.msi" InstallExecuteSequence | grep '^EndTasks.REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE' >/dev/null || fail 'an upgrade would take the schedule away'
run 0 service install
[ "$(tasks | wc -l)" = 2 ] || fail "not scheduled: $(tasks)"
run 0 journal verify
run 1,2,3 check
grep -q 'Da Maria' "$work/out" || fail 'the shop was forgotten'
[ "$(wine reg query 'HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall' /s 2>/dev/null | tr -d '\r' | grep -c 'DisplayName.*custode')" = 1 ] || fail 'two versions are installed'
echo "msi: $v2: upgraded, the data is there"
knows() { # knows WORDS ARGS...: what it says of the older home
	local words=$1
	shift
	CUSTODE_PASSPHRASE='garden plum seven castle river wool' run 0,1,2,3 --home 'M:\.local\share\custode' "$@"
	tr -s '\r\n ' ' ' <"$work/out" >"$work/line"
	grep -q "$words" "$work/line" || fail "after the upgrade from an older version custode.exe $* does not know: $words"
}
while IFS='|' read -r words args <&3; do knows "$words" $args; done 3<"$work/knows"
knows 'old-orders.csv.age' journal show
knows '1 file is readable again' decrypt 'M:\Documents\old-orders.csv.age'
grep -q '^anna Rossi;anna.old-orders@example.com;' "$work/maria/Documents/old-orders.csv" || fail 'the sealed file of an older version does not open'
[ "$(find "$work/maria/.local/share/custode" -name 'custode.db.before-*' | wc -l)" = 1 ] || fail 'no copy from before the upgrade'
echo "msi: $v2: the home of an older version (its database four migrations behind) is whole, and its sealed file opens"
(cd "$work/maria" && find . -type f | sort | xargs -d '\n' sha256sum) >"$work/maria.data"
data=$(dirname "$(find "$prefix/drive_c" -name custode.yaml)")
(cd "$data" && find . -type f -not -path './service/*' | sort | xargs -d '\n' sha256sum) >"$work/data"
msi /x "$(windows "$new/custode-$v2-windows-x64.msi")"
[ ! -e "$exe" ] || fail 'the program is still there'
[ -z "$(tasks)" ] || fail "tasks are left: $(tasks)"
known && fail 'Windows still knows the name custode'
(cd "$data" && sha256sum --quiet -c "$work/data") || fail 'data was changed'
(cd "$work/maria" && sha256sum --quiet -c "$work/maria.data") || fail 'data of the older home was changed'
rmdir "$prefix/drive_c/users/root/Temp/custode" 2>/dev/null || true # empty; Windows clears this folder of each user itself
tree | grep -v "^\./${data#"$prefix/drive_c/"}" >"$work/after"
diff "$work/before" "$work/after" || fail 'something is left behind, or gone'
echo 'msi: removed: nothing is left but the data of the shop'
