package scan

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestExposure: each place with paths that are of it, and look-alikes that are
// not. Paths of Windows are given with its separator turned.
func TestExposure(t *testing.T) {
	for want, paths := range map[Exposure][]string{
		InDownloads: {
			"/home/anna/Downloads/a.csv", "/home/anna/downloads/old/a.csv", "/home/anna/Scaricati/a.csv", "/home/anna/Téléchargements/a.csv",
			"/home/anna/Descargas/a.csv", "C:/Users/Anna/Download/a.csv", "C:/Users/Anna/Desktop/Downloads/a.csv", "/mnt/c/Users/Anna/Downloads/a.csv",
		},
		OnDesktop: {
			"/home/anna/Desktop/a.csv", "/home/anna/Scrivania/new/a.csv", "/home/anna/Bureau/a.csv", "C:/Users/Anna/Schreibtisch/a.csv", "/home/anna/Escritorio/a.csv",
		},
		InSynced: {
			"C:/Users/Anna/OneDrive/a.csv", "C:/Users/Anna/OneDrive - Rossi Srl/Desktop/a.csv", "/home/anna/Dropbox/Downloads/a.csv",
			"/home/anna/Dropbox (Rossi)/a.csv", "G:/My Drive/a.csv", "G:/Il mio Drive/a.csv", "/home/anna/Google Drive/a.csv",
			"/Users/anna/Library/CloudStorage/GoogleDrive-anna@example.com/a.csv", "/Users/anna/Library/Mobile Documents/com~apple~CloudDocs/a.csv",
			"C:/Users/Anna/iCloudDrive/a.csv", "/home/anna/Nextcloud/a.csv", "/home/anna/ownCloud/a.csv", "P:/pCloud Drive/a.csv", "/home/anna/MEGA/a.csv",
			"/home/anna/MEGAsync/a.csv", "/home/anna/Box/a.csv", "/home/anna/Desktop/Dropbox/a.csv",
		},
		OnRemovable: {"/media/anna/USB/a.csv", "/run/media/anna/USB/Downloads/a.csv", "/Volumes/STICK/a.csv", "/mnt/usb/a.csv", "/media/usb/Dropbox/a.csv"},
		OnWeb: {
			"/var/www/html/a.csv", "/srv/http/a.csv", "/home/anna/public_html/export/a.csv", "C:/xampp/htdocs/a.csv", "C:/inetpub/wwwroot/a.csv",
			"/usr/share/nginx/html/a.csv", "/home/anna/Dropbox/public_html/a.csv", "/var/www/vhosts/example.com/httpdocs/a.csv",
		},
		OnNetwork: {"/run/user/1000/gvfs/smb-share:server=nas,share=shop/a.csv", "/run/user/1000/gvfs/sftp:host=example.com/Downloads/a.csv"},
		InTemp: {
			"/tmp/a.csv", "/tmp/mozilla_anna0/a.csv", "/var/tmp/a.csv", "C:/Users/Anna/AppData/Local/Temp/a.csv", "C:/Windows/Temp/a.csv", "C:/temp/a.csv",
			"C:/Users/Anna/AppData/Local/Microsoft/Windows/INetCache/Content.Outlook/AB12/a.csv",
		},
		InTrash: {
			"/home/anna/.local/share/Trash/files/a.csv", "/media/anna/USB/.Trash-1000/files/a.csv", "C:/$Recycle.Bin/S-1-5-21/a.csv", "D:/$RECYCLE.BIN/a.csv",
			"/Users/anna/.Trash/a.csv", "/Volumes/STICK/.Trashes/501/a.csv",
		},
		NotExposed: {
			"/home/anna/Documents/a.csv", "/home/anna/Downloads", "/home/anna/Documents/downloads.csv", "/home/anna/downloads-list/a.csv", "/srv/app/desktop/a.csv",
			"/home/anna/dropboxes/a.csv", "/home/anna/box/a.csv", "/home/anna/omega/a.csv", "/home/anna/nextcloud.conf/a.csv", "/home/media/a.csv",
			"/mnt/c/Users/Anna/Documents/a.csv", "/media/a.csv", "/home/mnt/usb/a.csv", "/home/anna/Trash/a.csv", "/home/anna/.trashed/a.csv",
			"/Volumes/Macintosh HD/Users/anna/a.csv", "/run/user/1000/a.csv", "C:/Users/Anna/Documents/a.csv",
			"/home/anna/www/a.csv", "/home/anna/html/a.csv", "/home/anna/tmp/a.csv", "/home/anna/Documents/temp/a.csv", "/home/anna/wwwroot.txt", "/var/wwwdata/a.csv", "/home/tmp/a.csv", "-", "", "/", "a.csv",
		},
	} {
		for _, p := range paths {
			if got := exposureBy(folders(p)); got != want {
				t.Errorf("%s: %s, want %s", p, got, want)
			}
		}
	}
	if got := exposureBy(folders("/run/user/1000/gvfs/google-drive:host=example.com/a.csv")); got != InSynced {
		t.Error(got)
	}
	if got := exposureBy(folders(strings.Repeat("/Downloads", 10000) + "/a")); got != InDownloads {
		t.Error(got)
	}
	if len(exposures) != len(keeping) {
		t.Errorf("%d places, %d in the order of keeping", len(exposures), len(keeping))
	}
	for _, e := range exposures {
		if e.rank() < 0 {
			t.Errorf("%s has no rank", e)
		}
	}
}

// TestPlaces: what is told by the folders themselves, and by who asks.
func TestPlaces(t *testing.T) {
	top := t.TempDir() // a folder for temporary files, but the one that was chosen
	for _, dir := range []string{"synced/deep", "Scaricati dal web", "plain", "dropbox-list"} {
		if err := os.MkdirAll(filepath.Join(top, filepath.FromSlash(dir)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(top, "synced", ".dropbox"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(top, "plain", "dropbox"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := Places{Roots: []string{top}, Own: map[string]Exposure{filepath.Join(top, "Scaricati dal web"): InDownloads}}
	for path, want := range map[string]Exposure{
		"synced/a.csv": InSynced, "synced/deep/a.csv": InSynced, "Scaricati dal web/a.csv": InDownloads,
		"plain/a.csv": NotExposed, "a.csv": NotExposed, "dropbox-list/a.csv": NotExposed, "plain/Desktop/a.csv": OnDesktop,
	} {
		for range 2 { // the second time from memory
			if got := p.Of(filepath.Join(top, filepath.FromSlash(path))); got != want {
				t.Errorf("%s: %s, want %s", path, got, want)
			}
		}
	}
	if got := p.Of("-"); got != NotExposed {
		t.Error(got)
	}
	deep := Places{Roots: []string{filepath.Join(top, "plain", "Downloads", "a.csv")}}
	if got := deep.Of(filepath.Join(top, "plain", "b.csv")); got != NotExposed {
		t.Errorf("beside what was asked for: %s", got)
	}
	none := Places{}
	if got := none.Of(filepath.Join(string(filepath.Separator), "tmp", "x", "a.csv")); runtime.GOOS != "windows" && got != InTemp {
		t.Errorf("nobody chose it: %s", got)
	}
}
