package main

import (
	"custode/internal/i18n"
	"custode/training/question"
)

// askedOne is a question of the tests, and the order in which its options are shown.
type askedOne struct {
	q     question.Question
	shown []string
}

func both(en, it string) i18n.Text { return i18n.Text{EN: en, IT: it} }

// asked are the questions that the tests ask: one of each type, one that is genuine, one in
// wide and right-to-left scripts, and one that wants to play tricks on the terminal.
func askedQuestions() map[string]askedOne {
	return map[string]askedOne{
		"single": {question.Question{
			ID: "devices-tablet", Topic: "devices", Type: question.Single, Sources: []string{"NCSC-SBG", "FTC-BASICS"},
			Text: both("You are at the salon's counter, with the bookings open on the tablet. You have to mix a colour in the back room. What do you do with the tablet?",
				"Sei al banco del salone, con gli appuntamenti aperti sul tablet. Devi andare nel retro a preparare un colore. Che cosa fai con il tablet?"),
			Options: []question.Option{
				{ID: "a", Text: both("Turn it over, so that nobody sees the screen.", "Lo giri, così nessuno vede lo schermo."), Why: both("One hand is enough to turn it back, and all the bookings are open.", "Basta una mano per rigirarlo, e gli appuntamenti sono tutti aperti.")},
				{ID: "b", Right: true, Text: both("Lock the screen before you go.", "Blocchi lo schermo e poi vai.")},
				{ID: "c", Text: both("Ask the customer in the first chair to keep an eye on it.", "Chiedi a chi è seduto più vicino di darci un'occhiata."), Why: both("Customers mean well, but they look at their phones too, and they could read the names themselves.", "Chi aspetta lo fa volentieri, ma guarda anche il suo telefono, e potrebbe leggere i nomi.")},
				{ID: "d", Text: both("Leave it as it is: you will be back in two minutes.", "Lo lasci così: tra due minuti torni."), Why: both("Two minutes often become ten.", "Due minuti diventano spesso dieci.")},
			},
			Explain: both("Walk away, lock it: each time, even for a minute. A locked screen stops curious eyes.", "Se ti allontani, blocca: ogni volta, anche per un minuto. Lo schermo bloccato ferma i curiosi."),
		}, []string{"c", "b", "d", "a"}},
		"multiple": {question.Question{
			ID: "devices-fair", Topic: "devices", Type: question.Multiple, Sources: []string{"EDPB-01-2021:case 10"},
			Text: both("You take the laptop to a trade fair. It could be stolen there. What protects the customers' data in that case?", "Porti il portatile in fiera. Lì potrebbero rubarlo. In quel caso che cosa protegge i dati dei clienti?"),
			Options: []question.Option{
				{ID: "a", Right: true, Text: both("The disk is encrypted.", "Il disco è cifrato.")},
				{ID: "b", Text: both("The customer files are in a hidden folder.", "I file dei clienti sono in una cartella nascosta."), Why: both("A hidden folder is seen in a minute, with one setting.", "Una cartella nascosta si trova in un minuto, con un'impostazione.")},
				{ID: "c", Right: true, Text: both("Only the files for the fair are on it.", "Ci sono solo i file che servono in fiera.")},
				{ID: "d", Text: both("A sticker says whose it is.", "Un adesivo dice di chi è."), Why: both("A thief reads the sticker and then the files.", "Un ladro legge l'adesivo e poi i file.")},
				{ID: "e", Right: true, Text: both("It locks by itself, and opens with a strong password.", "Si blocca da solo e si apre con una password robusta.")},
			},
			Explain: both("Encryption and a locked screen keep a thief out. And what is not on the laptop cannot be lost with it.", "Cifratura e blocco dello schermo tengono fuori il ladro. E ciò che non è sul portatile non si perde con lui."),
		}, []string{"b", "e", "a", "d", "c"}},
		"true-false": {question.Question{
			ID: "devices-updates", Topic: "devices", Type: question.TrueFalse, Sources: []string{"NCSC-DEVICE"},
			Text:    both("The old tablet gets no more updates, but it still works well. So it can go on holding the bookings.", "Il vecchio tablet non riceve più aggiornamenti, ma funziona bene. Quindi può ancora contenere gli appuntamenti."),
			Explain: both("Without updates, each new hole stays open for ever. Tell the owner.", "Senza aggiornamenti ogni nuova falla resta aperta per sempre. Parlane con il titolare."),
		}, nil},
		"order": {question.Question{
			ID: "devices-stolen", Topic: "devices", Type: question.Order, Sources: []string{"ICO-72H"},
			Text: both("The shop's tablet was stolen at the market. Put these steps in order.", "Al mercato hanno rubato il tablet del negozio. Metti in ordine questi passi."),
			Steps: []question.Step{
				{ID: "a", Text: both("Tell the owner, who has the log-in for lost devices.", "Avvisa il titolare, che ha l'accesso al servizio per i dispositivi smarriti.")},
				{ID: "b", Text: both("From another device, lock the tablet.", "Da un altro dispositivo blocca il tablet.")},
				{ID: "c", Text: both("Send it the order to erase itself.", "Invia l'ordine di cancellare tutto.")},
				{ID: "d", Text: both("Only then remove the tablet from the account.", "Solo allora togli il tablet dall'account.")},
			},
			Explain: both("Tell, lock, erase, remove. A tablet that was removed too early can no longer be erased from afar.", "Avvisa, blocca, cancella, togli. Un tablet tolto troppo presto non si può più cancellare a distanza."),
		}, []string{"c", "a", "d", "b"}},
		"spot":    {spotQuestion(), nil},
		"genuine": {genuineQuestion(), nil},
		"scripts": {question.Question{
			ID: "own-scripts", Topic: "own", Type: question.Single,
			Text: both("报警名单放在哪里？店里的每个人都应该知道，因为在紧急情况下没有时间去找。 👩‍🍳❤️🇮🇹", "报警名单放在哪里？店里的每个人都应该知道，因为在紧急情况下没有时间去找。 👩‍🍳❤️🇮🇹"),
			Options: []question.Option{
				{ID: "a", Right: true, Text: both("在收银台下面的红色文件夹里，和钥匙放在一起，晚上锁起来，只有店主和副手有钥匙。", "在收银台下面的红色文件夹里，和钥匙放在一起，晚上锁起来，只有店主和副手有钥匙。")},
				{ID: "b", Text: both("في الدرج الأول تحت الطاولة بجانب الهاتف القديم", "في الدرج الأول تحت الطاولة بجانب الهاتف القديم"), Why: both("हर किसी के पास चाबी नहीं है।", "हर किसी के पास चाबी नहीं है।")},
				{ID: "c", Text: both("https://intranet.example.com/a/very/long/path/that/has/no/blank/in/it?at=all&on=forty&columns=wide", "https://intranet.example.com/a/very/long/path/that/has/no/blank/in/it?at=all&on=forty&columns=wide"), Why: both("No.", "No.")},
			},
			Explain: both("红色文件夹。", "红色文件夹。"),
		}, []string{"b", "a", "c"}},
		"tricks": {question.Question{
			ID: "own-tricks", Topic: "own\x1b[2J", Type: question.Single,
			Text: both("One\nTwo\tthree \x1b[2J\x1b[H\x07\u202egone\u2028 \xff", "x"),
			Options: []question.Option{
				{ID: "a", Right: true, Text: both("first\r\nsecond \x1b]0;title\x07", "x")},
				{ID: "b", Text: both("\u009b31mred", "x"), Why: both("\x1b[31m", "x")},
			},
			Explain: both("\x1b[1A", "x"),
		}, nil},
	}
}

func spotQuestion() question.Question {
	return question.Question{
		ID: "phishing-blocked", Topic: "phishing", Type: question.Spot, Sources: []string{"NCSC-PHISH"},
		Text: both("This mail arrives on Monday. Genuine or a fraud?", "Questa e-mail arriva lunedì. Vero o truffa?"),
		Scene: &question.Scene{Kind: question.Mail, Parts: []question.Part{
			{ID: "from", Kind: question.From, Text: both("Lindenbank", "Lindenbank"), Target: "service@lindenbank-secure.test", Clue: both("The bank writes from lindenbank.example; this is somebody else's address.", "La banca scrive da lindenbank.example; questo è l'indirizzo di qualcun altro.")},
			{ID: "subject", Kind: question.Subject, Text: both("Your business account: please confirm", "Il tuo conto aziendale: conferma")},
			{ID: "hello", Kind: question.Body, Text: both("Good morning,", "Buongiorno,"), Fine: both("No name in the greeting proves nothing: many real mails have none.", "Un saluto senza nome non prova nulla: molte e-mail vere non lo hanno.")},
			{ID: "hurry", Kind: question.Body, Text: both("we have seen three payments that look odd. If you do not confirm within two hours, your account will be closed.", "abbiamo visto tre pagamenti insoliti. Se non confermi entro due ore, il conto verrà chiuso."), Clue: both("A bank does not close an account within two hours. The hurry keeps you from thinking.", "Una banca non chiude un conto in due ore. La fretta serve a non farti pensare.")},
			{ID: "link", Kind: question.Link, Text: both("Confirm now", "Conferma ora"), Target: "https://lindenbank.example.badhost.test/login", Clue: both("Read from the right: the link leads to badhost.test.", "Leggi da destra: il link porta a badhost.test.")},
			{ID: "thanks", Kind: question.Body, Text: both("Thank you for your trust.", "Grazie per la fiducia.")},
		}},
		Explain: both("Delete it after you reported it. To look at the account, type the bank's address yourself.", "Segnalala e poi cancellala. Per guardare il conto scrivi tu l'indirizzo della banca."),
	}
}

func genuineQuestion() question.Question {
	return question.Question{
		ID: "devices-till", Topic: "devices", Type: question.Spot, Sources: []string{"NCSC-DEVICE"},
		Text: both("After closing you open the till's settings yourself, and choose Updates. You see this. Genuine or a fraud?", "Dopo la chiusura apri tu le impostazioni della cassa e scegli Aggiornamenti. Vedi questo. Vero o truffa?"),
		Scene: &question.Scene{Kind: question.Screen, Genuine: true, Parts: []question.Part{
			{ID: "title", Kind: question.Subject, Text: both("One security update is ready", "È pronto un aggiornamento di sicurezza")},
			{ID: "what", Kind: question.Body, Text: both("It closes three holes that attackers use. Install it soon.", "Chiude tre falle che vengono sfruttate. Installalo presto."), Fine: both("It sounds like pressure, but there is no threat and no clock.", "Sembra fretta, ma non c'è minaccia né conto alla rovescia.")},
			{ID: "time", Kind: question.Body, Text: both("The till restarts, and cannot be used for about 20 minutes.", "La cassa si riavvia e per circa 20 minuti non si può usare.")},
			{ID: "now", Kind: question.Button, Text: both("Restart now", "Riavvia ora")},
		}},
		Explain: both("You opened the settings yourself, and nobody asks for a password, money or a call.", "Le impostazioni le hai aperte tu, e nessuno chiede password, soldi o telefonate."),
	}
}
