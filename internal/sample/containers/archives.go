package containers

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
)

// zipFiles makes a ZIP archive of names and contents, in turn.
func zipFiles(parts ...[2]string) ([]byte, error) {
	var to bytes.Buffer
	w := zip.NewWriter(&to)
	for _, p := range parts {
		f, err := w.CreateHeader(&zip.FileHeader{Name: p[0], Method: zip.Deflate, Modified: moment()})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(p[1])); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}

// zipped has the list in a folder.
func zipped(b *book) ([]byte, error) {
	return zipFiles([2]string{"esportazione/leggimi.txt", "Elenco dei clienti.\n"}, [2]string{"esportazione/clienti.csv", semicolon(b)})
}

func zippedTwice(b *book) ([]byte, error) {
	inner, err := zipped(b)
	if err != nil {
		return nil, err
	}
	return zipFiles([2]string{"copia.zip", string(inner)})
}

func tarred(b *book) ([]byte, error) {
	var to bytes.Buffer
	w := tar.NewWriter(&to)
	content := comma(b)
	if err := w.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: "clienti.csv", Size: int64(len(content)), Mode: 0o600, ModTime: moment(), Format: tar.FormatPAX,
	}); err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(content)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return gzipBytes(to.Bytes())
}

func gzipped(b *book) ([]byte, error) {
	content, err := jsonPretty(b)
	if err != nil {
		return nil, err
	}
	return gzipBytes(content)
}

func gzipBytes(content []byte) ([]byte, error) {
	var to bytes.Buffer
	w := gzip.NewWriter(&to)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}
