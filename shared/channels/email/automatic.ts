import type { AutomaticKind } from "../../core/message.ts";
import type { MailHeaders } from "./headers.ts";

/** What tells a robot's mail from a person's. */
export interface Sender {
  headers: MailHeaders;
  /** of the From field, in lower case */
  from: string;
  /** of the envelope; empty for what must not be answered (RFC 5321, section 4.5.5); undefined where nobody knows it */
  envelopeFrom: string | undefined;
}

const daemon = /^(?:mailer-?daemon|mail-daemon|mdaemon|double-bounce)@/;
/** A person may write from here, too: only what must not be answered counts as the machine's. */
const postmaster = /^postmaster@/;
/** Some hosts name their daemon where RFC 5321 wants nothing. */
const nullPath = /^(?:mailer-daemon(?:@.*)?)?$/i;
const daemonName = /mail delivery (?:sub)?system|mail delivery service|mailer-daemon/i;

/** What Exchange and others mark as generated only, and call an answer in the subject. */
const absence =
  /^\s*(?:auto(?:matic)?[ -]?(?:reply|response)|autoreply|out of (?:the )?office|automatische antwort|abwesenheits|réponse automatique|absence du bureau|respuesta automática|resposta automática|risposta automatica|automatisch antwoord|autosvar|automaattinen|autoodpowiedź|odpowiedź automatyczna|автоматический ответ|автоответ|自动回复|自動回覆|自動返信|자동 ?회신)/iu;

/**
 * Whether a mail was written by a person for us, and what it is otherwise: the fields of RFC 3834 (section 5) and RFC 2919,
 * then those that programs used before and beside them.
 */
export function automaticKind({ headers, from, envelopeFrom }: Sender): AutomaticKind | undefined {
  const mustNotBeAnswered = envelopeFrom !== undefined && nullPath.test(envelopeFrom);
  if (isReport(headers, from) || (mustNotBeAnswered && postmaster.test(from))) return "bounce";
  if (isAutoReply(headers)) return "auto-reply";
  // An empty envelope sender and no report: RFC 3834, section 3.3, recommends it for answers by themselves.
  if (mustNotBeAnswered) return "auto-reply";
  if (isGenerated(headers)) return "auto-generated";
  return isList(headers) ? "list" : undefined;
}

function isReport(headers: MailHeaders, from: string): boolean {
  const type = headers.first("content-type").toLowerCase();
  if (type.startsWith("multipart/report")) return !type.includes("disposition-notification");
  if (type.startsWith("message/delivery-status") || headers.has("x-failed-recipients")) return true;
  return daemon.test(from) || daemonName.test(headers.first("from"));
}

function isAutoReply(headers: MailHeaders): boolean {
  const submitted = autoSubmitted(headers);
  if (submitted === "auto-replied") return true;
  // A receipt says that a mail of ours was read (RFC 8098): nothing for an agent to do.
  if (headers.first("content-type").toLowerCase().includes("disposition-notification")) return true;
  if (
    ["x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"].some((name) =>
      headers.has(name),
    )
  )
    return true;
  if (/^auto_?reply/i.test(headers.first("precedence")) || /^autoresponder/i.test(headers.first("delivered-to")))
    return true;
  const isMarked = submitted === "auto-generated" || headers.has("x-auto-response-suppress");
  return isMarked && submitted !== "no" && absence.test(headers.first("subject"));
}

function isGenerated(headers: MailHeaders): boolean {
  const submitted = autoSubmitted(headers);
  if (submitted !== "" && submitted !== "no") return true;
  if (headers.has("x-cron-env") || headers.has("x-auto-response-suppress")) return submitted !== "no";
  return false;
}

function isList(headers: MailHeaders): boolean {
  const fields = ["list-id", "list-post", "list-unsubscribe", "list-help", "mailing-list", "x-mailing-list"];
  return fields.some((name) => headers.has(name)) || /^(?:list|bulk|junk)\b/i.test(headers.first("precedence"));
}

/** Without parameters and comments, in lower case. */
const autoSubmitted = (headers: MailHeaders): string =>
  headers
    .first("auto-submitted")
    .split(/[;(\s]/, 1)[0]!
    .toLowerCase();
