package detect

// phraseList is the headers that stand for one kind, folded, comma-separated.
// Weak ones are those of things too (nome, mobile, carta): by themselves they
// don't say that a table is about people.
type phraseList struct {
	kind    Kind
	weak    bool
	phrases string
}

// headerPhrases are the headers in English, Italian, French, German and Spanish.
var headerPhrases = [...]phraseList{
	{Email, false, `email, e mail, mail, emails, e mails, email address, e mail address, mail address, email addresses, indirizzo email, indirizzo e mail,
		indirizzo mail, indirizzo di posta elettronica, indirizzo posta elettronica, posta elettronica, casella email, casella di posta, casella mail, pec, indirizzo pec, email pec,
		adresse email, adresse e mail, adresse mail, adresse electronique, courriel, adresse courriel, email adresse, e mail adresse, mailadresse, emailadresse,
		correo, correo electronico, direccion de correo, direccion de correo electronico, direccion email, direccion de email`},
	{Phone, false, `telefono, telefoni, tel, telefono cellulare, telefono fisso, telefono mobile, recapito telefonico, recapiti telefonici, cellulare, numero di telefono, numero telefono, numero telefonico,
		numero cellulare, numero di cellulare, whatsapp, fax, tel cell, tel fax, telefono fax, telefono cell, telefono e fax, cell tel,
		phone, phone number, phonenumber, phone no, telephone, telephone number, telephone no, mobile number, mobile phone, mobile phone number, mobile no, cell phone, cell number, cellphone, landline, contact number, fax number,
		telephone portable, telephone fixe, telephone mobile, numero de telephone, numero telephone, numero de portable, tel portable, tel fixe,
		telefon, telefonnummer, telefon nummer, rufnummer, handynummer, mobilnummer, mobiltelefon, festnetz, faxnummer, telefax, mobilfunknummer,
		telefono movil, telefono fijo, numero de movil, numero de telefono, numero movil, telf, tlf, tfno`},
	{Phone, true, `cell, cel, fisso, mobile, portable, fixe, handy, mobil, movil, fijo`},
	{Card, true, `carta, carta di credito, carta credito, carta di debito, numero carta, numero di carta, numero carta di credito, numero della carta, n carta, nr carta, carta numero, pan, bancomat, carta di pagamento, carta bancomat,
		card, card number, card no, cardnumber, creditcard, creditcardnumber, credit card, credit card number, credit card no, debit card, debit card number, payment card, cc number, cc num, ccnum, ccn, cc, card num, card pan,
		carte, carte bancaire, carte de credit, numero de carte, numero carte, numero de carte bancaire, carte bleue, cb,
		karte, kartennummer, kreditkarte, kreditkartennummer, kreditkarten nummer, karten nr, kreditkarten nr,
		tarjeta, tarjeta de credito, numero de tarjeta, numero tarjeta, tarjeta de debito, numero de tarjeta de credito`},
	{IBAN, false, `iban, codice iban, iban code, iban number, numero iban, numero de iban, iban nummer, coordinate bancarie, iban conto, conto iban, code iban, bank iban, conto corrente iban, iban conto corrente, cuenta iban, compte iban, codigo iban`},
	{FiscalCode, false, `codice fiscale, cod fiscale, cod fisc, codice fisc, cf, c f, codicefiscale, codfiscale, codfisc, c fiscale, fiscal code, italian fiscal code, italian tax code, tax code, taxcode, fiscalcode, cod fiscale p iva, cf p iva, cf piva, codice fiscale partita iva, c f p iva`},
	{VAT, false, `partita iva, p iva, piva, partitaiva, part iva, numero partita iva, numero iva, codice iva, vat, vat number, vat no, vat id, vat code, vatnumber, vatid, vat registration number, vat reg no, piva cf, p iva cf, p iva c f, partita iva codice fiscale,
		numero de tva, numero tva, tva intracommunautaire, ust id, ust id nr, ustidnr, ust idnr, umsatzsteuer id, nif iva, numero de iva`},
	{IdentityCard, false, `carta d identita, carta identita, carta di identita, numero carta d identita, numero carta identita, n carta d identita, n carta identita, carta identita elettronica, carta d identita elettronica, cie, numero cie,
		documento d identita, documento identita, documento di identita, numero documento d identita, numero documento di identita, numero documento identita, doc identita, estremi documento, estremi documento d identita, estremi documento identita,
		identity card, identity card number, identity card no, id card, id card number, id card no, national id card, carte d identite, carte identite, carte nationale d identite, numero carte d identite, cni, numero cni,
		personalausweis, personalausweisnummer, personalausweis nr, ausweisnummer, ausweis nr, documento de identidad, numero de documento de identidad, tarjeta de identidad`},
	{SSN, false, `ssn, social security number, social security no, social security nr, social security, soc sec number, soc sec no, soc sec, ss number, us ssn, ssn number, socialsecuritynumber`},
	{NINO, false, `nino, ni number, ni no, ni num, ni nr, nino number, national insurance number, national insurance no, national insurance, nat ins no, nat ins number, national insurance nr, ninumber`},
	{NHS, false, `nhs, nhs number, nhs no, nhs num, nhs nr, nhs id, nhsnumber, nhsno, chi nhs number`},
	{NIF, false, `nif, dni, dni nif, nif dni, nif nie, nie nif, dni nie, nif dni nie, dni nif nie, numero de dni, numero dni, dni numero, numero de nif, numero nif, documento nacional de identidad, nif cif, cif nif, dni cif, nif cliente, dni cliente, nif del cliente, dni del cliente`},
	{NIE, false, `nie, numero de nie, numero nie, nie numero, numero de identidad de extranjero, numero de identificacion de extranjero, numero identidad extranjero`},
	{NIR, false, `nir, numero de securite sociale, numero securite sociale, n de securite sociale, n securite sociale, no securite sociale, no de securite sociale, securite sociale, numero secu, numero de secu, n secu, n de secu, no secu, secu, num secu, numero ss, n ss, no ss, nss,
		numero d inscription au repertoire, numero nir, numero insee, n insee, numero de ss, french social security number, assure social`},
	{TaxID, false, `steuer id, steuerid, steuer id nr, steuer idnr, steueridnr, steuer id nummer, steueridentifikationsnummer, steuer identifikationsnummer, steuerliche identifikationsnummer, steuerliche idnr, steuerliche id, idnr, identifikationsnummer steuer, german tax id, tax id de, steuer identifikations nr`},
	{PESEL, false, `pesel, numer pesel, nr pesel, pesel nr, pesel number, numery pesel`},
	{Passport, false, `passport, passport number, passport no, passport nr, passport num, passportnumber, passportno, passports, passport id, passaporto, numero passaporto, numero di passaporto, n passaporto, nr passaporto, passaporto numero, passaporto n,
		passeport, numero de passeport, numero passeport, n passeport, passeport numero, reisepass, reisepassnummer, reisepass nr, reisepass nummer, passnummer, pass nr, pass nummer, pasaporte, numero de pasaporte, numero pasaporte, n pasaporte, paszport, numer paszportu, nr paszportu`},
	{Name, false, `cognome, cognomi, cognome e nome, cognome nome, nome cognome, nome e cognome, nominativo, nominativi, nome completo, intestatario, nome cliente, nome del cliente, nome contatto, nome referente, nome paziente, nome dipendente, nome proprio, nome di battesimo,
		intestatario carta, nome intestatario, nome titolare, intestatario conto, nome destinatario, nome utente completo,
		surname, last name, lastname, first name, firstname, middle name, full name, fullname, family name, given name, forename, maiden name, customer name, customername, client name, contact name, contactname, patient name, employee name, person name, cardholder, cardholder name, card holder, card holder name, account holder, name surname, name and surname, first and last name, guest name, student name, member name, recipient name,
		prenom, prenoms, nom de famille, nom prenom, nom et prenom, prenom nom, prenom et nom, nom complet, nom du client, nom client, nom du contact, titulaire,
		nachname, vorname, familienname, vor und nachname, vorname nachname, nachname vorname, vollstandiger name, kundenname, name des kunden, name vorname, karteninhaber, kontoinhaber, ansprechpartner,
		apellido, apellidos, nombre y apellidos, nombre apellidos, nombre completo, apellidos y nombre, nombre del cliente, nombre cliente, primer apellido, segundo apellido, nombre de pila`},
	{Name, true, `cliente, clienti, customer, customers, client, clients, kunde, kunden, paziente, pazienti, patient, patients, dipendente, dipendenti, employee, employees, ospite, ospiti, guest, guests, socio, soci, nome, nomi, name, names, nom, nombre, contatto, contact, kontakt, contacto, referente, destinatario, recipient, titolare, member, persona, person, personne`},
	{Address, false, `indirizzo, indirizzi, indirizzo completo, indirizzo di residenza, indirizzo residenza, indirizzo di spedizione, indirizzo spedizione, indirizzo di fatturazione, indirizzo fatturazione, indirizzo di consegna, indirizzo consegna, indirizzo postale, residenza, domicilio, via, via e numero, via e numero civico, via civico, via piazza, recapito, indirizzo cliente, luogo di residenza,
		address, addresses, address line, street, street address, home address, postal address, postal addr, mailing address, shipping address, billing address, delivery address, residential address, residence, full address, street name, street and number, addr, home addr,
		adresse, adresse postale, adresse de livraison, adresse de facturation, adresse complete, adresse du client, rue, domicile, adresse domicile, voie,
		anschrift, strasse, strasse und hausnummer, strasse hausnummer, strasse nr, lieferadresse, rechnungsadresse, wohnadresse, postanschrift, wohnanschrift, postadresse, lieferanschrift, rechnungsanschrift,
		direccion, direccion postal, direccion completa, direccion de envio, direccion de facturacion, direccion de entrega, calle, calle y numero, direccion del cliente, domicilio fiscal`},
	{BirthDate, false, `data di nascita, data nascita, nascita, nato il, nata il, nato a il, d nascita, dt nascita, datanascita, data nasc, compleanno, nato, nata,
		date of birth, birth date, birthdate, birthday, dob, born, born on, d o b, birth day,
		date de naissance, date naissance, naissance, ne le, nee le, ne e le, anniversaire,
		geburtsdatum, geburtstag, geb datum, geboren, geboren am, geb, geburt,
		fecha de nacimiento, fecha nacimiento, nacimiento, fnac, f nacimiento, nacido el, cumpleanos, fecha nac`},
	{Password, false, passwordPhrases},
	{Secret, true, secretPhrases},
	{IPAddress, false, ipPhrases},
	{CardCode, false, cvvPhrases},
	{Health, false, healthPhrases},
	{Health, true, healthWeakPhrases},
	{BankAccount, false, bankPhrases},
	{BankAccount, true, bankWeakPhrases},
}

// fillerWords stand before or behind the word that says the kind.
const fillerWords = `
	di de del della dello dei degli delle da dal il la lo le i gli l un una the of a an for du des les der die das des vom el los las y e et und and o or ou oder
	n nr no num numero number nummer cliente clienti customer customers client clients kunde kunden contatto contact contacts contacto kontakt fornitore fornitori supplier vendor fournisseur lieferant proveedor
	casa ufficio lavoro abitazione personale privato aziendale principale secondario secondaria alternativo altro altra home work office personal private business primary secondary main other alternate alternative
	fatturazione spedizione consegna residenza domicilio billing shipping delivery invoice maison bureau travail prive principal privat geschaftlich dienst arbeit haupt trabajo oficina
	paziente dipendente studente socio tesserato referente titolare destinatario mittente genitore padre madre tutore figlio patient employee student member guest ospite recipient sender parent
	primo secondo first second last new nuovo vecchio old current attuale
	obbligatorio facoltativo required optional opzionale`

// vocabularyWords are the further words of headers that may be shown: nothing in
// them is anybody's name. A word is added here only if it can't be one.
const vocabularyWords = `
	id codice cod code key chiave tipo type typ tipologia stato status state categoria category kategorie categorie categoria gruppo group gruppe groupe grupo classe class
	data date datum fecha ora time heure zeit hora giorno day jour tag dia mese month mois monat mes anno year annee jahr ano scadenza expiry expiration creazione created creato modifica modified modificato updated aggiornato aggiornamento inizio start fine end registrazione registration iscrizione
	nota note notes noten notas nota commento commenti comment comments commentaire bemerkung bemerkungen observaciones osservazioni descrizione description beschreibung descripcion dettaglio dettagli detail details testo text messaggio message oggetto subject titolo title titre titel titulo
	prezzo price prix preis precio importo amount montant betrag importe totale total totaux gesamt subtotale subtotal imponibile imposta tax taxes taxe steuer impuesto sconto discount remise rabatt descuento costo cost cout kosten valore value valeur wert valor valuta currency devise wahrung moneda euro eur usd saldo balance
	quantita quantity qty qta quantite menge cantidad pezzi pieces unita unit units unite einheit unidad peso weight poids gewicht misura size taille grosse talla colore color colour couleur farbe
	prodotto prodotti product products produit produkt producto articolo articoli article articles artikel articulo item items sku ean barcode isbn upc marca brand marque marke modello model modele modell modelo magazzino stock giacenza scorta inventario inventory
	ordine ordini order orders commande bestellung pedido fattura fatture invoices facture rechnung factura ricevuta receipt recu quittung recibo ddt documento documenti document documents dokument protocollo pratica riferimento reference ref rif
	pagamento payment paiement zahlung pago metodo method methode modalita banca bank banque banco conto account compte konto cuenta corrente current bic swift abi cab cin causale bonifico transfer rata rate
	citta city ville stadt ciudad comune paese country pays land pais nazione nation provincia province prov regione region cap zip postcode postal codice plz cp localita place lieu ort lugar luogo frazione civico hausnummer piazza quartiere zona zone stato nazionalita nationality nationalite cittadinanza
	azienda company firma entreprise unternehmen empresa societa ragione sociale organizzazione organization organisation ditta negozio shop store geschaft boutique tienda reparto department settore sector sede filiale branch
	utente user username login account password passwort clave pin token nickname profilo profile ruolo role
	sesso sex gender genere geschlecht sexo eta age alter edad stato civile professione profession beruf profesion occupazione occupation lavoro job qualifica titolo
	sito site web website url link pagina ip indirizzo mac host server dispositivo device versione version
	attivo active actif aktiv activo abilitato enabled disabilitato disabled valido valid consenso consent newsletter marketing privacy accettato accepted iscritto subscribed
	fedelta loyalty tessera punti points livello level
	livraison envio entrega consegnato delivered spedito shipped corriere courier carrier vettore tracking
	cvv cvc scad exp mese anno medico doctor diagnosi diagnosis terapia allergie allergies gruppo sanguigno blood farmaco visita visit appuntamento appointment prenotazione booking reservation
	dal al dalle alle con senza per in su e or si no ok row riga line linea colonna column file nome allegato attachment immagine image foto photo
	nato nata nascita birth luogo naissance geburt nacimiento rilascio rilasciato carta identita patente passaporto passport permesso soggiorno
	banca filiale agenzia agency agente agent venditore seller operatore operator responsabile manager
	valutazione rating voto vote punteggio score recensione review risposta answer domanda question
	lingua language langue sprache idioma fuso orario canale channel origine source fonte sorgente
	elettronica elettronico posta pec sdi univoco destinatario legale fiscale fiscal iva tva mwst aliquota codici numeri indirizzi telefoni lista elenco list anagrafica registro archivio contatti persone people famiglia family`

// personWords are weak headers that speak of people, unless a VAT number stands
// beside them: then they are firms.
var personWords = parseVocabulary(nil, `cliente clienti customer customers client clients kunde kunden paziente pazienti patient patients
	dipendente dipendenti employee employees ospite ospiti guest guests socio soci`)

// goodsSpanish is a word for goods that stands in contextWords too.
const goodsSpanish = "producto"
