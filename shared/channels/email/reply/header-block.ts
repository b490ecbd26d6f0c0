import { isEmptyLine, type Line } from "./line.ts";

/** Names of header fields as programs show them above an earlier mail, by language. */
const froms =
  "from von de da van från fra lähettäjä od feladó kimden от отправитель від 发件人 发信人 寄件者 寄件人 差出人 送信者 보낸사람 보낸이 보내는사람 expéditeur remitente mittente afzender absender";
const others =
  "sent date to cc subject reply-to gesendet datum an kopie betreff envoyé envoyéle à objet enviado enviadoel fecha para asunto assunto data inviato a oggetto verzonden aan onderwerp skickat till ämne sendt til emne dato lähetetty päivämäärä vastaanottaja aihe wysłano wysłane do temat odesláno komu předmět küldve címzett tárgy gönderilen gönderme tarih kime konu отправлено дата кому тема копия надіслано 发送时间 发送日期 日期 时间 收件人 抄送 主题 傳送時間 寄件日期 收件者 副本 主旨 送信日時 日付 宛先 件名 보낸날짜 받는사람 받은날짜 제목 날짜 참조 sentat receivedat";
const fromWords = new Set(froms.split(" "));
const fieldWords = new Set([...fromWords, ...others.split(" ")]);

/** `From: …`, also `*From:* …` where bold print was turned into text, and with spaces inside the word. */
const field = /^[\s>*_]{0,8}([\p{L}\s-]{1,20}?)\s?\*{0,2}\s?[:：]\s?\*{0,2}/u;
/** A block has three fields or more within so many lines. */
const window = 8;
const leastFields = 3;

const wordOf = (line: Line): string =>
  field.exec(line.text.slice(0, 60))?.[1]?.toLowerCase().replaceAll(/\s/g, "") ?? "";

/** Whether the headers of an earlier mail begin here: three fields that a mail shows, of which one says from whom it was. */
export function isHeaderBlock(lines: Line[], at: number): boolean {
  if (!fieldWords.has(wordOf(lines[at]!))) return false;
  const words: string[] = [];
  for (const line of lines.slice(at, at + window)) {
    if (isEmptyLine(line)) break;
    const word = wordOf(line);
    if (fieldWords.has(word)) words.push(word);
  }
  return words.length >= leastFields && words.some((word) => fromWords.has(word));
}
