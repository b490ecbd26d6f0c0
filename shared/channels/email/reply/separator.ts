import type { Line } from "./line.ts";

/** What stands between rules before an earlier mail that is answered. */
const originals = new Set([
  "original message",
  "original appointment",
  "reply message",
  "replied message",
  "previous message",
  "ursprüngliche nachricht",
  "ursprünglicher termin",
  "originalnachricht",
  "original-nachricht",
  "message d'origine",
  "message original",
  "mensaje original",
  "mensagem original",
  "messaggio originale",
  "oorspronkelijk bericht",
  "oprindelig meddelelse",
  "opprinnelig melding",
  "originalmeddelande",
  "ursprungligt meddelande",
  "alkuperäinen viesti",
  "wiadomość oryginalna",
  "oryginalna wiadomość",
  "původní zpráva",
  "pôvodná správa",
  "eredeti üzenet",
  "mesaj original",
  "orijinal ileti",
  "исходное сообщение",
  "оригинальное сообщение",
  "原始邮件",
  "原始郵件",
  "邮件原件",
  "回复的原邮件",
  "回复的邮件",
  "元のメッセージ",
  "원본 메시지",
  "원본메일",
]);

/** What stands before a mail that is passed on: it is what the sender wants to be read. */
const forwards = new Set([
  "forwarded message",
  "begin forwarded message",
  "forwarded mail",
  "weitergeleitete nachricht",
  "anfang der weitergeleiteten nachricht",
  "message transféré",
  "début du message transféré",
  "message réexpédié",
  "mensaje reenviado",
  "inicio del mensaje reenviado",
  "mensagem encaminhada",
  "messaggio inoltrato",
  "inizio messaggio inoltrato",
  "doorgestuurd bericht",
  "videresendt meddelelse",
  "vidarebefordrat meddelande",
  "przekazana wiadomość",
  "пересылаемое сообщение",
  "перенаправленное сообщение",
  "转发的邮件",
  "转发邮件",
  "轉寄郵件",
  "転送されたメッセージ",
  "転送メッセージ",
  "전달된 메시지",
]);

const rules = /^[\s\-_*=─—>]*|[\s\-_*=─—:：]*$/g;
const mostCharacters = 120;

/** The phrase between rules: `----- Original Message -----`; undefined where there are no rules. */
function phraseOf({ text }: Line): string | undefined {
  if (text.length > mostCharacters) return undefined;
  const line = text.trim();
  return /^(?:[>\s]*)(?:[-_*=─—]\s?){2}/.test(line) ? line.replaceAll(rules, "").toLowerCase() : undefined;
}

export const isOriginalMark = (line: Line): boolean => originals.has(phraseOf(line) ?? "");

export function isForwardMark(line: Line): boolean {
  const phrase = phraseOf(line);
  if (phrase !== undefined) return forwards.has(phrase);
  // Apple Mail writes it without rules, and with a colon.
  const plain = line.text.length <= mostCharacters && /[:：]\s*$/.test(line.text);
  return plain && forwards.has(line.text.replaceAll(rules, "").toLowerCase());
}

/** A line of nothing but a rule, as Outlook draws before the headers of an earlier mail. */
export const isRule = ({ text }: Line): boolean => text.length <= mostCharacters && /^\s*[-_*=─—]{3,}\s*$/.test(text);
