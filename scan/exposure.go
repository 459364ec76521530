package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Exposure says what about the place where a file lies makes it easier to lose.
type Exposure string

// The places. A path that is several of them is the first in this order.
const (
	OnWeb       Exposure = "web"       // in the folder from which a web server serves
	InTrash     Exposure = "trash"     // deleted, but not gone
	OnRemovable Exposure = "removable" // on a drive that can be unplugged, or a mounted one
	OnNetwork   Exposure = "network"   // on another computer's drive
	InSynced    Exposure = "cloud"     // in a folder that a service copies to the internet
	InDownloads Exposure = "downloads" // where nobody tidies up
	OnDesktop   Exposure = "desktop"   // where everybody who passes sees it
	InTemp      Exposure = "temp"      // where programs leave what they no longer need
	NotExposed  Exposure = "none"
)

// exposures is every Exposure in the order of the list above.
var exposures = [...]Exposure{OnWeb, InTrash, OnRemovable, OnNetwork, InSynced, InDownloads, OnDesktop, InTemp, NotExposed}

// keeping is every Exposure, from the place where a file does best to the one
// where it does worst: of copies, the first is the one to keep.
var keeping = [...]Exposure{NotExposed, OnNetwork, InSynced, OnDesktop, InDownloads, OnRemovable, InTemp, InTrash, OnWeb}

func (e Exposure) rank() int { return slices.Index(keeping[:], e) }

// worse is the one that says more of a place.
func worse(a, b Exposure) Exposure {
	if slices.Index(exposures[:], b) < slices.Index(exposures[:], a) {
		return b
	}
	return a
}

// Places tells where files lie, by the names of the folders above them as the
// systems and services call them in English, Italian, French, German and
// Spanish, by what services leave in the folders that they copy, by what the
// system says of drives, and by Own. A folder that somebody gave another name,
// and that has no such mark, is not recognised. It is for one goroutine and for
// one moment: it remembers the folders it has looked at.
type Places struct {
	Roots   []string            // what is looked at; folders for temporary files count if none of it lies in one
	Own     map[string]Exposure // what this user's folders are, by their paths
	places  map[string]Exposure // of files, by their folder
	folders map[string]Exposure // of folders, names aside
	network []string            // where drives of other computers are mounted
	looked  bool
}

// Of tells where the file at path lies.
func (p *Places) Of(path string) Exposure {
	if !filepath.IsAbs(path) {
		return NotExposed
	}
	dir := filepath.Dir(path)
	e, ok := p.places[dir]
	if !ok {
		if p.places == nil {
			p.places = map[string]Exposure{}
		}
		e = p.look(dir, path)
		p.places[dir] = e
	}
	return e
}

// Shared reports whether a file lies on another computer's drive, whatever else is to
// be said of where it lies.
func (p *Places) Shared(path string) bool {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if slices.Contains(p.mounts(), dir) {
			return true
		}
		if filepath.Dir(dir) == dir {
			return drive(dir) == OnNetwork
		}
	}
}

// mounts lists where drives of other computers are mounted.
func (p *Places) mounts() []string {
	if !p.looked {
		p.network, p.looked = networkMounts(), true
	}
	return p.network
}

// look tells where the files of a folder lie, of which path is one.
func (p *Places) look(dir, path string) Exposure {
	known, named := p.folder(dir), exposureBy(folders(path))
	if named == OnRemovable { // drives of other computers are mounted there too, and second disks
		if known == OnNetwork {
			return OnNetwork
		}
		if builtIn(dir) {
			named = exposureBy(folders(path)[1:]) // without what the root says
		}
	}
	e := worse(known, named)
	if e == InTemp && p.chosen() {
		return NotExposed
	}
	return e
}

// folder tells what is known of a folder or those above it, names aside.
func (p *Places) folder(dir string) Exposure {
	if e, ok := p.folders[dir]; ok {
		return e
	}
	var e Exposure
	if parent := filepath.Dir(dir); parent != dir {
		e = p.folder(parent)
	} else {
		e = drive(dir)
	}
	if slices.Contains(p.mounts(), dir) {
		e = worse(e, OnNetwork)
	}
	if own, ok := p.Own[dir]; ok {
		e = worse(e, own)
	}
	if slices.Index(exposures[:], e) > slices.Index(exposures[:], InSynced) && marked(dir) {
		e = InSynced
	}
	if p.folders == nil {
		p.folders = map[string]Exposure{}
	}
	p.folders[dir] = e
	return e
}

// chosen reports whether a root lies in a folder for temporary files: who looks
// there keeps something there.
func (p *Places) chosen() bool {
	return slices.ContainsFunc(p.Roots, func(root string) bool {
		above := ""
		for i, name := range folders(filepath.Join(root, "x")) {
			low := strings.ToLower(name)
			if temporary(low, above, i) {
				return true
			}
			above = low
		}
		return false
	})
}

// marks are what services leave in the folder that they copy: Dropbox, Google
// Drive, Nextcloud, Syncthing, Synology Drive, Resilio.
var marks = []string{".dropbox", ".dropbox.cache", ".tmp.drivedownload", ".nextcloudsync.log", ".owncloudsync.log", ".stfolder", ".SynologyWorkingDirectory", ".sync"}

// marked reports whether a service marks a folder as its own.
func marked(dir string) bool {
	return slices.ContainsFunc(marks, func(name string) bool {
		_, err := os.Lstat(filepath.Join(dir, name))
		return err == nil
	})
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

// exposureBy goes by the names of folders alone.
func exposureBy(folders []string) Exposure {
	e := NotExposed
	if mounted(folders) {
		e = OnRemovable
	}
	for i, name := range folders {
		low, above := strings.ToLower(name), ""
		if i > 0 {
			above = strings.ToLower(folders[i-1])
		}
		switch {
		case served(low, above):
			return OnWeb
		case bin(low), name == "Trash" && i > 1 && above == "share" && folders[i-2] == ".local":
			e = worse(e, InTrash)
		case strings.HasPrefix(low, "smb-share:"), strings.HasPrefix(low, "sftp:"), strings.HasPrefix(low, "nfs:"):
			e = worse(e, OnNetwork)
		case synced(name, low):
			e = worse(e, InSynced)
		case slices.Contains(downloadFolders, low):
			e = worse(e, InDownloads)
		case slices.Contains(desktopFolders, name):
			e = worse(e, OnDesktop)
		case temporary(low, above, i):
			e = worse(e, InTemp)
		}
	}
	return e
}

// served reports whether a web server usually serves what lies in a folder: /var/www, htdocs of XAMPP, wwwroot of IIS, public_html of hosters.
func served(low, above string) bool {
	switch low {
	case "public_html", "htdocs", "httpdocs", "wwwroot":
		return true
	case "www":
		return above == "var" || above == "srv"
	case "http":
		return above == "srv"
	case "html":
		return above == "nginx"
	}
	return false
}

// bin reports whether a folder is one for what was deleted.
func bin(low string) bool {
	return low == "$recycle.bin" || low == "recycler" || low == ".trash" || low == ".trashes" || strings.HasPrefix(low, ".trash-")
}

// temporary reports whether a folder, the i-th from the root, is one where programs leave what they no longer need.
func temporary(low, above string, i int) bool {
	switch low {
	case "tmp":
		return i == 1 && above == "" || above == "var"
	case "temp":
		return above == "local" || above == "windows" || i == 1
	case "inetcache", "content.outlook":
		return true
	}
	return false
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

// backupWords are parts of the names that people give to folders of backups.
var backupWords = []string{"backup", "back-up", "back up", "copie di sicurezza", "copia di sicurezza", "salvataggi", "sauvegarde", "sicherung", "respaldo", "copias de seguridad"}

// inBackup reports whether a file lies in a folder that is called a backup.
func inBackup(path string) bool {
	return slices.ContainsFunc(folders(path), func(name string) bool {
		low := strings.ToLower(name)
		return slices.ContainsFunc(backupWords, func(w string) bool { return strings.Contains(low, w) })
	})
}

// downloadFolders are in lower case: no other folder is called so.
var downloadFolders = []string{"downloads", "download", "scaricati", "téléchargements", "telechargements", "descargas"}

// desktopFolders are as the systems write them: a folder "desktop" is a part of a program.
var desktopFolders = []string{"Desktop", "Scrivania", "Bureau", "Schreibtisch", "Escritorio"}

// syncedFolders are the folders of services, in lower case. With something
// behind a blank they are another account's: OneDrive - Rossi Srl.
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
		return ok && (rest == "" || strings.HasPrefix(rest, " -") || strings.HasPrefix(rest, " ("))
	})
}
