package main

import (
	"path/filepath"

	"custode/cmd/custode/internal/web"
	"custode/internal/paper"
)

// download is a file as a browser gets it: what it is, its name's ending says.
func download(name string, raw []byte) web.Download {
	kinds := map[string]string{".html": "text/html; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".json": "application/json"}
	kind, known := kinds[filepath.Ext(name)]
	if !known {
		kind = "application/pdf"
	}
	return web.Download{Name: name, Type: kind, Body: raw}
}

// printedName is what a paper is called that is printed, or looked at in the browser first.
func printedName(stem string, asPDF bool) string {
	if asPDF {
		return stem + ".pdf"
	}
	return stem + ".html"
}

// drawnDownload draws a document for paper of a country.
func drawnDownload(doc paper.Doc, name, country string) (web.Download, error) {
	raw, err := drawDoc(doc, name, "", country)
	return download(name, raw), err
}
