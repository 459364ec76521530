package detect

var emailTable = table{
	kind: Email,
	must: join(
		in("mario@example.com", "mario.rossi@example.com", "m@example.it", "MARIO.ROSSI@EXAMPLE.COM", "mario+shop@example.com", "mario_rossi@example.co.uk",
			"mario-rossi@mail.shop.example.com", "o'brien@example.com", "_mario_@example.com", "12345@example.com", "m1a2r3@example.com", "mario@163.com",
			"niccolò@example.it", "info@caffè.example.it", "info@xn--caff-8oa.example.com", "a@example.xn--p1ai", "mailto:mario@example.com", "<mario@example.com>",
			"Mario <mario@example.com>", "'mario@example.com'", "email=mario@example.com&x=1", "?to=mario@example.com", "{mario@example.com}", "[mario@example.com]", "mario@example.com:", "3990001234@example.com",
			"mario@example.info", "mario@example.museum", "mario@example.shop", "MARIO@EXAMPLE.SHOP", "mario@example.рф", "mario@negozio.local", "mario@ferramenta.example", "mario@example.com.Grazie", "mario@example.it.È", "mario@example.comTel. 399", "E<lt>mario@example.orgE<gt>",
			"From: <mario@example.com>", "https://example.com/?m=mario@example.com", "tel 399 mario@example.com", "https://example.com/mario@example.com"),
		under("Email", "mario@example.com", " mario@example.com ", "Mario Rossi <mario@example.com>"),
		under("Note", "scrivere a mario@example.com"),
	),
	mustNot: in("mario@", "@example.com", "mario@localhost", "root@server", "@app.route", "a@b", "mario@example", "mario@.example.com", "mario.@example.com", "mario@example.c",
		"logo@2x.png", "icon@3x.webp", "lodash@4.17.21", "react@18.2.0", "pkg@1.2.3-beta.rc", "@scope/pkg@1.2.3", "git@github.com:org/repo", "git@github.com:org/repo.git",
		"deploy@host.example.com:/srv/www", "https://user:pass@host.example.com/x", "https://user@host.example.com/x", "cid:part1.0102@example.com", "CID:image001.png@01D0.example",
		"Message-ID: <2026.1@mail.example.com>", "Message-Id:<2026.1@mail.example.com>", "In-Reply-To: <2026.1@mail.example.com>", "References: <a@mail.example.com> <b@mail.example.com>",
		"References: <a@mail.example.com>\n\t<b@mail.example.com>\n <c@mail.example.com>", "mario@example.1", "mario@1.2.3.4", "mario @example.com", "a@@example.com@", "mario@-example.com", "@@@@@",
		"user@1000.service", "user@1000.service/app.slice", "getty@tty1.service", "openvpn@vpn.example.com.service", "snapd@2.61.3.socket", "dev-disk@by-uuid.mount", "m.Path@m.Version", "a@b.foo.bar1", "p@x.Len", "logo@2x.ai", "icon@3x.zip", "pkg@1.2.3.tgz", "pkg@next.js",
		"foo@bar.txt", "export@2026.csv", "backup@host.tar.gz", "mario@example.test", "mario@example.invalid", "root@localhost.localdomain", "mario@example.c0m", "mario@example.comm", "x@y.сайтт", "x@y.lenBar", "m.Path@m.comm.Version"),
}
