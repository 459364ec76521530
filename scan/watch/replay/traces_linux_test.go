package replay

// trace is honest work in a shop's folders, by programs of the system or by one of the
// works below. Scripts run in the shop's folder; $AWAY is a folder that is not watched.
type trace struct {
	name   string
	needs  string // programs
	before string // what is there when the watch begins
	script string
	work   string // one of works, before the script
	quick  bool   // also in the short run
}

// csv and others list files of a kind.
const (
	csvs  = `find . -name '*.csv' | sort`
	docxs = `find . -name '*.docx' | sort`
	jpgs  = `find . -name '*.jpg' | sort`
)

var traces = []trace{
	{name: "office saves", work: "office", quick: true},
	{name: "office saves, the old one moved aside", work: "aside"},
	{name: "letters rewritten in place, slowly", work: "rewrite", quick: true},
	{name: "a program rewrites its lists in place", needs: "python3", script: csvs + ` | head -60 > $AWAY/list; python3 -c '
import csv, sys, os
for n in open(os.environ["AWAY"] + "/list"):
    n = n.strip(); rows = list(csv.reader(open(n), delimiter=";")); rows.append(["Anna", "Rossi"])
    csv.writer(open(n, "w"), delimiter=";").writerows(rows)'`},
	{name: "rows added", script: `for f in $(` + csvs + ` | head -15); do for i in 1 2 3 4 5 6 7 8 9 10; do echo "Anna;Rossi;anna@example.com;$i" >> $f; done; done`, quick: true},
	{name: "mail store", work: "mail"},
	{name: "thumbnails", work: "thumbnails"},
	{name: "a sync program", work: "sync"},
	{name: "downloads", work: "downloads"},
	{name: "a backup's own store, with pruning", work: "store", before: `mkdir -p store/data; for i in $(seq 100); do head -c 20000 /dev/urandom > store/data/old$i; done`},

	{name: "rsync to a disk", needs: "rsync", script: `rsync -a ./ $AWAY/copy/`, quick: true},
	{name: "rsync from a disk", needs: "rsync", before: `cp -r . $AWAY/old && find $AWAY/old -name '*.txt' | while read f; do echo changed >> $f; done`, script: `rsync -a $AWAY/old/ ./; rsync -a $AWAY/old/ restored/`},
	{name: "tar to a disk", script: `tar czf $AWAY/backup.tgz .`},
	{name: "tar into the folder", script: `tar czf ../shop/archive.tgz clienti ordini`},
	{name: "untar", before: `tar czf $AWAY/a.tgz .`, script: `mkdir old && tar xzf $AWAY/a.tgz -C old`},
	{name: "untar over what is there", before: `tar czf $AWAY/a.tgz .`, script: `tar xzf $AWAY/a.tgz`},
	{name: "cpio", needs: "cpio", script: `find . -type f | cpio -o -H newc --quiet > $AWAY/a.cpio`},
	{name: "cp -r", script: `cp -r . $AWAY/copy && cp -r fatture fatture-copia`},
	{name: "a snapshot of hard links", script: `mkdir ../shop/.snap && cp -al clienti fatture ordini .snap/`},
	{name: "moved to another folder", script: `mkdir archivio && mv clienti/20?? archivio/ && mv archivio clienti/`},
	{name: "thirty renamed to .bak", script: csvs + ` | head -30 | while read f; do mv $f $f.bak; done`, before: `touch old.bak`},
	{name: "a year deleted", script: `rm -r fatture/2019`},
	{name: "permissions made stricter", script: `chmod -R go-w . && chmod -R o-rwx . && touch -c $(` + csvs + `)`},
	{name: "checksums", script: `find . -type f -exec sha256sum {} + > $AWAY/sums`},
	{name: "an indexer", script: `find . -type f -exec grep -l Rossi {} + > $AWAY/found || true; find . -name '*.txt' -exec wc {} \; >/dev/null`, quick: true},

	{name: "git: a first commit", needs: "git", script: `git init -q . && git add . && git commit -qm first`},
	{name: "git: clone and checkout", needs: "git", before: repository, script: `git clone -q $AWAY/repo.git work && cd work && git checkout -q other && git checkout -q main`},
	{name: "git: another branch of an old clone", needs: "git", before: repository + ` && git clone -q --no-local $AWAY/repo.git work && sleep 1.1 && git -C work status >/dev/null`, script: `cd work && git checkout -q other && git checkout -q main`},
	{name: "git: gc", needs: "git", before: `git init -q work && cd work && cp -r ../clienti ../ordini . && for i in 1 2 3; do echo $i > n; git add . ; git commit -qm $i; done`, script: `cd work && git gc -q --prune=now`},
	{name: "npm install", needs: "npm", before: packages, script: `cd web && npm install --offline --no-audit --no-fund --silent $AWAY/pack/*.tgz >/dev/null`},
	{name: "npm packages deleted", needs: "npm", before: packages + ` && cd web && npm install --offline --no-audit --no-fund --silent $AWAY/pack/*.tgz >/dev/null`, script: `rm -rf web/node_modules`},
	{name: "dpkg -x", needs: "dpkg-deb", before: `mkdir -p $AWAY/deb/DEBIAN $AWAY/deb/usr/share/doc && cp -r clienti foto $AWAY/deb/usr/share/doc/ && printf 'Package: made-up\nVersion: 1\nArchitecture: all\nMaintainer: anna@example.com\nDescription: made up\n' > $AWAY/deb/DEBIAN/control && dpkg-deb -b $AWAY/deb $AWAY/a.deb >/dev/null`, script: `for i in 1 2 3; do dpkg-deb -x $AWAY/a.deb unpacked$i; done`},
	{name: "cc and make", needs: "cc", before: `mkdir src && for i in $(seq 30); do echo "int f$i(void) { return $i; }" > src/f$i.c; done`, script: `cd src && for i in $(seq 30); do cc -O -c f$i.c; done; ar rc liball.a *.o; rm *.o`},

	{name: "sqlite: a day's sales", needs: "sqlite3", before: sales, script: `for i in $(seq 500); do echo "insert into sale values ($i, 'Anna Rossi', 12.5);"; done | sqlite3 shop.db`, quick: true},
	{name: "sqlite: by a log, then packed", needs: "sqlite3", before: sales, script: `(echo "pragma journal_mode=wal;"; for i in $(seq 200); do echo "insert into sale values ($i, 'Anna Rossi', 12.5);"; done; echo "vacuum;") | sqlite3 shop.db >/dev/null; sqlite3 shop.db .dump > dump.sql`},

	{name: "zip, originals kept", needs: "zip", script: `zip -qr clienti.zip clienti`},
	{name: "zip of a year, originals moved in", needs: "zip", script: `cd ordini && zip -qrm 2020.zip 2020`},
	{name: "unzip", needs: "zip unzip", before: `zip -qr $AWAY/a.zip clienti ordini`, script: `mkdir u && unzip -q $AWAY/a.zip -d u && unzip -qo $AWAY/a.zip`},
	{name: "gzip of sixty old lists", script: csvs + ` | head -60 | while read f; do gzip $f; done`},
	{name: "bzip2 of sixty old lists", needs: "bzip2", script: csvs + ` | head -60 | while read f; do bzip2 $f; done`},
	{name: "xz of sixty old lists", needs: "xz", script: csvs + ` | head -60 | xargs -n1 xz`},
	{name: "zstd of sixty old lists", needs: "zstd", script: csvs + ` | head -60 | xargs -n1 zstd -q --rm`},
	{name: "7z of a year, originals deleted", needs: "7z", script: `cd ordini && 7z a -sdel -bd 2020.7z 2020 >/dev/null`},
	{name: "split and joined", script: `for f in $(` + csvs + ` | head -10); do split -b 5000 $f $f.part. && cat $f.part.* > $f.new && rm $f.part.* && mv $f.new $f; done`},

	{name: "sed -i", script: csvs + ` | head -50 | xargs sed -i 's/Rossi/Bianchi/'; ` + csvs + ` | tail -50 | while read f; do sed -i 's/;/,/g' $f; done`},
	{name: "perl -pi", needs: "perl", script: csvs + ` | head -50 | xargs perl -pi -e 's/Rossi/Bianchi/'`},
	{name: "iconv and line ends", needs: "iconv", script: csvs + ` | head -50 | while read f; do iconv -f UTF-8 -t UTF-16 $f > $f.tmp && mv $f.tmp $f; done`},
	{name: "sorted in place", script: csvs + ` | head -50 | while read f; do sort -o $f $f; done`},
	{name: "patch", needs: "patch", before: `cp -r clienti $AWAY/a; cp -r clienti $AWAY/b; cd $AWAY/b && find . -name '*.txt' | while read f; do echo more >> $f; done; cd $AWAY && diff -ru a b > p || true`, script: `cd clienti && patch -sp1 < $AWAY/p`},
	{name: "twenty edited by vi", needs: "ex", script: csvs + ` | head -20 | while read f; do ex -s -c '%s/Rossi/Verdi/e' -c 'x' $f </dev/null; done`},
	{name: "twenty edited by vi, with copies", needs: "ex", script: csvs + ` | head -20 | while read f; do ex -s -c 'set backup backupcopy=no' -c '%s/Rossi/Verdi/e' -c 'w' -c 'q' $f </dev/null; done`},
	{name: "photos made smaller", needs: "jpegtran", script: jpgs + ` | head -55 | while read f; do jpegtran -optimize -copy none -outfile $f.tmp $f && mv $f.tmp $f; done`},
	{name: "photos made smaller in place", needs: "jpegoptim", script: jpgs + ` | head -55 | xargs jpegoptim -q -m60`},
	{name: "gpg, originals kept", needs: "gpg", script: csvs + ` | head -12 | while read f; do gpg --batch -q --yes --passphrase replay --pinentry-mode loopback --s2k-count 1024 -c $f; done`},
	{name: "age, originals kept", needs: "age age-keygen", before: `age-keygen -o $AWAY/key 2>/dev/null`, script: csvs + ` | head -40 | while read f; do age -r $(age-keygen -y $AWAY/key) -o $f.age $f; done`},
	{name: "openssl, originals kept", needs: "openssl", script: csvs + ` | head -40 | while read f; do openssl enc -aes-256-ctr -pbkdf2 -iter 1 -pass pass:replay -in $f -out $f.enc; done`},
	{name: "logrotate", needs: "logrotate", before: `mkdir log && for i in $(seq 20); do head -c 20000 posta/*.txt > log/$i.log; for j in 1 2 3; do cp log/$i.log log/$i.log.$j; gzip log/$i.log.$j; done; done; printf '%s/log/*.log {\n rotate 3\n compress\n su root root\n create\n}\n' $PWD > $AWAY/rotate.conf; chmod go-w log`, script: `logrotate -f -s $AWAY/state $AWAY/rotate.conf; for i in $(seq 20); do echo line >> log/$i.log; done`},
}

// repository has two branches of which half the files differ.
const repository = `cp -r . $AWAY/made && cd $AWAY/made && git init -q . && git add . && git commit -qm first && git branch -M main && git checkout -q -b other && git rm -rq fatture && for f in $(find clienti -type f); do echo more >> $f; done && cp -r ordini ordini2 && git add . && git commit -qm second && git checkout -q main && git clone -q --bare . $AWAY/repo.git && cd $SHOP`

const sales = `echo "create table sale (n integer, who text, price real); create index i on sale(who); insert into sale select value, 'Maria Bianchi', 9.9 from generate_series(1, 2000);" | sqlite3 shop.db`

// packages are forty of made-up code.
const packages = `mkdir -p $AWAY/pack web && echo '{"name":"web","version":"1.0.0"}' > web/package.json && for i in $(seq 40); do mkdir -p $AWAY/pack/p$i/lib && echo "{\"name\":\"made-up-$i\",\"version\":\"1.0.0\"}" > $AWAY/pack/p$i/package.json && for j in $(seq 15); do echo "module.exports = $j" > $AWAY/pack/p$i/lib/$j.js; done; mkdir $AWAY/pack/t$i && cp -r $AWAY/pack/p$i $AWAY/pack/t$i/package && tar czf $AWAY/pack/p$i.tgz -C $AWAY/pack/t$i package; done`
