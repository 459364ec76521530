package daily_test

import (
	"testing"
	"time"

	"custode/internal/host/posture"
	"custode/playbook/daily"
)

// soundHost is a computer in order.
func soundHost() *posture.Posture {
	on := posture.Switch{On: posture.Yes, Program: "ufw"}
	return &posture.Posture{
		System: "linux", Disks: []posture.Disk{{Folder: "/home/ada", Sealed: posture.Yes, By: "LUKS"}},
		Updates:  posture.Updates{Name: "Debian 12", Ends: now().AddDate(1, 0, 0), Last: now().AddDate(0, 0, -2)},
		Firewall: on, Malware: posture.Malware{Switch: posture.Switch{On: posture.Yes, Program: "ClamAV"}, Signatures: now().AddDate(0, 0, -1)},
		Lock: &posture.Lock{On: posture.Yes, After: 5 * time.Minute}, Admin: posture.Rights{Admin: posture.No}, Autorun: &posture.Switch{On: posture.No},
	}
}

// TestHost makes each item about the computer each of its colours.
func TestHost(t *testing.T) {
	var cases []itemCase
	add := func(id, c string, want daily.Status, change func(h *posture.Posture)) {
		cases = append(cases, itemCase{c, id, func(f *daily.Facts) { change(f.Host) }, want, "item." + id + "." + c + ".title"})
	}
	keep := func(*posture.Posture) {}
	const disk, updates, firewall, malware, lock, admin, autorun = "host.disk", "host.updates", "host.firewall", "host.malware", "host.lock", "host.admin", "host.autorun"

	add(disk, "ok", daily.OK, keep)
	add(disk, "sealed", daily.Attention, func(h *posture.Posture) { h.Disks[0].Sealed = posture.No })
	add(disk, "unknown", daily.Unknown, func(h *posture.Posture) { h.Disks[0] = posture.Disk{Lack: posture.Virtual} })
	add(disk, "unknown", daily.Unknown, func(h *posture.Posture) { h.Disks = nil })
	cases = append(cases, itemCase{"off", disk, func(f *daily.Facts) { f.Host.Disks[0].Sealed, f.Scan.Open = posture.No, file("low") }, daily.Act, "item.host.disk.off.title"})

	last := func(days int) func(h *posture.Posture) {
		return func(h *posture.Posture) { h.Updates.Last = now().AddDate(0, 0, -days).Add(-time.Minute) }
	}
	add(updates, "ok", daily.OK, keep)
	add(updates, "old", daily.Attention, last(14))
	add(updates, "old", daily.Act, last(30))
	add(updates, "future", daily.Unknown, last(-2))
	add(updates, "ended", daily.Act, func(h *posture.Posture) { h.Updates.Ends = now().AddDate(0, 0, -2) })
	add(updates, "ending", daily.Attention, func(h *posture.Posture) { h.Updates.Ends = now().AddDate(0, 0, 20) })
	add(updates, "unlisted", daily.Unknown, func(h *posture.Posture) { h.Updates.Ends, h.Updates.EndLack = time.Time{}, posture.Unlisted })
	add(updates, "unknown", daily.Unknown, func(h *posture.Posture) { h.Updates.Last, h.Updates.Lack = time.Time{}, posture.Missing })

	add(firewall, "ok", daily.OK, keep)
	add(firewall, "partly", daily.Attention, func(h *posture.Posture) { h.Firewall = posture.Switch{On: posture.No, Partly: true} })
	add(firewall, "off", daily.Act, func(h *posture.Posture) { h.Firewall = posture.Switch{On: posture.No} })
	add(firewall, "unknown", daily.Unknown, func(h *posture.Posture) { h.Firewall = posture.Switch{Lack: posture.Foreign} })

	signed := func(days int) func(h *posture.Posture) {
		return func(h *posture.Posture) { h.Malware.Signatures = now().AddDate(0, 0, -days).Add(-time.Minute) }
	}
	add(malware, "ok", daily.OK, keep)
	add(malware, "old", daily.Attention, signed(3))
	add(malware, "old", daily.Act, signed(14))
	add(malware, "none", daily.Attention, func(h *posture.Posture) { h.Malware = posture.Malware{None: true} })
	add(malware, "off", daily.Act, func(h *posture.Posture) { h.Malware.On, h.Malware.Signatures = posture.No, time.Time{} })
	add(malware, "unknown", daily.Unknown, func(h *posture.Posture) { h.Malware = posture.Malware{Switch: posture.Switch{Lack: posture.Denied}} })

	add(lock, "ok", daily.OK, keep)
	add(lock, "late", daily.Attention, func(h *posture.Posture) { h.Lock.After = 16 * time.Minute })
	add(lock, "late", daily.Act, func(h *posture.Posture) { h.Lock.After = 61 * time.Minute })
	add(lock, "off", daily.Act, func(h *posture.Posture) { h.Lock.On = posture.No })
	add(lock, "unknown", daily.Unknown, func(h *posture.Posture) { h.Lock = &posture.Lock{Lack: posture.Damaged} })

	add(admin, "ok", daily.OK, keep)
	add(admin, "may", daily.Attention, func(h *posture.Posture) { h.Admin = posture.Rights{Admin: posture.Yes, By: "sudo"} })
	add(admin, "always", daily.Act, func(h *posture.Posture) { h.Admin = posture.Rights{Admin: posture.Yes, By: "root", Always: true} })
	add(admin, "unknown", daily.Unknown, func(h *posture.Posture) { h.Admin = posture.Rights{Lack: posture.Missing} })

	add(autorun, "ok", daily.OK, keep)
	add(autorun, "asks", daily.Attention, func(h *posture.Posture) { h.Autorun = &posture.Switch{On: posture.Yes, Partly: true} })
	add(autorun, "on", daily.Act, func(h *posture.Posture) { h.Autorun.On = posture.Yes })
	add(autorun, "unknown", daily.Unknown, func(h *posture.Posture) { h.Autorun = &posture.Switch{Lack: posture.Foreign} })
	judgeAll(t, cases)

	f := sound()
	f.Host = nil
	for _, it := range daily.Judge(f, now()).Items {
		if it.Group == daily.Computer && (it.Status != daily.Unknown || !it.Question) {
			t.Errorf("%s, nobody looked: %s", it.ID, it.Status)
		}
	}
	f = sound()
	f.Host.Lock, f.Host.Autorun = nil, nil // no desktop
	for _, it := range daily.Judge(f, now()).Items {
		if it.ID == lock || it.ID == autorun {
			t.Errorf("%s on a computer without a desktop", it.ID)
		}
	}
}
