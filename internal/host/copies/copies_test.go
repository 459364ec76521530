package copies_test

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"custode/internal/host/copies"
)

func at() time.Time { return time.Date(2026, 11, 27, 20, 31, 4, 0, time.UTC) }

// tree writes files below a root, at a time; a name that ends in / is a folder.
func tree(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			ok(t, os.MkdirAll(path, 0o700))
			continue
		}
		ok(t, os.MkdirAll(filepath.Dir(path), 0o700))
		ok(t, os.WriteFile(path, []byte(content), 0o600))
		ok(t, os.Chtimes(path, at(), at()))
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func computer(root, system string) copies.Computer {
	return copies.Computer{
		Root: root, System: system, Home: "/home/anna", Zone: time.UTC,
		Env: func(name string) string {
			return map[string]string{"LOCALAPPDATA": "/local", "APPDATA": "/roaming", "ProgramData": "/programdata"}[name]
		},
	}
}

// unixPaths leaves a test out where the paths of its file trees are none.
func unixPaths(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the trees have the paths of other systems")
	}
}

const (
	repo       = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	kopiaLocal = `{"storage":{"type":"filesystem","config":{"path":"/media/usb/kopia"}},"hostname":"shop","username":"anna"}`
	kopiaLog   = "INFO Snapshotting anna@shop:/home/anna/shop ...\n"
	bit        = "profile1.name=Main profile\nprofile1.snapshots.path=/media/usb\nprofile1.snapshots.path.host=shop\nprofile1.snapshots.path.user=anna\nprofile1.snapshots.path.profile=1\nprofile1.snapshots.mode=local\nprofile1.snapshots.include.1.value=/home/anna\nprofile1.snapshots.include.1.type=0\nprofile1.snapshots.exclude.1.value=*.bak\nprofile1.snapshots.exclude.2.value=/home/anna/Downloads/*\n"
	shift      = `{"backup_device_uuid":"c2e7","btrfs_mode":"false","exclude":["/tmp/**"]}`
	rsnap      = "#comment\nconfig_version\t1.2\nsnapshot_root\t/media/usb/rsnapshot/\nretain\talpha\t6\nretain\tbeta\t7\nbackup\t/home/\tlocalhost/\nbackup\troot@example.com:/etc/\tother/\nexclude\t/home/anna/Downloads/\n"
	historyXML = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DataProtectionUserConfig SchemaVersion=\"1\"><Library><LibraryName>*lib</LibraryName><Folder>/home/anna/Music</Folder></Library><UserFolder>/home/anna/shop</UserFolder><FolderExclude>/home/anna/shop/old</FolderExclude><Target><TargetName>usb</TargetName><TargetUrl>E:\\</TargetUrl></Target></DataProtectionUserConfig>"
)

// TestFind holds what is told of each program to what its record says.
func TestFind(t *testing.T) {
	unixPaths(t)
	settings, err := os.ReadFile("../dconf/testdata/user")
	ok(t, err)
	for _, c := range []struct {
		name, system string
		files        map[string]string
		want         []copies.Backup
	}{
		{"nothing", "linux", nil, nil},

		{"restic", "linux", map[string]string{"home/anna/.cache/restic/" + repo + "/snapshots/ab/ab12": "x", "home/anna/.cache/restic/CACHEDIR.TAG": ""}, []copies.Backup{{Program: "restic", At: at(), Sealed: copies.Yes}}},
		{
			"restic without a snapshot", "linux",
			map[string]string{"home/anna/.cache/restic/" + repo + "/version": "1"},
			[]copies.Backup{{Program: "restic", Lack: copies.Never, Sealed: copies.Yes}},
		},
		{
			"restic on Windows", "windows",
			map[string]string{"local/restic/" + repo + "/snapshots/ab/ab12": "x"},
			[]copies.Backup{{Program: "restic", At: at(), Sealed: copies.Yes}},
		},
		{
			"restic's cache is a file", "linux",
			map[string]string{"home/anna/.cache/restic": "x"},
			[]copies.Backup{{Program: "restic", Lack: copies.Unreadable, Sealed: copies.Yes}},
		},

		{"Borg", "linux", map[string]string{
			"home/anna/.config/borg/security/" + repo + "/manifest-timestamp": "2026-11-27T20:31:04.000000", "home/anna/.config/borg/security/" + repo + "/key-type": "3",
			"home/anna/.config/borg/security/" + repo + "/location": "/media/usb/borg",
		}, []copies.Backup{{Program: "Borg", At: at(), Place: "/media/usb/borg", Sealed: copies.Yes}}},
		{"Borg in the clear, elsewhere", "linux", map[string]string{
			"home/anna/.config/borg/security/" + repo + "/manifest-timestamp": "2026-11-27T20:31:04+00:00", "home/anna/.config/borg/security/" + repo + "/key-type": "2",
			"home/anna/.config/borg/security/" + repo + "/location": "ssh://box@example.com/./borg",
		}, []copies.Backup{{Program: "Borg", At: at(), Sealed: copies.No}}},
		{
			"Borg, spoiled", "linux",
			map[string]string{"home/anna/.config/borg/security/" + repo + "/manifest-timestamp": "yesterday"},
			[]copies.Backup{{Program: "Borg", Lack: copies.Unreadable}},
		},
		{
			"Borg, never", "linux",
			map[string]string{"home/anna/.config/borg/security/" + repo + "/key-type": "99"},
			[]copies.Backup{{Program: "Borg", Lack: copies.Never}},
		},

		{
			"Déjà Dup from the settings of GNOME", "linux",
			map[string]string{"home/anna/.config/dconf/user": string(settings)},
			[]copies.Backup{{Program: "Déjà Dup", At: at(), Told: true, Folders: []string{"/home/anna/shop", "/home/anna/x"}, Place: "/home/anna/copies"}},
		},
		{"Déjà Dup from Flatpak", "linux", map[string]string{
			"home/anna/.var/app/org.gnome.DejaDup/config/glib-2.0/settings/keyfile": "[org/gnome/deja-dup]\nlast-backup='2026-11-27T20:31:04.000000Z'\nbackend='local'\ninclude-list=['~/shop', '/srv/shop']\nexclude-list=[]\n\n[org/gnome/deja-dup/local]\nfolder='copies'\n",
		}, []copies.Backup{{Program: "Déjà Dup", At: at(), Told: true, Folders: []string{"/home/anna/shop", "/srv/shop"}, Place: "/home/anna/copies"}}},
		{
			"Déjà Dup as it comes", "linux",
			map[string]string{"home/anna/.var/app/org.gnome.DejaDup/config/glib-2.0/settings/keyfile": "[org/gnome/deja-dup]\nprompt-check='2026-11-27T20:31:04Z'\n"},
			[]copies.Backup{{Program: "Déjà Dup", Lack: copies.Never, Told: true, Folders: []string{"/home/anna"}}},
		},
		{
			"Déjà Dup with folders by their kind", "linux",
			map[string]string{"home/anna/.var/app/org.gnome.DejaDup/config/glib-2.0/settings/keyfile": "[org/gnome/deja-dup]\nlast-backup='soon'\ninclude-list=['$DOCUMENTS']\n"},
			[]copies.Backup{{Program: "Déjà Dup", Lack: copies.Unreadable}},
		},
		{
			"dconf, spoiled", "linux",
			map[string]string{"home/anna/.config/dconf/user": "GVariant, no"},
			[]copies.Backup{{Program: "Déjà Dup", Lack: copies.Unreadable}},
		},

		{"Back In Time", "linux", map[string]string{
			"home/anna/.config/backintime/config": bit, "media/usb/backintime/shop/anna/1/20261126-203000-123/": "", "media/usb/backintime/shop/anna/1/20261127-203104-456/": "",
			"media/usb/backintime/shop/anna/1/new_snapshot/": "",
		}, []copies.Backup{{Program: "Back In Time", At: at(), Told: true, Folders: []string{"/home/anna"}, Without: []string{"/home/anna/Downloads"}, Place: "/media/usb", Sealed: copies.No}}},
		{
			"Back In Time, its drive away", "linux",
			map[string]string{"home/anna/.config/backintime/config": bit},
			[]copies.Backup{{Program: "Back In Time", Lack: copies.Away, Told: true, Folders: []string{"/home/anna"}, Without: []string{"/home/anna/Downloads"}, Place: "/media/usb", Sealed: copies.No}},
		},
		{
			"Back In Time, an empty place", "linux",
			map[string]string{"home/anna/.config/backintime/config": bit, "media/usb/": ""},
			[]copies.Backup{{Program: "Back In Time", Lack: copies.Away, Told: true, Folders: []string{"/home/anna"}, Without: []string{"/home/anna/Downloads"}, Place: "/media/usb", Sealed: copies.No}},
		},
		{
			"Back In Time, encrypted elsewhere", "linux",
			map[string]string{"home/anna/.config/backintime/config": "profile2.snapshots.mode=ssh_encfs\nprofile2.snapshots.include.1.value=/srv\n"},
			[]copies.Backup{{Program: "Back In Time", Lack: copies.Silent, Told: true, Folders: []string{"/srv"}, Sealed: copies.Yes}},
		},

		{
			"Timeshift, which leaves the homes out", "linux",
			map[string]string{"etc/timeshift/timeshift.json": shift, "timeshift/snapshots/2026-11-27_20-31-04/info.json": `{"created":"1795811464"}`},
			[]copies.Backup{{Program: "Timeshift", At: at(), Told: true, Folders: []string{"/"}, Without: []string{"/tmp", "/home", "/root"}, Place: "/timeshift", Sealed: copies.No}},
		},
		{
			"Timeshift with the homes", "linux",
			map[string]string{"etc/timeshift.json": `{"backup_device_uuid":"c2e7","exclude":["+ /home/anna/**","/root/**"]}`},
			[]copies.Backup{{Program: "Timeshift", Lack: copies.Away, Told: true, Folders: []string{"/"}, Without: []string{"/root"}, Sealed: copies.No}},
		},
		{"Timeshift, not set up", "linux", map[string]string{"etc/timeshift/timeshift.json": `{"backup_device_uuid":""}`}, nil},
		{"Timeshift, spoiled", "linux", map[string]string{"etc/timeshift/timeshift.json": `{`}, []copies.Backup{{Program: "Timeshift", Lack: copies.Unreadable, Sealed: copies.No}}},

		{"Kopia", "linux", map[string]string{
			"home/anna/.config/kopia/repository.config":                                        kopiaLocal,
			"home/anna/.cache/kopia/cli-logs/kopia-20261127-203104-12-snapshot-create.log":     kopiaLog + "INFO Created snapshot with root kabc and ID def in 2s\n",
			"home/anna/.cache/kopia/cli-logs/kopia-20261127-210000-13-snapshot-create.log":     kopiaLog + "ERROR no space\n",
			"home/anna/.cache/kopia/cli-logs/kopia-20261127-220000-14-repository-throttle.log": "",
		}, []copies.Backup{{Program: "Kopia", At: at(), Told: true, Folders: []string{"/home/anna/shop"}, Place: "/media/usb/kopia", Sealed: copies.Yes}}},
		{
			"Kopia without logs, elsewhere", "windows",
			map[string]string{"roaming/kopia/repository.config": `{"storage":{"type":"s3","config":{}}}`},
			[]copies.Backup{{Program: "Kopia", Lack: copies.Silent, Sealed: copies.Yes}},
		},
		{"Kopia, spoiled", "linux", map[string]string{"home/anna/.config/kopia/repository.config": "{}"}, []copies.Backup{{Program: "Kopia", Lack: copies.Unreadable, Sealed: copies.Yes}}},

		{
			"Duplicati", "linux",
			map[string]string{"home/anna/.config/Duplicati/Duplicati-server.sqlite": "SQLite format 3\x00...LastBackupFinished20261126T203104Z..LastBackupFinished20261127T203104Z.."},
			[]copies.Backup{{Program: "Duplicati", At: at()}},
		},
		{"Duplicati, the newest in the log beside", "windows", map[string]string{
			"programdata/Duplicati/Duplicati-server.sqlite": "SQLite format 3\x00", "programdata/Duplicati/Duplicati-server.sqlite-wal": "LastBackupFinished20261127T203104Z",
		}, []copies.Backup{{Program: "Duplicati", At: at()}}},
		{"Duplicati, never", "linux", map[string]string{"home/anna/.config/Duplicati/Duplicati-server.sqlite": "SQLite format 3\x00"}, []copies.Backup{{Program: "Duplicati", Lack: copies.Never}}},
		{"Duplicati, spoiled", "linux", map[string]string{"home/anna/.config/Duplicati/Duplicati-server.sqlite": "LastBackupFinished20261126T203104Z"}, []copies.Backup{{Program: "Duplicati", Lack: copies.Unreadable}}},

		{
			"rsnapshot", "linux",
			map[string]string{"etc/rsnapshot.conf": rsnap, "media/usb/rsnapshot/alpha.0": "", "media/usb/rsnapshot/alpha.1": ""},
			[]copies.Backup{{Program: "rsnapshot", At: at(), Told: true, Folders: []string{"/home"}, Without: []string{"/home/anna/Downloads"}, Place: "/media/usb/rsnapshot", Sealed: copies.No}},
		},
		{
			"rsnapshot, its drive away", "linux",
			map[string]string{"etc/rsnapshot.conf": rsnap},
			[]copies.Backup{{Program: "rsnapshot", Lack: copies.Away, Told: true, Folders: []string{"/home"}, Without: []string{"/home/anna/Downloads"}, Place: "/media/usb/rsnapshot", Sealed: copies.No}},
		},
		{"rsnapshot, spoiled", "linux", map[string]string{"etc/rsnapshot.conf": "x"}, []copies.Backup{{Program: "rsnapshot", Lack: copies.Unreadable, Sealed: copies.No}}},

		{
			"Time Machine", "darwin",
			map[string]string{"Library/Preferences/com.apple.TimeMachine.plist": string(machine())},
			[]copies.Backup{{Program: "Time Machine", At: at(), Told: true, Folders: []string{"/"}, Sealed: copies.Yes}},
		},
		{"Time Machine, spoiled", "darwin", map[string]string{"Library/Preferences/com.apple.TimeMachine.plist": "bplist00"}, []copies.Backup{{Program: "Time Machine", Lack: copies.Unreadable}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			tree(t, root, c.files)
			if diff := cmp.Diff(c.want, copies.Find(computer(root, c.system)), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFileHistory: the folders stand in a file, the time in the registry.
func TestFileHistory(t *testing.T) {
	unixPaths(t)
	const file = "local/Microsoft/Windows/FileHistory/Configuration/Config1.xml"
	whole := copies.Backup{Program: "File History", Told: true, Folders: []string{"/home/anna/Music", "/home/anna/shop"}, Without: []string{"/home/anna/shop/old"}, Place: `E:\`}
	for _, c := range []struct {
		name, content string
		at            time.Time
		err           error
		want          copies.Backup
	}{
		{"on", historyXML, at(), nil, with(whole, at(), "")},
		{"never", historyXML, time.Time{}, nil, with(whole, time.Time{}, copies.Never)},
		{"denied", historyXML, time.Time{}, os.ErrPermission, with(whole, time.Time{}, copies.Unreadable)},
		{"spoiled", "<a><b>", at(), nil, copies.Backup{Program: "File History", Lack: copies.Unreadable}},
		{"foreign", "<a/>", at(), nil, copies.Backup{Program: "File History", Lack: copies.Unreadable}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			tree(t, root, map[string]string{file: c.content})
			pc := computer(root, "windows")
			pc.FileHistory = func() (time.Time, error) { return c.at, c.err }
			if diff := cmp.Diff([]copies.Backup{c.want}, copies.Find(pc)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func with(b copies.Backup, at time.Time, lack copies.Lack) copies.Backup {
	b.At, b.Lack = at, lack
	return b
}

// machine is a settings file of Time Machine with one target, which was used once.
func machine() []byte {
	text := func(s string) []byte {
		if len(s) < 15 {
			return append([]byte{0x50 | byte(len(s))}, s...)
		}
		return append([]byte{0x5f, 0x10, byte(len(s))}, s...)
	}
	when := binary.BigEndian.AppendUint64([]byte{0x33}, math.Float64bits(at().Sub(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)).Seconds()))
	objects := [][]byte{
		{0xd1, 1, 2}, text("Destinations"), {0xa1, 3}, {0xd2, 4, 5, 6, 7}, text("SnapshotDates"), text("LastKnownEncryptionState"), {0xa1, 8}, text("Encrypted"), when,
	}
	out, offsets := []byte("bplist00"), []byte{}
	for _, o := range objects {
		offsets = append(offsets, byte(len(out)))
		out = append(out, o...)
	}
	table := len(out)
	out = append(append(out, offsets...), 0, 0, 0, 0, 0, 0, 1, 1)
	for _, n := range []int{len(objects), 0, table} {
		out = binary.BigEndian.AppendUint64(out, uint64(n))
	}
	return out
}

func TestCovers(t *testing.T) {
	b := copies.Backup{Told: true, Folders: []string{"/home/anna", "/srv"}, Without: []string{"/home/anna/Downloads"}}
	for folder, want := range map[string]bool{
		"/home/anna": true, "/home/anna/shop": true, "/home/anna/Downloads": false, "/home/anna/Downloads/x": false, "/home/annabel": false, "/home": false, "/srv/a": true,
	} {
		if got := b.Covers(folder); got != want {
			t.Errorf("%s: %v", folder, got)
		}
	}
	if b.Told = false; b.Covers("/srv") {
		t.Error("it covers what nobody knows")
	}
}
