package detect

import "strings"

var nameTable = table{
	kind: Name,
	must: join(
		under("Nome", "Mario Rossi", "Mario", "Niccolò", "Anna-Maria", "O'Neil", "ROSSI", "李小龍", "Li"), under("Cognome", "Rossi"), under("Nome e cognome", "Mario Rossi"), under("nome_cognome", "Mario Rossi"), under("Full Name", "Mario Rossi"),
		under("lastName", "Rossi"), under("Customer name", "Mario Rossi"), under("Prénom", "Anne"), under("Nachname", "Müller"), under("Apellidos", "García López"), under("Cliente", "Mario Rossi"), under("NOME 1", "Mario"), under("name", "Mario Rossi"),
	),
	mustNot: join(
		in("Mario Rossi", "Il signor Mario Rossi"), under("Nome", "M", "12345", "A1B2C3D4", "mario@example.com", "null", "N/A", "-", "", strings.Repeat("Mario ", 20)),
		under("Nome prodotto", "Sedia"), under("Product name", "Chair"), under("File name", "chair"), under("filename", "chair"), under("Username", "mario"), under("User name", "mario"), under("Nome utente", "mario"), under("Ragione sociale", "Rossi"),
		under("Company name", "Rossi"), under("Note", "Mario Rossi"), under("Nome file", "Sedia"), under("Nome articolo", "Sedia"), under("Città", "Roma"), under("hostname", "mario"), under("Domain name", "mario"),
	),
}

var addressTable = table{
	kind: Address,
	must: join(
		under("Indirizzo", "Via Roma 1", "Piazza Duomo", "via G. Verdi, 12/b - 20100 Milano"), under("Address", "1 High Street"), under("Via", "Roma 12"), under("Shipping address", "1 High Street"), under("Home_Address_1", "1 High Street"),
		under("Adresse", "3 rue de Paris"), under("Anschrift", "Hauptstraße 5"), under("Dirección", "Calle Mayor 1"), under("indirizzoSpedizione", "Via Roma 1"), under("Straße", "Hauptstraße 5"),
	),
	mustNot: join(
		in("Via Roma 1"), under("Indirizzo", "12", "mario@example.com", "https://example.com/a", "www.example.com", "n.d.", "null"), under("Indirizzo email", "Via Roma 1"), under("Email address", "Via Roma 1"), under("IP address", "fe80::abcd"),
		under("MAC address", "aa:bb:cc:dd"), under("Indirizzo web", "example.com"), under("Indirizzo IP", "server uno"), under("Città", "Via Roma 1"), under("Web address", "example.com"),
	),
}

var birthTable = table{
	kind: BirthDate,
	must: join(
		under("Nato il", "12 marzo 1984", "2 nov 71", "5-mar-1990", "12 MAGGIO 1984", "March 12, 1984", "12 août 1984", "3. März 1984"),
		under("Data di nascita", "31/12/1980", "1980-12-31", "31.12.80", "31-12-1980", "1/2/1980", "1980-12-31T00:00:00Z", "1980-12-31 00:00:00", "31/12/1980 00:00", "19801231", "12/31/1980"), under("DOB", "1980-12-31"), under("dataNascita", "31/12/1980"),
		under("Date of birth", "31/12/1980"), under("Date de naissance", "31/12/1980"), under("Geburtsdatum", "31.12.1980"), under("Fecha de nacimiento", "31/12/1980"), under("birth_date", "1980-12-31"),
		in("nato il 31/12/1980", "nata a Torino il 12.3.1984", "Nato a San Donà di Piave il 12-03-1984", "born on 31/12/1980", "geboren am 31.12.1980", "née le 31/12/1980", "nacida el 31/12/1980"),
	),
	mustNot: join(
		under("Nato il", "12 1984", "marzo", "12 marzo", "in marzo 1984", "12 marzo 1984 alle 10", "40 marzo 1984", "12 marzo 2084"),
		in("31/12/1980", "consegnato il 31/12/1980", "nato il 31/13/1980x"), under("Data di nascita", "31/13/1980x", "32/12/1980", "31/12/1780", "31/12/2090", "Roma", "1980", "31/12", "31/12-1980", "00/00/0000", "2026", "12345678", "31/12/198", "12:30:45"),
		under("Data", "31/12/1980"), under("Data ordine", "31/12/1980"), under("Luogo di nascita", "31/12/1980"), under("Created", "1980-12-31"), under("Scadenza", "31/12/1980"),
	),
}
