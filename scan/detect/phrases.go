package detect

// The headers and labels of the kinds that words announce, folded: in English,
// Italian, French, German and Spanish.
const (
	passwordPhrases = `password, passwd, pwd, psw, pass word, parola d ordine, parola chiave, mot de passe, passwort, kennwort, contrasena, user password, password utente, password email, password wifi, password wi fi,
		wifi password, wi fi password, passphrase, passcode, db password, admin password, web password, plain password, clear password, password in chiaro, password temporanea, temporary password`
	secretPhrases = `secret, secret key, client secret, api key, apikey, api secret, api token, access token, auth token, authtoken, app secret, secret access key, aws secret access key, private key, bearer token, refresh token, chiave api, chiave segreta, webhook secret, consumer secret, consumer key, mac key, chiave mac`
	ipPhrases     = `ip, ip address, ip addr, ipaddress, ips, indirizzo ip, indirizzi ip, ip cliente, client ip, clientip, remote addr, remote address, remote ip, user ip, source ip, src ip, visitor ip, login ip, last ip, customer ip, order ip, ipv, adresse ip, ip adresse, direccion ip, ip utente, ip number, x forwarded for`

	healthPhrases = `allergie, allergia, allergies, allergy, allergien, alergias, alergia, allergie note, intolleranze, intolleranza, intolerances, intolerance, intolerancias, unvertraglichkeiten,
		patologia, patologie, patologie pregresse, malattia, malattie, malattie croniche, condizioni mediche, condizione medica, stato di salute, anamnesi, quadro clinico, cartella clinica,
		medical condition, medical conditions, health condition, health conditions, health status, medical history, illness, illnesses, disease, diseases, vorerkrankungen, krankheit, krankheiten, erkrankung, krankengeschichte, maladie, maladies, pathologie, pathologies, antecedents medicaux, antecedentes medicos, enfermedad, enfermedades,
		gruppo sanguigno, blood type, blood group, bloodtype, groupe sanguin, blutgruppe, grupo sanguineo,
		invalidita, disabilita, handicap, percentuale invalidita, grado invalidita, disability, disabilities, behinderung, schwerbehinderung, grad der behinderung, invalidite, discapacidad, minusvalia,
		gravidanza, in gravidanza, pregnancy, pregnant, grossesse, enceinte, schwangerschaft, schwanger, embarazo, embarazada,
		vaccinazioni, vaccini, vaccinations, impfungen, vacunas, note sanitarie, dati sanitari, note mediche, medical notes, health notes, health data`
	healthWeakPhrases = `diagnosi, diagnosis, diagnoses, diagnostic, diagnose, diagnostico, terapia, terapie, therapy, therapie, farmaci, farmaco, farmaci assunti, medicinali, medicine, medicines, medication, medications, current medication, medikamente, medicaments, medicamentos, medicament, medicamento, traitement, tratamiento, trattamento medico,
		sintomi, symptoms, symptome, symptomes, sintomas, esito visita, esito esame, referto, referti, prescrizione, prescription, ricetta medica, interventi chirurgici, surgery, surgeries`
	bankPhrases     = `conto corrente, numero conto corrente, numero conto, numero di conto, n conto, c c bancario, conto corrente bancario, conto bancario, conto bancario numero, bank account, bank account number, bank account no, checking account, savings account, bankverbindung, kontonummer, konto nr, kontonr, bankkonto, compte bancaire, numero de compte, numero de compte bancaire, cuenta bancaria, numero de cuenta, numero de cuenta bancaria, cuenta corriente, ccc`
	bankWeakPhrases = `account number, account no, acct no, acct number, accountnumber, account num, conto, konto, compte, cuenta`
	cvvPhrases      = `cvv, cvc, cid, csc, cvn, cav, codice di sicurezza, codice sicurezza, codice sicurezza carta, codice cvv, codice cvc, cvv code, cvc code, security code, card security code, card verification, card verification code, card verification value, verification value, cvv number,
		prufziffer, kartenprufnummer, kartenprufziffer, prufnummer, sicherheitscode, cryptogramme, cryptogramme visuel, code de securite, codigo de seguridad, codigo cvv`
)

// doubtfulWords and noHealthWords are explained where they are used.
const (
	doubtfulWords = `address addresses addr via street rue voie calle line residence recapito full name titulaire titolare member members account holder
	recipient person diagnosis diagnosi diagnose therapy terapia treatment symptoms sintomi medication`
	noHealthWords = `no none nil null na nd n neg negativo negativa nessuna nessuno niente nulla non not false falso nein keine keiner non aucune aucun neant ninguna ninguno ok assente assenti unknown sconosciuto
	undefined known nota noto note nota dichiarata dichiarato applicable applicabile disponibile available string text varchar null true 0 any boolean rilevata riferite riferita`
)
