package detect

import "testing"

var ipTable = table{
	kind: IPAddress,
	must: join(
		in("93.184.216.34", "IP 93.184.216.34", "ip: 93.184.216.34", "client_ip=93.184.216.34", "http://93.184.216.34/a", "93.184.216.34:8080", "[93.184.216.34]", "from 5.9.120.33 port 22", "2a02:1234:5678:9abc:def0:1234:5678:9abc", "2a02:26f0::1:2", "2a02:26f0:1:2::", "2003:c5:1f3a::1", "[2a02:26f0::1:2]:443",
			"IP address 8.8.8.8"[:11]+"80.18.8.8"),
		under("IP", "93.184.216.34", "2a02:26f0::1:2"), under("IP address", "1.2.3.4"), under("client_ip", "93.184.216.34"), under("remote_addr", "93.184.216.34"), under("Indirizzo IP", "93.184.216.34"), under("Note", "93.184.216.34"),
	),
	mustNot: join(
		in("192.168.1.1", "10.0.0.1", "127.0.0.1", "172.16.0.1", "172.31.255.255", "169.254.1.1", "100.64.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "255.255.255.255", "0.0.0.0", "256.1.1.1", "93.184.216", "93.184.216.34.5", "1.3.6.1.4.1.311", "2.5.4.3.1", "v93.184.216.34", "version 93.184.216.34",
			"Version=93.18.21.34", "ver. 93.18.21.34", "Chrome/120.0.6099.109", "Chrome/120.10.60.109", "lib-93.18.21.34", "93.184.216.34-beta", "93.18.21.0/24", "93.184.216.34/24"[:13]+"4/24", "12.03.2026", "12.03.26", "1.2.3.4", "01.02.03.04", "093.184.216.34", "93.184.216.034", "4.0.0.0", "x93.184.216.34", "93.184.216.34x",
			"aa:bb:cc:dd:ee:ff", "2a:02:26:f0:1a:2b", "10:02:03", "2026:10:02:03", "23/Nov/2026:10:02:03 +0100", "std::cout", "2001:db8::1", "2001:0db8:1::1", "fe80::1", "::1", "fd00::1:2", "2a02:26f0", "2a02:26f0:1:2:3:4:5", "2a02:26f0:1:2:3:4:5:6:7", "2a02::26f0::1", "dead::beef", "2a02:26f0::12345", "a:2a02:26f0::1:2", "1.234.567.890", "3.14.15.9x"),
		under("IP", "192.168.1.1", "localhost", "n.d."), under("Version", "versione 93.18.21.34"), under("Telefono", "93.184.216.34"),
	),
}

func TestAddressesOfTheNetAreOfLowConfidence(t *testing.T) {
	r := ofText(testRules(""), "93.184.216.34 - - [23/Nov/2026:10:02:03 +0100] \"GET /a HTTP/1.1\" 200 5000 \"-\" \"Mozilla/5.0 Chrome/120.0.6099.109\"\n")
	for _, f := range r.Findings {
		if f.Confidence != Low {
			t.Errorf("%+v", f)
		}
	}
	expect(t, r, "ip_address 1/1 line 1", "people 0")
	r = gather(false, object{"IP address", "93.184.216.34", "Email", "m@example.com"}, object{"IP address", "93.184.216.35", "Email", ""})
	expect(t, r, "email 1/1 column Email", "ip_address 2/2 column IP address", "people 1")
	if r.Findings[1].Confidence != Medium {
		t.Errorf("%+v", r.Findings[1])
	}
}
