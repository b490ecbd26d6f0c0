import type { Letter, Received } from "./router-side.ts";

/** How a mail client begins an answer: whom it goes to, what it names as answered, and what it quotes. */
export function answerTo(mail: Received, own: string, text: string): Letter {
  const headers = mail.headers ?? {};
  const messageId = headers["message-id"];
  const references = [...(headers["references"]?.split(/\s+/) ?? []), messageId].filter((id) => id !== undefined);
  const subject = mail.subject ?? "";
  return {
    from: own,
    to: addressIn(headers["reply-to"] ?? mail.from),
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    text: `${text}\n\n${quoted(mail)}`,
    inReplyTo: messageId,
    references,
  };
}

/** A mail's text in two: what was written, and what it quotes below; a quotation with words after it stays where it is. */
export function withoutQuote(text: string): { written: string; quoted: string } {
  const lines = text.trimEnd().split("\n");
  const last = lines.findLastIndex((line) => line.trim() !== "" && !line.startsWith(">"));
  if (last === lines.length - 1) return { written: text, quoted: "" };
  const start = lines[last]?.trimEnd().endsWith(":") ? last : last + 1;
  return { written: lines.slice(0, start).join("\n").trimEnd(), quoted: lines.slice(start).join("\n").trim() };
}

const addressIn = (field: string): string => /<([^<>]+)>/.exec(field)?.[1] ?? field.trim();

function quoted({ at, from, text }: Received): string {
  const day = new Date(at).toLocaleDateString("en", { dateStyle: "full" });
  const lines = text.split("\n").map((line) => `> ${line}`);
  return [`On ${day}, ${from} wrote:`, ...lines].join("\n");
}
