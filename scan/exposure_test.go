package scan

import (
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
		InTrash: {
			"/home/anna/.local/share/Trash/files/a.csv", "/media/anna/USB/.Trash-1000/files/a.csv", "C:/$Recycle.Bin/S-1-5-21/a.csv", "D:/$RECYCLE.BIN/a.csv",
			"/Users/anna/.Trash/a.csv", "/Volumes/STICK/.Trashes/501/a.csv",
		},
		NotExposed: {
			"/home/anna/Documents/a.csv", "/home/anna/Downloads", "/home/anna/Documents/downloads.csv", "/home/anna/downloads-list/a.csv", "/srv/app/desktop/a.csv",
			"/home/anna/dropboxes/a.csv", "/home/anna/box/a.csv", "/home/anna/omega/a.csv", "/home/anna/nextcloud.conf/a.csv", "/home/media/a.csv",
			"/mnt/c/Users/Anna/Documents/a.csv", "/media/a.csv", "/home/mnt/usb/a.csv", "/home/anna/Trash/a.csv", "/home/anna/.trashed/a.csv",
			"/Volumes/Macintosh HD/Users/anna/a.csv", "/run/user/1000/a.csv", "C:/Users/Anna/Documents/a.csv", "-", "", "/", "a.csv",
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
	if got := ExposureOf(strings.Repeat("/Downloads", 10000) + "/a"); got != InDownloads {
		t.Error(got)
	}
	for i, e := range exposures {
		if e.rank() != i {
			t.Errorf("%s ranks %d", e, e.rank())
		}
	}
}
