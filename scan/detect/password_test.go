package detect

import "testing"

var passwordTable = table{
	kind: Password,
	must: join(
		in("PASS: Estate2024", "Accesso (password): Estate2024", "Password (wifi): Estate2024", "pass: Estate2024 (wifi)", "\"password=Estate2024\"", "password=\"Estate2024\"", "{\"pwd\":\"Estate2024\"}", "password: Estate2024, utente mario", "'pwd': 'Estate2024',"),
		in("password: Estate2024!", "Password: Estate2024", "pwd = Estate2024", "password=Estate2024", "PASSWORD=Estate2024", "passwd: s3gret0", "pass: Estate2024", "psw: Estate2024", "Passwort: Sommer2024", "Kennwort: Sommer2024",
			"contraseña: Verano2024", "Contrasena: Verano2024", "clave: Verano2024", "mot de passe: Ete2024!", "Mot de passe : Ete2024", "parola d'ordine: Estate2024", "la password è Estate2024", "la password e' Estate2024", "La password: Estate2024",
			"password is Summer2024", "Das Passwort ist Sommer2024", "le mot de passe est Ete2024", "la contraseña es Verano2024", "Password Wi-Fi: Estate2024", "password del wifi: Estate2024", "Wi-Fi password: Estate2024", "Password (Wi-Fi): Estate2024",
			"PIN: 1234", "PIN cassaforte: 1234", "PIN cassaforte 1234", "pin 48213", "PIN bancomat: 12345", "password Estate2024", "pwd Estate2024",
			`"password":"Estate2024!"`, `"password": "estate"`, `'password' => 'Estate2024'`, `password: "correct horse 4 staple"`, "DB_PASSWORD=Estate2024", "dbPassword = Estate2024", `db.password=Estate2024`, "MYSQL_ROOT_PASSWORD: Estate2024",
			"spring.datasource.password=Estate2024", "define('DB_PASSWORD', 'Estate2024');", "define( 'DB_PASSWORD', 'Estate2024' );", "<password>Estate2024</password>", "<Password>Estate2024</Password>", "https://example.com/?user=a&password=Estate2024&x=1",
			"**Password:** Estate2024", "Password:\tEstate2024", "user: mario password: Estate2024", "Utente: mario, password: Estate2024", "Server=x;Uid=mario;Pwd=Estate2024;", "--password=Estate2024", "smtp_pass = Estate2024", "ftp password: Estate2024",
			"password: p@ssword", "password: changeme1", "password: $2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "password: 5f4dcc3b5aa765d61d8327deb882cf99", "wpa_passphrase=Estate2024", `psk="Estate2024"`, "password: 12345678", "Password nuova: Estate2024",
			"<td>Password:</td><td>Estate2024</td>", "<b>Password:</b> Estate2024", "password := \"Estate2024\"", "Password: Mario&Anna7"),
		under("Password", "Estate2024!", "estate", "changeme", "12345678", "5f4dcc3b5aa765d61d8327deb882cf99", "Pippo"), under("password", "abcd"), under("Kennwort", "Sommer24"), under("user_password", "x1y2"), under("Mot de passe", "Ete2024"), under("Contraseña", "Verano24"),
		under("Note", "password: Estate2024", "la password è Estate2024"),
	),
	mustNot: join(
		in("cmd.Env = append(env, \"PWD=\"+x1.Dir)", "readFile('/etc/passwd', 'utf8', f)", "(get_user_pwd): Don't define", "$(pwd)=/root/src1,", "(x_passphrase2): Allow2", "PASS: gdb.base/break2.exp: step 1", "PASS: gas/i386/rel1.d", "#define WIN_SET_PASS\t\t0xF1", "#define BUFLEN_PASSWD\t1024", "Pw   = 0x48a0", "const PASS8 = 0x08000000;", "Pass :meth:`peek2` a value", "password: 0x0B96"),
		in("password: ****", "password: ********", "password: xxx", "password: XXXXXXXX", "password: ••••••••", "password: <password>", "password: ${PASSWORD}", "password: ${DB_PASSWORD:-Estate2024}", "password: your password here", "password: your_password", "password=%s", "password=%PASSWORD%",
			"password: null", "password: none", "password=true", "password: required", "password: dimenticata?", "Password dimenticata?", "Password: ______", "Password: ......", "Password:", "Password: ", "password: must have 8 characters", "la password è obbligatoria", "la password è sbagliata",
			"Reset password: https://example.com/r/Estate2024", "reset password: Estate2024", "password: https://example.com/a1", "Password policy: 8 caratteri", "password_min_length: 8", "password_length=12", "PasswordAuthentication: yes1", "password_hash: $2a$10$N9qo8uLOickgx2ZMRZoMye", "password file: /etc/passwd1",
			"password = getPassword()", "password = getPassword1();", "password: string", "password: string,", "password = request.form['password']", "const password = ''", `const password = "";`, "password = user.password", "password = newPassword;", "$password = $_POST['password1'];", "password = os.environ[\"P1\"]", "password: process.env.DB_PASS",
			`if (password == "Estate2024")`, `if password != "Estate2024"`, `"password": "Password"`, `"password": "La tua password"`, `"password": "Passwort"`, `password: "Contraseña"`, `"password": "Inserisci la password"`, `"password_required": "La password è obbligatoria"`, `type="password"`, `<input type="password" name="password">`,
			`<label for="password">Password:</label>`, "input[type=password]:focus {", ".password:hover {", "passwd:         files systemd", "passwd: compat", "root:x:0:0:root:/root:/bin/bash", "Failed password for root from 10.0.0.1 port 22", "Accepted password for mario from 10.0.0.1 port 50022 ssh2", "pass: 120, fail: 3",
			"Tests: 12 pass: 12", "password: 8-16 caratteri", "password: 8", "std::password::x1", "password: {{ db_password }}", "password: !vault", "password: [REDACTED1]", "password: (nascosta1)", "password -> x1y2", "compass: 1234", "spin: 1234", "PIN: abcd", "PIN: 12", "pin 12 e 13", "GPIO pin 4: high",
			"PIN: 123456789", "msgid \"Password:\"\nmsgstr \"Password:\"", "password: @password", "password=:password", "password = ?", "La password scade il 12/03/2026", "password expires: 2026-12-31", "password changed 2026-12-31", "password: 12/03/2026", "bypass=1a2b3c4d", "password123", "password: 1.2.3.4",
			"password: func() error {", "Password string `json:\"password\"`", "def f(password=None):", "password = models.CharField(max_length=128)", "val password: String? = null", "chiave: Estate2024"),
		under("Password", "****", "null", "", "Password", "${PASSWORD}", "<password>", "n.d.", "no"), under("Password reset", "Estate2024"), under("Password hash", "Estate2024"), under("Reset password", "Estate2024"), under("Note", "la password"), under("Nome", "Estate2024"),
	),
}

func confidenceIn(t *testing.T, kind Kind, texts map[string]Confidence) {
	t.Helper()
	c := testRules("").Collector()
	for text, want := range texts {
		got := Confidence("")
		for _, f := range textIn(c, text).Findings {
			if f.Kind == kind {
				got = f.Confidence
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPasswordConfidence(t *testing.T) {
	confidenceIn(t, Password, map[string]Confidence{
		"password: Estate2024!": High, "password: estate": Low, "password: 12345678": Medium, "PIN: 1234": Medium,
		"password: $2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy": Low, "password: 5f4dcc3b5aa765d61d8327deb882cf99": Low, "password: estate e inverno": "",
	})
}
