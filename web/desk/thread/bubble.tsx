import type { Api } from "../api/api.ts";
import type { Message } from "../api/types.ts";
import type { Key } from "../words/en.ts";
import { channelName, markName, sendStatus } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";
import { Attachments } from "./attachments.tsx";
import { Body } from "./body.tsx";

const directions = { in: "message.customer", out: "message.reply", note: "message.note" } satisfies Record<
  Message["direction"],
  Key
>;

/** One message with where it came by, what became of it, and what was found wrong with it. */
export function Bubble({ api, message }: { api: Api; message: Message }) {
  const { t, timeOf } = useWords();
  const { direction, channel, author, status, createdAt } = message;
  const error = "error" in message ? message.error : null;
  const optOut = "optOut" in message ? message.optOut : null;
  const sender = "senderName" in message ? message.senderName : null;
  const marks = "marks" in message ? [...message.marks, ...(message.automatic ? [message.automatic] : [])] : [];
  const isLate = "afterReassignment" in message && message.afterReassignment;
  const outcome = sendStatus(message, t);
  return (
    <li class={`bubble is-${direction}`} data-message={message.id}>
      {marks.length > 0 && (
        <ul class="marks">
          {marks.map((mark) => (
            <li key={mark}>{markName(mark, t)}</li>
          ))}
        </ul>
      )}
      <Body api={api} message={message} />
      <Attachments api={api} message={message} />
      <footer>
        <span>{[t(directions[direction]), author ?? sender].filter(Boolean).join(", ")}</span>
        {direction !== "note" && <span class={`channel is-${channel}`}>{channelName(channel, t)}</span>}
        <time dateTime={createdAt}>{timeOf(createdAt)}</time>
        {outcome && <span class={`status is-${status}`}>{outcome}</span>}
        {optOut === "stop" && <span class="status is-failed">{t("message.stops")}</span>}
        {optOut === "start" && <span class="status is-delivered">{t("message.starts")}</span>}
        {isLate && <span class="status">{t("message.late")}</span>}
      </footer>
      {error && <p class="error">{error.message}</p>}
    </li>
  );
}
