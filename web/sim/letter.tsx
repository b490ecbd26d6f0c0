import type { SentMail } from "./memory.ts";
import { withoutQuote } from "./quote.ts";
import type { Received } from "./router-side.ts";

export interface LetterProps {
  mail: SentMail | Received;
  /** absent for what this person has sent */
  onAnswer?: () => void;
}

/** One mail of a mailbox: always its plain text, so that nothing in it can run. */
export function LetterView({ mail, onAnswer }: LetterProps) {
  const { from, to, subject, text, at } = mail;
  const { written, quoted } = withoutQuote(text);
  const attachments = "attachments" in mail ? (mail.attachments ?? []) : [];
  return (
    <li class={onAnswer ? "is-theirs" : "is-own"}>
      <p class="envelope">
        <span title={onAnswer ? from : to}>{onAnswer ? `From ${from}` : `To ${to}`}</span>
        <time dateTime={at}>{new Date(at).toLocaleTimeString("en-GB", { timeStyle: "short" })}</time>
      </p>
      <h3 dir="auto">{subject || "(no subject)"}</h3>
      <p class="letter" dir="auto">
        {written}
      </p>
      {quoted && (
        <details>
          <summary>What it answers</summary>
          <p class="letter" dir="auto">
            {quoted}
          </p>
        </details>
      )}
      {attachments.length > 0 && <p class="envelope">Attached: {attachments.join(", ")}</p>}
      {onAnswer && (
        <button type="button" class="quiet" onClick={onAnswer}>
          Answer
        </button>
      )}
    </li>
  );
}
