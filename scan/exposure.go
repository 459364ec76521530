package scan

import (
	"slices"
	"strings"
)

// Exposure says what about the place where a file lies makes it easier to lose.
type Exposure string

// The places. A path that is several of them is the first in this order.
const (
	InTrash     Exposure = "trash"     // deleted, but not gone
	OnRemovable Exposure = "removable" // on a drive that can be unplugged, or a mounted one
	InSynced    Exposure = "cloud"     // in a folder that a service copies to the internet
	InDownloads Exposure = "downloads" // where nobody tidies up
	OnDesktop   Exposure = "desktop"   // where everybody who passes sees it
	NotExposed  Exposure = "none"
)

// exposures is every Exposure, from the place where a file does best to the
// place where it does worst.
var exposures = [...]Exposure{NotExposed, OnDesktop, InSynced, InDownloads, OnRemovable, InTrash}

func (e Exposure) rank() int { return slices.Index(exposures[:], e) }

// ExposureOf tells where the file at path lies, by the names of the folders
// above it, as the systems and services call them in English, Italian, French,
// German and Spanish; on Windows also by what the system says of the drive. A
// folder that somebody gave another name is not recognised.
func ExposureOf(path string) Exposure {
	e := exposureBy(folders(path))
	if e != InTrash && removableDrive(path) {
		return OnRemovable
	}
	return e
}

// folders gives the names of the folders above a file, the root's being "".
func folders(path string) []string {
	parts := strings.FieldsFunc(path, separator)
	if len(parts) > 0 {
		parts = parts[:len(parts)-1]
	}
	if strings.HasPrefix(path, "/") {
		parts = slices.Insert(parts, 0, "")
	}
	return parts
}

func exposureBy(folders []string) Exposure {
	if mounted(folders) {
		return trashOr(folders, OnRemovable)
	}
	e := NotExposed
	for _, name := range folders {
		low := strings.ToLower(name)
		switch {
		case synced(name, low):
			e = InSynced
		case e != InSynced && slices.Contains(downloadFolders, low):
			e = InDownloads
		case e == NotExposed && slices.Contains(desktopFolders, name):
			e = OnDesktop
		}
	}
	return trashOr(folders, e)
}

// trashOr is e, unless one of the folders is a bin.
func trashOr(folders []string, e Exposure) Exposure {
	for i, name := range folders {
		low := strings.ToLower(name)
		switch {
		case low == "$recycle.bin", low == "recycler", low == ".trash", low == ".trashes", strings.HasPrefix(low, ".trash-"):
			return InTrash
		case name == "Trash" && i > 1 && folders[i-1] == "share" && folders[i-2] == ".local":
			return InTrash
		}
	}
	return e
}

// mounted reports whether the folders lead into one where drives are mounted:
// /media/usb (or /media/anna/usb), /run/media/anna/usb, /mnt/usb, /Volumes/usb.
// The drives of Windows under WSL (/mnt/c) can't be unplugged.
func mounted(folders []string) bool {
	if len(folders) < 3 || folders[0] != "" {
		return false
	}
	switch folders[1] {
	case "media", "Volumes":
		return folders[2] != "Macintosh HD"
	case "run":
		return folders[2] == "media" && len(folders) > 3
	case "mnt":
		return len(folders[2]) > 1 && !strings.HasPrefix(folders[2], "wsl")
	}
	return false
}

// downloadFolders are in lower case: no other folder is called so.
var downloadFolders = []string{"downloads", "download", "scaricati", "téléchargements", "telechargements", "descargas"}

// desktopFolders are as the systems write them: a folder "desktop" is a part of a program.
var desktopFolders = []string{"Desktop", "Scrivania", "Bureau", "Schreibtisch", "Escritorio"}

// syncedFolders are the folders of services, in lower case. With something
// behind a blank or a hyphen they are another account's: OneDrive - Rossi Srl.
var syncedFolders = []string{
	"onedrive", "dropbox", "google drive", "googledrive", "google-drive", "my drive", "il mio drive", "mon drive", "mi unidad", "meine ablage",
	"icloud", "icloud drive", "iclouddrive", "cloudstorage", "nextcloud", "owncloud", "pcloud", "pcloud drive", "pclouddrive",
	"megasync", "box sync", "proton drive", "synologydrive", "kdrive",
}

// synced reports whether a folder is one of a service's; low is its name in lower case.
func synced(name, low string) bool {
	switch {
	case name == "Box", name == "MEGA", name == "Mobile Documents", strings.HasPrefix(name, "com~apple~CloudDocs"), strings.HasPrefix(low, "google-drive:"):
		return true
	}
	return slices.ContainsFunc(syncedFolders, func(s string) bool {
		rest, ok := strings.CutPrefix(low, s)
		return ok && (rest == "" || strings.HasPrefix(rest, " -") || strings.HasPrefix(rest, " (") || strings.HasPrefix(rest, "-"))
	})
}
