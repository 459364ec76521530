#!/bin/sh
# Makes the fixtures anew: run it in this folder. All of the data is made up.
set -e
work=$(mktemp -d)
here=$(pwd)
cd "$work"
mkdir -p "data/cartella"
printf 'nome;email\nMario Rossi;mario.rossi@example.com\n' > data/clienti.csv
i=0; while [ $i -lt 300 ]; do printf 'riga %d di una lettera a anna@example.org\n' $i; i=$((i+1)); done > data/lettera.txt
printf 'Nicola;nicola@example.com\n' > "data/cartella/città è bella.txt"
: > data/vuoto.txt
ln -s clienti.csv data/legame
find data | sort | zip -q -y "$here/infozip.zip" -@; zip -q -z "$here/infozip.zip" <<X
un commento
X
zip -q -0 -r "$here/stored.zip" data/clienti.csv data/lettera.txt
zip -q -P segreto "$here/zipcrypto.zip" data/clienti.csv
cat data/lettera.txt | zip -q "$here/pipe.zip" - >/dev/null
zip -q - data/clienti.csv data/lettera.txt | cat > "$here/streamed.zip"
zip -q -fz "$here/zip64.zip" data/clienti.csv
7z a -bso0 -tzip -psegreto -mem=AES256 "$here/aes.zip" data/clienti.csv data/lettera.txt
7z a -bso0 -tzip -mm=BZip2 "$here/bzip2.zip" data/lettera.txt
7z a -bso0 -tzip -mm=LZMA "$here/lzma.zip" data/lettera.txt
7z a -bso0 -tzip -mm=Deflate64 "$here/deflate64.zip" data/lettera.txt
7z a -bso0 -tzip -mm=PPMd "$here/ppmd.zip" data/lettera.txt
7z a -bso0 -tzip -mcu "$here/7zunicode.zip" data/cartella
7z a -bso0 "$here/plain.7z" data/clienti.csv
7z a -bso0 -mhc=off "$here/open.7z" data/clienti.csv
7z a -bso0 -mhc=off -psegreto "$here/files.7z" data/clienti.csv
7z a -bso0 -psegreto -mhe=on "$here/headers.7z" data/clienti.csv
7z a -bso0 -psegreto "$here/packed.7z" data
{ printf 'MZ'; seq 1 700; cat "$here/infozip.zip"; } > "$here/prefix.zip"
{ printf 'MZ'; seq 1 700; cat "$here/infozip.zip"; } > "$here/adjusted.zip"
zip -q -A "$here/adjusted.zip"
python3 - "$here" <<X
import sys, zipfile, io
class Pipe(io.RawIOBase):
    def __init__(s, f): s.f = f
    def writable(s): return True
    def write(s, b): return s.f.write(b)
with open(sys.argv[1] + '/python-stream.zip', 'wb') as f:
    with zipfile.ZipFile(Pipe(f), 'w') as z:
        z.writestr('stored.txt', 'mario.rossi@example.com\n')
        with z.open('big.txt', 'w', force_zip64=True) as w: w.write(b'anna@example.org\n' * 100)
        z.writestr(zipfile.ZipInfo('deflated.txt'), 'x' * 5000, zipfile.ZIP_DEFLATED)
with zipfile.ZipFile(sys.argv[1] + '/python.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('perché.txt', 'anna@example.org\n')
    z.comment = b'fatto da python'
X
T="tar --owner=0 --group=0 --mtime=2020-01-01"
long=$(printf 'a%.0s' $(seq 1 90))
mkdir -p "data/$long/$long"
printf 'lungo@example.com\n' > "data/$long/$long/$long.txt"
ln data/clienti.csv data/duro
for f in v7 ustar gnu pax; do
	if [ $f = v7 ] || [ $f = ustar ]; then $T --format=$f -cf "$here/$f.tar" data/clienti.csv data/lettera.txt data/legame data/duro data/cartella
	else $T --format=$f -cf "$here/$f.tar" data; fi
done
truncate -s 1M sparse; printf 'inizio' | dd of=sparse conv=notrunc status=none; printf 'fine' | dd of=sparse bs=1 seek=700000 conv=notrunc status=none
$T --format=gnu -S -cf "$here/sparse-gnu.tar" sparse
for v in 0.0 0.1 1.0; do $T --format=pax --sparse-version=$v -S -cf "$here/sparse-$v.tar" sparse; done
gzip -c < data/lettera.txt > "$here/noname.gz"; cp data/lettera.txt lettera.txt; gzip -k lettera.txt; cp lettera.txt.gz "$here/named.gz"
cat "$here/named.gz" "$here/noname.gz" > "$here/two.gz"
bzip2 -c data/lettera.txt > "$here/one.bz2"; cat "$here/one.bz2" "$here/one.bz2" > "$here/two.bz2"
rm -r "$work"
