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

const addressIn = (field: string): string => /<([^<>]+)>/.exec(field)?.[1] ?? field.trim();

function quoted({ at, from, text }: Received): string {
  const day = new Date(at).toLocaleDateString("en", { dateStyle: "full" });
  const lines = text.split("\n").map((line) => `> ${line}`);
  return [`On ${day}, ${from} wrote:`, ...lines].join("\n");
}
