import type { Language } from "./dictionary.ts";
import { refusalText } from "./refusals.ts";
import type { Words } from "./words.tsx";

/*
 * Why a message did not go out, by the router's code, in the languages that the router does not speak itself. It is short where
 * providers differ: what the provider said is looked up by its own code, which stands behind.
 */

type Foreign = Exclude<Language, "en">;

export const sendErrors: Record<string, Record<Foreign, string>> = {
  "account-deleted": {
    de: "Der Kunde hat sein Konto dort gelöscht. Schreiben Sie über einen anderen Kanal.",
    zh: "客户已删除其账号。请通过其他渠道联系。",
  },
  "account-restricted": {
    de: "Der Anbieter hat unser Konto eingeschränkt. Die Administration muss sich beim Anbieter darum kümmern.",
    zh: "服务商限制了我们的账号。请管理员到服务商处处理。",
  },
  "account-suspended": {
    de: "Unser Konto beim Anbieter ist gesperrt. Die Administration muss sich beim Anbieter darum kümmern.",
    zh: "我们在服务商的账号已被停用。请管理员到服务商处处理。",
  },
  blocked: {
    de: "Der Kunde oder sein Netz lässt unsere Nachrichten nicht durch. Schreiben Sie über einen anderen Kanal.",
    zh: "客户或其运营商拦截了我们的消息。请通过其他渠道联系。",
  },
  "carrier-limited": {
    de: "Die Netze nehmen von dieser Nummer zurzeit nichts mehr an. Senden Sie es in einigen Stunden erneut.",
    zh: "运营商暂时不再接收此号码的短信。请几小时后重新发送。",
  },
  complaint: {
    de: "Das Mailprogramm des Kunden hat die Mail als Spam gemeldet. Schreiben Sie dorthin nur noch auf Wunsch.",
    zh: "客户的邮件程序将此邮件举报为垃圾邮件。除非客户要求，请勿再写信到此地址。",
  },
  credentials: {
    de: "Der Anbieter nimmt unsere Zugangsdaten nicht an. Die Administration muss sie erneuern.",
    zh: "服务商不接受我们的凭证。请管理员更新。",
  },
  "daily-limit": {
    de: "Unser Konto hat für heute alles gesendet, was es darf. Senden Sie es morgen erneut.",
    zh: "我们的账号今天已达到发送上限。请明天重新发送。",
  },
  "earlier-part-failed": {
    de: "Ein früherer Teil dieser Antwort ging nicht hinaus, deshalb wurde der Rest zurückgehalten.",
    zh: "此回复的前面部分未能发送，因此其余部分也未发出。",
  },
  empty: { de: "Die Nachricht hat keinen Text.", zh: "消息没有文字。" },
  expired: {
    de: "Sie wartete zu lange beim Anbieter und wurde aufgegeben. Senden Sie sie erneut.",
    zh: "消息在服务商处等待过久，已被放弃。请重新发送。",
  },
  "file-erased": {
    de: "Eine Datei der Mail wurde gelöscht, bevor sie hinausging. Senden Sie sie neu.",
    zh: "邮件中的一个文件在发出前已被删除。请重新发送。",
  },
  "file-not-fetched": {
    de: "Der Anbieter konnte die Datei nicht bei uns abholen. Senden Sie sie in einigen Minuten erneut.",
    zh: "服务商未能从我们这里获取文件。请几分钟后重新发送。",
  },
  "file-not-taken": {
    de: "Der Anbieter nimmt eine Datei dieser Art nicht an. Senden Sie eine andere oder nur den Text.",
    zh: "服务商不接受此类文件。请发送其他文件，或只发文字。",
  },
  "file-refused": {
    de: "Der Anbieter nahm die Datei nicht an. Prüfen Sie Art und Größe, und senden Sie sie erneut.",
    zh: "服务商未接受该文件。请检查类型和大小后重新发送。",
  },
  "file-too-large": {
    de: "Die Dateien sind größer, als der Anbieter annimmt. Senden Sie kleinere oder weniger auf einmal.",
    zh: "文件超过了服务商的大小限制。请发送更小或更少的文件。",
  },
  "files-not-read": {
    de: "Die Dateien konnten nicht gelesen werden. Es wird von selbst noch einmal versucht.",
    zh: "无法读取文件，系统会自动重试。",
  },
  filtered: {
    de: "Ein Netz hat den Text als Spam ausgesondert. Schreiben Sie ihn anders und ohne Links.",
    zh: "运营商将此短信当作垃圾信息过滤。请换一种说法，不要带链接。",
  },
  "in-other-hands": {
    de: "Eine andere Anwendung führt dort gerade dieses Gespräch. Versuchen Sie es später erneut.",
    zh: "另一个应用正在处理此会话。请稍后再试。",
  },
  "invalid-address": {
    de: "Unter dieser Adresse ist niemand zu erreichen. Klären Sie sie mit dem Kunden, oder schreiben Sie über einen anderen Kanal.",
    zh: "此地址无法接收消息。请与客户核对，或通过其他渠道联系。",
  },
  "kept-away": {
    de: "Etwas auf dem Weg zum Anbieter hat die Nachricht abgewiesen. Die Administration muss nachsehen.",
    zh: "消息在到达服务商之前被拒绝。请管理员检查线路。",
  },
  landline: {
    de: "Die Nummer ist ein Festnetzanschluss oder nimmt keine Texte an. Rufen Sie an, oder schreiben Sie über einen anderen Kanal.",
    zh: "此号码是固定电话，或不接收短信。请致电或通过其他渠道联系。",
  },
  maintenance: { de: "Unser Konto beim Anbieter wird gerade gewartet.", zh: "服务商正在维护我们的账号。" },
  malware: {
    de: "In der Mail wurde Schadsoftware gefunden, deshalb ging sie nicht hinaus.",
    zh: "邮件中发现恶意软件，未予发送。",
  },
  "marketing-stopped": {
    de: "Der Kunde hat unsere Werbung dort abbestellt. Senden Sie eine Vorlage, die keine ist, oder antworten Sie, nachdem er geschrieben hat.",
    zh: "客户已停止接收我们的广告。请发送非广告模板，或在客户来信后回复。",
  },
  "no-account": {
    de: "Für diesen Posteingang sind keine Zugangsdaten hinterlegt. Die Administration muss sie eintragen.",
    zh: "此收件箱没有配置凭证。请管理员填写。",
  },
  "no-answer": {
    de: "Der Anbieter hat nicht gesagt, ob er die Nachricht angenommen hat.",
    zh: "服务商未说明是否已接收此消息。",
  },
  "no-private-chat": {
    de: "Dort ist eine Gruppe. Schreiben Sie dem Kunden allein.",
    zh: "这是一个群组。请单独联系客户。",
  },
  "no-route": {
    de: "Von unserer Nummer führt kein Weg zu dieser. Schreiben Sie über einen anderen Kanal.",
    zh: "我们的号码无法到达此号码。请通过其他渠道联系。",
  },
  "not-delivered": {
    de: "Die Nachricht konnte nicht zugestellt werden. Versuchen Sie es noch einmal oder über einen anderen Kanal.",
    zh: "消息未能送达。请再试一次，或通过其他渠道联系。",
  },
  "not-on-channel": {
    de: "Unter dieser Nummer gibt es den Kanal nicht, oder nur in einer zu alten Fassung. Schreiben Sie über einen anderen Kanal.",
    zh: "此号码未使用该渠道，或版本过旧。请通过其他渠道联系。",
  },
  "not-on-test-list": {
    de: "Unsere Nummer ist eine Testnummer, und der Kunde steht nicht auf ihrer Liste. Die Administration muss ihn eintragen.",
    zh: "我们的号码是测试号码，客户不在其名单上。请管理员添加。",
  },
  "not-permitted": {
    de: "Der Anbieter erlaubt uns nicht, von hier zu senden. Die Administration muss die Rechte dort prüfen.",
    zh: "服务商不允许我们从此处发送。请管理员检查权限。",
  },
  "not-reached": { de: "Der Anbieter war nicht zu erreichen.", zh: "无法连接服务商。" },
  "not-taken": {
    de: "Der Anbieter nimmt eine Nachricht dieser Art dort nicht an.",
    zh: "服务商不接受此类消息。",
  },
  "opted-out": {
    de: "Der Kunde hat diesem Absender STOP geschrieben. Er muss erst START schreiben, bevor ihm wieder geschrieben werden kann.",
    zh: "客户已向此号码发送 STOP。客户须先发送 START，才能再次向其发送消息。",
  },
  "own-address": { de: "Die Adresse des Kunden ist unsere eigene.", zh: "客户的号码就是我们自己的发送号码。" },
  "queue-full": {
    de: "Beim Anbieter warteten zu viele Nachrichten. Senden Sie es in einigen Minuten erneut.",
    zh: "服务商处等待的消息过多。请几分钟后重新发送。",
  },
  "rate-limited": {
    de: "Der Anbieter nimmt von dieser Nummer zurzeit nichts mehr an. Senden Sie es in einigen Stunden erneut.",
    zh: "服务商暂时不再接收此号码的消息。请几小时后重新发送。",
  },
  refused: {
    de: "Der Anbieter hat die Nachricht abgelehnt. Die Administration muss nachsehen, bevor sie erneut gesendet wird.",
    zh: "服务商拒绝了此消息。请管理员检查后再发送。",
  },
  "region-not-allowed": {
    de: "Nachrichten in dieses Land sind beim Anbieter abgeschaltet. Die Administration kann sie dort erlauben.",
    zh: "服务商处已关闭发往该国家的消息。管理员可以在那里开启。",
  },
  rejected: {
    de: "Die Mail wurde abgelehnt: Eine Adresse ist nicht bestätigt, oder der Inhalt ist nicht erlaubt. Die Administration muss den Posteingang prüfen.",
    zh: "邮件被拒绝：地址未经验证，或内容不被允许。请管理员检查收件箱。",
  },
  "rejected-content": {
    de: "Der Anbieter nimmt diesen Inhalt nicht an. Schreiben Sie ihn anders, oder senden Sie eine andere Datei.",
    zh: "服务商不接受此内容。请换一种说法，或发送其他文件。",
  },
  "spam-limit": {
    de: "Der Anbieter bremst unsere Nummer, weil Kunden sie gemeldet haben. Die Administration muss ihre Bewertung dort prüfen.",
    zh: "由于客户举报，服务商限制了我们的号码。请管理员检查其质量评级。",
  },
  suppressed: {
    de: "An diese Adresse wird nicht gesendet, weil Mails früher zurückkamen. Prüfen Sie sie, oder schreiben Sie über einen anderen Kanal.",
    zh: "由于此前退信，系统不再向此地址发送。请核对地址，或通过其他渠道联系。",
  },
  "template-not-taken": {
    de: "Die Vorlage oder ihr Inhalt ist nicht so, wie sie genehmigt wurde. Die Administration muss sie beim Anbieter prüfen.",
    zh: "模板或其内容与批准的不符。请管理员到服务商处检查。",
  },
  "template-refused": {
    de: "Der Anbieter nimmt die Vorlage so nicht an. Die Administration muss sie dort prüfen.",
    zh: "服务商不接受此模板。请管理员到服务商处检查。",
  },
  throttled: { de: "Der Anbieter nimmt im Augenblick nichts mehr an.", zh: "服务商目前不再接收消息。" },
  "too-long": {
    de: "Der Text ist länger, als der Anbieter annimmt. Senden Sie ihn in Teilen.",
    zh: "文字超过了服务商的长度限制。请分段发送。",
  },
  "too-many-at-once": {
    de: "Zu viele Nachrichten gingen auf einmal an diesen Kunden. Senden Sie es erneut.",
    zh: "短时间内向此客户发送的消息过多。请重新发送。",
  },
  "too-many-late-answers": {
    de: "Der Anbieter findet unsere späten Antworten an diesen Kunden lästig. Warten Sie, bis er wieder schreibt.",
    zh: "服务商认为我们对此客户的迟回复过多。请等待客户再次来信。",
  },
  "trial-account": {
    de: "Unser Konto ist ein Testkonto und schreibt nur an eingetragene Personen. Die Administration muss es umstellen.",
    zh: "我们的账号是试用账号，只能发给已登记的人。请管理员升级账号。",
  },
  unavailable: {
    de: "Der Kunde erhält zurzeit nichts von uns, vielleicht hat er uns blockiert. Schreiben Sie über einen anderen Kanal.",
    zh: "客户目前收不到我们的消息，可能已屏蔽我们。请通过其他渠道联系。",
  },
  "unknown-address": {
    de: "Der Anbieter kennt dort niemanden. Schreiben Sie über einen anderen Kanal.",
    zh: "服务商不认识此地址。请通过其他渠道联系。",
  },
  "unknown-chat": {
    de: "Der Kunde hat uns dort noch nie geschrieben oder den Chat gelöscht. Er muss zuerst schreiben.",
    zh: "客户从未在此处联系我们，或已删除聊天。客户须先来信。",
  },
  "unknown-number": {
    de: "Die Nummer gibt es nicht, oder sie ist außer Betrieb. Klären Sie sie mit dem Kunden.",
    zh: "此号码不存在或已停用。请与客户核对。",
  },
  unreachable: {
    de: "Unter dieser Nummer kam nichts an. Versuchen Sie es später oder über einen anderen Kanal.",
    zh: "此号码无法送达。请稍后再试，或通过其他渠道联系。",
  },
  "unregistered-sender": {
    de: "Die Netze sperren unsere Nummer, weil sie nicht angemeldet ist. Die Administration muss die Anmeldung abschließen.",
    zh: "我们的号码未注册，被运营商拦截。请管理员完成注册。",
  },
  "unusable-sender": {
    de: "Von diesem Posteingang kann nicht gesendet werden. Die Administration muss ihn beim Anbieter prüfen.",
    zh: "无法从此收件箱发送。请管理员到服务商处检查。",
  },
  "unverified-sender": {
    de: "Von diesem Posteingang wird nicht gesendet, solange seine Domain nicht bestätigt ist. Die Administration muss das tun.",
    zh: "此收件箱的域名未经验证，无法发送。请管理员验证。",
  },
  "window-closed": {
    de: "Der Kunde hat zu lange nicht geschrieben. Senden Sie eine Vorlage, schreiben Sie über einen anderen Kanal, oder warten Sie, bis er schreibt.",
    zh: "客户太久没有来信。请发送模板、通过其他渠道联系，或等待客户来信。",
  },
  withheld: {
    de: "Der Anbieter hat diese Nachricht dem Kunden nicht zugestellt. Schreiben Sie über einen anderen Kanal.",
    zh: "服务商未向该客户送达此消息。请通过其他渠道联系。",
  },
};

/** The router's own words are English, and say more than a code does; they stand in for codes that are new. */
export function sendErrorOf(
  { code, message, providerCode }: { code: string; message: string; providerCode?: string },
  { language, t }: Words,
): string {
  if (language === "en") return message;
  const text = Object.hasOwn(sendErrors, code) ? sendErrors[code]![language] : refusalText(code, t);
  if (text === undefined) return message;
  return providerCode === undefined ? text : `${text} (${providerCode})`;
}
