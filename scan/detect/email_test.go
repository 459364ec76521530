package detect

var emailTable = table{
	kind: Email,
	must: join(
		in("mario@example.com", "mario.rossi@example.com", "m@example.it", "MARIO.ROSSI@EXAMPLE.COM", "mario+shop@example.com", "mario_rossi@example.co.uk",
			"mario-rossi@mail.shop.example.com", "o'brien@example.com", "_mario_@example.com", "12345@example.com", "m1a2r3@example.com", "mario@163.com",
			"niccolò@example.it", "info@caffè.example.it", "info@xn--caff-8oa.example.com", "a@example.xn--p1ai", "mailto:mario@example.com", "<mario@example.com>",
			"Mario <mario@example.com>", "'mario@example.com'", "email=mario@example.com&x=1", "?to=mario@example.com", "{mario@example.com}", "[mario@example.com]", "mario@example.com:", "3990001234@example.com",
			"From: <mario@example.com>", "https://example.com/?m=mario@example.com", "tel 399 mario@example.com", "https://example.com/mario@example.com"),
		under("Email", "mario@example.com", " mario@example.com ", "Mario Rossi <mario@example.com>"),
		under("Note", "scrivere a mario@example.com"),
	),
	mustNot: in("mario@", "@example.com", "mario@localhost", "root@server", "@app.route", "a@b", "mario@example", "mario@.example.com", "mario.@example.com", "mario@example.c",
		"logo@2x.png", "icon@3x.webp", "lodash@4.17.21", "react@18.2.0", "pkg@1.2.3-beta.rc", "@scope/pkg@1.2.3", "git@github.com:org/repo", "git@github.com:org/repo.git",
		"deploy@host.example.com:/srv/www", "https://user:pass@host.example.com/x", "https://user@host.example.com/x", "cid:part1.0102@example.com", "CID:image001.png@01D0.example",
		"Message-ID: <2026.1@mail.example.com>", "Message-Id:<2026.1@mail.example.com>", "In-Reply-To: <2026.1@mail.example.com>", "References: <a@mail.example.com> <b@mail.example.com>",
		"References: <a@mail.example.com>\n\t<b@mail.example.com>\n <c@mail.example.com>", "mario@example.1", "mario@1.2.3.4", "mario @example.com", "a@@example.com@", "mario@-example.com", "@@@@@"),
}
