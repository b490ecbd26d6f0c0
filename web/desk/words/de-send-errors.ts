/**
 * Why a message did not go out, by the router's code, since the router speaks English alone. It is short where providers differ: what
 * the provider said is looked up by its own code, which stands behind.
 */
export const sendErrors = {
  "account-deleted": "Der Kunde hat sein Konto dort gelöscht. Schreiben Sie über einen anderen Kanal.",
  "account-restricted":
    "Der Anbieter hat unser Konto eingeschränkt. Die Administration muss sich beim Anbieter darum kümmern.",
  "account-suspended":
    "Unser Konto beim Anbieter ist gesperrt. Die Administration muss sich beim Anbieter darum kümmern.",
  blocked: "Der Kunde oder sein Netz lässt unsere Nachrichten nicht durch. Schreiben Sie über einen anderen Kanal.",
  "carrier-limited":
    "Die Netze nehmen von dieser Nummer zurzeit nichts mehr an. Senden Sie es in einigen Stunden erneut.",
  complaint: "Das Mailprogramm des Kunden hat die Mail als Spam gemeldet. Schreiben Sie dorthin nur noch auf Wunsch.",
  credentials: "Der Anbieter nimmt unsere Zugangsdaten nicht an. Die Administration muss sie erneuern.",
  "daily-limit": "Unser Konto hat für heute alles gesendet, was es darf. Senden Sie es morgen erneut.",
  "earlier-part-failed": "Ein früherer Teil dieser Antwort ging nicht hinaus, deshalb wurde der Rest zurückgehalten.",
  empty: "Die Nachricht hat keinen Text.",
  expired: "Sie wartete zu lange beim Anbieter und wurde aufgegeben. Senden Sie sie erneut.",
  "file-erased": "Eine Datei der Mail wurde gelöscht, bevor sie hinausging. Senden Sie sie neu.",
  "file-not-fetched": "Der Anbieter konnte die Datei nicht bei uns abholen. Senden Sie sie in einigen Minuten erneut.",
  "file-not-taken": "Der Anbieter nimmt eine Datei dieser Art nicht an. Senden Sie eine andere oder nur den Text.",
  "file-refused": "Der Anbieter nahm die Datei nicht an. Prüfen Sie Art und Größe, und senden Sie sie erneut.",
  "file-too-large": "Die Dateien sind größer, als der Anbieter annimmt. Senden Sie kleinere oder weniger auf einmal.",
  "files-not-read": "Die Dateien konnten nicht gelesen werden. Es wird von selbst noch einmal versucht.",
  filtered: "Ein Netz hat den Text als Spam ausgesondert. Schreiben Sie ihn anders und ohne Links.",
  "in-other-hands": "Eine andere Anwendung führt dort gerade dieses Gespräch. Versuchen Sie es später erneut.",
  "invalid-address":
    "Unter dieser Adresse ist niemand zu erreichen. Klären Sie sie mit dem Kunden, oder schreiben Sie über einen anderen Kanal.",
  "kept-away": "Etwas auf dem Weg zum Anbieter hat die Nachricht abgewiesen. Die Administration muss nachsehen.",
  landline:
    "Die Nummer ist ein Festnetzanschluss oder nimmt keine Texte an. Rufen Sie an, oder schreiben Sie über einen anderen Kanal.",
  maintenance: "Unser Konto beim Anbieter wird gerade gewartet.",
  malware: "In der Mail wurde Schadsoftware gefunden, deshalb ging sie nicht hinaus.",
  "marketing-stopped":
    "Der Kunde hat unsere Werbung dort abbestellt. Senden Sie eine Vorlage, die keine ist, oder antworten Sie, nachdem er geschrieben hat.",
  "no-account": "Für diesen Posteingang sind keine Zugangsdaten hinterlegt. Die Administration muss sie eintragen.",
  "no-answer": "Der Anbieter hat nicht gesagt, ob er die Nachricht angenommen hat.",
  "no-private-chat": "Dort ist eine Gruppe. Schreiben Sie dem Kunden allein.",
  "no-route": "Von unserer Nummer führt kein Weg zu dieser. Schreiben Sie über einen anderen Kanal.",
  "not-delivered":
    "Die Nachricht konnte nicht zugestellt werden. Versuchen Sie es noch einmal oder über einen anderen Kanal.",
  "not-on-channel":
    "Unter dieser Nummer gibt es den Kanal nicht, oder nur in einer zu alten Fassung. Schreiben Sie über einen anderen Kanal.",
  "not-on-test-list":
    "Unsere Nummer ist eine Testnummer, und der Kunde steht nicht auf ihrer Liste. Die Administration muss ihn eintragen.",
  "not-permitted":
    "Der Anbieter erlaubt uns nicht, von hier zu senden. Die Administration muss die Rechte dort prüfen.",
  "not-reached": "Der Anbieter war nicht zu erreichen.",
  "not-taken": "Der Anbieter nimmt eine Nachricht dieser Art dort nicht an.",
  "opted-out":
    "Der Kunde hat diesem Absender STOP geschrieben. Er muss erst START schreiben, bevor ihm wieder geschrieben werden kann.",
  "own-address": "Die Adresse des Kunden ist unsere eigene.",
  "queue-full": "Beim Anbieter warteten zu viele Nachrichten. Senden Sie es in einigen Minuten erneut.",
  "rate-limited":
    "Der Anbieter nimmt von dieser Nummer zurzeit nichts mehr an. Senden Sie es in einigen Stunden erneut.",
  refused:
    "Der Anbieter hat die Nachricht abgelehnt. Die Administration muss nachsehen, bevor sie erneut gesendet wird.",
  "region-not-allowed":
    "Nachrichten in dieses Land sind beim Anbieter abgeschaltet. Die Administration kann sie dort erlauben.",
  rejected:
    "Die Mail wurde abgelehnt: Eine Adresse ist nicht bestätigt, oder der Inhalt ist nicht erlaubt. Die Administration muss den Posteingang prüfen.",
  "rejected-content":
    "Der Anbieter nimmt diesen Inhalt nicht an. Schreiben Sie ihn anders, oder senden Sie eine andere Datei.",
  "spam-limit":
    "Der Anbieter bremst unsere Nummer, weil Kunden sie gemeldet haben. Die Administration muss ihre Bewertung dort prüfen.",
  suppressed:
    "An diese Adresse wird nicht gesendet, weil Mails früher zurückkamen. Prüfen Sie sie, oder schreiben Sie über einen anderen Kanal.",
  "template-not-taken":
    "Die Vorlage oder ihr Inhalt ist nicht so, wie sie genehmigt wurde. Die Administration muss sie beim Anbieter prüfen.",
  "template-refused": "Der Anbieter nimmt die Vorlage so nicht an. Die Administration muss sie dort prüfen.",
  throttled: "Der Anbieter nimmt im Augenblick nichts mehr an.",
  "too-long": "Der Text ist länger, als der Anbieter annimmt. Senden Sie ihn in Teilen.",
  "too-many-at-once": "Zu viele Nachrichten gingen auf einmal an diesen Kunden. Senden Sie es erneut.",
  "too-many-late-answers":
    "Der Anbieter findet unsere späten Antworten an diesen Kunden lästig. Warten Sie, bis er wieder schreibt.",
  "trial-account":
    "Unser Konto ist ein Testkonto und schreibt nur an eingetragene Personen. Die Administration muss es umstellen.",
  unavailable:
    "Der Kunde erhält zurzeit nichts von uns, vielleicht hat er uns blockiert. Schreiben Sie über einen anderen Kanal.",
  "unknown-address": "Der Anbieter kennt dort niemanden. Schreiben Sie über einen anderen Kanal.",
  "unknown-chat": "Der Kunde hat uns dort noch nie geschrieben oder den Chat gelöscht. Er muss zuerst schreiben.",
  "unknown-number": "Die Nummer gibt es nicht, oder sie ist außer Betrieb. Klären Sie sie mit dem Kunden.",
  unreachable: "Unter dieser Nummer kam nichts an. Versuchen Sie es später oder über einen anderen Kanal.",
  "unregistered-sender":
    "Die Netze sperren unsere Nummer, weil sie nicht angemeldet ist. Die Administration muss die Anmeldung abschließen.",
  "unusable-sender":
    "Von diesem Posteingang kann nicht gesendet werden. Die Administration muss ihn beim Anbieter prüfen.",
  "unverified-sender":
    "Von diesem Posteingang wird nicht gesendet, solange seine Domain nicht bestätigt ist. Die Administration muss das tun.",
  "window-closed":
    "Der Kunde hat zu lange nicht geschrieben. Senden Sie eine Vorlage, schreiben Sie über einen anderen Kanal, oder warten Sie, bis er schreibt.",
  withheld: "Der Anbieter hat diese Nachricht dem Kunden nicht zugestellt. Schreiben Sie über einen anderen Kanal.",
};
